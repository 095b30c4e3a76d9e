"""What to say of text that is not JSON."""

import json
import re
from typing import NamedTuple

from archspec.diagnostics.sink import Sink, SourcePlace, Span
from archspec.diagnostics.source import Source

_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(_STRING + r"|[\[\]{}]|-?Infinity|NaN|-?[0-9][0-9.eE+-]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_WORD = re.compile(r"[^\s,:\[\]{}\"']+")
_PYTHON = {"True": "true", "False": "false", "None": "null"}


class _Finding(NamedTuple):
    start: int
    message: str
    help: str = ""
    width: int = 1


def report_syntax(source: Source, sink: Sink, error: json.JSONDecodeError) -> None:
    """Report where the parser stopped, and why."""
    found = _explain(source.text, error.pos, error.msg)
    help = [found.help] if found.help else []
    place = place_at(source, found.start, found.start + found.width)
    sink.report("AS011", place, found.message, help=help)


def report_constant(source: Source, sink: Sink, name: str) -> None:
    """Report NaN or an infinity, which JSON does not have."""
    for match in _TOKEN.finditer(source.text):
        if match[0] == name:
            place = place_at(source, match.start(), match.end())
            sink.report("AS011", place, f"{name} is not a number in JSON")
            return


def report_long_numbers(source: Source, sink: Sink, most: int) -> None:
    """Report numbers of more characters than anyone means."""
    for match in _TOKEN.finditer(source.text):
        if match[0][0] in "-0123456789" and len(match[0]) > most:
            place = place_at(source, match.start(), match.end())
            message = f"a number with {len(match[0]):,} characters is too long"
            sink.report("AS017", place, message)


def report_surrogate(source: Source, sink: Sink) -> None:
    """Report half of a surrogate pair: an escape that stands for no character."""
    at = 0
    while match := _SURROGATE.search(source.text, at):
        high = match[0][3] in "89abAB"
        other = _SURROGATE.match(source.text, match.end()) if high else None
        if other is None or other[0][3] in "89abAB":
            message = f"`{match[0]}` stands for no character"
            help = ["a character beyond U+FFFF is a pair of escapes, or just itself"]
            place = place_at(source, match.start(), match.end())
            sink.report("AS011", place, message, help=help)
            return
        at = other.end()


def place_at(source: Source, start: int, end: int) -> SourcePlace:
    """The place of a piece of the text, which is cut at the end of its line."""
    text = source.text
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    stop = text.find("\n", start)
    end = min(end, stop) if stop >= 0 else end
    return SourcePlace(source, Span(line, column, line, column + max(end - start, 1)))


def _explain(text: str, at: int, said: str) -> _Finding:
    if said.startswith("Invalid control character"):
        if text[at] == "\n":
            start = text.rfind('"', 0, at)
            return _Finding(start, "this text is not closed in its line", 'close it with `"`')
        return _Finding(at, "a tab or another control character stands in a text", "write `\\t`")
    before, here = text[:at].rstrip(), text[at:].lstrip()
    at += len(text[at:]) - len(here)
    sign = here[:1]
    word = match[0] if (match := _WORD.match(here)) else ""
    if said.startswith("Unterminated string"):
        return _Finding(at, "this text is not closed", 'close it with `"`')
    if not sign:
        return _unclosed(text)
    if here.startswith(("//", "/*", "#")):
        return _Finding(at, "JSON has no comments", "a YAML file may have them: `# …`", 2)
    if sign == "'":
        return _Finding(at, "JSON has double quotes only", "write \"…\" instead of '…'")
    comma = at if sign == "," and here[1:].lstrip()[:1] in ("}", "]") else len(before) - 1
    if text[comma : comma + 1] == "," and text[comma + 1 :].lstrip()[:1] in ("}", "]"):
        closing = text[comma + 1 :].lstrip()[0]
        return _Finding(comma, f"a comma stands before the closing `{closing}`", "delete it")
    if said.startswith("Expecting property name"):
        help = f'write `"{word}"`' if word else ""
        return _Finding(at, "a key in double quotes is needed here", help, max(len(word), 1))
    if said.startswith("Expecting ':'"):
        return _Finding(at, "a `:` is missing before this")
    if said.startswith("Expecting ','"):
        return _Finding(at, "a `,` is missing before this")
    if said.startswith("Expecting value"):
        if word in _PYTHON:
            return _Finding(at, f"`{word}` is Python", f"JSON has `{_PYTHON[word]}`", len(word))
        if word:
            help = f'text stands in double quotes: `"{word}"`' if word[0].isalpha() else ""
            return _Finding(at, f"`{word}` is not a value in JSON", help, len(word))
        return _Finding(at, "a value is missing here")
    if "escape" in said:
        return _Finding(at, "this escape does not exist", "a backslash itself is `\\\\`", 2)
    if said.startswith("Extra data"):
        return _Finding(at, "a second value begins here", "one file is one spec")
    return _Finding(at, said[:1].lower() + said[1:])


def _unclosed(text: str) -> _Finding:
    """The innermost bracket that is open at the end."""
    open: list[int] = []
    for match in _TOKEN.finditer(text):
        if match[0] in ("{", "["):
            open.append(match.start())
        elif match[0] in ("}", "]") and open:
            open.pop()
    if not open:
        return _Finding(max(len(text.rstrip()) - 1, 0), "the text ends too early")
    sign = text[open[-1]]
    closing = "}" if sign == "{" else "]"
    return _Finding(open[-1], f"this `{sign}` is not closed", f"write `{closing}` at its end")
