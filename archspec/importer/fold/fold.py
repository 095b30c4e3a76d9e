"""Folding, in order."""

from contextlib import suppress
from typing import Any, NamedTuple

from archspec.emit.flat_networks import FlatNetworks
from archspec.importer.flat_data import head, names_of
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.fold.activations import take_activations
from archspec.importer.fold.blocks import best_block, make_block
from archspec.importer.fold.borders import take_borders
from archspec.importer.fold.defaults import take_defaults
from archspec.importer.fold.effort import Effort, TooMuchError
from archspec.importer.fold.entries import Entries
from archspec.importer.fold.inline import put_in_single
from archspec.importer.fold.loops import LoopFinder
from archspec.importer.fold.make_loops import make_long_loops, make_loop
from archspec.importer.fold.order import in_order
from archspec.importer.fold.shared import take_shared
from archspec.importer.fold.structure import structure
from archspec.importer.fold.tree import Blocks, Body, all_bodies
from archspec.importer.fold.variants import use_variants
from archspec.importer.fold.wired import wrap_wired
from archspec.spec.written import document

_MOST_STEPS = 300
_MOST_EFFORT = 600_000
"""Steps of a way: three times what the largest networks of keras.applications take."""
_LEAST_TABLE = 30
"""Words that a loop must save to be made before a block of the same phase."""


class Way(NamedTuple):
    """A way to fold: none is the best one for all networks."""

    tables_first: bool
    """Whether a table of three rows or more comes before a block that saves less."""
    divide: bool
    """Whether a block may take a part of the channels that it reads for a number of its own."""


_WAYS = tuple(Way(tables, divide) for tables in (True, False) for divide in (True, False))


class Folded(NamedTuple):
    """A folded network."""

    data: dict[str, Any]
    """The spec as plain values, without `expect`."""
    way: Way


def fold(graph: FlatGraph, ways: tuple[Way, ...] = _WAYS) -> Folded:
    """The spec of a graph, with blocks and repeats.

    It is folded in several ways; the one with the fewest lines and words is taken.
    """
    networks = FlatNetworks()
    tree = structure(graph, networks)
    take_borders(tree)
    take_activations(tree)
    for body in all_bodies(tree):
        make_long_loops(body)
    found = []
    for way in ways:
        effort = Effort(_MOST_EFFORT)
        data = _folded(graph, tree.copy(), way, networks.blocks, effort)
        found.append(Folded(data, way))
        if effort.left < 0:
            break  # the others would not end sooner
    return min(found, key=_length)


_ORDER = ("blocks", "layers", "outputs")


def _length(folded: Folded) -> tuple[int, int]:
    text = document(folded.data)
    return text.count("\n"), len(text)


def _folded(
    graph: FlatGraph, main: Body, way: Way, written: dict[str, Any], effort: Effort
) -> dict[str, Any]:
    """The network folded in one way; ``written`` are blocks that stand already."""
    blocks: Blocks = {}
    take_shared(main, blocks)
    wrap_wired(main, blocks)
    try:
        find(main, blocks, way, effort)
        use_variants(main, blocks, effort)
    except TooMuchError:
        with suppress(TooMuchError):  # loops are cheap
            find(main, blocks, way, Effort(_MOST_EFFORT // 2), phase=2)
    put_in_single(main, blocks)
    blocks = in_order(main, blocks, written)
    names = names_of(graph)
    inputs = [names[node] for node in graph.inputs]
    defaults = take_defaults(main, blocks, written)
    found = head(graph, names)
    if defaults:
        found["defaults"] = defaults
    entries = Entries(main, blocks).network(inputs)
    if written:
        entries["blocks"] = {**written, **entries.get("blocks", {})}
    return {**found, **{name: entries[name] for name in _ORDER if name in entries}}


def find(main: Body, blocks: Blocks, way: Way, effort: Effort, phase: int = 0) -> None:
    """Make blocks and loops as long as they save words.

    First what multiplies its input, as squeeze and excitation. Then blocks with one merge at most, so that a block is a step of the paper. Then loops, then
    blocks of any form, and loops of those.

    Raises:
        TooMuchError: it costs more than the ``effort``; what is made is whole.
    """
    loops = LoopFinder(blocks, effort)
    for _ in range(_MOST_STEPS):
        bodies = all_bodies(main)
        for block in blocks.values():
            bodies += all_bodies(block.body)
        block_found = None
        if phase in (0, 1, 3):
            block_found = best_block(bodies, blocks, phase < 2, way.divide, effort, phase == 0)
        if phase and (way.tables_first or block_found is None):
            loop = loops.best(bodies)
            least = max(block_found.gain if block_found else 0, _LEAST_TABLE)
            small = (
                phase in (1, 3) and loop is not None and (loop.gain < least or len(loop.rows) < 3)
            )
            if loop is not None and not small:
                make_loop(loop, blocks)
                continue
        if block_found is not None:
            make_block(block_found, blocks, way.divide)
            continue
        phase += 1
        if phase > 4:
            return
