"""A diagram as DOT, to look at and to change with Graphviz: the cards as tables, their order and wires."""

from html import escape as _escape
from typing import Any

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.content.art import Branches, Pill, Repeated, Row, Rows
from archspec.drawing.content.diagram import Card, Cluster, Diagram
from archspec.drawing.style.text_width import shorten, wrap
from archspec.drawing.style.theme import LEGEND, LIGHT, Theme

FONT = "Helvetica"
_WIDEST, _WIDE = 240.0, 520.0


def digraph(drawing: Diagram, theme: Theme = LIGHT, direction: str = "TB") -> Any:
    """A ``graphviz.Digraph``; its ``source`` is the same every time."""
    from graphviz import Digraph

    dot = Digraph(name=_safe(drawing.name))
    _set_defaults(dot, theme, direction, _header(drawing, theme))
    _content(dot, drawing.content, theme)
    for wire in drawing.wires:
        extra = {"style": "dashed", "color": theme.family("removed").line} if wire.gone else {}
        label = _safe(f" {wire.label} ") if wire.label else ""
        weight = "3" if wire.straight else "1"
        dot.edge(wire.source, wire.target, label=label, weight=weight, **extra)
    return dot


def _set_defaults(dot: Any, theme: Theme, direction: str, label: str) -> None:
    """How the whole, its nodes and its edges look if nothing else is said."""
    attr = dot.attr
    attr(
        "graph",
        rankdir=direction,
        nodesep="0.3",
        ranksep="0.34" if direction == "TB" else "0.45",
        pad="0.3",
        newrank="true",
        compound="true",
        bgcolor=theme.page,
        fontname=FONT,
        labelloc="t",
        label=label,
    )
    attr(
        "node",
        shape="box",
        style="rounded,filled",
        penwidth="1.4",
        margin="0.14,0.07",
        fontname=FONT,
        fontsize="10",
    )
    attr(
        "edge",
        color=theme.edge,
        penwidth="1.3",
        arrowsize="0.65",
        fontname=FONT,
        fontsize="9",
        fontcolor=theme.edge_label,
    )


def _content(dot: Any, content: list[Card | Cluster], theme: Theme) -> None:
    for item in content:
        if isinstance(item, Card):
            _node(dot, item, theme)
            continue
        with dot.subgraph(name=f"cluster_{item.key}") as inner:
            times = f"  ×{item.times:,}" if item.times > 1 else ""
            title = _text(f"{item.title}{times}", 10, theme.muted, True)
            inner.attr(
                label=f"<{title}>",
                labeljust="l",
                style="rounded,filled",
                color=theme.group.line,
                fillcolor=theme.group.fill,
                margin="12",
            )
            _content(inner, item.content, theme)


def _node(dot: Any, card: Card, theme: Theme) -> None:
    colors = theme.family(card.family) if card.family else theme.group
    extra = {}
    if card.family in ("dropout", "removed") or card.faded:
        extra["style"] = "rounded,filled,dashed"
    if card.times > 1:
        extra["peripheries"] = "2"
    dot.node(
        card.key,
        label=f"<{_card(card, theme)}>",
        fillcolor=colors.fill,
        color=colors.line,
        tooltip=_safe(card.tooltip),
        **extra,
    )


def _card(card: Card, theme: Theme) -> str:
    colors = theme.family(card.family) if card.family else theme.group
    times = f"  ×{card.times:,}" if card.times > 1 else ""
    title = shorten(card.title, 12, _WIDEST, bold=True)
    rows = [_text(f"{title}{times}", 12, colors.ink, True, card.faded)]
    if card.details:
        rows.append(_text(", ".join(card.details), 10, colors.ink))
    if card.chips:
        rows.append(_text(" · ".join(c.text for c in card.chips), 10, colors.ink))
    if card.rows:
        rows.append(_stack(card.rows, theme))
    rows += [_text(line, 9, theme.muted) for line in card.note.splitlines()]
    last = "  ·  ".join(t for t in (card.foot, words.params(card.params, card.frozen)) if t)
    if last:
        rows.append(_text(last, 9, theme.muted))
    return _table("".join(f"<TR><TD>{row}</TD></TR>" for row in rows), 1)


def _stack(rows: Rows, theme: Theme) -> str:
    cells = "".join(_row(row, theme) for row in rows)
    return _table(cells, 2, spacing=3) if cells else _text("shortcut", 9, theme.muted)


def _row(row: Row, theme: Theme) -> str:
    if isinstance(row, Pill):
        colors = theme.family(row.family) if row.family else theme.group
        parts = [row.text, *(mark.name for mark in row.marks if mark.name)]
        times = f"  ×{row.times:,}" if row.times > 1 else ""
        said = _text(" · ".join(parts) + times, 9, colors.ink, struck=row.faded)
        return (
            f'<TR><TD BORDER="1" STYLE="ROUNDED" COLOR="{colors.line}"'
            f' BGCOLOR="{colors.fill}">{said}</TD></TR>'
        )
    if isinstance(row, Repeated):
        times = _text(f"×{row.times:,}", 10, theme.ink, True)
        inner = _stack(row.rows, theme)
        cell = _table(f"<TR><TD>{inner}</TD><TD>{times}</TD></TR>", 2)
        return f'<TR><TD BORDER="1" STYLE="ROUNDED" COLOR="{theme.edge}">{cell}</TD></TR>'
    assert isinstance(row, Branches)
    columns = "".join(f"<TD>{_stack(column, theme)}</TD>" for column in row.columns)
    cell = _table(f"<TR>{columns}</TR>", 2)
    if row.knotted:
        said = f"<TR><TD>{_text('wired across', 9, theme.muted)}</TD></TR>"
        cell = _table(f"{said}<TR><TD>{cell}</TD></TR>", 1)
        return f'<TR><TD BORDER="1" STYLE="DASHED" COLOR="{theme.edge}">{cell}</TD></TR>'
    if all(map(row.hangs, range(len(row.columns)))):
        return f'<TR><TD BORDER="1" SIDES="T" COLOR="{theme.edge}">{cell}</TD></TR>'
    return f"<TR><TD>{cell}</TD></TR>"


def _table(rows: str, padding: int, spacing: int = 0) -> str:
    return (
        f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="{spacing}" CELLPADDING="{padding}">'
        f"{rows}</TABLE>"
    )


def _text(said: str, size: int, color: str, bold: bool = False, struck: bool = False) -> str:
    inner = _escape(drawn(shorten(said, size, _WIDE, bold)), quote=True) or " "
    inner = f"<S>{inner}</S>" if struck else inner
    inner = f"<B>{inner}</B>" if bold else inner
    return f'<FONT POINT-SIZE="{size}" COLOR="{color}">{inner}</FONT>'


def _header(drawing: Diagram, theme: Theme) -> str:
    rows = [_text(line, 19, theme.ink, True) for line in wrap(drawing.title, 19, 520, 2)]
    rows += [
        _text(line, 11, theme.muted) for said in drawing.subtitle for line in wrap(said, 11, 460, 3)
    ]
    if drawing.families:
        chips = "".join(
            f'<TD BORDER="1" STYLE="ROUNDED" COLOR="{theme.family(f).line}"'
            f' BGCOLOR="{theme.family(f).fill}">{_text(LEGEND[f], 9, theme.family(f).ink)}</TD>'
            for f in drawing.families
        )
        rows.append(_table(f"<TR>{chips}</TR>", 2, 3))
    return f"<{_table(''.join(f'<TR><TD>{row}</TD></TR>' for row in rows), 3)}>"


def _safe(text: str) -> str:
    """Text that DOT takes as it is: escapes such as ``\\N`` and ``\\G`` mean nothing in it."""
    from graphviz import escape, nohtml

    # Text from `<` to `>` would be markup without the mark that it is none.
    said: str = nohtml("\\n".join(str(escape(drawn(line))) for line in text.split("\n")))
    return said
