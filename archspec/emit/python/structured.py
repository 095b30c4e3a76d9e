"""Source with the structure of the spec: functions for blocks, loops for repeats."""

from typing import Any, NamedTuple

from archspec.emit.keras.names import layer_names
from archspec.emit.python.flat import call_text
from archspec.emit.python.formulas import Names, render
from archspec.emit.python.frame import head, main
from archspec.emit.python.text import Code, identifier, layer_code, literal, statement, type_of, wrap
from archspec.field_values import takes
from archspec.infer import ShapedGraph
from archspec.layers import Layer
from archspec.record import fields
from archspec.spec import (
    Block,
    Body,
    CallItem,
    Item,
    LayerItem,
    ParallelItem,
    RepeatItem,
    Spec,
)
from archspec.templates import Template

_RESERVED = {"keras", "layers", "ops", "math", "numbered", "make_divisible", "name", "x"}


class UnstructuredError(Exception):
    """The structure of the spec does not map to blocks and loops."""


class Count(NamedTuple):
    """How many layers had a name before: a number, and code for what loops and conditions add."""

    number: int = 0
    more: tuple[str, ...] = ()

    def plus(self, other: "Count") -> "Count":
        return Count(self.number + other.number, self.more + other.more)

    def times(self, factor: Any) -> "Count":
        if self.more:
            raise UnstructuredError
        if isinstance(factor, Code):
            text = str(factor) if self.number == 1 else f"{self.number} * {_bracket(factor)}"
            return Count(0, (text,)) if self.number else Count()
        return Count(self.number * factor)


class Scope:
    """Where names and variables stand: the names of a frame, and of those around it."""

    def __init__(self, prefix: str, parent: "Scope | None" = None) -> None:
        self.prefix = prefix
        self.parent = parent
        self.counts: dict[str, Count] = {}
        self.wires: dict[str, list[str]] = {}

    def name(self, local: Any) -> Any:
        """A literal, or code, for the full name of something called ``local`` here."""
        return _name(self.prefix + (_inside(local) if isinstance(local, Code) else str(local)))

    def auto(self, base: str) -> Any:
        """The next automatic name with a base."""
        count = self.counts.get(base, Count())
        self.counts[base] = count.plus(Count(1))
        if count.more:
            terms = [*count.more, *([str(count.number)] if count.number else [])]
            return Code(f"numbered({literal(_name(self.prefix + base))}, {' + '.join(terms)})")
        return self.name(f"{base}_{count.number}" if count.number else base)

    def find(self, name: str) -> list[str]:
        """The variables of a name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.wires:
                return scope.wires[name]
            scope = scope.parent
        raise UnstructuredError(name)


def structured_source(shaped: ShapedGraph) -> str:
    """The source.

    Raises:
        UnstructuredError: the spec has wires or weights that functions and loops cannot follow.
    """
    spec = shaped.graph.spec
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
        self.taken = set(_RESERVED)
        self.function = identifier(shaped.name, self.taken)
        self.taken.add(self.function)

    # Functions

    def network(self, spec: Spec) -> str:
        """The function that builds the model."""
        folded = _structural(spec.body)
        knobs = {n: v for n, v in spec.values.items() if n in spec.body.names and n not in folded}
        knobs = {n: v for n, v in knobs.items() if not isinstance(v, list)}
        names = Names(
            {n: Code(identifier(n, _RESERVED)) if n in knobs else v for n, v in spec.values.items()},
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
        found = part.body(spec.body, list(variables), "x", scope, names, 4)
        if spec.outputs is not None:
            found = [scope.find(n)[0] for n in spec.outputs]
        title = f'    """{self.shaped.title}."""' if self.shaped.title else ""
        name = literal(layer_names([self.shaped.name])[0])
        end = wrap(f"    return keras.Model({_one(variables)}, {_one(found)}, name={name})", 4)
        lines = [f"def {self.function}({signature}):", *([title] if title else []), *part.lines, *end]
        return "\n".join(lines) + "\n"

    def block(self, block: Block) -> str:
        """The name of the function of a block, written on its first call."""
        key = id(block)
        if key in self.called:
            return self.called[key]
        function = self.called[key] = identifier(block.name, self.taken)
        self.taken.add(function)
        used = {n: p for n, p in block.params.items() if n in block.body.names}
        names = Names(
            {n: Code(identifier(n, _RESERVED)) for n in used},
            {n for n, p in used.items() if p.type not in ("int", "bool", "str", "list")},
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
        found = part.body(block.body, inputs, "x", scope, names, 4)
        required = [str(names[n]) for n, p in used.items() if p.required]
        optional = [f"{names[n]}={literal(p.default)}" for n, p in used.items() if not p.required]
        signature = ", ".join([*inputs, *required, *optional, "*", "name"])
        lines = wrap(f"def {function}({signature}):", 0)
        if block.title:
            lines.append(f'    """{block.title}."""')
        end = f"    return {', '.join(found)}"
        self.functions[key] = "\n".join([*lines, *part.lines, end]) + "\n"
        return function


class _Part:
    """One function while it is written."""

    def __init__(self, writer: _Writer, body: Body, parameters: set[str]) -> None:
        self.writer = writer
        self.lines: list[str] = []
        self.used = set(_RESERVED) | parameters
        self.referenced = _referenced(body)

    def variable(self, name: str) -> str:
        """A variable that is not used yet."""
        found = identifier(name, self.used)
        self.used.add(found)
        return found

    def body(
        self, body: Body, current: list[str], target: str, scope: Scope, names: Names, indent: int
    ) -> list[str]:
        """Write the items; gives the variables that hold what comes out."""
        for item in body.items:
            condition: Any = True
            if item.when is not None:
                condition = render(item.when, names)
            if condition is False:
                continue
            if isinstance(condition, Code):
                if item.name is not None and render(item.name, names) in self.referenced:
                    raise UnstructuredError
                if current != [target]:
                    self.lines += statement(target, _one(current), indent)
                    current = [target]
                before = dict(scope.counts)
                self.lines += wrap(f"{' ' * indent}if {condition}:", indent)
                found = self.item(item, current, target, scope, names, indent + 4)
                if found != [target]:
                    raise UnstructuredError
                for base, count in scope.counts.items():
                    added = count.number - before.get(base, Count()).number
                    if added:
                        term = str(condition) if added == 1 else f"{added} * {_bracket(condition)}"
                        scope.counts[base] = before.get(base, Count()).plus(Count(0, (_bracket(term),)))
                current = found
            else:
                current = self.item(item, current, target, scope, names, indent)
        return current

    def item(
        self, item: Item, current: list[str], target: str, scope: Scope, names: Names, indent: int
    ) -> list[str]:
        """Write one item."""
        if item.sources is not None:
            current = []
            for source in item.sources:
                text = render(source, names)
                if isinstance(text, Code):
                    raise UnstructuredError
                current += scope.find(text)
        name = render(item.name, names) if item.name is not None else None
        frozen = item.trainable is not None and render(item.trainable, names) is not True
        if frozen and not (isinstance(item, LayerItem) and not isinstance(item.trainable, Code)):
            raise UnstructuredError
        wire = None
        if name is not None and not isinstance(name, Code) and name in self.referenced:
            wire = target = self.variable(name)
        if isinstance(item, LayerItem):
            found = self.layer(item, current, target, scope, names, indent, name, frozen)
        elif isinstance(item, CallItem):
            found = [self.call(item, current, target, scope, names, indent, name)]
        elif isinstance(item, RepeatItem):
            found = self.repeat(item, current, target, scope, names, indent, name)
        elif isinstance(item, ParallelItem):
            found = self.parallel(item, current, target, scope, names, indent, name)
        else:
            raise UnstructuredError
        if wire is not None:
            scope.wires[str(name)] = found[:1] if isinstance(item, LayerItem) else found
        return found[:1] if isinstance(item, LayerItem) else found

    def layer(
        self,
        item: LayerItem,
        current: list[str],
        target: str,
        scope: Scope,
        names: Names,
        indent: int,
        name: Any,
        frozen: bool,
    ) -> list[str]:
        """A line for a layer."""
        full = scope.name(name) if name is not None else scope.auto(item.type.auto_name())
        if item.layer is not None:
            arguments, outputs = item.layer.arguments(), item.layer.output_names()
        else:
            assert item.arguments is not None
            arguments = {
                n: render(v, names, whole=_whole(item.type, n))
                for n, v in item.arguments.value.items()
            }
            arguments = {n: tuple(v) if isinstance(v, list) else v for n, v in arguments.items()}
            outputs = ("",)
        found = [target]
        for output in outputs[1:]:
            found.append(self.variable(f"{target}_{output}"))
            if name is not None:
                scope.wires[f"{name}.{output}"] = found[-1:]
        more = {"trainable": False} if frozen else {}
        code = layer_code(item.type, arguments, full, **more)
        text = f"{code}({_call(item, current)})"
        self.lines += statement(", ".join(found), text, indent)
        return found

    def call(
        self,
        item: CallItem,
        current: list[str],
        target: str,
        scope: Scope,
        names: Names,
        indent: int,
        name: Any,
    ) -> str:
        """A line for the call of a block."""
        block = item.block
        full = scope.name(name) if name is not None else scope.auto(block.name)
        parts = list(current) if len(block.inputs) > 1 else [_one(current)]
        if len(block.inputs) > 1 and len(current) != len(block.inputs):
            raise UnstructuredError
        for key, template in item.arguments.items():
            if key in block.body.names:
                value = render(template, names, whole=block.params[key].type == "int")
                parts.append(f"{identifier(key, _RESERVED)}={literal(value)}")
        parts.append(f"name={literal(full)}")
        self.lines += statement(target, f"{self.writer.block(block)}({', '.join(parts)})", indent)
        return target

    def repeat(
        self,
        item: RepeatItem,
        current: list[str],
        target: str,
        scope: Scope,
        names: Names,
        indent: int,
        name: Any,
    ) -> list[str]:
        """A loop."""
        if isinstance(name, Code):
            raise UnstructuredError
        columns = {n: render(t, names) for n, t in item.columns.items()}
        times: Any = render(item.times, names, whole=True) if item.times is not None else None
        if times is None:
            lengths = {len(c) for c in columns.values() if isinstance(c, list)}
            if len(lengths) != 1 or any(isinstance(c, Code) for c in columns.values()):
                raise UnstructuredError
            times = lengths.pop()
        if times == 0:
            return current
        index = self.variable(item.index or (name if name and not columns else None) or "n")
        label = f"{{{index} + 1}}"
        variables = {n: Code(self.variable(identifier(n, _RESERVED))) for n in columns}
        more: dict[str, Any] = dict(variables)
        if item.index:
            more[item.index] = Code(index)
        fractions = {n for n, c in columns.items() if any(isinstance(v, float) for v in c)}
        fractions |= {n for n, c in columns.items() if any(isinstance(v, Code) for v in c)}
        inner = scope
        after: dict[str, Count] = {}
        if name is not None:
            link = "_" if name[-1].isdigit() else ""
            inner = Scope(f"{scope.prefix}{name}{link}{label}.", scope)
        else:
            for base, count in _increments(item.body, names.extended(more, fractions)).items():
                before = scope.counts.get(base, Count())
                after[base] = before.plus(count.times(times))
                scope.counts[base] = before.plus(count.times(Code(index)))
        if current != [target]:
            self.lines += statement(target, _one(current), indent)
        start = len(self.lines)
        found = self.body(item.body, [target], target, inner, names.extended(more, fractions), indent + 4)
        if found != [target]:
            raise UnstructuredError
        scope.counts.update(after)
        text = "\n".join(self.lines[start:])
        self.lines[start:start] = wrap(
            " " * indent + _for(index, times, columns, variables, text), indent
        )
        return found

    def parallel(
        self,
        item: ParallelItem,
        current: list[str],
        target: str,
        scope: Scope,
        names: Names,
        indent: int,
        name: Any,
    ) -> list[str]:
        """Branches, each with a variable, and the layer that merges them."""
        inner = scope
        if name is not None:
            inner = Scope(scope.name(name) if not isinstance(name, Code) else "", scope)
            inner.prefix = _inside(scope.name(name)) + "."
        ends: list[str] = []
        for label, body in item.branches.items():
            if not body.items or not _some(body, names):
                ends += current
                continue
            branch, below = inner, target
            if label:
                local = inner.auto(label)
                below = self.variable(label)
                branch = Scope(_inside(local) + ".", inner)
            elif any(other and b.items for other, b in item.branches.items()) or current == [target]:
                below = self.variable("y")
            ends += self.body(body, current, below, branch, names, indent)
        if item.merge is None:
            return ends
        return self.layer(item.merge, ends, target, inner, names, indent, None, False)[:1]


def _some(body: Body, names: Names) -> bool:
    """Whether anything of a body is certain or possible."""
    return any(i.when is None or render(i.when, names) is not False for i in body.items)


def _increments(body: Body, names: Names) -> dict[str, Count]:
    """What a round of a repeat without a name adds to the counts of automatic names."""
    found: dict[str, Count] = {}

    def add(base: str, count: Count) -> None:
        found[base] = found.get(base, Count()).plus(count)

    for item in body.items:
        condition = render(item.when, names) if item.when is not None else True
        if condition is False:
            continue
        if isinstance(item, RepeatItem) and item.name is None:
            times = render(item.times, names) if item.times is not None else None
            if condition is not True or times is None:
                raise UnstructuredError
            for base, count in _increments(item.body, names).items():
                add(base, count.times(times))
            continue
        if item.name is not None:
            continue
        base = item.type.auto_name() if isinstance(item, LayerItem) else item.word
        if isinstance(item, LayerItem | CallItem):
            add(base, Count(1) if condition is True else Count(0, (str(condition),)))
        elif isinstance(item, ParallelItem) and condition is True:
            for label, branch in item.branches.items():
                if label and branch.items:
                    add(label, Count(1))
                elif not label:
                    for inner, count in _increments(branch, names).items():
                        add(inner, count)
            if item.merge is not None:
                add(item.merge.type.auto_name(), Count(1))
        else:
            raise UnstructuredError
    return found


def _structural(body: Body) -> set[str]:
    """Parameters that decide which layers there are; they are folded into the source."""
    found: set[str] = set()
    for item in _all_items(body):
        templates: list[Template | None] = [item.when]
        if isinstance(item, RepeatItem):
            templates += [item.times, *item.columns.values()]
        for template in templates:
            if template is not None:
                found |= template.names
    return found


def _referenced(body: Body) -> set[str]:
    """Names that wires read, and outputs of layers by the layer's name."""
    found: set[str] = set()
    for item in _all_items(body):
        for source in item.sources or ():
            if isinstance(source.value, str):
                found.add(source.value)
                found.add(source.value.partition(".")[0])
    return found


def _all_items(body: Body) -> list[Item]:
    found: list[Item] = []
    bodies = [body]
    while bodies:
        for item in bodies.pop().items:
            found.append(item)
            if isinstance(item, RepeatItem):
                bodies.append(item.body)
            elif isinstance(item, ParallelItem):
                bodies += item.branches.values()
    return found


def _whole(type: type[Layer], name: str) -> bool:
    """Whether an argument takes no fractions."""
    return name in fields(type) and not takes(type, name, 0.5)


def _call(item: LayerItem, current: list[str]) -> str:
    if item.layer is not None:
        return call_text(item.layer, current)
    return call_text(_Unmade(item.type), current)


class _Unmade:
    """A layer whose arguments are still open; how it is called does not depend on them."""

    def __init__(self, type: type[Layer]) -> None:
        self.keras_call = type.keras_call.__get__(self)


def _for(
    index: str, times: Any, columns: dict[str, Any], variables: dict[str, Code], text: str
) -> str:
    used = index in text
    if not columns:
        return f"for {index if used else '_'} in range({literal(times)}):"
    heads = ", ".join(variables.values())
    values = ", ".join(literal(c) for c in columns.values())
    rows = f"zip({values})" if len(columns) > 1 else values
    if not used:
        return f"for {heads} in {rows}:"
    return f"for {index}, ({heads}) in enumerate({rows}):" if len(columns) > 1 else (
        f"for {index}, {heads} in enumerate({rows}):"
    )


def _name(text: str) -> Any:
    return Code(f'f"{text}"') if "{" in text else text


def _inside(name: Any) -> str:
    """The text of a name, to build longer ones from."""
    text = str(name)
    if isinstance(name, Code):
        if not text.startswith('f"'):
            return "{" + text + "}"
        return text[2:-1]
    return text


def _bracket(text: Any) -> str:
    return f"({text})" if " " in str(text) and not str(text).startswith("(") else str(text)


def _one(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


