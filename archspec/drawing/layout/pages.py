"""A long drawing on several pages, cut between boxes."""

from typing import NamedTuple

from archspec.drawing.layout.places import Places, Point, Route


class Arranged(NamedTuple):
    """A drawing with its places on a page, or on several under each other."""

    places: Places
    width: float
    height: float
    pages: int = 1
    page_height: float = 0.0


class NoRoom(Exception):
    """A drawing that does not fit: it needs so many points of width."""

    def __init__(self, width: float) -> None:
        super().__init__(f"needs {width:.0f} pt")
        self.width = width


def on_pages(found: Arranged, high: float, emptiest: float) -> Arranged:
    """The drawing with empty room put in wherever a page ends within a box.

    Args:
        found: a drawing on one page as long as it is.
        high: height of a page in points.
        emptiest: share of a page that may stay empty at its end.

    Raises:
        NoRoom: there is no place to cut.
    """
    end = high
    while found.height > end:
        spans = sorted([(b.top - 3, b.bottom + 3) for b in found.places.boxes.values()])
        cut = end
        for top, bottom in reversed(spans):
            if top < cut < bottom:
                cut = top
        # A box that begins before and ends behind the new place is in the way too.
        while any(top < cut < bottom for top, bottom in spans):
            cut = min(top for top, bottom in spans if top < cut < bottom)
        if cut < end - emptiest * high:
            raise NoRoom(found.width)
        found = _opened(found, cut, end - cut + 8)
        end += high
    pages = round(end / high)
    return found._replace(height=pages * high, pages=pages, page_height=high if pages > 1 else 0.0)


def _opened(found: Arranged, cut: float, more: float) -> Arranged:
    """Everything below a height moved down; wires are drawn out."""

    def down(point: Point) -> Point:
        return (point[0], point[1] + more) if point[1] >= cut else point

    places = Places(
        {k: b.moved(0, more) if b.top >= cut else b for k, b in found.places.boxes.items()},
        tuple(
            [
                Route(tuple([down(p) for p in r.points]), r.label and down(r.label))
                for r in found.places.routes
            ]
        ),
        {
            k: b.moved(0, more)
            if b.top >= cut
            else (b._replace(bottom=b.bottom + more) if b.bottom >= cut else b)
            for k, b in found.places.clusters.items()
        },
    )
    return found._replace(places=places, height=found.height + more)
