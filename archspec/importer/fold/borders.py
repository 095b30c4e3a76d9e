"""Borders: a ZeroPadding before a window is one thing with it while a network is folded.

So a unit that halves the size, with a border of its own, and one that keeps it are one block.
"""

from archspec.importer.fold.columns import BEFORE, BORDER
from archspec.importer.fold.tree import Body, Leaf, all_bodies
from archspec.records.record import fields


def take_borders(main: Body) -> None:
    """Put each ZeroPadding2D in front of a window without padding into that window."""
    for body in all_bodies(main):
        place = 0
        while place < len(body.items):
            if _is_border(body, place):
                border, window = body.items[place], body.items[place + 1]
                assert isinstance(border, Leaf)
                assert isinstance(window, Leaf)
                window.arguments[BEFORE] = border.arguments
                window.sources = border.sources
                window.layers = border.layers + window.layers
                body.replace(place, 2, [window])
            place += 1


def _is_border(body: Body, place: int) -> bool:
    if place + 1 >= len(body.items):
        return False
    border, window = body.items[place], body.items[place + 1]
    return (
        isinstance(border, Leaf)
        and isinstance(window, Leaf)
        and border.word == BORDER
        and window.layer.rank == 2
        and "padding" in fields(type(window.layer))
        and "padding" not in window.arguments
        and not (border.fixed or window.fixed or window.layer.roles)
        and window.reads_before(place + 1)
        and body.last_readers()[place] == place + 1
    )
