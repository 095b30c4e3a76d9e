"""Which weights of one network another one can take over."""

from typing import NamedTuple

from archspec.diff.pairing import Pairing
from archspec.diff.side import Side
from archspec.shapes.shape import Weight


class Kept(NamedTuple):
    """Tensors of the second network, and those of them that the first one has in the same shape."""

    tensors: int
    all_tensors: int
    values: int
    all_values: int


def kept_weights(pairing: Pairing) -> Kept:
    """Count the weights that layers find in those that they correspond to; shared ones once."""
    first, second = pairing.first, pairing.second
    ours = _owners(first)
    tensors = every = values = all_values = 0
    for owner, users in _owners(second).items():
        partner = next((pairing.to_first[b] for b in users if b in pairing.to_first), -1)
        theirs: dict[str, Weight] = {}
        if partner >= 0:
            shares = first.nodes[partner].shares
            of = shares if shares >= 0 else partner
            if of in ours:
                theirs = {w.name: w for w in first.shaped.facts[of].weights}
        for weight in second.shaped.facts[owner].weights:
            every += 1
            all_values += weight.count
            known = theirs.get(weight.name)
            if known is not None and known.shape == weight.shape:
                tensors += 1
                values += weight.count
    return Kept(tensors, every, values, all_values)


def _owners(side: Side) -> dict[int, list[int]]:
    """The nodes with weights that lead to an output, and those that use them, itself first."""
    found: dict[int, list[int]] = {}
    for index, node in enumerate(side.nodes):
        if side.shaped.facts[index].weights and side.live[index]:
            found.setdefault(index if node.shares < 0 else node.shares, []).append(index)
    return found
