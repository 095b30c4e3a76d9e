"""What asks for shapes is settled where it is wired, and stays so where it is applied again."""

from collections.abc import Iterable

from archspec.diagnostics.sink import REPORTED, Place, Reported
from archspec.expand.evaluate import Values
from archspec.expand.graph import Node
from archspec.expand.limits import Limits
from archspec.expand.names import Frame, Refs
from archspec.expand.operations import OpenOperation, OpenOperations, Operation, Operations
from archspec.expand.resolve import Resolver
from archspec.expand.shapes import Shapes
from archspec.formulas.asks import parse_ask, place_of
from archspec.spec.types import Item


class Settling:
    """Makes operations of those that ask for shapes, and remembers what they became."""

    def __init__(
        self, nodes: list[Node], lost: list[int], resolver: Resolver, limits: Limits
    ) -> None:
        self._nodes = nodes
        self._resolver = resolver
        self._limits = limits
        self._shapes = Shapes(nodes, lost, resolver.sink)
        self._settled: list[Operation | Operations | None] = []
        """What became of everything, in order."""
        self.replayed = -1
        """While something is applied again, which of them comes next: shapes are those of the first use."""

    def replay(self, start: int) -> int:
        """Begin again at one of them; gives where it was before."""
        before, self.replayed = self.replayed, start
        return before

    def begun(self) -> int:
        """How many have been settled, for what may be applied again."""
        return self.replayed if self.replayed >= 0 else len(self._settled)

    def settle(
        self,
        operation: OpenOperation,
        current: Refs | Reported,
        frame: Frame,
        around: list[Operation],
    ) -> Operation | None:
        """What becomes of an operation where it reads ``current``; None if it is left out."""
        if self.replayed >= 0:
            settled = self._settled[self.replayed]
            self.replayed += 1
            assert not isinstance(settled, Operations)
            return settled
        item = operation.item
        asked = self._ask(item.asks, operation.values, item.place, current, frame, around)
        found: Operation | None
        if asked is REPORTED:
            found = self._resolver.lost_asking(item, operation.values)
        else:
            found = self._resolver.settle(operation, asked, self._limits.depth)
        if found is not None:
            self._limits.add_layers(len(self._nodes), found)
        self._settled.append(found)
        return found

    def settle_body(
        self, part: OpenOperations, current: Refs | Reported, frame: Frame
    ) -> Operations:
        """The operations of a list whose `let` asks for shapes, where it reads ``current``."""
        if self.replayed >= 0:
            settled = self._settled[self.replayed]
            self.replayed += 1
            assert isinstance(settled, Operations)
            return settled

        def ask(names: list[str], values: Values, place: Place) -> Values | Reported:
            return self._ask(names, values, place, current, frame, part.body.items)

        found = self._resolver.settle_body(part, ask, self._limits.depth)
        self._settled.append(found)
        return found

    def _ask(
        self,
        names: Iterable[str],
        values: Values,
        place: Place,
        current: Refs | Reported,
        frame: Frame,
        around: Iterable[Operation | Item],
    ) -> Values | Reported:
        found: Values = {}
        for name in names:
            ask = parse_ask(name)
            wire = ask.wire_for(values)
            at = place_of(ask, place)
            found[name] = self._shapes.answer(name, wire, current, frame, at, around)
        return REPORTED if REPORTED in found.values() else found
