"""The loose way through YAML: what was meant by a text that is not quite YAML.

It reads what libyaml stumbles over, line by line, and takes note of every slip. What it gives are
the events that libyaml would give for the mended text, so that :mod:`archspec.parse.careful_yaml`
makes values of them; what cannot be read is a hole among them, and the rest goes on.
"""

import re
from contextlib import suppress
from functools import cached_property
from typing import Any

from archspec.parse.loose_flow import CHOICE, TooDeep
from archspec.parse.loose_frames import INDENTATION, Frame
from archspec.parse.loose_keys import Key, find_dash, find_key, is_layer
from archspec.parse.loose_lines import tell_tabs
from archspec.parse.loose_values import NUMBER, SECOND, Values
from archspec.parse.quick_marks import Locator
from archspec.parse.quick_yaml import read_entries
from archspec.parse.slips import Slips, TooManySlips, shorten

_ARGUMENTS = re.compile(r"[A-Za-z_]\w*: +[^\s:]")
_SENTENCE = re.compile(r"[A-Z]\w*(?: [\w'’-]+,?){2,}[.!]")
_TABS = (2, 4, 8, 1)
"""Spaces for which a tab may stand; the width is taken with which the fewest lines are wrong."""


def read_loosely(slips: Slips) -> list[Any]:
    """Events of what was meant by a text; takes note of its slips."""
    texts = slips.text.split("\n")
    widths = _TABS if any("\t" in t[: len(t) - len(t.lstrip())] for t in texts) else _TABS[:1]
    best: tuple[int, list[Any], Slips] | None = None
    for width in widths:
        tried = Slips(slips.source, slips.code, slips.text)
        events: list[Any] = []
        with suppress(TooManySlips, TooDeep):
            events = _Reader(texts, tried, width).read()
        if best is None or len(tried.found) < best[0]:
            best = len(tried.found), events, tried
        if best[0] <= 1:
            break  # nothing but the tabs themselves
    assert best is not None
    slips.found += best[2].found
    slips.replaced |= best[2].replaced
    return best[1]


class _Reader(Values):
    """Reads the lines of a text one after another."""

    def read(self) -> list[Any]:
        """The events of the whole text."""
        while self.index < len(self.lines):
            if re.match(r"(---|\.\.\.)(\s|$)", self.line.text) and not self.line.start:
                if not self._take_marker():
                    break
            else:
                self._read_line()
            self.index += 1
        self._close(0)
        tell_tabs(self.lines, self.texts, self.slips)
        return self.events.complete()

    def _take_marker(self) -> bool:
        """A line that begins or ends a document; whether more is to be read."""
        line = self.line
        if self.stack and line.text.startswith("---"):
            keys = [
                find_key(o.text, 0, False, False) for o in self.lines[self.index :] if not o.start
            ]
            if any(key and self.events.has_key(key.name) for key in keys):
                self._close(0)
                self.events.second(line.row)
                return False
            fix = self.slips.fix("leave this line out", self.slips.edit(line.row, 0, 3, ""))
            message = "a second document begins here"
            self.slips.add(line.row, 0, 3, message, fix, code="AS016", in_yaml=True)
        return True

    def _read_line(self) -> None:
        line = self.line
        if not self.stack:
            if self.events.has_content:
                self.slips.add(line.row, line.start, 1, INDENTATION)
                return
            self._node(line.start, line.indent)
            return
        self._place_first_entry()
        depth = self._find_frame()
        if depth is None:
            self._skip()
        elif depth < 0:
            self._node(line.start, line.indent)
        else:
            self._close(depth + 1)
            if not self.stack[-1].is_list:
                self._pair(line.start)
            elif not self._take_plain_entries():
                self._item(line.start)

    def _take_plain_entries(self) -> bool:
        """Take the entries from here on in which nothing is unusual, but for the last of them.

        What comes next may belong to that one, so it is read line by line.
        """
        plain, frame = self._plain_lines, self.stack[-1]
        if frame.waiting or frame.indent != plain[self.index][0] or self._has_anchors:
            return False
        start = self.index
        taken = []
        for value, end in read_entries(plain, start)[:-1]:
            lines = self.lines[start:end]
            if any(line.indent != line.start for line in lines):
                break  # they are meant to be indented otherwise
            if any(line.indent <= frame.indent for line in lines[1:]):
                break  # in brackets, and less than YAML asks for
            taken.append((value, end))
            start = end
        if not taken:
            return False
        rows = [(line.row, line.start, line.text) for line in self.lines[self.index : start]]
        locator = Locator(rows, None)
        for value, _ in taken:
            self.events.read(value, locator.next_entry(value))
        self.index = start - 1
        return True

    @cached_property
    def _plain_lines(self) -> list[tuple[int, str]]:
        """Indentation and content of each line, as the quick reader takes them."""
        return [
            (line.start, content)
            if content and content.isprintable() and (content[-1] != ")" or "(" in content)
            else (line.start, "\t")
            for line in self.lines
            for content in (line.text[line.start :],)
        ]

    @cached_property
    def _has_anchors(self) -> bool:
        """Whether there may be aliases, whose values are counted."""
        return "&" in self.slips.text

    def _node(self, at: int, indent: int) -> None:
        """A value that begins in a line; it may be a list or a mapping of several lines."""
        at = self._properties(at)
        text = self.line.text
        if at >= len(text):
            return  # it stands below
        dash = find_dash(text, at)
        if dash is None and not self.stack and re.fullmatch(r"[\[{].*", text[at:]):
            self._inline(at)
            return
        if at == self.line.start and self.stack:
            indent = self._usual_indent(indent, bool(dash))
        among = not dash and at == self.line.start and self._is_first_of_mapping(indent)
        key = None if dash else find_key(text, at, among, self._has_block(indent))
        unlisted = not dash and self._find_list_without_dash(indent, key)
        if unlisted:
            indent = self.line.indent
        if self.stack:
            self.stack[-1].waiting = False
        if dash and at == self.line.start and self._is_mapping_with_dash(indent, dash[0]):
            self._surplus_dash(dash[0])
            self._open(indent, False, self.line.start)
            self._pair(self.line.start)
        elif dash or unlisted:
            self._open(indent, True, at)
            if unlisted:
                self._add_dashes(indent, unlisted > 1)
            self._item(self.line.start if unlisted else at, silent=bool(unlisted))
        elif key:
            self._open(indent, False, at)
            self._pair(at)
        else:
            self._inline(at)

    def _open(self, indent: int, is_list: bool, at: int) -> None:
        self.stack.append(Frame(indent, is_list, self.line.row, len(self.events.found)))
        self.events.begin(is_list, self.line.row, at)

    def _item(self, at: int, silent: bool = False) -> None:
        """An entry of a list."""
        line, frame = self.line, self.stack[-1]
        found = find_dash(line.text, at)
        frame.waiting = True
        if found is None:
            if not silent and self.dashless != frame.indent and self.told != line.row:
                self._missing_dash(at)
            self._node(at, frame.indent + 2)
            return
        rest, glued = found
        if glued:
            shown = shorten(line.text[at + 1 :])
            edit = self.slips.edit(line.row, at + 1, at + 1, " ")
            fix = self.slips.fix(f"a space follows the dash: `- {shown}`", edit)
            self.slips.add(line.row, at, 1, f"`-` and `{shown}` stand together", fix)
        if rest < len(line.text):
            self._node(rest, frame.indent + rest - at)

    def _pair(self, at: int) -> None:
        """A key, and its value if that stands in the same line."""
        line, frame = self.line, self.stack[-1]
        if line.text[at : at + 2] == "? ":
            at += 2
        key = find_key(line.text, at, True, self._has_block(frame.indent))
        if key is None:
            self._no_key(at)
            return
        if key.slip == "two" and _SENTENCE.fullmatch(line.text[at:]):
            fix = self.slips.fix(
                "a comment begins with `#`", self.slips.edit(line.row, at, at, "# ")
            )
            width = len(line.text) - at
            self.slips.add(line.row, at, width, "this sentence is no part of a spec", fix)
            return
        if key.slip:
            self._tell_key(key)
        self.events.scalar(key.name, line.row, key.start, key.end, plain=key.plain)
        frame.waiting = True
        frame.keys.append(key.name)
        if key.slip == "bare" and not self._has_block(frame.indent):
            frame.waiting = False
            self.events.hole(line.row, key.start, key.end)
        elif key.rest < len(line.text):
            self._value(key)

    def _value(self, key: Key) -> None:
        """The value behind a key, in the same line."""
        line, frame, at = self.line, self.stack[-1], self._properties(key.rest)
        if at >= len(line.text):
            return
        frame.waiting = False
        if find_dash(line.text, at) and line.text[at + 1 : at + 2] == " ":
            self._list_behind_key(key, at)
        elif line.text[at] in "[{\"'|>*":
            self._inline(at)
        elif second := SECOND.search(line.text, at):
            self._second_colon(key, at, second.start())
        else:
            self._inline(at)

    def _list_behind_key(self, key: Key, at: int) -> None:
        line, frame = self.line, self.stack[-1]
        indent = at - line.start + line.indent
        below = self.lines[self.index + 1] if self.index + 1 < len(self.lines) else None
        if below and below.indent > frame.indent and find_dash(below.text, below.start):
            indent = below.indent  # the other entries stand there
        start = key.end + 1
        edit = self.slips.edit(line.row, start, at, "\n" + " " * indent)
        help = "begin the list in the next line, or write it as `[a, b]`"
        fix = self.slips.fix(help, edit)
        self.slips.add(line.row, at, 1, "a list cannot begin behind its key", fix)
        self._open(indent, True, at)
        self._item(at)

    def _second_colon(self, key: Key, at: int, colon: int) -> None:
        """A plain value with a colon in it: arguments without braces, a text, or two keys."""
        line, slips = self.line, self.slips
        value = line.text[at:]
        message = "a second `:` stands in this line"
        row, end = line.row, len(line.text)
        layer = is_layer(key.name) or line.text[line.start : line.start + 1] == "-"
        braces = slips.fix(
            f"put arguments into braces: `{line.text[line.start : at].strip()} {{{shorten(value)}}}`",
            slips.edit(row, at, at, "{"),
            slips.edit(row, end, end, "}"),
            certain=layer,
        )
        quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        quotes = slips.fix(
            f"quote the text: `{key.name}: {shorten(quoted)}`",
            slips.edit(row, at, end, quoted),
            certain=False,
        )
        first, _, rest = value.partition(" ")
        if chosen := CHOICE.fullmatch(value):
            self.flow.choice(chosen, row, at)
        elif layer and re.fullmatch(r"\(\w+: [^()]*\)", value):
            edits = [slips.edit(row, at, at + 1, "{"), slips.edit(row, end - 1, end, "}")]
            self.line.text = f"{line.text[:at]} {line.text[at + 1 : end - 1]}"
            slips.add(
                row, at, 1, "arguments stand in braces", slips.fix("write `{` and `}`", *edits)
            )
            self.flow.read(self.index, at + 1, self.stack[-1].indent, virtual=True)
        elif layer and _ARGUMENTS.match(value):
            slips.add(row, colon, 1, message, braces)
            self.flow.read(self.index, at, self.stack[-1].indent, virtual=True)
        elif NUMBER.match(first) and _ARGUMENTS.match(rest.lstrip()):
            start = line.text.index(rest.lstrip(), at + len(first))
            indent = line.start + self.stack[-1].indent - line.indent
            edit = slips.edit(row, at + len(first), start, "\n" + " " * max(indent, 0))
            fix = slips.fix("begin a new line before it", edit)
            slips.add(
                row, start, len(rest.split(":")[0].strip()), "a second key stands in this line", fix
            )
            self.events.scalar(first, row, at, at + len(first))
            self._pair(start)
        else:
            number = _ARGUMENTS.match(value) and NUMBER.match(value.split(": ")[-1].strip())
            slips.add(row, colon, 1, message, *((braces, quotes) if number else (quotes,)))
            self.events.hole(row, at, end) if number else self.events.scalar(
                value, row, at, end, plain=False
            )
