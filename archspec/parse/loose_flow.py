"""Lists and mappings in brackets, of a text that is not quite YAML."""

import re

from yaml.events import ScalarEvent

from archspec.diagnostics.spelling import did_you_mean
from archspec.parse.document import MAX_DEPTH
from archspec.parse.loose_brackets import CLOSING, FlowBrackets, Open
from archspec.parse.loose_formulas import end_of_lists
from archspec.parse.loose_keys import find_dash
from archspec.parse.loose_scalars import QUOTED
from archspec.parse.slips import shorten

_TEXTS = ("source", "note", "title", "description")
"""Keys whose values are texts of people."""
_MISSING = re.compile(r"(.*\S)\s+([A-Za-z_]\w*)$")
CHOICE = re.compile(r"([^?:{}\[\]]+\S) *\? *([^?:{}\[\]]+) : *([^?:{}\[\]]+)")
"""A formula of C."""
_COLON = re.compile(r" *:(?=[\s,\[\]{}]|$)")
_QUOTED_COLON = re.compile(r" *:(?=[\s,\[\]{}\"']|\d|$)")
_SEMICOLON = re.compile(r" *(;) *(?=[\[{\"']|[^\s,;:\[\]{}]+ *[,}])")
"""A `;` behind a key: what follows it is a value."""
_BARE_COLON = re.compile(r" *:")
_TEMPLATE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class TooDeep(Exception):
    """Brackets are nested too deep."""


class FlowReader(FlowBrackets):
    """Reads from a bracket to the one that closes it."""

    def read(self, index: int, at: int, indent: int, virtual: bool = False) -> tuple[int, int]:
        """Read a collection; where it ends. A virtual one stands in braces that were left out."""
        self.index, self.at, self.indent, self.virtual = index, at, indent, virtual
        self.dashes = self.unclosed = self.resumed = False
        self.depth = 0
        if virtual:
            self.events.begin(False, self.row, at, flow=True)
            self._entries(Open("{", index, at, len(self.events.found) - 1), virtual=True)
        elif template := _TEMPLATE.match(self.text, at):
            self._template(template)
        else:
            self._collection()
        return self.index, self.at

    def _collection(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep
        sign = self.text[self.at]
        self.events.begin(sign == "[", self.row, self.at, flow=True)
        opened = Open(sign, self.index, self.at, len(self.events.found) - 1)
        self._advance(1)
        self._entries(opened)
        self.depth -= 1

    def _entries(self, opened: Open, virtual: bool = False) -> None:
        """The entries up to the closing bracket."""
        closing = CLOSING[opened.sign]
        is_list = opened.sign == "["
        comma = True  # one stood before, or none is needed
        while True:
            if not self._next(opened, virtual):
                whole = not comma and not self._lacks_value()
                self._finish(is_list)
                if not virtual:
                    self._tell_unclosed(opened, whole)
                if not whole:
                    self.events.make_hole(opened.begin)
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
            if not comma and not self.dashes and not self.resumed:
                self._missing_comma(opened)
            self.resumed = False
            comma = False
            if is_list and self._ends_before_key(opened):
                return
            self._entry(is_list)
            if self.unclosed:
                self._finish(is_list)
                if not virtual:
                    self._tell_unclosed(opened)
                return

    def _next(self, opened: Open, virtual: bool) -> bool:
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
                return False
            self.index += 1
            self.at = self.lines[self.index].start
            dash = find_dash(self.text, self.at)
            if dash:
                self._tell_dashes(opened)
                self.at = dash[0]
        return True

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
                self._list_or_formula()
            else:  # a collection as a key: what makes values of the events tells of it
                self._collection()
                if self._colon():
                    self._value()
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

    def _list_or_formula(self) -> None:
        """A collection, or a formula that begins with a list."""
        row, at = self.row, self.at
        end = end_of_lists(self.text, at)
        if end:
            self.events.scalar(self._formula(end), row, at, end)
        else:
            self._collection()

    def _quoted_key(self) -> str | None:
        """The text in quotes before a colon."""
        match = QUOTED.match(self.text, self.at)
        if match is None or not _QUOTED_COLON.match(self.text, match.end()):
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
        brace = re.compile(r" *(?=[\[{])").match(self.text, self.at)
        if brace and re.fullmatch(r"[A-Za-z_]\w*", token):
            self.at = brace.end()
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
        semicolon = _SEMICOLON.match(self.text, self.at)
        if semicolon and not is_list and re.fullmatch(r"[A-Za-z_]\w*", token):
            edit = self.slips.edit(row, self.at, semicolon.end(), ": ")
            fix = self.slips.fix(f"write `{token}: …`", edit)
            said = "a `;` stands where a `:` must"
            self.slips.add(row, semicolon.start(1), 1, said, fix, in_yaml=True)
            self.events.scalar(token, row, at, at + len(token))
            self._advance(semicolon.end() - self.at)
            self._value()
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
        return bool(_COLON.match(self.text, self.at))

    def _colon(self) -> bool:
        match = _BARE_COLON.match(self.text, self.at)
        if match is None:
            self.events.null()
            return False
        self._advance(match.end() - self.at)
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
            self._list_or_formula()
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
        key = self.events.found[-1]
        if type(key) is ScalarEvent and key.value in _TEXTS:
            end = re.compile(r"[^,}\]]*").match(self.text, at).end()  # type: ignore[union-attr]
            value = self.text[at:end].rstrip()
            edit = self.slips.edit(row, at, at + len(value), f'"{value}"')
            fix = self.slips.fix(f'quote the text: `"{shorten(value)}"`', edit)
            self.slips.add(
                row, self.text.index(":", at), 1, "a second `:` stands in this entry", fix
            )
            self._advance(at + len(value) - self.at)
            self.events.scalar(value, row, at, at + len(value), plain=False)
            return
        end = re.compile(r"[^,}\]]*").match(self.text, at).end()  # type: ignore[union-attr]
        chosen = CHOICE.fullmatch(self.text[at:end].rstrip())
        if chosen:
            self.choice(chosen, row, at)
            self._advance(at + len(chosen[0]) - self.at)
            return
        match = _MISSING.match(token)
        if match is None:
            colon = self.text.index(":", self.at)
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

    def choice(self, found: re.Match[str], row: int, at: int) -> None:
        """A value that other languages choose: ``a ? b : c``, which begins at a column."""
        condition, first, second = (part.strip() for part in found.groups())
        asked = condition.startswith("$(")
        if asked:
            condition, second = condition[2:], second.removesuffix(")")
        formula = f"{first} if {condition} else {second}"
        formula = f"$({formula})" if asked else formula
        stop = at + len(found[0])
        edit = self.slips.edit(row, at, stop, formula)
        fix = self.slips.fix(did_you_mean(shorten(formula)), edit)
        message = "`?` and `:` choose in other languages"
        self.slips.add(row, at + found[0].index("?"), 1, message, fix)
        self.events.scalar(formula, row, at, stop)
