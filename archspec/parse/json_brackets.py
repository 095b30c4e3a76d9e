"""What is wrong with the brackets of a text that is not quite JSON."""

import re
from typing import Any

from archspec.parse.document import Marks
from archspec.parse.json_texts import SINGLE, STRING, JsonTexts

WORD = re.compile(r"[A-Za-z_$][\w$.-]*")
_AFTER_ENTRY = re.compile(r"\s*[,\]]")
CLOSING = {"{": "}", "[": "]", "(": ")"}


class JsonBrackets(JsonTexts):
    """Says where a collection ends, in the right way or not."""

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
                if surplus != len(opened) and any(CLOSING[o] == sign for o in opened):
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
        match = STRING.match(self.text, self.at)
        return bool(match and "[" in self.around and _AFTER_ENTRY.match(self.text, match.end()))

    def _surplus(self) -> int:
        """How many more brackets are closed than opened in what comes after this sign."""
        rest = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", self.text[self.at + 1 :])
        return sum(rest.count(c) for c in "]})") - sum(rest.count(c) for c in "[{(")

    def _begins_key(self) -> bool:
        match = STRING.match(self.text, self.at) or SINGLE.match(self.text, self.at)
        match = match or WORD.match(self.text, self.at)
        if match is None:
            return False
        return bool(re.match(r"\s*:(?!:)", self.text[match.end() : match.end() + 20]))

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

    def _without(self, at: int, same: bool) -> tuple[Any, ...]:
        comma = len(self.text[:at].rstrip()) - 1
        if comma < 0 or self.text[comma] != ",":
            return ()
        message = "leave this one out, if the first one is meant"
        return (self._fix(message, comma, self.end, "", certain=same),)
