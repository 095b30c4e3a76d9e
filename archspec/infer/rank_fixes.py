"""What would mend a number of dimensions that a layer does not take (AS403), and an unknown size."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit
from archspec.expand.walks import main_path
from archspec.infer.changes import Change, Shapes, made
from archspec.infer.proposals import Proposal, Proposer
from archspec.infer.rank import Rank
from archspec.infer.too_few_dimensions import TooFew
from archspec.infer.too_many_dimensions import TooMany
from archspec.layers import Layer, layer_types
from archspec.layers.wrappers import TimeDistributed
from archspec.records.record import fields

Found = Iterator[Proposal | None]


def for_rank(proposer: Proposer, inputs: Shapes) -> Found:
    """Another input, the layers before it, or another layer: the likeliest first."""
    rank = Rank(proposer, inputs)
    if isinstance(rank.layer, TimeDistributed) and len(rank.shape) >= rank.least:
        yield TooFew(proposer, inputs).unwrapped()
        yield _inside(rank)
    if len(rank.shape) > rank.most:
        yield from TooMany(proposer, inputs).all()
    elif len(rank.shape) < rank.least:
        yield from TooFew(proposer, inputs).all()
    elif rank.layer.auto_name() == "permute":
        yield _permuted(rank)


def _inside(rank: Rank) -> Proposal | None:
    """The layer in a TimeDistributed for as many dimensions as each step has."""
    wrapper: Any = rank.layer
    inner, item = wrapper.layer, rank.node.item
    if not isinstance(inner, Layer) or item is None:
        return None
    word = type(inner).__name__
    other = layer_types().get(f"{word[:-2]}{len(rank.shape) - 2}D") if word[-1] == "D" else None
    if other is None or type(inner) is other:
        return None
    written = item.place.document.at(item.place.path)
    held = written.get("layer", written) if isinstance(written, dict) else written
    at = item.place.at("layer") if held is not written else item.place
    place = at if isinstance(held, str) else at.at(word).key()
    if isinstance(held, dict) and word not in held:
        return None
    same = {
        n: v[0] if isinstance(v, tuple) and len({*v}) == 1 else v
        for n, v in inner.arguments().items()
    }
    layer = made(other, {n: v for n, v in same.items() if n in fields(other)})
    layer = layer and made(type(wrapper), {**wrapper.arguments(), "layer": layer})
    if layer is None:
        return None
    changes = {n: Change(layer) for n in rank.proposer.alike(rank.index)}
    message = f"`{other.__name__}` instead of `{word}`"
    return Proposal(message, changes, (Edit(place, other.__name__),))


def _permuted(rank_: Rank) -> Proposal | None:
    """The order of as many axes as there are."""
    order: Any = rank_.layer.arguments()["dims"]
    rank = len(rank_.shape)
    dims = [axis for axis in order if axis <= rank]
    dims += [axis for axis in range(1, rank + 1) if axis not in dims]
    return rank_.proposer.arguments(rank_.index, {"dims": tuple(dims)})


def for_unknown(proposer: Proposer, shapes: list[Shapes | None]) -> Found:
    """A global pooling instead of the Flatten that makes a size unknown (AS407)."""
    graph = proposer.graph
    inputs = graph.nodes[proposer.index].inputs
    for at in main_path(graph, inputs[0][0])[::-1] if inputs else ():
        node = graph.nodes[at]
        if node.layer.auto_name() != "flatten":
            continue
        source, output = node.inputs[0]
        before = shapes[source]
        if before is None or not 2 <= len(before[output]) <= 4:
            return
        yield proposer.other_types({at: f"GlobalAveragePooling{len(before[output]) - 1}D"})
        return
