"""A network as a flat spec: every layer by name, all formulas worked out, no blocks, no repeats."""

from collections.abc import Sequence
from typing import Any

from archspec.emit.names import output_name
from archspec.expand.graph import Node, Ref
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.spec.words import LONGEST_NAME
from archspec.spec.written import arguments, document, item


def flat_spec(shaped: ShapedGraph) -> str:
    """The spec as YAML: a valid spec of the same nodes, shapes and numbers.

    The path of a layer becomes its name, ``stage2_unit1_add`` for ``stage2.unit1.add``.
    Expectations of blocks are left out, those of layers and of the network stay.
    """
    return document(flat_data(shaped))


def flat_data(shaped: ShapedGraph) -> dict[str, Any]:
    """The flat spec as plain values."""
    graph = shaped.graph
    names = _names(graph.nodes)
    expected = {e.start: e for e in graph.expected if e.end == e.start + 1}
    layers = []
    current: tuple[Ref, ...] = tuple((n, 0) for n in graph.inputs.values())
    for index, node in enumerate(graph.nodes):
        if node.item is None:  # an input
            continue
        keys: dict[str, Any] = {"name": names[index]}
        if node.inputs != current or node.layer.roles:
            wires = [_wire(shaped, ref, names) for ref in node.inputs]
            keys["from_"] = wires[0] if len(wires) == 1 else wires
            if node.layer.roles:
                keys["from_"] = by_role(node.layer.roles, wires)
        if not node.trainable and shaped.facts[index].params:
            keys["trainable"] = False
        if index in expected:
            found = expected[index]
            keys["expect"] = _expectation(found.values, found.expect.source)
        if node.shares >= 0:
            written = {"name": keys["name"], "layer": names[node.shares]}
            if "from_" in keys:
                written["from"] = keys["from_"]
            written |= _called(graph.nodes[node.shares].layer, node.layer)
            if "expect" in keys:
                written["expect"] = keys["expect"]
            layers.append({"apply": written})
        else:
            layers.append(item(node.layer, **keys))
        current = ((index, 0),)
    return {**head(shaped), "layers": layers, **_tail(shaped, names, current)}


def head(shaped: ShapedGraph) -> dict[str, Any]:
    """The keys of a spec before its layers, without parameters and blocks."""
    spec = shaped.graph.spec
    found: dict[str, Any] = {"archspec": 1, "name": _named(spec.name, "_-${}")}
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


def by_role(roles: Sequence[str], wires: Sequence[Any]) -> dict[str, Any]:
    """Wires as a `from` has them that says what each is to the layer."""
    found: dict[str, Any] = {}
    for role, wire in zip(roles, wires, strict=True):
        if role in found:
            before = found[role]
            found[role] = [*(before if isinstance(before, list) else [before]), wire]
        else:
            found[role] = wire
    return found


def _called(owner: Layer, layer: Layer) -> dict[str, Any]:
    """The arguments of the call that are others than where the layer was used first."""
    before, now = owner.arguments(defaults=True), layer.arguments(defaults=True)
    return {n: now[n] for n in now if n in layer.call_arguments and now[n] != before[n]}


def _tail(shaped: ShapedGraph, names: list[str], current: tuple[Ref, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if shaped.graph.outputs != current:
        wires = [_wire(shaped, ref, names) for ref in shaped.graph.outputs]
        found["outputs"] = wires[0] if len(wires) == 1 else wires
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


def _names(nodes: list[Node]) -> list[str]:
    """A name for each node that has no dot and stands once; those without dots keep theirs."""
    taken = {n.name for n in nodes if "." not in n.name}
    names = []
    for node in nodes:
        name = node.name
        if "." in name:
            base = name = _named(name.replace(".", "_"), "_-")
            count = 1
            while name in taken:
                count += 1
                name = f"{base[: LONGEST_NAME - 8]}_{count}"
            taken.add(name)
        names.append(name)
    return names


def _named(text: str, signs: str) -> str:
    """A name for a text, such as that of a file or of a branch: others than letters, digits and signs are `_`."""
    name = text if text.isalnum() else "".join([c if _in_name(c, signs) else "_" for c in text])
    return f"_{name}"[:LONGEST_NAME] if not name or name[0] in "-{}" else name[:LONGEST_NAME]


def _in_name(char: str, signs: str) -> bool:
    return char.isalpha() or char.isdecimal() or char in signs


def _wire(shaped: ShapedGraph, ref: Ref, names: list[str]) -> str:
    node = shaped.graph.nodes[ref[0]]
    return names[ref[0]] + output_name(shaped, ref)[len(node.name) :]
