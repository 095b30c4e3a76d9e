"""Entries of lists and mappings that come and go: with their commas, dashes, lines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archspec.mend.layout import Impossible, Layout, Piece, Range, Spot, Style
from archspec.mend.rendering import entry, pair


def added(layout: Layout, spot: Spot, entries: Mapping[str, Any]) -> Iterator[Piece]:
    """More keys in a mapping; a word alone, or a key without a value, gets one in braces.

    Raises:
        Impossible: there is no mapping and no word, or it has such a key already.
    """
    value = layout.document.at(spot.path)
    if isinstance(value, dict):
        if layout.sign(spot.marks) == "*" or entries.keys() & value.keys():
            raise Impossible
        yield from _added_keys(layout, spot, entries)
        return
    found = layout.value(spot.marks)
    style = Style.JSON if layout.json else Style.FLOW
    text = "{" + ", ".join(pair(k, v, style) for k, v in entries.items()) + "}"
    if value is None:
        space = " " * (found.start == found.end)
        yield Piece(found, space + text)
        return
    if not isinstance(value, str) or not value.isidentifier():
        raise Impossible
    word = layout.text[found.start : found.end]
    alone = layout.style(spot) is Style.BLOCK and spot.path and isinstance(spot.path[-1], int)
    yield Piece(found, f"{word}: {text}" if alone else f"{{{word}: {text}}}")


def _added_keys(layout: Layout, spot: Spot, entries: Mapping[str, Any]) -> Iterator[Piece]:
    """More keys behind the last one of a mapping; the version comes first."""
    value = layout.document.at(spot.path)
    first = next(iter(value), None)
    if spot.flow or layout.in_brackets(spot.marks):
        style = Style.JSON if layout.json else Style.FLOW
        pairs = [pair(k, v, style) for k, v in entries.items()]
        if first is None:
            start = layout.value(spot.marks).start + 1
            yield Piece(Range(start, start), ", ".join(pairs))
        elif not spot.path and entries.keys() == {"archspec"}:
            yield _in_front(layout, layout.key(layout.spot((first,))).start, pairs[0])
        elif not layout.in_brackets(spot.marks):  # one pair alone in a list
            whole = layout.value(spot.marks)
            yield Piece(Range(whole.start, whole.start), "{")
            yield Piece(Range(whole.end, whole.end), "".join(f", {text}" for text in pairs) + "}")
        else:
            last = layout.entry(layout.spot((*spot.path, list(value)[-1])))
            yield from _behind(layout, last.start, last.end, pairs)
        return
    pairs = [pair(k, v, Style.BLOCK) for k, v in entries.items()]
    start = layout.at(spot.marks.value[0])
    indent = " " * spot.marks.value[0].column
    if not spot.path and entries.keys() == {"archspec"}:
        yield Piece(Range(start, start), f"{pairs[0]}\n")
        return
    end = layout.lines.end_of_line(layout.value(spot.marks).end)
    yield Piece(Range(end, end), "".join(f"\n{indent}{text}" for text in pairs))


def beside(layout: Layout, spot: Spot, value: Any, after: bool) -> Iterator[Piece]:
    """Another entry before, or after, an entry of a list.

    Raises:
        Impossible: it is no entry of a list.
    """
    if not spot.path or not isinstance(spot.path[-1], int):
        raise Impossible
    here = layout.entry(spot)
    if spot.flow or layout.in_brackets(spot.around[-1]):
        text = entry(value, Style.JSON if layout.json else Style.FLOW)
        if after:
            yield from _behind(layout, here.start, here.end, [text])
        else:
            yield _in_front(layout, here.start, text)
        return
    text = f"- {entry(value, Style.BLOCK)}"
    indent = " " * spot.around[-1].value[0].column
    if after:
        end = layout.lines.end_of_line(here.end)
        yield Piece(Range(end, end), f"\n{indent}{text}")
    else:
        yield Piece(Range(here.start, here.start), f"{text}\n{indent}")


def _in_front(layout: Layout, start: int, text: str) -> Piece:
    """An entry in brackets before another one; on a line of its own if that has one."""
    before = layout.lines.before(start)
    space = f"\n{before}" if before.strip() == "" else " "
    return Piece(Range(start, start), f"{text},{space}")


def _behind(layout: Layout, start: int, end: int, texts: Sequence[str]) -> Iterator[Piece]:
    """Entries in brackets behind another one; on lines of their own if that has one."""
    before, lines = layout.lines.before(start), layout.lines
    if before.strip():
        yield Piece(Range(end, end), "".join(f", {text}" for text in texts))
        return
    comma = lines.after_gap(end)
    has_comma = layout.text[comma : comma + 1] == ","
    behind = comma + 1 if has_comma else end
    if not lines.rest_is_empty(behind):
        yield Piece(Range(end, end), "".join(f",\n{before}{text}" for text in texts))
        return
    below = f",\n{before}".join(texts)
    line_end = lines.end_of_line(behind)
    if has_comma:
        yield Piece(Range(line_end, line_end), f"\n{before}{below},")
    else:
        yield Piece(Range(end, end), ",")
        yield Piece(Range(line_end, line_end), f"\n{before}{below}")


def removed(layout: Layout, around: Spot, spots: Sequence[Spot]) -> Iterator[Piece]:
    """Less entries of a list, or less keys of a mapping; an empty pair of brackets if none is left.

    Raises:
        Impossible: they are not entries of one collection.
    """
    value = layout.document.at(around.path)
    steps = list(value) if isinstance(value, dict) else list(range(len(value)))
    gone = {spot.path[-1] for spot in spots}
    if len(gone) == len(steps):
        if not around.path:
            raise Impossible
        empty = "{}" if isinstance(value, dict) else "[]"
        if layout.is_block(around.marks):
            yield from instead_of_block(layout, around, empty)
        else:
            yield Piece(layout.value(around.marks), empty)
        return
    entries = {step: layout.entry(layout.spot((*around.path, step))) for step in steps}
    if not (around.flow or layout.in_brackets(around.marks)):
        yield from _without_lines(layout, [(entries[step], step in gone) for step in steps])
        return
    for number, step in enumerate(steps):
        if step not in gone:
            continue
        here = entries[step]
        if all(s in gone for s in steps[number:]):
            last = entries[steps[number - 1]].end
            yield from _without_last(layout, last, Range(here.start, entries[steps[-1]].end))
            return
        yield _without_comma(layout, here)


def instead_of_block(layout: Layout, spot: Spot, text: str) -> Iterator[Piece]:
    """A value on one line instead of a block; below a key it comes behind the key's colon."""
    found, lines = layout.value(spot.marks), layout.lines
    if not spot.path or not isinstance(spot.path[-1], str) or lines.before(found.start).strip():
        yield Piece(found, text)
        return
    colon = layout.colon(layout.key(spot))
    if layout.text[colon : found.start].isspace():
        yield Piece(Range(colon, found.end), f" {text}")
        return
    yield Piece(Range(colon, colon), f" {text}")
    start, end = lines.start_of_line(found.start), lines.next_line(found.end)
    yield Piece(Range(start, end) if lines.rest_is_empty(found.end) else found, "")


def _without_lines(layout: Layout, entries: Sequence[tuple[Range, bool]]) -> Iterator[Piece]:
    """Without the lines of entries of a block; the first one leaves the dash that it stands behind."""
    lines = layout.lines
    kept = next(here for here, is_gone in entries if not is_gone)
    first = entries[0][0]
    if lines.before(first.start).strip() and entries[0][1]:
        yield Piece(Range(first.start, kept.start), "")
        entries = [(here, is_gone) for here, is_gone in entries if here.start > kept.start]
    for here, is_gone in entries:
        if is_gone:
            start, end = lines.start_of_line(here.start), lines.next_line(here.end)
            yield Piece(Range(start, end), "")


def _without_comma(layout: Layout, here: Range) -> Piece:
    """Without an entry in brackets and the comma behind it; without its lines, if it fills them."""
    lines = layout.lines
    comma = lines.after_gap(here.end)
    if layout.text[comma : comma + 1] != ",":
        raise Impossible
    end = comma + 1
    if lines.before(here.start).strip() == "" and lines.rest_is_empty(end):
        return Piece(Range(lines.start_of_line(here.start), lines.next_line(end)), "")
    while layout.text[end : end + 1] == " ":
        end += 1
    return Piece(Range(here.start, end), "")


def _without_last(layout: Layout, last: int, here: Range) -> Iterator[Piece]:
    """Without the last entries in brackets and the comma before them."""
    lines = layout.lines
    comma = lines.after_gap(last)
    if layout.text[comma : comma + 1] != ",":
        raise Impossible
    if "\n" not in layout.text[comma : here.start]:
        yield Piece(Range(comma, here.end), "")
        return
    behind = lines.after_gap(here.end)
    end = behind + 1 if layout.text[behind : behind + 1] == "," else here.end
    if end == here.end or layout.json:
        yield Piece(Range(comma, comma + 1), "")
    if lines.before(here.start).strip() == "" and lines.rest_is_empty(end):
        yield Piece(Range(lines.start_of_line(here.start), lines.next_line(end)), "")
    else:
        yield Piece(Range(here.start, end), "")
