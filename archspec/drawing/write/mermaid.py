"""Drawings as Mermaid flowcharts, which GitHub and many editors draw."""

import json
import re

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.content.art import Branches, Pill, Repeated, Row, Rows, every_pill
from archspec.drawing.content.diagram import Card, Cluster, Diagram, Wire
from archspec.drawing.style.theme import LIGHT

_SPECIAL = re.compile(r"[^\w .,:/×·…−+→-]")


def mermaid(drawing: Diagram, direction: str = "TB") -> str:
    """The flowchart; ends with a line break."""
    lines = [
        "---",
        f"title: {_quoted(drawing.title)}",
        # Lines are as long as they are: Mermaid would break them at any sign.
        "config: {flowchart: {wrappingWidth: 2000}}",
        "---",
        f"flowchart {direction}",
    ]
    lines += _content(drawing.content, "    ")
    said = {
        n: pill.text for card in drawing.cards for pill in every_pill(card.rows) for n in pill.nodes
    }
    for wire in drawing.wires:
        label = _label(wire, said)
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
    faded = [c.key for c in drawing.cards if c.faded]
    if faded:
        lines.append("    classDef faded_ stroke-dasharray:5 4")
        lines.append(f"    class {','.join(faded)} faded_")
    return "\n".join(lines) + "\n"


def _label(wire: Wire, said: dict[int, str]) -> str:
    """The shape, and at which layers a wire leaves one block and enters another."""
    places = [
        f"{word} {said[node]}"
        for word, node in (("from", wire.tap), ("to", wire.entry))
        if node in said
    ]
    lines = [escape(line) for line in (wire.label, *places) if line]
    return f'|"{"<br/>".join(lines)}"|' if lines else ""


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
    """The inside of a block, a line for each row and for each of branches."""
    found: list[str] = []
    for row in rows:
        if isinstance(row, Branches):
            found += ["wired across:"] if row.knotted else []
            found += [f"∥ {said}" for said in _columns(row)]
        else:
            found.append(_row(row))
    return found


def _row(row: Row) -> str:
    if isinstance(row, Pill):
        said = " · ".join([row.text, *(mark.name for mark in row.marks)])
        said += f" ×{row.times}" if row.times > 1 else ""
        return f"{said} (leads nowhere)" if row.faded else said
    if isinstance(row, Repeated):
        return f"({' → '.join(map(_row, row.rows))}) ×{row.times}"
    return f"({'wired across: ' if row.knotted else ''}{' ∥ '.join(_columns(row))})"


def _columns(row: Branches) -> list[str]:
    """Each of the branches in a line."""
    found = []
    for k, column in enumerate(row.columns):
        steps = [_row(inner) for inner in column] or ["shortcut"]
        if not row.hangs(k):
            steps.insert(0, "from the side")
        if not row.leads(k) and not all(pill.faded for pill in every_pill(column)):
            steps.append("out")
        found.append(" → ".join(steps))
    return found


def escape(text: str) -> str:
    """Text in which nothing is markup: other signs are Mermaid's entity codes."""
    return _SPECIAL.sub(lambda m: f"#{ord(m[0])};", drawn(text))


def _quoted(text: str) -> str:
    """Text in YAML's double quotes, in which Mermaid finds no directive such as ``%%{init}``."""
    return json.dumps(drawn(text), ensure_ascii=False).replace("%%", "%\\u0025")
