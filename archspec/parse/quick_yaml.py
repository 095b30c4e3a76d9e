"""The quick way through YAML: values only, of texts in which nothing is unusual, read line by line.

Most specs have no error, no anchor, no odd number and no text over several lines, and need no
positions. At the first thing that is not plain this reader gives up, and
:mod:`archspec.parse.yaml` reads the text with care, and with PyYAML, whose import takes a fifth
of a cold `archspec check`. Tests hold the two to the same values.
"""

import re
from typing import Any

from archspec.parse.scalars import NUMBER_START, WORDS, read_number

_DEEPEST = 32
"""Levels that are read here; fewer than :data:`archspec.parse.document.MAX_DEPTH`."""

_KEY = re.compile(r"""(\w[\w.-]{0,99}|"[^"\\]{0,99}"|'[^']{0,99}'):(?: +|$)""")
_QUOTED = re.compile(r"""(?:"([^"\\]*)"|'([^']*)') *(?: #.*)?$""")
_TOKEN = re.compile(
    r"""\ *(?:([\[\]{},])
      | (?:"([^"\\]*)"|'([^']*)'|((?:[\w$.(]|[-+](?=[\w$.(]))(?:[\w$.()*/<>=^+-]|\ +[\w$.()*/<>=^+-])*))
        (\ ?:(?=\ ))?)""",
    re.VERBOSE,
)
"""In brackets: a sign, or a scalar and the colon behind it if it is a key."""
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")


class Unusual(Exception):
    """Something that needs care."""


def read_quickly(text: str) -> Any:
    """The value of a text.

    Raises:
        Unusual: an error, an anchor, a tag, a key that stands twice or has no value, a text over
            several lines, or whatever else is rare.
        OddNumber: a number that is to be looked at.
    """
    reader = _Reader(text)
    indent, content = reader.peek()
    value = reader.block(indent, content, 0)
    if reader.row < len(reader.lines):
        raise Unusual
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        if not "".join(lines).isprintable():  # tabs, control characters, other breaks and spaces
            raise Unusual
        self.lines = [
            (len(line) - len(content), content)
            for line in lines
            if (content := line.lstrip(" ")) and content[0] != "#"
        ]
        """Indentation and content of the lines that have any."""
        if any(not n and line[:3] in ("---", "...") for n, line in self.lines):
            raise Unusual  # more than one document, perhaps
        self.row = 0

    def peek(self) -> tuple[int, str]:
        """Indentation and content of the next line; -1 at the end."""
        return self.lines[self.row] if self.row < len(self.lines) else (-1, "")

    def block(self, indent: int, content: str, depth: int) -> Any:
        """The mapping or sequence that begins in this line, with this indentation."""
        if depth > _DEEPEST or indent < 0:
            raise Unusual
        if content.startswith("- ") or content == "-":
            return self.sequence(indent, depth)
        return self.mapping(indent, content, depth)

    def sequence(self, indent: int, depth: int) -> list[Any]:
        found: list[Any] = []
        while True:
            at, content = self.peek()
            if at != indent or not (content.startswith("- ") or content == "-"):
                if at > indent:
                    raise Unusual
                return found
            inner = content[1:].lstrip(" ")
            if not inner or inner[0] == "#":
                self.row += 1
                at, content = self.peek()
                if at <= indent:
                    raise Unusual
                found.append(self.block(at, content, depth + 1))
            elif _KEY.match(inner):
                at = indent + len(content) - len(inner)
                found.append(self.mapping(at, inner, depth + 1))
            else:
                self.row += 1
                found.append(self.inline(inner, depth + 1))

    def mapping(self, indent: int, content: str, depth: int) -> dict[str, Any]:
        """A mapping whose first line is the next one, without the dash that may stand in it."""
        found: dict[str, Any] = {}
        if depth > _DEEPEST:
            raise Unusual
        while True:
            match = _KEY.match(content)
            if match is None:
                raise Unusual
            key = match[1]
            if key[0] in "\"'":
                key = key[1:-1]
            if key in found:
                raise Unusual
            inner = content[match.end() :]
            self.row += 1
            if inner and inner[0] != "#":
                found[key] = self.inline(inner, depth + 1)
            else:
                found[key] = self.below(indent, depth + 1)
            at, content = self.peek()
            if at != indent:
                if at > indent:
                    raise Unusual
                return found
            if content.startswith("- ") or content == "-":
                return found  # the sequence around it goes on, or there is an error

    def below(self, indent: int, depth: int) -> Any:
        """The value of a key in the lines below it; the dashes of a sequence may stand under it."""
        at, content = self.peek()
        if at > indent or (at == indent and (content.startswith("- ") or content == "-")):
            return self.block(at, content, depth)
        raise Unusual

    def inline(self, text: str, depth: int) -> Any:
        """A value in the rest of a line."""
        sign = text[0]
        if sign in "[{":
            value, end = self.flow(text, 0, depth)
            rest = text[end:].lstrip(" ")
            if rest and (rest[0] != "#" or text[end] != " "):
                raise Unusual
            return value
        if sign in "\"'":
            match = _QUOTED.match(text)
            if match is None:
                raise Unusual
            return match[match.lastindex or 0]
        cut = text.find(" #")
        text = (text if cut < 0 else text[:cut]).rstrip(" ")
        if sign in _INDICATORS and (sign != "-" or text[1:2] in ("", " ")):
            raise Unusual
        if ": " in text or text[-1] == ":":
            raise Unusual
        return _plain(text)

    def flow(self, text: str, at: int, depth: int) -> tuple[Any, int]:
        """A collection in brackets, and where it ends."""
        if depth > _DEEPEST:
            raise Unusual
        is_list = text[at] == "["
        items: list[Any] = []
        entries: dict[str, Any] = {}
        match_token = _TOKEN.match
        at += 1
        while True:
            match = match_token(text, at)
            if match is None:
                raise Unusual
            sign, double, single, plain, colon = match.groups()
            if sign and sign in "]}" and (sign == "]") is is_list and not items and not entries:
                return (items if is_list else entries), match.end()
            key = None
            if not is_list:
                if not colon:
                    raise Unusual
                key = plain or (double if double is not None else single)
                if key in entries or key == "<<" or len(key) > 100:
                    raise Unusual
                match = match_token(text, match.end())
                if match is None:
                    raise Unusual
                sign, double, single, plain, colon = match.groups()
            if colon:
                raise Unusual
            at = match.end()
            if plain:
                value = _plain(plain)
            elif sign:
                if sign not in "[{":
                    raise Unusual
                value, at = self.flow(text, at - 1, depth + 1)
            else:
                value = double if double is not None else single
            if is_list:
                items.append(value)
            else:
                assert key is not None
                entries[key] = value
            match = match_token(text, at)
            if match is None or not (sign := match[1]):
                raise Unusual
            at = match.end()
            if sign == ("]" if is_list else "}"):
                return (items if is_list else entries), at
            if sign != ",":
                raise Unusual


def _plain(text: str) -> Any:
    """What a scalar without quotes stands for."""
    return read_number(text) if text[0] in NUMBER_START else WORDS.get(text, text)
