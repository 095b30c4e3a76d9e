"""A comparison as plain data, for JSON; docs/diff.md has the keys."""

from typing import Any

from archspec.diff.change import Change
from archspec.diff.compare import Comparison, Given
from archspec.diff.lines import Line
from archspec.diff.side import Side
from archspec.diff.words import SIGNS, said, where


def data(found: Comparison) -> dict[str, Any]:
    """All that is known, in full: nothing is left out for its length."""
    changes, kept = found.changes, found.kept
    first, second = changes.first, changes.second
    facts = first.shaped.facts, second.shaped.facts
    return {
        "same": found.same,
        "first": _network(found.first),
        "second": _network(found.second),
        "params": second.shaped.params - first.shaped.params,
        "macs": _macs(found),
        "lines": [_line(line, first, second) for line in found.lines],
        "follows": {
            "shapes": [
                {
                    "before": first.nodes[a].name,
                    "after": second.nodes[b].name,
                    "shapes_before": [list(s) for s in facts[0][a].outputs],
                    "shapes_after": [list(s) for s in facts[1][b].outputs],
                }
                for a, b in changes.follows.shapes
            ],
            "weights": [
                {"before": first.nodes[a].name, "after": second.nodes[b].name}
                for a, b in changes.follows.weights
            ],
            "params": changes.follows.params,
            "macs": changes.follows.macs,
        },
        "weights": {
            "tensors": kept.tensors,
            "all_tensors": kept.all_tensors,
            "values": kept.values,
            "all_values": kept.all_values,
        },
        "pairs": [
            [first.nodes[a].name, second.nodes[b].name]
            for a, b in sorted(changes.pairing.to_second.items())
        ],
    }


def _network(given: Given) -> dict[str, Any]:
    shaped = given.shaped
    return {
        "name": shaped.name,
        "title": shaped.title,
        "source": given.source,
        "values": dict(given.values),
        "layers": sum(bool(n.inputs) for n in shaped.graph.nodes),
        "params": shaped.params,
        "trainable_params": shaped.trainable_params,
        "macs": shaped.macs if shaped.macs_known else None,
    }


def _macs(found: Comparison) -> int | None:
    first, second = found.first.shaped, found.second.shaped
    return second.macs - first.macs if first.macs_known and second.macs_known else None


def _line(line: Line, first: Side, second: Side) -> dict[str, Any]:
    return {
        "change": SIGNS[line.sign],
        "kind": line.kind,
        "word": line.word,
        "where": where(line),
        "what": said(line),
        "times": line.times,
        "params": line.params,
        "macs": line.macs,
        "changes": [_change(change, first, second) for change in line.changes],
    }


def _change(change: Change, first: Side, second: Side) -> dict[str, Any]:
    return {
        "before": change.before or None,
        "after": change.after or None,
        "what": change.what,
        "arguments": [a._asdict() for a in change.arguments],
        "layers_before": [first.nodes[n].name for n in change.first],
        "layers_after": [second.nodes[n].name for n in change.second],
        "params": change.params,
        "macs": change.macs,
    }
