"""Texts, comments and places of a text that is not quite JSON."""

import re
from bisect import bisect_right
from typing import Any

from archspec.diagnostics.fixes import Edit
from archspec.diagnostics.sink import REPORTED
from archspec.parse.document import MAX_DIGITS, Marks, Position
from archspec.parse.slips import Slips
from archspec.parse.yaml_collections import At

_SPACE = re.compile(r"[ \t\n\r\f\v\xa0\u2000-\u200a\u3000]+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|$)|#[^\n]*", re.DOTALL)
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
SINGLE = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_CLOSED = re.compile(r'"\s*(?:[:,\]}]|$)', re.MULTILINE)
_CURLY = re.compile(r"[“”„]([^“”„\"\n]*)[“”\"]|[‘’]([^‘’'\n]*)[‘’']")
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")

ReadJson = tuple[Any, Marks]
"""A value, and where it stands."""


class _Habit:
    """A slip that is made again and again: one error, with one fix for all places."""

    def __init__(self, start: int, width: int, message: str, help: str) -> None:
        self.start, self.width, self.message, self.help = start, width, message, help
        self.edits: list[Edit] = []
        self.count = 0


class JsonTexts:
    """A place in a text, and the string that begins there."""

    def __init__(self, slips: Slips) -> None:
        self.slips = slips
        self.text = slips.text
        self.at = 0
        self.end = 0
        """Where the last thing that was read ends."""
        self.depth = 0
        self.around: list[str] = []
        """The brackets that are open."""
        self.habits: dict[str, _Habit] = {}
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def _place(self, at: int) -> tuple[int, int]:
        row = bisect_right(self.starts, at) - 1
        return row, at - self.starts[row]

    def _add(self, at: int, width: int, message: str, *help: Any, code: str = "") -> None:
        row, column = self._place(min(at, max(len(self.text) - 1, 0)))
        self.slips.add(row, column, width, message, *help, code=code)

    def _edit(self, start: int, end: int, text: str) -> Edit:
        row, column = self._place(start)
        last, until = self._place(end)
        return self.slips.edit(row, column, until, text, last)

    def _fix(self, message: str, start: int, end: int, text: str, certain: bool = True) -> Any:
        return self.slips.fix(message, self._edit(start, end, text), certain=certain)

    def _habit(
        self, kind: str, start: int, width: int, message: str, help: str, *edits: Edit
    ) -> None:
        habit = self.habits.get(kind)
        if habit is None:
            habit = self.habits[kind] = _Habit(start, width, message, help)
        habit.count += 1
        if habit.count <= 1000:
            habit.edits += edits

    def _position(self, start: int, end: int) -> Position:
        return At(*self._place(start)), At(*self._place(end))

    def _skip(self) -> None:
        """Go to the next sign; comments are passed over and noted."""
        while True:
            if match := _SPACE.match(self.text, self.at):
                self.at = match.end()
            match = _COMMENT.match(self.text, self.at)
            if match is None:
                return
            start = match.start()
            while start and self.text[start - 1] in " \t":
                start -= 1
            help = "leave it out; a YAML file may have comments: `# …`"
            edit = self._edit(start, match.end(), "")
            width = 1 if match[0][0] == "#" else 2
            self._habit("comment", self.at, width, "JSON has no comments", help, edit)
            self.at = match.end()

    def _sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def _done(self, value: Any, start: int, end: int) -> ReadJson:
        self.at = self.end = end
        return value, Marks(self._position(start, end))

    def _string(self) -> Any:
        """A text in quotes of any kind."""
        text, start = self.text, self.at
        sign = text[start]
        if sign == '"':
            match = STRING.match(text, start)
            if match is None or self._swallows(match):
                return self._unclosed_text(start)
            self.at = self.end = match.end()
            return self._unescaped(match[1], start + 1)
        match = (SINGLE if sign == "'" else _CURLY).match(text, start)
        if match is None:
            return self._unclosed_text(start)
        value = match[1] if match[1] is not None else match[2]
        meant = '"' + value.replace("\\'", "'").replace('"', '\\"') + '"'
        say = "write \"…\" instead of '…'" if sign == "'" else 'write `"`'
        what = "JSON has double quotes only" if sign == "'" else f"`{sign}` is not a quote in JSON"
        edit = self._edit(start, match.end(), meant)
        self._habit("single" if sign == "'" else "curly", start, 1, what, say, edit)
        self.at = self.end = match.end()
        return value.replace("\\'", "'")

    def _swallows(self, match: re.Match[str]) -> bool:
        """Whether a text goes to the quote that begins the next one: ``"archspec: 1, "input"``."""
        after = self.text[match.end() : match.end() + 1]
        return bool(re.match(r"\w", after)) and bool(re.search(r"[:,\[{]\s*$", match[1]))

    def _unclosed_text(self, start: int) -> str:
        text = self.text
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        found = re.compile(r"\s*(?:[:,]\s*(?=[\"\d\[{tfn-]|$)|[\]}]|$)", re.MULTILINE).search(
            text, start + 1, stop
        )
        end = found.start() if found else stop
        end = max(end, start + 1)
        sign = text[start]
        if text[end - 1] in "'\"" and end - 1 > start:
            end -= 1
            fix = self._fix('close it with `"`', end, end + 1, '"')
            value, self.at = text[start + 1 : end], end + 1
        else:
            fix = self._fix('close it with `"`', end, end, '"')
            value, self.at = text[start + 1 : end], end
        if sign != '"':
            edits = (self._edit(start, start + 1, '"'), *fix.edits)
            fix = self.slips.fix('put it into `"`', *edits)
        self.end = self.at
        self._add(start, 1, "this text is not closed in its line", fix)
        return value

    def _unescaped(self, raw: str, start: int) -> Any:
        """The text that stands for itself and its escapes."""
        import json

        tabs = re.search(r"[\x00-\x1f]", raw)
        if tabs:
            meant = json.dumps(tabs[0])[1:-1]
            at = start + tabs.start()
            fix = self._fix(f"write `{meant}`", at, at + 1, meant)
            self._add(at, 1, "a tab or another control character stands in a text", fix)
            raw = raw.replace(tabs[0], " ")
        if "\\" not in raw:
            return raw
        clean = _ESCAPE.sub("", raw)
        if "\\" in clean:
            at = next(
                m.start() for m in re.finditer(r"\\.", raw) if not _ESCAPE.match(raw, m.start())
            )
            fix = self._fix("a backslash itself is `\\\\`", start + at, start + at, "\\")
            self._add(start + at, 2, "this escape does not exist", fix)
            return REPORTED
        for match in _SURROGATE.finditer(raw):
            if not self._is_paired(raw, match):
                help = "a character beyond U+FFFF is a pair of escapes, or just itself"
                at = start + match.start()
                self._add(at, 6, f"`{match[0]}` stands for no character", help)
                return REPORTED
        return json.loads(f'"{raw}"', strict=False)

    def _is_paired(self, raw: str, match: re.Match[str]) -> bool:
        if match[0][3] in "89abAB":
            other = _SURROGATE.match(raw, match.end())
            return other is not None and other[0][3] not in "89abAB"
        before = _SURROGATE.match(raw, match.start() - 6) if match.start() >= 6 else None
        return before is not None and before[0][3] in "89abAB"

    def _lacks_quote(self, start: int, end: int) -> bool:
        """Whether a word has its second quote only; tells it, and passes over that."""
        if not _CLOSED.match(self.text, end):
            return False
        fix = self._fix('write `"` before it', start, start, '"')
        self._add(start, end - start, "this text has no quote at its beginning", fix)
        self.at = self.end = end + 1
        return True


def number_of(word: str) -> str:
    """A number in JSON's writing; empty if the word is none."""
    if re.fullmatch(r"[-+]?\d[\d_]*", word):
        digits = word.replace("_", "").lstrip("+")
        return str(int(digits)) if len(digits) <= MAX_DIGITS else ""
    if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", word) and len(word) <= MAX_DIGITS:
        return repr(float(word))
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+", word) and len(word) <= MAX_DIGITS:
        return str(int(word, 0))
    if re.fullmatch(r"\d+(\.\d+)?%", word) and len(word) <= MAX_DIGITS:
        return f"{float(word[:-1]) / 100:g}"
    return ""
