"""Files of version 1.0 mean what they meant: nodes, wires, shapes and totals are those that were recorded.

The files in tests/old_files/ use as names the words that came later: of blocks, parameters, columns, branches,
layers and wires. What each came to in 1.0 lies beside it, NAME.txt; of the specs that shipped with it,
specs.txt has totals and a digest of their nodes. Neither is ever written anew: a file that comes out otherwise
has another meaning. A spec that is written shorter keeps its line.
"""

import hashlib
from pathlib import Path

import pytest

import archspec
from archspec.infer.infer import ShapedGraph
from tests.conftest import ROOT, Run, names

FOLDER = ROOT / "tests" / "old_files"
OLD = sorted(FOLDER.glob("*.yaml"))
SPECS = dict(
    line.split(" ", 1) for line in (FOLDER / "specs.txt").read_text(encoding="utf-8").splitlines()
)
"""Path of a spec in specs/, and what it came to."""


@pytest.mark.parametrize("path", OLD, ids=names(OLD))
def test_old_file(path: Path) -> None:
    assert archspec.check(path) == []
    found = "".join(f"{line}\n" for line in described(archspec.load(path)))
    assert found == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("style", ["flat", "blocks"])
@pytest.mark.parametrize("path", OLD, ids=names(OLD))
def test_old_file_expanded(path: Path, style: str, run: Run) -> None:
    """What `expand` writes of it is the same network, whatever words it is written in."""
    shaped = archspec.load(path)
    again = archspec.loads(run("expand", str(path), "--style", style).out)
    assert structure(again) == structure(shaped)


@pytest.mark.parametrize("name", SPECS)
def test_shipped_spec(name: str) -> None:
    assert summed(archspec.load(ROOT / "specs" / name)) == SPECS[name]


def described(shaped: ShapedGraph) -> list[str]:
    """A line for each node: name, layer, shape, weights, and what it reads; the outputs last."""
    nodes = shaped.nodes
    lines = []
    for n in nodes:
        read = [f"{nodes[index].name}:{output}" for index, output in n.node.inputs]
        words = [n.name, repr(n.layer), str(list(n.output_shape)), str(n.facts.params), *read]
        if not n.node.trainable:
            words.append("frozen")
        if n.node.shares >= 0:
            words.append(f"shares {nodes[n.node.shares].name}")
        lines.append(" ".join(words))
    outputs = [f"{nodes[index].name}:{output}" for index, output in shaped.graph.outputs]
    return [*lines, " ".join(["outputs", *outputs])]


def structure(shaped: ShapedGraph) -> list[object]:
    """The nodes without their names, which `expand` makes flat."""
    return [
        (repr(n.layer), n.output_shape, n.params, n.trainable_params, n.node.inputs, n.node.shares)
        for n in shaped.nodes
    ]


def summed(shaped: ShapedGraph) -> str:
    """Totals of a network, and a digest of all that :func:`described` says of it."""
    digest = hashlib.sha256("\n".join(described(shaped)).encode()).hexdigest()[:16]
    totals = (shaped.params, shaped.trainable_params, shaped.macs)
    return " ".join([str(len(shaped.nodes)), *map(str, totals), digest])
