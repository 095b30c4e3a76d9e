"""The loose way through JSON: what was meant by a text that is not quite JSON, and its slips.

Comments, single quotes, commas too many or too few, words of Python, brackets that are not closed:
each is taken note of, and the rest is read on.
"""

import re
from bisect import bisect_right
from typing import Any

from archspec.diagnostics.fixes import Edit
from archspec.diagnostics.sink import REPORTED
from archspec.parse.document import MAX_DEPTH, MAX_DIGITS, Marks, Position
from archspec.parse.slips import Slips, shorten
from archspec.parse.yaml_collections import At, join

_SPACE = re.compile(r"[ \t\n\r\f\v\xa0\u2000-\u200a\u3000]+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|$)|#[^\n]*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.*/+%-])")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_SINGLE = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_CURLY = re.compile(r"[“”„]([^“”„\"\n]*)[“”\"]|[‘’]([^‘’'\n]*)[‘’']")
_WORD = re.compile(r"[A-Za-z_$][\w$.-]*")
_BARE = re.compile(r"[^\s,:\[\]{}\"'](?:[^,:\[\]{}\"'\n#]*[^\s,:\[\]{}\"'#])?")
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_ELSEWHERE = {"True": "true", "False": "false", "None": "null", "nil": "null", "undefined": "null"}
_ELSEWHERE |= {"TRUE": "true", "FALSE": "false", "NULL": "null", "Null": "null"}
_CLOSING = {"{": "}", "[": "]", "(": ")"}

_Read = tuple[Any, Marks]


class TooDeep(Exception):
    """Collections are nested deeper than anyone means."""


class _Habit:
    """A slip that is made again and again: one error, with one fix for all places."""

    def __init__(self, start: int, width: int, message: str, help: str) -> None:
        self.start, self.width, self.message, self.help = start, width, message, help
        self.edits: list[Edit] = []
        self.count = 0


class LooseJson:
    """Reads a text once, from its beginning to its end."""

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

    def read(self) -> _Read:
        """The value and its marks.

        Raises:
            TooDeep: collections are nested too deep.
            TooManySlips: it is hardly meant to be JSON.
        """
        self._skip()
        found = self._value()
        self._skip()
        rest = self.text[self.at :].strip()
        if rest:
            end = len(self.text.rstrip())
            if not rest.strip("]}); ,\n"):
                message = f"this `{shorten(rest)}` closes nothing"
                self._add(self.at, 1, message, self._fix("leave it out", self.at, end, ""))
            else:
                self._add(self.at, 1, "a second value begins here", "one file is one spec")
        for habit in self.habits.values():
            row, column = self._place(habit.start)
            notes = (f"{habit.count:,} are such",) if habit.count > 1 else ()
            fix = self.slips.fix(habit.help, *habit.edits)
            self.slips.add(row, column, habit.width, habit.message, fix, notes=notes)
        return found

    # --- what is told ---

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

    # --- reading ---

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

    def _done(self, value: Any, start: int, end: int) -> _Read:
        self.at = self.end = end
        return value, Marks(self._position(start, end))

    def _value(self) -> _Read:
        if dash := re.compile(r"-\s+").match(self.text, self.at):
            edit = self._edit(self.at, dash.end(), "")
            self._habit("dash", self.at, 1, "JSON has no dashes", "leave it out", edit)
            self.at = dash.end()
        start, sign = self.at, self._sign()
        if sign in ("{", "[", "("):
            return self._collection(sign)
        if sign in ('"', "'") or (sign and sign in "“”„‘’"):
            return self._done(self._string(), start, self.at)
        match = _NUMBER.match(self.text, start)
        if match:
            if len(match[0]) > MAX_DIGITS:
                message = f"a number with {len(match[0]):,} characters is too long"
                self._add(start, len(match[0]), message, code="AS017")
                return self._done(REPORTED, start, match.end())
            whole = re.fullmatch(r"-?[0-9]+", match[0])
            return self._done(int(match[0]) if whole else float(match[0]), start, match.end())
        match = _BARE.match(self.text, start)
        if match is None:
            self._add(start, 1, "a value is missing here" if sign else "the text ends too early")
            return self._done(REPORTED, start, start)
        return self._bare(match[0].rstrip(), start)

    def _bare(self, word: str, start: int) -> _Read:
        """A word without quotes, or a number in another writing."""
        end = start + len(word)
        if word in _WORDS:
            return self._done(_WORDS[word], start, end)
        if word in _ELSEWHERE:
            meant = _ELSEWHERE[word]
            edit = self._edit(start, end, meant)
            said = f"`{word}` is Python" if word in ("True", "False", "None") else ""
            said = said or f"`{word}` is not a value in JSON"
            self._habit(word, start, len(word), said, f"JSON has `{meant}`", edit)
            return self._done(_WORDS[meant], start, end)
        if word in ("NaN", "Infinity", "-Infinity"):
            self._add(start, len(word), f"{word} is not a number in JSON")
            return self._done(REPORTED, start, end)
        meant = _number(word)
        if meant:
            fix = self._fix(f"write `{meant}`", start, end, meant)
            self._add(start, len(word), f"`{word}` is not a number in JSON", fix)
            return self._done(REPORTED, start, end)
        if self._lacks_quote(start, end):
            return self._done(word, start, self.at)
        quoted = '"' + word.replace("\\", "\\\\") + '"'
        if word[0].isalpha() or word[0] in "$_" or re.match(r"[\d(].*[*+/a-z-]", word):
            if "(" in word and ")" not in word:
                return self._call(start)
            help = self._fix(f"text stands in double quotes: `{quoted}`", start, end, quoted)
            self._add(start, len(word), f"`{word}` is not a value in JSON", help)
            return self._done(word, start, end)
        self._add(start, len(word), f"`{shorten(word)}` is not a value in JSON")
        return self._done(REPORTED, start, end)

    def _call(self, start: int) -> _Read:
        """``max(8, width)``: a formula with a comma, without quotes."""
        depth, end = 0, start
        while end < len(self.text) and self.text[end] not in "\n{}\"'":
            depth += {"(": 1, ")": -1}.get(self.text[end], 0)
            end += 1
            if not depth and self.text[end - 1] == ")":
                break
        word = self.text[start:end]
        help = self._fix(f'text stands in double quotes: `"{word}"`', start, end, f'"{word}"')
        self._add(start, len(word), f"`{word}` is not a value in JSON", help)
        return self._done(word, start, end)

    def _string(self) -> str:
        """A text in quotes of any kind."""
        text, start = self.text, self.at
        sign = text[start]
        if sign == '"':
            match = _STRING.match(text, start)
            if match is None or self._swallows(match):
                return self._unclosed_text(start)
            self.at = self.end = match.end()
            return self._unescaped(match[1], start + 1)
        match = (_SINGLE if sign == "'" else _CURLY).match(text, start)
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

    # --- collections ---

    def _collection(self, sign: str) -> _Read:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep
        self.around.append(sign)
        start = self.at
        self.at = self.end = start + 1
        found = self._object(start) if sign == "{" else self._array(start, sign)
        self.around.pop()
        self.depth -= 1
        return found

    def _array(self, start: int, sign: str) -> _Read:
        values: list[Any] = []
        marks: list[Marks] = []
        closing = _CLOSING[sign]
        while True:
            self._skip()
            if self._ends(start, closing, bool(values)):
                break
            if values and (self._begins_key() or self._is_open(start)):
                self._not_closed(start, closing)
                break
            if self._begins_key():
                value, mark = self._pair_in_list()
            else:
                value, mark = self._value()
            values.append(value)
            marks.append(mark)
            if self._separate(closing):
                continue
        if sign == "(":
            edits = self._edit(start, start + 1, "["), self._edit(self.end - 1, self.end, "]")
            fix = self.slips.fix("a list stands in brackets", *edits)
            self._add(start, 1, "JSON has no tuples in `(…)`", fix)
        return values, Marks(self._position(start, self.end), marks)

    def _object(self, start: int) -> _Read:
        values: dict[str, Any] = {}
        marks: dict[str, Marks] = {}
        keys: dict[str, Position] = {}
        broken = False
        last = ""
        while True:
            self._skip()
            if self._ends(start, "}", bool(values)):
                break
            entry = self._sign() in ("{", "[") or self._is_entry_of_list()
            if values and (entry or self._is_open(start)):
                self._not_closed(start, "}")
                break
            if last and (self._is_list(marks[last]) or self._is_fraction(values[last])):
                values[last] = REPORTED
                self._separate("}")
                continue
            at = self.at
            key = self._key()
            if key is None:
                broken = True
                continue
            position = self._position(at, self.end)
            self._skip()
            value, mark = self._after_colon(key, at)
            if key in values:
                line = keys[key][0].line + 1
                said = f"`{key}` stands twice here; first in line {line}"
                width = position[1].column - position[0].column
                self._add(at, width, said, *self._without(at, values[key] == value), code="AS012")
                value, mark, _ = join((values[key], marks[key], 0), (value, mark, 0))
            else:
                keys[key] = position
            values[key], marks[key], last = value, mark, key
            self._separate("}")
        mark = Marks(self._position(start, self.end), marks, keys)
        return (REPORTED if broken and self.depth > 1 else values), mark

    def _without(self, at: int, same: bool) -> tuple[Any, ...]:
        comma = len(self.text[:at].rstrip()) - 1
        if comma < 0 or self.text[comma] != ",":
            return ()
        message = "leave this one out, if the first one is meant"
        return (self._fix(message, comma, self.end, "", certain=same),)

    def _key(self) -> str | None:
        """The key that begins here; None if something else does, which is passed over."""
        start, sign = self.at, self._sign()
        if sign in "\"'“”„‘’":
            key = self._string()
            return key if isinstance(key, str) else None
        match = _WORD.match(self.text, start)
        if match is None:
            match = re.compile(r"\w+").match(self.text, start)
        if match is None:
            width = 1
            rest = re.compile(r"[^,\]}\n]*").match(self.text, start)
            self.at = self.end = max(rest.end() if rest else start + 1, start + 1)
            self._add(start, width, "a key in double quotes is needed here")
            return None
        word = match[0]
        self.at = self.end = match.end()
        if self._lacks_quote(start, match.end()):
            return word
        edit = self._edit(start, match.end(), f'"{word}"')
        said = "a key in double quotes is needed here"
        self._habit("key", start, len(word), said, f'write `"{word}"`', edit)
        return word

    def _lacks_quote(self, start: int, end: int) -> bool:
        """Whether a word has its second quote only; tells it, and passes over that."""
        if not re.match(r'"\s*(?:[:,\]}]|$)', self.text[end:], re.MULTILINE):
            return False
        fix = self._fix('write `"` before it', start, start, '"')
        self._add(start, end - start, "this text has no quote at its beginning", fix)
        self.at = self.end = end + 1
        return True

    def _after_colon(self, key: str, at: int) -> _Read:
        sign = self._sign()
        if sign == ":":
            self.at += 1
            if self._sign() == "=":
                fix = self._fix("write `:`", self.at, self.at + 1, "")
                self._add(self.at, 1, "a `=` stands behind the `:`", fix)
                self.at += 1
            self._skip()
            return self._value_or_hole(key)
        if match := re.compile(r"=>|=|：").match(self.text, self.at):
            fix = self._fix("write `:`", self.at, match.end(), ":")
            self._add(self.at, len(match[0]), f"a `:` must stand here, not `{match[0]}`", fix)
            self.at = match.end()
            self._skip()
            return self._value_or_hole(key)
        if sign in (",", "}", "]", ""):
            self._add(
                at, max(self.end - at, 1), f'`"{key}"` has no value', f'write `"{key}": value`'
            )
            return REPORTED, Marks(self._position(at, self.end))
        fix = self._fix("write `:` before it", self.end, self.end, ":")
        self._add(self.at, 1, "a `:` is missing before this", fix)
        return self._value_or_hole(key)

    def _value_or_hole(self, key: str) -> _Read:
        if self._sign() in (",", "}", "]", ""):
            at = max(self.at - 1, 0)
            self._add(self.at, 1, "a value is missing here", f'write `"{key}": value`')
            return REPORTED, Marks(self._position(at, self.at))
        return self._value()

    def _pair_in_list(self) -> _Read:
        """A key and its value in a list: braces are missing."""
        start = self.at
        key = self._key() or ""
        self._skip()
        value, mark = self._after_colon(key, start)
        edits = self._edit(start, start, "{"), self._edit(self.end, self.end, "}")
        fix = self.slips.fix("put it into braces", *edits)
        self._add(start, len(key) + 2, "a key stands in a list", fix)
        position = self._position(start, self.end)
        return {key: value}, Marks(position, {key: mark}, {key: position})

    def _begins_key(self) -> bool:
        match = _STRING.match(self.text, self.at) or _SINGLE.match(self.text, self.at)
        match = match or _WORD.match(self.text, self.at)
        return bool(match) and bool(
            re.match(r"\s*:(?!:)", self.text[match.end() : match.end() + 20])
        )

    def _is_list(self, before: Marks) -> bool:
        """Whether numbers and a closing bracket follow: a list lacks its first one; tells it."""
        match = re.compile(r"-?[\d.]+(?:\s*,\s*-?[\d.]+)*\s*\]").match(self.text, self.at)
        if match is None or before.items is not None:
            return False
        row, column = before.value[0].line, before.value[0].column
        begin = self.starts[row] + column
        fix = self._fix("write `[` before it", begin, begin, "[")
        self._add(match.end() - 1, 1, "this `]` closes nothing", fix)
        self.at = self.end = match.end()
        return True

    def _is_fraction(self, before: Any) -> bool:
        """Whether a number follows that belongs to the one before the comma; tells it."""
        match = re.compile(r"(\d+)\s*(?=[,}\]])").match(self.text, self.at)
        if match is None or type(before) is not int:
            return False
        first = len(self.text[: self.at].rstrip().rstrip(",").rstrip())
        begin = first - len(str(before))
        fraction, listed = f"{before}.{match[1]}", f"[{before}, {match[1]}]"
        end = self.at + len(match[1])
        point = self._fix(
            f"a fraction has a point: `{fraction}`", begin, end, fraction, before == 0
        )
        brackets = self._fix(f"a list stands in brackets: `{listed}`", begin, end, listed, False)
        spaced = " " in self.text[begin:end]
        help = (brackets, point) if spaced and before else (point, brackets)
        self._add(self.at, len(match[1]), f"`{match[1]}` is no key", *help)
        self.at = self.end = end
        return True

    def _ends(self, start: int, closing: str, some: bool) -> bool:
        """Whether a collection ends here, in the right way or not."""
        while True:
            sign = self._sign()
            if sign == closing:
                self.at = self.end = self.at + 1
                return True
            if not sign:
                self._not_closed(start, closing)
                return True
            if sign in "]})":
                opened, surplus = self.around[:-1], self._surplus()
                if surplus == len(self.around):
                    fix = self._fix("leave it out", self.at, self.at + 1, "")
                    self._add(self.at, 1, f"this `{sign}` closes nothing", fix)
                    self.at += 1
                    self._skip()
                    if self._sign() == ",":
                        self.at += 1
                        self._skip()
                    continue
                if surplus != len(opened) and any(_CLOSING[o] == sign for o in opened):
                    self._not_closed(start, closing)
                    return True
                message = f"this `{sign}` does not close the `{self.text[start]}`"
                fix = self._fix(f"write `{closing}`", self.at, self.at + 1, closing)
                self._add(self.at, 1, message, fix)
                self.at = self.end = self.at + 1
                return True
            if sign not in ",;":
                return False
            fix = self._fix("leave it out", self.at, self.at + 1, "")
            self._add(self.at, 1, "a value is missing here", fix._replace(certain=False))
            self.at += 1
            self._skip()

    def _not_closed(self, start: int, closing: str) -> None:
        """Say that a bracket is open; go back to the end of the last value in it.

        Brackets that are to be closed at the same place are one slip.
        """
        sign = self.text[start]
        at_end = not self._sign()
        if self.closed is not None and self.closed[0] == self.end:
            closing = self.closed[1] + closing
            start = self.closed[2]
            sign = self.text[start]
            self.slips.found.pop()
        self.closed = self.end, closing, start
        rest = self.text[self.end :].lstrip()[:1]
        comma = "," if rest and rest not in ",]})" else ""
        where = "at its end" if at_end else "behind its last value"
        text = closing + comma
        fix = self._fix(f"write `{text}` {where}", self.end, self.end, text)
        self._add(start, 1, f"this `{sign}` is not closed", fix)
        if not at_end:
            self.at = self.end
            self.resumed = bool(comma)

    closed: tuple[int, str, int] | None = None
    """Where brackets are missing, which ones, and where the first of those stands that are open."""
    resumed = False
    """Whether the comma that is missing next was told with a bracket."""

    def _is_open(self, start: int) -> bool:
        """Whether a collection ends before what begins here, going by the indentation."""
        if len(self.around) < 2:
            return False
        row, column = self._place(self.at)
        first, _ = self._place(start)
        line = self.text[self.starts[first] :]
        indent = len(line) - len(line.lstrip(" "))
        if row == first or self.text[self.starts[row] : self.at].strip() or indent == 0:
            return False
        return column <= indent

    def _is_entry_of_list(self) -> bool:
        """Whether a text is the next entry of a list around this mapping, and no key."""
        match = _STRING.match(self.text, self.at)
        return bool(
            match and "[" in self.around and re.match(r"\s*[,\]]", self.text[match.end() :])
        )

    def _surplus(self) -> int:
        """How many more brackets are closed than opened in what comes after this sign."""
        rest = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", self.text[self.at + 1 :])
        return sum(rest.count(c) for c in "]})") - sum(rest.count(c) for c in "[{(")

    def _separate(self, closing: str) -> bool:
        """Pass over the comma behind a value, and tell if it is missing or too much."""
        self._skip()
        sign = self._sign()
        if self.resumed and sign != ",":
            self.resumed = False
            return True
        if sign == ",":
            comma = self.at
            self.at += 1
            self._skip()
            if self._sign() == closing:
                fix = self._fix("leave it out", comma, comma + 1, "")
                message = f"a comma stands before the closing `{closing}`"
                self._add(comma, 1, message, fix)
            return True
        if sign in ("", "]", "}", ")"):
            return True
        if sign == ";" or sign == "，":
            fix = self._fix("write `,`", self.at, self.at + 1, ",")
            self._add(self.at, 1, f"a `{sign}` stands where a `,` must", fix)
            self.at += 1
            return True
        if sign == ":":
            self._add(self.at, 1, "a `:` cannot stand here")
            self.at += 1
            self._skip()
            self._value()
            return True
        if closing == "]" and self._begins_key():
            return True  # the list is not closed, which is told next
        fix = self._fix("write `,` before it", self.end, self.end, ",")
        self._add(self.at, 1, "a `,` is missing before this", fix)
        return True


def _number(word: str) -> str:
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
