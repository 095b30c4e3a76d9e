"""The loose way through YAML: what was meant by a text that is not quite YAML.

It reads what libyaml stumbles over, line by line, and takes note of every slip. What it gives are
the events that libyaml would give for the mended text, so that :mod:`archspec.parse.careful_yaml`
makes values of them; what cannot be read is a hole among them, and the rest goes on.
"""

import re
from typing import Any

from archspec.parse.loose_events import Events
from archspec.parse.loose_flow import FlowReader
from archspec.parse.loose_keys import Key, find_dash, find_key, is_layer
from archspec.parse.loose_lines import Line, read_lines, tell_tabs
from archspec.parse.slips import Slips, TooManySlips, shorten

_PROPERTY = re.compile(r"([&!])(\S*)(?: +|$)")
_SECOND = re.compile(r":(?=\s|$)")
_ARGUMENTS = re.compile(r"[A-Za-z_]\w*: +[^\s:]")
_NUMBER = re.compile(r"[-+]?[0-9.]+$")
_INDENTATION = "the indentation of this line does not fit the lines above"
_TABS = (2, 4, 8, 1)


def read_loosely(slips: Slips) -> list[Any]:
    """Events of what was meant by a text; takes note of its slips."""
    texts = slips.text.split("\n")
    widths = _TABS if any("\t" in t[: len(t) - len(t.lstrip())] for t in texts) else _TABS[:1]
    best: tuple[int, list[Any], Slips] | None = None
    for width in widths:
        tried = Slips(slips.source, slips.code, slips.text)
        events = []
        try:
            events = _Reader(texts, tried, width).read()
        except TooManySlips:
            pass
        if best is None or len(tried.found) < best[0]:
            best = len(tried.found), events, tried
    assert best is not None
    slips.found += best[2].found
    return best[1]


class _Frame:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("indent", "is_list", "waiting")

    def __init__(self, indent: int, is_list: bool) -> None:
        self.indent = indent
        self.is_list = is_list
        self.waiting = False
        """Whether a key or a dash stands there without its value."""


class _Reader:
    def __init__(self, texts: list[str], slips: Slips, tab: int) -> None:
        self.texts = texts
        self.slips = slips
        self.lines = read_lines(texts, slips, tab)
        self.index = 0
        self.stack: list[_Frame] = []
        self.events = Events()
        self.flow = FlowReader(self.lines, slips, self.events)

    @property
    def line(self) -> Line:
        return self.lines[self.index]

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
        if self.stack and self.line.text.startswith("---"):
            self._close(0)
            self.events.second(self.line.row)
            return False
        return True

    def _read_line(self) -> None:
        line = self.line
        if not self.stack:
            if self.events.has_content:
                self.slips.add(line.row, line.start, 1, _INDENTATION)
                return
            self._node(line.start, line.indent)
            return
        depth = self._find_frame()
        if depth is None:
            self._skip()
        elif depth < 0:
            self._node(line.start, line.indent)
        else:
            self._close(depth + 1)
            if self.stack[-1].is_list:
                self._item(line.start)
            else:
                self._pair(line.start)

    # --- which collection a line belongs to ---

    def _find_frame(self) -> int | None:
        """The frame to which a line belongs: -1 if it is the value that is waited for."""
        line, top = self.line, self.stack[-1]
        dash = find_dash(line.text, line.start)
        key = find_key(line.text, line.start, False, self._has_block())
        indents = [frame.indent for frame in self.stack]
        last = len(self.stack) - 1
        if line.is_free:
            return self._place_free(bool(dash))
        if top.waiting and (
            line.indent > top.indent or (dash and not top.is_list and line.indent == top.indent)
        ):
            return -1
        exact = [n for n in range(last, -1, -1) if indents[n] == line.indent]
        lists = [n for n in range(last, -1, -1) if self.stack[n].is_list]
        for n in exact:
            if self.stack[n].is_list == bool(dash):
                if n == 0 and key and is_layer(key.name) and lists:
                    return self._list_entry(lists[-1])
                return n
        if dash:
            return self._find_list(exact, dash[0])
        if (
            top.waiting
            and exact
            and key
            and not is_layer(key.name)
            and self.stack[exact[0]].is_list
        ):
            self._indent(top.indent + 2)
            return -1
        if exact and self.stack[exact[0]].is_list:
            return exact[0]  # a dash is missing: the item says so
        if (
            key is None
            and lists
            and not self.stack[-1].waiting
            and is_layer(line.text[line.start :])
        ):
            return self._list_entry(lists[-1] if line.indent == 0 else lists[0])
        fitting = [n for n in range(last, -1, -1) if not self.stack[n].is_list or not key]
        if key is None or not fitting:
            return None if key or top.is_list or line.indent < top.indent else last
        near = min(fitting, key=lambda n: abs(indents[n] - line.indent))
        if is_layer(key.name) and lists:
            nearest = min(lists, key=lambda n: abs(indents[n] - line.indent))
            if abs(indents[nearest] - line.indent) <= abs(indents[near] - line.indent):
                self._indent(indents[nearest])
                return nearest
        self._indent(indents[near])
        return near

    def _find_list(self, exact: list[int], content: int) -> int | None:
        """The list to which a line with a dash belongs that stands in no column of a list."""
        line = self.line
        lists = [n for n in range(len(self.stack) - 1, -1, -1) if self.stack[n].is_list]
        key = find_key(line.text, content, False, False)
        if exact and key and not is_layer(key.name):
            self._surplus_dash(content)
            return exact[0]
        if not lists:
            if exact and key:
                self._surplus_dash(content)
                return exact[0]
            return None
        near = min(lists, key=lambda n: abs(self.stack[n].indent - line.indent))
        self._indent(self.stack[near].indent)
        return near

    def _place_free(self, dash: bool) -> int | None:
        """The frame of a line whose tabs may be of any width; it is indented as that one."""
        line, top = self.line, self.stack[-1]
        if top.waiting:
            line.indent = top.indent + 2
            return -1
        for n in range(len(self.stack) - 1, -1, -1):
            if self.stack[n].is_list == dash:
                line.indent = self.stack[n].indent
                return n
        return None

    def _list_entry(self, n: int) -> int:
        """Take a line as an entry of a list, though neither its indentation nor a dash says so."""
        line, indent = self.line, self.stack[n].indent
        shown = shorten(line.text[line.start :])
        edit = self.slips.edit(line.row, 0, line.start, " " * indent + "- ")
        fix = self.slips.fix(f"a layer begins with `- `: `- {shown}`", edit, certain=False)
        self.slips.add(line.row, line.start, 1, _INDENTATION, fix)
        line.indent = indent
        self.told = line.row
        return n

    told = -1
    """The row whose missing dash was told."""

    def _surplus_dash(self, content: int) -> None:
        line = self.line
        fix = self.slips.fix("leave it out", self.slips.edit(line.row, line.start, content, ""))
        message = "a key of a mapping has no `-` before it"
        self.slips.add(line.row, line.start, 1, message, fix._replace(certain=False))
        line.start = content

    def _indent(self, indent: int) -> None:
        """Take a line, and those that belong to it, as indented in another way."""
        line = self.line
        by = indent - line.indent
        rows = [line]
        dash = bool(find_dash(line.text, line.start))
        for below in self.lines[self.index + 1 :]:
            if below.indent < line.indent:
                break
            if below.indent == line.indent:
                if bool(find_dash(below.text, below.start)) != dash:
                    break
            elif by > 0 and below.indent >= indent:
                if below.indent == indent or by > 2:
                    break
                continue
            rows.append(below)
        edits = []
        for below in rows:
            edits.append(
                self.slips.edit(below.row, 0, below.start, " " * max(below.indent + by, 0))
            )
        for below in reversed(rows):
            below.indent += by
        spaces = f"{indent} space{'s' * (indent != 1)}" if indent else "no space"
        also = (
            f", and what belongs to it ({len(rows) - 1:,} lines) likewise" if len(rows) > 1 else ""
        )
        fix = self.slips.fix(f"begin it with {spaces}{also}", *edits, certain=abs(by) == 1)
        self.slips.add(line.row, line.start, 1, _INDENTATION, fix)

    def _skip(self) -> None:
        """Pass over a line that belongs nowhere, and what is below it."""
        line = self.line
        help = "what belongs together begins in the same column: keys under keys, `-` under `-`"
        self.slips.add(line.row, line.start, 1, _INDENTATION, help)
        while self.index + 1 < len(self.lines) and self.lines[self.index + 1].indent > line.indent:
            self.index += 1

    def _has_block(self, indent: int | None = None) -> bool:
        """Whether lines follow that are indented further and begin with a key or a dash."""
        if self.index + 1 >= len(self.lines):
            return False
        below = self.lines[self.index + 1]
        limit = self.line.indent if indent is None else indent
        dash = find_dash(below.text, below.start)
        if dash and below.indent == limit and not find_dash(self.line.text, self.line.start):
            return not any(f.is_list and f.indent == limit for f in self.stack)
        if below.indent <= limit:
            return False
        return bool(dash or find_key(below.text, below.start, False, False))

    def _close(self, depth: int) -> None:
        """End all collections beyond so many."""
        while len(self.stack) > depth:
            frame = self.stack.pop()
            if frame.waiting:
                self.events.null()
            self.events.end(frame.is_list)

    # --- what stands in a line ---

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
        unlisted = not dash and self._is_list_without_dash(indent, key)
        if self.stack:
            self.stack[-1].waiting = False
        if dash or unlisted:
            self._open(indent, True, at)
            if unlisted:
                self._add_dashes(indent, unlisted > 1)
            self._item(self.line.start if unlisted else at, silent=bool(unlisted))
        elif key:
            self._open(indent, False, at)
            self._pair(at)
        else:
            self._inline(at)

    def _usual_indent(self, indent: int, dash: bool) -> int:
        """The indentation of a block whose first line stands elsewhere than the others."""
        line = self.line
        if line.text.endswith(":") or self.index + 1 >= len(self.lines):
            return indent
        below = self.lines[self.index + 1]
        if below.indent in (indent, self.stack[-1].indent) or below.indent < self.stack[-1].indent:
            return indent
        if bool(find_dash(below.text, below.start)) != dash or line.is_free or below.is_free:
            return indent
        if not dash and not find_key(below.text, below.start, False, False):
            return indent
        parent = self.stack[-1].indent
        inside = []
        for other in self.lines[self.index + 1 :]:
            if other.indent <= parent:
                break
            inside.append(other.indent)
        odd = (indent - parent) % 2 and not (below.indent - parent) % 2
        if indent in inside or (inside.count(below.indent) < 2 and not odd):
            return indent
        kept = line.indent
        self._indent(below.indent + line.indent - indent)
        return indent + line.indent - kept

    def _is_first_of_mapping(self, indent: int) -> bool:
        """Whether the lines below, in the same column, begin with keys."""
        for below in self.lines[self.index + 1 :]:
            if below.indent <= indent:
                dash = find_dash(below.text, below.start)
                key = find_key(below.text, below.start, False, False)
                return below.indent == indent and not dash and key is not None
        return False

    def _open(self, indent: int, is_list: bool, at: int) -> None:
        self.stack.append(_Frame(indent, is_list))
        self.events.begin(is_list, self.line.row, at)

    def _properties(self, at: int) -> int:
        """Anchors and tags; where the value begins."""
        while match := _PROPERTY.match(self.line.text, at):
            self.events.take_property(match[1], match[2])
            at = match.end()
        return at

    def _is_list_without_dash(self, indent: int, key: Key | None) -> int:
        """Whether a block is a list whose first line, 1, or whose every line, 2, lacks its dash."""
        if not self.stack or self.line.indent != indent or (key and not is_layer(key.name)):
            return 0
        bare, words = False, is_layer(self.line.text[self.line.start :])
        for below in self.lines[self.index + 1 :]:
            if below.indent < indent:
                break
            if below.indent > indent:
                continue
            if find_dash(below.text, below.start):
                parent = self.stack[-1].indent
                return 1 if words and indent > parent else 0
            words = words and is_layer(below.text[below.start :])
            bare = bare or find_key(below.text, below.start, False, False) is None
        bare = bare or (
            key is None
            and self.index + 1 < len(self.lines)
            and self.lines[self.index + 1].indent == indent
        )
        return 2 if bare and words else 0

    def _add_dashes(self, indent: int, everywhere: bool) -> None:
        """Take the lines of a block as entries of a list."""
        line = self.line
        edits = []
        inside = True
        for below in self.lines[self.index :]:
            if below.indent < indent:
                break
            if below.indent == indent:
                inside = everywhere or below is line
                if inside:
                    edits.append(self.slips.edit(below.row, below.start, below.start, "- "))
            elif inside:
                edits.append(self.slips.edit(below.row, below.start, below.start, "  "))
                below.indent += 2
        shown = shorten(line.text[line.start :])
        fix = self.slips.fix(f"a layer begins with `- `: `- {shown}`", *edits)
        self.slips.add(line.row, line.start, 1, "an entry of a list begins with `- `", fix)
        self.dashless = indent if everywhere else -1

    dashless = -1
    """The indentation of a list all of whose entries lack the dash, which was told."""

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

    def _missing_dash(self, at: int) -> None:
        line = self.line
        edits = [self.slips.edit(line.row, at, at, "- ")]
        for below in self.lines[self.index + 1 :]:
            if below.indent <= line.indent:
                break
            edits.append(self.slips.edit(below.row, below.start, below.start, "  "))
            below.indent += 2
        shown = shorten(line.text[at:])
        what = "a layer begins" if is_layer(shown) else "an entry of a list begins"
        fix = self.slips.fix(f"{what} with `- `: `- {shown}`", *edits, certain=is_layer(shown))
        self.slips.add(line.row, at, 1, _INDENTATION, fix)

    def _pair(self, at: int) -> None:
        """A key, and its value if that stands in the same line."""
        line, frame = self.line, self.stack[-1]
        if line.text[at : at + 2] == "? ":
            at += 2
        key = find_key(line.text, at, True, self._has_block(frame.indent))
        if key is None:
            self._no_key(at)
            return
        if key.slip:
            self._tell_key(key)
        self.events.scalar(key.name, line.row, key.start, key.end, plain=key.plain)
        frame.waiting = True
        if key.slip == "bare" and not self._has_block(frame.indent):
            frame.waiting = False
            self.events.hole(line.row, key.start, key.end)
        elif key.rest < len(line.text):
            self._value(key)

    def _no_key(self, at: int) -> None:
        line = self.line
        shown = shorten(line.text[at:])
        width = len(line.text) - at
        if line.text[at] == "*":
            self.slips.add(line.row, at, width, "a key must be a plain word", code="AS016")
        elif line.text[at] in "%@`":
            message = f"a value cannot begin with `{line.text[at]}`"
            self.slips.add(line.row, at, 1, message)
        else:
            help = "a key ends in `:`; text over several lines needs quotes"
            self.slips.add(line.row, at, width, f"there is no `:` after `{shown}`", help)

    def _tell_key(self, key: Key) -> None:
        slips, row, text = self.slips, self.line.row, self.line.text
        rest = text[key.rest :]
        shown = shorten(f"{key.name}: {rest}".rstrip())
        said, column, width = f"there is no `:` after `{key.name}`", key.start, key.end - key.start
        if key.slip == "glued":
            said, column, width = f"a space is missing after `{key.name}:`", key.end, 1
            fix = slips.fix(f"write `{shown}`", slips.edit(row, key.rest, key.rest, " "))
        elif key.slip == "equals":
            sign = text[key.end : key.rest].strip()
            said, column, width = (
                f"`{sign}` stands where a `:` must",
                text.index(sign, key.end),
                len(sign),
            )
            fix = slips.fix(f"write `{shown}`", slips.edit(row, key.end, key.rest, ": "))
        elif key.slip == "two" or (key.slip == "brace" and key.rest > key.end):
            fix = slips.fix(f"write `{shown}`", slips.edit(row, key.end, key.rest, ": "))
        else:
            space = " " * (key.slip == "brace")
            fix = slips.fix(f"write `{shown}`", slips.edit(row, key.end, key.end, ":" + space))
        if key.slip == "bare" and not self._has_block(self.stack[-1].indent):
            slips.add(row, column, width, said, "a key ends in `:`, and its value follows")
            return
        slips.add(row, column, width, said, fix, in_yaml=key.slip != "bare")

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
        elif second := _SECOND.search(line.text, at):
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
        if layer and _ARGUMENTS.match(value):
            slips.add(row, colon, 1, message, braces)
            self.flow.read(self.index, at, self.stack[-1].indent, virtual=True)
        elif _NUMBER.match(first) and _ARGUMENTS.match(rest.lstrip()):
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
            number = _ARGUMENTS.match(value) and _NUMBER.match(value.split(": ")[-1].strip())
            slips.add(row, colon, 1, message, *((braces, quotes) if number else (quotes,)))
            self.events.hole(row, at, end) if number else self.events.scalar(
                value, row, at, end, plain=False
            )

    def _inline(self, at: int) -> None:
        """A value that begins in a line and is no list or mapping in lines of their own."""
        at = self._properties(at)
        text = self.line.text
        if at >= len(text):
            return
        if self.stack:
            self.stack[-1].waiting = False
        indent = self.stack[-1].indent if self.stack else -1
        sign = text[at]
        if sign in "[{":
            self.index, at = self.flow.read(self.index, at, indent)
            self._check_rest(at)
        elif sign in "\"'":
            self.index, at = self.flow.quoted(self.index, at, indent, in_flow=False)
            self._check_rest(at)
        elif sign == "*" and re.match(r"\*[^\s,\[\]{}]+\s*$", text[at:]):
            self.events.alias(text[at + 1 :].strip(), self.line.row, at, len(text))
        elif sign in "|>" and re.match(r"[|>][-+0-9]*\s*$", text[at:]):
            self._block_text(at, indent)
        else:
            self._plain(at, indent)

    def _block_text(self, at: int, indent: int) -> None:
        """A text in lines of its own, as ``|`` and ``>`` begin it."""
        first = self.line.row
        row = first + 1
        while row < len(self.texts):
            text = self.texts[row]
            if text.strip() and len(text) - len(text.lstrip()) <= indent:
                break
            row += 1
        value = "\n".join(t.strip() for t in self.texts[first + 1 : row])
        while self.index + 1 < len(self.lines) and self.lines[self.index + 1].row < row:
            self.index += 1
        self.events.scalar(value, first, at, at + 1, plain=False)

    def _plain(self, at: int, indent: int) -> None:
        """A text without quotes, with the lines in which it goes on."""
        first, start = self.line, at
        slips, row, text = self.slips, self.line.row, self.line.text
        value = text[at:]
        sign = value[0]
        if sign in "%@`]},":
            message = f"a value cannot begin with `{sign}`"
            rest = value[1:].strip()
            share = sign == "%" and _NUMBER.match(rest)
            meant = f"{float(rest) / 100:g}" if share and _is_number(rest) else rest
            fixes = []
            if meant and sign not in "]},":
                edit = slips.edit(row, at, len(text), meant)
                fixes.append(slips.fix(f"write `{meant}`", edit, certain=False))
            slips.add(row, at, 1, message, *fixes)
            self.events.hole(row, at, len(text))
            return
        if sign in "*&":
            message = "a name must follow `*` or `&`"
            slips.add(row, at, 1, message, "in a formula the name stands first: `width*2`")
            self.events.hole(row, at, len(text))
            return
        if second := _SECOND.search(text, at):
            self._tell_stray_colon(at, second.start())
            return
        if value[-1] in "]})" and {"]": "[", "}": "{", ")": "("}[value[-1]] not in value:
            self._tell_surplus(at)
            return
        while len(value) > 1 and value[-1] in ",;\\":
            end = first.start + len(first.text[first.start :].rstrip(",;\\ "))
            said = f"`{value[-1]}` stands at the end of the line"
            fix = slips.fix("leave it out", slips.edit(row, end, len(first.text), ""))
            slips.add(row, len(first.text) - 1, 1, said, fix, in_yaml=True)
            value = value[:-1].rstrip()
        while self.index + 1 < len(self.lines):
            below = self.lines[self.index + 1]
            content = below.text[below.start :]
            if below.indent <= indent or find_dash(below.text, below.start):
                break
            if find_key(below.text, below.start, False, False) or content[0] in "#[]{}\"'":
                break
            value += " " + content.rstrip("\\ ")
            self.index += 1
        end = start + len(text) - start
        self.events.scalar(value, first.row, start, end)

    def _tell_surplus(self, at: int) -> None:
        """A text that ends in a bracket which was not opened."""
        slips, row, text = self.slips, self.line.row, self.line.text
        value, last = text[at:], text[-1]
        bare = value.rstrip("]})").rstrip()
        delete = slips.fix("leave it out", slips.edit(row, at + len(bare), len(text), ""))
        opening = {"]": "[", "}": "{", ")": "["}[last]
        edits = [slips.edit(row, at, at, opening)]
        if last == ")":
            edits.append(slips.edit(row, len(text) - 1, len(text), "]"))
        write = slips.fix(f"write `{opening}` before it", *edits, certain=False)
        listed = "," in value and last != "}" and not value.endswith(last * 2)
        help = (write,) if listed else (delete,)
        slips.add(row, len(text) - 1, 1, f"this `{last}` closes nothing", *help, in_yaml=True)
        if listed:
            self.events.hole(row, at, len(text))
        else:
            self.events.scalar(bare, row, at, at + len(bare))

    def _tell_stray_colon(self, at: int, colon: int) -> None:
        row, text = self.line.row, self.line.text
        self.slips.add(row, colon, 1, "a `:` cannot stand here")
        self.events.hole(row, at, len(text))

    def _check_rest(self, at: int) -> None:
        """What stands behind a value that is complete."""
        slips, line = self.slips, self.line
        rest = line.text[at:].strip()
        if not rest:
            return
        start = at + len(line.text[at:]) - len(line.text[at:].lstrip())
        row, end = line.row, len(line.text)
        delete = slips.fix("leave it out", slips.edit(row, at, end, ""))
        if re.fullmatch(r"[\]})]+[,;]?", rest):
            slips.add(row, start, len(rest), f"this `{rest}` closes nothing", delete)
        elif rest in (",", ";", "\\", ",;"):
            slips.add(row, start, len(rest), f"`{rest}` stands at the end of the line", delete)
        elif rest[0] == "#":
            fix = slips.fix("a space stands before it", slips.edit(row, start, start, " "))
            slips.add(row, start, 1, "a comment begins without a space before its `#`", fix)
        elif rest.startswith(("//", "/*", "--", "<!--")):
            sign = re.match(r"//|/\*|--|<!--", rest)
            width = len(sign[0]) if sign else 1
            fix = slips.fix("a comment begins with `#`", slips.edit(row, start, start + width, "#"))
            slips.add(row, start, width, f"`{rest[:width]}` does not begin a comment", fix)
        else:
            self._tell_rest(at, start, rest)

    def _tell_rest(self, at: int, start: int, rest: str) -> None:
        """Say what more stands in a line, which may be the next line."""
        slips, line = self.slips, self.line
        help: list[Any] = []
        dash = re.match(r"[,;]?\s*(- +\S)", rest)
        key = re.match(r"[,;]?\s*([A-Za-z_]\w*: )", rest)
        if dash or (key and not self.stack[-1].is_list):
            begin = start + (dash or key).start(1)  # type: ignore[union-attr]
            lists = [f.indent for f in self.stack if f.is_list] or [0]
            indent = lists[-1] if dash else self.stack[-1].indent
            edit = slips.edit(line.row, at, begin, "\n" + " " * indent)
            help = [slips.fix("begin a new line before it", edit, certain=False)]
        self.events.broken()
        begin = self.events.found[-1].start_mark
        value = line.text[begin.column :]
        if not help and begin.line == line.row and value[0] == '"' and "'" not in value:
            edit = slips.edit(line.row, begin.column, len(line.text), f"'{value}'")
            help = [slips.fix(f"quote the whole text: `'{shorten(value)}'`", edit, certain=False)]
        message = f"`{shorten(rest)}` stands behind a value that is complete"
        slips.add(line.row, start, len(rest), message, *help)


def _is_number(text: str) -> bool:
    return text.count(".") <= 1 and any(c.isdigit() for c in text)
