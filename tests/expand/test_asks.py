"""Formulas that ask for shapes: what they mean in each place, and that equal ones only are shared."""

import time

import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.pipeline import shape_document
from tests.expand.test_expand import STYLES, again, assert_same, read, shaped

HEAD = "archspec: 1\ninput: [8, 8, 4]\n"
UNIT = """
blocks:
  unit:
    let: {c: channels(input), half: c//2}
    layers:
      - Conv2D: {filters: half, kernel_size: 1}
      - repeat: {name: r, times: 2, let: {d: channels() + half}, layers: [{Conv2D: [d, 1]}]}
      - Conv2D: {filters: c, kernel_size: 1}
"""

MEANINGS = {
    "what the entry reads": ("- Conv2D: {filters: 2*channels(), kernel_size: 1}", "8"),
    "a wire": (
        "- Conv2D: {filters: 6, kernel_size: 1, name: my-skip}\n- Flatten\n"
        "- Dense: {units: channels(my-skip) + height(my-skip)}",
        "6 384 14",
    ),
    "its own from": (
        "- Conv2D: {filters: 6, kernel_size: 1}\n"
        "- Conv2D: {filters: channels() + 1, kernel_size: 1, from: input}",
        "6 5",
    ),
    "when": (
        "- Conv2D: {filters: 6, kernel_size: 1, when: channels() == 5}\n"
        "- Conv2D: {filters: 7, kernel_size: 1, when: channels() == 4}",
        "7",
    ),
    "expect": (
        "- Conv2D: {filters: 8, kernel_size: 1, expect: [8, 8, 2*channels()]}",
        "8",
    ),
    "let of the file": (
        "- Conv2D: {filters: wide, kernel_size: 1}\n- Conv2D: {filters: wide, kernel_size: 1}",
        "9 9",
    ),
    "let of a repeat, anew in each round": (
        "- repeat: {times: 3, let: {c: channels() + 1}, layers: [{Conv2D: {filters: c, kernel_size: 1}}]}",
        "5 6 7",
    ),
    "times": (
        "- repeat: {times: channels() - 2, layers: [{Conv2D: {filters: 3, kernel_size: 1}}]}",
        "3 3",
    ),
    "a column": (
        "- repeat: {for: {n: ['channels()', 4]}, layers: [{Conv2D: {filters: n + 1, kernel_size: 1}}]}",
        "5 5",
    ),
    "a row": (
        "- repeat: {for: [n, m], rows: [['channels()', 1], [2, 3]],"
        " layers: [{Conv2D: {filters: n + m, kernel_size: 1}}]}",
        "5 5",
    ),
    "a name and a word": (
        "- Conv2D: {filters: 2, kernel_size: 1, name: l$(channels())}\n"
        "- Activation: {activation: $(relu if channels(l4) == 2 else tanh)}",
        "2 2",
    ),
    "a residual": (
        "- Conv2D: {filters: 6, kernel_size: 1}\n- residual:\n"
        "  - Conv2D: {filters: 2*channels(), kernel_size: 1}\n"
        "  - Conv2D: {filters: channels()//2, kernel_size: 1}",
        "6 12 6 6",
    ),
    "both arms of a residual": (
        "- residual: {layers: [{Conv2D: {filters: channels() + 1, kernel_size: 1}}],"
        " shortcut: [{Conv2D: {filters: channels() + 1, kernel_size: 1}}]}",
        "5 5 5",
    ),
    "a shortcut with a condition": (
        "- residual: {skip: channels() == 5, layers: [{Conv2D: {filters: 5, kernel_size: 1}}]}\n"
        "- residual: {skip: channels() == 5, layers: [{Conv2D: {filters: 5, kernel_size: 1}}]}",
        "5 5 5",
    ),
    "branches and what merges them": (
        "- parallel:\n    branches:\n"
        "      a: [{Conv2D: {filters: 2*channels(), kernel_size: 1}}]\n"
        "      b: [{Conv2D: {filters: 2*channels(), kernel_size: 1}}]\n"
        "    merge: {Concatenate: {expect: [8, 8, 2*channels()]}}",
        "8 8 16",
    ),
    "several inputs, all the same": (
        "- Conv2D: {filters: 4, kernel_size: 1}\n"
        "- Concatenate: {from: [input, conv2d], when: channels() == 4}",
        "4 8",
    ),
    "a dense block": (
        "- dense_block: {times: 3, layers: [{Conv2D: {filters: channels()//2, kernel_size: 1}}]}",
        "2 6 3 9 4 13",
    ),
    "one block at two widths": (
        "- unit\n- Conv2D: {filters: 10, kernel_size: 1}\n- unit\n- unit",
        "2 4 6 4 10 5 10 15 10 5 10 15 10",
    ),
    "all rounds": (
        "- repeat: {name: st, times: 2, layers: [{Conv2D: {filters: 3, kernel_size: 1, name: skip}}]}\n"
        "- Conv2D: {filters: channels(st*.skip), kernel_size: 1}",
        "3 3 3",
    ),
    "a round": (
        "- repeat: {name: st, times: 2, as: i, layers: [{Conv2D: {filters: 3 + i, kernel_size: 1}}]}\n"
        "- Conv2D: {filters: channels(st1) + channels(st), kernel_size: 1}",
        "3 4 7",
    ),
    "a wire with a parameter in it": (
        "- repeat:\n    times: 2\n    as: i\n    layers:\n"
        "      - Conv2D: {filters: 3 + i, kernel_size: 1, name: a$i}\n"
        "      - Conv2D: {filters: channels(a$i), kernel_size: 1}",
        "3 3 4 4",
    ),
    "a shape": (
        "- Flatten\n- Dense: {units: 256}\n- Reshape: {target_shape: 'shape(input)'}\n"
        "- Conv2D: {filters: 'shape()[2] + len(shape())', kernel_size: 1}",
        "256 256 4 7",
    ),
    "an argument of a block": (
        "- Conv2D: {filters: 6, kernel_size: 1}\n- given: {n: channels()}\n- given: channels(given)",
        "6 7 8",
    ),
    "block in a block": ("- outer\n- outer", "4 6 6 8"),
}
BLOCKS = """
  given: {params: {n: int}, layers: [{Conv2D: {filters: n + 1, kernel_size: 1}}]}
  inner: {layers: [{Conv2D: {filters: channels(input) + 2, kernel_size: 1}}]}
  outer: {layers: [{Conv2D: {filters: channels(), kernel_size: 1}}, inner]}
let: {wide: channels(input) + 5}
"""


def _last(network: ShapedGraph) -> str:
    return " ".join(str(n.facts.outputs[0][-1]) for n in network.nodes[1:])


def _spec(layers: str) -> str:
    text = HEAD + UNIT.replace("[d, 1]", "{filters: d, kernel_size: 1}") + BLOCKS.lstrip("\n")
    return text + "layers:\n" + "".join(f"  {line}\n" for line in layers.splitlines())


@pytest.mark.parametrize(("layers", "channels"), MEANINGS.values(), ids=MEANINGS.keys())
def test_what_an_ask_means(layers: str, channels: str) -> None:
    network = shaped(_spec(layers))
    assert _last(network) == channels
    for style in STYLES:
        assert_same(network, again(network, style), style)


APPLIED = {
    "a layer that asked": ("Conv2D: {filters: channels(), kernel_size: 1, name: a}", "a", 1),
    "a block": ("unit: {name: a}", "a", 4),
    "a repeat": (
        "repeat: {name: a, times: 2, layers: [{Conv2D: {filters: channels(), kernel_size: 1}}]}",
        "a",
        2,
    ),
    "a repeat with a let": (
        "repeat: {name: a, times: 2, let: {c: channels()}, layers: [{Conv2D: {filters: c, kernel_size: 1}}]}",
        "a",
        2,
    ),
    "a branch": (
        "parallel: {name: p, branches: {a: [{Conv2D: {filters: channels(), kernel_size: 1}}], b: []}, merge: Add}",
        "p.a",
        1,
    ),
    "a parallel": (
        "parallel: {name: a, branches: {a: [{Conv2D: {filters: channels(), kernel_size: 1}}], b: []},"
        " merge: {Add: {when: channels() == 4}}}",
        "a",
        2,
    ),
    "a block in a block": ("outer: {name: a}", "a", 2),
    "an apply in a block": ("twice: {name: a}", "a", 2),
}
TWICE = """
  twice:
    layers:
      - Conv2D: {filters: channels(), kernel_size: 1, name: k, when: channels() == 4}
      - apply: {layer: k, name: l}
"""


@pytest.mark.parametrize(("first", "target", "count"), APPLIED.values(), ids=APPLIED.keys())
def test_what_is_applied_again_has_the_shapes_of_its_first_use(
    first: str, target: str, count: int
) -> None:
    layers = f"- {first}\n- apply: {{layer: {target}, name: again, from: input}}"
    layers += "\n- apply: {layer: again, name: third, from: input}\noutputs: [x]"
    text = _spec(layers.replace("outputs: [x]", "")).replace("let: {wide", TWICE[1:] + "let: {wide")
    network = shaped(text + "outputs: [again, third]\n")
    copies = [n.node for n in network.nodes if n.name.startswith(("again", "third"))]
    assert len(copies) == 2 * count
    assert all(node.shares >= 0 for node in copies)
    for style in STYLES:
        assert_same(network, again(network, style), style)


def test_a_repeat_of_a_block_is_applied_as_it_was() -> None:
    """Rounds that differ in what they asked for: the copies are those rounds, in order."""
    network = shaped(
        _spec(
            "- repeat: {name: a, times: 3, layers: [inner]}\n"
            "- apply: {layer: a, name: b, from: input}\n"
            "- apply: {layer: a2, name: c, from: a1}"
        )
        + "outputs: [a, b, c]\n"
    )
    assert _last(network) == "6 8 10 6 8 10 8"
    assert [n.node.shares for n in network.nodes] == [-1, -1, -1, -1, 1, 2, 3, 2]


ERRORS = {
    "unequal inputs": (
        "- Conv2D: {filters: 5, kernel_size: 1}\n"
        "- Concatenate: {from: [input, conv2d], expect: [8, 8, channels()]}\n"
        "- Conv2D: {filters: channels(), kernel_size: 1}",
        ["AS209 `channels()` is not the same for all that is read here: 4, 5"],
    ),
    "a broken layer": (
        "- Conv2D: {filters: 4, kernel_size: 11, name: bad}\n"
        "- Conv2D: {filters: channels(), kernel_size: 1, name: x, when: channels() == 3}\n"
        "- repeat: {times: 3, let: {c: channels(x)}, layers: [{Conv2D: {filters: c, kernel_size: 1}}]}\n"
        "- inner\n- Conv2D: {filters: channels(bad), kernel_size: 1}",
        ["AS401 a window of 11 does not fit into a height of 8: 8 − 11 + 1 = −2"],
    ),
    "a mistake in a round, once": (
        "- repeat: {times: 900, as: i, layers: [{Conv2D: {filters: channels(nothing) + i, kernel_size: 1}}]}",
        ["AS301 no layer before this one is called `nothing`"],
    ),
    "below": (
        "- Conv2D: {filters: channels(a), kernel_size: 1}\n"
        "- Conv2D: {filters: 4, kernel_size: 1, name: a}",
        ["AS304 `a` stands below: its shape is not known here"],
    ),
    "itself": (
        "- Conv2D: {filters: channels(a), kernel_size: 1, name: a}",
        ["AS304 `a` asks for its own shape, which follows from this formula"],
    ),
    "a block that reads too few, applied with enough": (
        "- Conv2D: {filters: 4, kernel_size: 1, name: q}\n- some: {name: a, from: input}\n"
        "- apply: {layer: a, name: b, from: [input, q]}",
        ["AS303 block `two` has the inputs a, b, but reads 1"],
    ),
    "a vector": (
        "- Flatten\n- Dense: {units: height()}\n- Dense: {units: channels()}",
        ["AS209 `height()`: 256 is not height × width × channels"],
    ),
    "an index too far": (
        "- Conv2D: {filters: 'shape(input)[9]', kernel_size: 1}",
        ["AS209 index 9 is outside the list, which has 3 entries"],
    ),
}
TWO = """
  two:
    inputs: [a, b]
    layers:
      - Conv2D: {filters: channels(a), kernel_size: 1, from: a}
      - Add: {from: [conv2d, b]}
  some:
    layers: [{two: {from: input}}, {Dense: {units: channels()}}]
"""


@pytest.mark.parametrize(("layers", "said"), ERRORS.values(), ids=ERRORS.keys())
def test_one_mistake_is_one_error(layers: str, said: list[str]) -> None:
    _, sink = read(_spec(layers).replace("let: {wide", TWO[1:] + "let: {wide"))
    assert [f"{d.code} {d.message}" for d in sink.diagnostics if d.code < "AS9"] == said


@pytest.mark.parametrize(
    "formula", ["height()", "'shape(input)[0]'", "'shape(input)[0] + 1'", "width(input)//2"]
)
def test_a_size_that_is_not_known_is_one_error(formula: str) -> None:
    layers = f"- Conv2D: {{filters: {formula}, kernel_size: 1}}\n- GlobalMaxPooling2D\n"
    text = _spec(layers + "- Dense: {units: channels()}").replace("[8, 8, 4]", "[null, null, 4]")
    _, sink = read(text)
    assert [d.code for d in sink.diagnostics if d.code < "AS9"] == ["AS407"]
    assert _last(shaped(text.replace(formula, "'shape()[2] + channels(input)'"))) == "8 8 8"


def test_the_same_document_again_and_with_other_values() -> None:
    """What is kept of a document between runs holds for these values and shapes only."""
    text = (
        "archspec: 1\nparams: {n: 4, k: 1}\ninput: [8, 8, n]\n"
        "blocks:\n  b:\n    let: {c: channels(input)*k}\n    layers:\n"
        "      - Conv2D: {filters: c, kernel_size: 1}\n"
        "      - Conv2D: {filters: channels(), kernel_size: k}\n"
        "layers:\n  - b\n  - dense_block: {times: 2, layers: [{Conv2D: {filters: channels()//2, kernel_size: 1}}]}\n"
    )
    sink = Sink()
    document = parse(Source("<text>", text), sink)
    assert document is not None

    def found(**values: int) -> str | None:
        sink = Sink()
        network = shape_document(document, sink, values)
        return _last(network) if network else " ".join(d.code for d in sink.diagnostics)

    for _ in range(2):
        assert found() == "4 4 2 6 3 9"
        assert found(n=6) == "6 6 3 9 4 13"
        assert found(k=9) == "AS401"
        assert found(n=2, k=2) == "4 4 2 6 3 9"
        assert found(n=1) == "AS204"


@pytest.mark.parametrize(
    "layers",
    [
        "- Conv2D: {filters: channels(), kernel_size: 1}",
        "- Conv2D: {filters: channels() + i%2, kernel_size: 1}\n- inner",
    ],
)
def test_thousands_of_rounds(layers: str) -> None:
    body = "".join(f"      {line}\n" for line in layers.splitlines())
    text = _spec(f"- repeat:\n    times: 1000\n    as: i\n    layers:\n{body}")
    text = text.replace("channels(input) + 2", "channels(input)")
    start = time.process_time()
    network, sink = read(text)
    assert network is not None, sink.diagnostics
    assert time.process_time() - start < 4
