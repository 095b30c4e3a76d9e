"""Operations as entries of a spec: wires of their parts, names that files have, pictures, source, mends."""

import contextlib
import json
import time
from pathlib import Path

import pytest

import archspec
from archspec.drawing.content.words import title
from archspec.emit.python import write
from archspec.infer.receptive.fields import receptive_fields
from archspec.layers import layer_types
from archspec.shapes.dtypes import DtypeError
from tests.conftest import Run
from tests.fuzz_commands import STYLES

OPERATIONS = sorted(name for name, type in layer_types().items() if type.operation)

CBAM = """\
archspec: 1
name: cbam
params: {ratio: 2}
input: [8, 8, 16]
layers:
  - Split: {name: halves, indices_or_sections: ratio, axis: -1, outputs: [left, right]}
  - Mean: {name: mean, axis: -1, keepdims: true, from: halves.left}
  - Max: {name: max, axis: -1, keepdims: true, from: halves.right}
  - Concatenate: {from: [mean, max]}
  - Conv2D: {filters: 1, kernel_size: 7, padding: same, activation: sigmoid, name: where_it_is}
  - Multiply: {name: seen, from: [where_it_is, input]}
  - Greater: {name: high, x2: 0.5}
  - Where: {from: [high, seen], x2: 0}
  - GetItem: {axis: -1, stop: 4, trainable: false}
  - Transpose: [0, 3, 1, 2]
  - Power: ratio
  - Roll: {shift: [1, -1], axis: [2, 3]}
  - Take: {indices: [0, 2], axis: 1}
  - Dense: 3
"""


def test_a_network_of_operations() -> None:
    shaped = archspec.loads(CBAM)
    assert [node.input_shapes for node in shaped.nodes[2:4]] == [((8, 8, 8),)] * 2
    assert [node.node.inputs for node in shaped.nodes[2:4]] == [((1, 0),), ((1, 1),)]
    assert shaped.nodes[-1].output_shape == (2, 8, 3)
    assert shaped.params == 7 * 7 * 2 + 1 + 8 * 3 + 3


@pytest.mark.parametrize("style", ["flat", "blocks"])
def test_expanded(style: str) -> None:
    shaped = archspec.loads(CBAM)
    again = archspec.loads(STYLES[style](shaped))
    assert [repr(n.layer) for n in again.nodes] == [repr(n.layer) for n in shaped.nodes]
    assert [n.node.inputs for n in again.nodes] == [n.node.inputs for n in shaped.nodes]


def test_source() -> None:
    """Classes with names, as a saved model has them; nothing to freeze in them."""
    source = write(
        archspec.loads(CBAM.replace("ratio, axis", "2, axis").replace("r: ratio", "r: 2"))
    )
    assert not source.fault + source.plain
    for line in (
        "from keras.src.ops import numpy as knp  # classes of keras.ops",
        '= knp.Split(2, axis=-1, name="halves")(',
        'x = knp.Where(name="where")(high, seen, 0.0)',
        'x = knp.GetItem(name="get_item")(x, (..., slice(None, 4)))',
        'x = knp.Roll((1, -1), axis=(2, 3), name="roll")(x)',
    ):
        assert line in source.text
    assert "trainable" not in source.text
    assert write(archspec.loads(CBAM)).plain == "a constant that is worked out"


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_block_of_that_name(name: str) -> None:
    """Files of version 1 may have one: it is the block, also where its own layers are read."""
    block = f"blocks: {{{name}: {{params: {{units: 3}}, layers: [Dense: units]}}}}"
    layers = f"[{name}, {name}: {{units: 5, name: last}}]"
    shaped = archspec.loads(f"archspec: 1\ninput: [4]\n{block}\nlayers: {layers}\n")
    assert [n.name for n in shaped.nodes[1:]] == [f"{name}.dense", "last.dense"]
    assert shaped.params == 4 * 3 + 3 + 3 * 5 + 5


def test_a_used_block_and_other_names(tmp_path: Path) -> None:
    """As block of another file, as parameter, input, branch and layer; the operation is there in it."""
    (tmp_path / "other.yaml").write_text(
        "archspec: 1\nblocks: {Mean: {params: {Max: 2}, layers: [Power: Max, {Min: {axis: 1}}]}}\n"
    )
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\nparams: {Sum: 3}\ninputs: {Split: [4, 5]}\nuse: {Mean: other.yaml}\nlayers:\n"
        "  - Dense: {units: Sum, name: Take, from: Split}\n"
        "  - parallel: {branches: {Pad: [Mean], Tile: [Mean: {Max: Sum}]}}\n"
    )
    shaped = archspec.load(tmp_path / "net.yaml")
    words = [type(n.layer).__name__ for n in shaped.nodes]
    assert words == ["Input", "Dense", "Power", "Min", "Power", "Min", "Concatenate"]
    assert shaped.nodes[2].name == "Pad.Mean.power"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("Mean", "`axis: [1, 2, 3]` would fit"),
        ("Mean: {axis: null, keepdims: true}", "`axis: [1, 2, 3]` would fit"),
        ("Mean: 0", "`axis: -1` would fit"),
        ("Max: {axis: [0, 1, 2]}", "`axis: [1, 2]` would fit"),
        ("Argmax", "`axis: -1` would fit"),
        ("Split: 2", "`axis: -1` would fit"),
        ("Transpose", "`axes: [0, 3, 2, 1]` would fit"),
        ("Transpose: [2, 0, 1]", "`axes: [0, 3, 1, 2]` would fit"),
        ("Transpose: [3, 1, 2]", "`axes: [0, 3, 1, 2]` would fit"),
        (
            "Pad: [[1, 1], [1, 1], [0, 0]]",
            "`pad_width: [[0, 0], [1, 1], [1, 1], [0, 0]]` would fit",
        ),
        ("Tile: [2, 1, 1, 1]", "`repeats: [1, 1, 1, 1]` would fit"),
        (
            "Slice: {axis: -1, start: 0, end: 4}",
            "did you mean `GetItem: {axis: -1, start: 0, stop: 4}`?",
        ),
        ("torch.mean: {dim: 1, keepdim: true}", "did you mean `Mean: {axis: 1, keepdims: true}`?"),
        (
            "torch.chunk: {chunks: 2, dim: -1}",
            "did you mean `Split: {indices_or_sections: 2, axis: -1}`?",
        ),
        ("Unsqueeze: {dim: 1}", "did you mean `ExpandDims: {axis: 1}`?"),
        ("clamp: {min: 0, max: 6}", "did you mean `Clip: {x_min: 0, x_max: 6}`?"),
        ("torch.pow: {exponent: 2}", "did you mean `Power: {x2: 2}`?"),
        ("mean: {from: [input, input]}", "did you mean `Average`?"),
        ("sum: {from: [input, input]}", "did you mean `Add`?"),
        ("pad: 1", "did you mean `ZeroPadding2D`?"),
    ],
)
def test_mends(entry: str, said: str) -> None:
    text = f"archspec: 1\ninput: [8, 8, 16]\nlayers:\n  - {entry}\n"
    with pytest.raises(archspec.SpecError) as caught:
        archspec.loads(text)
    (told,) = caught.value.diagnostics
    assert told.help[0] == said


@pytest.mark.parametrize("name", OPERATIONS)
def test_documentation(name: str, run: Run) -> None:
    """With an example that is right, its inputs and its outputs."""
    told = run("layers", name)
    assert (told.status, told.err) == (0, "")
    assert "\nexample\n" in told.out
    assert ("inputs by name" in told.out) == bool(layer_types()[name].role_names)
    assert ("NAME.0, NAME.1: of the example" in told.out) == (name == "Split")


def test_wires_of_parts() -> None:
    text = "archspec: 1\ninput: [6]\nlayers:\n  - Split: {indices_or_sections: 3, axis: 1}\n"
    for wires, shape in (("split.0, split.1", (4,)), ("split, split.2", (4,))):
        shaped = archspec.loads(text + f"  - Concatenate: {{from: [{wires}]}}\n")
        assert shaped.nodes[-1].output_shape == shape
    with pytest.raises(archspec.SpecError, match=r"there are `split.0`, `split.1`, `split.2`"):
        archspec.loads(text + "  - Dense: {units: 2, from: split.3}\n")


def test_no_wrapper_takes_one() -> None:
    for inner in ("Exp", {"Mean": {"axis": 1}}):
        layers = [{"TimeDistributed": {"layer": inner}}]
        with pytest.raises(archspec.SpecError, match="AS20"):
            archspec.loads(json.dumps({"archspec": 1, "input": [4, 4], "layers": layers}))


@pytest.mark.parametrize(
    ("layer", "arguments", "read", "given"),
    [
        ("Mean", {"axis": 1}, ["int32"], "float32"),
        ("Mean", {"axis": 1}, ["float16"], "float16"),
        ("Sum", {"axis": 1}, ["bool"], "int32"),
        ("Argmax", {"axis": 1}, ["float32"], "int32"),
        ("Exp", {}, ["uint8"], "float32"),
        ("Square", {}, ["bool"], "int32"),
        ("Power", {}, ["int32", "int32"], "int32"),
        ("Power", {"x2": 2}, ["int32"], "float32"),
        ("Where", {}, ["bool", "int32", "int32"], "int32"),
        ("Where", {"x2": 0}, ["bool", "int32"], "float32"),
        ("Where", {"x1": 1, "x2": 0}, ["bool"], "float32"),
        ("Greater", {"x2": 0}, ["float32"], "bool"),
        ("Transpose", {"axes": [0, 2, 1]}, ["string"], "string"),
        ("Rsqrt", {}, ["int32"], None),
        ("Negative", {}, ["uint8"], None),
        ("Equal", {}, ["string", "float32"], None),
        ("Pad", {"pad_width": [[0, 0]], "constant_values": 0.5}, ["int32"], None),
    ],
)
def test_types(
    layer: str, arguments: dict[str, object], read: list[str], given: str | None
) -> None:
    made = layer_types()[layer](**arguments)
    if given is None:
        with pytest.raises(DtypeError):
            made.output_dtype(*read)
    else:
        assert made.output_dtype(*read) == given


@pytest.mark.parametrize(
    ("layer", "arguments", "called"),
    [
        ("Power", {"x2": 2}, "Power 2"),
        ("Greater", {"x2": 0.5}, "> 0.5"),
        ("Split", {"indices_or_sections": [1, 4], "axis": 1}, "Split in 3"),
        ("GetItem", {"axis": 1, "start": 2, "step": 2}, "Get item [2::2]"),
        ("GetItem", {"axis": 1, "index": 0}, "Get item [0]"),
    ],
)
def test_what_pictures_call_it(layer: str, arguments: dict[str, object], called: str) -> None:
    assert title(layer_types()[layer](**arguments)) == called


@pytest.mark.parametrize(
    "entry",
    [
        "Roll: {shift: 7, axis: 1}",
        "Flip: 1",
        "Tile: [1, 1000000, 1]",
        "Pad: {pad_width: [[0, 0], [1, 999999], [0, 0]], mode: symmetric}",
        "Take: {indices: [999999999], axis: 1}",
        "GetItem: {axis: 1, start: 1, step: 3}",
        "Split: {indices_or_sections: 1000000, axis: 1}",
        "Split: {indices_or_sections: [1, 1000000], axis: 1}",
        "ExpandDims: [" + ", ".join(map(str, range(1, 3000))) + "]",
        "Einsum: " + "a" * 900,
        "Round: 1000000000000000",
        "Cumsum: 1",
    ],
)
def test_large_numbers_take_no_time(entry: str) -> None:
    """Nothing is made for each position of a long axis."""
    start = time.monotonic()
    text = f"archspec: 1\ninput: [1000000000, 2]\nlayers:\n  - {entry}\n  - Dense: 2\n"
    with contextlib.suppress(archspec.SpecError):
        receptive_fields(archspec.loads(text))
    assert time.monotonic() - start < 2
