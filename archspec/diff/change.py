"""A change in one place, and what follows from all of them."""

from typing import NamedTuple

from archspec.diff.arguments import Argument


class Change(NamedTuple):
    """One change in one place."""

    sign: str
    """``+``, ``-`` or ``~``."""
    kind: str
    """layer, layers, block, branch, round, rounds, construct, arguments, class, content, wires, order,
    trainable, shares, renamed, inputs or outputs."""
    word: str
    """The layer's class, or the block's or the construct's word."""
    before: str
    """Name in the first network; empty if it has none."""
    after: str
    what: str = ""
    """What is said of it: ``units 1000 → 5``."""
    arguments: tuple[Argument, ...] = ()
    first: tuple[int, ...] = ()
    """Nodes of the first network that it is about."""
    second: tuple[int, ...] = ()
    params: int = 0
    """Parameters more in the second network."""
    macs: int = 0
    around: tuple[int, ...] = ()
    """Nodes of the second network among which something came or went: those of the repeat."""

    @property
    def name(self) -> str:
        """Name in the second network, or in the first one."""
        return self.after or self.before


class Follows(NamedTuple):
    """What follows from changes, in layers that are themselves the same."""

    shapes: list[tuple[int, int]]
    """Pairs of nodes whose outputs have other shapes."""
    weights: list[tuple[int, int]]
    """Pairs of nodes whose weights have another number of values, or count in one of the networks only."""
    params: int
    macs: int
