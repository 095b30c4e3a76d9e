"""Changes of a network after which it is as expected; or the expectation as the network is."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.place import Place
from archspec.expand.graph import Graph
from archspec.expand.walks import main_path
from archspec.infer.changes import made, shapes_with
from archspec.infer.claims import Claim
from archspec.infer.input_sizes import only_input
from archspec.infer.proposals import Proposal, Proposer, join
from archspec.infer.trials import Work
from archspec.layers import Layer, layer_types
from archspec.layers.reshaping import Reshape
from archspec.records.record import fields
from archspec.shapes.shape import Shape, elements, format_shape
from archspec.spec.written import flow

_MOST_FIXES = 2
_MOST_TRIED = 150
_FARTHEST = 8
_FARTHEST_INPUT = 16
"""How far from the input's size others are tried."""
_MOST_LAYERS = 12
_KERNELS = (1, 2, 3, 4, 5, 7, 9, 11)
_STRIDES = (1, 2, 3, 4)

Found = Iterator[Proposal | None]


def find_changes(graph: Graph, claim: Claim, work: Work) -> list[Fix | str]:
    """Single changes with which a claim holds, and no other one does not that did."""
    number = next((n for n, c in enumerate(work.claims.all) if _is_same(c, claim)), None)
    if number is None:
        return []
    before = work.claims.unmet(work.before)
    found: list[tuple[int, Proposal]] = []
    tried: set[str] = set()
    for proposal in _proposals(graph, claim, work):
        if len(tried) > _MOST_TRIED or work.left < work.cost:
            break
        if proposal is None or proposal.message in tried or not proposal.edits:
            continue
        if proposal.sentence and any(p.sentence for _, p in found):
            continue  # a nearer input helps
        tried.add(proposal.message)
        work.left -= work.cost
        after = shapes_with(graph, proposal.changes)
        unmet = work.claims.unmet(after)
        if not after.roots and number not in unmet and unmet < before:
            found.append((len(unmet), proposal))
    found.sort(key=lambda f: f[0])
    least = found[0][0] if found else 0
    return [
        Fix(f"with {p.message} it would be as expected", p.edits)
        for left, p in found[:_MOST_FIXES]
        if left == least
    ]


def _is_same(one: Claim, other: Claim) -> bool:
    return one.key == other.key and one.expected is other.expected


def as_found(place: Place, wanted: Any, found: Any) -> list[Fix | str]:
    """The expectation as the network is."""
    if not isinstance(found, tuple):
        message = f"`{found}`, if the expected number is the mistake"
        return [Fix(message, (Edit(place, found),))]
    shape = list(found)
    written = place.document.at(place.path)
    told = f"`{flow(shape)}`"
    if not isinstance(written, list) or not isinstance(wanted, list):
        return [Fix(f"{told}, if the expected shape is the mistake", (Edit(place, shape),))]
    if wanted[1:] == shape:
        batch = (Edit(place.at(0), how=How.REMOVE),)
        return [Fix(f"shapes have no batch: {told}", batch, certain=wanted[0] is None)]
    if len(written) != len(shape):
        return [Fix(f"{told}, if the expected shape is the mistake", (Edit(place, shape),))]
    edits = tuple(
        [
            Edit(place.at(n), size)
            for n, (size, was) in enumerate(zip(shape, wanted, strict=True))
            if was is not None and was != size
        ]
    )
    return [Fix(f"{told}, if the expected shape is the mistake", edits)]


def _proposals(graph: Graph, claim: Claim, work: Work) -> Found:
    expected = claim.expected
    outputs = expected.output if expected else graph.outputs
    if claim.key == "shape":
        if not isinstance(claim.wanted, list):
            return
        end = outputs[0][0]
        proposer = Proposer(graph, end, work.of_item)
        path = [n for n in main_path(graph, end)[::-1] if graph.nodes[n].item is not None]
        yield from _flattened(proposer, claim.wanted, work)
        for at in path[:_FARTHEST]:
            yield from _of_shape(proposer, at, claim.wanted)
        yield from _inputs(proposer)
        for at in path[:_FARTHEST]:
            yield from _of_windows(proposer, at)
        for at in path[:_FARTHEST]:
            yield from _pooled(proposer, at)
        return
    start, stop = (expected.start, expected.end) if expected else (0, len(graph.nodes))
    nodes = _one_of_each_entry(graph, start, stop)
    if not nodes:
        return
    proposer = Proposer(graph, nodes[-1] if len(nodes) > 1 else nodes[0], work.of_item)
    yield from _biases(proposer, nodes)
    for at in nodes[-_MOST_LAYERS:]:
        yield from _of_count(proposer, at, claim, work)


def _one_of_each_entry(graph: Graph, start: int, stop: int) -> list[int]:
    """Nodes that have weights, or windows, one of each entry of the file."""
    found: dict[int, int] = {}
    for number in range(start, stop):
        node = graph.nodes[number]
        if node.item is not None and node.shares < 0:
            found.setdefault(id(node.item), number)
    return list(found.values())


def _flattened(proposer: Proposer, wanted: list[Any], work: Work) -> Found:
    """A Flatten or a global pooling before a layer that should give a vector."""
    node = proposer.graph.nodes[proposer.index]
    if len(wanted) != 1 or len(node.inputs) != 1:
        return
    source, output = node.inputs[0]
    shapes = work.before.shapes[source]
    rank = len(shapes[output]) - 1 if shapes else 0
    if rank < 1:
        return
    for word in ("Flatten", f"GlobalAveragePooling{rank}D"):
        type_ = layer_types().get(word)
        layer = made(type_, {}) if type_ else None
        if layer is not None:
            yield proposer.before(proposer.index, layer)


def _of_shape(proposer: Proposer, at: int, wanted: list[Any]) -> Found:
    """Other arguments of a layer that may give the network another shape."""
    layer: Any = proposer.graph.nodes[at].layer
    known = fields(type(layer))
    for name in ("filters", "units", "output_dim"):
        if name in known and isinstance(wanted[-1:][0] if wanted else None, int):
            yield proposer.arguments(at, {name: wanted[-1]})
    if "padding" in known and layer.rank and getattr(layer, "padding", "") in ("valid", "same"):
        other = "same" if layer.padding == "valid" else "valid"
        yield proposer.arguments(at, {"padding": other})
    if isinstance(layer, Reshape) and _count(wanted) == _count(list(layer.target_shape)):
        yield proposer.arguments(at, {"target_shape": tuple(wanted)})
    if "return_sequences" in known:
        yield proposer.arguments(at, {"return_sequences": not layer.return_sequences})


def _inputs(proposer: Proposer) -> Found:
    """Other sizes of a square input, the nearest first."""
    only = only_input(proposer.graph)
    if only is None or len(set(only[1][:-1])) > 1:
        return
    number, shape = only
    for distance in range(1, _FARTHEST_INPUT + 1):
        for size in ((shape[0] or 0) + distance, (shape[0] or 0) - distance):
            if size > 0:
                other = (*(size,) * (len(shape) - 1), shape[-1])
                yield proposer.input_shape(number, other, f"an input of {format_shape(other)}")


def _pooled(proposer: Proposer, at: int) -> Found:
    """A pooling that may have been forgotten, before a layer."""
    rank = proposer.graph.nodes[at].layer.rank
    type_ = layer_types().get(f"MaxPooling{rank}D")
    if type_ is None:
        return
    for arguments in (
        {},
        {"pool_size": 3, "strides": 2},
        {"pool_size": 3, "strides": 2, "padding": "same"},
    ):
        layer = made(type_, arguments)
        if layer is not None:
            yield proposer.before(at, layer)


def _of_windows(proposer: Proposer, at: int) -> Found:
    """Other windows of a layer, other strides, another factor."""
    layer: Any = proposer.graph.nodes[at].layer
    known = fields(type(layer))
    for name in ("strides", "size"):
        if name in known and layer.rank:
            for number in _STRIDES:
                yield _argument(proposer, at, name, number)
    for name in ("kernel_size", "pool_size"):
        if name in known and layer.rank:
            for number in _KERNELS:
                yield _argument(proposer, at, name, number)
    if "output_padding" in known:
        for number in (0, 1):
            yield proposer.arguments(at, {"output_padding": number})


def _argument(proposer: Proposer, at: int, name: str, number: int) -> Proposal | None:
    layer = proposer.graph.nodes[at].layer
    now = getattr(layer, name)
    if now in (number, (number,) * layer.rank):
        return None
    return proposer.arguments(at, {name: (number,) * layer.rank})


def _count(shape: list[Any]) -> int | None:
    if not all(isinstance(size, int) and size > 0 for size in shape):
        return None
    sizes: Shape = tuple(shape)
    return elements(sizes)


def _biases(proposer: Proposer, nodes: list[int]) -> Found:
    """Without biases, or with them: each layer, and all of them."""
    parts: dict[bool, list[Proposal | None]] = {True: [], False: []}
    for at in nodes:
        layer: Layer = proposer.graph.nodes[at].layer
        if "use_bias" in fields(type(layer)):
            value = layer.arguments(defaults=True)["use_bias"]
            proposal = proposer.arguments(at, {"use_bias": not value})
            parts[bool(value)].append(proposal)
            yield proposal
    for value, found in parts.items():
        if 1 < len(found) <= _MOST_LAYERS:
            word = "false" if value else "true"
            yield join(*found, message=f"`use_bias: {word}` of these {len(found)} layers")


def _of_count(proposer: Proposer, at: int, claim: Claim, work: Work) -> Found:
    """Other sizes of a layer that may give the network another number of parameters."""
    layer: Any = proposer.graph.nodes[at].layer
    known = fields(type(layer))
    for name in ("filters", "units", "output_dim", "input_dim"):
        if name in known:
            number = _solved(proposer, at, name, claim, work)
            if number is not None:
                yield proposer.arguments(at, {name: number})
    if "kernel_size" in known and layer.rank:
        for number in _KERNELS:
            yield _argument(proposer, at, "kernel_size", number)


def _solved(proposer: Proposer, at: int, name: str, claim: Claim, work: Work) -> int | None:
    """The value of an argument with which a count would be as expected, if the count is linear."""
    now = getattr(proposer.graph.nodes[at].layer, name)
    if not isinstance(claim.wanted, int) or not isinstance(now, int):
        return None
    more = proposer.arguments(at, {name: now + 1})
    if more is None:
        return None
    work.left -= work.cost
    after = shapes_with(proposer.graph, more.changes)
    here = work.claims.count(claim.key, claim.expected, work.before)
    there = work.claims.count(claim.key, claim.expected, after)
    if here is None or there is None or here == there:
        return None
    steps, rest = divmod(claim.wanted - here, there - here)
    return now + steps if rest == 0 and steps != 0 and now + steps > 0 else None
