"""A layer with its window at one position after the other: as it moves, and as it stands."""

from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.drawing.layer.maps import WIDEST, Maps, maps
from archspec.drawing.layer.slide import Slide
from archspec.drawing.layer.steps import Stop, first_second_last, stops
from archspec.drawing.scene.scene import Group, Label, Point, Scene, Shape, moved
from archspec.drawing.style.text_width import broadest, shorten, wrap

_TITLE, _TEXT, _SUM = 16.0, 10.0, 12.0
_PAD = 22.0
_LONGEST = 200
"""Most characters of a name or a title."""
_WIDEST_TITLE = 560.0
_LEAST = 386.0
"""Least width in points."""
_STILL = 190.0
"""Greatest width or height of a map in points, where three stand below each other."""


class Step(NamedTuple):
    """The window at a position."""

    window: Point
    """Where its left upper corner is."""
    value: Point
    """Where its value is."""
    skips: tuple[Shape, ...]
    """What says, before this, that positions are left out; empty if none are."""
    skipped: tuple[Shape, ...]
    """The values that these have given."""
    made: tuple[Shape, ...]
    """The value that is made here."""
    beams: tuple[Shape, ...]
    """What leads from the window to its value."""
    said: tuple[Shape, ...]
    """What is made of what, in words."""


class Moving(NamedTuple):
    """A picture that moves. From back to front: ``scene``, values, window, ``over``."""

    scene: Scene
    window: tuple[Shape, ...]
    value: tuple[Shape, ...]
    over: tuple[Shape, ...]
    steps: tuple[Step, ...]
    typical: int
    """The step that is seen where nothing moves."""
    positions: int


def moving(slide: Slide) -> Moving:
    """The picture of a layer that moves."""
    head = _head(slide)
    every = stops(slide.rows, slide.columns)
    width = _width(slide, every, WIDEST)
    plan = _maps(slide, _PAD + head.height, width, WIDEST)
    below = _PAD + head.height + plan.height
    foot = _foot(slide, width, below + 36)
    shapes = (*[moved(s, width / 2, _PAD) for s in head.shapes], *plan.behind(), *foot.shapes)
    scene = _scene(slide, width, below + 36 + foot.height + _PAD - 8, shapes)
    inside = [
        k
        for k, s in enumerate(every)
        if not slide.rows.axis.padded(s.row) and not slide.columns.axis.padded(s.column)
    ]
    return Moving(
        scene,
        tuple(plan.window()),
        tuple(plan.value()),
        tuple(plan.over()),
        tuple([_step(plan, every, k, width / 2, below + 20) for k in range(len(every))]),
        inside[len(inside) // 3] if inside else len(every) // 2,
        slide.positions,
    )


def standing(slide: Slide) -> Scene:
    """The first, the second and the last position of the window, below each other."""
    head = _head(slide)
    every = first_second_last(slide.rows, slide.columns)
    width = _width(slide, every, _STILL)
    shapes = [moved(s, width / 2, _PAD) for s in head.shapes]
    y = _PAD + head.height
    for stop in every:
        plan = _maps(slide, y, width, _STILL)
        number = _number(slide, stop)
        shapes += [
            *plan.behind(),
            *plan.filled(0, number),
            *[moved(s, *plan.window_at(stop)) for s in plan.window()],
            *plan.over(),
            *[moved(s, *plan.value_at(stop)) for s in plan.value()],
            *plan.beams(stop),
        ]
        y += plan.height + 18
        shapes.append(Label(width / 2, y, _caption(slide, stop), _TEXT, "ink"))
        y += 16
    foot = _foot(slide, width, y + 8)
    return _scene(slide, width, y + 8 + foot.height + _PAD - 8, (*shapes, *foot.shapes))


def _width(slide: Slide, every: list[Stop], most: float) -> float:
    """Width of the picture in points: the maps, the title and all that is said have room."""
    said = [broadest(_caption(slide, stop), _TEXT) for stop in every]
    title = min(_WIDEST_TITLE, broadest(_title(slide), _TITLE, bold=True))
    sums = sum(_sums_wide(slide.sums())) + 12
    return 2 * _PAD + max(_LEAST, title, sums, maps(slide, 0, 0, most).width, *said)


def _sums_wide(sums: list[tuple[str, str]]) -> tuple[float, float]:
    """Widths of what is calculated and of the calculations, in points."""
    names = max([broadest(name, _SUM) for name, _ in sums])
    return names, max([broadest(said, _SUM, True) for _, said in sums])


def _title(slide: Slide) -> str:
    return drawn(slide.title)[:_LONGEST]


def _maps(slide: Slide, top: float, width: float, most: float) -> Maps:
    """The maps in the middle of a width."""
    return maps(slide, top, (width - maps(slide, 0, 0, most).width) / 2, most)


class _Text(NamedTuple):
    shapes: list[Shape]
    height: float


def _step(plan: Maps, every: list[Stop], k: int, middle: float, y: float) -> Step:
    slide, stop = plan.slide, every[k]
    number = _number(slide, stop)
    skips: list[Shape] = []
    if stop.skipped:
        many = "1 position" if stop.skipped == 1 else f"{stop.skipped:,} positions"
        skips.append(Label(middle, y, f"… {many} …", _TEXT, "muted"))
    return Step(
        plan.window_at(stop),
        plan.value_at(stop),
        tuple(skips),
        tuple(plan.filled(number - stop.skipped, number)),
        tuple(plan.filled(number, number + 1)),
        tuple(plan.beams(stop)),
        (Label(middle, y, _caption(slide, stop), _TEXT, "ink"),),
    )


def _number(slide: Slide, stop: Stop) -> int:
    return stop.row * slide.columns.axis.positions + stop.column


def _caption(slide: Slide, stop: Stop) -> str:
    number = _number(slide, stop) + 1
    where = slide.names(stop.row, stop.column)
    return (
        f"position {number:,} of {slide.positions:,}: {where} {slide.reads(stop.row, stop.column)}"
    )


def _head(slide: Slide) -> _Text:
    """Title and network around x = 0, from y = 0 down."""
    title = shorten(_title(slide), _TITLE, _WIDEST_TITLE * 0.85, bold=True)
    network = shorten(f"of {drawn(slide.network)[:_LONGEST]}", _TEXT + 1, _LEAST * 0.85)
    shapes: list[Shape] = [
        Label(0, 14, title, _TITLE, "ink", True),
        Label(0, 31, network, _TEXT + 1, "muted"),
    ]
    return _Text(shapes, 44)


def _foot(slide: Slide, width: float, y: float) -> _Text:
    """The sums, and what happens along the channels."""
    shapes: list[Shape] = []
    top = y
    sums = slide.sums()
    names, longest = _sums_wide(sums)
    left = (width - names - 12 - longest) / 2
    for name, said in sums:
        y += 17
        shapes.append(Label(left + names, y, name, _SUM, "muted", anchor="end"))
        shapes.append(Label(left + names + 12, y, said, _SUM, "ink", True, "start"))
    y += 8
    for said in wrap(slide.channels(), _TEXT, (width - 2 * _PAD) * 0.9, 3):
        y += 14
        shapes.append(Label(width / 2, y, said, _TEXT, "muted"))
    return _Text(shapes, y - top)


def _scene(slide: Slide, width: float, height: float, shapes: tuple[Shape, ...]) -> Scene:
    sums = "; ".join([f"{name} {said}" for name, said in slide.sums()])
    said = (
        f"{_title(slide)}, of {slide.network[:_LONGEST]}. Its window slides over the input, row by row, and makes"
        f" one value of the output at each of {slide.positions:,} positions."
        f" {sums[:1].upper()}{sums[1:]}. {slide.channels()}"
    )
    group = Group("note", "", shapes)
    title = _title(slide)
    return Scene(slide.node.name, title, drawn(said), width, height, (group,))
