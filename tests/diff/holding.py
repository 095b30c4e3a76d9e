"""What must hold of every comparison, and what of one edit."""

import json

from archspec.diff.change import Change
from archspec.diff.compare import Comparison, Given, compare
from archspec.diff.data import data
from archspec.diff.markdown import markdown
from archspec.diff.side import Numbers
from archspec.diff.text import text
from archspec.importer.flat_graph import flat_graph
from archspec.infer.infer import ShapedGraph

_TURNED = {"+": "-", "-": "+", "~": "~"}


def compare_both_ways(first: ShapedGraph, second: ShapedGraph) -> Comparison:
    """A comparison of which all holds that must hold of any."""
    found = compare(Given(first, "a.yaml"), Given(second, "b.yaml"))
    back = compare(Given(second, "b.yaml"), Given(first, "a.yaml"))
    hold_once(found)
    hold_sums(found)
    ours = {_plain(c) for c in found.changes.all}
    theirs = {_turned(_plain(c)) for c in back.changes.all}
    assert ours == theirs, (ours - theirs, theirs - ours)
    assert found.same == back.same
    assert found.kept.all_tensors >= found.kept.tensors
    json.dumps(data(found))
    assert text(found)
    assert markdown(found)
    return found


def hold_once(found: Comparison) -> None:
    """Every node has a partner, or came or went in one change."""
    changes = found.changes
    pairs = changes.pairing.to_second
    gone = [a for c in changes.all for a in c.first if a not in pairs]
    come = [b for c in changes.all for b in c.second if b not in changes.pairing.to_first]
    first, second = len(changes.first.nodes), len(changes.second.nodes)
    assert sorted([*pairs, *gone]) == list(range(first))
    assert sorted([*pairs.values(), *come]) == list(range(second))


def hold_sums(found: Comparison) -> None:
    """What the lines say adds up to the difference of the totals."""
    first, second = found.first.shaped, found.second.shaped
    follows = found.changes.follows
    assert sum(line.params for line in found.lines) + follows.params == second.params - first.params
    assert sum(line.macs for line in found.lines) + follows.macs == second.macs - first.macs


def equal_graphs(first: ShapedGraph, second: ShapedGraph) -> bool:
    """Whether two networks of which one is the other with an edit are equal, node by node."""
    numbers = Numbers()
    graphs = []
    for shaped in (first, second):
        flat = flat_graph(shaped)
        nodes = [(numbers.layer(n.layer), n.inputs, n.trainable, n.shares) for n in flat.nodes]
        graphs.append((nodes, flat.inputs, flat.outputs))
    return graphs[0] == graphs[1]


def _plain(change: Change) -> tuple[object, ...]:
    return (
        change.sign,
        change.kind,
        change.before,
        change.after,
        change.first,
        change.second,
        change.params,
        change.macs,
    )


def _turned(plain: tuple[object, ...]) -> tuple[object, ...]:
    sign, kind, before, after, first, second, params, macs = plain
    assert isinstance(params, int)
    assert isinstance(macs, int)
    return _TURNED[str(sign)], kind, after, before, second, first, -params, -macs
