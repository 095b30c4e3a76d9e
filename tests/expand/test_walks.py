"""Walks through graphs, against plain recursion over random ones."""

import random
from itertools import pairwise

import pytest

from archspec.api import loads
from archspec.expand.graph import Graph
from archspec.expand.walks import OUTPUT, ancestors, dependents, main_path, readers


def make(seed: int, count: int = 12) -> Graph:
    """A graph of sums of earlier layers, some of which nothing reads."""
    draw = random.Random(seed)
    lines = ["archspec: 1", "input: [4]", "layers:"]
    names = ["input"]
    for number in range(count):
        sources = draw.sample(names, min(len(names), draw.randint(1, 3)))
        kind = "Add" if len(sources) > 1 else "ReLU"
        lines.append(f"  - {kind}: {{name: n{number}, from: [{', '.join(sources)}]}}")
        names.append(f"n{number}")
    lines.append(f"outputs: [n{count - 1}, n{count // 2}]")
    return loads("\n".join(lines)).graph


def above(graph: Graph, index: int) -> set[int]:
    """A node and all that it depends on."""
    return {index}.union(*(above(graph, source) for source, _ in graph.nodes[index].inputs))


@pytest.mark.parametrize("seed", range(10))
def test_walks(seed: int) -> None:
    graph = make(seed)
    every = range(len(graph.nodes))
    for index in every:
        assert dependents(graph, index) == {n for n in every if index in above(graph, n)}
        assert {n for n, is_one in enumerate(ancestors(graph, [index])) if is_one} == above(
            graph, index
        )
        path = main_path(graph, index)
        assert not graph.nodes[path[0]].inputs
        assert path[-1] == index
        for source, node in pairwise(path):
            assert graph.nodes[node].inputs[0][0] == source
    read = readers(graph)
    for index in every:
        assert read[index].count(OUTPUT) == sum(source == index for source, _ in graph.outputs)
        for reader in every:
            inputs = [source for source, _ in graph.nodes[reader].inputs]
            assert read[index].count(reader) == inputs.count(index)


def test_ancestors_of_several() -> None:
    graph = make(1)
    both = ancestors(graph, [3, 5])
    assert both == [
        a or b for a, b in zip(ancestors(graph, [3]), ancestors(graph, [5]), strict=True)
    ]
    assert not any(ancestors(graph, []))
