"""Pictures as a page that needs no server and no network: zoom, blocks that open in place, search.

Everything is in the page as elements: the pictures, and for each block a template with what is in it.
So whoever has no scripts still sees the pictures and the list of layers.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import Group, Label, Scene, moved
from archspec.drawing.style.palette import Palette, palette
from archspec.drawing.style.theme import DARK, LIGHT
from archspec.drawing.write.bounds import bounds
from archspec.drawing.write.svg import FONTS, drawn_lines, number, ranges, shape_svg

_MARGIN = 6.0
_ROLES = ("page", "ink", "muted", "edge", "edge_label", "group.fill", "group.line", "conv.line")
_MOST_DESCRIPTION = 2000


class HtmlPicture(NamedTuple):
    """A picture, and for its boxes that are blocks the pictures of what is in them."""

    scene: Scene
    inside: Mapping[str, "HtmlPicture"]
    """By the keys of boxes."""


class LayerRow(NamedTuple):
    """A layer in the list."""

    name: str
    title: str
    shape: str
    params: int


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
    page = _Page(palette("auto"))
    views = [page.view(name, picture) for name, picture in pictures.items()]
    scene = next(iter(pictures.values())).scene
    style = _file("page.css") + _roles() + page.rules()
    script = _file("page.js")
    title = _text(scene.title)
    told = f"<!-- {_text(stamp_line).replace('--', '- -')} -->\n" if stamp_line else ""
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    words = {
        "title": title,
        "subtitle": _text("  ·  ".join(_subtitle(scene))),
        "description": _text(scene.description[:_MOST_DESCRIPTION]),
        "tabs": _tabs(list(pictures)),
        "views": "\n".join(views),
        "legend": page.legend(scene),
        "layers": "\n".join([_row(layer) for layer in layers]),
        "count": f"{len(layers):,}",
        "templates": "\n".join(page.templates),
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


class _Page:
    """Makes the elements of pictures, and collects colours and templates."""

    def __init__(self, colors: Palette) -> None:
        self.colors = colors
        self.templates: list[str] = []
        self._known: dict[str, int] = {}

    def view(self, name: str, picture: HtmlPicture) -> str:
        scene = cropped(picture.scene)
        size = f'viewBox="0 0 {number(scene.width)} {number(scene.height)}"'
        label = _text(f"{picture.scene.title}: {name}", quote=True)
        return (
            f'<svg class="picture" {size} role="group" aria-label="{label}" font-family="{FONTS}">'
            f"{self.content(scene, picture.inside)}</svg>"
        )

    def content(self, scene: Scene, inside: Mapping[str, HtmlPicture]) -> str:
        groups = "\n".join([self.group(group, inside) for group in scene.groups])
        return f'<g text-anchor="middle" stroke-linejoin="round">\n{groups}\n</g>'

    def group(self, group: Group, inside: Mapping[str, HtmlPicture]) -> str:
        said = f' data-key="{escape(group.key)}"' if group.key else ""
        if group.kind == "box":
            said += f' data-layers="{ranges(group.nodes)}"'
            said += f' data-params="{group.params}"' if group.params else ""
            said += f' data-times="{group.times}"' if group.times > 1 else ""
            if group.key in inside:
                said += f' data-inside="{self.template(inside[group.key])}"'
        elif group.kind == "wire":
            said += f' data-from="{escape(group.ends[0])}" data-to="{escape(group.ends[1])}"'
        tip = f"<title>{escape(drawn_lines(group.tip), quote=False)}</title>" if group.tip else ""
        shapes = "".join([shape_svg(shape, self.colors) for shape in group.shapes])
        faded = " faded" if group.faded else ""
        return f'<g class="{group.kind}{faded}"{said}>{tip}{shapes}</g>'

    def template(self, picture: HtmlPicture) -> int:
        """The number of the template with what is in a block; equal ones are one."""
        scene = cropped(picture.scene)
        size = f'width="{number(scene.width)}" height="{number(scene.height)}"'
        text = f"<svg {size}>{self.content(scene, picture.inside)}</svg>"
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = len(self._known)
            self.templates.append(f'<template id="inside-{known}">{text}</template>')
        return known

    def legend(self, scene: Scene) -> str:
        """The names of the colours, as a small picture."""
        groups = tuple([group for group in scene.groups if group.kind == "legend"])
        if not any(group.shapes for group in groups):
            return ""
        found = cropped(scene._replace(groups=groups), ("legend",))
        width, height = number(found.width), number(found.height)
        return (
            f'<svg class="legend" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" role="img" aria-label="Colours" font-family="{FONTS}">'
            f"{self.content(found, {})}</svg>"
        )

    def rules(self) -> str:
        """The rules that give every colour its twin where the page is dark."""
        found = []
        for light, dark in self.colors.turned().items():
            for name in ("fill", "stroke"):
                found.append(f'[{name}="{light}"]{{{name}:light-dark({light},{dark})}}')
        return "\n".join(found) + "\n"


def cropped(scene: Scene, kinds: tuple[str, ...] = ("box", "wire", "cluster", "note")) -> Scene:
    """What is of some kinds, its left upper corner at the origin."""
    groups = [group for group in scene.groups if group.kind in kinds]
    left, top, right, bottom = bounds([shape for group in groups for shape in group.shapes])
    dx, dy = _MARGIN - left, _MARGIN - top
    put = [
        group._replace(shapes=tuple([moved(shape, dx, dy) for shape in group.shapes]))
        for group in groups
    ]
    return scene._replace(
        width=right + dx + _MARGIN,
        height=bottom + dy + _MARGIN,
        page_height=0.0,
        groups=tuple(put),
    )


def _subtitle(scene: Scene) -> list[str]:
    """The lines below the title."""
    head = [shape for group in scene.groups if group.kind == "head" for shape in group.shapes]
    return [s.text for s in head if isinstance(s, Label) and s.color != "ink"]


def _tabs(names: list[str]) -> str:
    if len(names) < 2:
        return ""
    tabs = "".join([f'<button type="button" class="tab">{_text(name)}</button>' for name in names])
    return f'<nav aria-label="Pictures">{tabs}</nav>'


def _row(layer: LayerRow) -> str:
    params = f"{layer.params:,}" if layer.params else ""
    said = [_text(layer.name[:200]), _text(layer.title[:200]), _text(layer.shape[:80]), params]
    return f"<tr><td>{'<td>'.join(said)}"


def _roles() -> str:
    """Colours of the page itself."""
    said = [
        f"--{role.replace('.', '-').replace('_', '-')}:light-dark({LIGHT.color(role)},{DARK.color(role)})"
        for role in _ROLES
    ]
    return f":root{{{';'.join(said)}}}\n"


def _text(text: str, quote: bool = False) -> str:
    return escape(drawn(text), quote=quote)


def _file(name: str) -> str:
    found = files("archspec.drawing.write") / "page" / name
    return found.read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    """What a policy calls a script or a style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
