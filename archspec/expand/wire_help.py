"""What to say of wires and names that are wrong: what was probably meant."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from archspec.diagnostics.fixes import Edit, Fix, How, add, guesses, remove, renamed, replace
from archspec.diagnostics.place import Place
from archspec.diagnostics.sink import REPORTED, Sink
from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.expand.edits import entry, write_arguments
from archspec.expand.graph import Node, Scope
from archspec.expand.names import Frame, find
from archspec.expand.operations import GroupOperation, Operation, Operations
from archspec.parse.document import Document
from archspec.records.record import fields
from archspec.spec.meant_values import as_written
from archspec.spec.types import CallItem, Entry, RepeatItem

_MOST_NUMBERED = 3
_MOST_SHOWN = 6
_MOST_TRIED = 8
"""Names that are tried in place of one that is like none."""
_MOST_UNREAD = 2000
"""Names among which it is looked for one that nothing reads."""
_MOST_NAMES = 300
"""Names among which one is looked for that was meant."""


class WireHelp(NamedTuple):
    """What is known where a wire is wrong."""

    frame: Frame
    nodes: list[Node]
    sink: Sink
    around: Sequence[Operation] = ()
    """The entries of the list in which it stands."""
    reads: tuple[str, ...] = ()
    """All that the entry reads."""
    unread: tuple[str, ...] | None = None
    """What nothing reads, if that is known."""

    def say(self, path: str, place: Place) -> list[str | Fix]:
        """What else could be meant by a path, written at a place, that names nothing."""
        place = place.as_it_stands()
        written = place.document.at(place.path)
        if written == [path]:
            place, written = place.at(0), path
        if place.within and isinstance(written, str) and written[slice(*place.within)] == path:
            written = path  # in a formula
        helps = self._meant(path, place)
        if isinstance(written, str) and ".$" in written:  # rounds are `down1`, `down2`
            return [
                replace(did_you_mean(written.replace(".$", "$")), place, written.replace(".$", "$"))
            ]
        if written != path and isinstance(written, str):
            rounds = self._other_rounds(path, written, place)
            if rounds:
                return rounds
        if written != path:  # the name is made of parameters
            return [h if isinstance(h, str) else h.message for h in helps]
        return helps

    def _other_rounds(self, path: str, written: str, place: Place) -> list[str | Fix]:
        """The rounds that there are, where a number of a table names one that is not there."""
        head = path.partition(".")[0]
        stem, number = head.rstrip("0123456789"), _number(head)
        rounds = [n for n in visible(self.frame) if n.rstrip("0123456789") == stem and _number(n)]
        named = re.search(r"\$(\w+)|\$\{(\w+)\}", written)
        if not rounds or not number or named is None:
            return []
        name = named[1] or named[2]
        last = max(int(_number(n)) for n in rounds)
        said = f"the rounds are `{stem}1` to `{stem}{last}`"
        for end in range(len(place.path), 0, -1):
            around = place.document.at(place.path[:end])
            table = around.get("for") if isinstance(around, dict) else None
            column = table.get(name) if isinstance(table, dict) else None
            if isinstance(column, list) and all(type(v) is int for v in column) and column:
                by = max(column) - last
                meant = [v - by for v in column]
                if by > 0 and min(meant) > 0:
                    at = Place(place.document, (*place.path[:end], "for", name))
                    return [replace(f"{said}: `{name}: {meant}`", at, meant)]
        return [said]

    def _pattern(self, path: str, place: Place) -> list[str | Fix]:
        """What else could be meant by a path with `*` for the number of a round."""
        step, _, rest = path.partition(".")
        rounds: dict[str, Frame] = {}
        for name in visible(self.frame):
            below = self.frame.names.get(name)
            if isinstance(below, Frame) and below.round == 1 and name.endswith("1"):
                rounds[name.removesuffix("1").removesuffix("_") + "*"] = below
        inner = rounds.get(step)
        if inner is not None:
            near = near_words(rest, [n for n in inner.names if isinstance(n, str)], elsewhere=False)
            found: list[str | Fix] = [
                renamed(place, f"{step}.{n}", near.certain) for n in near.words
            ]
            found += self._deeper(step, rest, inner, place)
            found += self._near_rounds(step, rest, inner, place)
            listed = ", ".join(f"`{n}`" for n in islice(inner.names, _MOST_SHOWN))
            return [*found] or [f"its rounds have {listed or 'no names'}"]
        having = [n for n in rounds if not rest or rest.partition(".")[0] in rounds[n].names]
        words = near_words(step, rounds, elsewhere=False).words or tuple(having)
        if len(words) == 1:
            return [renamed(place, f"{words[0]}.{rest}" if rest else words[0])]
        return ["`*` is the number of a round, behind the `name` of its `repeat`: `stage*.skip`"]

    def _deeper(self, step: str, rest: str, inner: Frame, place: Place) -> list[str | Fix]:
        """What may be meant by a path into the rounds of rounds."""
        second, _, last = rest.partition(".")
        first = inner.names.get(second.replace("*", "1"))
        if not last or not isinstance(first, Frame):
            return []
        names = [n for n in first.names if isinstance(n, str)]
        near = near_words(last, names, elsewhere=False)
        return [renamed(place, f"{step}.{second}.{n}", near.certain) for n in near.words]

    def _near_rounds(self, step: str, rest: str, inner: Frame, place: Place) -> list[str | Fix]:
        """A step into rounds of another name: `stack*.units*.skip` for `unit*`."""
        second, _, last = rest.partition(".")
        rounds = {n[:-1] + "*" for n in inner.names if isinstance(n, str) and n.endswith("1")}
        if not last or "*" not in second:
            return []
        near = near_words(second, sorted(rounds), elsewhere=False)
        return [renamed(place, f"{step}.{n}.{last}", near.certain) for n in near.words]

    def _meant(self, path: str, place: Place) -> list[str | Fix]:
        if "*" in path:
            return self._pattern(path, place)
        found = find(self.frame, path, self.nodes)
        seen = visible(self.frame)
        if isinstance(found, str) and found:
            return self._inside(path, found, place, seen)
        names = [n.strip() for n in path.split(",")]
        if len(names) > 1 and all(name in seen for name in names):
            listed = f"[{', '.join(names)}]"
            return [replace(f"several are a list: `{listed}`", place, names, certain=True)]
        _, _, last = path.partition(".")
        if last and isinstance(find(self.frame, last, self.nodes), int):
            return [renamed(place, last)]
        inside = [
            f"{name}.{path}"
            for name in seen
            for block in (self.frame.names.get(name),)
            if isinstance(block, Frame) and _told(block, self.sink) and path in block.names
        ]
        if len(inside) == 1:
            return [renamed(place, inside[0])]
        if inside:
            listed = ", ".join(f"`{name}`" for name in inside[:_MOST_TRIED])
            return [f"there are {listed}", *guesses(place, inside[-_MOST_TRIED:])]
        calls = [n for n in seen if _calls(self.frame.names.get(n), path)]
        if len(calls) == 1:
            return [renamed(place, calls[0], certain=True)]
        head, _, rest = path.partition(".")
        rounds = re.fullmatch(r"(.*?)0", head)
        if rounds and isinstance(find(self.frame, f"{rounds[1]}1.{rest}", self.nodes), int):
            said = did_you_mean(f"{rounds[1]}1.{rest}", "rounds are counted from 1")
            return [replace(said, place, f"{rounds[1]}1.{rest}")]
        around = _nearest(head, seen) if rest else None
        if around and isinstance(find(self.frame, f"{around}.{rest}", self.nodes), int):
            return [renamed(place, f"{around}.{rest}")]
        inputs = [n for n in seen if self._is_input(n)]
        if path in ("input", "inputs") and len(inputs) > 1:
            listed = ", ".join(f"`{n}`" for n in inputs)
            return [f"the inputs have names here: {listed}", *guesses(place, inputs[:_MOST_TRIED])]
        near = _nearest(path, seen)
        if near is not None:
            which = _numbered(path, near, seen)
            return [self._renamed(path, place, n, _is_slip(path, n, seen)) for n in which]
        return self._far(path, place, seen)

    def _far(self, path: str, place: Place, seen: list[str]) -> list[str | Fix]:
        """What may be meant by a name that is spelt otherwise than all others."""
        bare = path.lower()
        parts = [n for n in seen if _is_part(n.lower(), bare)]
        if len(parts) == 1:
            return [self._renamed(path, place, parts[0])]
        short = [n for n in seen if _is_short_for(n.lower(), bare)]
        if len(short) == 1:
            return [self._renamed(path, place, short[0])]
        kinds = [n for n in seen if f"_{self._kind(n)}".endswith(f"_{path}")]
        if len(kinds) == 1:
            return [self._renamed(path, place, kinds[0])]
        unread = self._unread() if self.unread is None else self.unread
        others = [n for n in unread if n not in self.reads]
        if len(others) == 1:
            fix = self._renamed(path, place, others[0])
            return [fix._replace(message=did_you_mean(others[0], "which nothing else reads"))]
        if others or self.unread is None:
            far = [n for n in (*others, *reversed(seen)) if n not in (path, *self.reads)]
            tried = guesses(place, list(dict.fromkeys(far))[:_MOST_TRIED])
        else:
            tried = guesses(place, [n for n in reversed(seen) if n != "input"][:_MOST_TRIED])
        if path in _columns(place.document):
            tried.insert(
                0, replace(f"for the value of `{path}` write `${path}`", place, f"${path}")
            )
        if place.path[:1] == ("blocks",) and _is_named(path, place.document.at(("layers",))):
            from archspec.expand.handing_in import hand_in

            said = f"a block sees what is in it, and its inputs: `{path}` stands outside"
            handed = hand_in(path, place)
            said = f"{said}; name it in `inputs`, and in the `from` of the call"
            return [handed._replace(otherwise=said) if handed else said]
        in_block = place.path[:1] == ("blocks",) and "input" in seen and "input" not in self.reads
        return [_in_sight(seen), *([renamed(place, "input")] * in_block), *tried]

    def _is_input(self, name: str) -> bool:
        value = self.frame.names.get(name)
        return isinstance(value, int) and self.nodes[value].item is None

    def _kind(self, name: str) -> str | None:
        """The name that Keras would have given to what has a name of its own."""
        value = self.frame.names.get(name)
        if not isinstance(value, int) or self.nodes[value].item is None:
            return None
        return self.nodes[value].layer.auto_name()

    def _renamed(self, path: str, place: Place, meant: str, certain: bool = False) -> Fix:
        """Another name wherever this one is read; or this one for what several read by it."""
        edits = [Edit(place, meant)]
        readers = 0
        for operation in self.around:
            if path not in (operation.sources or ()):
                continue
            readers += 1
            at = operation.item.place.at("from")
            written = at.document.at(at.path)
            wires = enumerate(written) if isinstance(written, list) else ()
            found = [at.at(n) for n, wire in wires if wire == path]
            found += [at] if written == path else []
            edits += [Edit(p, meant) for p in found if p.path != place.path]
        named = next((o.item for o in self.around if o.name == meant), None)
        if readers > 1 and named is not None and meant in self._unread():
            name = named.place.at("name")
            if name.document.at(name.path) == meant:
                message = f"is `{meant}` to be called `{path}`?"
                return Fix(message, (Edit(name, path),))
        return renamed(place, meant, certain)._replace(edits=tuple(edits))

    def _inside(self, path: str, trail: str, place: Place, seen: list[str]) -> list[str | Fix]:
        """What may be meant by a path of which only the beginning is known."""
        found = find(self.frame, trail, self.nodes)
        inside: list[str] = []
        last = path.rpartition(".")[2]
        if isinstance(found, Frame) and _told(found, self.sink):
            inside = list(found.names)
        if isinstance(found, int) and found < len(self.nodes):
            node = self.nodes[found]
            inside = [n for n in (node.layer.first_output(), *node.layer.output_names()) if n]
            if not inside and _nearest(last, _STATES):
                return self._without_states(node, place)
            if last in _STATES and inside == ["state"]:
                return self._one_state(trail, place)
            if short := self._short_states(trail, inside, place):
                return [short]
        near = _nearest(last, inside)
        if near:
            return [renamed(place, f"{trail}.{near}", _is_slip(last, near, inside))]
        if not inside:
            last_round = [n for n in seen if re.fullmatch(rf"{re.escape(trail)}\d+", n)][-1:]
            for name in last_round:
                if isinstance(find(self.frame, f"{name}.{last}", self.nodes), int):
                    return [renamed(place, f"{name}.{last}")]
        if inside:
            said = [f"there are {', '.join(f'`{trail}.{n}`' for n in inside[:6])}"]
            return [*said, *guesses(place, [f"{trail}.{n}" for n in inside[:_MOST_TRIED]])]
        return [_in_sight(seen)]

    def _without_states(self, node: Node, place: Place) -> list[str | Fix]:
        """A recurrent layer that does not give its states out."""
        if node.item is None or "return_state" not in fields(type(node.layer)):
            return [_in_sight(visible(self.frame))]
        edits = write_arguments(node.item.place, type(node.layer), {"return_state": True})
        message = f"`return_state: true` of `{node.name}` gives its states out"
        return [Fix(message, edits, certain=True) if edits else message]

    def _short_states(self, trail: str, inside: list[str], place: Place) -> Fix | None:
        """`encoder.h` and `encoder.c`, for all that the entry reads so: `state_h`, `state_c`."""
        edits = []
        around = (
            place if not isinstance(place.path[-1], int) else Place(place.document, place.path[:-1])
        )
        written = around.document.at(around.path)
        listed = written if isinstance(written, list) else [written]
        for number, wire in enumerate(listed):
            head, _, last = str(wire).rpartition(".")
            long = [n for n in inside if n.endswith(f"_{last}")]
            if head == trail and len(long) == 1:
                at = around.at(number) if isinstance(written, list) else around
                edits.append(Edit(at, f"{trail}.{long[0]}"))
        listed_names = "`, `".join(str(e.value) for e in edits)
        return Fix(did_you_mean(listed_names), tuple(edits), certain=True) if edits else None

    def _one_state(self, trail: str, place: Place) -> list[str | Fix]:
        """The states of an LSTM, read of a layer that has one."""
        wire = f"{trail}.state"
        whole = Place(place.document, place.path[:-1])
        message = f"it has one state: `{wire}`"
        written = whole.document.at(whole.path)
        if not isinstance(written, list):
            return [replace(message, place, wire)]
        meant = [s for s in written if str(s).partition(trail + ".")[2] not in _STATES]
        return [replace(message, whole, [*meant, wire])]

    def _unread(self) -> tuple[str, ...]:
        """The names of the list that no entry of it reads; none of very many."""
        if len(self.frame.names) > _MOST_UNREAD:
            return ()
        used = {s.partition(".")[0] for o in self.around for s in o.sources or ()}
        read: set[int] = set()
        for before, after in pairwise(self.around):
            if after.sources is None:
                read.add(id(before.item))
        inputs_read = bool(self.around) and self.around[0].sources is None
        lost = {o.name: o.item for o in self.around if o.name is not None}
        found = []
        for name, value in self.frame.names.items():
            if value is REPORTED and name not in lost:
                continue
            item = lost[name] if value is REPORTED else self._item(value)
            if name not in used and id(item) not in read and not (item is None and inputs_read):
                found.append(name)
        return tuple(found)

    def _item(self, value: object) -> Entry | None:
        if isinstance(value, int):
            return self.nodes[value].item
        if isinstance(value, Frame) and isinstance(value.operation, GroupOperation):
            return value.operation.item
        return None


@lru_cache(1)
def _columns(document: Document) -> frozenset[str]:
    """The names of all parameters and of all columns of tables in a document."""
    found: set[str] = set()
    stack: list[object] = [document.at(())]
    while stack:
        tree = stack.pop()
        if isinstance(tree, list):
            stack += tree
        elif isinstance(tree, dict):
            for key, value in tree.items():
                if key in ("for", "params", "let") and isinstance(value, dict | list):
                    found |= {name for name in value if isinstance(name, str)}
                stack.append(value)
    return frozenset(found)


def _nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: names are somebody's own, not words of other tools."""
    return next(iter(near_words(name, names, elsewhere=False).words), None)


_STATES = ("state_h", "state_c", "state")
_LEAST_PART = 3


def _is_part(name: str, written: str) -> bool:
    """Whether one of two names begins with the other: ``enc`` and ``encoder``."""
    short, long = sorted((name, written), key=len)
    return len(short) >= _LEAST_PART and long.startswith(short)


def _is_named(name: str, entries: object) -> bool:
    """Whether an entry of a list has a name."""
    inner = (
        [i for e in entries if isinstance(e, dict) for i in e.values()]
        if isinstance(entries, list)
        else []
    )
    return any(isinstance(i, dict) and i.get("name") == name for i in inner)


def _is_short_for(name: str, written: str) -> bool:
    """Whether one name is the other but for letters left out before its number: `enc2`, `encoder2`."""
    stems = name.rstrip("0123456789"), written.rstrip("0123456789")
    short, long = sorted(stems, key=len)
    alike = len(short) >= _LEAST_PART and long.startswith(short) and short != long
    return alike and name[len(stems[0]) :] == written[len(stems[1]) :]


def _calls(value: object, block: str) -> bool:
    """Whether what a name stands for is a call of a block."""
    if not isinstance(value, Frame) or not isinstance(value.operation, GroupOperation):
        return False
    item = value.operation.item
    return isinstance(item, CallItem) and item.block.name == block


def _is_slip(written: str, near: str, names: list[str]) -> bool:
    """Whether it can hardly be another name: none is as near that has the same number."""
    if _number(written) != _number(near):
        return False
    second = _nearest(written, [name for name in names if name != near])
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


def later_help(
    operation: Operation, later: Operation, place: Place, seen: Sequence[str]
) -> list[str | Fix]:
    """What to say of an entry that reads one which stands after it."""
    if operation.name is not None and operation.name == later.name:
        return ["a layer cannot read itself", *_not_itself(operation, seen)]
    rule = "a layer reads only what stands before it in the list"
    reads = operation.sources or ()
    tried = guesses(place, [n for n in reversed(seen) if n not in reads][:_MOST_TRIED])
    here, there = entry(operation.item), entry(later.item)
    if here is None or there is None or here.path[:-1] != there.path[:-1]:
        return [rule, *tried]
    moved = there.document.at(there.path)
    edits = (Edit(here, moved, How.BEFORE), Edit(there, how=How.REMOVE))
    return [rule, Fix(f"`{later.name}` can stand before it", edits), *tried]


def _not_itself(operation: Operation, seen: Sequence[str]) -> list[str | Fix]:
    """The only other thing that it may read."""
    sources = operation.sources or ()
    others = [name for name in seen if name not in sources]
    place = operation.item.place.at("from")
    written = place.document.at(place.path)
    if written == operation.name and len(operation.item.place.path) > 1:
        return [remove("without `from` it reads the layer before", place)]
    if len(others) != 1 or not isinstance(written, list) or operation.name not in written:
        return []
    return [renamed(place.at(written.index(operation.name)), others[0])]


def block_help(item: CallItem, count: int, seen: Sequence[str]) -> list[str | Fix]:
    """What to say of a call that reads too few or too many for the inputs of its block."""
    wanted = item.block.inputs
    rule = f"its `from` names a layer for each of {', '.join(wanted)}, in this order"
    place = item.place.at("from")
    written = place.document.at(place.path)
    reads = written if isinstance(written, list) else [written] if written is not None else []
    if written is None and count == 1:
        named = [name for name in seen if name != "input"][-len(wanted) :]
        message = f"`from: [{', '.join(named)}]` would be one for each"
        entry_ = entry(item)
        if len(named) == len(wanted) and entry_ is not None:
            fix = add(message, item.place.as_it_stands(), "from", named)
            return [rule, fix._replace(guess=True)]
    if len(reads) != count:
        return [rule]
    if len(reads) > len(wanted):
        reads = reads[: len(wanted)]
    else:
        others = [name for name in seen if name not in reads]
        unread = [name for name in others if name not in _wires(place)]
        if len(reads) + 1 == len(wanted) and unread:
            found = [[*unread[-1:], *reads], [*reads, *unread[-1:]]]
            return [
                rule,
                *(
                    Fix(f"`from: {as_written(f)}` would fit", (Edit(place, f),), guess=True)
                    for f in found
                ),
            ]
        named = [name for name in others if name != "input"]
        reads = [*reads, *(named if len(reads) + len(named) == len(wanted) else others)]
    if len(reads) != len(wanted):
        return [rule]
    message = f"`from: [{', '.join(map(str, reads))}]` would be one for each"
    return [rule, replace(message, place, reads)]


def _wires(place: Place) -> set[str]:
    """What the entries of the list read by name in which an entry stands; ``place`` is its `from`."""
    entries = place.document.at(place.path[:-3])
    listed = entries if isinstance(entries, list) else []
    given = [
        i.get("from")
        for e in listed
        if isinstance(e, dict)
        for i in e.values()
        if isinstance(i, dict)
    ]
    return {str(w) for each in given for w in (each if isinstance(each, list) else [each])}


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
