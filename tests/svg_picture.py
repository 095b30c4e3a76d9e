"""Reading a picture back: cards, texts and where they are, from the SVG itself."""

import xml.etree.ElementTree as ET
from typing import NamedTuple

from archspec.drawing.style.text_width import text_width

SVG = "{http://www.w3.org/2000/svg}"


class Area(NamedTuple):
    """A rectangle with y downward."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Area", slack: float = 0.6) -> bool:
        """Whether another one lies in it."""
        return (
            self.left - slack <= other.left
            and other.right <= self.right + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: "Area", slack: float = 0.6) -> bool:
        """Whether they overlap."""
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )


class Drawn(NamedTuple):
    """A card, a wire's label or the header: its outline and its texts."""

    kind: str
    key: str
    area: Area | None
    texts: list[tuple[str, Area]]
    title: str


def read_svg(data: bytes) -> list[Drawn]:
    """Everything on a picture; raises if it is no well-formed XML."""
    root = ET.fromstring(data)
    assert root.tag == SVG + "svg"
    found = []
    for group in root.iter(SVG + "g"):
        kind = group.get("class", "")
        if kind not in ("node", "edge", "cluster"):
            continue
        boxes = [_rect(r) for r in group.iter(SVG + "rect")]
        texts = [("".join(t.itertext()), _text(t)) for t in group.iter(SVG + "text")]
        title = group.find(SVG + "title")
        said = title.text or "" if title is not None else ""
        found.append(Drawn(kind, group.get("id", ""), boxes[0] if boxes else None, texts, said))
    return found


def _rect(rect: ET.Element) -> Area:
    x, y, w, h = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return Area(x, y, x + w, y + h)


def _text(text: ET.Element) -> Area:
    size = float(text.get("font-size", "0"))
    bold = text.get("font-weight") == "bold"
    said = "".join(text.itertext())
    wide = text_width(said.replace("\xa0", " "), size, bold)
    x, y = float(text.get("x", "0")), float(text.get("y", "0"))
    assert text.get("text-anchor") == "middle"
    return Area(x - wide / 2, y - 0.72 * size, x + wide / 2, y + 0.21 * size)
