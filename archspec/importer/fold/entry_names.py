"""Names of entries that are read by name."""

import re
from collections.abc import Iterable

from archspec.importer.flat_data import free_name
from archspec.importer.fold.tree import Again, Blocks, Body, Item, Leaf, walk
from archspec.spec.words import CONSTRUCTS


class Names:
    """Names that are given in one block."""

    def __init__(self, automatic: Iterable[str], inputs: Iterable[str]) -> None:
        self.automatic = {*automatic}
        self.taken = {*inputs}

    def free(self, name: str, word: str = "") -> str:
        """The name, if it is free and says something; else one of the block's ``word``."""
        stem = re.sub(r"(_\d+)+$", "", name)
        if stem in self.automatic:
            name = f"{word or stem}_out"
        if not name[0].isalpha():
            name = f"x{name}"
        found = free_name(name, self.taken)
        self.taken.add(found)
        return found


def names_of_items(items: list[Item]) -> dict[int, str]:
    """Names of the model for items, without the words with which all of them end."""
    said = [re.split(r"[/.]", item.layers[-1])[-1] if item.layers else "x" for item in items]
    words = [re.sub(r"\W", "_", name).split("_") for name in said]
    while len(words) > 1 and all(len(w) > 1 for w in words) and len({w[-1] for w in words}) == 1:
        words = [w[:-1] for w in words]
    names = ["_".join(w).strip("_") or "x" for w in words]
    return {id(item): name for item, name in zip(items, names, strict=True)}


def automatic_names(main: Body, blocks: Blocks) -> set[str]:
    """What automatic names begin with."""
    found = {*CONSTRUCTS, *blocks}

    def visit(item: Item) -> None:
        if isinstance(item, Leaf | Again) and item.layer is not None:
            found.add(item.layer.auto_name())

    for body in (main, *(block.body for block in blocks.values())):
        walk(body, visit)
    return found
