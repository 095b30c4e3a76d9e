"""Scalars in brackets, and texts in quotes, of a text that is not quite YAML."""

import re

from archspec.parse.loose_events import Events
from archspec.parse.loose_formulas import end_of_formula
from archspec.parse.loose_keys import find_dash
from archspec.parse.loose_lines import Line
from archspec.parse.slips import Slips, shorten

_PLAIN = re.compile(r"(?:[^\s,;\[\]{}:]|:(?![\s,\[\]{}]|$)| +(?![\s,;\[\]{}#:]|$))+")
QUOTED = re.compile(r"""\"((?:[^"\\]|\\.)*)\"|'((?:[^']|'')*)'""")
"""A text in quotes of one kind or the other."""
OPEN_QUOTE = "this quote is not closed"
_INDEX = re.compile(r"\[[^\[\]{},:]*\][^,\[\]{}:]*")
_ESCAPE = re.compile(r"\\(?![0abt\tnvfre \"/\\N_LPxuU\n])")


class FlowScalars:
    """A place in the lines of a text, and the scalar that begins there.

    A place is the index of a line and a column.
    """

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
        self.resumed = False
        """Whether a collection ended behind the comma that stands after it."""
        self.depth = 0

    @property
    def text(self) -> str:
        return self.lines[self.index].text

    @property
    def row(self) -> int:
        return self.lines[self.index].row

    def _token(self) -> str:
        """The plain text that begins here; with brackets that belong to a formula."""
        text, start = self.text, self.at
        match = _PLAIN.match(text, start)
        if match is None:
            return ""
        end = match.end()
        if text[end - 1] == "$" and text[end : end + 1] == "{":
            return self._dollar(start, end)
        index = end_of_formula(text, start, end) or self._index_of(text, start, end)
        if index:
            return self._formula(index)
        self.at = end
        self._mark()
        return text[start:end].rstrip()

    def _formula(self, end: int) -> str:
        """Tell of a formula with brackets that begins here, and needs quotes; gives it."""
        formula = self.text[self.at : end].rstrip()
        self._needs_quotes(formula, "a formula with brackets in it needs quotes here")
        return formula

    def _needs_quotes(self, value: str, message: str) -> None:
        start, end = self.at, self.at + len(value)
        edit = self.slips.edit(self.row, start, end, f'"{value}"')
        fix = self.slips.fix(f'write `"{value}"`', edit)
        self.slips.add(self.row, start, len(value), message, fix)
        self.at = end
        self._mark()

    def _index_of(self, text: str, start: int, end: int) -> int:
        """Where a formula ends that has an index, as in ``depths[i] + 1``; 0 if it has none."""
        found = 0
        while text[end : end + 1] == "[" and re.match(r"[\w)]", text[end - 1]):
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
        fixes = [self.slips.fix(help, edit)]
        if re.fullmatch(r"[^\W\d]\w*", formula):
            edit = self.slips.edit(self.row, at - 1, close + 1, f"${formula}")
            fixes.append(self.slips.fix(f"a text takes a parameter so: `${formula}`", edit))
        self.slips.add(self.row, at - 1, 2, message, *fixes)
        before = self.text[start : at - 1]
        self.at = close + 1
        after = _PLAIN.match(self.text, self.at)
        rest = after[0] if after else ""
        self.at += len(rest)
        self._mark()
        return (before + formula + rest).strip()

    def _collection(self) -> None:
        """A list or a mapping, of which a scalar is the anchor."""
        raise NotImplementedError

    def _scalar(self, token: str, row: int, at: int) -> None:
        end = at + len(token)
        if re.match(r"\*\w*\.", token):  # all rounds of a repeat
            self.at = at
            self._needs_quotes(token, "text that begins with `*` needs quotes")
            self.events.scalar(token, row, at, end)
        elif token[0] == "*" and re.fullmatch(r"\*[^\s]+", token):
            self.events.alias(token[1:], row, at, end)
        elif token[0] in "%@`|>":
            rest = token[1:].strip()
            share = token[0] == "%" and re.fullmatch(r"\d+(\.\d+)?", rest)
            meant = f"{float(rest) / 100:g}" if share else rest.rstrip("`")
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
        match = QUOTED.match(text, at)
        if match is None:
            self._unclosed_quote(in_flow, indent)
        elif (
            text[at] == "'"
            and text[match.end() : match.end() + 1].isalnum()
            and text.count("'", at) > 2
        ):
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
        until = end
        if in_flow and text[end - 1] in "\"'" and end - 1 > start:
            end -= 1
        if not in_flow:
            until = len(text)
        edit = self.slips.edit(row, end, until, sign)
        fix = self.slips.fix("close it with the same sign", edit)
        self.slips.add(row, start, 1, OPEN_QUOTE, fix)
        self.at = until
        self.events.scalar(text[start + 1 : end], row, start, end, plain=False)

    def _template(self, match: re.Match[str]) -> None:
        """``{{ x }}``, as templates have it."""
        row, meant = self.row, match[1]
        edit = self.slips.edit(row, match.start(), match.end(), meant)
        fix = self.slips.fix(f"a formula stands alone: `{meant}`", edit)
        self.slips.add(
            row, match.start(), 2, "`{{` does not begin a formula", fix, code="AS016", in_yaml=True
        )
        self.events.hole(row, match.start(), match.end())
        self._advance(len(match[0]))

    def _advance(self, count: int) -> None:
        self.at += count
        self._mark()

    def _mark(self) -> None:
        self.end = self.index, self.at


def _unescape(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\") if "\\" in text else text
