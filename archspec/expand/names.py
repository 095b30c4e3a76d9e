"""Frames: the names that are known in one place of a spec, and what a wire's name means there."""

from itertools import islice

from archspec.diagnostics.sink import REPORTED, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, nearest, suggest
from archspec.expand.graph import Node, Ref
from archspec.expand.operations import GroupOperation, Operations
from archspec.spec.types import CallItem

Refs = tuple[Ref, ...]

_MOST_NAMES = 300
"""Names among which one is looked for that was meant."""


class Frame:
    """The names that are known in one place, and those of the frames in it."""

    __slots__ = ("counts", "names", "open", "operation", "output", "parent", "prefix", "start")

    def __init__(
        self,
        prefix: str,
        parent: "Frame | None",
        start: int = 0,
        operation: GroupOperation | Operations | None = None,
    ) -> None:
        self.prefix = prefix
        self.parent = parent
        """The frame around it whose names it sees; None for a block, which sees only its own."""
        self.names: dict[str, int | Frame | Refs | Reported] = {}
        """What each names; an item with a mistake keeps its name, so that only it is reported."""
        self.counts: dict[str, int] = {}
        self.start = start
        self.output: Refs | Reported = ()
        self.operation = operation
        self.open: tuple[str, ...] = ()
        """How names begin that are missing because of a mistake: all may if one is empty."""

    def close(self, output: Refs | Reported) -> None:
        """Nothing in it looks out any more: no circle of references stays behind."""
        self.output = output
        self.parent = None
        self.counts.clear()

    def free_name(self, base: str) -> str:
        """``conv2d``, ``conv2d_1``, … as Keras counts."""
        count = self.counts.get(base, 0)
        name = f"{base}_{count}" if count else base
        while name in self.names:
            count += 1
            name = f"{base}_{count}"
        self.counts[base] = count + 1
        return name


def find(frame: Frame, path: str, nodes: list[Node]) -> "int | Frame | Refs | Reported | str":
    """What a path names; a string, the part that was found, if there is no such thing."""
    first, *rest = path.split(".")
    around: Frame | None = frame
    found: int | Frame | Refs | Reported | None = None
    while around is not None:
        found = around.names.get(first)
        if found is not None:
            break
        around = around.parent
    if found is None:
        return REPORTED if _may_be_lost(frame, first) else ""
    if found is REPORTED:
        return REPORTED  # what is inside is not known
    trail = first
    for number, step in enumerate(rest):
        below = found.names.get(step) if isinstance(found, Frame) else None
        if below is None and isinstance(found, Frame) and step.startswith(found.open):
            return REPORTED
        if below is None:
            if isinstance(found, int) and number == len(rest) - 1:
                outputs = nodes[found].layer.output_names()
                if step in outputs:
                    return ((found, outputs.index(step)),)
            return trail
        found = below
        trail += "." + step
    return found


def _may_be_lost(frame: Frame, name: str) -> bool:
    """Whether a frame, or one whose names it sees, may have had a name but for a mistake."""
    around: Frame | None = frame
    while around is not None:
        if name.startswith(around.open):
            return True
        around = around.parent
    return False


def lookup(frame: Frame, path: str, nodes: list[Node]) -> tuple[Refs | Reported | None, str]:
    """The outputs that a path names; or None, and the part of the path that was found."""
    found = find(frame, path, nodes)
    if isinstance(found, int):
        return ((found, 0),), ""
    if isinstance(found, Frame):
        return (found.output or None), path
    if isinstance(found, str):
        return None, found
    return found, ""


def wire_help(frame: Frame, path: str, nodes: list[Node], sink: Sink) -> str:
    """What else could be meant by a path that names nothing."""
    found = find(frame, path, nodes)
    seen = visible(frame)
    if isinstance(found, str) and found:
        trail, found = found, find(frame, found, nodes)
        inside = list(found.names) if isinstance(found, Frame) and _told(found, sink) else []
        if isinstance(found, int) and found < len(nodes):
            inside = [n for n in nodes[found].layer.output_names() if n]
        near = nearest(path.rpartition(".")[2], inside)
        if near:
            return did_you_mean(f"{trail}.{near}")
        if inside:
            return f"there are {', '.join(f'`{trail}.{n}`' for n in inside[:6])}"
        return _in_sight(seen)
    for name in seen:
        block = frame.names.get(name)
        if isinstance(block, Frame) and path in block.names and _told(block, sink):
            return did_you_mean(f"{name}.{path}")
    return suggest(path, seen, _in_sight(seen))


def _told(frame: Frame, sink: Sink) -> bool:
    """Whether the names in a frame may be told: they are not when its file may not be quoted."""
    operation = frame.operation
    items = operation.items if isinstance(operation, Operations) else [operation]
    return not any(
        sink.withholds(o.item.place)
        or (isinstance(o.item, CallItem) and sink.withholds(o.item.block.body.place))
        for o in items
        if o is not None
    )


def visible(frame: Frame) -> list[str]:
    """The last names that can be seen from a frame."""
    names: list[str] = []
    around: Frame | None = frame
    while around is not None:
        names += [*islice(reversed(around.names), _MOST_NAMES)][::-1]
        around = around.parent
    return names


def _in_sight(names: list[str]) -> str:
    shown = ", ".join(f"`{n}`" for n in names[-6:])
    return f"in sight here: {shown}" if names else "nothing is in sight here"
