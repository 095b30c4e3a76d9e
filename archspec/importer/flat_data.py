"""A flat graph as a flat spec: a line for each layer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from archspec.emit.flat_entries import called, flat_name, wires
from archspec.emit.flat_networks import FlatNetworks
from archspec.expand.graph import Ref
from archspec.importer.flat_graph import FlatGraph
from archspec.spec.words import LONGEST_NAME
from archspec.spec.written import arguments


def flat_data(graph: FlatGraph, original: bool = True) -> dict[str, Any]:
    """The flat spec of a graph as plain values, as :func:`archspec.spec.written.document` writes.

    Args:
        graph: the graph.
        original: whether all layers have their names, or only those that are read by name.
    """
    wanted = {*range(len(graph.nodes))} if original else _read_by_name(graph)
    names = names_of(graph, () if original else _automatic(graph))
    layers = []
    networks = FlatNetworks()
    current = tuple((n, 0) for n in graph.inputs)
    for index, node in enumerate(graph.nodes):
        if index in graph.inputs:
            continue
        keys: dict[str, Any] = {"name": names[index]} if index in wanted else {}
        if node.inputs != current or node.layer.roles:
            read = [wire(graph, ref, names) for ref in node.inputs]
            keys["from_"] = wires(node.layer, read)
        if not node.trainable:
            keys["trainable"] = False
        if node.shares >= 0:
            owner = graph.nodes[node.shares].layer
            written = {"layer": names[node.shares], "name": names[index]}
            if "from_" in keys:
                written["from"] = keys["from_"]
            layers.append({"apply": written | called(owner, node.layer)})
        else:
            layers.append(networks.entry(node.layer, **keys))
        current = ((index, 0),)
    found = head(graph, names)
    if networks.blocks:
        found["blocks"] = networks.blocks
    found["layers"] = layers
    if tuple(graph.outputs) != current:
        outputs = [wire(graph, ref, names) for ref in graph.outputs]
        found["outputs"] = outputs[0] if len(outputs) == 1 else outputs
    return found


def head(graph: FlatGraph, names: Sequence[str]) -> dict[str, Any]:
    """The keys before the layers: version, name and inputs."""
    found: dict[str, Any] = {"archspec": 1, "name": flat_name(graph.name, "_-")}
    inputs: dict[str, Any] = {}
    for index in graph.inputs:
        declared = arguments(graph.nodes[index].layer)
        shape = list(declared["shape"]) if isinstance(declared["shape"], list | tuple) else []
        inputs[names[index]] = {**declared, "shape": shape} if len(declared) > 1 else shape
    if list(inputs) == ["input"]:
        found["input"] = inputs["input"]
    else:
        found["inputs"] = inputs
    return found


def names_of(graph: FlatGraph, automatic: Iterable[str] = ()) -> list[str]:
    """A name for each node that stands once and that a spec can have; the only input is `input`.

    Names that are ``automatic`` ones of layers without a name are taken.
    """
    names = [node.name for node in graph.nodes]
    if len(graph.inputs) == 1:
        names[graph.inputs[0]] = "input"
    taken = {*automatic}
    found = [""] * len(names)
    for index in [*graph.inputs, *(n for n in range(len(names)) if n not in {*graph.inputs})]:
        found[index] = free_name(flat_name(names[index], "_-"), taken)
        taken.add(found[index])
    return found


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with a number, so that it is not taken."""
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name[: LONGEST_NAME - 8]}_{count}"
    return found


def wire(graph: FlatGraph, ref: Ref, names: Sequence[str]) -> str:
    """The name by which an output is read: the node's, or ``lstm.state_h`` for a further one."""
    index, output = ref
    if not output:
        return names[index]
    return f"{names[index]}.{graph.nodes[index].layer.output_names()[output]}"


def _read_by_name(graph: FlatGraph) -> set[int]:
    """Nodes that another one reads which is not the next one, whose weights are shared, or outputs."""
    found = {index for index, _ in graph.outputs}
    current = tuple((n, 0) for n in graph.inputs)
    for index, node in enumerate(graph.nodes):
        if index in graph.inputs:
            continue
        if node.inputs != current or node.layer.roles:
            found |= {n for n, _ in node.inputs}
        if node.shares >= 0:
            found |= {node.shares, index}
        current = ((index, 0),)
    return found


def _automatic(graph: FlatGraph) -> set[str]:
    """All names that layers of these kinds may get by themselves: ``dense``, ``dense_1``."""
    counts = Counter(node.layer.auto_name() for node in graph.nodes)
    numbers = {f"{name}_{n}" for name, count in counts.items() for n in range(1, count)}
    return {*counts} - {"input"} | numbers
