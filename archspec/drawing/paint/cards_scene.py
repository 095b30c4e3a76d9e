"""A diagram as a scene: cards drawn where they stand, and wires between them."""

from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.content.diagram import Card, Cluster, Diagram
from archspec.drawing.layout.columns import arranged
from archspec.drawing.layout.engine import EngineError
from archspec.drawing.layout.graph import CLUSTER_TITLE, Size, Sizes, laid_out
from archspec.drawing.layout.labels import Wires, clear_labels
from archspec.drawing.layout.pages import Arranged
from archspec.drawing.layout.parts import Room, pad_of
from archspec.drawing.layout.places import Box, Places
from archspec.drawing.paint.badge import badge, badge_width
from archspec.drawing.paint.card import CardPicture, card_picture
from archspec.drawing.paint.head import Head
from archspec.drawing.paint.measure import fitting
from archspec.drawing.paint.ports import port_shapes, ports
from archspec.drawing.paint.stack import MOST_ACROSS
from archspec.drawing.scene.scene import Curve, Group, Label, Rect, Scene, Shape, moved
from archspec.drawing.style.text_width import broadest, shorten

_LABEL = 9.0
_WIDEST_LABEL = 150.0
_CLUSTER = 10.0
_WIDEST_TITLE = 230.0
_MOST_DESCRIBED = 60


class Measured(NamedTuple):
    """A diagram whose cards are drawn, but do not stand anywhere yet."""

    drawing: Diagram
    direction: str
    pictures: dict[str, CardPicture]
    labels: tuple[str, ...]
    """For each wire what is written beside it."""
    sizes: Sizes


class LaidOut(NamedTuple):
    """A diagram with the places that Graphviz has found."""

    measured: Measured
    places: Places
    failed: EngineError | None
    """Why it was not the system's Graphviz, if that failed."""


def measured(drawing: Diagram, direction: str = "TB", most: float = MOST_ACROSS) -> Measured:
    """The cards of a diagram, drawn and measured; branches in them are no wider than ``most``."""
    down = direction == "TB"
    gives = {} if down else {wire.source: wire.label for wire in drawing.wires if wire.label}
    pictures = {c.key: card_picture(c, gives.get(c.key, ""), most) for c in drawing.cards}
    labels = tuple([shorten(w.label, _LABEL, _WIDEST_LABEL) if down else "" for w in drawing.wires])
    sizes = Sizes(
        {
            key: Size(p.width, p.height, *ports(key, p.levels, drawing.wires))
            for key, p in pictures.items()
        },
        tuple([(broadest(said, _LABEL) + 8, 13.0) if said else None for said in labels]),
        {cluster.key: _title_width(cluster) for cluster in clusters(drawing.content)},
    )
    return Measured(drawing, direction, pictures, labels, sizes)


def lay_out(found: Measured, named: str | None = None, tight: bool = False) -> LaidOut:
    """Graphviz's places for a diagram; ``tight`` if room is scarce.

    Raises:
        EngineError: Graphviz is missing, failed, or took too long.
    """
    return LaidOut(found, *laid_out(found.drawing, found.sizes, found.direction, named, tight))


def cards_scene(found: LaidOut, columns: int | None = None, room: Room | None = None) -> Scene:
    """The scene of a diagram.

    Args:
        found: the diagram with its places.
        columns: how many columns, or rows if it goes to the right; as many as look well if None.
        room: what it has to fit into.

    Raises:
        NoRoom: it is too wide for ``room`` however it is arranged.
    """
    drawing = found.measured.drawing
    pad = pad_of(room)
    head = Head(drawing, room.width - 2 * pad if room else 1e9)
    size = head.width, head.height
    stand = arranged(
        drawing, found.places, found.measured.sizes, size, found.measured.direction, columns, room
    )
    stand = stand._replace(places=clear_labels(stand.places, found.measured.sizes.labels))
    opened = clusters(drawing.content)
    wires = Wires(stand.places.routes if opened else ())
    groups = [
        *head.groups(stand.width / 2, pad),
        *[_cluster(c, stand.places.clusters[c.key], wires) for c in opened],
        *[_wire(k, found.measured, stand.places) for k in range(len(drawing.wires))],
        *[_box(card, found.measured, stand.places.boxes[card.key]) for card in drawing.cards],
    ]
    return _scene(drawing, stand, groups)


def clusters(content: list[Card | Cluster]) -> list[Cluster]:
    """All opened blocks, outer ones first."""
    found: list[Cluster] = []
    for item in content:
        if isinstance(item, Cluster):
            found += [item, *clusters(item.content)]
    return found


def _scene(drawing: Diagram, stand: Arranged, groups: list[Group]) -> Scene:
    return Scene(
        drawing.name,
        drawing.title,
        _description(drawing),
        stand.width,
        stand.height,
        tuple(groups),
        stand.page_height,
    )


def _title_width(cluster: Cluster) -> float:
    said = shorten(cluster.title, _CLUSTER, _WIDEST_TITLE, bold=True)
    more = badge_width(cluster.times) + 8 if cluster.times > 1 else 0.0
    return fitting(said, _CLUSTER, True, 2) + more


def _cluster(cluster: Cluster, box: Box, wires: Wires) -> Group:
    shapes: list[Shape] = [
        Rect(
            box.left,
            box.top,
            box.right - box.left,
            box.bottom - box.top,
            "group.fill",
            "group.line",
            9,
            1.2,
        )
    ]
    said = shorten(cluster.title, _CLUSTER, _WIDEST_TITLE, bold=True)
    x, y = box.left + 12, box.top + 8 + CLUSTER_TITLE / 2
    # At the right where a wire comes in at the left.
    there = x, y - 8, x + _title_width(cluster), y + 5
    aside = max(0.0, box.right - 12 - there[2])
    if wires.meets(Box(*there)) and not wires.meets(Box(*there).moved(aside, 0)):
        x += aside
    shapes.append(Label(x, y + 1, said, _CLUSTER, "muted", True, "start"))
    if cluster.times > 1:
        width = badge_width(cluster.times)
        x += broadest(said, _CLUSTER, bold=True) + 6 + width / 2
        shapes += badge(cluster.times, x, y - 2.5)
    return Group("cluster", cluster.key, tuple(shapes), cluster.title, times=cluster.times)


def _wire(number: int, found: Measured, places: Places) -> Group:
    wire, route = found.drawing.wires[number], places.routes[number]
    color = "removed.line" if wire.gone else "edge"
    # A wire that enters at the side ends at a pill, where its arrow is.
    within = wire.entry in found.sizes.cards[wire.target].entries
    shapes: list[Shape] = [Curve(route.points, color, 1.3, not within, wire.gone)]
    said = found.labels[number]
    if said and route.label:
        x, y = route.label
        shapes.append(Label(x, y + 3, said, _LABEL, "edge_label"))
    return Group("wire", f"w{number}", tuple(shapes), wire.label, ends=(wire.source, wire.target))


def _ports(card: Card, found: Measured) -> list[Shape]:
    """Lines from the border of a card to the pills that wires enter or leave at the side."""
    picture, size = found.pictures[card.key], found.sizes.cards[card.key]
    shapes: list[Shape] = []
    for ways, entering in ((size.entries, True), (size.taps, False)):
        by_pill = {(picture.levels[node], port): None for node, port in ways.items()}
        for level, port in by_pill:
            shapes += port_shapes(level, port, picture.width, entering)
    return shapes


def _box(card: Card, found: Measured, box: Box) -> Group:
    picture = found.pictures[card.key]
    ports = _ports(card, found) if picture.levels else []
    parts = [*picture.frame, *ports, *picture.shapes]
    shapes = [moved(shape, box.left, box.top) for shape in parts]
    return Group(
        "box",
        card.key,
        tuple(shapes),
        card.tooltip,
        card.nodes,
        params=card.params,
        faded=card.faded,
        times=card.times,
    )


def _description(drawing: Diagram) -> str:
    """The cards in their order, in words."""
    said = [f"{drawing.title}. {' · '.join(drawing.subtitle)}."]
    cards = drawing.cards
    for card in cards[:_MOST_DESCRIBED]:
        text = " ".join([card.title, *(["×", str(card.times)] if card.times > 1 else [])])
        details = [*card.details, *(c.text for c in card.chips), words.params(card.params)]
        more = ", ".join([d for d in details if d])
        said.append(f"{text} ({more})." if more else f"{text}.")
    if len(cards) > _MOST_DESCRIBED:
        said.append(f"And {len(cards) - _MOST_DESCRIBED:,} more.")
    return drawn(" ".join(said))
