"""A network as a flat spec: every layer by name, all formulas worked out, no blocks, no repeats."""

from typing import Any

from archspec.emit.flat_entries import called, flat_name, flat_names, wires
from archspec.emit.flat_networks import FlatNetworks
from archspec.emit.names import output_name
from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph
from archspec.spec.written import arguments, document


def flat_spec(shaped: ShapedGraph) -> str:
    """The spec as YAML: a valid spec of the same nodes, shapes and numbers.

    The path of a layer becomes its name, ``stage2_unit1_add`` for ``stage2.unit1.add``.
    Expectations of blocks are left out, those of layers and of the network stay.
    """
    return document(flat_data(shaped))


def flat_data(shaped: ShapedGraph) -> dict[str, Any]:
    """The flat spec as plain values."""
    graph = shaped.graph
    names = flat_names(graph.nodes)
    expected = {e.start: e for e in graph.expected if e.end == e.start + 1}
    layers = []
    networks = FlatNetworks()
    current: tuple[Ref, ...] = tuple((n, 0) for n in graph.inputs.values())
    for index, node in enumerate(graph.nodes):
        if node.item is None:  # an input
            continue
        keys: dict[str, Any] = {"name": names[index]}
        if node.inputs != current or node.layer.roles:
            keys["from_"] = wires(node.layer, [_wire(shaped, ref, names) for ref in node.inputs])
        if not node.trainable and shaped.facts[index].params:
            keys["trainable"] = False
        if index in expected:
            found = expected[index]
            keys["expect"] = _expectation(found.values, found.expect.source)
        if node.shares >= 0:
            written = {"name": keys["name"], "layer": names[node.shares]}
            if "from_" in keys:
                written["from"] = keys["from_"]
            written |= called(graph.nodes[node.shares].layer, node.layer)
            if "expect" in keys:
                written["expect"] = keys["expect"]
            layers.append({"apply": written})
        else:
            layers.append(networks.entry(node.layer, **keys))
        current = ((index, 0),)
    blocks = {"blocks": networks.blocks} if networks.blocks else {}
    return {**head(shaped), **blocks, "layers": layers, **_tail(shaped, names, current)}


def head(shaped: ShapedGraph) -> dict[str, Any]:
    """The keys of a spec before its layers, without parameters and blocks."""
    spec = shaped.graph.spec
    found: dict[str, Any] = {"archspec": 1, "name": flat_name(spec.name, "_-${}")}
    if spec.title is not None:
        found["title"] = spec.title
    if spec.description is not None:
        found["description"] = spec.description
    lint = spec.place.document.at(("lint",))
    if isinstance(lint, dict):
        found["lint"] = lint
    inputs = {}
    for name, index in shaped.graph.inputs.items():
        declared = arguments(shaped.graph.nodes[index].layer)
        shape = list(shaped.facts[index].outputs[0])
        inputs[name] = {**declared, "shape": shape} if len(declared) > 1 else shape
    if list(inputs) == ["input"]:
        found["input"] = inputs["input"]
    else:
        found["inputs"] = inputs
    return found


def _tail(shaped: ShapedGraph, names: list[str], current: tuple[Ref, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if shaped.graph.outputs != current:
        outputs = [_wire(shaped, ref, names) for ref in shaped.graph.outputs]
        found["outputs"] = outputs[0] if len(outputs) == 1 else outputs
    expect = shaped.graph.spec.expect
    if expect is not None:
        values = expect.values.evaluate(shaped.graph.values)
        found["expect"] = _expectation(values, expect.source)
    return found


def _expectation(values: dict[str, Any], source: str | None) -> Any:
    """As it is written: only a shape is written as the shape."""
    if source is None and values.keys() == {"shape"}:
        return values["shape"]
    return {**values, "source": source} if source is not None else values


def _wire(shaped: ShapedGraph, ref: Ref, names: list[str]) -> str:
    node = shaped.graph.nodes[ref[0]]
    return names[ref[0]] + output_name(shaped, ref)[len(node.name) :]
