"""Changes that are told together: the same one in many places is one line, with a count.

In three steps: what is the same but for the place; the same argument of layers of several classes; the same
argument with other values. Where much differs, the last one is done for each kind of block by itself.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from archspec.diff.arguments import told_values
from archspec.diff.change import Change
from archspec.diff.changes import Changes
from archspec.diff.side import Part
from archspec.spec.written import arguments, flow

_FEW = 8
"""Lines above which arguments of different blocks are told apart."""
MOST = 40
"""Lines that a person reads."""
_LONGEST = 48
"""Longest arguments of a layer that are told with it."""


_SIZED = ("block", "branch", "round", "construct")
_SIZE = re.compile(r"[\d,]+ layers")


class Line(NamedTuple):
    """What is told in one line."""

    sign: str
    kind: str
    word: str
    what: str
    changes: tuple[Change, ...]

    @property
    def times(self) -> int:
        """In how many places."""
        return len(self.changes)

    @property
    def params(self) -> int:
        """Parameters more in the second network."""
        return sum(change.params for change in self.changes)

    @property
    def macs(self) -> int:
        """Operations more in the second network."""
        return sum(change.macs for change in self.changes)


def lines(changes: Changes) -> list[Line]:
    """What there is to tell, in the order of the second network."""
    found = [Line(c.sign, c.kind, c.word, _what(c, changes), (c,)) for c in changes.all]
    found = _together(found, lambda line: _same(line, changes), _of_sizes)
    found = _together(found, _same_of_several_classes, _of_several_classes)
    found = _together(found, _renamed_layer, _of_several_classes, least=4)
    found = _together(found, _rewired_class, _and_others, least=3)
    short = _together(found, _same_argument, _with_other_values, least=3)
    if len(short) <= _FEW:
        return short
    blocks = _Blocks(changes)
    apart = [part for line in found for part in blocks.apart(line)]
    apart = _together(
        apart, lambda line: _same_argument(line) and (_same_argument(line), blocks.of(line.changes[0])),
        _with_other_values, least=2,
    )  # fmt: skip
    return apart if len(apart) <= MOST else short


class _Blocks:
    """The kind of block, outermost first, that a change happens in."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes

    def of(self, change: Change) -> tuple[str, str]:
        """The words of the outermost blocks around a layer in both networks; empty if there is none."""
        first, second = self.changes.first.parent, self.changes.second.parent
        return (
            _outermost(first[change.first[0]]) if change.first else "",
            _outermost(second[change.second[0]]) if change.second else "",
        )

    def apart(self, line: Line) -> list[Line]:
        """A line about arguments as one for each kind of block."""
        if line.kind != "arguments":
            return [line]
        found: dict[tuple[str, str], list[Change]] = {}
        for change in line.changes:
            found.setdefault(self.of(change), []).append(change)
        return [line._replace(changes=tuple(group)) for group in found.values()]


def _outermost(part: Part | None) -> str:
    word = ""
    while part is not None:
        if part.kind == "block":
            word = part.word
        part = part.parent
    return word


def _together(
    found: Iterable[Line],
    key: Callable[[Line], Hashable],
    joined: Callable[[list[Line]], Line] | None = None,
    least: int = 2,
) -> list[Line]:
    """Lines of one key as one, in the place of the first; lines of key None stay."""
    groups: dict[Hashable, list[Line]] = {}
    for number, line in enumerate(found):
        own = key(line)
        groups.setdefault(("alone", number) if own is None else own, []).append(line)
    result: list[tuple[int, Line]] = []
    order = {id(line): k for k, line in enumerate(x for g in groups.values() for x in g)}
    for group in groups.values():
        if len(group) == 1:
            result.append((order[id(group[0])], group[0]))
        elif len(group) < least:
            result += [(order[id(line)], line) for line in group]
        else:
            line = joined(group) if joined else group[0]
            every = tuple([c for one in group for c in one.changes])
            result.append((order[id(group[0])], line._replace(changes=every)))
    return [line for _, line in result]


def _what(change: Change, changes: Changes) -> str:
    """What is said of a change, names in it as they are within the scope around."""
    what = change.what
    if change.kind == "layer":
        side = changes.second if change.sign == "+" else changes.first
        given = arguments(side.nodes[(change.second or change.first)[0]].layer)
        told = flow(given) if given else ""
        return told if len(told) <= _LONGEST else ""
    return what


def _same(line: Line, changes: Changes) -> Hashable:
    """What lines have in common that differ in their place only."""
    (change,) = line.changes
    key = line.sign, line.kind, line.word
    if line.kind in ("layer", "renamed", *_SIZED):
        return key
    if line.kind == "trainable":
        return (*key, line.what.partition(",")[0])
    if line.kind in ("inputs", "outputs"):
        return None
    if line.kind in ("wires", "shares"):
        return (*key, _local(line.what, change))
    return (*key, line.what)


def _of_sizes(group: list[Line]) -> Line:
    """Scopes of several sizes: ``18 to 54 layers``."""
    line = group[0]
    if line.kind not in (*_SIZED, "trainable"):
        return line
    counts = [len(c.second or c.first) for one in group for c in one.changes]
    if line.kind == "trainable" and set(counts) == {1}:
        return line
    size = f"{min(counts):,} to {max(counts):,} layers"
    return line if len(set(counts)) == 1 else line._replace(what=_SIZE.sub(size, line.what))


def _local(what: str, change: Change) -> str:
    """A text without the path of the scope around, where names in it begin with that."""
    for name in (change.before, change.after):
        around = name.rpartition(".")[0]
        while around:
            what = what.replace(around + ".", ".")
            around = around.rpartition(".")[0]
    return what


def _renamed_layer(line: Line) -> Hashable:
    return "renamed" if line.kind == "renamed" and line.what == "renamed" else None


def _rewired_class(line: Line) -> Hashable:
    return ("wires", line.word) if line.kind == "wires" else None


def _and_others(group: list[Line]) -> Line:
    return group[0]._replace(what=f"{group[0].what}, …")


def _same_of_several_classes(line: Line) -> Hashable:
    if line.kind != "arguments":
        return None
    return line.sign, tuple([(a.name, a.told()) for a in line.changes[0].arguments])


def _of_several_classes(group: list[Line]) -> Line:
    words = list(dict.fromkeys(line.word for line in group))
    shown = words if len(words) <= 3 else [*words[:2], f"{len(words) - 2} other classes"]
    return group[0]._replace(word=", ".join(shown))


def _same_argument(line: Line) -> Hashable:
    if line.kind != "arguments":
        return None
    return line.word, tuple([a.name for a in line.changes[0].arguments])


def _with_other_values(group: list[Line]) -> Line:
    told = []
    for number, argument in enumerate(group[0].changes[0].arguments):
        each = [c.arguments[number] for line in group for c in line.changes]
        values = list(dict.fromkeys(told_values(a.before, a.after) for a in each))
        shown = values if len(values) <= 3 else [*values[:2], "…", values[-1]]
        told.append(f"{argument.name} {', '.join(shown)}")
    return group[0]._replace(what="; ".join(told))
