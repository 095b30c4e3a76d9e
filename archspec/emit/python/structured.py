"""Source with the structure of the spec: functions for blocks, loops for repeats."""

import re
from typing import Any, NamedTuple

from archspec.emit.keras.names import layer_names
from archspec.emit.python.entry import entry
from archspec.emit.python.formulas import Names, render
from archspec.emit.python.frame import head, main
from archspec.emit.python.naming import (
    RESERVED,
    Count,
    Scope,
    UnstructuredError,
    inside,
    parameter_names,
)
from archspec.emit.python.survey import (
    increments,
    referenced,
    refuse_mixed_names,
    some,
    structural,
)
from archspec.emit.python.text import (
    Code,
    docstring,
    identifier,
    in_format,
    layer_code,
    literal,
    statement,
    type_of,
    wrap,
)
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.spec.types import (
    Block,
    Body,
    CallItem,
    Item,
    LayerItem,
    ParallelItem,
    RepeatItem,
    Spec,
)


class Spot(NamedTuple):
    """Where code is written: the variable for what comes out, names, and how far it is indented."""

    target: str
    scope: Scope
    names: Names
    indent: int


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
    writer = _Writer(shaped)
    main_part = writer.network(spec)
    body = "\n\n".join([*writer.functions.values(), main_part])
    types = sorted({type_of(n.layer) for n in shaped.nodes if n.live}, key=lambda t: t.__name__)
    title = shaped.title or shaped.name
    return "\n\n".join((head(title, body, types), body, main(writer.function)))


class _Writer:
    def __init__(self, shaped: ShapedGraph) -> None:
        self.shaped = shaped
        self.functions: dict[int, str] = {}
        self.called: dict[int, str] = {}
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
        part = _Part(self, spec.body, {literal(names[n]) for n in knobs})
        scope = Scope("")
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
        end = wrap(f"    return keras.Model({_one(variables)}, {_one(found)}, name={name})", 4)
        lines = [
            f"def {self.function}({signature}):",
            *([title] if title else []),
            *part.lines,
            *end,
        ]
        return "\n".join(lines) + "\n"

    def block(self, block: Block) -> str:
        """The name of the function of a block, written on its first call."""
        key = id(block)
        if key in self.called:
            return self.called[key]
        refuse_mixed_names(block.body)
        function = self.called[key] = identifier(block.name, self.taken)
        self.taken.add(function)
        used = {n: p for n, p in block.params.items() if n in block.body.names}
        called = parameter_names(block.params)
        names = Names(
            {n: Code(called[n]) for n in used},
            {n for n, p in used.items() if p.type == "any" or "float" in p.type},
        )
        part = _Part(self, block.body, {str(names[n]) for n in used})
        scope = Scope("{name}.")
        if len(block.inputs) == 1:
            first = "inputs" if block.inputs[0] in part.referenced else "x"
            inputs = [part.variable(first) if first != "x" else "x"]
        else:
            inputs = [part.variable(n) for n in block.inputs]
        for wire, variable in zip(block.inputs, inputs, strict=True):
            scope.wires[wire] = [variable]
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


class _Part:
    """One function while it is written."""

    def __init__(self, writer: _Writer, body: Body, parameters: set[str]) -> None:
        self.writer = writer
        self.lines: list[str] = []
        self.used = set(RESERVED) | parameters
        self.referenced = referenced(body)
        self.frozen = ""
        """The variable of a layer that is frozen after its call."""

    def variable(self, name: str) -> str:
        """A variable that is not used yet."""
        found = identifier(name, self.used)
        self.used.add(found)
        return found

    def body(self, body: Body, current: list[str], spot: Spot) -> list[str]:
        """Write the items; gives the variables that hold what comes out."""
        target, scope, names, indent = spot
        for item in body.items:
            condition: Any = True
            if item.when is not None:
                condition = render(item.when, names)
            if condition is False:
                continue
            if isinstance(condition, Code):
                if item.name is not None and render(item.name, names) in self.referenced:
                    raise UnstructuredError("a condition around what a wire reads")
                if current != [target]:
                    self.lines += statement(target, _one(current), indent)
                    current = [target]
                before = dict(scope.counts)
                start = len(self.lines)
                self.lines += wrap(f"{' ' * indent}if {condition}:", indent)
                head = len(self.lines)
                found = self.item(item, current, spot._replace(indent=indent + 4))
                if found != [target]:
                    raise UnstructuredError("wire with a parameter")
                if len(self.lines) == head:  # nothing of it is ever there
                    del self.lines[start:]
                for base, count in scope.counts.items():
                    added = count.number - before.get(base, Count()).number
                    if added:
                        term = f"int({condition})" if added == 1 else f"{added} * int({condition})"
                        scope.counts[base] = before.get(base, Count()).plus(Count(0, (term,)))
                current = found
            else:
                current = self.item(item, current, spot)
        return current

    def item(self, item: Item, current: list[str], spot: Spot) -> list[str]:
        """Write one item."""
        scope, names = spot.scope, spot.names
        if item.sources is not None:
            current = []
            for source in item.sources:
                text = render(source, names)
                if isinstance(text, Code):
                    raise UnstructuredError("a wire whose name is worked out")
                current += scope.find(text)
        name = render(item.name, names) if item.name is not None else None
        trainable = True if item.trainable is None else render(item.trainable, names)
        if trainable is not True and not isinstance(item, LayerItem):
            raise UnstructuredError("a frozen block")
        wire = None
        if name is not None and not isinstance(name, Code) and name in self.referenced:
            wire = self.variable(name)
            spot = spot._replace(target=wire)
        if isinstance(item, LayerItem):
            found = self.layer(item, current, spot, name, trainable)
        elif isinstance(item, CallItem):
            found = [self.call(item, current, spot, name)]
        elif isinstance(item, RepeatItem):
            found = self.repeat(item, current, spot, name)
        elif isinstance(item, ParallelItem):
            found = self.parallel(item, current, spot, name)
        else:
            raise UnstructuredError("shared weights")
        if wire is not None:
            scope.wires[str(name)] = found[:1] if isinstance(item, LayerItem) else found
        return found[:1] if isinstance(item, LayerItem) else found

    def layer(
        self,
        item: LayerItem,
        current: list[str],
        spot: Spot,
        name: Any,
        trainable: Any,
    ) -> list[str]:
        """A line for a layer; three, if it is frozen or depends on a parameter whether it is."""
        target, scope, names, indent = spot
        full = scope.name(name) if name is not None else scope.auto(item.type.auto_name())
        written = entry(item, self.writer.made.get(item, set()), names)
        found = [target]
        for output in written.outputs[1:]:
            found.append(self.variable(f"{target}_{output}"))
            if name is not None:
                scope.wires[f"{name}.{output}"] = found[-1:]
        code: str = layer_code(item.type, written.arguments, full)
        if trainable is True:
            self.lines += statement(", ".join(found), f"{code}({written.call(current)})", indent)
            return found
        # After the call: only then it has made the layers inside it, which are frozen with it.
        made = self.frozen = self.frozen or self.variable("frozen")
        self.lines += statement(made, code, indent)
        self.lines += statement(", ".join(found), f"{made}({written.call(current)})", indent)
        self.lines += statement(f"{made}.trainable", literal(trainable), indent)
        return found

    def call(
        self,
        item: CallItem,
        current: list[str],
        spot: Spot,
        name: Any,
    ) -> str:
        """A line for the call of a block."""
        target, scope, names, indent = spot
        block = item.block
        full = scope.name(name) if name is not None else scope.auto(block.name)
        parts = list(current) if len(block.inputs) > 1 else [_one(current)]
        if len(block.inputs) > 1 and len(current) != len(block.inputs):
            raise UnstructuredError("inputs of a block")
        leading = True
        called = parameter_names(block.params)
        for key, param in block.params.items():
            if key not in block.body.names:
                continue
            if key not in item.arguments:
                leading = False
                continue
            leading = leading and param.required
            value = literal(render(item.arguments[key], names, whole=param.type == "int"))
            parts.append(value if leading else f"{called[key]}={value}")
        parts.append(f"name={literal(full)}")
        self.lines += statement(target, f"{self.writer.block(block)}({', '.join(parts)})", indent)
        return target

    def repeat(
        self,
        item: RepeatItem,
        current: list[str],
        spot: Spot,
        name: Any,
    ) -> list[str]:
        """A loop."""
        target, scope, names, indent = spot
        if isinstance(name, Code):
            raise UnstructuredError("a repeat whose name is worked out")
        columns = {n: render(t, names) for n, t in item.columns.items()}
        times: Any = render(item.times, names, whole=True) if item.times is not None else None
        if times is None:
            lengths = {len(c) for c in columns.values() if isinstance(c, list)}
            if len(lengths) != 1 or any(isinstance(c, Code) for c in columns.values()):
                raise UnstructuredError("a table that is worked out")
            times = lengths.pop()
        if times == 0:
            return current
        index = self.variable(item.index or (name if name and not columns else None) or "n")
        label = f"{{{index} + 1}}"
        variables = {n: Code(self.variable(identifier(n, RESERVED))) for n in columns}
        more: dict[str, Any] = dict(variables)
        if item.index:
            more[item.index] = Code(index)
        fractions = {n for n, c in columns.items() if any(isinstance(v, float) for v in c)}
        fractions |= {n for n, c in columns.items() if any(isinstance(v, Code) for v in c)}
        inner = scope
        after: dict[str, Count] = {}
        if name is not None:
            link = "_" if name[-1].isdigit() else ""
            inner = Scope(f"{scope.prefix}{in_format(name)}{link}{label}.", scope)
        else:
            for base, count in increments(item.body, names.extended(more, fractions)).items():
                before = scope.counts.get(base, Count())
                after[base] = before.plus(count.times(times))
                scope.counts[base] = before.plus(count.times(Code(index)))
        if current != [target]:
            self.lines += statement(target, _one(current), indent)
        start = len(self.lines)
        found = self.body(
            item.body, [target], Spot(target, inner, names.extended(more, fractions), indent + 4)
        )
        if found != [target]:
            raise UnstructuredError("a round that ends elsewhere")
        scope.counts.update(after)
        if len(self.lines) == start:  # nothing of it is ever there
            return found
        text = "\n".join(self.lines[start:])
        variables = {n: v for n, v in variables.items() if _uses(text, v)} or dict(
            list(variables.items())[:1]
        )
        columns = {n: columns[n] for n in variables}
        self.lines[start:start] = wrap(
            " " * indent + _for(index, times, columns, variables, text), indent
        )
        return found

    def parallel(
        self,
        item: ParallelItem,
        current: list[str],
        spot: Spot,
        name: Any,
    ) -> list[str]:
        """Branches, each with a variable, and the layer that merges them."""
        target, scope, names, indent = spot
        inner = scope
        if name is not None:
            inner = Scope(inside(scope.name(name)) + ".", scope)
        ends: list[str] = []
        for label, body in item.branches.items():
            if not some(body, names):
                ends += current
                continue
            branch, below = inner, target
            if label:
                local = inner.auto(label)
                below = self.variable(label)
                branch = Scope(inside(local) + ".", inner)
            elif any(other and b.items for other, b in item.branches.items()) or current == [
                target
            ]:
                below = self.variable("y")
            ends += self.body(body, current, Spot(below, branch, names, indent))
        if item.merge is None:
            return ends
        return self.layer(item.merge, ends, spot._replace(scope=inner), None, True)[:1]


def _for(
    index: str, times: Any, columns: dict[str, Any], variables: dict[str, Code], text: str
) -> str:
    used = _uses(text, index)
    if not columns:
        return f"for {index if used else '_'} in range({literal(times)}):"
    heads = ", ".join(variables.values())
    values = ", ".join(literal(c) for c in columns.values())
    rows = f"zip({values})" if len(columns) > 1 else values
    if not used:
        return f"for {heads} in {rows}:"
    return (
        f"for {index}, ({heads}) in enumerate({rows}):"
        if len(columns) > 1
        else (f"for {index}, {heads} in enumerate({rows}):")
    )


def _one(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _uses(text: str, variable: str) -> bool:
    return re.search(rf"\b{re.escape(variable)}\b", text) is not None
