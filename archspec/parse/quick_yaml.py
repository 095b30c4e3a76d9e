"""The quick way through YAML: values only, of texts in which nothing is unusual, read line by line.

Most specs have no error, no anchor, no odd number and no text over several lines, and need no
positions. At the first thing that is not plain this reader gives up, and
:mod:`archspec.parse.careful_yaml` reads the text, from PyYAML, whose import takes a fifth
of a cold `archspec check`. Tests hold the two to the same values.
"""

import re
from contextlib import suppress
from typing import Any

from archspec.parse.scalars import NUMBER_START, WORDS, OddNumber, read_number

_DEEPEST = 32
"""Levels that are read here; fewer than :data:`archspec.parse.document.MAX_DEPTH`."""

KEY = re.compile(r"""(\w[\w.-]{0,99}|"[^"\\]{0,99}"|'[^']{0,99}'):(?: +|$)""")
QUOTED = re.compile(r"""(?:"([^"\\]*)"|'([^']*)') *(?: #.*)?$""")
_IN = r"[\w$.()*/<>=^+'\"|%@&!~-]"
_BARE = rf"(?:[\w$.(]|[-+](?=[\w$.(])){_IN}*(?: +{_IN}+)*"
TOKEN = re.compile(rf""" *(?:([\[\]{{}},])|(?:"([^"\\]*)"|'([^']*)'|({_BARE}))( ?:(?= ))?)""")
"""In brackets: a sign, or a scalar and the colon behind it if it is a key."""
PAIR = re.compile(rf" *(\w+): ({_BARE}) *([,}}])")
"""In braces: a plain entry, and the sign behind it; most are such."""
COMMENT = re.compile(" +#")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
"""What no scalar without quotes begins with, but for a dash before something."""
_LONGEST_KEY = 100

_Token = tuple[str | None, ...]
"""Sign, text in double quotes, in single quotes, without quotes, colon: one of the first four."""


class Unusual(Exception):
    """Something that needs care."""


def read_quickly(text: str) -> Any:
    """The value of a text.

    Raises:
        Unusual: an error, an anchor, a tag, a key that stands twice or has no value, a text over
            several lines, or whatever else is rare.
        OddNumber: a number that is to be looked at.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if not "".join(lines).isprintable():  # tabs, control characters, other breaks and spaces
        raise Unusual
    reader = Reader(
        [
            (len(line) - len(content), content)
            for line in lines
            if (content := line.lstrip(" ")) and content[0] != "#"
        ]
    )
    if any(not n and line[:3] in ("---", "...") for n, line in reader.lines):
        raise Unusual  # more than one document, perhaps
    indent, content = reader.peek()
    value = reader.block(indent, content, 0)
    if reader.row < len(reader.lines):
        raise Unusual
    return value


def is_dash(content: str) -> bool:
    """Whether a line begins with the dash of an entry."""
    return content.startswith("- ") or content == "-"


def read_entries(lines: list[tuple[int, str]], row: int) -> list[tuple[Any, int]]:
    """The entries of a list from a line on, as far as they can be read here.

    Args:
        lines: indentation and content of each.
        row: of the first dash.

    Returns:
        each value, and the row of the line behind it.
    """
    reader = Reader(lines)
    reader.row = row
    indent, content = lines[row]
    found: list[tuple[Any, int]] = []
    at = indent
    with suppress(Unusual, OddNumber):
        while at == indent and is_dash(content):
            value = reader.entry(indent, content, 1)
            at, content = reader.peek()
            if at > indent:
                break
            found.append((value, reader.row))
    return found


class Reader:
    """Reads lines that have content: the indentation and the rest of each."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self.lines = lines
        self.row = 0

    def peek(self) -> tuple[int, str]:
        """Indentation and content of the next line; -1 at the end."""
        return self.lines[self.row] if self.row < len(self.lines) else (-1, "")

    def block(self, indent: int, content: str, depth: int) -> Any:
        """The mapping or sequence that begins in this line, with this indentation."""
        if depth > _DEEPEST or indent < 0:
            raise Unusual
        if is_dash(content):
            return self.sequence(indent, depth)
        return self.mapping(indent, content, depth)

    def sequence(self, indent: int, depth: int) -> list[Any]:
        """The items whose dashes stand at this indentation."""
        found: list[Any] = []
        while True:
            at, content = self.peek()
            if at != indent or not is_dash(content):
                if at > indent:
                    raise Unusual
                return found
            found.append(self.entry(indent, content, depth))

    def entry(self, indent: int, content: str, depth: int) -> Any:
        """The value behind the dash with which the next line begins."""
        inner = content[1:].lstrip(" ")
        if not inner or inner[0] == "#":
            self.row += 1
            at, content = self.peek()
            if at <= indent:
                raise Unusual
            return self.block(at, content, depth + 1)
        if KEY.match(inner):
            return self.mapping(indent + len(content) - len(inner), inner, depth + 1)
        self.row += 1
        value = self.inline(inner, depth + 1)
        if type(value) is str and ":" in value and inner[0].isupper():
            raise Unusual  # `Dense:10`, perhaps
        return value

    def mapping(self, indent: int, content: str, depth: int) -> dict[str, Any]:
        """A mapping whose first line is the next one, without the dash that may stand in it."""
        found: dict[str, Any] = {}
        if depth > _DEEPEST:
            raise Unusual
        while True:
            match = KEY.match(content)
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
            if is_dash(content):
                return found  # the sequence around it goes on, or there is an error

    def below(self, indent: int, depth: int) -> Any:
        """The value of a key in the lines below it; the dashes of a sequence may stand under it."""
        at, content = self.peek()
        if at > indent and content[0] in "[{":
            self.row += 1
            return self.inline(content, depth)
        if at > indent or (at == indent and is_dash(content)):
            return self.block(at, content, depth)
        raise Unusual

    def inline(self, text: str, depth: int) -> Any:
        """A value in the rest of a line."""
        text = text.rstrip(" ")
        sign = text[0]
        if sign in "[{":
            text = self.joined(text)
            value, end = self.flow(text, 0, depth)
            if end < len(text) and not COMMENT.match(text, end):
                raise Unusual
            return value
        if sign in "\"'":
            match = QUOTED.match(text)
            if match is None:
                raise Unusual
            return match[match.lastindex or 0]
        cut = text.find(" #")
        text = text if cut < 0 else text[:cut].rstrip(" ")
        if sign in _INDICATORS and (sign != "-" or text[1:2] in ("", " ")):
            raise Unusual
        if ": " in text or text[-1] in ":,;\\]}":
            raise Unusual
        return _plain(text)

    def joined(self, text: str) -> str:
        """A collection in brackets with the lines that belong to it, as far as that is certain.

        No scalar goes over the end of a line that ends so and has neither quotes nor a comment.
        """
        parts = [text]
        while text[-1] in "[{," and not ('"' in text or "'" in text or "#" in text):
            at, content = self.peek()
            if at < 0:
                raise Unusual
            text = content.rstrip(" ")
            parts.append(text)
            self.row += 1
        return " ".join(parts)

    def flow(self, text: str, at: int, depth: int) -> tuple[Any, int]:
        """A collection in brackets that begins at a column, and where it ends."""
        if depth > _DEEPEST:
            raise Unusual
        items: list[Any] = []
        entries: dict[str, Any] = {}
        found: Any = items if text[at] == "[" else entries
        close = "]" if text[at] == "[" else "}"
        at += 1
        while True:
            if close == "}":
                at, ended = _plain_entries(text, at, entries)
                if ended:
                    return entries, at
            token, at = _token(text, at)
            if token[0] == close and not found:
                return found, at
            if token[4]:
                key = _key(token, entries)
                token, at = _token(text, at)
                value, at = self.flow_value(token, text, at, depth)
                if close == "}":
                    entries[key] = value
                else:  # one pair alone is a mapping
                    items.append({key: value})
            elif close == "]":
                value, at = self.flow_value(token, text, at, depth)
                items.append(value)
            else:
                raise Unusual
            token, at = _token(text, at)
            if token[0] == close:
                return found, at
            if token[0] != ",":
                raise Unusual

    def flow_value(self, token: _Token, text: str, at: int, depth: int) -> tuple[Any, int]:
        """The value that begins with a token, which ends at a column; and where the value ends."""
        sign, double, single, plain, colon = token
        if colon:
            raise Unusual
        if plain:
            return _plain(plain), at
        if sign is None:
            return (single if double is None else double), at
        if sign not in "[{":
            raise Unusual
        return self.flow(text, at - 1, depth + 1)


def _plain_entries(text: str, at: int, entries: dict[str, Any]) -> tuple[int, bool]:
    """Read entries as long as they are plain: where they end, and whether the mapping does."""
    while match := PAIR.match(text, at):
        key, plain, sign = match.groups()
        if key in entries or len(key) > _LONGEST_KEY:
            raise Unusual
        entries[key] = _plain(plain)
        at = match.end()
        if sign == "}":
            return at, True
    return at, False


def _token(text: str, at: int) -> tuple[_Token, int]:
    match = TOKEN.match(text, at)
    if match is None:
        raise Unusual
    return match.groups(), match.end()


def _key(token: _Token, known: dict[str, Any]) -> str:
    _, double, single, plain, _ = token
    key = plain or (single if double is None else double) or ""
    if key in known or key == "<<" or len(key) > _LONGEST_KEY:
        raise Unusual
    return key


def _plain(text: str) -> Any:
    """What a scalar without quotes stands for."""
    return read_number(text) if text[0] in NUMBER_START else WORDS.get(text, text)
