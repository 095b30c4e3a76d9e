"""The pictures of a page: of a network, and of what is in each of its blocks."""

from collections.abc import Mapping

from archspec.drawing.content import words
from archspec.drawing.content.cards import diagram
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.opened import Inside, insides
from archspec.drawing.content.tips import tip_of_unit
from archspec.drawing.paint.cards_scene import cards_scene, lay_out, measured
from archspec.drawing.write.html import HtmlPicture, LayerRow
from archspec.infer.infer import ShapedGraph

_LONGEST = 1200.0
"""Points up to which what is in a block stays in one column."""


def page_picture(
    shaped: ShapedGraph,
    detail: str = "auto",
    expand: tuple[str, ...] = (),
    direction: str = "TB",
    columns: int | None = None,
    dot: str | None = None,
) -> HtmlPicture:
    """The cards of a network, each block with what is in it.

    Args:
        shaped: the network.
        detail: as for ``diagram``.
        expand: paths, or words, of blocks that are opened from the start.
        direction: ``TB`` or ``LR``.
        columns: how many columns; as many as look well if None.
        dot: the program that lays out.

    Raises:
        UnknownBlock: there is no block to open of that name.
        EngineError: Graphviz is missing, failed, or took too long.
    """
    found = lay_out(measured(diagram(shaped, detail, expand), direction), dot)
    inside = insides(shaped, detail, expand)
    return HtmlPicture(cards_scene(found, columns), _opened(inside, direction, dot))


def layer_rows(shaped: ShapedGraph) -> list[LayerRow]:
    """The layers of a network for the list of a page."""
    return [
        LayerRow(
            node.name,
            words.title(node.layer),
            words.shape(node.output_shape),
            node.params,
            tuple(tip_of_unit(Unit(node)).split("\n")),
        )
        for node in shaped.nodes
    ]


def _opened(
    inside: Mapping[str, Inside], direction: str, dot: str | None
) -> dict[str, HtmlPicture]:
    found = {}
    for key, block in inside.items():
        laid = lay_out(measured(block.drawing, direction), dot)
        scene = cards_scene(laid, 1)
        if max(scene.width, scene.height) > _LONGEST:
            scene = cards_scene(laid)
        found[key] = HtmlPicture(scene, _opened(block.inside, direction, dot))
    return found
