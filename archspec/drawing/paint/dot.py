"""Drawings as DOT: the text that Graphviz lays out."""

from typing import Any

from archspec.diagnostics.characters import drawn
from archspec.drawing.content.diagram import Card, Chip, Cluster, Diagram
from archspec.drawing.layout.places import Places
from archspec.drawing.paint.label import card_label, chip_rows, cluster_label, header_label
from archspec.drawing.style.text_width import text_width, wrap
from archspec.drawing.style.theme import LEGEND, LIGHT, Theme

FONT = "Helvetica"
_BELOW_HEADER = 8
_WIDE = 460
"""Widest line of the header in points."""


def digraph(
    drawing: Diagram, theme: Theme = LIGHT, direction: str = "TB", places: Places | None = None
) -> Any:
    """A ``graphviz.Digraph`` of a drawing; the text is the same every time.

    Args:
        drawing: what is to be seen.
        theme: its colours.
        direction: ``TB`` or ``LR``.
        places: where everything is; then the text is for ``neato -n2``, which only draws.
    """
    from graphviz import Digraph

    dot = Digraph(name=_safe(drawing.name))
    header = "<" + _header(drawing, theme) + ">"
    _set_defaults(dot, theme, direction, header if places is None else "")
    gives = _gives(drawing) if direction == "LR" else {}
    if places is not None:
        edges = [edge for box in places.cards.values() for edge in (box.left, box.right)]
        middle = (min(edges) + max(edges)) / 2
        dot.node(
            "header",
            label=header,
            shape="plain",
            style="",
            pos=f"{middle:.2f},{places.header[1] / 2 + _BELOW_HEADER:.2f}",
        )
    _content(dot, drawing.content, theme, gives, places)
    labelled: set[tuple[str, str]] = set()
    for wire in drawing.wires:
        weight = "3" if wire.straight else "1"
        label = f" {wire.label} " if wire.label and direction == "TB" else ""
        extra = {"style": "dashed", "color": theme.family("removed").line} if wire.gone else {}
        if places is not None:
            route = places.routes[wire.source, wire.target]
            extra["pos"] = route.pos()
            if (wire.source, wire.target) in labelled:
                label = ""  # the same route
            labelled.add((wire.source, wire.target))
            if route.label and label:
                extra["lp"] = f"{route.label[0]:.2f},{route.label[1]:.2f}"
        dot.edge(wire.source, wire.target, label=_safe(label), weight=weight, **extra)
    return dot


def _set_defaults(dot: Any, theme: Theme, direction: str, label: str) -> None:
    """How the whole, its nodes and its edges look if nothing else is said."""
    dot.attr(
        "graph",
        rankdir=direction,
        nodesep="0.3",
        ranksep="0.34" if direction == "TB" else "0.45",
        pad="0.3",
        splines="spline",
        newrank="true",
        compound="true",
        outputorder="nodesfirst",
        bgcolor=theme.page,
        fontname=FONT,
        labelloc="t",
        label=label,
    )
    dot.attr(
        "node",
        shape="box",
        style="rounded,filled",
        penwidth="1.4",
        margin="0.14,0.07",
        fontname=FONT,
        fontsize="10",
    )
    dot.attr(
        "edge",
        color=theme.edge,
        penwidth="1.3",
        arrowsize="0.65",
        fontname=FONT,
        fontsize="9",
        fontcolor=theme.edge_label,
    )


def _content(
    dot: Any,
    content: list[Card | Cluster],
    theme: Theme,
    gives: dict[str, str],
    places: Places | None,
) -> None:
    for item in content:
        if isinstance(item, Card):
            _node(dot, item, theme, gives.get(item.key, ""), places)
            continue
        with dot.subgraph(name=f"cluster_{item.key}") as inner:
            inner.attr(
                label="<" + cluster_label(item.title, item.times, theme) + ">",
                labeljust="l",
                style="rounded,filled",
                color=theme.group.line,
                fillcolor=theme.group.fill,
                margin="12",
            )
            name = f"cluster_{item.key}"
            if places is not None and name in places.clusters:
                box, label = places.clusters[name]
                inner.attr(
                    bb=",".join(f"{n:.2f}" for n in box), lp=f"{label[0]:.2f},{label[1]:.2f}"
                )
            _content(inner, item.content, theme, gives, places)


def _node(dot: Any, card: Card, theme: Theme, gives: str, places: Places | None) -> None:
    colors = theme.family(card.family) if card.family else theme.group
    extra = {}
    if card.family in ("dropout", "removed") or card.faded:
        extra["style"] = "rounded,filled,dashed"
    if card.times > 1:
        extra["peripheries"] = "2"
    if places is not None:
        box = places.cards[card.key]
        extra["pos"] = f"{box.middle:.2f},{(box.bottom + box.top) / 2:.2f}"
    dot.node(
        card.key,
        label="<" + card_label(card, theme, gives) + ">",
        fillcolor=colors.fill,
        color=colors.line,
        tooltip=_safe(card.tooltip),
        **extra,
    )


def _gives(drawing: Diagram) -> dict[str, str]:
    """Card → the shape that it gives on."""
    return {wire.source: wire.label for wire in drawing.wires if wire.label}


def _header(drawing: Diagram, theme: Theme) -> str:
    title = wrap(drawing.title, 20, 520, 2) or [drawing.name]
    together = "  ·  ".join(drawing.subtitle)
    if text_width(together, 11) < _WIDE:
        lines = [together]
    else:
        lines = []
        for said in drawing.subtitle:
            fits = text_width(said, 11) < _WIDE
            lines += [said] if fits else wrap(said, 11, _WIDE, 3)
    chips = [Chip(family, LEGEND[family]) for family in drawing.families]
    return header_label(title, lines, chip_rows(chips, _WIDE), theme)


def _safe(text: str) -> str:
    """Text that DOT takes as it is: escapes such as ``\\N`` and ``\\G`` mean nothing in it."""
    from graphviz import escape, nohtml

    # Text from `<` to `>` would be markup without the mark that it is none.
    said: str = nohtml("\\n".join(str(escape(drawn(line))) for line in text.split("\n")))
    return said
