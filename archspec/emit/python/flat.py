"""A line for each layer: for graphs whose structure Python's blocks and loops do not follow."""

from collections.abc import Mapping
from typing import Any

from archspec.emit.keras.names import layer_names
from archspec.emit.python.frame import head, main
from archspec.emit.python.naming import RESERVED
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
    live = [n for n in shaped.nodes if n.live]
    shared = {n.node.shares for n in live if n.node.shares >= 0}
    for node in live:
        found = []
        for name in node.layer.output_names():
            variable = identifier(node.name + ("_" + name if name else ""), taken)
            taken.add(variable)
            found.append(variable)
        outputs[node.index] = found
        if not node.node.inputs:
            lines += statement(found[0], _input(node, names), 4)
            continue
        owner = node.node.shares if node.node.shares >= 0 else node.index
        layer: str = layer_code(type_of(node.layer), node.layer.arguments(), names[owner])
        if owner in shared and owner not in made:
            made[owner] = identifier(names[owner] + "_layer", taken)
            taken.add(made[owner])
            lines += statement(made[owner], layer, 4)
        code = f"{made.get(owner, layer)}({_call(node, outputs)})"
        lines += statement(", ".join(found), code, 4)
    body = "\n".join([*lines, *_model(shaped, names, outputs, identifier("model", taken))]) + "\n"
    types = {type_of(n.layer) for n in live}
    ordered = sorted(types, key=lambda t: t.__name__)
    return "\n\n".join((head(shaped.title or shaped.name, body, ordered), body, main(function)))


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


def call_text(layer: Any, inputs: list[str], open_: Mapping[str, str] | None = None) -> str:
    """The arguments of the call of a layer with variables; of ``open_`` ones, their code."""
    positional, named = layer.keras_call(inputs)
    named |= open_ or {}
    parts = [_names(v) for v in positional] + [f"{k}={_names(v)}" for k, v in named.items()]
    return ", ".join(parts)


def _names(value: Any) -> str:
    """Variables as they are, and constants."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_names, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(_names, value))}]"
    if isinstance(value, slice):
        ends = [value.start, value.stop, value.step]
        while len(ends) > 1 and ends[-1] is None and (len(ends) > 2 or ends[0] is None):
            ends.pop()
        return f"slice({', '.join(map(repr, ends))})"
    return "..." if value is ... else str(value)
