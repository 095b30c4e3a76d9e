"""The hierarchy of a network for people: blocks as groups, equal repeats once.

Scopes without a name of their own dissolve into their surroundings. A named ``repeat`` shows its
rounds, and rounds, or neighbouring calls of a block, that are equal layer for layer and shape for
shape become one entry with ``times``. A group around a single other group is one with it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.expand.graph import Scope
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.infer.memory import param_bytes


class Counts(NamedTuple):
    """What a node adds to the totals of the network."""

    params: int = 0
    trainable_params: int = 0
    macs: int = 0
    param_bytes: int = 0


class Entry:
    """A layer, or a group of layers, once or several equal times in a row."""

    __slots__ = ("content", "last", "name", "nodes", "path", "times", "word")

    def __init__(
        self, name: str, path: str, word: str, nodes: list[ShapedNode], content: "list[Entry]"
    ) -> None:
        self.name = name
        """Name within the group around it; ``unit2 … unit8`` for several."""
        self.path = path
        """Name from outside."""
        self.word = word
        """Layer, block, or word of the construct."""
        self.nodes = nodes
        """All nodes, those of every time, in the order of the file."""
        self.content = content
        """What is in the group, the first time; empty for a layer."""
        self.times = 1
        self.last = self
        """The last of the equal ones."""

    @property
    def shift(self) -> int:
        """Distance from a node of the first time to the same one of the last time."""
        return len(self.nodes) // self.times * (self.times - 1)

    def rounds(self) -> list[list[ShapedNode]]:
        """The nodes of each time."""
        size = len(self.nodes) // self.times
        return [self.nodes[n : n + size] for n in range(0, len(self.nodes), size)]


def entries(shaped: ShapedGraph) -> list[Entry]:
    """The entries at the top of a network."""
    return _entries(_parts(shaped), "")


def entries_at(shaped: ShapedGraph, path: str) -> list[Entry]:
    """The layer, or what is in the block, with a path; empty if there is none."""
    for node in shaped.nodes:
        if node.name == path:
            return [_leaf(node, "")]
    parts = [_parts(shaped)]
    while parts:
        part = parts.pop(0)
        if part.scope.path == path:
            return _entries(part, path)
        parts += [p for p in part.content if isinstance(p, _Part)]
    return []


def counts(shaped: ShapedGraph) -> list[Counts]:
    """What every node adds: shared weights count once, a layer that leads nowhere not at all.

    The sums are the totals of the network.
    """
    counted: set[int] = set()
    found = []
    for node in shaped.nodes:
        if not node.live:
            found.append(Counts())
            continue
        owner = node.index if node.node.shares < 0 else node.node.shares
        facts = node.facts
        params = trainable = size = 0
        if facts.params and owner not in counted:
            counted.add(owner)
            params = facts.params
            trainable = facts.trainable_params if node.node.trainable else 0
            size = param_bytes(node)
        found.append(Counts(params, trainable, facts.macs, size))
    return found


def total(nodes: list[ShapedNode], each: list[Counts]) -> Counts:
    """The sum over nodes."""
    found = [each[n.index] for n in nodes]
    return Counts(*(sum(column) for column in zip(*found, strict=True))) if found else Counts()


def open_macs(nodes: list[ShapedNode]) -> bool:
    """Whether operations depend on a size that is not known, so that a count would say too little."""
    return any(node.live and not node.macs_known for node in nodes)


def is_frozen(nodes: list[ShapedNode]) -> bool:
    """Whether there are weights, and training is told to leave all of them as they are."""
    weighted = [node for node in nodes if node.facts.weights]
    return bool(weighted) and not any(node.node.trainable for node in weighted)


class _Part:
    """A scope with what is in it, in order."""

    __slots__ = ("content", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.content: list[_Part | ShapedNode] = []

    def nodes(self) -> Iterator[ShapedNode]:
        stack: list[_Part | ShapedNode] = [self]
        while stack:
            top = stack.pop()
            if isinstance(top, _Part):
                stack += reversed(top.content)
            else:
                yield top


def _parts(shaped: ShapedGraph) -> _Part:
    root = _Part(shaped.graph.root)
    trail = [root]
    for node in shaped.nodes:
        scope = node.node.scope
        if scope is not trail[-1].scope:
            chain = scope.chain()
            depth = 0
            while depth < min(len(chain), len(trail)) and chain[depth] is trail[depth].scope:
                depth += 1
            del trail[depth:]
            for below in chain[depth:]:
                part = _Part(below)
                trail[-1].content.append(part)
                trail.append(part)
        trail[-1].content.append(node)
    return root


def _entries(part: _Part, prefix: str) -> list[Entry]:
    found: list[Entry] = []
    for child in part.content:
        if isinstance(child, _Part):
            found += _of_part(child, prefix)
        else:
            found.append(_leaf(child, prefix))
    return _folded(found, single=False)


def _of_part(part: _Part, prefix: str) -> list[Entry]:
    scope = part.scope
    if scope.kind == "repeat":
        return _of_repeat(part, prefix)
    named = scope.parent is not None and scope.path != scope.parent.path
    return [_group(part, prefix)] if named else _entries(part, prefix)


def _of_repeat(part: _Part, prefix: str) -> list[Entry]:
    rounds = [p for p in part.content if isinstance(p, _Part)]
    groups = _folded([_group(p, prefix) for p in rounds], single=True)
    found: list[Entry] = []
    for group in groups:
        if group.name:
            found.append(group)
        elif group.times == 1:
            found += group.content
        else:
            if len(group.content) == 1 and group.content[0].times == 1:
                # The same block or layer several times.
                only = group.content[0]
                group.name = _span(only.name, group.last.content[0].name)
                group.word, group.content = only.word, only.content
            found.append(group)
    if part.scope.word != "dense_block":
        return found
    whole = Entry(
        _local(part.scope, prefix), part.scope.path, "dense_block", list(part.nodes()), found
    )
    whole.word = f"dense_block ×{len(rounds)}"
    return [whole]


def _group(part: _Part, prefix: str) -> Entry:
    scope = part.scope
    content = _entries(part, scope.path)
    word = scope.kind if scope.kind == "branch" else scope.word
    entry = Entry(_local(scope, prefix), scope.path, word, list(part.nodes()), content)
    if len(content) == 1 and entry.name:
        only = content[0]
        if only.times == 1:
            entry.word, entry.path, entry.content = only.word, only.path, only.content
        elif scope.kind == "round":
            entry.word = f"{only.word} ×{only.times}"
    elif scope.kind == "round":
        words = {c.word for c in content if c.content}
        groups = sum(c.times for c in content if c.content)
        if len(words) == 1 and all(c.content for c in content):
            entry.word = f"{words.pop()} ×{groups}"
    return entry


def _leaf(node: ShapedNode, prefix: str) -> Entry:
    return Entry(_inside(node.name, prefix), node.name, type(node.layer).__name__, [node], [])


def _folded(found: list[Entry], single: bool) -> list[Entry]:
    """Neighbours that are equal, each reading the one before it, as one entry.

    Layers by themselves are taken only where ``single``.
    """
    folded: list[Entry] = []
    last: Any = None
    for entry in found:
        own = _signature(entry.nodes) if entry.content or single else None
        before = folded[-1] if folded else None
        if (
            before is not None
            and own is not None
            and own == last
            and before.word == entry.word
            and (before.nodes[-1].index, 0) in entry.nodes[0].node.inputs
        ):
            before.last = entry
            before.nodes = before.nodes + entry.nodes
            before.times += 1
            continue
        if entry.times > 1:
            own = None  # folded already
        folded.append(entry)
        last = own
    for entry in folded:
        if entry.last is not entry and " … " not in entry.name:
            entry.name = _span(entry.name, entry.last.name)
    return folded


def _signature(nodes: list[ShapedNode]) -> Any:
    """What two groups have in common if they are equal: layers, shapes, and wires within.

    Equal layers are the same object: :class:`~archspec.spec.check_values.Maker` makes them once.
    """
    start = nodes[0].index
    return [
        (
            id(n.layer),
            n.input_shapes,
            n.live,
            n.node.trainable,
            n.node.shares >= 0,
            [(i - start, o) if i >= start else None for i, o in n.node.inputs],
        )
        for n in nodes
    ]


def _span(first: str, last: str) -> str:
    return f"{first} … {last}" if first else ""


def _local(scope: Scope, prefix: str) -> str:
    if scope.parent is not None and scope.path == scope.parent.path:
        return ""
    return _inside(scope.path, prefix)


def _inside(path: str, prefix: str) -> str:
    return path[len(prefix) + 1 :] if prefix and path.startswith(prefix + ".") else path
