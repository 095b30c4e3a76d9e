"""What stands above a drawing: title, subtitle, and a legend of the families that are on it."""

from archspec.drawing.content.diagram import Chip, Diagram
from archspec.drawing.paint.card import chip_row, chip_rows
from archspec.drawing.scene.scene import Group, Label, Shape, moved
from archspec.drawing.style.text_width import shorten, text_width, wrap
from archspec.drawing.style.theme import LEGEND

_TITLE, _SUBTITLE = 19.0, 11.0
_WIDE = 460.0
"""Widest line in points, where there is room."""


class Head:
    """Title, subtitle and legend, measured; no wider than ``most`` points."""

    def __init__(self, drawing: Diagram, most: float = _WIDE) -> None:
        most = min(most, _WIDE)
        self.shapes: list[Shape] = []
        self.legend: list[Shape] = []
        self.width = 0.0
        y = 0.0
        for said in wrap(drawing.title, _TITLE, most * 0.93, 2) or [
            shorten(drawing.name, _TITLE, most)
        ]:
            # Bold is wider than what the lines were broken by.
            said = shorten(said, _TITLE, most, bold=True)
            y += 22
            self.shapes.append(Label(0, y - 5, said, _TITLE, "ink", True))
            self.width = max(self.width, text_width(said, _TITLE, bold=True))
        for said in _lines(drawing.subtitle, most):
            y += 15
            self.shapes.append(Label(0, y - 3, said, _SUBTITLE, "muted"))
            self.width = max(self.width, text_width(said, _SUBTITLE))
        y += 5
        chips = [Chip(family, LEGEND[family]) for family in drawing.families]
        for row in chip_rows(chips, most - 14):
            found = chip_row(row)
            self.legend += [moved(shape, 0, y) for shape in found.shapes]
            self.width = max(self.width, found.width)
            y += found.height
        self.height = y + 12

    def groups(self, middle: float, y: float) -> list[Group]:
        """As groups, around a middle, from a height down."""
        head = tuple([moved(shape, middle, y) for shape in self.shapes])
        legend = tuple([moved(shape, middle, y) for shape in self.legend])
        return [Group("head", "", head), Group("legend", "", legend)]


def _lines(subtitle: tuple[str, ...], most: float) -> list[str]:
    together = "  ·  ".join(subtitle)
    if text_width(together, _SUBTITLE) < most:
        return [together] if together else []
    found: list[str] = []
    for said in subtitle:
        fits = text_width(said, _SUBTITLE) < most
        found += [said] if fits else wrap(said, _SUBTITLE, most, 3)
    return found
