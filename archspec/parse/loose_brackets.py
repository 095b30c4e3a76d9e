"""What is wrong with the brackets and commas of a text that is not quite YAML."""

import re
from itertools import islice
from typing import NamedTuple

from yaml.events import ScalarEvent

from archspec.diagnostics.fixes import Fix
from archspec.parse.loose_keys import find_dash, find_key
from archspec.parse.loose_lines import Line
from archspec.parse.loose_scalars import OPEN_QUOTE, FlowScalars

_KEY = re.compile(r"[A-Za-z_]\w*\s*:(?=\s|$)")
CLOSING = {"[": "]", "{": "}"}


class Open(NamedTuple):
    """A bracket that is not closed yet."""

    sign: str
    line: int
    """The index of its line."""
    at: int
    begin: int
    """Where its events begin."""


class FlowBrackets(FlowScalars):
    """Says which bracket is not closed, which one closes nothing, and where a comma is missing."""

    def _ends_before_key(self, opened: Open) -> bool:
        """Whether a list is not closed before a key of the mapping around it; tells it."""
        events = self.events.found
        if self.depth < 2 or type(events[-1]) is not ScalarEvent or opened.line != self.index:
            return False
        if not _KEY.match(self.text, self.at):
            return False
        balance = 0
        for sign in islice(self.text, self.at, None):
            balance += (sign in "[{") - (sign in "]}")
            if balance < 0:
                if sign == "]":
                    return False
                break
        comma = self.text.rindex(",", 0, self.at)
        end = len(self.text[:comma].rstrip())
        fix = self.slips.fix("write `]` before it", self.slips.edit(self.row, end, end, "]"))
        message = f"this `[` is not closed before `{self.text[self.at :].split(':')[0].strip()}`"
        self.slips.add(self.row, opened.at, 1, message, fix)
        self.events.end(True, self.row, end)
        self.resumed = True
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

    def _tell_unclosed(self, opened: Open, whole: bool = True) -> None:
        """Say which bracket is open; those around it are open too, and closed by the same mend."""
        closing = CLOSING[opened.sign]
        index, at = self.end
        first = not self.unclosed and not self._ends_in_open_quote(index)
        self.unclosed = True
        if not first:
            number = self._slip_of_unclosed()
            if number is None:
                return
            slip = self.slips.found[number]
            fix = slip.help[0]
            assert not isinstance(fix, str)
            closing = fix.edits[0].value + closing
            edits = (fix.edits[0]._replace(value=closing),)
            fix = fix._replace(message=f"write `{closing}` at its end", edits=edits)
            self.slips.found[number] = slip._replace(help=(fix, *slip.help[1:]))
            return
        row, end = self.lines[index].row, self._content_end(index, at)
        line = self.lines[opened.line]
        if first and self._is_closed_by_parenthesis(opened.sign):
            return
        fix = self.slips.fix(
            f"write `{closing}` at its end",
            self.slips.edit(row, end, end, closing),
            certain=whole,
        )
        message = f"this `{opened.sign}` is not closed"
        rest = () if whole else ("the line breaks off: write the rest of it first",)
        fix = fix._replace(guess=not whole)
        self.slips.add(line.row, opened.at, 1, message, fix, *rest)

    def _lacks_value(self) -> bool:
        """Whether the last entry of a mapping is not whole."""
        last = self.events.found[-1]
        return type(last) is ScalarEvent and not last.value and last.implicit[0]

    def _ends_in_open_quote(self, index: int) -> bool:
        """Whether what was read last is a text whose quote is not closed in its line either."""
        slip = self.slips.found[-1] if self.slips.found else None
        if slip is None or slip.message != OPEN_QUOTE:
            return False
        row, end = self.lines[index].row, len(self.lines[index].text.rstrip())
        fix = slip.help[0]
        return isinstance(fix, Fix) and fix.edits[0].place == self.slips.place(row, end, end)

    def _slip_of_unclosed(self) -> int | None:
        """Which of the slips tells of the bracket that is not closed; others may have come since."""
        for number in reversed(range(len(self.slips.found))):
            slip = self.slips.found[number]
            if slip.message.endswith("is not closed") and slip.help:
                return number
        return None

    def _content_end(self, index: int, at: int) -> int:
        text = self.lines[index].text.rstrip()
        return (
            len(text[:-1].rstrip()) if text.endswith(",") and at < len(text) else max(len(text), at)
        )

    def _wrong_closing(self, opened: Open, sign: str, closing: str) -> bool:
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
            if self._is_closed_by_parenthesis(opened.sign):
                self._finish(opened.sign == "[")
                return True
            edit = self.slips.edit(row, self.at, self.at, closing)
            fix = self.slips.fix(f"write `{closing}` before it", edit, certain=False)
            line = self.lines[opened.line]
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

    def _is_closed_by_parenthesis(self, sign: str) -> bool:
        """Whether a `)` stands where the bracket that closes `sign` must, so far unnoticed; tells it."""
        last = next((e for e in reversed(self.events.found) if type(e) is ScalarEvent), None)
        if last is None or not last.value.endswith(")") or "(" in last.value:
            return False
        index, end = self.end
        row, closing = self.lines[index].row, CLOSING[sign]
        if self.lines[index].text[end - 1] != ")":
            return False
        last.value = last.value[:-1].rstrip()
        fix = self.slips.fix(f"write `{closing}`", self.slips.edit(row, end - 1, end, closing))
        self.slips.add(row, end - 1, 1, f"this `)` does not close the `{sign}`", fix)
        return True

    def _surplus_comma(self) -> None:
        row, at = self.row, self.at
        fix = self.slips.fix("is there a `,` too many?", self.slips.edit(row, at, at + 1, ""))
        self.slips.add(row, at, 1, "a value is missing here", fix._replace(certain=False))
        self._advance(1)

    def _missing_comma(self, opened: Open) -> None:
        """Say that two entries stand side by side."""
        index, at = self.end
        row = self.lines[index].row
        closing = CLOSING[opened.sign]
        fix = self.slips.fix("write `,` before it", self.slips.edit(row, at, at, ","))
        self._tell_comma(closing, opened, self.at, self._width(), fix)

    def _tell_comma(self, closing: str, opened: Open, at: int, width: int, *help: object) -> None:
        message = f"a `,` or the closing `{closing}` is missing before this"
        notes: tuple[str, ...] = ()
        line = self.lines[opened.line]
        if line.row < self.row:
            notes = (f"the `{opened.sign}` stands in line {line.row + 1}",)
        self.slips.add(self.row, at, width, message, *help, notes=notes)  # type: ignore[arg-type]

    def _width(self) -> int:
        word = re.compile(r"\w+(?=\s*:)").match(self.text, self.at)
        return len(word[0]) if word else 1

    def _tell_dashes(self, opened: Open) -> None:
        """A list in brackets whose entries have dashes too."""
        if self.dashes:
            return
        self.dashes = True
        line = self.lines[opened.line]
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
