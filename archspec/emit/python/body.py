"""What stands in one function of the source: a line for a layer, a call for a block, a loop."""

from typing import Any, NamedTuple, assert_never

from archspec.emit.python.entry import entry
from archspec.emit.python.formulas import Names, render
from archspec.emit.python.lines import Lines, seen_of_file
from archspec.emit.python.loops import Loop, number_of_rounds
from archspec.emit.python.naming import (
    RESERVED,
    Count,
    Namespace,
    UnstructuredError,
    inside,
    parameter_names,
)
from archspec.emit.python.survey import increments, some
from archspec.emit.python.text import Code, identifier, layer_code, literal, statement, wrap
from archspec.spec.types import (
    ApplyItem,
    Body,
    CallItem,
    Item,
    LayerItem,
    LostItem,
    ParallelItem,
    RepeatItem,
)


class Spot(NamedTuple):
    """Where code is written: the variable for what comes out, names, and how far it is indented."""

    target: str
    scope: Namespace
    names: Names
    indent: int


class FunctionBody(Lines):
    """One function while it is written."""

    def body(self, body: Body, current: list[str], spot: Spot) -> list[str]:
        """Write the items; gives the variables that hold what comes out."""
        target, scope, names, indent = spot
        if body.lets and not body.top:
            names = self.derive(body, self.ask(body.asks, current, scope, names), indent)
            spot = spot._replace(names=names)
        for item in body.items:
            condition: Any = True
            if item.when is not None:
                read = self.sources(item, scope, names) or current
                known = self.ask(item.asks, read, scope, names)
                condition = self.condition(item.when, known, "wanted", indent)
            if condition is False:
                continue
            if isinstance(condition, Code):
                if item.name is not None and render(item.name, names) in self.referenced:
                    raise UnstructuredError("a condition around what a wire reads")
                if current != [target]:
                    self.lines += statement(target, listed(current), indent)
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
                scope.count_if(condition, before)
                current = found
            else:
                current = self.item(item, current, spot)
        return current

    def item(self, item: Item, current: list[str], spot: Spot) -> list[str]:
        """Write one item."""
        scope, names = spot.scope, spot.names
        if item.sources is not None:
            current = self.sources(item, scope, names)
        names = self.ask(item.asks, current, scope, names)
        spot = spot._replace(names=names)
        name = render(item.name, names) if item.name is not None else None
        trainable = True if item.trainable is None else render(item.trainable, names)
        if trainable is not True and not isinstance(item, LayerItem):
            raise UnstructuredError("a frozen block")
        wire, told = None, name
        if name is None and isinstance(item, LayerItem | CallItem):
            told = scope.next(item.type.auto_name() if isinstance(item, LayerItem) else item.word)
        if told is not None and not isinstance(told, Code) and told in self.referenced:
            wire = self.variable(told)
            spot = spot._replace(target=wire)
        match item:
            case LayerItem():
                found = self.layer(item, current, spot, name, trainable)
            case CallItem():
                found = [self.call(item, current, spot, name)]
            case RepeatItem():
                found = self.repeat(item, current, spot, name)
            case ParallelItem():
                found = self.parallel(item, current, spot, name)
            case ApplyItem():
                raise UnstructuredError("shared weights")
            case LostItem():
                raise AssertionError("specs with errors are not written")
            case _:
                assert_never(item)
        if wire is not None:
            scope.wires[str(told)] = found[:1] if isinstance(item, LayerItem) else found
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
        if name is not None and written.layer.first_output():
            scope.wires[f"{name}.{written.layer.first_output()}"] = found[:1]
        code: str = layer_code(item.type, written.arguments, full)
        if trainable is True or item.type.operation:
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
        parts = list(current) if len(block.inputs) > 1 else [listed(current)]
        if len(block.inputs) > 1 and len(current) != len(block.inputs):
            raise UnstructuredError("inputs of a block")
        leading = True
        called = parameter_names(block.params)
        given = {n: render(t, names) for n, t in item.arguments.items()}
        seen = seen_of_file(block, self.seen, given)
        for key, param in block.params.items():
            if key not in block.body.names or (block.whole is not None and key in seen):
                continue
            if key not in item.arguments:
                leading = False
                continue
            leading = leading and param.required
            value = literal(render(item.arguments[key], names, whole=param.type == "int"))
            parts.append(value if leading else f"{called[key]}={value}")
        parts.append(f"name={literal(full)}")
        function = self.writer.block(block, seen)
        self.lines += statement(target, f"{function}({', '.join(parts)})", indent)
        return target

    def repeat(self, item: RepeatItem, current: list[str], spot: Spot, name: Any) -> list[str]:
        """A loop."""
        target, scope, names, indent = spot
        if isinstance(name, Code):
            raise UnstructuredError("a repeat whose name is worked out")
        columns = {n: render(t, names) for n, t in item.columns.items()}
        times = number_of_rounds(item, columns, names)
        if times == 0:
            return current
        index = self.variable(item.index or (name if name and not columns else None) or "n")
        variables = {n: Code(self.variable(identifier(n, RESERVED))) for n in columns}
        loop = Loop(times, index, columns, variables)
        known = loop.names(item.index, names)
        inner = scope
        after: dict[str, Count] = {}
        if name is not None:
            inner = Namespace(f"{scope.prefix}{loop.prefix(name)}", scope)
        else:
            for base, count in increments(item.body, known).items():
                before = scope.counts.get(base, Count())
                after[base] = before.plus(count.times(times))
                scope.counts[base] = before.plus(count.times(Code(index)))
        if current != [target]:
            self.lines += statement(target, listed(current), indent)
        start = len(self.lines)
        found = self.body(item.body, [target], Spot(target, inner, known, indent + 4))
        if found != [target]:
            raise UnstructuredError("a round that ends elsewhere")
        scope.counts.update(after)
        if len(self.lines) > start:  # else nothing of it is ever there
            head = loop.head("\n".join(self.lines[start:]))
            self.lines[start:start] = wrap(" " * indent + head, indent)
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
        skip: Any = True
        if item.skip is not None:
            skip = self.condition(item.skip, names, "adds", indent)
        if isinstance(skip, Code):
            return self.conditional(item, current, spot, skip)
        inner = scope
        if name is not None:
            inner = Namespace(inside(scope.name(name)) + ".", scope)
        ends: list[str] = []
        branches = item.branches if skip else {"": item.branches[""]}
        for label, body in branches.items():
            if not some(body, names):
                ends += current
                continue
            branch, below = inner, target
            if label:
                local = inner.auto(label)
                below = self.variable(label)
                branch = Namespace(inside(local) + ".", inner)
            elif any(other and b.items for other, b in branches.items()) or current == [target]:
                below = self.variable("y")
            ends += self.body(body, current, Spot(below, branch, names, indent))
        if not isinstance(item.merge, LayerItem) or not skip:
            return ends
        return self.layer(item.merge, ends, spot._replace(scope=inner), None, True)[:1]

    def conditional(
        self, item: ParallelItem, current: list[str], spot: Spot, skip: Code
    ) -> list[str]:
        """Layers, and a shortcut that is there if a condition is true."""
        target, scope, names, indent = spot
        if item.name is not None or next(iter(item.branches)):
            raise UnstructuredError("a shortcut with a condition")
        main, *others = item.branches.items()
        below = self.variable("y")
        found = self.body(main[1], current, spot._replace(target=below))
        if found == current:
            raise UnstructuredError("a shortcut with a condition around nothing")
        before = dict(scope.counts)
        self.lines += wrap(f"{' ' * indent}if {skip}:", indent)
        ends = list(found)
        for label, body in others:
            if not some(body, names):
                ends += current
                continue
            branch = Namespace(inside(scope.auto(label)) + ".", scope)
            ends += self.body(body, current, Spot(self.variable(label), branch, names, indent + 4))
        assert isinstance(item.merge, LayerItem)
        self.layer(item.merge, ends, spot._replace(indent=indent + 4), None, True)
        scope.count_if(skip, before)
        self.lines.append(f"{' ' * indent}else:")
        self.lines += statement(target, listed(found), indent + 4)
        return [target]


def listed(variables: list[str]) -> str:
    """A variable, or a list of several."""
    return variables[0] if len(variables) == 1 else f"[{', '.join(variables)}]"
