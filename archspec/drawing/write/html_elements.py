"""Pictures as elements of a page, each thing once: cards, lines, paint, and blocks that are alike."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import Curve, Group, Scene, Shape, moved
from archspec.drawing.style.palette import Palette
from archspec.drawing.write.bounds import bounds
from archspec.drawing.write.svg import FONTS, drawn_lines, number, shape_svg
from archspec.shapes.ranges import ranges

_MARGIN = 6.0
_ELEMENT = re.compile(r'<(rect|path|polygon|text)((?: [\w-]+="[^"]*")*)(/?)>')
_PAINT = re.compile(
    r' (fill|stroke|stroke-width|stroke-dasharray|font-size|font-weight|text-anchor)="([^"]*)"'
)
_QUOTED = re.compile(r'="([\w.-]+)"')
_HUNDREDTHS = re.compile(r"\.0\d|(\.[1-9])\d")


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
    told: tuple[str, ...] = ()
    """What it is and how its shape and its parameters come about, in lines."""


class Elements:
    """Makes the elements of pictures, and collects their paint and what is in their blocks."""

    def __init__(self, colors: Palette, layers: Sequence[LayerRow]) -> None:
        self.colors = colors
        self.layers = layers
        self._groups: dict[str, int] = {}
        self._cards: dict[str, int] = {}
        self._insides: dict[str, int] = {}
        self._looks: dict[tuple[tuple[str, str], ...], str] = {}

    def view(self, name: str, picture: HtmlPicture) -> str:
        scene = cropped(picture.scene)
        size = f'viewBox="0 0 {number(scene.width)} {number(scene.height)}"'
        label = text_of(f"{picture.scene.title}: {name}", quote=True)
        return (
            f'<svg class="picture" {size} role="group" aria-label="{label}" font-family="{FONTS}">'
            f"{_drawn(self.groups(scene, picture.inside))}</svg>"
        )

    def groups(
        self,
        scene: Scene,
        inside: Mapping[str, HtmlPicture],
        base: int = 0,
        ends: list[str] | None = None,
    ) -> list[str]:
        """The groups of a picture.

        Args:
            scene: the picture.
            inside: what is in its boxes.
            base: the layer from which those of the boxes are counted.
            ends: takes the tips of boxes without layers, if the picture stands for several that
                differ in what they read. Then the script puts cards and heads of arrows in their
                places.
        """
        boxes = [group for group in scene.groups if group.kind == "box"]
        keys = {group.key: k for k, group in enumerate(boxes)}
        found = []
        for group in scene.groups:
            shapes = self.shapes(group.shapes)
            said = f' class="{group.kind} faded"' if group.faded else f" class={group.kind}"
            if group.kind == "box":
                said += self.box(group, inside, base, ends)
                if ends is not None and group.shapes:
                    left, top, *_ = bounds(group.shapes)
                    card = self.shapes([moved(shape, -left, -top) for shape in group.shapes])
                    look = self._cards.setdefault(card, len(self._cards))
                    said += f" data-look={look} data-at={number(left)},{number(top)}"
                    shapes = ""
            elif group.kind == "wire":
                start, end = (keys.get(key, "") for key in group.ends)
                said += f" data-ends={start},{end}"
                shapes = shapes if ends is None else self.line(group.shapes)
            found.append(f"<g{said}>{shapes}</g>")
        return found

    def line(self, shapes: Iterable[Shape]) -> str:
        """The shapes of a wire whose arrows have no heads yet: their lines end at the tips."""
        found = []
        for shape in shapes:
            if isinstance(shape, Curve):
                said = self.shapes([_rounded(shape)._replace(arrow=False)])
                found.append(said.replace("<path", "<path data-arrow", 1) if shape.arrow else said)
            else:
                found.append(self.shapes([shape]))
        return "".join(found)

    def shapes(self, shapes: Iterable[Shape]) -> str:
        """Shapes as elements with classes."""
        return _ELEMENT.sub(self.look, "".join([shape_svg(shape, self.colors) for shape in shapes]))

    def box(
        self, group: Group, inside: Mapping[str, HtmlPicture], base: int, ends: list[str] | None
    ) -> str:
        """The attributes of a box."""
        nodes = ranges(tuple([node - base for node in group.nodes]))
        said = _QUOTED.sub(r"=\1", f' data-layers="{nodes}"') if nodes else ""
        said += f" data-params={group.params}" if group.params else ""
        said += f" data-times={group.times}" if group.times > 1 else ""
        if ends is not None and not group.nodes:
            ends.append(drawn(group.tip))
        elif (tip := self.tip(group, base)) != _told(group, base):
            said += f' data-tip="{tip}"'
        if group.key in inside:
            start = min(group.nodes, default=base)
            number_of, tips = self.template(inside[group.key], start)
            said += f" data-inside={number_of}"
            said += f" data-base={start - base}" if start != base else ""
            said += f' data-title="{text_of(inside[group.key].scene.title, quote=True)}"'
            said += f' data-ends="{escape(drawn_lines(chr(10).join(tips)))}"' if any(tips) else ""
        return said

    def tip(self, group: Group, base: int) -> str:
        """A tip in which what the list of layers says is a reference: ``#3`` to all that it says of
        the layer ``base + 3``, ``#3.`` to the first line of that."""
        lines = drawn_lines(group.tip).split("\n")
        first = {self.layers[n].told[0]: n for n in group.nodes if self._says(n)}
        said: list[str] = []
        k = 0
        while k < len(lines):
            node = first.get(lines[k])
            if node is None:
                said.append(lines[k].replace("#", "##", 1) if lines[k][:1] == "#" else lines[k])
                k += 1
                continue
            told = self.layers[node].told
            whole = tuple(lines[k : k + len(told)]) == told
            said.append(f"#{node - base}" if whole else f"#{node - base}.")
            k += len(told) if whole else 1
        return escape("\n".join(said))

    def _says(self, node: int) -> bool:
        return 0 <= node < len(self.layers) and bool(self.layers[node].told)

    def look(self, match: re.Match[str]) -> str:
        """An element with a class for all its paint; its places are rounded to tenths."""
        tag, said, end = match.groups()
        paint = tuple(_PAINT.findall(said))
        name = self._looks.setdefault(paint, f"k{len(self._looks)}")
        bold = " data-bold" if ("font-weight", "bold") in paint else ""
        rest = _QUOTED.sub(r"=\1", _HUNDREDTHS.sub(r"\1", _PAINT.sub("", said)))
        return f"<{tag} class={name}{bold}{rest}{' /' if end else ''}>"

    def template(self, picture: HtmlPicture, base: int) -> tuple[int, list[str]]:
        """The number of a picture in a block, and the tips of what has no layers in it.

        Blocks that are alike share a picture, and pictures share the groups in which they are alike.
        """
        scene = cropped(picture.scene)
        ends: list[str] = []
        groups = self.groups(scene, picture.inside, base, ends)
        numbers = [self._groups.setdefault(group, len(self._groups)) for group in groups]
        size = f"{number(scene.width)} {number(scene.height)}"
        said = f'data-size="{size}" data-groups="{ranges(tuple(numbers))}"'
        return self._insides.setdefault(said, len(self._insides)), ends

    def templates(self) -> str:
        """The pictures in blocks: their groups and cards, and for each the numbers of its groups."""
        groups = "\n".join(self._groups)
        cards = "\n".join([f"<g>{card}</g>" for card in self._cards])
        found = [
            f"<template id=groups><svg>\n{groups}\n</svg></template>",
            f"<template id=cards><svg>\n{cards}\n</svg></template>",
        ]
        found += [
            f"<template id=inside-{k} {said}></template>" for said, k in self._insides.items()
        ]
        return "\n".join(found) if self._groups else ""

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
            f"{_drawn(self.groups(found, {}))}</svg>"
        )

    def rules(self) -> str:
        """The rules of the classes; every colour has its twin where the page is dark."""
        turned = self.colors.turned()
        found = []
        for paint, name in self._looks.items():
            said = [
                f"{key}:light-dark({value},{turned[value]})"
                if value in turned
                else f"{key}:{value}{'px' if key == 'font-size' else ''}"
                for key, value in paint
            ]
            found.append(f".{name}{{{';'.join(said)}}}")
        return "\n".join(found) + "\n"


def _drawn(groups: list[str]) -> str:
    return '<g text-anchor="middle" stroke-linejoin="round">\n' + "\n".join(groups) + "\n</g>"


def _told(group: Group, base: int) -> str:
    """The tip that goes without saying: all that the list says of the layers."""
    return "\n".join([f"#{node - base}" for node in group.nodes])


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


def _rounded(curve: Curve) -> Curve:
    """A curve whose bends, not its corners and ends, are at whole points."""
    points = [
        p if k % 3 == 0 else (float(round(p[0])), float(round(p[1])))
        for k, p in enumerate(curve.points)
    ]
    straight = all(abs(x - curve.points[0][0]) < 0.1 for x, _ in curve.points)
    return curve if straight else curve._replace(points=tuple(points))


def text_of(text: str, quote: bool = False) -> str:
    """A line of text as it is written into a page."""
    return escape(drawn(text), quote=quote)
