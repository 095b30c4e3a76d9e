"""The loose way through JSON: what was meant by a text that is not quite JSON, and its slips.

Comments, single quotes, commas too many or too few, words of Python, brackets that are not closed:
each is taken note of, and the rest is read on.
"""

import re
from typing import Any

from archspec.diagnostics.sink import REPORTED
from archspec.parse.document import MAX_DEPTH, MAX_DIGITS, Marks, Position
from archspec.parse.json_brackets import CLOSING, WORD, JsonBrackets
from archspec.parse.json_texts import ReadJson, number_of
from archspec.parse.slips import shorten
from archspec.parse.yaml_collections import join

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.*/+%-])")
_BARE = re.compile(r"[^\s,:\[\]{}\"'](?:[^,:\[\]{}\"'\n#]*[^\s,:\[\]{}\"'#])?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_ELSEWHERE = {"True": "true", "False": "false", "None": "null", "nil": "null", "undefined": "null"}
_ELSEWHERE |= {"TRUE": "true", "FALSE": "false", "NULL": "null", "Null": "null"}


class TooDeep(Exception):
    """Collections are nested deeper than anyone means."""


class LooseJson(JsonBrackets):
    """Reads a text once, from its beginning to its end."""

    def read(self) -> ReadJson:
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

    def _value(self) -> ReadJson:
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

    def _bare(self, word: str, start: int) -> ReadJson:
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
        meant = number_of(word)
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

    def _call(self, start: int) -> ReadJson:
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

    def _collection(self, sign: str) -> ReadJson:
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

    def _array(self, start: int, sign: str) -> ReadJson:
        values: list[Any] = []
        marks: list[Marks] = []
        closing = CLOSING[sign]
        before = -1
        while True:
            self._skip()
            if self.at == before:
                break  # nothing more can be read here, which has been told
            before = self.at
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

    def _object(self, start: int) -> ReadJson:
        values: dict[str, Any] = {}
        marks: dict[str, Marks] = {}
        keys: dict[str, Position] = {}
        broken = False
        last = ""
        before = -1
        while True:
            self._skip()
            if self.at == before:
                break  # nothing more can be read here, which has been told
            before = self.at
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

    def _key(self) -> str | None:
        """The key that begins here; None if something else does, which is passed over."""
        start, sign = self.at, self._sign()
        if sign in "\"'“”„‘’":
            key = self._string()
            return key if isinstance(key, str) else None
        match = WORD.match(self.text, start)
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

    def _after_colon(self, key: str, at: int) -> ReadJson:
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

    def _value_or_hole(self, key: str) -> ReadJson:
        if self._sign() in (",", "}", "]", ""):
            at = max(self.at - 1, 0)
            self._add(self.at, 1, "a value is missing here", f'write `"{key}": value`')
            return REPORTED, Marks(self._position(at, self.at))
        return self._value()

    def _pair_in_list(self) -> ReadJson:
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
