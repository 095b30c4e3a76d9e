"""Files of data and of runs for damage: small ones of every form, and every way to read them."""

import io
import json
import zipfile
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from tests.damage_run import Kind

_LARGE = 2**27
NETWORK = (
    "archspec: 1\ninput: [6]\nlayers:\n  - Dense: 4\n  - Dense: {units: 3, activation: softmax}\n"
)
SCORES = "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, Dense: 1]\n"
_recipes: dict[str, Any] = {}


def recipe_for(folder: Path, name: str, data: Any, network: str, **changes: Any) -> Any:
    """A recipe that is sound but for its data, which need not be there."""
    from archspec.diagnostics.sink import Sink
    from archspec.pipeline import open_document
    from archspec.train.check.read import read_recipe
    from tests.training_data import write_recipe

    folder.joinpath("net.yaml").write_text(network)
    path = write_recipe(folder / f"{name}.yaml", data=data, prepare=None, epochs=9, **changes)
    sink = Sink()
    document = open_document(str(path), sink)
    recipe = read_recipe(document, sink, needed=False) if document else None
    assert recipe is not None, sink.diagnostics
    return recipe


def _arrays() -> dict[str, Any]:
    import numpy as np

    random = np.random.default_rng(0)
    return {
        "x_train": random.random((30, 6), "float32"),
        "y_train": np.arange(30) % 3,
        "x_test": random.random((9, 6), "float32"),
        "y_test": np.arange(9) % 3,
    }


def _make_arrays(folder: Path) -> dict[str, bytes]:
    import numpy as np

    files = {}
    for name, save in (("a.npz", np.savez), ("packed.npz", np.savez_compressed)):
        save(folder / name, **_arrays())
        files[name] = (folder / name).read_bytes()
    found = recipe_for(folder, "arrays", {"arrays": {"path": "a.npz"}}, NETWORK)
    _recipes["arrays"] = found
    return files


def _make_members(folder: Path) -> dict[str, bytes]:
    """Single arrays, which no checksum protects once they are damaged before they are packed."""
    import numpy as np

    _make_arrays(folder)
    found = {}
    for name, array in _arrays().items():
        file = io.BytesIO()
        np.save(file, array)
        found[f"{name}.npy"] = file.getvalue()
    return found


def _read_members(path: str, random: Random) -> object:
    import numpy as np

    damaged = Path(path)
    content = damaged.read_bytes()
    with zipfile.ZipFile(path, "w", random.choice((0, 8))) as archive:
        for name, array in _arrays().items():
            file = io.BytesIO()
            np.save(file, array)
            own = f"{name}.npy" == damaged.name
            archive.writestr(f"{name}.npy", content if own else file.getvalue())
    return _read_arrays(path, random)


def _read_arrays(path: str, random: Random) -> object:
    """First as ``check`` does, then as ``train``."""
    from archspec.train.data.look import look
    from archspec.train.data.read import read_data, read_test

    recipe = _recipes["arrays"]
    recipe = recipe._replace(data=recipe.data.replace(path=path))
    seen = look(recipe.data)
    if seen.shape != (6,):
        return seen  # which does not fit the network
    if random.random() < 0.5:
        return read_test(recipe, "", whole=True)
    data = read_data(recipe, "")
    return data.digest(), data.train.x.extent()


def _make_tables(folder: Path) -> dict[str, bytes]:
    from tests.training_data import make_table

    make_table(folder / "food", 6)
    table = {"path": "food/scores.csv", "images": "food/pictures", "image": "id", "ending": ".jpg"}
    loss = {"loss": "mse", "metrics": None}
    _recipes["table"] = recipe_for(folder, "table", {"image_table": table}, SCORES, **loss)
    plain = (folder / "food" / "scores.csv").read_bytes()
    quoted = b'id,score\r\n"food1",1\r\n"food2","2.5"\r\n"food,3",4\r\n'
    return {"scores.csv": plain, "quoted.csv": b"\xef\xbb\xbf" + quoted}


def _read_tables(path: str, random: Random) -> object:
    from archspec.train.data.tables import read_table

    return read_table(_recipes["table"].data.replace(path=path))


def _make_pictures(folder: Path) -> dict[str, bytes]:
    import numpy as np
    from PIL import Image, features

    steps = np.add.outer(np.arange(30), np.arange(40)) * 3
    grey = Image.fromarray(steps.astype("uint8"))
    colour = Image.merge("RGB", (grey, grey.transpose(Image.Transpose.ROTATE_180), grey))
    clear = Image.merge("RGBA", (*colour.split(), grey))
    exif = Image.Exif()
    exif[0x0112] = 6
    ways: dict[str, tuple[Any, dict[str, Any]]] = {
        "grey.png": (grey, {}),
        "clear.png": (clear, {"dpi": (72, 72)}),
        "few.png": (colour.convert("P", colors=5), {"transparency": 1}),
        "deep.png": (Image.fromarray((steps * 200).astype("uint16")), {}),
        "plain.jpg": (colour, {"exif": exif}),
        "passes.jpg": (colour, {"progressive": True, "quality": 95}),
        "ink.jpg": (colour.convert("CMYK"), {}),
        "moving.gif": (colour, {"save_all": True, "append_images": [clear]}),
        "plain.bmp": (colour, {}),
        "few.bmp": (colour.convert("P"), {}),
        "plain.ppm": (colour, {}),
        "plain.tif": (colour, {}),
        "packed.tif": (clear, {"compression": "tiff_lzw"}),
        "zip.tif": (grey, {"compression": "tiff_adobe_deflate"}),
        "jpeg.tif": (colour, {"compression": "jpeg"}),
        "fax.tif": (grey.convert("1"), {"compression": "group4"}),
        "float.tif": (Image.fromarray(steps.astype("float32") / 300), {}),
        "lossy.webp": (clear, {"exif": exif}),
        "whole.webp": (clear, {"lossless": True}),
        "moving.webp": (colour, {"save_all": True, "append_images": [clear]}),
    }
    if "AVIF" in Image.SAVE and features.check("avif"):
        ways["plain.avif"] = (colour, {})
    found = {}
    for name, (image, more) in ways.items():
        image.save(folder / name, **more)
        found[name] = (folder / name).read_bytes()
    return found


def _read_pictures(path: str, random: Random) -> object:
    from archspec.train.data.pictures import read_pictures

    shape = (8, 8, random.choice((1, 3, 4)))
    return read_pictures([path], shape, _LARGE, "", False)


def _shapes() -> dict[str, tuple[int, ...]]:
    return {"weight0": (6, 4), "weight1": (4,), "weight2": (4, 3), "weight3": (3,)}


def _make_checkpoints(folder: Path) -> dict[str, bytes]:
    import numpy as np

    stop = [{"EarlyStopping": {"restore_best_weights": True}}]
    data = {"arrays": {"path": "not here.npz"}}
    recipe = recipe_for(folder, "stopped", data, NETWORK, callbacks=stop)
    _recipes["checkpoint"] = recipe._replace(picture=(6,))
    progress = {
        "epochs": 2,
        "rows": [{"loss": 1.0, "val_loss": 1.5}] * 2,
        "callbacks": {"EarlyStopping0": {"wait": 1, "best": 1.5}},
    }
    arrays: dict[str, Any] = {n: np.ones(s, "float32") for n, s in _shapes().items()}
    arrays |= {f"best-EarlyStopping0-{n}": np.ones(s) for n, s in enumerate(_shapes().values())}
    arrays |= {"optimizer0": np.array(3), "optimizer1": np.ones(4, "float32")}
    arrays["progress"] = np.frombuffer(json.dumps(progress).encode(), "uint8")
    np.savez(folder / "checkpoint.npz", **arrays)
    return {"checkpoint.npz": (folder / "checkpoint.npz").read_bytes()}


def _make_progress(folder: Path) -> dict[str, bytes]:
    """What a checkpoint says of its progress, damaged before it is packed."""
    import numpy as np

    _make_checkpoints(folder)
    with np.load(folder / "checkpoint.npz") as file:
        return {"checkpoint.npz": file["progress"].tobytes()}


def _read_progress(path: str, random: Random) -> object:
    import numpy as np

    text = Path(path).read_bytes()
    arrays: dict[str, Any] = {n: np.ones(s, "float32") for n, s in _shapes().items()}
    arrays |= {"optimizer0": np.array(3), "optimizer1": np.ones(4, "float32")}
    np.savez(path, progress=np.frombuffer(text, "uint8"), **arrays)
    return _read_checkpoints(path, random)


def _read_checkpoints(path: str, random: Random) -> object:
    from archspec.train.run.checkpoint import load_checkpoint, read_progress
    from archspec.train.run.run import Run

    class Variable:
        def __init__(self, shape: tuple[int, ...]) -> None:
            self.shape = shape

        def assign(self, value: Any) -> None:
            assert value.shape == self.shape

    run = Run(str(Path(path).parent))
    read_progress(run, _recipes["checkpoint"])
    optimizer = SimpleNamespace(variables=[Variable(()), Variable((4,))])
    weights = [Variable(shape) for shape in _shapes().values()]
    model = SimpleNamespace(weights=weights, optimizer=optimizer, set_weights=lambda w: None)
    return load_checkpoint(run, model)


ABOUT = {
    "class_names": ["cat", "dog", "größer"], "channels": 3, "outputs": "probabilities",
    "dtype": "uint8", "low": 0, "high": 255,
}  # fmt: skip


def _make_about(folder: Path) -> dict[str, bytes]:
    return {"model.keras": json.dumps(ABOUT, indent=1).encode()}


def _read_about(path: str, random: Random) -> object:
    """The text damaged in a sound archive, or the archive itself as well."""
    from archspec.train.run.run import Run
    from tests.damaged_files import damaged

    text = Path(path).read_bytes()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", random.choice((0, 8))) as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("archspec.json", text)
    data = file.getvalue()
    Path(path).write_bytes(damaged(data, random) if random.random() < 0.5 else data)
    return Run(str(Path(path).parent)).about()


def _errors() -> tuple[type[Exception], ...]:
    from archspec.train.data.errors import DataError
    from archspec.train.run.run import RunError

    return DataError, RunError


KINDS = {
    "arrays": Kind(_make_arrays, _read_arrays, _errors),
    "members": Kind(_make_members, _read_members, _errors),
    "tables": Kind(_make_tables, _read_tables, _errors),
    "pictures": Kind(_make_pictures, _read_pictures, _errors),
    "checkpoints": Kind(_make_checkpoints, _read_checkpoints, _errors),
    "progress": Kind(_make_progress, _read_progress, _errors),
    "about": Kind(_make_about, _read_about, _errors),
}
