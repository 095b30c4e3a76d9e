"""Source with the structure of the spec: functions for blocks, loops for repeats."""

from typing import Any

from archspec.emit.keras.names import layer_names
from archspec.emit.python.body import FunctionBody, Spot, listed
from archspec.emit.python.formulas import Names, render
from archspec.emit.python.frame import head, main, with_inner
from archspec.emit.python.naming import RESERVED, Namespace, UnstructuredError, parameter_names
from archspec.emit.python.survey import refuse_mixed_names, refuse_what_waits, structural
from archspec.emit.python.text import (
    Code,
    docstring,
    identifier,
    literal,
    statement,
    type_of,
    wrap,
)
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.spec.types import Block, Item, Spec


def structured_source(shaped: ShapedGraph) -> str:
    """The source.

    Raises:
        UnstructuredError: the spec has wires or weights that functions and loops cannot follow.
    """
    spec = shaped.graph.spec
    if not all(shaped.live):
        raise UnstructuredError("layers that lead nowhere")
    names = [n.name for n in shaped.nodes]
    if layer_names(names) != names:
        raise UnstructuredError("names that Keras does not take")
    refuse_mixed_names(spec.body)
    refuse_what_waits(spec.body)
    writer = _Writer(shaped)
    main_part = writer.network(spec)
    body = "\n\n".join([*writer.functions.values(), main_part])
    types = sorted(
        {type_of(layer) for layer in with_inner(n.layer for n in shaped.nodes if n.live)},
        key=lambda t: t.__name__,
    )
    title = shaped.title or shaped.name
    return "\n\n".join((head(title, body, types), body, main(writer.function)))


class _Writer:
    def __init__(self, shaped: ShapedGraph) -> None:
        self.shaped = shaped
        self.functions: dict[tuple[int, str], str] = {}
        self.called: dict[tuple[int, str], str] = {}
        self.taken = set(RESERVED)
        self.made: dict[Item | None, set[Layer]] = {}
        for node in shaped.nodes:
            self.made.setdefault(node.node.item, set()).add(node.layer)
        self.function = identifier(shaped.name, self.taken)
        self.taken.add(self.function)

    # Functions

    def network(self, spec: Spec) -> str:
        """The function that builds the model."""
        folded = structural(spec.body)
        knobs = {n: v for n, v in spec.values.items() if n in spec.body.names and n not in folded}
        knobs = {n: v for n, v in knobs.items() if not isinstance(v, list)}
        called = parameter_names(knobs)
        names = Names(
            {n: Code(called[n]) if n in knobs else v for n, v in spec.values.items()},
            {n for n, v in knobs.items() if isinstance(v, float)},
        )
        signature = ", ".join(f"{literal(names[n])}={literal(v)}" for n, v in knobs.items())
        seen = dict(self.shaped.graph.values)
        part = FunctionBody(self, spec.body, {literal(names[n]) for n in knobs}, seen)
        names = part.derive(spec.body, names, 4)
        scope = Namespace("")
        variables = []
        for declared in spec.inputs:
            variable = "x" if len(spec.inputs) == 1 else part.variable(declared.name)
            if len(spec.inputs) == 1:
                variable = part.variable("inputs")
            values = render(declared.arguments, names, whole=True)
            shape = values["shape"]
            shape = tuple(shape) if isinstance(shape, list) else shape
            dtype = f", dtype={literal(values['dtype'])}" if values.get("dtype") else ""
            code = f"keras.Input({literal(shape)}{dtype}, name={literal(declared.name)})"
            part.lines += statement(variable, code, 4)
            scope.wires[declared.name] = [variable]
            variables.append(variable)
        if spec.outputs is not None:
            part.referenced |= set(spec.outputs)
        found = part.body(spec.body, list(variables), Spot("x", scope, names, 4))
        if spec.outputs is not None:
            found = [scope.find(n)[0] for n in spec.outputs]
        title = docstring(self.shaped.title, 4) if self.shaped.title else ""
        name = literal(layer_names([self.shaped.name])[0])
        end = wrap(f"    return keras.Model({listed(variables)}, {listed(found)}, name={name})", 4)
        lines = [
            f"def {self.function}({signature}):",
            *([title] if title else []),
            *part.lines,
            *end,
        ]
        return "\n".join(lines) + "\n"

    def block(self, block: Block, seen: dict[str, Any]) -> str:
        """The name of the function of a block, written on its first call with what it sees of its file."""
        key = id(block), repr(seen)
        if key in self.called:
            return self.called[key]
        refuse_mixed_names(block.body)
        function = self.called[key] = identifier(block.name, self.taken)
        self.taken.add(function)
        used = {n: p for n, p in block.params.items() if n in block.names}
        if block.whole is not None:
            used = {n: p for n, p in used.items() if n not in seen}
        called = parameter_names(block.params)
        names = Names(
            {n: seen[n] for n in block.names & seen.keys()} | {n: Code(called[n]) for n in used},
            {n for n, p in used.items() if p.type == "any" or "float" in p.type},
        )
        part = FunctionBody(self, block.body, {str(names[n]) for n in used}, seen)
        scope = Namespace("{name}.")
        if len(block.inputs) == 1:
            first = "inputs" if block.inputs[0] in part.referenced else "x"
            inputs = [part.variable(first) if first != "x" else "x"]
        else:
            inputs = [part.variable(n) for n in block.inputs]
        for wire, variable in zip(block.inputs, inputs, strict=True):
            scope.wires[wire] = [variable]
        if block.body.top:
            names = part.derive(block.body, names, 4)
        found = part.body(block.body, inputs, Spot("x", scope, names, 4))
        required = [str(names[n]) for n, p in used.items() if p.required]
        optional = [f"{names[n]}={literal(p.default)}" for n, p in used.items() if not p.required]
        signature = ", ".join([*inputs, *required, *optional, "*", "name"])
        lines = wrap(f"def {function}({signature}):", 0)
        if block.title:
            lines.append(docstring(block.title, 4))
        end = f"    return {', '.join(found)}"
        self.functions[key] = "\n".join([*lines, *part.lines, end]) + "\n"
        return function
