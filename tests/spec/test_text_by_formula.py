"""`$(…)` in texts, words without quotes, `let`, tables by rows, defaults: what they mean."""

from typing import Any

import pytest

from archspec.api import load, loads
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.emit.blocks import blocks_spec
from archspec.emit.flat import flat_spec
from archspec.emit.python.rehearsal import difference
from archspec.emit.python.structured import structured_source
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.formulas.templates import Text, plain_text
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.parse import parse
from archspec.pipeline import shape_document

SCOPE = frozenset(("i", "act", "wide", "sizes"))
VALUES: dict[str, Any] = {"i": 1, "act": "relu", "wide": True, "sizes": [8, 16]}
HEAD = "archspec: 1\nparams: {i: 1, act: relu, wide: true, sizes: [8, 16]}\ninput: [32, 32, 3]\n"


def diagnose(text: str) -> tuple[ShapedGraph | None, list[Diagnostic]]:
    sink = Sink()
    document = parse(Source("net.yaml", text), sink)
    found = shape_document(document, sink) if document else None
    return found, sink.diagnostics


def layers(text: str) -> list[dict[str, Any]]:
    """The arguments of the layers of a sound spec; what is printed and compiled is the same."""
    network = loads(text)
    for written in (flat_spec(network), blocks_spec(network)):
        again = loads(written)
        assert arguments(again) == arguments(network), written
    assert difference(structured_source(network), network) == ""
    return arguments(network)


def arguments(network: ShapedGraph) -> list[dict[str, Any]]:
    """The arguments of its layers, but for the input."""
    return [
        {n: v.arguments() if isinstance(v, Layer) else v for n, v in node.layer.arguments().items()}
        for node in network.nodes[1:]
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$(same if i == 1 else valid)", "same"),
        ("$(same if i != 1 else valid)", "valid"),
        ("$(act)", "relu"),
        ("$act", "relu"),
        ("$( 2*i )", 2),
        ("$(sizes)", [8, 16]),
        ("$(relu)", "relu"),
        ("conv_$(i + 1)", "conv_2"),
        ("${act}_$(i)$(i*2)_$act", "relu_12_relu"),
        ("$('a)' if wide else \"(b\")", "a)"),
        ("$([same, valid][i])", "valid"),
        ("$(stage1.add if wide else input)", "stage1.add"),
        ("$$(i)", "$(i)"),
        ("$$i and $(i)", "$i and 1"),
        ("$(7/2)", 3.5),
    ],
)
def test_texts(text: str, value: Any) -> None:
    assert Text(text, SCOPE).evaluate(VALUES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("$$i", "$1"), ("a$$", "a$$"), ("$$", "$$"), ("$", "$"), ("$ (i)", "$ (i)"), ("$i$i", "11")],
)
def test_texts_of_version_1_mean_what_they_meant(text: str, value: str) -> None:
    assert Text(text, SCOPE).evaluate(VALUES) == value


@pytest.mark.parametrize("text", ["$i", "${act}", "$(i)", "$$(i)", "$$i", "a", "a$", "'$i'", "$(x"])
def test_a_text_can_be_written_that_means_itself(text: str) -> None:
    written = Text(plain_text(text), SCOPE)
    assert written.evaluate({}) == text


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("relu", "relu"),
        ("relu if wide else gelu", "relu"),
        ("relu if not wide else gelu if i else tanh", "gelu"),
        ("[relu]*2 + [gelu]", ["relu", "relu", "gelu"]),
        ("[relu, [gelu, i]]", ["relu", ["gelu", 1]]),
        ("[same, valid][i]", "valid"),
        ("stage1.add", "stage1.add"),
        ("act", "relu"),
        ("none", "none"),
    ],
)
def test_a_word_is_text_where_a_result_stands(formula: str, value: Any) -> None:
    read = parse_expression(formula, SCOPE)
    assert read.names <= SCOPE
    assert read.evaluate(VALUES) == value
    assert parse_expression(read.text).evaluate(VALUES) == value


@pytest.mark.parametrize(
    "formula",
    [
        "act == relu",
        "1 if relu else 2",
        "relu if act == relu else tanh",
        "2*relu",
        "relu + gelu",
        "-relu",
        "not relu",
        "relu or gelu",
        "max(relu, 1)",
        "len([relu])",
        "act in [relu, gelu]",
        "sizes[relu]",
    ],
)
def test_a_word_is_a_name_elsewhere(formula: str) -> None:
    assert not parse_expression(formula, SCOPE).names <= SCOPE


def test_a_formula_with_words_is_placed_like_one_without() -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_expression("größe if i else 1/0", SCOPE).evaluate({"i": 0})
    assert (raised.value.start, raised.value.end) == (16, 19)
    with pytest.raises(ExpressionError) as raised:
        Text("größe_$( 1/(i - 1) )", SCOPE).evaluate(VALUES)
    assert (raised.value.start, raised.value.end) == (9, 18)


def test_near_misses_of_names_are_errors() -> None:
    body = "layers:\n  - Conv2D: {filters: 8, kernel_size: 3, name: c_$(wide_ if wide else b)}\n"
    found, told = diagnose(HEAD + body)
    assert found is None or told
    (error,) = [d for d in told if d.code == "AS208"]
    assert next(str(h) for h in error.help) == "did you mean `wide`?"
    # A value that the argument takes is no slip.
    body = "layers:\n  - Conv2D: {filters: 8, kernel_size: 3, padding: $(same if i else valid)}\n"
    assert layers(HEAD.replace("act:", "same_: 3, act:") + body)[0]["padding"] == "same"


def test_let_is_worked_out_in_order_everywhere() -> None:
    text = """
archspec: 1
params: {width: 4, deep: true}
let: {hidden: 4*width, pad: same if deep else valid, acts: "[relu]*1 + [tanh]", size: 2*hidden}
input: [size, size, 3]
blocks:
  unit:
    params: {filters: int}
    let: {mid: filters//2, act: relu if mid > 4 else tanh, wide: 3*mid}
    layers:
      - Conv2D: {filters: wide, kernel_size: 1, padding: $pad, activation: $act}
layers:
  - Conv2D: {filters: hidden, kernel_size: 3, padding: $pad}
  - repeat:
      for: {act: "acts"}
      as: i
      let: {twice: 2*hidden, both: twice + i}
      layers:
        - Conv2D: {filters: both, kernel_size: 1, activation: $act}
  - unit: {filters: hidden}
expect: {shape: [size, size, 3*hidden//2]}
"""
    found = layers(text)
    assert [f["filters"] for f in found] == [16, 32, 33, 24]
    assert [f.get("activation") for f in found] == [None, "relu", "tanh", "relu"]
    assert {f.get("padding", "valid") for f in found} == {"same", "valid"}


def test_rows_are_columns() -> None:
    by_rows = """
layers:
  - repeat:
      name: stage
      for: [k, out, bias, act, some]
      rows:
        - [3, 8*i, false, relu, [1, 2]]
        - [1, "max(4, i)", true, "relu if i > 3 else stage1.add", [2, 1]]
        - [1, 16, wide, $none, []]
      layers:
        - Conv2D: {filters: out, kernel_size: k, use_bias: bias, activation: $(act if k == 3 else gelu)}
""".replace("$none", "None")
    by_columns = """
layers:
  - repeat:
      name: stage
      for:
        k: [3, 1, 1]
        out: [8*i, "max(4, i)", 16]
        bias: [false, true, wide]
        act: [relu, "'stage1.add'", None]
        some: [[1, 2], [2, 1], []]
      layers:
        - Conv2D: {filters: out, kernel_size: k, use_bias: bias, activation: $(act if k == 3 else gelu)}
"""
    assert layers(HEAD + by_rows) == layers(HEAD + by_columns)


def test_expand_writes_rows_as_rows() -> None:
    body = "layers:\n  - repeat:\n      for: [k, act]\n      rows: [[3, relu], [i, tanh]]\n"
    body += "      layers: [Conv2D: {filters: 8, kernel_size: k, activation: $act}]\n"
    written = blocks_spec(loads(HEAD + body))
    assert "      for: [k, act]\n      rows:\n        - [3, relu]\n        - [1, tanh]\n" in written


def test_defaults_are_those_of_a_file() -> None:
    text = """
archspec: 1
params: {bias: false}
let: {no_bias: not bias}
defaults:
  Conv2D: {use_bias: no_bias, kernel_initializer: he_normal, padding: same}
  Dense: {activation: relu, use_bias: bias}
  Add: {trainable: false}
input: [8, 8, 3]
blocks:
  unit: {layers: [Conv2D: {filters: 3, kernel_size: 1, padding: valid}]}
layers:
  - unit
  - residual: [Conv2D: {filters: 3, kernel_size: 3, kernel_initializer: zeros}]
  - TimeDistributed: {layer: {Dense: 4}}
  - Dense: {units: 2, activation: null}
""".replace("  Add: {trainable: false}\n", "")
    found = layers(text)
    assert found[0] == {"filters": 3, "kernel_size": (1, 1), "kernel_initializer": "he_normal"}
    assert found[1]["padding"] == "same"
    assert found[1]["kernel_initializer"] == "zeros"
    assert found[3]["layer"] == {"units": 4, "activation": "relu", "use_bias": False}
    assert found[4] == {"units": 2, "use_bias": False}


def test_defaults_do_not_reach_into_files_that_are_used(tmp_path: Any) -> None:
    block = "archspec: 1\nblocks:\n  unit: {layers: [Conv2D: {filters: 4, kernel_size: 3}]}\n"
    (tmp_path / "unit.yaml").write_text(block)
    net = tmp_path / "net.yaml"
    net.write_text(
        "archspec: 1\nuse: {unit: unit.yaml}\ndefaults: {Conv2D: {padding: same}}\n"
        "input: [9, 9, 3]\nlayers: [unit, Conv2D: {filters: 4, kernel_size: 3}]\n"
    )
    network = load(net)
    assert [n.layer.arguments().get("padding") for n in network.nodes[1:]] == [None, "same"]


# What YAML makes of the words of 1.1, in flow and in block style (None: it is fine).
FACTS = [
    ("Conv2D", "padding", "$(same if i == 1 else valid)", None, None),
    ("Conv2D", "filters", "channels(input)//1", None, None),
    ("Conv2D", "filters", "width(input)//4", None, None),
    ("Conv2D", "filters", "shape(input)[0]//4", '"shape(input)[0]//4"', None),
    ("Conv2D", "filters", "max(i, 1)", '"max(i, 1)"', None),
    ("Conv2D", "filters", "sizes[0]", '"sizes[0]"', None),
    ("Conv2D", "filters", "sum([i, 2])", '"sum([i, 2])"', None),
    ("Conv2D", "padding", "$([same, valid][i])", '"$([same, valid][i])"', None),
    ("Conv2D", "name", "c_$(max(i, 2))", '"c_$(max(i, 2))"', None),
    ("EinsumDense", "equation", "abcd,de->abce", '"abcd,de->abce"', None),
    ("EinsumDense", "equation", "...d,de->...e", '"...d,de->...e"', None),
]
NEEDED: dict[str, dict[str, Any]] = {
    "Conv2D": {"filters": 8, "kernel_size": 3},
    "EinsumDense": {"equation": "abcd,de->abce", "output_shape": "[32, 32, 8]"},
}


@pytest.mark.parametrize(("word", "name", "written", "flow", "block"), FACTS)
@pytest.mark.parametrize("style", ["flow", "block"])
def test_yaml(
    word: str, name: str, written: str, flow: str | None, block: str | None, style: str
) -> None:
    arguments = {**NEEDED[word], name: written}
    if "..." in written:
        arguments["output_shape"] = "[8]"
    meant = {"flow": flow, "block": block}[style]
    check_yaml(_entry(word, arguments, style), meant)


def _entry(word: str, arguments: dict[str, Any], style: str) -> str:
    if style == "flow":
        inner = ", ".join(f"{n}: {v}" for n, v in arguments.items())
        return f"  - {word}: {{{inner}}}\n"
    return f"  - {word}:\n" + "".join(f"      {n}: {v}\n" for n, v in arguments.items())


TABLES = [
    ("repeat: {for: {a: [relu]*2 + [gelu]}, layers: [Activation: $a]}", '"[relu]*2 + [gelu]"'),
    ('repeat: {for: {a: "[relu]*2 + [gelu]"}, layers: [Activation: $a]}', None),
    (
        "repeat:\n      for:\n        a: [relu]*2 + [gelu]\n      layers: [Activation: $a]",
        '"[relu]*2',
    ),
    ("repeat: {for: [k], rows: [[max(i, 3)]], layers: [Dense: k]}", "'max(i, 3)'"),
    ("repeat: {for: [k, a], rows: [[3, relu], [i, gelu]], layers: [Activation: $a]}", None),
    (
        "repeat: {times: 2, name: s, layers: [Dense: {name: a, units: 3}]}\n  - Add: {from: s*.a}",
        None,
    ),
    ("Dense: {name: a, units: 3}\n  - Add: {from: *.a}", '"*.a"'),
    ("Dense: {name: a, units: 3}\n  - Add:\n      from: *.a", '"*.a"'),
]


@pytest.mark.parametrize(("entry", "meant"), TABLES)
def test_yaml_of_tables_and_wires(entry: str, meant: str | None) -> None:
    check_yaml(f"  - {entry}\n", meant)


def check_yaml(entries: str, meant: str | None) -> None:
    found, told = diagnose(HEAD + "layers:\n" + entries)
    errors = [d for d in told if d.severity == "error"]
    if meant is None:
        assert found is not None, [(d.code, d.message) for d in errors]
        return
    values = [e.value for d in errors for fix in d.fixes for e in fix.edits]
    assert any(meant in str(value) for value in values), [(d.message, d.help) for d in errors]
