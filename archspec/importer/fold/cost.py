"""How much a tree takes to read, in words: what folding makes smaller."""

from archspec.importer.fold.tree import Again, Block, Body, Call, Item, Leaf, Loop, Split
from archspec.importer.fold.values import Either, size


def item_cost(item: Item) -> int:
    """The words of an entry."""
    match item:
        case Leaf() if isinstance(item.either, Either):
            return 8
        case Leaf() | Call():
            return 2 + sum(1 + size(value) for value in item.arguments.values())
        case Again():
            return 3 + len(item.called)
        case Split():
            branches = sum(1 + body_cost(branch) for branch in item.branches)
            return 2 + branches + item_cost(item.merge)
        case Loop():
            table = sum(1 + size(column) for column in item.table.values())
            return 4 + body_cost(item.body) + max(table, 1)
    raise TypeError(item)


def body_cost(body: Body) -> int:
    """The words of a body's entries, and of the wires that must be told."""
    wires = sum(len(item.sources) for n, item in enumerate(body.items) if not item.reads_before(n))
    return wires + sum(map(item_cost, body.items))


def leaf_count(item: Item) -> int:
    """The number of entries in an item."""
    return sum(1 + leaf_count(inner) for body in item.bodies() for inner in body.items)


def weight(item: Item, blocks: dict[str, Block]) -> int:
    """How large a step it is: 0 a layer, 1 a merge of branches, 2 a block or loop with one.

    A multiplication, as of squeeze and excitation, is part of a larger step.
    """
    match item:
        case Split():
            return 0 if item.merge.word == "Multiply" else 1
        case Call():
            body = blocks[item.word].body
            return 2 if any(weight(inner, blocks) for inner in body.items) else 0
        case Loop():
            return 2
    return 0
