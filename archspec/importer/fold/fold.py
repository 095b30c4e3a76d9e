"""Folding, in order."""

from typing import Any

from archspec.importer.flat_data import head, names_of
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.fold.blocks import best_block, make_block
from archspec.importer.fold.borders import take_borders
from archspec.importer.fold.defaults import take_defaults
from archspec.importer.fold.entries import Entries
from archspec.importer.fold.inline import put_in_single
from archspec.importer.fold.loops import best_loop, make_loop
from archspec.importer.fold.structure import structure
from archspec.importer.fold.tree import Blocks, Body, all_bodies

_MOST_STEPS = 300
_LEAST_TABLE = 30
"""Words that a loop must save to be made before a block of the same phase."""


def fold(graph: FlatGraph) -> dict[str, Any]:
    """The spec of a graph as plain values, with blocks and repeats, without `expect`."""
    main = structure(graph)
    take_borders(main)
    blocks: Blocks = {}
    find(main, blocks)
    put_in_single(main, blocks)
    names = names_of(graph)
    inputs = [names[node] for node in graph.inputs]
    defaults = take_defaults(main, blocks)
    found = head(graph, names)
    if defaults:
        found["defaults"] = defaults
    return found | Entries(main, blocks).network(inputs)


def find(main: Body, blocks: Blocks) -> None:
    """Make blocks and loops as long as they save words.

    First blocks with one merge at most, so that a block is a step of the paper; a table of three
    rows or more comes before a block that saves less. Then loops, then blocks of any form, and
    loops of those.
    """
    phase = 1
    for _ in range(_MOST_STEPS):
        bodies = all_bodies(main)
        for block in blocks.values():
            bodies += all_bodies(block.body)
        loop = best_loop(bodies, blocks)
        block_found = best_block(bodies, blocks, phase == 1) if phase in (1, 3) else None
        if phase in (1, 3):
            least = max(block_found.gain if block_found else 0, _LEAST_TABLE)
            if loop is not None and loop.gain >= least and len(loop.rows) > 2:
                make_loop(loop, blocks)
                continue
            if block_found is not None:
                make_block(block_found, blocks)
                continue
        elif loop is not None:
            make_loop(loop, blocks)
            continue
        phase += 1
        if phase > 4:
            return
