"""A line for each layer: for graphs whose structure Python's blocks and loops do not follow."""

from typing import Any

from archspec.emit.keras.names import layer_names
from archspec.emit.python.frame import head, main
from archspec.emit.python.text import docstring, identifier, layer_code, literal, statement, type_of
from archspec.infer import ShapedGraph


def flat_source(shaped: ShapedGraph) -> str:
    """Source in which every layer that an output depends on has a line."""
    function = identifier(shaped.name)
    lines = [f"def {function}():"]
    if shaped.title:
        lines.append(docstring(shaped.title, 4))
    names = layer_names(n.name for n in shaped.nodes)
    taken = {"keras", "layers", "ops", "math", function}
    outputs: dict[int, list[str]] = {}
    made: dict[int, str] = {}
    shared = {n.node.shares for n in shaped.nodes if n.live and n.node.shares >= 0}
    for node in shaped.nodes:
        if not node.live:
            continue
        many = node.layer.output_names()
        found = []
        for name in many:
            variable = identifier(node.name + ("_" + name if name else ""), taken)
            taken.add(variable)
            found.append(variable)
        outputs[node.index] = found
        arguments = node.layer.arguments()
        name = names[node.index]
        if not node.node.inputs:
            shape = arguments.pop("shape")
            rest = "".join(f", {k}={literal(v)}" for k, v in arguments.items())
            code = f"keras.Input({literal(shape)}{rest}, name={literal(name)})"
        else:
            owner = node.node.shares if node.node.shares >= 0 else node.index
            more: dict[str, Any] = (
                {} if shaped.graph.nodes[owner].trainable else {"trainable": False}
            )
            layer = layer_code(type_of(node.layer), arguments, names[owner], **more)
            if owner in shared and owner not in made:
                made[owner] = identifier(names[owner] + "_layer", taken)
                taken.add(made[owner])
                lines += statement(made[owner], layer, 4)
            code = f"{made.get(owner, layer)}({_call(node, outputs)})"
        lines += statement(", ".join(found), code, 4)
    inputs = [outputs[index][0] for index in shaped.graph.inputs.values()]
    results = [outputs[index][which] for index, which in shaped.graph.outputs]
    lines += statement(
        "",
        f"return keras.Model({_one(inputs)}, {_one(results)}, name={literal(layer_names([shaped.name])[0])})",
        4,
    )
    body = "\n".join(lines) + "\n"
    types = {type_of(n.layer) for n in shaped.nodes if n.live}
    ordered = sorted(types, key=lambda t: t.__name__)
    return "\n\n".join((head(shaped.title or shaped.name, body, ordered), body, main(function)))


def _one(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _call(node: Any, outputs: dict[int, list[str]]) -> str:
    return call_text(node.layer, [outputs[i][o] for i, o in node.node.inputs])


def call_text(layer: Any, inputs: list[str]) -> str:
    """The arguments of the call of a layer with variables."""
    positional, named = layer.keras_call(inputs)
    parts = [_names(v) for v in positional] + [f"{k}={_names(v)}" for k, v in named.items()]
    return ", ".join(parts)


def _names(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list | tuple) else str(value)
