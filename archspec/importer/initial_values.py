"""A network without what only matters to training it from the start."""

from archspec.importer.flat_graph import FlatGraph
from archspec.layers import Layer
from archspec.layers.network import Network
from archspec.records.record import fields

_ENDINGS = ("initializer", "regularizer", "constraint")


def without_initial_values(graph: FlatGraph) -> FlatGraph:
    """The graph with layers that have no initializers, regularizers and constraints of their own."""
    bare: dict[int, Layer] = {}
    nodes = []
    for node in graph.nodes:
        layer = bare.get(id(node.layer))
        if layer is None:
            layer = bare[id(node.layer)] = _bare(node.layer)
        nodes.append(node._replace(layer=layer))
    return graph._replace(nodes=nodes)


def _bare(layer: Layer) -> Layer:
    """The layer itself if it has none of them, in layers inside of it either."""
    if isinstance(layer, Network):
        nodes = tuple([node._replace(layer=_bare(node.layer)) for node in layer.nodes])
        same = all(a.layer is b.layer for a, b in zip(nodes, layer.nodes, strict=True))
        return layer if same else Network(layer.title, nodes, layer.output, layer.written)
    defaults = {n: f.default for n, f in fields(type(layer)).items() if not f.required}
    changes = {}
    for name, value in layer.arguments().items():
        if name.endswith(_ENDINGS) and name in defaults:
            changes[name] = defaults[name]
        elif isinstance(value, Layer) and (inner := _bare(value)) is not value:
            changes[name] = inner
    return layer.replace(**changes) if changes else layer
