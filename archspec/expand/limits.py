"""How much a graph may have: what a small spec asks for is told before the machine is full."""

from typing import NoReturn

from archspec.diagnostics.sink import Sink
from archspec.expand.graph import Scope
from archspec.expand.operations import Operation
from archspec.expand.resolve import MAX_NODES
from archspec.expand.work import TooLarge
from archspec.spec.types import Item

_MOST_DEEP = 150
_MOST_APPLIED = 50_000
_MOST_READ = 2_000_000
"""Most outputs that all layers read together, and that go on from branches."""
_MOST_LETTERS = 25_000_000
"""Most characters of the names of all layers."""


class Limits:
    """Counts what a graph has; each method reports, and raises TooLarge, when it is too much."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.depth = 0
        """How many lists of operations stand around."""
        self._applied = 0
        self._read = 0
        self._letters = 0

    def enter(self, scope: Scope, prefix: str, count: int) -> None:
        """A list of operations under a prefix of names."""
        self.depth += 1
        if self.depth > _MOST_DEEP:  # an `apply` in an `apply` in …
            self._too_large(scope, f"what is applied stands more than {_MOST_DEEP} deep in itself")
        self.add_letters(len(prefix) * (1 + count), scope)

    def add_layers(self, nodes: int, operation: Operation) -> None:
        """An operation beside so many nodes."""
        count = nodes + operation.count
        if count > MAX_NODES:
            message = f"this makes at least {count:,} layers; a network may have {MAX_NODES:,}"
            self._sink.report("AS305", operation.item.place.key(), message)
            raise TooLarge

    def leave(self) -> None:
        """The list is done."""
        self.depth -= 1

    def add_letters(self, count: int, scope: Scope) -> None:
        """Letters of names."""
        self._letters += count
        if self._letters > _MOST_LETTERS:
            message = f"the names of the layers have more than {_MOST_LETTERS:,} letters"
            self._too_large(scope, message)

    def add_read(self, count: int, item: Item) -> None:
        """Outputs that an item reads."""
        self._read += count
        if self._read > _MOST_READ:
            message = f"the layers up to here read more than {_MOST_READ:,} outputs"
            self._sink.report("AS305", item.place.key(), message)
            raise TooLarge

    def add_applied(self, nodes: int, scope: Scope) -> None:
        """One more `apply`, where there are so many nodes."""
        self._applied += 1
        if nodes > MAX_NODES or self._applied > _MOST_APPLIED:
            limit = f"{MAX_NODES:,} layers, or {_MOST_APPLIED:,} times `apply`"
            self._too_large(scope, f"what is applied again and again makes more than {limit}")

    def _too_large(self, scope: Scope, message: str) -> NoReturn:
        item = next(s.item for s in scope.chain() if s.item is not None)
        self._sink.report("AS305", item.place.key(), message)
        raise TooLarge
