"""A network as a picture: the steps from a shaped graph to the bytes of a file, in order."""

from collections.abc import Callable
from typing import NamedTuple

from archspec.drawing.content.cards import diagram
from archspec.drawing.content.diagram import Diagram
from archspec.drawing.content.inside import MOST_PILLS
from archspec.drawing.fit import PAPERS, Unfit, fit_paper, fit_width, pages_of
from archspec.drawing.layer.picture import Moving
from archspec.drawing.layout.pages import NoRoom
from archspec.drawing.layout.parts import Room
from archspec.drawing.library import DrawnBlock, together
from archspec.drawing.options import SMALLEST, Options
from archspec.drawing.paint.cards_scene import LaidOut, cards_scene, lay_out, measured
from archspec.drawing.paint.stack import MOST_ACROSS
from archspec.drawing.paint.stamp import Stamp, stamp_of
from archspec.drawing.scene.beside import beside
from archspec.drawing.scene.scene import Scene
from archspec.drawing.style.theme import LIGHT, THEMES
from archspec.infer.infer import ShapedGraph

_MOST_PAGES = 2
"""More pages than that are worth less detail."""
_NARROW = 290.0
"""Width of branches in cards in points, where two columns of cards are better than one."""
_COARSER = (("stages", MOST_PILLS), ("stages", 14))
_MANY = 400
"""Boxes of a picture that nobody will look at as a whole."""
_LIBRARY = 1100.0
"""Points of width that the blocks of a library stand in, if nothing else is said."""
_LONGEST = 1200.0
"""Points up to which what is in a block stays in one column."""


class Picture(NamedTuple):
    """A picture before it is laid out."""

    shaped: ShapedGraph
    options: Options
    drawing: Diagram | None
    """None for volumes and for a layer."""
    volumes: Scene | None
    """Volumes, or a layer that does not move; None for cards."""
    stamp: Stamp
    blocks: tuple[DrawnBlock, ...] = ()
    """Of a library: its blocks."""
    coarser: tuple[tuple[str, int], ...] = ()
    """Levels of detail that may be drawn instead where there is no room, each with the most layers
    that a block shows one by one."""
    title: str = ""
    """Of a library."""
    moving: Moving | None = None
    """Of a layer: how its window moves."""


Warn = Callable[[str], None]


def picture(shaped: ShapedGraph, options: Options = Options()) -> Picture:  # noqa: B008
    """Everything that is to be seen, not yet laid out.

    Raises:
        UnknownBlock: there is no block to open of that name.
        UnknownLayer: there is no layer of that name.
        NotSliding: that layer slides no window.
        NoSuchShape: volumes cannot stand in that shape.
    """
    if options.layer:
        return _layer(shaped, options)
    if options.view == "volumes":
        scene = _volumes(shaped, options)
        return Picture(shaped, options, None, scene, _stamp(shaped, options, repr(scene)))
    if options.block:
        from archspec.drawing.content.opened import one_block

        return of_diagram(shaped, options, one_block(shaped, options.block))
    found = of_diagram(shaped, options, diagram(shaped, options.detail, options.expand))
    return found._replace(coarser=_COARSER if options.detail == "auto" else ())


def picture_of_library(blocks: list[DrawnBlock], title: str, options: Options) -> Picture:
    """The picture of the blocks of a library, at least one."""
    told = "\n".join([block.drawing.told() for block in blocks])
    shaped = blocks[0].shaped
    stamp = _stamp(shaped, options, f"{title}\n{told}")
    return Picture(shaped, options, None, None, stamp, tuple(blocks), title=title)


def of_diagram(shaped: ShapedGraph, options: Options, drawing: Diagram) -> Picture:
    """The picture of a drawing that is already made."""
    return Picture(shaped, options, drawing, None, _stamp(shaped, options, drawing.told()))


def render(found: Picture, format: str, warn: Warn = lambda message: None) -> bytes:
    """The bytes of a file.

    Args:
        found: the picture.
        format: one of ``FORMATS``.
        warn: takes what a person should know, a line each.

    Raises:
        EngineError: Graphviz is missing, failed, or took too long.
        Unfit: there is no room for it with text that can be read.
    """
    drawing, options, stamp = found.drawing, found.options, found.stamp
    if found.blocks and format in ("dot", "mmd"):
        drawing = together(found.blocks, found.title)
    if drawing is not None and format == "mmd":
        from archspec.drawing.write.mermaid import mermaid

        return _stamped_mermaid(mermaid(drawing, options.direction), stamp)
    if drawing is not None and format == "dot":
        from archspec.drawing.write.dot import digraph

        theme = THEMES.get(options.theme, LIGHT)
        text = digraph(drawing, theme, options.direction).source
        return f"// {stamp.line()}\n{text}".encode()
    if drawing is not None and format == "html":
        return _page(found, warn)
    if found.moving is not None and format == "svg":
        from archspec.drawing.write.moving import moving_svg

        key = f"m{stamp.picture[:6]}"
        return moving_svg(found.moving, options.theme, stamp.svg(), key).encode()
    scene = draw(found, warn)
    if format == "svg":
        from archspec.drawing.write.svg import svg

        return svg(scene, options.theme, stamp.svg(), f"p{stamp.picture[:6]}").encode()
    if format == "png":
        from archspec.drawing.write.png import png

        return png(scene, options.theme, stamp.line(), warn)
    if format == "pdf":
        from archspec.drawing.write.pdf import pdf

        return pdf(scene, options.theme, stamp.line(), warn)
    if format == "tex":
        from archspec.drawing.write.tex import tex

        return tex(scene, options.theme, stamp.line()).encode()
    if format == "drawio":
        from archspec.drawing.write.drawio import drawio

        return drawio(scene, options.theme, stamp.properties()).encode()
    raise ValueError(f"`{format}` is no format of pictures")


def draw(found: Picture, warn: Warn = lambda message: None) -> Scene:
    """The picture with everything at its place.

    Raises:
        EngineError: Graphviz is missing, failed, or took too long.
        Unfit: there is no room for it with text that can be read.
    """
    options = found.options
    if found.blocks:
        return _library(found, warn)
    if found.drawing is None:
        assert found.volumes is not None
        if (pages := pages_of(found.volumes)) > 1:
            warn(f"this picture takes {pages} pages")
        return found.volumes
    if options.width is None and options.paper is None:
        return cards_scene(_laid_out(found.drawing, options, warn), options.columns)
    coarser = [diagram(found.shaped, d, options.expand, pills) for d, pills in found.coarser]
    drawings = [found.drawing, *coarser]
    best: Scene | None = None
    taken = found.drawing
    none: Unfit | None = None
    for drawing, most in [(d, most) for d in drawings for most in (MOST_ACROSS, _NARROW)]:
        try:
            scene = _on_page(drawing, most, options, warn)
        except Unfit as error:
            none = none if none is not None and none.needed < error.needed else error
            continue
        if best is None or pages_of(scene) < pages_of(best):
            best, taken = scene, drawing
        if pages_of(best) == 1 or (most == _NARROW and pages_of(best) <= _MOST_PAGES):
            break
    if best is None:
        raise none or Unfit(0, 0)
    if (pages := pages_of(best)) > 1:
        warn(f"this picture takes {pages} pages")
    if taken is not found.drawing:
        warn(
            "it shows stages, for there is no room for more: `--detail blocks` takes what it takes"
        )
    return best


def _library(found: Picture, warn: Warn) -> Scene:
    options = found.options
    scenes = [
        cards_scene(_laid_out(b.drawing, options, warn), options.columns) for b in found.blocks
    ]

    def within(room: Room) -> Scene:
        scene = beside(scenes, found.shaped.name, found.title, room.width)
        if scene.width > room.width + 1:
            raise NoRoom(scene.width)
        return scene._replace(width=room.width) if scene.width > room.width else scene

    if options.width is None and options.paper is None:
        widest = max(s.width for s in scenes)
        return within(Room(max(_LIBRARY, widest)))
    scene = _fitted(within, options)
    if (pages := pages_of(scene)) > 1:
        warn(f"this picture takes {pages} pages")
    return scene


def _page(found: Picture, warn: Warn) -> bytes:
    """A page on which blocks can be opened."""
    from archspec.drawing.content.opened import Inside, insides, layer_lines
    from archspec.drawing.volumes.volumes import volumes
    from archspec.drawing.write.html import html
    from archspec.drawing.write.html_elements import HtmlPicture, LayerRow

    options = found.options

    def inner(block: Inside) -> HtmlPicture:
        laid = _laid_out(block.drawing, options, warn)
        scene = cards_scene(laid, 1)
        if max(scene.width, scene.height) > _LONGEST:
            scene = cards_scene(laid)
        return HtmlPicture(scene, {k: inner(one) for k, one in block.inside.items()})

    within = insides(found.shaped, options.detail, options.expand)
    cards = HtmlPicture(draw(found, warn), {k: inner(one) for k, one in within.items()})
    layers = [LayerRow(*line) for line in layer_lines(found.shaped)]
    views = {"Cards": cards, "Volumes": HtmlPicture(volumes(found.shaped), {})}
    return html(views, layers, options.theme, found.stamp.line()).encode()


def _on_page(drawing: Diagram, most: float, options: Options, warn: Warn) -> Scene:
    laid: list[LaidOut] = []

    def within(room: Room) -> Scene:
        if not laid:
            laid.append(_laid_out(drawing, options, warn, most))
        return cards_scene(laid[0], options.columns, room)

    return _fitted(within, options)


def render_svg(shaped: ShapedGraph, theme: str = "auto") -> str:
    """The default picture of a network as SVG, for notebooks."""
    return render(picture(shaped, Options(theme=theme)), "svg").decode()


def _laid_out(drawing: Diagram, options: Options, warn: Warn, most: float | None = None) -> LaidOut:
    """The places of cards; ``most`` is the width of branches in them where room is scarce."""
    cards = len(drawing.cards)
    if cards > _MANY:
        warn(f"{cards:,} boxes: `--detail auto` or `stages` draws what can be looked at")
    cards_of = measured(drawing, options.direction, most or MOST_ACROSS)
    found = lay_out(cards_of, options.dot, tight=most is not None)
    if found.failed is not None:
        warn(f"{found.failed.message}; the bundled Graphviz took its place")
    return found


def _fitted(within: Callable[[Room], Scene], options: Options) -> Scene:
    smallest = SMALLEST[options.view]
    if options.width is not None:
        return fit_width(within, options.width, options.min_text, smallest)
    return fit_paper(within, PAPERS[options.paper or "a4"], options.min_text, smallest)


def _volumes(shaped: ShapedGraph, options: Options) -> Scene:
    from archspec.drawing.volumes.volumes import volumes

    if options.width is None and options.paper is None:
        return volumes(shaped, options.detail, options.shape, options.expand)

    def within(room: Room) -> Scene:
        scene = volumes(shaped, options.detail, options.shape, width=room.width, height=room.height)
        if scene.width > room.width + 1:
            raise NoRoom(scene.width)
        return scene

    return _fitted(within, options)


def _layer(shaped: ShapedGraph, options: Options) -> Picture:
    from archspec.drawing.layer.picture import moving, standing
    from archspec.drawing.layer.slide import slide_of

    slide = slide_of(shaped, options.layer)
    moves, stands = moving(slide), standing(slide)
    stamp = _stamp(shaped, options, repr((moves, stands)))
    return Picture(shaped, options, None, stands, stamp, moving=moves)


def _stamp(shaped: ShapedGraph, options: Options, seen: str) -> Stamp:
    """Changes whenever anything is seen otherwise, wherever Graphviz is from.

    Options that are not given do not count: a picture is not stale because there is a new one.
    """
    default = Options(dot=options.dot)
    pairs = zip(Options._fields, options, default, strict=True)
    given = [f"{name}={value!r}" for name, value, usual in pairs if value != usual]
    return stamp_of(shaped, f"{' '.join(given)}\n{seen}")


def _stamped_mermaid(text: str, stamp: Stamp) -> bytes:
    """The comment stands after the title, which must come first."""
    head, _, rest = text.partition("\nflowchart ")
    line = stamp.line().replace("%{", "% {")  # `%%{` begins a directive, in comments too
    return f"{head}\n%% {line}\nflowchart {rest}".encode()
