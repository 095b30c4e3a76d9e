"""What stands before the lines of a text because of where they were copied.

The signs of a diff, the ``>`` of a mail, the numbers of lines, and of the entries of a list. They
become spaces, so that all else stays in its column, and it is said how far a line is indented.
"""

import re
from itertools import pairwise

from archspec.parse.loose_keys import is_layer
from archspec.parse.slips import Slips

_CONTENT = r"(?:- +\S|[A-Za-z_][\w.]*:(?:\s|$)|#|$)"
_ADDED = re.compile(rf"\+ *{_CONTENT}")
_REMOVED = re.compile(rf"- *{_CONTENT}")
_HEADER = re.compile(r"@@ .*@@|diff --git |index [0-9a-f]+\.\.|(?:\+\+\+|---) [ab]/|\\ No newline")
_QUOTE = re.compile(r"(?:> ?)+")
_NUMBER = re.compile(r"\s*(\d+)[:.|)]?(?=\s|$)")
_NUMBERED_ENTRY = re.compile(r"\s*(\d+[.)]|\+)(?= +(\S.*))")


def take_margins(texts: list[str], slips: Slips) -> dict[int, int]:
    """Blank what stands before lines; for each of these how far it is meant to be indented."""
    return _take_diff(texts, slips) or _take_quotes(texts, slips) or _take_numbers(texts, slips)


def take_numbered_entries(texts: list[str], slips: Slips) -> None:
    """Write a dash for ``1.`` and ``+`` before a layer."""
    edits = []
    for row, text in enumerate(texts):
        match = _NUMBERED_ENTRY.match(text)
        if match is None or not is_layer(match[2]):
            continue
        start, end = match.span(1)
        edits.append((row, start, end))
        texts[row] = f"{text[:start]}-{' ' * (end - start - 1)}{text[end:]}"
    if edits:
        row, start, end = edits[0]
        fix = slips.fix("write `-`", *(slips.edit(*edit, "-") for edit in edits))
        sign = slips.source.text.split("\n")[row][start:end]
        message = f"an entry of a list begins with `-`, not with `{sign}`"
        slips.add(row, start, end - start, message, fix, notes=_notes(len(edits)), in_yaml=True)


def _take_diff(texts: list[str], slips: Slips) -> dict[int, int]:
    added = [row for row, text in enumerate(texts) if _ADDED.match(text)]
    headers = [row for row, text in enumerate(texts) if _HEADER.match(text)]
    if not added:
        return {}
    others = {
        _width(text) for row, text in enumerate(texts) if text.strip() and text[0] not in "+-@"
    }
    meant: dict[int, int] = {}
    edits = []
    for row in added:
        width = _width(texts[row][1:])
        meant[row] = width if width in others or width + 1 not in others else width + 1
        edits.append(slips.edit(row, 0, 1, " " * (meant[row] - width)))
        texts[row] = " " + texts[row][1:]
    removed = [
        row
        for row, text in enumerate(texts)
        if _REMOVED.match(text) and _width(text[1:]) and _is_beside(row, added, texts)
    ]
    for row in [*headers, *removed]:
        edits.append(slips.edit(row, 0, len(slips.text.split("\n")[row]), ""))
        texts[row] = ""
    row = min([*added, *headers, *removed])
    fix = slips.fix("leave out what belongs to the diff", *edits, certain=not removed)
    if len(edits) == 1:
        fix = slips.fix("leave it out", *edits)
    message = "a sign of a diff stands before this line"
    slips.add(row, 0, 1, message, fix, notes=_notes(len(edits)))
    return meant


def _is_beside(row: int, added: list[int], texts: list[str]) -> bool:
    """Whether a line that was removed stands in one piece with a line that was added."""
    for by in (1, -1):
        other = row + by
        while 0 <= other < len(texts) and _REMOVED.match(texts[other]):
            other += by
        if other in added:
            return True
    return False


def _take_quotes(texts: list[str], slips: Slips) -> dict[int, int]:
    rows = [row for row, text in enumerate(texts) if text.startswith(">")]
    if len(rows) < 2 or len(rows) * 2 < sum(bool(text.strip()) for text in texts):
        return {}
    meant: dict[int, int] = {}
    edits = []
    for row in rows:
        match = _QUOTE.match(texts[row])
        assert match is not None
        meant[row] = _width(texts[row][match.end() :])
        edits.append(slips.edit(row, 0, match.end(), ""))
        texts[row] = " " * match.end() + texts[row][match.end() :]
    fix = slips.fix("leave it out", *edits)
    slips.add(rows[0], 0, 1, "the `>` of a quoted mail stands here", fix, notes=_notes(len(rows)))
    return meant


def _take_numbers(texts: list[str], slips: Slips) -> dict[int, int]:
    """Numbers of lines, one after another, before all of them."""
    found = {row: _NUMBER.match(text) for row, text in enumerate(texts) if text.strip()}
    numbers = [int(match[1]) for match in found.values() if match]
    if len(numbers) < 3 or len(numbers) < len(found):
        return {}
    if any(b <= a for a, b in pairwise(numbers)):
        return {}
    ends = {row: match.end() for row, match in found.items() if match}
    widths = {
        row: _width(texts[row][end:]) for row, end in ends.items() if texts[row][end:].strip()
    }
    if not widths:
        return {}
    least = min(widths.values())
    edits = []
    for row, end in ends.items():
        gone = min(end + least, len(texts[row]))
        edits.append(slips.edit(row, 0, gone, ""))
        texts[row] = " " * end + texts[row][end:]
    row = min(ends)
    fix = slips.fix("leave them out", *edits)
    slips.add(
        row, 0, ends[row], "the number of a line stands before it", fix, notes=_notes(len(edits))
    )
    return {row: width - least for row, width in widths.items()}


def _width(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _notes(count: int) -> tuple[str, ...]:
    return (f"{count:,} lines have one",) if count > 1 else ()
