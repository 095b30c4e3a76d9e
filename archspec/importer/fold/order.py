"""Blocks in the order in which a reader needs them, and numbered in it."""

import re
from collections.abc import Iterable

from archspec.importer.flat_data import free_name
from archspec.importer.fold.tree import Blocks, Body, Call, Item, all_bodies, walk


def in_order(main: Body, blocks: Blocks, taken: Iterable[str] = ()) -> Blocks:
    """The blocks, each after those that it calls, in the order in which the network calls them.

    Names with a number are numbered anew, so that they do not tell of blocks that are no more; those that are ``taken`` go to others.
    """
    found = reached(main, blocks)
    names: dict[str, str] = {}
    for name in found:
        names[name] = free_name(re.sub(r"_\d+$", "", name), {*names.values(), *taken})

    def rename(item: Item) -> None:
        if isinstance(item, Call):
            item.word = names[item.word]

    for body in (main, *(block.body for block in found.values())):
        walk(body, rename)
    for name, block in found.items():
        block.name = names[name]
    return {block.name: block for block in found.values()}


def reached(main: Body, blocks: Blocks) -> Blocks:
    """The blocks that the network calls, or a block that it calls, each after those that it calls."""
    found: Blocks = {}

    def visit(body: Body) -> None:
        for inner in all_bodies(body):
            for item in inner.items:
                if isinstance(item, Call) and item.word not in found:
                    visit(blocks[item.word].body)
                    found[item.word] = blocks[item.word]

    visit(main)
    return found
