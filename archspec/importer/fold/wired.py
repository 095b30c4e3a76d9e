"""Branches that read by name what the branches begin with: they become blocks, which have a name for it."""

from typing import Any

from archspec.importer.fold.blocks import Found, Place, make_block
from archspec.importer.fold.columns import columns_of
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.tree import Blocks, Body, all_bodies


def wrap_wired(main: Body, blocks: Blocks) -> None:
    """Make blocks of the bodies in a network that read their input by name, the inner ones first."""
    effort = Effort()
    groups: dict[Any, list[Body]] = {}
    for body in reversed(all_bodies(main)):
        if body is not main and _reads_input(body):
            groups.setdefault(body.shape_key(), []).append(body)
    for bodies in groups.values():
        count = len(bodies[0].items)
        columns = columns_of([body.items for body in bodies], blocks, True, effort)
        for each in [bodies] if columns is not None else [[body] for body in bodies]:
            found = columns_of([body.items for body in each], blocks, True, effort)
            if found is not None:
                places = [Place(body, 0, [(-1, 0)]) for body in each]
                make_block(Found(0, places, count, found), blocks, divide=False)


def _reads_input(body: Body) -> bool:
    """Whether an item but the first reads what the body reads, or the body gives it."""
    later = any(s < 0 for item in body.items[1:] for s, _ in item.sources)
    first = body.items[0].sources if body.items else []
    return later or len(first) > 1 or any(place < 0 for place, _ in body.outputs if body.items)
