"""Reading the first picture of a page back, as :mod:`tests.svg_picture` reads SVG."""

import re
from html.parser import HTMLParser

from archspec.drawing.style.text_width import text_width
from tests.svg_picture import Area, Drawn, _ranges, _way

_DASHED = re.compile(r"\.(k\d+)\{[^}]*stroke-dasharray")


def read_html(text: str) -> list[Drawn]:
    """Boxes and wires of the picture that is shown first."""
    start = text.index('<svg class="picture"')
    reader = _Reader(set(_DASHED.findall(text)))
    reader.feed(text[start : text.index("</svg>", start)])
    reader.close()
    found = [part for part in reader.found if part.kind in ("box", "wire", "cluster", "note")]
    keys = [part.key for part in found if part.kind == "box"]
    return [
        part._replace(ends=(keys[int(part.ends[0])], keys[int(part.ends[1])]))
        if part.kind == "wire"
        else part
        for part in found
    ]


class _Reader(HTMLParser):
    def __init__(self, dashed: set[str]) -> None:
        super().__init__()
        self.dashed = dashed
        self.found: list[Drawn] = []
        self.text: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "g" and "class" in given:
            kind, *more = given["class"].split()
            ends = tuple(given.get("data-ends", ",").split(",", 1)) if kind == "wire" else ("", "")
            self.found.append(
                Drawn(
                    kind,
                    str(sum(p.kind == "box" for p in self.found)),
                    None,
                    [],
                    "",
                    tuple(_ranges(given.get("data-layers", "").replace(",", " "))),
                    (ends[0], ends[1]),
                    [],
                    "faded" in more,
                    int(given.get("data-times", "1")),
                    0,
                )
            )
        if not self.found:
            return
        last = self.found[-1]
        if given.get("class", "") in self.dashed:
            last = last._replace(dashed=last.dashed + 1)
        if tag == "rect" and last.area is None:
            x, y, w, h = (float(given.get(name, "0")) for name in ("x", "y", "width", "height"))
            last = last._replace(area=Area(x, y, x + w, y + h))
        if tag == "path":
            last.ways.append(_way(given.get("d", "")))
        self.text = given if tag == "text" else {}
        self.found[-1] = last

    def handle_data(self, data: str) -> None:
        if self.text:
            x, y = float(self.text["x"]), float(self.text["y"])
            wide = text_width(data, 9)
            area = Area(x - wide / 2, y - 6, x + wide / 2, y + 2)
            self.found[-1].texts.append((data, area))
            self.text = {}
