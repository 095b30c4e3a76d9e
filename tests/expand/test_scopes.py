"""What a block sees: its parameters and `let`, and those of the file in which it is written."""

from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.sink import Sink
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.documents import write_example
from tests.expand.test_expand import STYLES, again, assert_same


def network_of(text: str, folder: Path, **values: Any) -> tuple[ShapedGraph | None, list[str]]:
    sink = Sink()
    path = write_example(text, folder)
    network = shape_file(str(path), sink, values) if values else shape_file(str(path), sink)
    return network, [f"{d.code} {d.message}" for d in sink.diagnostics]


def last_sizes(network: ShapedGraph) -> str:
    return " ".join(str(n.facts.outputs[0][-1]) for n in network.nodes[1:])


SOUND = {
    "a parameter of the file": (
        """
archspec: 1
params: {w: 3}
input: [2]
blocks:
  b: [Dense: w]
layers: [b]
""",
        "3",
    ),
    "a let of the file": (
        """
archspec: 1
params: {w: 3}
let: {v: 2*w, u: v + 1}
input: [2]
blocks:
  b: [Dense: u]
  c: [b, Dense: v]
layers: [c, Dense: u]
""",
        "7 6 7",
    ),
    "a parameter of the block hides it": (
        """
archspec: 1
params: {w: 3, v: 4}
input: [2]
blocks:
  b: {params: {w: 5}, layers: [Dense: w, c]}
  c: [Dense: w]
layers: [b, b: {w: 6}, Dense: w, Dense: v]
""",
        "5 3 6 3 3 4",
    ),
    "a let of the block hides it, and may use another name of the file": (
        """
archspec: 1
params: {w: 3, v: 4}
input: [2]
blocks:
  b: {let: {w: v + 5}, layers: [Dense: w, c]}
  c: [Dense: w]
layers: [b, Dense: w]
""",
        "9 3 3",
    ),
    "columns, counters and lets of a repeat hide it": (
        """
archspec: 1
params: {w: 3, i: 9}
input: [2]
blocks:
  b:
    - repeat: {for: {w: [7, 8]}, layers: [Dense: w, c]}
    - repeat: {times: 2, as: i, layers: [Dense: i + 20, d]}
    - repeat: {times: 1, let: {w: 30 + i}, layers: [Dense: w, c]}
  c: [Dense: w]
  d: [Dense: i]
layers: [b, Dense: w]
""",
        "7 3 8 3 20 9 21 9 39 3 3",
    ),
    "a repeat's let with that of the repeat around it": (
        """
archspec: 1
params: {n: 2}
input: [2]
layers:
- repeat:
    times: n
    as: i
    let: {a: 10*i + n}
    layers:
    - repeat: {times: n, as: j, let: {b: a + j}, layers: [Dense: b]}
    - Dense: a + 1
""",
        "2 3 3 12 13 13",
    ),
    "a network used twice with other values": (
        """# file: net.yaml
archspec: 1
params: {w: 3}
let: {v: 2*w}
input: [2]
blocks:
  b: [Dense: w, c]
  c: [Dense: v]
layers: [b, Dense: v]
# file: top.yaml
archspec: 1
params: {w: 50, q: 7}
input: [2]
use: {net: net.yaml}
layers: [net, net: {w: 4}, net: {w: q}, Dense: w]
""",
        "3 6 6 4 8 8 7 14 14 50",
    ),
    "a block of a file that sees that file": (
        """# file: lib.yaml
archspec: 1
params: {w: 3}
let: {v: w + 1}
blocks:
  b: [Dense: w, c]
  c: [Dense: v]
# file: top.yaml
archspec: 1
params: {w: 50}
input: [2]
use: {b: lib.yaml, c: {from: lib.yaml, params: {w: 2*w}}}
layers: [b, c, Dense: w]
""",
        "3 4 101 50",
    ),
    "one block of a file by two names of it": (
        """# file: lib.yaml
archspec: 1
params: {w: 3}
blocks:
  b: {params: {k: int}, layers: [Dense: w + k]}
# file: mid.yaml
archspec: 1
params: {m: 5}
use: {b: {from: lib.yaml, params: {w: m + 1}}}
blocks:
  d: [b: 100, Dense: m]
# file: top.yaml
archspec: 1
params: {z: 20}
input: [2]
use: {d: {from: mid.yaml, params: {m: z}}, b: lib.yaml}
layers: [d, b: 200, Dense: z]
""",
        "121 20 203 20",
    ),
    "a used file's parameter, used in an extended file": (
        """# file: lib.yaml
archspec: 1
params: {w: 3}
blocks:
  b: [Dense: w]
# file: base.yaml
archspec: 1
params: {n: 4}
let: {m: n + 1}
input: [2]
use: {b: {from: lib.yaml, params: {w: m}}}
blocks:
  e: [Dense: n]
layers: [b, e, Dense: m]
# file: top.yaml
archspec: 1
extends: base.yaml
params: {n: 8}
""",
        "9 8 9",
    ),
    "a wire and an output that a parameter names": (
        """
archspec: 1
params: {w: 2}
let: {u: w - 1}
input: [3]
blocks:
  b:
    let: {last: w}
    layers: [{Dense: {units: 5, name: d1}}, {Dense: {units: 6, name: d2}}]
    outputs: {x: d$u, y: d$last}
layers:
- {b: {name: one}}
- {Dense: {units: 7, from: one.x, name: p}}
- {Add: {from: [one.y, one.y], name: q}}
- {Concatenate: {from: [p, q]}}
""",
        "5 6 7 6 13",
    ),
}


@pytest.mark.parametrize(("text", "sizes"), SOUND.values(), ids=SOUND.keys())
def test_what_a_name_means(text: str, sizes: str, tmp_path: Path) -> None:
    network, said = network_of(text.lstrip("\n"), tmp_path)
    assert network is not None, said
    assert [line for line in said if line.startswith(("AS902", "AS903"))] == []
    assert last_sizes(network) == sizes
    for style in STYLES:
        assert_same(network, again(network, style), style)


def test_what_is_set_reaches_the_blocks(tmp_path: Path) -> None:
    text = SOUND["a used file's parameter, used in an extended file"][0]
    for n in (6, 8, 6):
        network, said = network_of(text, tmp_path, n=n)
        assert network is not None, said
        assert last_sizes(network) == f"{n + 1} {n} {n + 1}"


UNUSED = {
    "a parameter that a block alone uses": ("b: [Dense: w]", "", []),
    "one that only a hidden name shares": (
        "b: {params: {w: 4}, layers: [Dense: w]}",
        "",
        ["AS903 parameter `w` is never used"],
    ),
    "one that a let uses which is used": ("b: [Dense: v]", "let: {v: w}", []),
    "one that a let uses which is not": (
        "b: [Dense: 3]",
        "let: {v: w}",
        ["AS903 `v` is worked out, and never used"],
    ),
    "a let that outputs alone use": (
        "b: {let: {k: w}, layers: [{Dense: {units: 3, name: d3}}], outputs: d$k}",
        "",
        [],
    ),
    "a let that a let alone uses": ("b: {let: {k: w, l: k + 1}, layers: [Dense: l]}", "", []),
}


@pytest.mark.parametrize(("block", "let", "said"), UNUSED.values(), ids=UNUSED.keys())
def test_what_is_never_used(block: str, let: str, said: list[str], tmp_path: Path) -> None:
    text = f"archspec: 1\nparams: {{w: 3}}\n{let}\ninput: [2]\nblocks:\n  {block}\nlayers: [b]\n"
    network, found = network_of(text, tmp_path)
    assert network is not None, found
    assert [line for line in found if line.startswith("AS90")] == said


USED = """# file: lib.yaml
archspec: 1
params: {w: 3, k: int}
blocks:
  b: [Dense: w]
# file: net.yaml
archspec: 1
params: {w: 3}
input: [2]
layers: [Dense: w]
# file: top.yaml
archspec: 1
params: {z: 3.5}
input: [2]
use: {b: WHAT}
layers: [b]
"""


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("{from: lib.yaml, params: {v: 3}}", "AS110 `lib` has no parameter `v`"),
        ("{from: lib.yaml, params: {w: wide}}", "AS208 there is no parameter `wide` here"),
        ("{from: lib.yaml, params: {w: 2.5}}", "AS111 parameter `w` is of type int, not 2.5"),
        ("{from: lib.yaml, params: {w: z}}", "AS111 parameter `w` is of type int, not 3.5"),
        ("{from: lib.yaml, params: {w: channels()}}", "AS209 `channels()` asks for a shape"),
        ("{from: lib.yaml, parms: {w: 3}}", "AS102 `use` has no"),
        ("{params: {w: 3}}", "AS103 "),
        ("{from: net.yaml, params: {w: 3}}", "AS102 `net.yaml` is a network"),
        ("[lib.yaml]", "AS104 "),
        ("3", "AS104 "),
    ],
)
def test_a_file_that_is_used_wrongly(use: str, said: str, tmp_path: Path) -> None:
    network, found = network_of(USED.replace("WHAT", use), tmp_path)
    assert network is None
    assert len([line for line in found if not line.startswith("AS9")]) == 1, found
    assert found[0].startswith(said)
