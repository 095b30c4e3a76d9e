"""Arrays of examples and labels: MNIST, and npz files of one's own."""

from typing import Any

from archspec.files.archives import ArchiveError
from archspec.train.data.errors import DataError
from archspec.train.data.listed import held_out_rows
from archspec.train.data.look import check_lengths
from archspec.train.data.npz import NUMBERS, read_arrays
from archspec.train.data.parts import Examples, Part
from archspec.train.objects.data import Arrays, Mnist
from archspec.train.recipe.keys import Recipe

_DIGITS = 10


def mnist_parts(data: Mnist, recipe: Recipe) -> tuple[Part, Part]:
    """MNIST from a file, from Keras's cache, or by Keras's download into it.

    Raises:
        DataError: it cannot be had, or a label is out of range.
    """
    if data.path is not None:
        names = ("x_train", "y_train", "x_test", "y_test")
        x_train, y_train, x_test, y_test = _load(data.path, names)
    else:
        import keras

        try:
            (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
        except Exception as error:  # whatever the downloader raises
            message = f"MNIST cannot be downloaded: {str(error).partition(chr(10))[0]}"
            raise DataError(message, "name the file: --data mnist.npz") from error
    try:
        train = _digits("x_train", x_train, "y_train", y_train, recipe)
        return train, _digits("x_test", x_test, "y_test", y_test, recipe)
    except DataError as error:
        raise error.within(data.path or "mnist.npz") from None


def _digits(x: str, pictures: Any, y: str, labels: Any, recipe: Recipe) -> Part:
    _check(x, pictures, y, labels)
    return Part(_pictures(pictures, recipe, x), _labels(labels, _DIGITS, y))


def array_parts(data: Arrays, recipe: Recipe) -> tuple[Part, Part]:
    """The parts of an npz file.

    Raises:
        DataError: it cannot be read, or its arrays do not fit each other or the network.
    """
    train, test = whole_parts(data, recipe)
    if data.held_out is None:
        return train, test
    labels = train.y if recipe.loss.classes else None
    stay, held = held_out_rows(train.examples, data.held_out, recipe.keys.seed, labels)
    return train.take(stay), train.take(held)


def whole_parts(data: Arrays, recipe: Recipe) -> tuple[Part, Part]:
    """The parts with nothing held out: of what has no test part, all is in both.

    Raises:
        DataError: as for :func:`array_parts`.
    """
    train = _part(data, data.x_train, data.y_train, recipe)
    if data.x_test is None or data.y_test is None:
        return train, train
    return train, _part(data, data.x_test, data.y_test, recipe)


def array_classes(data: Arrays, recipe: Recipe) -> tuple[str, ...] | None:
    """Names of the classes, their numbers if they have none; None for scores.

    Raises:
        DataError: there are more or fewer names than classes.
    """
    if not recipe.loss.classes:
        return None
    count = _classes(recipe)
    names = tuple(data.class_names or [str(n) for n in range(count)])
    if len(names) != count:
        message = f"{len(names)} class_names for {count} classes"
        raise DataError(message, code="AS605", key="class_names")
    return names


def _part(data: Arrays, x: str, y: str, recipe: Recipe) -> Part:
    examples, labels = _load(data.path, (x, y))
    try:
        return _checked_part(examples, labels, x, y, recipe)
    except DataError as error:
        raise error.within(data.path) from None


def _checked_part(examples: Any, labels: Any, x: str, y: str, recipe: Recipe) -> Part:
    _check(x, examples, y, labels)
    pictures = _pictures(examples, recipe, x)
    if recipe.loss.classes:
        return Part(pictures, _labels(labels, _classes(recipe), y))
    labels = labels.reshape(len(labels), -1).astype("float32")
    if labels.shape[1] != recipe.outputs:
        message = f"`{y}` has {labels.shape[1]} values an example, the network {recipe.outputs}"
        raise DataError(message, code="AS605")
    return Part(pictures, labels)


def _classes(recipe: Recipe) -> int:
    return 2 if recipe.loss.classes == "binary" else recipe.outputs


def _check(x: str, examples: Any, y: str, labels: Any) -> None:
    """Whether both hold numbers that 32 bits can tell, and are as long."""
    check_lengths(x, examples.shape, y, labels.shape)
    for name, array in ((x, examples), (y, labels)):
        _check_numbers(array, name)


def _check_numbers(array: Any, name: str) -> None:
    import numpy as np

    if array.dtype.kind not in NUMBERS:
        raise DataError(f"`{name}` holds {array.dtype}, not numbers", code="AS607")
    if array.dtype.kind == "f":
        rows = array.reshape(len(array), -1)
        most = np.finfo("float32").max
        bad = np.flatnonzero(~((rows >= -most) & (rows <= most)).all(axis=1))
        if len(bad):
            message = f"{len(bad)} examples of `{name}` hold nan or inf: the first is {bad[0]}"
            raise DataError(message, code="AS607")


def _pictures(x: Any, recipe: Recipe, name: str) -> Examples:
    """Examples, pictures in the size that the recipe asks for."""
    import numpy as np

    if recipe.is_picture and x.ndim == 3:
        x = x[..., None]
    if x.shape[1:] == recipe.picture:
        return Examples(x)
    if not recipe.is_picture or x.ndim != 4 or x.shape[-1] != recipe.picture[-1]:
        wanted = "×".join(map(str, recipe.picture))
        message = f"an example of `{name}` is {x.shape[1:]}, but the network gets {wanted}"
        raise DataError(message, code="AS604")
    from PIL import Image

    from archspec.train.data.decode import picture_array

    if x.dtype != "uint8" or x.shape[-1] not in (1, 3, 4):
        message = f"only pictures of uint8 can be resized, not {x.dtype} {x.shape[1:]}"
        raise DataError(message, code="AS607")
    height, width, _ = recipe.picture
    small = (Image.fromarray(a[..., 0] if a.shape[-1] == 1 else a) for a in x)
    sized = (s.resize((width, height), Image.Resampling.BILINEAR) for s in small)
    return Examples(np.stack([picture_array(s) for s in sized]))


def _labels(y: Any, classes: int, name: str) -> Any:
    """Numbers of classes, found to be in range."""
    import numpy as np

    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2 and y.shape[1] == classes:
        if not ((y == 0) | (y == 1)).all() or not (y.sum(axis=1) == 1).all():
            message = f"`{name}` {y.shape} is not one-hot: each row has a single 1"
            raise DataError(message, code="AS607")
        y = y.argmax(axis=1)
    if y.ndim != 1 or not (np.issubdtype(y.dtype, np.integer) or y.dtype == bool):
        message = f"`{name}` must hold a whole number for each example, not {y.dtype} {y.shape}"
        raise DataError(message, code="AS607")
    y = y.astype("int64")
    bad = np.flatnonzero((y < 0) | (y >= classes))
    if len(bad):
        plain = f"{len(bad)} labels of `{name}` are out of range"
        range_ = f"classes go from 0 to {classes - 1}"
        message = f"{plain}: the first, number {bad[0]}, is {y[bad[0]]}, and {range_}"
        raise DataError(message, code="AS607", without=f"{plain}: {range_}")
    return y


def _load(path: str, names: tuple[str, ...]) -> list[Any]:
    try:
        return read_arrays(path, names)
    except ArchiveError as error:
        raise DataError(f"cannot read `{path}`: {error}", key="path") from None
