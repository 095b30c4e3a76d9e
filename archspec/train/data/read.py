"""Reading the data of a recipe."""

import os
from typing import Any

from archspec.train.data.kinds import Arrays, ImageFolder, ImageTable, Mnist
from archspec.train.data.look import DataError, folder_parts, read_table
from archspec.train.data.parts import Data, Part, split
from archspec.train.data.pictures import read_pictures
from archspec.train.recipe import Recipe


def read_data(recipe: Recipe, folder: str) -> Data:
    """The data of a recipe.

    Args:
        recipe: the recipe.
        folder: where pictures are kept that do not fit into memory.

    Raises:
        DataError: they cannot be read, or something in them is wrong.
    """
    data, seed = recipe.data, recipe.keys.seed
    if isinstance(data, Mnist):
        found = _mnist(data, recipe)
    elif isinstance(data, ImageFolder):
        found = _folder(data, recipe, folder)
    elif isinstance(data, ImageTable):
        found = _table(data, recipe, folder)
    else:
        assert isinstance(data, Arrays)
        found = _arrays(data, recipe)
    share = recipe.keys.validation_split
    if share is None:
        return found
    labels = found.train.y if recipe.loss.classes and found.train.y.ndim == 1 else None
    stay, held = split(found.train.examples, share, seed + 1, labels)
    return found._replace(train=found.train.take(stay), validation=found.train.take(held))


def _mnist(data: Mnist, recipe: Recipe) -> Data:
    if data.path is not None:
        arrays = _load(data.path)
        parts = [(arrays[f"x_{p}"], arrays[f"y_{p}"]) for p in ("train", "test")]
    else:
        import keras

        try:
            parts = list(keras.datasets.mnist.load_data())
        except Exception as error:  # the downloader's
            message = f"MNIST cannot be downloaded: {str(error).partition(chr(10))[0]}"
            raise DataError(message, "name the file: --data mnist.npz") from error
    names = tuple(str(n) for n in range(10))
    train, test = (
        Part(_sized(x[..., None], recipe), _labels(y, 10, p))
        for (x, y), p in zip(parts, ("y_train", "y_test"), strict=True)
    )
    return Data(train, test, test, names)


def _sized(x: Any, recipe: Recipe) -> Any:
    """Pictures in the size that the recipe asks for."""
    import numpy as np

    if not recipe.is_picture or x.shape[1:3] == recipe.picture[:2]:
        return x
    from PIL import Image

    from archspec.train.data.pictures import picture_array

    if x.dtype != "uint8":
        raise DataError(f"only pictures of uint8 can be resized, not {x.dtype}", code="AS607")
    height, width, _ = recipe.picture
    return np.stack(
        [
            picture_array(
                Image.fromarray(a[..., 0] if a.shape[-1] == 1 else a).resize(
                    (width, height), Image.Resampling.BILINEAR
                )
            )
            for a in x
        ]
    )


def _labels(y: Any, classes: int, name: str) -> Any:
    """Numbers of classes, found to be in range."""
    import numpy as np

    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2 and y.shape[1] == classes:  # one-hot
        y = y.argmax(axis=1)
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer):
        message = f"`{name}` must hold a whole number for each example, not {y.dtype} {y.shape}"
        raise DataError(message, code="AS607")
    bad = np.flatnonzero((y < 0) | (y >= classes))
    if len(bad):
        message = (
            f"{len(bad)} labels of `{name}` are out of range: the first, number {bad[0]}, is"
            f" {y[bad[0]]}, and classes go from 0 to {classes - 1}"
        )
        raise DataError(message, code="AS607")
    return y.astype("int64")


def _folder(data: ImageFolder, recipe: Recipe, folder: str) -> Data:
    import numpy as np

    found, skipped, on_disk = [], [], False
    names: tuple[str, ...] = ()
    for where, classes in folder_parts(data):
        names = tuple(sorted(classes))
        paths = [p for n in names for p in classes[n]]
        labels = np.repeat(np.arange(len(names)), [len(classes[n]) for n in names])
        part, bad, disk = _pictures(data, recipe, folder, os.path.basename(where), paths, labels)
        for number, name in enumerate(names):
            if not (part.y == number).any():
                message = f"class `{name}` has no picture in `{where}` that can be read"
                raise DataError(message, code="AS607")
        found.append(part)
        skipped += bad
        on_disk = on_disk or disk
    if len(found) == 1:
        assert data.held_out is not None
        found = _held_out(found[0], data.held_out, recipe, found[0].y)
    return Data(found[0], found[1], found[1], names, tuple(skipped), on_disk)


def _held_out(part: Part, share: float, recipe: Recipe, labels: Any = None) -> list[Part]:
    if part.examples < 2:
        raise DataError("one example cannot be both for training and for testing", code="AS607")
    stay, held = split(part.examples, share, recipe.keys.seed, labels)
    for rows in (stay, held):
        if len(rows) == 0:
            raise DataError("every class needs at least two examples with `held_out`", code="AS607")
    return [_Rows.of(part, stay), _Rows.of(part, held)]


class _Rows:
    """Rows of an array that are not copied when they lie on disk."""

    @staticmethod
    def of(part: Part, rows: Any) -> Part:
        import numpy as np

        if isinstance(part.x, np.memmap):
            return Part(Rows(part.x, rows), part.y[rows])
        return part.take(rows)


class Rows:
    """A view of some rows of an array on disk."""

    def __init__(self, array: Any, rows: Any) -> None:
        self.array = array
        self.rows = rows
        self.shape = (len(rows), *array.shape[1:])
        self.dtype = array.dtype

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        import numpy as np

        if isinstance(index, np.ndarray) and index.ndim == 1 and len(index) > 4096:
            return Rows(self.array, self.rows[index])  # a split, not a batch
        return self.array[self.rows[index]]


def _pictures(
    data: ImageFolder | ImageTable,
    recipe: Recipe,
    folder: str,
    name: str,
    paths: list[str],
    labels: Any,
) -> tuple[Part, list[str], bool]:
    found = read_pictures(
        paths,
        recipe.picture,
        data.memory_mb * 2**20,
        folder,
        f"pictures-{name}",
        data.bad_pictures == "skip",
    )
    bad = [f"{b.path}: {b.reason}" for b in found.bad]
    return Part(found.array, labels[found.rows]), bad, found.on_disk


def _table(data: ImageTable, recipe: Recipe, folder: str) -> Data:
    import numpy as np

    rows = read_table(data)
    scores = np.array([[s] for _, s in rows], "float32")
    part, bad, disk = _pictures(data, recipe, folder, "table", [p for p, _ in rows], scores)
    train, test = _held_out(part, data.held_out, recipe)
    return Data(train, test, test, None, tuple(bad), disk)


def _arrays(data: Arrays, recipe: Recipe) -> Data:
    arrays = _load(data.path)
    output = recipe.shaped.shape(recipe.shaped.graph.outputs[0])
    classes = 2 if recipe.loss.classes == "binary" else int(output[0] or 0)

    def part(x: str, y: str) -> Part:
        examples, labels = arrays[x], arrays[y]
        if len(examples) != len(labels) or not len(labels):
            message = f"`{x}` has {len(examples)} examples, `{y}` has {len(labels)} labels"
            raise DataError(message, code="AS607")
        if examples.dtype.kind not in "uif":
            raise DataError(f"`{x}` holds {examples.dtype}, not numbers", code="AS607")
        if recipe.is_picture and examples.ndim == 3:
            examples = examples[..., None]
        if recipe.loss.classes:
            labels = _labels(labels, classes, y)
        else:
            labels = labels.reshape(len(labels), -1).astype("float32")
            if labels.shape[1] != output[0]:
                message = f"`{y}` has {labels.shape[1]} values an example, the network {output[0]}"
                raise DataError(message, code="AS605")
        return Part(_sized(examples, recipe), labels)

    train = part(data.x_train, data.y_train)
    names = None
    if recipe.loss.classes:
        names = tuple(data.class_names or [str(n) for n in range(classes)])
        if len(names) != classes:
            raise DataError(f"{len(names)} class_names for {classes} classes", code="AS605")
    if data.x_test is None or data.y_test is None:
        assert data.held_out is not None
        labels = train.y if recipe.loss.classes else None
        train, test = _held_out(train, data.held_out, recipe, labels)
    else:
        test = part(data.x_test, data.y_test)
    return Data(train, test, test, names)


def _load(path: str) -> dict[str, Any]:
    import zipfile
    import zlib

    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataError(f"cannot read `{path}`: {error}") from None
