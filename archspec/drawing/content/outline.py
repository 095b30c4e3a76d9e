"""The hierarchy that pictures fold: the blocks of a network around units."""

from archspec.drawing.content.fuse import Unit, units
from archspec.expand.graph import Scope
from archspec.infer.hierarchy import Entry, entries
from archspec.infer.infer import ShapedGraph, ShapedNode


class Group:
    """A block, a stage or a repeat, once or several equal times in a row."""

    __slots__ = ("block", "content", "name", "nodes", "path", "times", "word")

    def __init__(self, name: str, path: str, word: str, nodes: list[ShapedNode]) -> None:
        self.name = name
        self.path = path
        """Its name from outside: what ``--expand`` takes."""
        self.word = word
        """What it is: the block's word; the round's name for a stage; empty if nothing says it."""
        self.nodes = nodes
        """All nodes, those of every time."""
        self.content: list[OutlineItem] = []
        """What is in it, the first time."""
        self.block = True
        """Whether it stands for itself; a stage is only what is in it."""
        self.times = 1


OutlineItem = Unit | Group


def outline(shaped: ShapedGraph, fuse: bool = True) -> list[OutlineItem]:
    """The items at the top of a network."""
    top = entries(shaped)
    heads = {unit.head.index: unit for unit in _parted(units(shaped, fuse), top)}
    blocks = _block_paths(shaped)
    return [i for entry in top for i in _items(entry, heads, blocks)]


def groups(items: list[OutlineItem]) -> list[Group]:
    """Every group among items, outer ones first."""
    found: list[Group] = []
    stack = list(reversed(items))
    while stack:
        item = stack.pop()
        if isinstance(item, Group):
            found.append(item)
            stack += reversed(item.content)
    return found


def rounds(item: OutlineItem) -> list[list[int]]:
    """The layers of each time, by their index."""
    size = len(item.nodes) // item.times
    return [[n.index for n in item.nodes[k : k + size]] for k in range(0, len(item.nodes), size)]


def rounds_of(item: OutlineItem) -> dict[int, tuple[int, ...]]:
    """For each layer of the first time that layer of every time."""
    if item.times == 1:
        return {}
    each = rounds(item)
    return {first: tuple([r[k] for r in each]) for k, first in enumerate(each[0])}


def _parted(found: list[Unit], top: list[Entry]) -> list[Unit]:
    """The units, none of them with layers in a repeat and others out of it.

    What follows the last time only would stand for every time, or be unseen.
    """
    repeat_of: dict[int, tuple[int, ...]] = {}
    stack: list[tuple[Entry, tuple[int, ...]]] = [(entry, ()) for entry in top]
    while stack:
        entry, around = stack.pop()
        if entry.times > 1:
            for number, nodes in enumerate(entry.rounds()):
                for node in nodes:
                    repeat_of[node.index] = (*around, entry.nodes[0].index, number)
            around = repeat_of[entry.nodes[0].index]
        stack += [(inner, around) for inner in entry.content]
    result: list[Unit] = []
    for unit in found:
        chips, unit.chips, unit.nodes = unit.chips, [], [unit.head]
        result.append(unit)
        for chip in chips:
            last = result[-1]
            if repeat_of.get(last.head.index) == repeat_of.get(chip.index):
                last.chips.append(chip)
                last.nodes.append(chip)
            else:
                result.append(Unit(chip))
    return result


def _items(entry: Entry, heads: dict[int, Unit], blocks: dict[str, str]) -> list[OutlineItem]:
    """What an entry of the tree becomes: nothing if all of it is fused into units before it."""
    if not entry.content:
        unit = heads.get(entry.nodes[0].index)
        if unit is None:
            return []
        unit.name = entry.name
        if entry.times > 1:
            unit.times, unit.nodes = entry.times, entry.nodes
        return [unit]
    content = [i for inner in entry.content for i in _items(inner, heads, blocks)]
    if not content:
        return []
    if len(content) == 1:
        only = content[0]
        if only.times == 1 or entry.times == 1:
            times = only.times * entry.times
            if entry.times > 1:
                only.nodes = entry.nodes
            if isinstance(only, Group) and (entry.word in blocks.values() or not only.block):
                only.word, only.block = _word(entry, blocks)
            only.times = times
            only.name = entry.name or only.name
            return [only]
    # What is fused into a layer elsewhere stands there; no repeat has such layers (`_parted`).
    nodes = entry.nodes if entry.times > 1 else [n for item in content for n in item.nodes]
    group = Group(entry.name, entry.path, entry.word, nodes)
    group.word, group.block = _word(entry, blocks)
    group.content = content
    group.times = entry.times
    return [group]


def _word(entry: Entry, blocks: dict[str, str]) -> tuple[str, bool]:
    word = blocks.get(entry.path, "")
    if entry.word.startswith("dense_block"):
        return "dense_block", True
    if word:
        return word, True
    if entry.word in blocks.values():
        return entry.word, True
    if entry.word == "branch":
        return entry.name, False
    inner = [blocks.get(e.path, "") for e in entry.content if e.content]
    if entry.times > 1 and len(inner) == 1 and inner[0]:
        return inner[0], True
    # The path of a repeat without a name is that of what is around it, which is no name for it.
    own = entry.path.rpartition(".")[2].rstrip("0123456789_") if entry.name else ""
    return own, entry.times > 1


def _block_paths(shaped: ShapedGraph) -> dict[str, str]:
    """Path → word, for the blocks that the spec calls and the parallels that it names."""
    found: dict[str, str] = {}
    seen: set[Scope] = set()
    for node in shaped.graph.nodes:
        scope: Scope | None = node.scope
        while scope is not None and scope not in seen:
            seen.add(scope)
            if scope.kind == "block":
                found[scope.path] = scope.word if scope.word != "apply" else ""
            elif scope.kind == "parallel" and scope.parent and scope.path != scope.parent.path:
                found.setdefault(scope.path, scope.path.rpartition(".")[2])
            scope = scope.parent
    return found
