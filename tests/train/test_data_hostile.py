"""Data of others: an npz file, a table or a checkpoint may be anything, and ends in one error."""

import io
import os
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from archspec.diagnostics.sink import Sink
from archspec.pipeline import open_document
from archspec.train.check.read import read_recipe
from tests.conftest import Measured, RunProcess

NETWORK = "archspec: 1\ninput: [4]\nlayers:\n  - Dense: {units: 3, activation: softmax}\n"


def recipe_of(folder: Path, data: Any, **changes: Any) -> Path:
    """A recipe for rows of four numbers and three classes."""
    (folder / "net.yaml").write_text(NETWORK)
    values = {
        "archspec": 1,
        "spec": "net.yaml",
        "data": data,
        "loss": "sparse_categorical_crossentropy",
        "epochs": 1,
        **changes,
    }
    (folder / "recipe.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    return folder / "recipe.yaml"


def arrays_recipe(folder: Path, path: str = "a.npz") -> Path:
    return recipe_of(folder, {"arrays": {"path": path}})


def arrays() -> dict[str, Any]:
    random = np.random.default_rng(0)
    return {
        "x_train": random.random((12, 4), "float32"),
        "y_train": np.arange(12) % 3,
        "x_test": random.random((6, 4), "float32"),
        "y_test": np.arange(6) % 3,
    }


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def header(text: str, values: bytes = b"", version: int = 1, length: int | None = None) -> bytes:
    """A .npy whose header is any text, or says that it has another length."""
    size = struct.pack("<H" if version == 1 else "<I", len(text) if length is None else length)
    return b"\x93NUMPY" + bytes([version, 0]) + size + text.encode() + values


def write_npz(path: Path, pack: int = zipfile.ZIP_DEFLATED, **members: bytes) -> None:
    """An npz with some of its members replaced."""
    with zipfile.ZipFile(path, "w", pack) as archive:
        for name, array in arrays().items():
            archive.writestr(f"{name}.npy", members.pop(name, npy(array)))
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def twice(path: Path) -> None:
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "w") as archive:
        for name, array in [*arrays().items(), ("x_train", np.zeros((12, 4)))]:
            archive.writestr(f"{name}.npy", npy(array))


def encrypted(path: Path) -> None:
    write_npz(path)
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(data)


def other_compression(path: Path) -> None:
    write_npz(path)
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    data[place + 10] = 97
    path.write_bytes(data)


def cut_off(path: Path) -> None:
    write_npz(path)
    path.write_bytes(path.read_bytes()[:300])


FLOATS = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }"
HOSTILE: dict[str, Callable[[Path], Any]] = {
    "a pipe": lambda p: os.mkfifo(p),
    "a device": lambda p: p.symlink_to("/dev/zero"),
    "a folder": lambda p: p.mkdir(),
    "empty": lambda p: p.write_bytes(b""),
    "cut off": cut_off,
    "a header of gigabytes": lambda p: write_npz(
        p, x_train=header("{" + " " * 2_000_000_000, version=2)
    ),
    "a header that says gigabytes": lambda p: write_npz(
        p, x_train=header(FLOATS % "(12, 4)", version=2, length=2**32 - 1)
    ),
    "a deep header": lambda p: write_npz(p, x_train=header("(" * 60_000)),
    "a long minus": lambda p: write_npz(p, x_train=header("-" * 60_000 + "1")),
    "huge sizes": lambda p: write_npz(p, x_train=header(FLOATS % f"({10**30}, 4)")),
    "sizes that are not there": lambda p: write_npz(p, x_train=header(FLOATS % "(10000000, 4)")),
    "negative sizes": lambda p: write_npz(p, x_train=header(FLOATS % "(-12, -4)")),
    "no shape": lambda p: write_npz(p, x_train=header("{'descr': '<f4'}")),
    "a formula": lambda p: write_npz(p, x_train=header(FLOATS % "(10**10**10,)")),
    "twice": twice,
    "encrypted": encrypted,
    "another compression": other_compression,
    "objects": lambda p: np.savez(p, allow_pickle=True, **{**arrays(), "x_train": [None] * 12}),
    "records": lambda p: np.savez(p, **{**arrays(), "x_train": np.zeros(12, "i4,f8")}),
    "no label for each": lambda p: np.savez(p, **{**arrays(), "y_train": np.arange(11) % 3}),
    "a bomb": lambda p: write_npz(p, x_train=npy(np.zeros((40_000_000, 4), "u1"))),
}


@pytest.mark.parametrize("kind", ["a header of gigabytes", "a device", "a pipe", "twice"])
def test_check_refuses_hostile_arrays(kind: str, tmp_path: Path, run_process: RunProcess) -> None:
    """As a process: at once, in little memory, with one error that names the file."""
    if kind == "a header of gigabytes":
        with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in arrays().items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    if name == "x_train":
                        member.write(header("{", version=2, length=300_000_000))
                        for _ in range(300):
                            member.write(b" " * 1_000_000)
                    else:
                        member.write(npy(array))
    else:
        HOSTILE[kind](tmp_path / "a.npz")
    told = run_process("check", str(arrays_recipe(tmp_path)), timeout=20)
    assert_refused(told, "a.npz")
    assert told.seconds < 2
    assert told.megabytes < 150


def assert_refused(told: Measured, word: str) -> None:
    text = told.out + told.err
    assert told.status in (1, 2), text
    assert "error[AS6" in text
    assert word in text
    assert "Traceback" not in text


def check(path: Path) -> list[Any]:
    """What ``check`` reports, in this process."""
    sink = Sink()
    document = open_document(str(path), sink)
    assert document is not None
    read_recipe(document, sink)
    return sink.diagnostics


@pytest.mark.parametrize("kind", [k for k in HOSTILE if k != "a header of gigabytes"])
def test_hostile_arrays(kind: str, tmp_path: Path) -> None:
    """Known from the headers, so before Keras is imported."""
    HOSTILE[kind](tmp_path / "a.npz")
    (found,) = check(arrays_recipe(tmp_path))
    assert found.code in ("AS606", "AS607")
    assert "a.npz" in found.message or "x_train" in found.message


def test_sound_arrays_of_every_writer(tmp_path: Path) -> None:
    """Other spellings of headers, versions, orders of bytes and of axes mean what they did."""
    from archspec.train.data.npz import read_arrays

    x = np.arange(48, dtype="<f4").reshape(12, 4)
    ways = {
        "plain": npy(x),
        "large bytes first": npy(x.astype(">f4")),
        "columns first": npy(np.asfortranarray(x)),
        "old Python": header("{'descr': '<f4', 'fortran_order': False, 'shape': (12L, 4L), }", x.tobytes()),
        "other order": header('{"shape": (12,4), "descr": "<f4", "fortran_order": False}', x.tobytes()),
        "version 2": header(FLOATS % "(12, 4)", x.tobytes(), 2),
        "version 3": header(FLOATS % "(12, 4)", x.tobytes(), 3),
    }  # fmt: skip
    for way, content in ways.items():
        for pack in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            write_npz(tmp_path / "a.npz", pack, x_train=content)
            (found,) = read_arrays(str(tmp_path / "a.npz"), ("x_train",))
            assert (found == x).all(), way
            assert found.dtype == "float32", way
            assert check(arrays_recipe(tmp_path)) == [], way
    for array in (np.array([True, False]), np.array(3), np.zeros((0, 4)), np.arange(3, dtype="u2")):
        write_npz(tmp_path / "a.npz", more=npy(array))
        (found,) = read_arrays(str(tmp_path / "a.npz"), ("more",))
        assert found.dtype == array.dtype
        assert found.shape == array.shape
        assert (found == array).all()


# Tables

TABLES: dict[str, bytes] = {
    "not UTF-8": b"id,score\n\xff\xfe,1\n",
    "UTF-16": "id,score\na,1\n".encode("utf-16"),
    "binary": bytes(range(256)) * 4,
    "one long line": b"id,score\n" + b"a," * 600_000,
    "one long cell": b'id,score\n"' + b"a" * 400_000 + b'",1\n',
    "an open quote": b'id,score\n"a,1\n' + b"b,2\n" * 100_000,
    "a column twice": b"id,score,score\na,1,2\n",
    "no name": b"id,score\na,1\n,2\n",
    "a row that is cut off": b"score,id\n1,a\n2\n",
}


@pytest.mark.parametrize("kind", [*TABLES, "a pipe", "a device"])
def test_hostile_tables(kind: str, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    if kind in TABLES:
        (tmp_path / "t.csv").write_bytes(TABLES[kind])
    else:
        HOSTILE[kind](tmp_path / "t.csv")
    data = {"image_table": {"path": "t.csv", "image": "id"}}
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\ninput: [4, 4, 3]\nlayers: [Flatten, Dense: 1]\n"
    )
    recipe = recipe_of(tmp_path, data, loss="mse", prepare={"rescale": "1/255"})
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\ninput: [4, 4, 3]\nlayers: [Flatten, Dense: 1]\n"
    )
    (found,) = check(recipe)
    assert found.code in ("AS606", "AS607")
    assert "t.csv" in found.message


def test_a_table_with_signs(tmp_path: Path, run_process: RunProcess) -> None:
    """As a process: what stands in a cell does not act on the terminal."""
    (tmp_path / "images").mkdir()
    (tmp_path / "t.csv").write_text("id,score\na,\x1b[31mred\r\n")
    recipe = recipe_of(tmp_path, {"image_table": {"path": "t.csv", "image": "id"}}, loss="mse")
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\ninput: [4, 4, 3]\nlayers: [Flatten, Dense: 1]\n"
    )
    told = run_process("check", str(recipe))
    assert_refused(told, "line 2")
    assert "\x1b" not in told.out
