"""How a line of a text that is not quite YAML begins: with a dash, a key, or what is like one."""

import re
from typing import NamedTuple

_QUOTED = re.compile(r""" *("(?:[^"\\]|\\.)*"|'(?:[^']|'')*') *:(?=\s|$)""")
_PLAIN = re.compile(r"((?:[^\s:#\"'{}\[\],&*!|>%@`-]|-(?=\S))(?:[^:{}\[\]]|:(?=\S))*?) *:(?=\s|$)")
_GLUED = re.compile(r"([A-Za-z_]\w*):(?![\s/:])(?=\S)")
_EQUALS = re.compile(r"([A-Za-z_]\w*)( *(?::=|=>|=(?!=)) *)(?=\S)")
_BRACE = re.compile(r"([A-Za-z_]\w*)( *)(?=[{\[])")
_TWO = re.compile(r"([A-Za-z_]\w*)( +)(?=\S)")
_GLUED_DASH = re.compile(r"-[A-Za-z_]\w*(?:$|:| *\{)")
_BARE = re.compile(r"([A-Za-z_]\w*)$")


class Key(NamedTuple):
    """A key, and what is wrong with it: ``""``, ``glued``, ``equals``, ``brace``, ``two``, ``bare``."""

    name: str
    start: int
    end: int
    """Where the word ends."""
    rest: int
    """Where the value begins, or the line ends."""
    slip: str = ""
    plain: bool = True


def find_key(text: str, at: int, in_mapping: bool, below: bool) -> Key | None:
    """The key that begins at a column, or what was meant as one.

    ``in_mapping`` says that nothing but a key may stand there, ``below`` that lines follow that
    are indented further.
    """
    if match := _QUOTED.match(text, at):
        name = match[1][1:-1]
        return Key(name, match.start(1), match.end(1), _next(text, match.end()), plain=False)
    glued = _GLUED.match(text, at)
    match = _PLAIN.match(text, at)
    if match and not (glued and glued.end() < match.end(1)):
        return Key(match[1], at, match.end(1), _next(text, match.end()))
    for slip, pattern in (("glued", _GLUED), ("equals", _EQUALS), ("brace", _BRACE)):
        if match := pattern.match(text, at):
            if slip == "brace" and _closes_word(text, match.end(1)):
                continue
            return Key(match[1], at, match.end(1), match.end(), slip)
    match = _BARE.match(text, at)
    if match and (below or in_mapping):
        return Key(match[1], at, match.end(1), len(text), "bare")
    match = _TWO.match(text, at)
    if match and in_mapping:
        return Key(match[1], at, match.end(1), match.end(), "two")
    return None


def find_dash(text: str, at: int) -> tuple[int, bool] | None:
    """Where the entry of a list begins whose dash stands at a column, and whether a space is missing."""
    if text[at : at + 1] != "-":
        return None
    after = text[at + 1 : at + 2]
    if after in ("", " ", "\t"):
        return _next(text, at + 1), False
    if _GLUED_DASH.match(text, at):
        return at + 1, True
    return None


def is_layer(text: str) -> bool:
    """Whether an entry is named as layers are."""
    return bool(re.match(r"[A-Z]\w*[a-z0-9]\w*", text))


def _closes_word(text: str, at: int) -> bool:
    """Whether a bracket belongs to a formula: ``depths[i]``."""
    return text[at] == "["


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
