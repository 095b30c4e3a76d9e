"""First half of expansion: items to operations, with every formula worked out.

Calls of a block with the same arguments, and rounds of a repeat that do not depend on the number
of the round, are worked out once and shared.
"""

from collections.abc import Callable
from typing import Any, NoReturn, Protocol, assert_never

from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.expand.evaluate import AskFor, Evaluator, Values
from archspec.expand.operations import (
    ApplyOperation,
    GroupOperation,
    LayerOperation,
    LostOperation,
    OpenOperation,
    OpenOperations,
    Operation,
    Operations,
)
from archspec.expand.work import MOST_COMPARED, TooLarge
from archspec.formulas.asks import is_ask
from archspec.formulas.templates import Template
from archspec.spec.check_values import Maker, show
from archspec.spec.parameters import check_type
from archspec.spec.types import (
    ApplyItem,
    BlockOutput,
    Body,
    CallItem,
    InputDeclaration,
    Item,
    LayerItem,
    LostItem,
    ParallelItem,
    RepeatItem,
    outer,
)
from archspec.spec.words import is_wire_name

MAX_NODES = 250_000
"""Most layers of a network; an order of magnitude above anything that was ever trained."""

MAX_DEPTH = 100
"""Deepest nesting of blocks and constructs, calls followed."""

MAX_CALLS = 40
"""Deepest nesting of calls of blocks."""


class NetworkMaker(Protocol):
    """Puts networks in the place of the blocks in wrappers."""

    def put(self, item: LayerItem, arguments: Values, values: Values) -> Values | Reported:
        """The arguments of a wrapper, whose block is a layer in them."""
        ...


_EXACT: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str, "list": list}
"""Types that need no closer look."""

_MOST_KEPT = 200
"""Most sets of values for which the operations of a body outlive one run."""


class Resolver:
    """Works out the formulas of bodies."""

    def __init__(self, sink: Sink, maker: Maker) -> None:
        self.sink = sink
        self._maker = maker
        self._known: dict[tuple[int, str], Operations] = {}
        self._calls = 0
        self._depth = 0
        self._evaluator = Evaluator(sink)
        self._unsound = 0
        self.networks: Callable[[], NetworkMaker]
        """Gives what makes a layer of a block that stands in a wrapper."""
        self._networks: NetworkMaker | None = None

    def input(self, declared: InputDeclaration, values: Values) -> Values | Reported:
        """The arguments of an input."""
        arguments, place = declared.arguments, declared.place
        if declared.short:
            shape = Template(arguments.value["shape"], arguments.names)
            found = self._evaluator.value(shape, values, place)
            if found is not REPORTED:
                found = {**arguments.value, "shape": found}
        else:
            found = self._evaluator.value(arguments, values, place)
        return found if found is REPORTED else dict(found)

    def body(self, body: Body, values: Values) -> Operations:
        """The operations of a body under the values of its parameters."""
        order = body.order
        depends = [values[n] for n in order]
        if body.module.outer:
            from archspec.expand.scopes import values_of_file

            depends += values_of_file(body, values)
        key, largest = self._evaluator.work.key(depends) if depends else ("", 0)
        known: Operations | None = body.worked_out.get(key) or self._known.get((id(body), key))
        if known is None:
            if self._depth >= MAX_DEPTH:
                self._too_deep(body)
            if order:
                self._evaluator.work.add(body.work + body.walks * largest // 1000, body.place)
            if body.asks:
                known = OpenOperations(body, values)
            else:
                known = self._work_out(body, values)
            if known.sound and len(body.worked_out) < _MOST_KEPT and largest <= MOST_COMPARED:
                body.worked_out[key] = known
            else:
                self._known[id(body), key] = known
            if known.count > MAX_NODES:
                self._too_large(body.place.key(), known.count)
        if self._depth + known.depth > MAX_DEPTH:
            self._too_deep(body)
        self._unsound += not known.sound
        return known

    def _work_out(self, body: Body, values: Values, complete: bool = False) -> Operations:
        """``complete`` says that the values of its `let` are among the values."""
        before = self.sink.reports, self._unsound
        if body.lets and not complete:
            values = self.let_values(body, values, None)
        if body.top and body.module.outer:
            values = {**values, **{outer(n): values[n] for n in body.module.outer if n in values}}
        self._depth += 1
        items = []
        for item in body.items:
            operation = self._item(item, values)
            if operation is not None:
                items.append(operation)
        self._depth -= 1
        return Operations(items, before == (self.sink.reports, self._unsound))

    def let_values(self, body: Body, values: Values, ask: AskFor | None = None) -> Values:
        """The values with those of a `let`; what asks for shapes is left out without ``ask``."""
        from archspec.expand.scopes import let_values  # few specs have a `let`

        found = let_values(body, values, ask, self._evaluator)
        self._unsound += any(value is REPORTED for value in found.values())
        return found

    def settle(self, operation: OpenOperation, asked: Values, depth: int) -> Operation | None:
        """What becomes of an operation that asked for shapes; None if its `when` is false.

        ``depth`` is how deep it stands.
        """
        key = repr(asked)
        if key in operation.settled:
            return operation.settled[key]
        before = self.sink.reports, self._unsound
        self._evaluator.work.add(1, operation.item.place)
        self._depth, around = depth, self._depth
        found = self._item(operation.item, {**operation.values, **asked}, True)
        self._depth = around
        if before == (self.sink.reports, self._unsound):
            operation.settled[key] = found
        return found

    def settle_body(self, part: OpenOperations, ask: AskFor, depth: int) -> Operations:
        """The operations of a list whose `let` asks for shapes."""
        body = part.body
        values = part.values = self.let_values(body, part.values, ask)
        key = repr([values[name] for name, _ in body.lets])
        known = part.settled.get(key)
        if known is None:
            self._evaluator.work.add(body.work, body.place)
            self._depth, around = depth, self._depth
            known = self._work_out(body, values, True)
            known.values = values
            self._depth = around
            if known.sound:
                part.settled[key] = known
        return known

    def _too_deep(self, body: Body) -> NoReturn:
        message = f"blocks and constructs stand more than {MAX_DEPTH} deep in each other"
        self.sink.report("AS305", body.place.key(), message)
        raise TooLarge

    def _item(self, item: Item, values: Values, asked: bool = False) -> Operation | None:
        """None if its `when` is false. ``asked`` says that the shapes are among the values."""
        if item.asks and not asked:
            return self._open(item, values)
        if item.when is not None:
            condition = self._evaluator.value(item.when, values, item.place, "when")
            if not isinstance(condition, bool):
                if condition is not REPORTED:
                    message = f"`when` must be true or false, not {show(condition)}"
                    help = ["compare, for example `when: i == 0`"]
                    self.sink.report("AS204", item.place.at("when"), message, help=help)
                return self.lost(item, values)
            if not condition:
                return None
        operation: Operation | Reported
        match item:
            case LayerItem():
                operation = self._layer(item, values)
            case CallItem():
                operation = self.call(item, values)
            case RepeatItem():
                operation = self._repeat(item, values)
            case ParallelItem():
                operation = self._parallel(item, values)
            case ApplyItem():
                operation = self._apply(item, values)
            case LostItem():
                operation = REPORTED
            case _:
                assert_never(item)
        if operation is REPORTED:
            return self.lost(item, values)
        self._common(operation, item, values)
        if operation.count > MAX_NODES:
            self._too_large(item.place.key(), operation.count)
        return operation

    def _open(self, item: Item, values: Values) -> OpenOperation:
        operation = OpenOperation(item, values)
        if item.name is not None and not any(map(is_ask, item.name.names)):
            name = self._evaluator.value(item.name, values, item.place, "name")
            operation.name = None if name is REPORTED or name is None else str(name)
        self._read(operation, item, values)
        return operation

    def _apply(self, item: ApplyItem, values: Values) -> ApplyOperation | Reported:
        target = self._evaluator.value(item.target, values, item.place, "layer")
        arguments = {
            name: self._evaluator.value(template, values, item.place, name)
            for name, template in item.arguments.items()
        }
        if target is REPORTED or REPORTED in arguments.values():
            return REPORTED
        return ApplyOperation(item, str(target), arguments)

    def lost_asking(self, item: Item, values: Values) -> LostOperation:
        """In the place of an operation whose shapes are not known because of a mistake."""
        self._evaluator.some_lost = True
        return self.lost(item, {**values, **dict.fromkeys(item.asks, REPORTED)})

    def lost(self, item: Item, values: Values) -> LostOperation:
        """In the place of an operation that cannot be worked out."""
        self._unsound += 1
        match item:
            case LostItem():
                operation = LostOperation(item, item.base, item.open)
            case LayerItem():
                operation = LostOperation(item, item.type.auto_name(), False)
            case CallItem():
                operation = LostOperation(item, item.block.name, False)
            case RepeatItem() | ParallelItem():
                operation = LostOperation(item, "", True)
            case ApplyItem():
                operation = LostOperation(item, "", False)
            case _:
                assert_never(item)
        self._common(operation, item, values)
        return operation

    def _common(self, operation: Operation, item: Item, values: Values) -> None:
        if item.name is not None:
            name = self._evaluator.value(item.name, values, item.place, "name")
            if name is not REPORTED and name is not None:
                operation.name = str(name)
                if item.name.names and not is_wire_name(operation.name):
                    message = f"{show(name)} cannot be the name of a layer"
                    help = ["use letters, digits, `_` and `-`"]
                    self.sink.report("AS106", item.place.at("name"), message, help=help)
        self._read(operation, item, values)
        if item.trainable is not None:
            trainable = self._evaluator.value(item.trainable, values, item.place, "trainable")
            if isinstance(trainable, bool):
                operation.trainable = trainable
            elif trainable is not REPORTED:
                message = f"`trainable` must be true or false, not {show(trainable)}"
                self.sink.report("AS204", item.place.at("trainable"), message)
        if item.expect is not None:
            expected = self._evaluator.value(item.expect.values, values, item.expect.place)
            if expected is not REPORTED:
                operation.expect = expected

    def _read(self, operation: Operation, item: Item, values: Values) -> None:
        """What it reads."""
        if item.sources is not None:
            sources = [
                self._evaluator.value(source, values, item.place, "from") for source in item.sources
            ]
            operation.sources = () if REPORTED in sources else tuple(str(s) for s in sources)

    def _layer(self, item: LayerItem, values: Values) -> LayerOperation | Reported:
        layer = item.layer
        if layer is None:
            assert item.arguments is not None
            arguments = self._evaluator.value(item.arguments, values, item.place)
            if item.call is not None and arguments is not REPORTED:
                self._networks = self._networks or self.networks()
                arguments = self._networks.put(item, arguments, values)
            if arguments is REPORTED:
                return REPORTED
            layer = self._maker.layer(item.type, arguments, item.place, values)
            if layer is None:
                return REPORTED
        return LayerOperation(item, layer)

    def call(self, item: CallItem, values: Values) -> GroupOperation | Reported:
        """The layers of a block with values for its parameters."""
        block = item.block
        if block.lost:
            return REPORTED
        inner = block.defaults.copy()
        sound = True
        if block.given is not None or (block.whole is None and block.module.outer):
            from archspec.expand.scopes import seen_of_file

            around = seen_of_file(block, values, self._evaluator)
            if around is REPORTED:
                return REPORTED
            inner = {**around, **inner}
        for name, template in item.arguments.items():
            value = (
                self._evaluator.value(template, values, item.place, name)
                if template.names
                else template.value
            )
            if value is REPORTED:
                sound = False
                continue
            param = block.params[name]
            if type(value) is not _EXACT.get(param.type) and not check_type(
                param, value, item.place.at(name), self.sink
            ):
                sound = False
            inner[name] = value
        if not sound:
            return REPORTED
        if self._calls >= MAX_CALLS:
            message = f"blocks call each other more than {MAX_CALLS} deep"
            return self.sink.report("AS305", item.place.key(), message)
        self._calls += 1
        body = self.body(block.body, inner)
        self._calls -= 1
        group = GroupOperation(item, "block", [body], [block.name])
        if block.outputs is not None and type(body) is not OpenOperations:
            if block.body.lets and any(o.wire.names for o in block.outputs):
                inner = self.let_values(block.body, inner)
            group.outputs = self.outputs(block.outputs, inner)
        return group

    def outputs(
        self, outputs: tuple[BlockOutput, ...], values: Values
    ) -> list[tuple[BlockOutput, str]]:
        """The wires that a block gives, under the values in it."""
        wires = [(o, self._evaluator.value(o.wire, values, o.place)) for o in outputs]
        return [(o, str(wire)) for o, wire in wires if wire is not REPORTED]

    def _repeat(self, item: RepeatItem, values: Values) -> GroupOperation | Reported:
        columns: dict[str, list[Any]] = {}
        if item.times is not None:
            times = self._evaluator.value(item.times, values, item.place, "times")
            if times is REPORTED:
                return REPORTED
            if not isinstance(times, int) or isinstance(times, bool) or times < 0:
                message = f"`times` must be a whole number, 0 or more, not {show(times)}"
                from archspec.expand.repeat_help import times_help  # for what is wrong only

                help = times_help(times, item.place.at("times"))
                return self.sink.report("AS306", item.place.at("times"), message, help=help)
            if times > MAX_NODES:
                self._too_large(item.place.at("times"), times)
        else:
            from archspec.expand.tables import columns as columns_of

            found = columns_of(item, values, self._evaluator)
            if found is REPORTED:
                return REPORTED
            columns = found
            times = len(next(iter(columns.values())))
        parts: list[Operations] = []
        changes = item.body.names.intersection((item.index or "", *item.columns))
        if changes:
            total = 0
            self._evaluator.work.add(times * (len(values) + len(columns)) // 200, item.place)
            for n in range(times):
                inner = {**values, item.index or "": n}
                inner.update((name, column[n]) for name, column in columns.items())
                part = self.body(item.body, inner)
                parts.append(part)
                total += part.count
                if total > MAX_NODES:
                    self._too_large(item.place.key(), total)
        elif times:
            part = self.body(item.body, values)
            if part.count * times > MAX_NODES:
                self._too_large(item.place.key(), part.count * times)
            parts = [part] * times
        return GroupOperation(item, "repeat", parts, [])

    def _parallel(self, item: ParallelItem, values: Values) -> GroupOperation | Reported:
        if item.skip is not None:
            skip = self._evaluator.value(item.skip, values, item.place, "skip")
            if not isinstance(skip, bool):
                if skip is not REPORTED:
                    message = f"`skip` must be true or false, not {show(skip)}"
                    help = ["compare, for example `skip: strides == 1`"]
                    self.sink.report("AS204", item.place.at("skip"), message, help=help)
                return REPORTED
            if not skip:
                main = self.body(item.branches[""], values)
                return GroupOperation(item, "parallel", [main], [""])
        parts = [self.body(body, values) for body in item.branches.values()]
        group = GroupOperation(item, "parallel", parts, list(item.branches))
        if item.merge is not None:
            merge = self._item(item.merge, values)
            if merge is None:
                return group
            assert isinstance(merge, LayerOperation | LostOperation | OpenOperation)
            group.merge = merge
            group.count += 1
        return group

    def _too_large(self, place: Place, count: int) -> NoReturn:
        message = f"this makes at least {count:,} layers; a network may have {MAX_NODES:,}"
        self.sink.report("AS305", place, message)
        raise TooLarge
