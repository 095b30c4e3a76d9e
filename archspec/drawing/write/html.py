"""Pictures as a page that needs no server and no network: zoom, blocks that open in place, search.

Everything is in the page as elements: the pictures, templates with what is in blocks, a list of the
layers. So whoever has no scripts still sees the pictures and the list.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files

from archspec.drawing.scene.scene import Label, Scene
from archspec.drawing.style.palette import palette
from archspec.drawing.style.theme import DARK, LIGHT
from archspec.drawing.write.html_elements import Elements, HtmlPicture, LayerRow, text_of
from archspec.drawing.write.svg import drawn_lines

_ROLES = ("page", "ink", "muted", "edge", "edge_label", "group.fill", "group.line", "conv.line")
_MOST_DESCRIPTION = 2000


def html(
    pictures: Mapping[str, HtmlPicture],
    layers: Sequence[LayerRow],
    theme: str = "auto",
    stamp_line: str = "",
) -> str:
    """The text of a page.

    Args:
        pictures: what can be looked at, by what the page calls it, the first one first.
        layers: the layers of the network in the order of the graph.
        theme: ``light``, ``dark``, or ``auto``: as the reader has it.
        stamp_line: where the pictures come from, in a line.
    """
    page = Elements(palette("auto"), layers)
    views = [page.view(name, picture) for name, picture in pictures.items()]
    scene = next(iter(pictures.values())).scene
    legend = page.legend(scene)
    style = _file("page.css") + _roles() + page.rules()
    script = _script()
    title = text_of(scene.title)
    told = f"<!-- {text_of(stamp_line).replace('--', '- -')} -->\n" if stamp_line else ""
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    words = {
        "title": title,
        "subtitle": text_of("  ·  ".join(_subtitle(scene))),
        "description": text_of(scene.description[:_MOST_DESCRIPTION]),
        "tabs": _tabs(list(pictures)),
        "views": "\n".join(views),
        "legend": legend,
        "layers": _rows(layers),
        "count": f"{len(layers):,}",
        "templates": page.templates(),
    }
    parts = re.split(r"\{\{(\w+)\}\}", _file("page.html"))
    parts[1::2] = [words[name] for name in parts[1::2]]
    body = "".join(parts)
    return (
        f'<!doctype html>\n<html lang="en" data-theme="{theme}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'{told}<title>{title}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>{style}</style>\n</head>\n{body}<script>{script}</script>\n</body>\n</html>\n"
    )


def _subtitle(scene: Scene) -> list[str]:
    """The lines below the title."""
    head = [shape for group in scene.groups if group.kind == "head" for shape in group.shapes]
    return [s.text for s in head if isinstance(s, Label) and s.color != "ink"]


def _tabs(names: list[str]) -> str:
    if len(names) < 2:
        return ""
    tabs = "".join(
        [f'<button type="button" class="tab">{text_of(name)}</button>' for name in names]
    )
    return f'<nav aria-label="Pictures">{tabs}</nav>'


def _rows(layers: Sequence[LayerRow]) -> str:
    """The list of layers; what is told of several stands at the first of them."""
    known: dict[str, int] = {}
    rows = []
    for number_of, layer in enumerate(layers):
        told = escape(drawn_lines(_untold(layer)))
        first = known.setdefault(told, number_of)
        said = f' data-told="{told}"' if first == number_of else f" data-as={first}"
        params = f"{layer.params:,}" if layer.params else ""
        cells = [text_of(layer.name), text_of(layer.title), text_of(layer.shape), params]
        rows.append(f"<tr{said}><td>{'<td>'.join(cells)}")
    return "\n".join(rows)


def _untold(layer: LayerRow) -> str:
    """What is told of a layer, without its name and its shape, which stand in the list.

    It begins with ``=`` if it stands for itself.
    """
    first, *rest = layer.told or ("",)
    name, shape = f"{layer.name}: ", f" → {layer.shape}"
    if first.startswith(name) and first.endswith(shape):
        first = first[len(name) : -len(shape)]
    else:
        first = f"={first}"
    return "\n".join([first, *rest])


def _roles() -> str:
    """Colours of the page itself."""
    said = [
        f"--{role.replace('.', '-').replace('_', '-')}:light-dark({LIGHT.color(role)},{DARK.color(role)})"
        for role in _ROLES
    ]
    return f":root{{{';'.join(said)}}}\n"


def _file(name: str) -> str:
    found = files("archspec.drawing.write") / "page" / name
    return found.read_text(encoding="utf-8").replace("\r\n", "\n")


def _script() -> str:
    """The scripts as one, without their comments and indents."""
    lines = [line.strip() for name in ("picture.js", "page.js") for line in _file(name).split("\n")]
    kept = "\n".join([line for line in lines if line and not line.startswith("//")])
    return f'"use strict";\n{{\n{kept}\n}}\n'


def _hash(text: str) -> str:
    """What a policy calls a script or a style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
