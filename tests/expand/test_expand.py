"""`archspec expand`: what is printed is the same network, as a spec of its own."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.emit.blocks import blocks_spec
from archspec.emit.flat import flat_spec
from archspec.infer.infer import ShapedGraph
from archspec.layers import layer_types
from archspec.parse import parse
from archspec.pipeline import shape_document, shape_file
from archspec.records.record import ArgumentError, ValidationError
from archspec.spec.check_values import Maker
from archspec.spec.written import arguments, document, flow, item
from tests.conftest import ROOT, Run
from tests.random_layers import draw_case

SPECS = sorted((ROOT / "specs").rglob("*.yaml"))
STYLES = {"flat": flat_spec, "blocks": blocks_spec}


def read(text: str, name: str = "<text>") -> tuple[ShapedGraph | None, Sink]:
    sink = Sink()
    parsed = parse(Source(name, text), sink)
    return (shape_document(parsed, sink) if parsed else None), sink


def shaped(text: str) -> ShapedGraph:
    found, sink = read(text)
    assert found is not None, sink.diagnostics
    return found


def again(network: ShapedGraph, style: str) -> ShapedGraph:
    text = STYLES[style](network)
    found, sink = read(text)
    assert found is not None, f"{sink.diagnostics}\n{text}"
    assert STYLES[style](found) == text, "what is worked out stays as it is"
    return found


def assert_same(one: ShapedGraph, other: ShapedGraph, style: str) -> None:
    assert len(other.nodes) == len(one.nodes)
    assert [n.node.inputs for n in other.nodes] == [n.node.inputs for n in one.nodes]
    assert [n.facts.outputs for n in other.nodes] == [n.facts.outputs for n in one.nodes]
    assert [n.node.shares for n in other.nodes] == [n.node.shares for n in one.nodes]
    assert [n.layer.arguments() for n in other.nodes if not _nests(n.layer)] == [
        n.layer.arguments() for n in one.nodes if not _nests(n.layer)
    ]
    assert other.graph.outputs == one.graph.outputs
    for total in ("name", "title", "params", "trainable_params", "macs"):
        assert getattr(other, total) == getattr(one, total)
    names = [n.name for n in one.nodes]
    if style == "flat":
        names = [n.replace(".", "_") for n in names]
    assert [n.name for n in other.nodes] == names


def _nests(layer: Any) -> bool:
    return any(hasattr(value, "output_shapes") for value in layer.arguments().values())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("path", SPECS, ids=lambda p: str(p.relative_to(ROOT / "specs")))
def test_shipped_specs_stay_the_same(path: Path, style: str) -> None:
    network = shape_file(str(path), Sink())
    if network is None:
        assert "blocks" in path.parts, "only the folder of blocks holds none"
        return
    assert_same(network, again(network, style), style)


HEAD = "archspec: 1\nname: net\n"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "inputs: {left: [4], right: {shape: [null], dtype: int32}}\n"
            "layers:\n  - Embedding: {name: e, from: right, input_dim: 9, output_dim: 4}\n"
            "  - GlobalAveragePooling1D\n  - Add: {from: [left, global_average_pooling1d]}\n",
            id="two inputs, one of them of whole numbers",
        ),
        pytest.param(
            "inputs: {left: [4], right: [4]}\nlayers:\n  - Add\n",
            id="a layer that reads all inputs",
        ),
        pytest.param(
            "input: [7, 3]\nlayers:\n  - LSTM: {name: a, units: 3, return_state: true}\n"
            "  - Concatenate: {from: [a, a.state_h, a.state_c]}\noutputs: [a.state_c, concatenate]\n",
            id="outputs of a layer beside its first",
        ),
        pytest.param(
            "input: [4]\nblocks:\n  twin: {layers: [Dense: 3, Dense: 3]}\n"
            "layers:\n  - twin: {name: one, trainable: false}\n  - Dense: {name: back, units: 4}\n"
            "  - apply: {name: two, layer: one}\n",
            id="a frozen block that is applied again",
        ),
        pytest.param(
            "input: [8, 8, 4]\nparams: {deep: true, n: 2}\nlayers:\n"
            "  - parallel:\n      name: split\n      merge: {Concatenate: {axis: 1}}\n"
            "      branches:\n        none: []\n        two: [{Conv2D: {filters: 4, kernel_size: 1}}]\n"
            "        three: [Flatten: {when: not deep}]\n"
            "  - repeat: {name: r, times: n, as: i, layers: [{residual: [{Dense: 4*1**i}]}]}\n"
            "  - dense_block: {name: d, times: n, as: k, layers: [{Dense: k + 1}]}\n",
            id="constructs",
        ),
        pytest.param(
            "input: [8]\nparams: {act: relu, w: 0.5, list: [1, [2, 3]], z: -2}\nblocks:\n"
            "  b: {params: {n: int, act: relu}, layers: [{Dense: {name: 'x$n', units: n, activation: $act}}]}\n"
            "layers:\n  - repeat:\n      for: {n: [4, 8]}\n      layers:\n"
            "        - b: {n: 'ceil(w*n) + z + list[1][0] if n > 3 else 1', act: $act}\n"
            "        - Dense: n**2 if z < 0 else n\n",
            id="formulas, partly worked out",
        ),
        pytest.param(
            "input: [8]\nlayers:\n  - Dense: {name: a, units: 2}\n  - Dense: {name: b, units: 2}\n"
            "  - Add: {name: c, from: [a, b]}\n  - Dense: {name: lost, from: a, units: 5}\n"
            "outputs: c\n",
            id="a layer that leads nowhere",
        ),
        pytest.param(
            "input: [8, 2]\ntitle: 'a: b # c'\ndescription: |\n  First.\n\n    Second: \"x\".\n"
            "layers:\n  - Bidirectional: {layer: {GRU: {units: 2}}, name: '1'}\n",
            id="text that needs care, and a layer in a layer",
        ),
    ],
)
def test_small_specs_stay_the_same(text: str, style: str) -> None:
    network = shaped(HEAD + text)
    found = again(network, style)
    assert_same(network, found, style)
    assert found.graph.spec.description == network.graph.spec.description


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "input: [8, 8, 2]\nparams: {n: 3, r: 0.0, b: true}\nlayers:\n"
            "  - SeparableConv2D: {use_bias: b, padding: same, kernel_size: n, filters: n}\n"
            "  - Dropout: r\n  - EinsumDense: {equation: 'abcd,de->abce', output_shape: [8, 8, n]}\n"
            "  - TimeDistributed: {layer: {Dense: {units: $n, use_bias: $b}}}\n",
            id="defaults and other orders that come out of parameters",
        ),
        pytest.param(
            "input: [8]\nparams: {on: true}\nlayers:\n"
            "  - repeat: {for: {q: [0.5, 0.1]}, layers: [{Dropout: 0.25 if on else q}]}\n",
            id="a name in a branch that is never taken",
        ),
        pytest.param(
            "input: [8]\nparams: {n: 2, act: relu}\nlayers:\n"
            "  - repeat: {for: {a: [act, tanh, \"'n'\"]}, layers: [{Dense: {when: a == 'n', units: 3}}]}\n"
            "  - repeat: {for: {a: [act, tanh]}, layers: [{Activation: $a}]}\n",
            id="words in a table, and one that is called as a parameter is",
        ),
        pytest.param(
            "input: [8]\nparams: {words: [relu, tanh], n: 1}\nblocks:\n"
            "  b: {params: {l: list}, layers: [{repeat: {for: {a: l}, layers: [{Activation: $a}]}}]}\n"
            "layers: [{b: {l: words}}, {b: {l: [\"'gelu'\"]}}]\n",
            id="a list of words for a block",
        ),
        pytest.param(
            'input: [8]\nparams: {w: "$y", n: 1}\nblocks:\n'
            "  b: {params: {t: str}, layers: [{Dense: {when: \"t == '$y'\", units: 3}}, Flatten]}\n"
            "layers: [{b: {t: $w}}, {b: {t: a-$w}},"
            " {repeat: {times: 2, as: i, layers: [{b: {t: $w$i}}]}}]\n",
            id="text that would be read as a parameter",
        ),
        pytest.param(
            "input: [8]\nparams: {n: 0}\nlayers:\n"
            "  - Flatten\n  - repeat: {times: n, as: i, layers: [{Dense: n - 1}, {Dense: 1//n}]}\n"
            "  - repeat: {times: 2, as: i, layers: [{Dense: {when: i > 5, units: n - 1}},"
            " {Dense: {when: i > 5, units: 1//n}}, {UpSampling1D: {when: i > 5, size: 2 if n == 0 else i}}, {Dense: {when: i > 5, units: i + 1//n}}]}\n",
            id="what has no sound values, and is never made",
        ),
    ],
)
def test_what_is_worked_out_is_written_in_one_way(text: str, style: str) -> None:
    network = shaped(HEAD + text)
    assert_same(network, again(network, style), style)


def test_flat_has_nothing_left_to_work_out() -> None:
    network = shape_file(str(ROOT / "specs" / "resnet50.yaml"), Sink())
    assert network is not None
    data = yaml.safe_load(flat_spec(network))
    assert data.keys() <= {"archspec", "name", "title", "input", "layers", "expect"}
    words = {next(iter(entry)) for entry in data["layers"]}
    assert words <= layer_types().keys()
    assert len(data["layers"]) == len(network.nodes) - 1
    assert all("name" in next(iter(entry.values())) for entry in data["layers"])


def test_flat_names_an_input_only_where_it_is_not_the_layer_before() -> None:
    network = shape_file(str(ROOT / "specs" / "lenet5.yaml"), Sink())
    assert network is not None
    layers = yaml.safe_load(flat_spec(network))["layers"]
    assert not any("from" in next(iter(entry.values())) for entry in layers)


def test_flat_names_that_would_be_equal_are_told_apart() -> None:
    text = HEAD + (
        "input: [4]\nblocks:\n  b: {layers: [{Dense: {name: c, units: 2}}]}\n"
        "layers:\n  - Dense: {name: a_c, units: 3}\n  - b: {name: a}\n"
        "  - Add: {from: [a.c, a]}\n"
    )
    found = again(shaped(text), "flat")
    assert [n.name for n in found.nodes] == ["input", "a_c", "a_c_2", "add"]
    assert found.nodes[-1].node.inputs == ((2, 0), (2, 0))


def test_expectations_stay_where_they_hold() -> None:
    text = HEAD + (
        "input: [4]\nparams: {n: 2}\nlayers:\n"
        "  - Dense: {units: n, expect: {shape: [n], params: 5*n, source: by hand}}\n"
        "expect: {params: 10}\n"
    )
    flat = yaml.safe_load(flat_spec(shaped(text)))
    assert flat["layers"][0]["Dense"]["expect"] == {"shape": [2], "params": 10, "source": "by hand"}
    assert flat["expect"] == {"params": 10}
    wrong = flat_spec(shaped(text)).replace("params: 10", "params: 11")
    assert read(wrong)[0] is None, "they are checked"


def test_a_formula_that_would_be_too_long_keeps_its_parameter() -> None:
    numbers = ", ".join(str(10**9 + n) for n in range(40))
    text = HEAD + (
        f"input: [4]\nparams: {{many: [{numbers}], k: 3}}\nlayers:\n"
        "  - repeat: {times: 2, as: i, layers: [{Dense: 'many[i + k] // 10**9'}]}\n"
    )
    network = shaped(text)
    data = yaml.safe_load(blocks_spec(network))
    assert data["params"].keys() == {"many", "k"}
    assert_same(network, again(network, "blocks"), "blocks")


def test_parameters_of_repeats_hide_those_of_the_spec() -> None:
    text = HEAD + (
        "input: [4]\nparams: {n: 7, i: 5}\nlayers:\n"
        "  - repeat: {for: {n: [1, 2]}, as: i, layers: [{Dense: n + i}, {Dense: n}]}\n"
        "  - Dense: n + i\n"
    )
    network = shaped(text)
    assert [n.output_shape[-1] for n in network.nodes[1:]] == [1, 1, 3, 2, 12]
    assert_same(network, again(network, "blocks"), "blocks")


def test_blocks_of_one_name_from_two_files(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        "archspec: 1\nblocks:\n  inner: {layers: [{Dense: 3}]}\n  one: {layers: [inner]}\n"
    )
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\nuse: {one: one.yaml}\nblocks:\n  inner: {layers: [{Dense: 5}]}\n"
        "input: [2]\nlayers: [one, inner]\n"
    )
    network = shape_file(str(tmp_path / "net.yaml"), Sink())
    assert network is not None
    found, sink = read(blocks_spec(network))
    assert found is not None, sink.diagnostics
    assert [n.output_shape for n in found.nodes] == [(2,), (3,), (5,)]


def test_values_from_the_command_line_are_in_the_result(run: Run) -> None:
    path = str(ROOT / "specs" / "alexnet.yaml")
    for style in STYLES:
        done = run("expand", path, "--style", style, "--set", "classes=10")
        assert done.status == 0
        network = shaped(done.out)
        assert network.nodes[-1].output_shape == (10,)
        assert network.graph.spec.expect is None, "the paper's numbers hold for its own values"


def test_a_spec_with_errors_is_not_expanded(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("archspec: 1\ninput: [4]\nlayers: [{Dense: {unit: 3}}]\n")
    done = run("expand", str(path))
    assert (done.status, done.out) == (1, "")
    assert "AS202" in done.err


# Values and layers as they are written

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=12,
)


def _readable(value: Any) -> bool:
    """Whether it can stand in YAML at all, and in this language."""
    if isinstance(value, dict):
        return all(_readable(k) and _readable(v) and k != "<<" for k, v in value.items())
    if isinstance(value, list):
        return all(map(_readable, value))
    return not isinstance(value, str) or all(c == "\n" or c >= " " for c in value)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "params", "x", "expect", "a b"]), _VALUES))
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    if not value:
        return
    text = document(value)
    sink = Sink()
    found = parse(Source("<text>", text), sink)
    assert found is not None, f"{sink.diagnostics}\n{text}"
    assert found.value == value, text
    line = parse(Source("line.yaml", flow(value)), sink)
    assert line is not None, flow(value)
    assert line.value == value, flow(value)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(set(layer_types()) - {"Input"})), st.integers(0, 10**9))
def test_layers_are_read_back_as_they_were(name: str, seed: int) -> None:
    try:
        layer = draw_case(Random(seed), layer_types()[name], bad=0).call.make()
    except (ValidationError, ArgumentError):
        return
    text = document({"layers": [item(layer)]})
    sink = Sink()
    found = parse(Source("<text>", text), sink)
    assert found is not None, text
    entry = found.value["layers"][0]
    word, own = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
    made = Maker(sink).layer(layer_types()[word], own, found.root)
    assert made is not None, f"{sink.diagnostics}\n{text}"
    assert arguments(made) == arguments(layer)
    assert repr(made) == repr(layer)
