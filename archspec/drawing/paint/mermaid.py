"""Drawings as Mermaid flowcharts, which GitHub and many editors draw."""

import json
import re

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.content.art import Branches, Pill, Repeated, Rows
from archspec.drawing.content.diagram import Card, Cluster, Diagram
from archspec.drawing.style.theme import LIGHT

_SPECIAL = re.compile(r"[^\w .,:/×·…−+→-]")


def mermaid(drawing: Diagram, direction: str = "TB") -> str:
    """The flowchart; ends with a line break."""
    lines = [
        "---",
        f"title: {_quoted(drawing.title)}",
        "---",
        f"flowchart {direction}",
    ]
    lines += _content(drawing.content, "    ")
    for wire in drawing.wires:
        label = f'|"{escape(wire.label)}"|' if wire.label else ""
        arrow = "-.->" if wire.gone else "-->"
        lines.append(f"    {wire.source} {arrow}{label} {wire.target}")
    for family in (*drawing.families, ""):
        colors = LIGHT.family(family) if family else LIGHT.group
        shown = [c.key for c in drawing.cards if c.family == family]
        if shown:
            name = family or "block"
            style = f"fill:{colors.fill},stroke:{colors.line},color:{colors.ink}"
            lines.append(f"    classDef {name}_ {style}")
            lines.append(f"    class {','.join(shown)} {name}_")
    return "\n".join(lines) + "\n"


def _content(content: list[Card | Cluster], indent: str) -> list[str]:
    lines = []
    for item in content:
        if isinstance(item, Card):
            lines.append(f'{indent}{item.key}("{_card(item)}")')
            continue
        times = f" ×{item.times}" if item.times > 1 else ""
        lines.append(f'{indent}subgraph {item.key}["{escape(item.title + times)}"]')
        lines += _content(item.content, indent + "    ")
        lines.append(f"{indent}end")
    return lines


def _card(card: Card) -> str:
    times = f" ×{card.times}" if card.times > 1 else ""
    lines = [f"<b>{escape(card.title + times)}</b>"]
    lines += [escape(", ".join(card.details))] if card.details else []
    lines += [escape(" · ".join(c.text for c in card.chips))] if card.chips else []
    lines += [escape(line) for line in _rows(card.rows)]
    lines += [escape(line) for line in card.note.splitlines()]
    last = " · ".join(t for t in (card.foot, words.params(card.params, card.frozen)) if t)
    lines += [f"<small>{escape(last)}</small>"] if last else []
    return "<br/>".join(lines)


def _rows(rows: Rows) -> list[str]:
    """The inside of a block, a line for each row; branches beside each other."""
    return [_row(row) for row in rows]


def _row(row: Pill | Repeated | Branches) -> str:
    if isinstance(row, Pill):
        return row.text + (f" ×{row.times}" if row.times > 1 else "")
    if isinstance(row, Repeated):
        return f"({', '.join(_rows(row.rows))}) ×{row.times}"
    return " + ".join(" → ".join(_rows(c)) or "shortcut" for c in row.columns)


def escape(text: str) -> str:
    """Text in which nothing is markup: other signs are Mermaid's entity codes."""
    return _SPECIAL.sub(lambda m: f"#{ord(m[0])};", drawn(text))


def _quoted(text: str) -> str:
    """Text in YAML's double quotes, in which Mermaid finds no directive such as ``%%{init}``."""
    return json.dumps(drawn(text), ensure_ascii=False).replace("%%", "%\\u0025")
