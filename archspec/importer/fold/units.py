"""Where a block may begin and end: a layer keeps its normalization, its activation and its dropout."""

from archspec.importer.fold.tree import Item, Leaf, Split

_HEADS = frozenset(("conv", "dense"))
"""Families of layers that take others along."""
_CHIPS = frozenset(("norm", "activation", "dropout"))
"""Families of those that belong to the layer before them."""
_NORMS = frozenset(("norm",))


def family(item: Item) -> str:
    """The family of a layer; empty for all else."""
    return item.layer.family if isinstance(item, Leaf) else ""


def parts_unit(items: list[Item], place: int) -> bool:
    """Whether a border before an item would part a layer from its normalization or activation."""
    if not 0 < place < len(items) or family(items[place]) not in _CHIPS:
        return False
    return family(items[place - 1]) in _HEADS | _CHIPS


def parts_norm(items: list[Item], place: int) -> bool:
    """Whether a border before an item would part a layer from its normalization."""
    return parts_unit(items, place) and family(items[place]) in _NORMS


def is_elementwise(item: Item) -> bool:
    """Whether it is an activation or a dropout."""
    return family(item) in ("activation", "dropout")


def may_lead(items: list[Item], place: int) -> bool:
    """Whether an activation may begin a block: not behind a merge, whose activation it is."""
    return place == 0 or not isinstance(items[place - 1], Split)


def leads_into_merge(items: list[Item]) -> bool:
    """Whether there are only normalizations and activations: the beginning of a residual unit."""
    return all(family(item) in ("norm", "activation") for item in items)
