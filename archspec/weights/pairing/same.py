"""Whether two graphs are the same up to names."""

from typing import Any

from archspec.weights.pairing.match import match
from archspec.weights.structure.plain import has_weights
from archspec.weights.structure.vertices import Structure


def one_to_one(first: Structure, second: Structure) -> tuple[dict[int, int], str]:
    """The vertices of two graphs that correspond, and what keeps them from being the same.

    The text is empty if they are the same: every vertex has its counterpart, reads the
    counterparts of what the other reads, and shares its weights with the same ones.
    """
    found = match(first, second)
    conflict = found.conflict or _layers_apart(first, second, found.pairs)
    if not conflict and not isomorphic(first, second, found.pairs):
        conflict = "what leads to no output differs"
    return found.pairs, conflict


def layer_pairs(first: Structure, second: Structure, pairs: dict[int, int]) -> dict[str, str]:
    """The layers that vertices belong to, and those of their counterparts."""
    found: dict[str, str] = {}
    for a, b in pairs.items():
        ours, theirs = first.vertices[a].layer, second.vertices[b].layer
        if ours and theirs:
            found.setdefault(ours, theirs)
    return found


def _layers_apart(first: Structure, second: Structure, pairs: dict[int, int]) -> str:
    """What is wrong if layers with weights do not correspond one to one."""
    found: dict[str, str] = {}
    back: dict[str, str] = {}
    for a, b in pairs.items():
        ours, theirs = first.vertices[a].layer, second.vertices[b].layer
        vertex = first.vertices[a]
        if not ours or not theirs or not has_weights(vertex.kind, vertex.arguments):
            continue
        if found.setdefault(ours, theirs) != theirs or back.setdefault(theirs, ours) != ours:
            return f"`{ours}` and `{theirs}` do not share their weights with the same layers"
    return ""


def isomorphic(first: Structure, second: Structure, pairs: dict[int, int]) -> bool:
    """Whether two graphs are the same when the vertices of the first get the others' names."""
    import networkx as nx

    a, b = _graph(first), _graph(second)
    if set(pairs) != set(a) or set(pairs.values()) != set(b):
        return False
    return bool(nx.utils.graphs_equal(nx.relabel_nodes(a, pairs), b))


def _graph(structure: Structure) -> Any:
    """A multigraph; its edges know which input of a layer they are, where that matters."""
    import networkx as nx

    graph: Any = nx.MultiDiGraph()
    for index, vertex in enumerate(structure.vertices):
        graph.add_node(index, label=vertex.label)
    for index, vertex in enumerate(structure.vertices):
        for position, (source, output) in enumerate(vertex.inputs):
            if vertex.commutative:
                before = vertex.inputs[:position]
                position = before.count((source, output))
            graph.add_edge(source, index, key=(position, output))
    for number, index in enumerate(structure.inputs):
        graph.nodes[index]["input"] = number
    for number, (source, output) in enumerate(structure.outputs):
        graph.nodes[source].setdefault("outputs", []).append((number, output))
    return graph
