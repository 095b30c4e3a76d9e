"""A plugin that imports as docs/plugins.md said in version 0.1 goes on working."""

import importlib
import sys
from pathlib import Path

import pytest

from tests.conftest import RunProcess

PLUGIN = '''
from archspec.arguments import PositiveFloat, number_schema
from archspec.dtypes import FLOATS
from archspec.layers.base import Layer
from archspec.plugins import load_plugin
from archspec.reach import Reach, pointwise
from archspec.record import ArgumentError, ArgumentType
from archspec.shapes import Shape, ShapeError, Weight, Window, known, product


class OlderScale(Layer):
    """Multiplies each channel by a trained factor."""

    reads = FLOATS
    initial: PositiveFloat = 1e-5
    """Value with which the factors start."""

    def check(self):
        if self.initial > 5:
            raise ArgumentError("too much", "initial")

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("gamma", (known(inputs[0][-1], "the number of channels"),)),)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0]),)
'''

SPEC = "archspec: 1\ninput: [8, 8, 3]\nlayers:\n  - OlderScale: {initial: %s}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("archspec.arguments", "archspec.records.arguments"),
        ("archspec.record", "archspec.records.record"),
        ("archspec.reach", "archspec.shapes.reach"),
        ("archspec.dtypes", "archspec.shapes.dtypes"),
        ("archspec.plugins", "archspec.layers.plugins"),
    ],
)
def test_an_older_name_is_the_same_module(old: str, new: str) -> None:
    assert importlib.import_module(old) is importlib.import_module(new)
    assert sys.modules[old] is sys.modules[new]


def test_every_older_name_is_tried() -> None:
    import archspec

    (folder,) = [Path(p) for p in archspec.__path__ if p.endswith("moved")]
    assert {p.stem for p in folder.glob("*.py")} == {
        *("__init__", "arguments", "record", "reach", "dtypes", "plugins")
    }


@pytest.mark.parametrize(
    ("initial", "status", "told"),
    [("1.5", 0, "3 params"), ("-1", 1, "AS204"), ("6", 1, "AS205")],
)
def test_an_older_plugin(
    initial: str, status: int, told: str, run_process: RunProcess, tmp_path: Path
) -> None:
    (tmp_path / "older_scale.py").write_text(PLUGIN)
    (tmp_path / "net.yaml").write_text(SPEC % initial)
    done = run_process(
        "check", str(tmp_path / "net.yaml"), "--plugin", str(tmp_path / "older_scale.py")
    )
    assert done.status == status, done.err
    assert told in done.out + done.err
