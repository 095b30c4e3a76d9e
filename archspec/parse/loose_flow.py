"""Lists and mappings in brackets, of a text that is not quite YAML."""

import re
from typing import NamedTuple

from yaml.events import ScalarEvent

from archspec.parse.document import MAX_DEPTH
from archspec.parse.loose_events import Events
from archspec.parse.loose_keys import find_dash, find_key
from archspec.parse.loose_lines import Line
from archspec.parse.slips import Slips, shorten

_CLOSING = {"[": "]", "{": "}"}
_PLAIN = re.compile(r"(?:[^\s,;\[\]{}:]|:(?![\s,\[\]{}]|$)| +(?![\s,;\[\]{}#:]|$))+")
_QUOTED = re.compile(r"""\"((?:[^"\\]|\\.)*)\"|'((?:[^']|'')*)'""")
_MISSING = re.compile(r"(.*\S)\s+([A-Za-z_]\w*)$")
_TEMPLATE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_INDEX = re.compile(r"\[[^\[\]{},:]*\][^,\[\]{}:]*")
_ESCAPE = re.compile(r"\\(?![0abt\tnvfre \"/\\N_LPxuU\n])")


class TooDeep(Exception):
    """Brackets are nested too deep."""


class _Open(NamedTuple):
    """A bracket that is not closed yet."""

    sign: str
    index: int
    at: int
    begin: int
    """Where its events begin."""


class FlowReader:
    """Reads from a bracket to the one that closes it; a place is the index of a line and a column."""

    def __init__(self, lines: list[Line], slips: Slips, events: Events) -> None:
        self.lines = lines
        self.slips = slips
        self.events = events
        self.index = 0
        self.at = 0
        self.indent = 0
        self.end: tuple[int, int] = (0, 0)
        """Where the last thing that was read ends."""
        self.virtual = False
        self.dashes = False
        self.unclosed = False
        self.depth = 0

    @property
    def text(self) -> str:
        return self.lines[self.index].text

    @property
    def row(self) -> int:
        return self.lines[self.index].row

    def read(self, index: int, at: int, indent: int, virtual: bool = False) -> tuple[int, int]:
        """Read a collection; where it ends. A virtual one stands in braces that were left out."""
        self.index, self.at, self.indent, self.virtual = index, at, indent, virtual
        self.dashes = self.unclosed = False
        self.depth = 0
        if virtual:
            self.events.begin(False, self.row, at, flow=True)
            self._entries(_Open("{", index, at, len(self.events.found) - 1), virtual=True)
        elif template := _TEMPLATE.match(self.text, at):
            self._template(template)
        else:
            self._collection()
        return self.index, self.at

    # --- collections ---

    def _collection(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep
        sign = self.text[self.at]
        self.events.begin(sign == "[", self.row, self.at, flow=True)
        opened = _Open(sign, self.index, self.at, len(self.events.found) - 1)
        self._advance(1)
        self._entries(opened)
        self.depth -= 1

    def _entries(self, opened: _Open, virtual: bool = False) -> None:
        """The entries up to the closing bracket."""
        closing = _CLOSING[opened.sign]
        is_list = opened.sign == "["
        comma = True  # one stood before, or none is needed
        while True:
            if not self._next(opened, virtual):
                return
            sign = self.text[self.at]
            if sign == closing and not virtual:
                self._advance(1)
                self.events.end(is_list, self.row, self.at)
                return
            if sign in "]}" or (sign == ")" and is_list):
                if self._wrong_closing(opened, sign, closing):
                    return
                continue
            if sign == ";" and not comma:
                edit = self.slips.edit(self.row, self.at, self.at + 1, ",")
                fix = self.slips.fix("write `,`", edit)
                said = "a `;` stands where a `,` must"
                self.slips.add(self.row, self.at, 1, said, fix, in_yaml=True)
                self._advance(1)
                comma = True
                continue
            if sign == ",":
                if comma:
                    self._surplus_comma()
                else:
                    self._advance(1)
                comma = True
                continue
            if not comma and not self.dashes:
                self._missing_comma(opened)
            comma = False
            self._entry(is_list)
            if self.unclosed:
                self._finish(is_list)
                if not virtual:
                    self._tell_unclosed(opened)
                return

    def _next(self, opened: _Open, virtual: bool) -> bool:
        """Go to the next sign, perhaps in another line; False if the collection has ended."""
        while self.at >= len(self.text) or self.text[self.at] in " \t":
            if self.at < len(self.text):
                self.at += 1
                continue
            if virtual or self.index + 1 >= len(self.lines):
                ended = True
            else:
                ended = self._is_outside(self.lines[self.index + 1])
            if ended:
                self._finish(opened.sign == "[")
                if not virtual:
                    self._tell_unclosed(opened)
                return False
            self.index += 1
            self.at = self.lines[self.index].start
            dash = find_dash(self.text, self.at)
            if dash:
                self._tell_dashes(opened)
                self.at = dash[0]
        return True

    def _is_outside(self, line: Line) -> bool:
        """Whether a line is not in the brackets any more."""
        if line.indent > self.indent:
            return False
        content = line.text[line.start :]
        if content[0] in "]},":
            return False
        return bool(
            find_dash(line.text, line.start) or find_key(line.text, line.start, False, False)
        )

    def _finish(self, is_list: bool) -> None:
        index, at = self.end
        self.events.end(is_list, self.lines[index].row, at)

    def _tell_unclosed(self, opened: _Open) -> None:
        """Say which bracket is open; those around it are open too, and closed by the same mend."""
        closing = _CLOSING[opened.sign]
        index, at = self.end
        first = not self.unclosed
        self.unclosed = True
        if not first:
            slip = self.slips.found.pop()
            fix = slip.help[0]
            assert not isinstance(fix, str)
            closing = fix.edits[0].value + closing
        row, end = self.lines[index].row, self._content_end(index, at)
        line = self.lines[opened.index]
        last = next((e for e in reversed(self.events.found) if type(e) is ScalarEvent), None)
        if first and last and last.value.endswith(")") and "(" not in last.value:
            last.value = last.value[:-1].rstrip()
            fix = self.slips.fix(f"write `{closing}`", self.slips.edit(row, end - 1, end, closing))
            message = f"this `)` does not close the `{opened.sign}`"
            self.slips.add(row, end - 1, 1, message, fix)
            return
        fix = self.slips.fix(
            f"write `{closing}` at its end", self.slips.edit(row, end, end, closing)
        )
        message = f"this `{opened.sign}` is not closed"
        self.slips.add(line.row, opened.at, 1, message, fix)

    def _content_end(self, index: int, at: int) -> int:
        text = self.lines[index].text.rstrip()
        return (
            len(text[:-1].rstrip()) if text.endswith(",") and at < len(text) else max(len(text), at)
        )

    def _wrong_closing(self, opened: _Open, sign: str, closing: str) -> bool:
        """A bracket of the other kind: it stands for the right one, or that is missing before it."""
        row = self.row
        rest = self.text[self.at :]
        if re.match(rf".\s*{re.escape(closing)}", rest) and (self.depth < 2 or sign == closing):
            fix = self.slips.fix("leave it out", self.slips.edit(row, self.at, self.at + 1, ""))
            self.slips.add(row, self.at, 1, f"this `{sign}` closes nothing", fix)
            self.at += 1
            return False
        outer = sign != ")" and self.depth > 1
        surplus = sum(rest.count(c) for c in "]}") - sum(rest.count(c) for c in "[{")
        if outer and surplus < self.depth:
            edit = self.slips.edit(row, self.at, self.at, closing)
            fix = self.slips.fix(f"write `{closing}` before it", edit, certain=False)
            line = self.lines[opened.index]
            message = f"this `{opened.sign}` is not closed before the `{sign}`"
            self.slips.add(line.row, opened.at, 1, message, fix)
            self._finish(opened.sign == "[")
            if opened.sign == "[":
                self.events.make_hole(opened.begin)
            return True
        fix = self.slips.fix(
            f"write `{closing}`", self.slips.edit(row, self.at, self.at + 1, closing)
        )
        message = f"this `{sign}` does not close the `{opened.sign}`"
        self.slips.add(row, self.at, 1, message, fix)
        self._advance(1)
        self.events.end(opened.sign == "[", row, self.at)
        return True

    def _surplus_comma(self) -> None:
        row, at = self.row, self.at
        fix = self.slips.fix("is there a `,` too many?", self.slips.edit(row, at, at + 1, ""))
        self.slips.add(row, at, 1, "a value is missing here", fix._replace(certain=False))
        self._advance(1)

    def _missing_comma(self, opened: _Open) -> None:
        """Say that two entries stand side by side."""
        index, at = self.end
        row = self.lines[index].row
        closing = _CLOSING[opened.sign]
        fix = self.slips.fix("write `,` before it", self.slips.edit(row, at, at, ","))
        self._tell_comma(closing, opened, self.at, self._width(), fix)

    def _tell_comma(self, closing: str, opened: _Open, at: int, width: int, *help: object) -> None:
        message = f"a `,` or the closing `{closing}` is missing before this"
        notes: tuple[str, ...] = ()
        line = self.lines[opened.index]
        if line.row < self.row:
            notes = (f"the `{opened.sign}` stands in line {line.row + 1}",)
        self.slips.add(self.row, at, width, message, *help, notes=notes)  # type: ignore[arg-type]

    def _width(self) -> int:
        word = re.compile(r"\w+(?=\s*:)").match(self.text, self.at)
        return len(word[0]) if word else 1

    def _tell_dashes(self, opened: _Open) -> None:
        """A list in brackets whose entries have dashes too."""
        if self.dashes:
            return
        self.dashes = True
        line = self.lines[opened.index]
        message = "an entry of a list in brackets has no `-` before it"
        last = next(
            (b for b in self.lines[self.index :] if b.text[b.start :] in ("]", "],", "}")), None
        )
        help = []
        if opened.at == len(line.text) - 1 and last is not None:
            edits = (
                self.slips.edit(line.row, opened.at, opened.at + 1, ""),
                self.slips.edit(last.row, last.start, len(last.text), ""),
            )
            help.append(self.slips.fix("leave the brackets out", *edits, certain=False))
        self.slips.add(self.row, self.at, 1, message, *help)

    # --- entries ---

    def _entry(self, is_list: bool) -> None:
        """A value, or a key and its value."""
        begin = len(self.events.found)
        index, at = self.index, self.at
        sign = self.text[at]
        if template := _TEMPLATE.match(self.text, at):
            self._template(template)
            return
        if sign in "[{":
            if is_list:
                self._collection()
            else:  # a collection as a key: what makes values of the events tells of it
                self._collection()
                self._colon() and self._value()
            return
        if sign in "\"'":
            start = self.at
            text = self._quoted_key()
            if text is not None:
                self._pair(is_list, text, index, start, False, begin)
                return
            self.index, self.at = self.quoted(self.index, self.at, self.indent, in_flow=True)
            self._mark()
            if not is_list:
                self.events.null()
            return
        self._plain_entry(is_list, begin)

    def _quoted_key(self) -> str | None:
        """The text in quotes before a colon."""
        match = _QUOTED.match(self.text, self.at)
        if match is None or not re.match(r" *:(?=[\s,\[\]{}\"']|\d|$)", self.text[match.end() :]):
            return None
        self.at = match.end()
        self._mark()
        return match[1] if match[1] is not None else match[2]

    def _plain_entry(self, is_list: bool, begin: int) -> None:
        at, row = self.at, self.row
        token = self._token()
        if not token:
            self._advance(1)
            self.slips.add(row, at, 1, f"a value cannot begin with `{self.text[at]}`")
            self.events.hole(row, at, at + 1)
            if not is_list:
                self.events.hole(row, at, at + 1)
            return
        if self.text[self.at : self.at + 1] in ("{", "[") and re.fullmatch(r"[A-Za-z_]\w*", token):
            edit = self.slips.edit(row, at + len(token), self.at, ": ")
            fix = self.slips.fix(f"write `{token}: {self.text[self.at]}…`", edit)
            said = f"there is no `:` after `{token}`"
            self.slips.add(row, at, len(token), said, fix, in_yaml=True)
            self._open_pair(is_list, row, at)
            self.events.scalar(token, row, at, at + len(token))
            self._collection()
            self._close_pair(is_list)
            return
        if self._at_colon():
            self._pair(is_list, token, self.index, at, True, begin)
            return
        self._scalar(token, row, at)
        if not is_list:
            self.events.null()

    def _pair(self, is_list: bool, key: str, index: int, at: int, plain: bool, begin: int) -> None:
        row = self.lines[index].row
        self._open_pair(is_list, row, at)
        self.events.scalar(key, row, at, self.at, plain)
        self._colon()
        self._value()
        self._close_pair(is_list)

    def _open_pair(self, is_list: bool, row: int, at: int) -> None:
        if is_list:
            self.events.begin(False, row, at, flow=True)

    def _close_pair(self, is_list: bool) -> None:
        if is_list:
            self._finish(False)

    def _at_colon(self) -> bool:
        return bool(re.match(r" *:(?=[\s,\[\]{}]|$)", self.text[self.at :]))

    def _colon(self) -> bool:
        match = re.match(r" *:", self.text[self.at :])
        if match is None:
            self.events.null()
            return False
        self._advance(match.end())
        return True

    def _value(self) -> None:
        """What stands behind a colon."""
        text = self.text
        while self.at < len(text) and text[self.at] in " \t":
            self.at += 1
        if self.at >= len(text) and self.index + 1 < len(self.lines):
            below = self.lines[self.index + 1]
            if below.text[below.start] in "[{\"'" and below.indent > self.indent:
                self.index, self.at = self.index + 1, below.start
        sign = self.text[self.at : self.at + 1]
        if sign in ("", ",", "]", "}"):
            self.events.null()
            return
        row, at = self.row, self.at
        if template := _TEMPLATE.match(self.text, at):
            self._template(template)
        elif sign in "[{":
            self._collection()
        elif sign in "\"'":
            self.index, self.at = self.quoted(self.index, self.at, self.indent, in_flow=True)
            self._mark()
        elif not (token := self._token()):
            self._advance(1)
            self.slips.add(row, at, 1, f"a value cannot begin with `{sign}`")
            self.events.hole(row, at, at + 1)
        elif self._at_colon():
            self._value_with_colon(token, row, at)
        else:
            self._scalar(token, row, at)

    def _value_with_colon(self, token: str, row: int, at: int) -> None:
        """A value that a colon follows: a comma is missing in it, or braces are."""
        match = _MISSING.match(token)
        if match is None:
            colon = self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip())
            message = "a second `:` stands in this entry"
            self.slips.add(row, colon, 1, message, "are braces missing around the arguments?")
            self._colon()
            count = len(self.events.found)
            self._value()
            del self.events.found[count:]
            self.events.hole(row, at, self.at)
            return
        value, key = match.groups()
        start = at + match.start(2)
        edit = self.slips.edit(row, at + match.end(1), start, ", ")
        fix = self.slips.fix(f"write `{value}, {key}`", edit)
        message = "a `,` or the closing `}` is missing before this"
        self.slips.add(row, start, len(key), message, fix)
        self._scalar(value, row, at)
        self.events.scalar(key, row, start, start + len(key))
        self._colon()
        self._value()

    def _template(self, match: re.Match[str]) -> None:
        """``{{ x }}``, as templates have it."""
        row, meant = self.row, match[1]
        edit = self.slips.edit(row, match.start(), match.end(), meant)
        fix = self.slips.fix(f"a formula stands alone: `{meant}`", edit)
        self.slips.add(
            row, match.start(), 2, "`{{` does not begin a formula", fix, code="AS016", in_yaml=True
        )
        self.events.scalar(meant, row, match.start(), match.end())
        self._advance(len(match[0]))

    # --- scalars ---

    def _token(self) -> str:
        """The plain text that begins here; with brackets that belong to a formula."""
        text, start = self.text, self.at
        match = _PLAIN.match(text, start)
        if match is None:
            return ""
        end = match.end()
        if text[end - 1] == "$" and text[end : end + 1] == "{":
            return self._dollar(start, end)
        if index := self._index_of(text, start, end):
            formula = text[start:index].rstrip()
            index = start + len(formula)
            edit = self.slips.edit(self.row, start, index, f'"{formula}"')
            fix = self.slips.fix(f'write `"{formula}"`', edit)
            message = "a formula with brackets in it needs quotes here"
            self.slips.add(self.row, start, len(formula), message, fix)
            end = index
        self.at = end
        self._mark()
        return text[start:end].rstrip()

    def _index_of(self, text: str, start: int, end: int) -> int:
        """Where a formula ends that has an index, as in ``depths[i] + 1``; 0 if it has none."""
        found = 0
        while text[end : end + 1] == "[" and re.match(r"\w", text[end - 1]):
            match = _INDEX.match(text, end)
            if match is None:
                break
            found = end = match.end()
        return found

    def _dollar(self, start: int, at: int) -> str:
        close = self.text.find("}", at)
        close = close if close >= 0 else len(self.text) - 1
        formula = self.text[at + 1 : close].strip()
        shown = formula or "64*width"
        help = f"a formula stands alone, without `${{}}`: `{shown}`; text has `$name`"
        edit = self.slips.edit(self.row, at - 1, close + 1, formula)
        message = "`${` does not begin a formula"
        self.slips.add(self.row, at - 1, 2, message, self.slips.fix(help, edit))
        before = self.text[start : at - 1]
        self.at = close + 1
        after = _PLAIN.match(self.text, self.at)
        rest = after[0] if after else ""
        self.at += len(rest)
        self._mark()
        return (before + formula + rest).strip()

    def _scalar(self, token: str, row: int, at: int) -> None:
        end = at + len(token)
        if token[0] == "*" and re.fullmatch(r"\*[^\s]+", token):
            self.events.alias(token[1:], row, at, end)
        elif token[0] in "%@`|>":
            rest = token[1:].strip()
            share = token[0] == "%" and re.fullmatch(r"\d+(\.\d+)?", rest)
            meant = f"{float(rest) / 100:g}" if share else rest
            fixes = []
            if meant:
                edit = self.slips.edit(row, at, end, meant)
                fixes.append(self.slips.fix(f"write `{meant}`", edit, certain=False))
            message = f"a value cannot begin with `{token[0]}`"
            self.slips.add(row, at, 1, message, *fixes)
            self.events.hole(row, at, end)
        elif token[0] in "&!":
            name, _, rest = token[1:].partition(" ")
            self.events.take_property(token[0], name)
            if rest.strip():
                self._scalar(rest.strip(), row, end - len(rest.strip()))
            elif self.text[self.at : self.at + 1] in ("[", "{"):
                self._collection()
            else:
                self.events.null()
        else:
            self.events.scalar(token, row, at, end)

    def quoted(self, index: int, at: int, indent: int, in_flow: bool) -> tuple[int, int]:
        """A text in quotes, or one whose quote is not closed; where it ends."""
        self.index, self.at = index, at
        text, row = self.text, self.row
        match = _QUOTED.match(text, at)
        if match is None:
            self._unclosed_quote(in_flow, indent)
        elif text[at] == "'" and re.match(r"\w", text[match.end() :]) and text.count("'", at) > 2:
            self._apostrophe(at, in_flow)
        else:
            value = match[1] if match[1] is not None else match[2].replace("''", "'")
            escape = _ESCAPE.search(match[1]) if match[1] is not None else None
            if escape:
                column = at + 1 + escape.start()
                help = "in double quotes `\\` begins an escape: use single quotes for plain text"
                single = "'" + value.replace("'", "''") + "'"
                fix = self.slips.fix(help, self.slips.edit(row, at, match.end(), single))
                self.slips.add(row, column, 2, "this escape does not exist", fix)
            self.at = match.end()
            self.events.scalar(_unescape(value), row, at, self.at, plain=False)
        self._mark()
        return self.index, self.at

    def _apostrophe(self, at: int, in_flow: bool) -> None:
        """``'it's'``: a text in single quotes that has one in it."""
        text, row = self.text, self.row
        last = re.compile(r"'(?=\s*(?:[,\]}]|$))" if in_flow else r"'(?=\s*$)").search(text, at + 1)
        end = last.end() if last else len(text)
        value = text[at + 1 : end].removesuffix("'")
        meant = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        inside = text.index("'", at + 1)
        fix = self.slips.fix(f"write `{shorten(meant)}`", self.slips.edit(row, at, end, meant))
        self.slips.add(row, inside, 1, "this quote closes the text too early", fix)
        self.at = end
        self.events.scalar(value, row, at, end, plain=False)

    def _unclosed_quote(self, in_flow: bool, indent: int) -> None:
        """A quote that is not closed in its line, nor in lines that belong to it."""
        text, row, start, sign = self.text, self.row, self.at, self.text[self.at]
        for index in range(self.index + 1, min(self.index + 50, len(self.lines))):
            line = self.lines[index]
            content = line.text[line.start :]
            if line.indent <= indent or find_dash(line.text, line.start):
                break
            if re.match(r"[\"']?\w+[\"']?: ", content):
                break
            if sign in content:
                end = line.text.index(sign, line.start) + 1
                self.index, self.at = index, end
                self.events.scalar(text[start + 1 :], row, start, len(text), plain=False)
                return
        end = len(text)
        if in_flow:
            found = re.compile(r"\s*(?:[,\]}]|$)").search(text, start + 1)
            end = found.start() if found else end
        elif text[end - 1] in "\"'" and end - 1 > start:
            end -= 1
        fix = self.slips.fix("close it with the same sign", self.slips.edit(row, end, end, sign))
        if not in_flow and end < len(text):
            edit = self.slips.edit(row, end, len(text), sign)
            fix = self.slips.fix("close it with the same sign", edit)
        self.slips.add(row, start, 1, "this quote is not closed", fix)
        self.at = end if in_flow else len(text)
        self.events.scalar(text[start + 1 : end], row, start, end, plain=False)

    # --- places ---

    def _advance(self, count: int) -> None:
        self.at += count
        self._mark()

    def _mark(self) -> None:
        self.end = self.index, self.at


def _unescape(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\") if "\\" in text else text
