"""Comments in a file that ignore warnings and notes on their lines."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from archspec.diagnostics.place import Span
from archspec.diagnostics.source import Source

_COMMENT = r"(?:(?<=\s)|^)#\s*archspec:\s*ignore(?:\[([^\]]*)\])?(?=$|[^\w\[])"
"""``# archspec: ignore[AS912]``, or without codes for all."""
_CODE = r"[^\s,]+"


class Comment(NamedTuple):
    """A comment that ignores."""

    line: int
    codes: tuple[str, ...]
    """As they are written, in capitals; none for all."""
    spans: tuple[Span, ...]
    """Where each of them stands; the whole comment if there is none."""


def comments(source: Source) -> Iterator[Comment]:
    """All comments of a file that ignore something."""
    if not _may_have_comments(source):
        return
    for number, line in enumerate(source.text.split("\n"), 1):
        if "archspec:" in line and (found := _comment(line, number)) is not None:
            yield found


@lru_cache(16)  # a large text is not searched again for each warning
def _may_have_comments(source: Source) -> bool:
    """Whether there is such a comment, as far as the text as a whole tells; JSON has none."""
    text = source.text
    if source.name.lower().endswith(".json") or "archspec:" not in text or "ignore" not in text:
        return False
    return not (source.name.startswith("<") and text.lstrip()[:1] == "{")


def _comment(line: str, number: int) -> Comment | None:
    for found in re.finditer(_COMMENT, line):
        if _is_quoted(line[: found.start()]):
            continue
        written = list(re.compile(_CODE).finditer(line, *found.span(1))) if found[1] else []
        spans = [Span(number, m.start() + 1, number, m.end() + 1) for m in written]
        whole = Span(number, found.start() + 1, number, found.end() + 1)
        codes = tuple(m[0].upper() for m in written)
        return Comment(number, codes, tuple(spans or [whole]))
    return None


def _is_quoted(before: str) -> bool:
    """Whether a text in quotes is open at the end of a part of a line."""
    quote, last, escaped = "", " ", False
    for sign in before:
        if escaped:
            escaped = False
        elif quote:
            escaped = quote == '"' and sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'" and last in f" \t[{{,:({sign}":
            quote = sign
        last = sign
    return bool(quote)
