"""Frames: the names that are known in one place of a spec, and what a wire's name means there."""

from archspec.diagnostics.sink import REPORTED, Reported
from archspec.expand.graph import Node, Ref
from archspec.expand.operations import GroupOperation, Operations

Refs = tuple[Ref, ...]


NO_NAMES: "dict[str, Refs | Reported]" = {}


class Frame:
    """The names that are known in one place, and those of the frames in it."""

    __slots__ = (
        "counts",
        "given",
        "log",
        "missed",
        "names",
        "open",
        "operation",
        "output",
        "parent",
        "prefix",
        "round",
        "start",
    )

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
        self.given: dict[str, Refs | Reported] = NO_NAMES
        """The named outputs of what it ends with, where that is a block which has some."""
        self.log = 0
        """How many operations had been settled by shapes before it was begun."""
        self.round = 0
        """Which round of a repeat it is, from 1; 0 for anything else."""
        self.missed: frozenset[str] = frozenset()
        """Names that something here reads and nothing has: who else reads them is silent."""

    def has_missed(self, name: str) -> bool:
        """Whether it was told already, here or around, that nothing has a name."""
        around: Frame | None = self
        while around is not None:
            if name in around.missed:
                return True
            around = around.parent
        return False

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
        below = None
        if isinstance(found, Frame):
            below = found.names.get(step, found.given.get(step))
        if below is None and isinstance(found, Frame) and step.startswith(found.open):
            return REPORTED
        if below is None:
            if isinstance(found, int) and number == len(rest) - 1:
                layer = nodes[found].layer
                outputs = layer.output_names()
                if step in outputs:
                    return ((found, outputs.index(step)),)
                if step == layer.first_output():
                    return ((found, 0),)
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
    """The outputs that a path names; or None, and the part of the path that was found.

    A `*` in a path is the number of a round: all rounds are meant, in their order.
    """
    if "*" in path:
        return _lookup_all(frame, path, nodes)
    found = find(frame, path, nodes)
    if isinstance(found, int):
        return ((found, 0),), ""
    if isinstance(found, Frame):
        return (found.output or None), path
    if isinstance(found, str):
        return None, found
    return found, ""


def _lookup_all(frame: Frame, path: str, nodes: list[Node]) -> tuple[Refs | Reported | None, str]:
    """The outputs of all rounds that a pattern such as ``stack*.unit*.skip`` names."""
    step, _, rest = path.partition(".")
    if "*" not in step:
        found = find(frame, step, nodes)
        inner = [found] if isinstance(found, Frame) else []
        if found is REPORTED:
            return REPORTED, ""
    else:
        inner = _rounds(frame, step)
        if not inner and _may_be_lost(frame, step.partition("*")[0]):
            return REPORTED, ""
    refs: list[Ref] = []
    for below in inner:
        # Of what is inside only its own names count, not those around it.
        alone = Frame(below.prefix, None)
        alone.names, alone.open, alone.output = (
            {**below.given, **below.names},
            below.open,
            below.output,
        )
        found_refs, trail = (below.output, "") if not rest else lookup(alone, rest, nodes)
        if found_refs is REPORTED:
            return REPORTED, ""
        if not found_refs:
            return None, step + ("." + trail if trail else "")
        refs += found_refs
    return (tuple(refs), "") if refs else (None, "")


def _rounds(frame: Frame, pattern: str) -> "list[Frame]":
    """The rounds that a pattern names, of the nearest repeat, in their order."""
    before, _, after = pattern.partition("*")
    around: Frame | None = frame
    while around is not None:
        found = [
            below
            for name, below in around.names.items()
            if isinstance(below, Frame)
            and below.round
            and name in (f"{before}{below.round}{after}", f"{before}_{below.round}{after}")
        ]
        if found:
            return found
        around = around.parent
    return []
