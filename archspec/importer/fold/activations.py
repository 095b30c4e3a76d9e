"""Activations that are layers of several kinds, as in MobileNetV3: one kind while it is folded.

So a block with a ReLU in some places and a hard swish in others is one block.
"""

from archspec.importer.fold.tree import Body, Leaf, all_bodies

_FEWEST = 3
"""Of each kind there must be so many."""


def take_activations(main: Body) -> None:
    """Mark the activations of a network that has several kinds of them."""
    found: dict[str, list[Leaf]] = {}
    for body in all_bodies(main):
        for item in body.items:
            if isinstance(item, Leaf) and item.layer.family == "activation" and _is_plain(item):
                found.setdefault(item.word, []).append(item)
    frequent = [leaves for leaves in found.values() if len(leaves) >= _FEWEST]
    if len(frequent) > 1:
        for leaves in frequent:
            for leaf in leaves:
                leaf.either = {leaf.word: leaf.arguments}


def _is_plain(leaf: Leaf) -> bool:
    return not (
        leaf.fixed or leaf.layer.roles or leaf.layer.call_arguments or "trainable" in leaf.arguments
    )
