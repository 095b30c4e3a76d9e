"""What formulas ask of shapes, while the graph is being made."""

from collections.abc import Iterable
from typing import Any

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.expand.graph import Node
from archspec.expand.names import Frame, Refs, lookup
from archspec.expand.operations import Operation, Resolved
from archspec.formulas.asks import Ask, parse_ask
from archspec.formulas.explain import ExpressionError
from archspec.layers.measure import Facts, measure
from archspec.shapes.shape import Shape, ShapeError, format_shape
from archspec.spec.types import Item

_AXES = {"channels": -1, "width": 1, "height": 0}
"""Which axis a function gives; a height and a width are those of height × width × channels."""


Around = Iterable[Operation | Item]

_GIVE_A_SIZE = "give the input a size in place of `null`, or write the number here"


class PartlyKnown(list[Any]):
    """A shape with sizes that are not known: a formula may ask for the others."""

    def __init__(self, name: str, shape: Shape) -> None:
        super().__init__(shape)
        self._name = name

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        if found is None:
            shown = f"the shape is {format_shape(tuple(self))}"
            message = f"size {index} of `{self._name}` is not known: {shown}"
            raise ExpressionError("AS407", message, help=_GIVE_A_SIZE)
        return found


class Shapes:
    """The shapes of nodes, each worked out once, and only if somebody asks for one that needs it."""

    def __init__(self, nodes: list[Node], lost: list[int], sink: Sink) -> None:
        self._nodes = nodes
        self._lost = lost
        self._sink = sink
        self._facts: list[Facts | None] = []
        """Those of the first nodes; None for a node that has no shapes because of a mistake, which is told elsewhere."""

    def answer(
        self,
        name: str,
        wire: str,
        current: Refs | Reported,
        frame: Frame,
        place: Place,
        around: Around,
    ) -> Any | Reported:
        """What an ask of a wire comes to; REPORTED too where a mistake hides it.

        ``around`` are the entries of the list in which it is asked.
        """
        ask = parse_ask(name)
        refs = current
        if wire:
            found, trail = lookup(frame, wire, self._nodes)
            if found is None:
                return self._refuse_wire(ask, wire, trail, frame, place, around)
            refs = found
        if refs is REPORTED:
            return REPORTED
        if not refs:
            message = f"`{name}` asks for a shape, and nothing is read here"
            return self._sink.report("AS301", place, message)
        answers = []
        for index, output in refs:
            facts = self._measured(index)
            if facts is None:
                return REPORTED
            answer = self._of_shape(ask, facts.outputs[output], place)
            if answer is REPORTED:
                return REPORTED
            answers.append(answer)
        if any(answer != answers[0] for answer in answers):
            listed = ", ".join(map(_shown, answers))
            message = f"`{name}` is not the same for all that is read here: {listed}"
            help = [f"name the wire that is meant: `{ask.function}(NAME)`"]
            return self._sink.report("AS209", place, message, help=help)
        return answers[0]

    def _of_shape(self, ask: Ask, shape: Shape, place: Place) -> Any | Reported:
        if ask.function == "shape":
            return PartlyKnown(ask.name, shape) if None in shape else list(shape)
        axis = _AXES[ask.function]
        if not shape or (axis >= 0 and len(shape) != 3):
            what = f"{format_shape(shape)} is not height × width × channels"
            message = f"`{ask.name}`: {what if shape else 'one number has no axes'}"
            help = [f"`shape({ask.wire})[0]` is its first size"] if shape else []
            return self._sink.report("AS209", place, message, help=help)
        if shape[axis] is None:
            message = f"`{ask.name}` is not known: the shape is {format_shape(shape)}"
            return self._sink.report("AS407", place, message, help=[_GIVE_A_SIZE])
        return shape[axis]

    def _measured(self, index: int) -> Facts | None:
        """The facts of a node, and first of all that stand above it."""
        facts = self._facts
        if index >= len(facts):
            lost = set(self._lost)
            for number in range(len(facts), index + 1):
                facts.append(None if number in lost else self._measure(self._nodes[number]))
        return facts[index]

    def _measure(self, node: Node) -> Facts | None:
        shapes = []
        for index, output in node.inputs:
            facts = self._facts[index]
            if facts is None or output >= len(facts.outputs):
                return None
            shapes.append(facts.outputs[output])
        try:
            return measure(node.layer, tuple(shapes))
        except ShapeError:
            return None

    def _refuse_wire(
        self, ask: Ask, wire: str, trail: str, frame: Frame, place: Place, around: Around
    ) -> Reported:
        from archspec.expand.wire_help import WireHelp  # for what is wrong only

        again = self._sink.again
        if frame.has_missed(wire) or any(again(c, place, frame.prefix) for c in ("AS301", "AS304")):
            return REPORTED
        below = [item for item in map(_item, around) if _is_called(item, wire.partition(".")[0])]
        if below and not trail:
            at = below[0].place.path
            message = f"`{wire}` stands below: its shape is not known here"
            help: list[str | Fix] = [
                "a formula asks for what stands above it, or writes the number"
            ]
            if place.path[: len(at)] == at:
                message = f"`{wire}` asks for its own shape, which follows from this formula"
                help = [f"`{ask.function}()` is that of what it reads"]
            return self._sink.report("AS304", place, message, help=help)
        message = f"no layer before this one is called `{wire}`"
        if trail:
            message = f"there is no `{wire}`: `{trail}` has nothing of that name"
        frame.missed |= {wire}
        help = WireHelp(frame, self._nodes, self._sink, unread=()).say(wire, place)
        return self._sink.report("AS301", place, message, help=help)


def _item(entry: Operation | Item) -> Item:
    return entry.item if isinstance(entry, Resolved) else entry


def _is_called(item: Item, name: str) -> bool:
    return item.name is not None and item.name.value == name


def _shown(value: Any) -> str:
    return format_shape(tuple(value)) if isinstance(value, list) else str(value)
