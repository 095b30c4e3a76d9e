"""`outputs` of blocks: what they are outside, in repeats and applied again."""

import pytest

from tests.expand.test_expand import STYLES, again, assert_same, read, shaped

HEAD = """archspec: 1
inputs: {p: [8, 4], q: [8, 6]}
blocks:
  cell:
    inputs: [a, b]
    layers:
      - Dense: {name: high, from: b, units: channels(a)}
      - Add: {from: [a, high]}
    outputs: {prev: b, cur: add}
  two:
    layers: [{Dense: {units: 3, name: left}}, {Dense: {units: 5, name: right}}]
    outputs: [left, right]
  named:
    layers: [{Dense: {units: 3, name: left}}, {Dense: {units: 5, name: right}}]
    outputs: {x: right, left: left}
  one:
    layers: [{Dense: {units: 3, name: left}}, {Dense: {units: 5, name: right}}]
    outputs: left
  around:
    layers: [named, {Dense: {units: 7, from: named.x}}]
    outputs: {inner: named.x, last: dense}
layers:
"""
SOUND = {
    "all of them, in order": ("- two: {from: p}\n- Concatenate: {}", "3 5 8"),
    "by name": (
        "- named: {name: m, from: p}\n- Dense: {units: channels(), from: m.x}\n"
        "- Concatenate: {from: [m, m.left, dense]}",
        "3 5 5 16",
    ),
    "one alone": ("- one: {from: p}\n- Dense: {units: channels() + 1}", "3 5 4"),
    "an inner layer that is none": (
        "- one: {name: m, from: p}\n- Dense: {units: channels(m.right), from: m}",
        "3 5 5",
    ),
    "of a block in a block": (
        "- around: {name: m, from: p}\n- Concatenate: {from: [m.inner, m.last]}",
        "3 5 7 12",
    ),
    "carried from round to round": (
        "- repeat: {name: cells, times: 3, from: [p, q], layers: [cell]}\n"
        "- Concatenate: {from: [cells.cur, cells1.prev, cells]}",
        "4 4 6 6 4 4 20",
    ),
    "without a name": (
        "- repeat: {times: 2, from: [p, q], layers: [cell]}\n- Concatenate",
        "4 4 6 6 10",
    ),
    "of all rounds": (
        "- repeat: {name: st, times: 2, from: q, layers: [{named: {name: u}}, {Dense: {units: 2, from: u.x}}]}\n"
        "- Concatenate: {from: 'st*.u.x'}",
        "3 5 2 3 5 2 10",
    ),
    "applied again": (
        "- named: {name: m, from: p}\n- apply: {layer: m, name: n, from: p}\n"
        "- Concatenate: {from: [n.x, m.left, n]}",
        "3 5 3 5 16",
    ),
    "applied again, carried": (
        "- repeat: {name: r, times: 2, from: [p, q], layers: [cell]}\n"
        "- apply: {layer: r, name: s, from: [p, q]}\n- Concatenate: {from: [s.prev, r.cur]}",
        "4 4 6 6 4 4 6 6 10",
    ),
    "with roles": ("- cell: {from: {b: q, a: p}}\n- Concatenate", "4 4 10"),
    "with roles, applied again": (
        "- cell: {name: m, from: {b: q, a: p}}\n- apply: {layer: m, name: n, from: {b: q, a: p}}\n"
        "- Concatenate: {from: [n.prev, m.cur]}",
        "4 4 4 4 10",
    ),
}


@pytest.mark.parametrize(("layers", "sizes"), SOUND.values(), ids=SOUND.keys())
def test_what_a_block_gives(layers: str, sizes: str) -> None:
    network = shaped(HEAD + layers + "\n")
    assert " ".join(str(n.facts.outputs[0][-1]) for n in network.nodes[2:]) == sizes
    for style in STYLES:
        assert_same(network, again(network, style), style)


WRONG = {
    "a name that is not there": ("outputs: {x: lft}", "AS309 there is no layer `lft` in the block"),
    "an inner layer's name": (
        "outputs: {right: left}",
        "AS302 an inner layer is called `right` too",
    ),
    "an input's name": ("outputs: {input: left}", "AS302 an input is called `input` too"),
    "a name with a dot": ("outputs: {a.b: left}", "AS106 `a.b` cannot be the name of an output"),
    "none": ("outputs: []", "AS104 `outputs` of block `b` must be"),
    "a number": ("outputs: 3", "AS104 `outputs` of block `b` must be"),
    "nothing": ("outputs: {x: }", "AS013 "),
}


@pytest.mark.parametrize(("outputs", "said"), WRONG.values(), ids=WRONG.keys())
def test_outputs_that_are_wrong_are_told_once(outputs: str, said: str) -> None:
    block = f"  b:\n    layers: [{{Dense: {{units: 3, name: left}}}}, {{Dense: {{units: 5, name: right}}}}]\n    {outputs}\n"
    text = "archspec: 1\ninput: [4]\nblocks:\n" + block + "layers: [b, {b: {name: c}}, Dense: 3]\n"
    network, sink = read(text)
    assert network is None
    (line,) = [f"{d.code} {d.message}" for d in sink.diagnostics if d.code < "AS9"]
    assert line.startswith(said)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("cell: {from: {a: p, c: q}}", "AS202 block `cell` has no input `c`"),
        ("cell: {from: {a: p}}", "AS303 block `cell` reads nothing as its `b`"),
        ("cell: {from: {a: [p, q], b: q}}", "AS303 block `cell` reads more than one as its `a`"),
        ("repeat: {times: 1, from: {a: p}, layers: []}", "AS204 the inputs of `repeat` have no names"),
        ("residual: {from: {a: p}, layers: []}", "AS204 the inputs of `residual` have no names"),
        ("Add: {from: {a: p, b: p}}", "AS202 the inputs of Add have no names"),
        ("apply: {layer: m, from: {a: p, c: q}}", "AS202 block `cell` has no input `c`"),
        ("apply: {layer: r, from: {a: p, b: q}}", "AS204 the inputs of `repeat` have no names"),
        ("Dense: {units: 2, from: {a: nothing}}", "AS301 no layer before this one is called `nothing`"),
        ("Dense: {units: 2, from: {}}", "AS204 `from` of `Dense` must be a name"),
        ("MultiHeadAttention: {num_heads: 1, key_dim: 2, from: {query: p, valu: q}}", "AS202 "),
        ("MultiHeadAttention: {num_heads: 1, key_dim: 2, from: {value: p}}", "AS303 "),
    ],
)  # fmt: skip
def test_wires_with_roles_that_are_wrong(layer: str, said: str) -> None:
    text = HEAD + "- cell: {name: m, from: [p, q]}\n- repeat: {name: r, times: 1, layers: [cell]}\n"
    network, sink = read(text + f"- {layer}\n")
    assert network is None
    (line,) = [f"{d.code} {d.message}" for d in sink.diagnostics if d.code < "AS9"]
    assert line.startswith(said)
