"""Files of models and weights for damage: small ones of every form, and every way to read them."""

import io
import json
import zipfile
from pathlib import Path
from random import Random
from typing import Any

from tests.damage_run import Kind

SPEC = """\
archspec: 1
name: small
input: [6, 6, 2]
layers:
  - Conv2D: {name: conv, filters: 3, kernel_size: 3, activation: relu}
  - BatchNormalization: {name: norm}
  - Flatten
  - Dense: {name: head, units: 3}
"""
_ours: list[Any] = []


def _make(folder: Path) -> dict[str, bytes]:
    """A model as ``.keras``, packed and not, its weights, and both as Keras 2 laid them."""
    import archspec
    from tests.keras2_files import weights_of, write_keras2

    if not _ours:
        _ours.append(archspec.build(archspec.loads(SPEC)))
    model = _ours[0]
    found = {}
    for name in ("model.keras", "model.weights.h5", "whole.h5"):
        (model.save_weights if "weights" in name else model.save)(folder / name)
        found[name] = (folder / name).read_bytes()
    write_keras2(folder / "old.h5", weights_of(model))
    found["old.h5"] = (folder / "old.h5").read_bytes()
    found["packed.keras"] = repacked(found["model.keras"], {}, zipfile.ZIP_DEFLATED)
    return found


def repacked(data: bytes, changed: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """An archive with some of its members replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
    return target.getvalue()


def _read(path: str, random: Random) -> object:
    """Its weights into a model, or the model in it; only looking costs least, so mostly that."""
    import archspec
    from archspec.weights.stored.model_file import ModelFile

    way = random.random()
    if way < 0.1:
        return archspec.load_model(path)
    if way < 0.3:
        return archspec.load_weights(_ours[0], path)
    with ModelFile(path) as file:
        return [file.read(array) for _, array in file.root.arrays()]


def _errors() -> tuple[type[Exception], ...]:
    from archspec.weights.stored.error import ModelError

    return (ModelError,)


MODELS = Kind(_make, _read, _errors)


def _make_inner(folder: Path) -> dict[str, bytes]:
    """The parts of a ``.keras`` file, which no checksum protects once they are damaged before."""
    data = _make(folder)["model.keras"]
    (folder / "whole").write_bytes(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in ("config.json", "model.weights.h5")}


def _read_inner(path: str, random: Random) -> object:
    """An archive with the damaged part in it, whole otherwise; numbers in a config are changed."""
    import archspec

    at = Path(path)
    part = at.read_bytes()
    if at.name == "config.json" and random.random() < 0.7:
        part = changed_config(at.with_name("whole").read_bytes(), random)
    data = repacked(at.with_name("whole").read_bytes(), {at.name: part})
    model = at.with_name(f"{at.name}.keras")
    model.write_bytes(data)
    if random.random() < 0.2:
        return archspec.load_model(model)
    return archspec.load_weights(_ours[0], model)


def changed_config(data: bytes, random: Random) -> bytes:
    """The config of an archive, still JSON, with one value that is another or of another kind."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        config = json.loads(archive.read("config.json"))
    places: list[tuple[Any, Any]] = []
    waiting = [config]
    while waiting:
        value = waiting.pop()
        keys = list(value) if isinstance(value, dict) else range(len(value))
        for key in keys:
            places.append((value, key))
            if isinstance(value[key], dict | list):
                waiting.append(value[key])
    holder, key = random.choice(places)
    values: tuple[Any, ...] = (
        None,
        -1,
        0,
        1,
        7,
        10**6,
        10**9,
        1e300,
        "",
        "x",
        "conv",
        [],
        [1],
        {},
        [[]],
        True,
    )
    if random.random() < 0.2 and isinstance(holder, dict):
        del holder[key]
    else:
        holder[key] = random.choice(values)
    return json.dumps(config).encode()


INNER = Kind(_make_inner, _read_inner, _errors)
