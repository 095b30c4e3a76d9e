"""Whether two Keras models are the same up to names, and calculate the same."""

from typing import Any, NamedTuple

from archspec.characters import visible
from archspec.emit.keras.verify import difference
from archspec.weights.match import Numbers, match
from archspec.weights.structure import structure_of
from archspec.weights.vertices import Structure
from archspec.weights.wrapped import inner_models

LIMIT = 1e-5
"""Largest difference of outputs, relative to the largest value."""


class Comparison(NamedTuple):
    """How two models compare."""

    same: bool
    """Whether the graphs are the same up to names."""
    differences: list[str]
    layers: int
    """Number of vertices of the first model."""
    params: tuple[int, int]
    gap: float | None
    """Relative difference of the outputs with copied weights; None if they were not compared."""
    within: str = ""
    """The network in the second model that the first one was compared with, if it was that."""

    @property
    def sound(self) -> bool:
        """Whether the graphs, the counts and the outputs are the same."""
        return self.same and self.params[0] == self.params[1] and (self.gap or 0.0) <= LIMIT


def compare(ours: Any, theirs: Any, inputs: list[Any]) -> Comparison:
    """Compare two models; our weights become theirs, layer by layer.

    The second may be a model around the network, such as that of a run, which prepares pictures
    for it: then it is the network in it that counts.

    Args:
        ours: a Keras model.
        theirs: another one.
        inputs: arrays, one for each input.

    Raises:
        StructureError: a model is no graph of layers.
    """
    outermost = _compare(ours, theirs, inputs)
    if not outermost.same:
        for inner in inner_models(theirs):
            found = _compare(ours, inner, inputs)
            if found.same:
                return found._replace(within=visible(inner.name))
    return outermost


def _compare(ours: Any, theirs: Any, inputs: list[Any]) -> Comparison:
    first, second = structure_of(ours), structure_of(theirs)
    params = (ours.count_params(), theirs.count_params())
    found = match(first, second)
    if found.conflict:
        told = [visible(text) for text in (found.conflict, *_partings(first, second))]
        return Comparison(False, told, len(first.vertices), params, None)
    layers, conflict = _layer_pairs(first, second, found.pairs)
    if conflict or not isomorphic(first, second, found.pairs):
        told = [visible(conflict) or "some layers lead to no output"]
        return Comparison(False, told, len(first.vertices), params, None)
    _copy(ours, theirs, layers)
    given = inputs[0] if len(inputs) == 1 else inputs
    gap = max(
        difference(a, b)
        for a, b in zip(_outputs(ours, given), _outputs(theirs, given), strict=True)
    )
    return Comparison(True, [], len(first.vertices), params, gap)


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
    for number, (source, output) in enumerate(structure.outputs):
        graph.nodes[source].setdefault("outputs", []).append((number, output))
    return graph


def _layer_pairs(
    first: Structure, second: Structure, pairs: dict[int, int]
) -> tuple[dict[str, str], str]:
    """Layers that correspond, and what is wrong if they do not one to one."""
    found: dict[str, str] = {}
    back: dict[str, str] = {}
    for a, b in pairs.items():
        ours, theirs = first.vertices[a].layer, second.vertices[b].layer
        if not ours or not theirs:
            continue
        if found.setdefault(ours, theirs) != theirs or back.setdefault(theirs, ours) != ours:
            return found, f"`{ours}` and `{theirs}` do not share their weights with the same layers"
    return found, ""


def _copy(ours: Any, theirs: Any, pairs: dict[str, str]) -> None:
    from archspec.weights.named import weighted_layers

    others = dict(weighted_layers(theirs))
    for path, layer in weighted_layers(ours):
        layer.set_weights(others[pairs[path]].get_weights())


def _outputs(model: Any, given: Any) -> list[Any]:
    import keras

    return [
        keras.ops.convert_to_numpy(value)
        for value in keras.tree.flatten(model(given, training=False))
    ]


def _partings(first: Structure, second: Structure) -> list[str]:
    """The first vertices of each model that the other one does not have."""
    numbers = Numbers()
    ours, theirs = numbers.of(first), numbers.of(second)
    told = []
    for whose, structure, mine, others in (
        ("ours", first, ours, set(theirs)),
        ("theirs", second, theirs, set(ours)),
    ):
        for index, number in enumerate(mine):
            vertex = structure.vertices[index]
            if number not in others:
                name = f" `{vertex.layer}`" if vertex.layer else ""
                told.append(f"first only in {whose}:{name} {vertex.label}")
                break
    return told


def randomize(model: Any, seed: int = 0) -> None:
    """Draw all weights anew, so that no two vectors of zeros or ones can be taken for each other.

    Kernels keep their size; vectors are theirs plus a tenth of a normal value, above 0 where they
    were 1.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    for weight in model.weights:
        value = np.asarray(weight.numpy() if hasattr(weight, "numpy") else weight)
        if value.ndim < 2 and np.issubdtype(value.dtype, np.floating):
            weight.assign(
                (value + 0.1 * np.abs(random.standard_normal(value.shape))).astype(value.dtype)
            )
