"""Files that other specs refer to are read once, and again when they change."""

from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.parse import Document
from archspec.pipeline import shape_file
from archspec.spec import validate

LEAF = """archspec: 1
blocks:
  unit:
    params: {units: 4}
    layers: [Dense: {units: units}]
"""
MIDDLE = """archspec: 1
params: {depth: 2}
input: [8]
use: {unit: leaf.yaml}
layers:
  - repeat: {times: depth, layers: [unit]}
"""
ROOT = "archspec: 1\nextends: middle.yaml\nparams: {depth: 3}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("leaf", LEAF), ("middle", MIDDLE), ("root", ROOT)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def params(folder: Path) -> int:
    sink = Sink()
    shaped = shape_file(str(folder / "root.yaml"), sink)
    assert shaped is not None, sink.diagnostics
    return shaped.params


def test_a_change_anywhere_counts(folder: Path) -> None:
    assert params(folder) == (8 * 4 + 4) + 2 * (4 * 4 + 4)
    assert params(folder) == (8 * 4 + 4) + 2 * (4 * 4 + 4)
    (folder / "leaf.yaml").write_text(LEAF.replace("units: 4", "units: 5"))
    assert params(folder) == (8 * 5 + 5) + 2 * (5 * 5 + 5)
    (folder / "middle.yaml").write_text(MIDDLE.replace("[8]", "[9]"))
    assert params(folder) == (9 * 5 + 5) + 2 * (5 * 5 + 5)
    (folder / "leaf.yaml").write_text(LEAF)
    assert params(folder) == (9 * 4 + 4) + 2 * (4 * 4 + 4)


def test_an_error_is_told_each_time(folder: Path) -> None:
    (folder / "leaf.yaml").write_text(LEAF.replace("Dense", "Dens"))
    for _ in range(2):
        sink = Sink()
        assert shape_file(str(folder / "root.yaml"), sink) is None
        assert [d.code for d in sink.diagnostics] == ["AS201"]
    (folder / "leaf.yaml").unlink()
    sink = Sink()
    assert shape_file(str(folder / "root.yaml"), sink) is None
    assert [d.code for d in sink.diagnostics] == ["AS108"]


def test_sound_files_are_validated_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params(folder)
    read: list[str] = []
    real = validate.Validator._spec

    def spy(self: validate.Validator, document: Document) -> object:
        read.append(Path(document.source.name).stem)
        return real(self, document)

    monkeypatch.setattr(validate.Validator, "_spec", spy)
    params(folder)
    assert read == ["root"]
