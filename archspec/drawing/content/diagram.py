"""A drawing without colours and places: cards, and wires between them."""

from typing import NamedTuple

from archspec.drawing.content.art import Rows

DETAILS = ("auto", "layers", "fused", "blocks", "stages")


class Chip(NamedTuple):
    """Something fused into a card."""

    family: str
    text: str


class Card:
    """A box of the drawing."""

    __slots__ = (
        "around",
        "chips",
        "details",
        "faded",
        "family",
        "foot",
        "frozen",
        "key",
        "layers",
        "nodes",
        "note",
        "noted",
        "params",
        "rows",
        "times",
        "title",
        "tooltip",
    )

    def __init__(self, key: str, family: str, title: str) -> None:
        self.key = key
        """Its name in DOT: made of a number, never of a name in the spec."""
        self.family = family
        """Family of the layer; empty for a block."""
        self.title = title
        self.details: list[str] = []
        self.chips: list[Chip] = []
        self.rows: Rows = ()
        """What is in a block."""
        self.times = 1
        self.around = 1
        """How often the opened blocks come in which it stands."""
        self.note = ""
        """How the first of several differs, or what has changed; a line, or several."""
        self.foot = ""
        """Its name in the spec, where the spec gives one."""
        self.params = 0
        self.frozen = False
        """Whether training changes none of its parameters."""
        self.faded = False
        """Whether it leads nowhere."""
        self.tooltip = ""
        self.layers: list[str] = []
        """Paths of all layers on it."""
        self.nodes: tuple[int, ...] = ()
        """The same layers by their index in the graph, in order."""
        self.noted: tuple[int, ...] = ()
        """Those of them that stand on none of its pills: the note tells of them."""


class Wire(NamedTuple):
    """A connection of two cards with the shape that goes over it."""

    source: str
    target: str
    label: str
    straight: bool
    """Whether it lies on the main path."""
    gone: bool = False
    """Whether it leads to or from what was removed, in a comparison."""
    tap: int = -1
    """The layer whose output it is, by its index in the graph, if it leaves a block from the middle;
    -1 if it leaves from the end."""
    entry: int = -1
    """The layer that reads it, if it comes into a block at the side; -1 if it comes in at the top."""


class Cluster:
    """A block that is drawn opened."""

    __slots__ = ("content", "key", "times", "title")

    def __init__(self, key: str, title: str, times: int) -> None:
        self.key = key
        self.title = title
        self.times = times
        self.content: list[Card | Cluster] = []


class Diagram(NamedTuple):
    """A drawing."""

    name: str
    title: str
    subtitle: tuple[str, ...]
    content: list[Card | Cluster]
    wires: list[Wire]
    families: list[str]
    """Families that are on it, in the order of the legend."""

    @property
    def cards(self) -> list[Card]:
        """All cards, those in opened blocks too."""
        found: list[Card] = []
        stack: list[Card | Cluster] = list(reversed(self.content))
        while stack:
            item = stack.pop()
            if isinstance(item, Card):
                found.append(item)
            else:
                stack += reversed(item.content)
        return found

    def told(self) -> str:
        """Everything that is to be seen, as text."""
        lines = [repr((self.title, self.subtitle, self.wires, self.families))]
        stack: list[Card | Cluster] = list(reversed(self.content))
        while stack:
            item = stack.pop()
            if isinstance(item, Card):
                lines.append(repr([getattr(item, name) for name in Card.__slots__]))
            else:
                lines.append(repr((item.key, item.title, item.times, len(item.content))))
                stack += reversed(item.content)
        return "\n".join(lines)
