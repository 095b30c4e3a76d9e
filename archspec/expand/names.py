"""Frames: the names that are known in one place of a spec, and what a wire's name means there."""

<<<<<<< HEAD
from archspec.diagnostics.sink import REPORTED, Reported
=======
import re
from itertools import islice

from archspec.diagnostics.fixes import Fix, add, renamed, replace
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, near_words
>>>>>>> h-words
from archspec.expand.graph import Node, Ref
from archspec.expand.operations import GroupOperation, Operations

Refs = tuple[Ref, ...]


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
<<<<<<< HEAD
=======


def wire_help(
    frame: Frame, path: str, nodes: list[Node], sink: Sink, place: Place
) -> list[str | Fix]:
    """What else could be meant by a path that names nothing, and stands at a place."""
    found = find(frame, path, nodes)
    seen = visible(frame)
    if isinstance(found, str) and found:
        trail, found = found, find(frame, found, nodes)
        inside = list(found.names) if isinstance(found, Frame) and _told(found, sink) else []
        last = path.rpartition(".")[2]
        if isinstance(found, int) and found < len(nodes):
            inside = [n for n in nodes[found].layer.output_names() if n]
            states = _states_fix(nodes[found], last)
            if states is not None and not sink.withholds(states.edits[0].place):
                return [states]
        near = near_words(last, inside, elsewhere=False)
        if near.words:
            return [_meant(place, path, f"{trail}.{w}", near.certain) for w in near.words]
        if inside:
            return [f"there are {', '.join(f'`{trail}.{n}`' for n in inside[:6])}"]
        return [_in_sight(seen)]
    for name in seen:
        block = frame.names.get(name)
        if isinstance(block, Frame) and path in block.names and _told(block, sink):
            return [_meant(place, path, f"{name}.{path}", False)]
    last = path.rpartition(".")[2]
    if last in seen and last != path:
        return [_meant(place, path, last, True)]
    called = [n for n in seen if _word_of(frame.names.get(n), nodes) == path]
    if called:
        return [_meant(place, path, n, len(called) == 1) for n in called[:2]]
    if re.fullmatch(r"\s*[\w.]+(\s*,\s*[\w.]+)+\s*", path):
        listed = [name.strip() for name in path.split(",")]
        said = did_you_mean(f"[{', '.join(listed)}]")
        return [replace(said, place, listed, certain=True)]
    near = near_words(path, seen, elsewhere=False)
    return [_meant(place, path, w, near.certain) for w in near.words] or [_in_sight(seen)]


def _word_of(found: "int | Frame | Refs | Reported | None", nodes: list[Node]) -> str | None:
    """The word of the entry that a name stands for: of a layer, or a block."""
    if isinstance(found, int):
        item = nodes[found].item if found < len(nodes) else None
        return item.word if item is not None else None
    if isinstance(found, Frame) and isinstance(found.operation, GroupOperation):
        return found.operation.item.word
    return None


def _meant(place: Place, path: str, meant: str, certain: bool) -> str | Fix:
    """The fix of a wire; a sentence, if the text holds a parameter."""
    written = place.document.at(place.path)
    return renamed(place, meant, certain) if written == path else did_you_mean(meant)


def _states_fix(node: Node, name: str) -> Fix | None:
    """The fix of `lstm.state_h`, of a layer that does not give its states."""
    if node.item is None or getattr(node.layer, "return_state", True):
        return None
    names = node.layer.replace(return_state=True).output_names()
    if name not in names:
        return None
    message = "its states are outputs only with `return_state: true`"
    return add(message, node.item.place, "return_state", True, certain=True)


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
>>>>>>> h-words
