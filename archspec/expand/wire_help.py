"""What to say of wires and names that are wrong: what was probably meant."""

from itertools import islice

from archspec.diagnostics.fixes import Edit, Fix, How, renamed
from archspec.diagnostics.place import Place
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.spelling import nearest
from archspec.expand.graph import Node, Scope
from archspec.expand.names import Frame, find
from archspec.expand.operations import Operation, Operations
from archspec.spec.types import CallItem, Entry, RepeatItem

_MOST_NUMBERED = 3
_MOST_NAMES = 300
"""Names among which one is looked for that was meant."""


def wire_help(
    frame: Frame, path: str, nodes: list[Node], sink: Sink, place: Place
) -> list[str | Fix]:
    """What else could be meant by a path, written at a place, that names nothing."""
    written = place.document.at(place.path)
    if written == [path]:
        place, written = place.at(0), path
    helps = _meant(frame, path, nodes, sink, place)
    if written != path:  # the name is made of parameters
        return [h if isinstance(h, str) else h.message for h in helps]
    return helps


def _meant(frame: Frame, path: str, nodes: list[Node], sink: Sink, place: Place) -> list[str | Fix]:
    found = find(frame, path, nodes)
    seen = visible(frame)
    if isinstance(found, str) and found:
        trail, found = found, find(frame, found, nodes)
        inside = list(found.names) if isinstance(found, Frame) and _told(found, sink) else []
        if isinstance(found, int) and found < len(nodes):
            inside = [n for n in nodes[found].layer.output_names() if n]
        last = path.rpartition(".")[2]
        near = nearest(last, inside)
        if near:
            return [renamed(place, f"{trail}.{near}", _is_slip(last, near, inside))]
        if inside:
            return [f"there are {', '.join(f'`{trail}.{n}`' for n in inside[:6])}"]
        return [_in_sight(seen)]
    for name in seen:
        block = frame.names.get(name)
        if isinstance(block, Frame) and path in block.names and _told(block, sink):
            return [renamed(place, f"{name}.{path}")]
    near = nearest(path, seen)
    if near is None:
        return [_in_sight(seen)]
    return [
        renamed(place, name, _is_slip(path, name, seen)) for name in _numbered(path, near, seen)
    ]


def _is_slip(written: str, near: str, names: list[str]) -> bool:
    """Whether it can hardly be another name: none is as near that has the same number."""
    if _number(written) != _number(near):
        return False
    second = nearest(written, [name for name in names if name != near])
    return second is None or _number(second) != _number(written)


def _number(name: str) -> str:
    return name[len(name.rstrip("0123456789")) :]


def _numbered(written: str, near: str, names: list[str]) -> list[str]:
    """The known name; or those which differ in the number only, if that is not known."""
    if _letters(written) != _letters(near) or written.lower() == near.lower():
        return [near]
    alike = [name for name in names if _letters(name) == _letters(written)]
    return alike[-_MOST_NUMBERED:][::-1]


def _letters(name: str) -> str:
    return name.rstrip("0123456789_").lower()


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


def later_help(operation: Operation, later: Operation) -> list[str | Fix]:
    """What to say of an entry that reads one which stands after it."""
    if operation.name is not None and operation.name == later.name:
        return ["a layer cannot read itself"]
    rule = "a layer reads only what stands before it in the list"
    here, there = _entry(operation.item), _entry(later.item)
    if here is None or there is None or here.path[:-1] != there.path[:-1]:
        return [rule]
    moved = there.document.at(there.path)
    edits = (Edit(here, moved, How.BEFORE), Edit(there, how=How.REMOVE))
    return [rule, Fix(f"`{later.name}` can stand before it", edits)]


def _entry(item: Entry) -> Place | None:
    """The place of the whole entry of a list, its word included."""
    path = item.place.path
    if isinstance(path[-1], int):
        return item.place
    return Place(item.place.document, path[:-1]) if isinstance(path[-2], int) else None


def other_name(frame: Frame, name: str) -> str:
    """A name that is free, with the next number: ``fc2`` after ``fc``."""
    base = name.rstrip("0123456789")
    number = int(name[len(base) :] or 1) + 1
    while f"{base}{number}" in frame.names:
        number += 1
    return f"{base}{number}"


def repeat_help(scope: Scope) -> list[str | Fix]:
    """What to say of a name that stands twice because it is in a repeat."""
    rule = "give the `repeat` around it a `name`: then each round has names of its own"
    for around in scope.chain()[::-1]:
        item = around.item
        if around.kind != "round" or not isinstance(item, RepeatItem) or item.name is not None:
            continue
        if not isinstance(item.place.document.at(item.place.path), dict):
            break
        return [Fix(rule, (Edit(item.place, "round", How.ADD, "name"),))]
    return [rule]
