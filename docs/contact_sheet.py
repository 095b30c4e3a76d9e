"""All pictures of the gallery on a few sheets, to look at: ``python docs/contact_sheet.py FOLDER``.

``--theme dark`` and ``--grey`` show them as a dark page and a black-and-white print do; ``--only NAME``
takes those with a name in theirs; ``--width`` is that of each picture in pixels.
"""

import argparse
import io
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import make_gallery as gallery

from archspec.drawing.render import picture, render

_SHEET = 2400
"""Width and height of a sheet, in pixels, at most."""
_GAP = 16


def main() -> None:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--grey", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--view", choices=("graph", "volumes"), default="graph")
    parser.add_argument("--width", type=int, default=570)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    sheets = _sheets(list(_pictures(given)))
    for number, sheet in enumerate(sheets, 1):
        sheet.save(given.folder / f"sheet{number}.png")
    print(f"{len(sheets)} sheets in {given.folder}")


def _pictures(given: argparse.Namespace) -> Any:
    from PIL import Image

    for item in gallery.shown():
        if given.only not in item.name:
            continue
        options = item.options._replace(theme=given.theme)
        if given.view == "volumes":
            if item.name != item.spec:
                continue
            options = options._replace(view="volumes", dot=None)
        data = render(picture(gallery.shaped_of(item.spec), options), "png")
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            size = given.width, max(1, round(image.height * given.width / image.width))
            small = image.resize(size, Image.Resampling.LANCZOS)
        yield small.convert("L").convert("RGB") if given.grey else small


def _sheets(pictures: list[Any]) -> list[Any]:
    """Pictures in columns, each on the shortest one, sheet after sheet."""
    from PIL import Image

    sheets: list[Any] = []
    heights: list[int] = []
    for shown in pictures:
        wide = shown.width + _GAP
        if not sheets or (min(heights) and min(heights) + shown.height > _SHEET):
            columns = max(1, _SHEET // wide)
            sheets.append(Image.new("RGB", (columns * wide, _SHEET), "#777777"))
            heights = [0] * columns
        column = heights.index(min(heights))
        room = shown.crop((0, 0, shown.width, min(shown.height, _SHEET)))
        sheets[-1].paste(room, (column * wide, heights[column]))
        heights[column] += shown.height + _GAP
    return sheets


if __name__ == "__main__":
    main()
