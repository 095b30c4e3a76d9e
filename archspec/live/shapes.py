"""What comes out at each line: the shape after the entry that starts there, and its parameters."""

from typing import NamedTuple

from archspec.diagnostics.place import Path
from archspec.expand.graph import Ref
from archspec.infer.hierarchy import counts
from archspec.infer.infer import ShapedGraph
from archspec.live.answer import Answer, once
from archspec.parse.document import Document
from archspec.shapes.shape import Shape, format_shape
from archspec.spec.types import CallItem, Item

_MOST_SHAPES = 3
"""Most outputs of a block that are listed."""


class Entry:
    """An entry of the text, and what it became: a layer or a group of layers, once or often."""

    __slots__ = ("groups", "item", "macs", "params")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.groups: list[list[int]] = []
        """The nodes of each time."""
        self.params = 0
        self.macs = 0


class LineShape(NamedTuple):
    """What is said at the end of a line."""

    line: int
    shapes: tuple[Shape, ...]
    """Those that come out; the first and the last one if the entry is used with several."""
    params: int
    times: int
    """How often the layer, or the group, is in the network."""
    label: str
    """``→ 55×55×96 · 34,944 params``."""


@once
def entries(answer: Answer) -> dict[Path, Entry]:
    """The entries of lists of layers in this text, by where they stand, in the order of the network.

    What training shares counts once, and what leads nowhere not at all, as in the totals.
    """
    shaped, document = answer.shaped, answer.document
    if shaped is None or document is None or answer.recipe:
        return {}
    found: dict[Path, Entry] = {}
    groups: dict[int, list[int]] = {}
    each = counts(shaped)
    for index, node in enumerate(shaped.graph.nodes):
        chain = [s for s in node.scope.chain() if s.kind not in ("root", "round", "branch")]
        seen: set[int] = set()  # a dense block is a repeat and what is in it
        for scope in (*chain, None):
            item = node.item if scope is None else scope.item
            if item is None or id(item) in seen or not _is_written(item, document):
                continue
            seen.add(id(item))
            entry = found.setdefault(item.place.path, Entry(item))
            entry.params += each[index].params
            entry.macs += each[index].macs
            if scope is None:
                entry.groups.append([index])
            elif id(scope) in groups:
                groups[id(scope)].append(index)
            else:
                groups[id(scope)] = [index]
                entry.groups.append(groups[id(scope)])
    return found


def _is_written(item: Item, document: Document) -> bool:
    """Whether an item stands in a document; the layer that merges branches mostly does not."""
    path = item.place.path
    if item.place.document is not document:
        return False
    holder = document.at(path[:-1])
    return not isinstance(holder, dict) or path[-1] in holder


def line_of(entry: Entry) -> int:
    """The line on which the word of an entry stands."""
    return entry.item.place.key().span().line


@once
def entries_by_line(answer: Answer) -> dict[int, list[Entry]]:
    """The entries of this text by the lines on which their words stand."""
    found: dict[int, list[Entry]] = {}
    for entry in entries(answer).values():
        found.setdefault(line_of(entry), []).append(entry)
    return found


@once
def shapes_by_line(answer: Answer) -> dict[int, LineShape]:
    """For each line on which a layer, a block or a construct starts, what comes out of it.

    If several start there, what the outermost ones give together. A spec that extends another has
    no layers of its own: the line of `extends` has the totals.
    """
    shaped = answer.shaped
    if shaped is None or answer.recipe:
        return {}
    leaving = _readers(shaped)
    found = {}
    for line, starting in sorted(entries_by_line(answer).items()):
        least = min(len(e.item.place.path) for e in starting)
        outer = [e for e in starting if len(e.item.place.path) <= least + 1]
        outer = [e for e in outer if not any(_lies_in(e, other) for other in outer)]
        last = max(outer, key=lambda e: e.groups[-1][-1])
        shapes = _given(shaped, last, leaving)
        found[line] = _line(line, shapes, sum(e.params for e in outer), len(last.groups))
    spec = shaped.graph.spec
    if spec.base is not None and answer.document is not None:
        line = answer.document.span(("extends",), "key").line
        shapes = tuple(shaped.shape(ref) for ref in shaped.graph.outputs)
        found[line] = _line(line, tuple(dict.fromkeys(shapes)), shaped.params, 1, ", ")
    return found


def _lies_in(entry: Entry, other: Entry) -> bool:
    path, around = entry.item.place.path, other.item.place.path
    return len(path) > len(around) and path[: len(around)] == around


def _readers(shaped: ShapedGraph) -> dict[Ref, int]:
    """For each output that is read, the last node that reads it; the network's are read last."""
    found = {ref: index for index, node in enumerate(shaped.graph.nodes) for ref in node.inputs}
    return {**found, **dict.fromkeys(shaped.graph.outputs, len(shaped.graph.nodes))}


def _given(shaped: ShapedGraph, entry: Entry, readers: dict[Ref, int]) -> tuple[Shape, ...]:
    """The shapes that an entry gives, the first and the last of several times."""
    each = [_given_once(shaped, entry, nodes, readers) for nodes in entry.groups]
    if len(set(each)) == 1:
        return each[0]
    return (each[0][-1], each[-1][-1])


def _given_once(
    shaped: ShapedGraph, entry: Entry, nodes: list[int], readers: dict[Ref, int]
) -> tuple[Shape, ...]:
    if len(nodes) == 1 and not isinstance(entry.item, CallItem):
        return (shaped.facts[nodes[0]].outputs[0],)
    last = nodes[-1]
    refs = [
        (index, output)
        for index in nodes
        for output in range(len(shaped.facts[index].outputs))
        if readers.get((index, output), -1) > last
    ]
    if not refs:
        return (shaped.facts[last].outputs[0],)
    if isinstance(entry.item, CallItem) and entry.item.block.outputs is not None:
        return tuple(dict.fromkeys(shaped.shape(ref) for ref in refs))[:_MOST_SHAPES]
    index = refs[-1][0]
    return (shaped.shape(next(ref for ref in refs if ref[0] == index)),)


def _line(
    line: int, shapes: tuple[Shape, ...], params: int, times: int, between: str = ""
) -> LineShape:
    between = between or (" … " if times > 1 else ", ")
    label = "→ " + between.join(map(format_shape, shapes))
    label += f" · {params:,} params" if params else ""
    label += f" · {times:,} times" if times > 1 else ""
    return LineShape(line, shapes, params, times, label)


def kept_shapes(last: Answer, answer: Answer) -> dict[int, LineShape]:
    """What the last answer without errors said of lines, where the same lines are now.

    Those before the first line that has changed, and those behind the last one.
    """
    old, new = last.lines, answer.lines
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    tail = next((n for n in range(most - head) if old[-1 - n] != new[-1 - n]), most - head)
    shift = len(new) - len(old)
    found = {}
    for line, shape in shapes_by_line(last).items():
        if line <= head:
            found[line] = shape
        elif line > len(old) - tail:
            found[line + shift] = shape._replace(line=line + shift)
    return found
