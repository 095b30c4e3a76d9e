"""A line for each layer: for graphs whose structure Python's blocks and loops do not follow."""

from typing import Any

from archspec.emit.keras.names import layer_names
from archspec.emit.python.calls import call_text
from archspec.emit.python.frame import head, main, with_inner
from archspec.emit.python.naming import RESERVED
from archspec.emit.python.networks import NetworkFunctions
from archspec.emit.python.text import (
    docstring,
    identifier,
    layer_code,
    literal,
    statement,
    type_of,
    wrap,
)
from archspec.infer.infer import ShapedGraph, ShapedNode


def flat_source(shaped: ShapedGraph) -> str:
    """Source in which every layer that an output depends on has a line."""
    function = identifier(shaped.name, {*RESERVED})
    lines = [f"def {function}():"]
    if shaped.title:
        lines.append(docstring(shaped.title, 4))
    names = layer_names(n.name for n in shaped.nodes)
    taken = {*RESERVED, function}
    outputs: dict[int, list[str]] = {}
    made: dict[int, str] = {}
    networks = NetworkFunctions(taken)
    types: dict[int, str] = {}
    live = [n for n in shaped.nodes if n.live]
    shared = {n.node.shares for n in live if n.node.shares >= 0}
    for node in live:
        found = []
        for name in node.layer.output_names():
            variable = identifier(node.name + ("_" + name if name else ""), taken)
            taken.add(variable)
            found.append(variable)
        outputs[node.index] = found
        types[node.index] = node.layer.output_dtype(*[types[i] for i, _ in node.node.inputs])
        if not node.node.inputs:
            lines += statement(found[0], _input(node, names), 4)
            continue
        owner = node.node.shares if node.node.shares >= 0 else node.index
        layer = made.get(owner)
        if layer is None:
            reads = types[node.node.inputs[0][0]]
            given = networks.arguments(node.layer, names[owner], reads)
            layer = layer_code(type_of(node.layer), given, names[owner])
            if owner in shared:
                made[owner] = identifier(names[owner] + "_layer", taken)
                taken.add(made[owner])
                lines += statement(made[owner], layer, 4)
                layer = made[owner]
        code = f"{layer}({_call(node, outputs)})"
        lines += statement(", ".join(found), code, 4)
    body = "\n".join([*lines, *_model(shaped, names, outputs, identifier("model", taken))]) + "\n"
    used = {type_of(layer) for layer in with_inner(n.layer for n in live)} | networks.types
    ordered = sorted(used, key=lambda t: t.__name__)
    first = head(shaped.title or shaped.name, "\n".join([*networks.functions, body]), ordered)
    return "\n\n".join((first, *networks.functions, body, main(function)))


def _input(node: ShapedNode, names: list[str]) -> str:
    arguments = node.layer.arguments()
    shape = arguments.pop("shape")
    rest = "".join(f", {k}={literal(v)}" for k, v in arguments.items())
    return f"keras.Input({literal(shape)}{rest}, name={literal(names[node.index])})"


def _model(
    shaped: ShapedGraph, names: list[str], outputs: dict[int, list[str]], variable: str
) -> list[str]:
    """The lines that make the model, and freeze what is frozen in it."""
    inputs = _one([outputs[index][0] for index in shaped.graph.inputs.values()])
    results = _one([outputs[index][which] for index, which in shaped.graph.outputs])
    model = f"keras.Model({inputs}, {results}, name={literal(layer_names([shaped.name])[0])})"
    owners = {n.index if n.node.shares < 0 else n.node.shares for n in shaped.nodes if n.live}
    nodes = [(n, shaped.graph.nodes[n]) for n in sorted(owners)]
    frozen = [names[n] for n, node in nodes if not (node.trainable or node.layer.operation)]
    if not frozen:
        return statement("", f"return {model}", 4)
    # Only now: layers make others inside themselves when they are called.
    lines = statement(variable, model, 4)
    if len(frozen) == 1:
        return [
            *lines,
            *wrap(f"    {variable}.get_layer({literal(frozen[0])}).trainable = False", 4),
            f"    return {variable}",
        ]
    return [
        *lines,
        *wrap(f"    for name in {literal(tuple(frozen))}:", 4),
        f"        {variable}.get_layer(name).trainable = False",
        f"    return {variable}",
    ]


def _one(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _call(node: Any, outputs: dict[int, list[str]]) -> str:
    return call_text(node.layer, [outputs[i][o] for i, o in node.node.inputs])
