"""What a drawing comes to on its page, or on several under each other."""

from typing import NamedTuple

from archspec.drawing.layout.places import Places


class Arranged(NamedTuple):
    """A drawing with its places."""

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
