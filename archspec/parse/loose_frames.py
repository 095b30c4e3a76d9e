"""To which list or mapping a line belongs, in a text whose indentation may be wrong."""

from archspec.parse.loose_events import Events
from archspec.parse.loose_flow import FlowReader
from archspec.parse.loose_keys import Key, find_dash, find_key, is_layer
from archspec.parse.loose_lines import Line, read_lines
from archspec.parse.slips import Slips, shorten

INDENTATION = "the indentation of this line does not fit the lines above"


_CONSTRUCTS = ("repeat", "residual", "dense_block")
"""Words of entries whose layers stand under `layers`."""


class Frame:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("begin", "indent", "is_list", "keys", "row", "waiting")

    def __init__(self, indent: int, is_list: bool, row: int = 0, begin: int = 0) -> None:
        self.indent = indent
        self.is_list = is_list
        self.row = row
        """The line in which it begins."""
        self.begin = begin
        """Where its events begin."""
        self.keys: list[str] = []
        """Those of a mapping so far."""
        self.waiting = False
        """Whether a key or a dash stands there without its value."""


class Frames:
    """The lines of a text, and the collections around the one that is read."""

    def __init__(self, texts: list[str], slips: Slips, tab: int) -> None:
        self.texts = texts
        self.slips = slips
        self.lines = read_lines(texts, slips, tab)
        self.index = 0
        self.stack: list[Frame] = []
        self.events = Events()
        self.flow = FlowReader(self.lines, slips, self.events)

    @property
    def line(self) -> Line:
        return self.lines[self.index]

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
        if dash and self._lacks_layers(dash[0]):
            return -1
        exact = [n for n in range(last, -1, -1) if indents[n] == line.indent]
        if key and exact and (n := self._key_behind_list(exact[0], key)):
            return n
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
        if line.indent > top.indent and near == last and self._is_below_value(key):
            return None
        if is_layer(key.name) and lists:
            nearest = min(lists, key=lambda n: abs(indents[n] - line.indent))
            if abs(indents[nearest] - line.indent) <= abs(indents[near] - line.indent):
                self._indent(indents[nearest])
                return nearest
        self._indent(indents[near])
        return near

    def _lacks_layers(self, content: int) -> bool:
        """Whether a list of layers begins in a mapping, without its key; tells it."""
        line, top = self.line, self.stack[-1]
        if top.is_list or top.waiting or "layers" in top.keys or line.indent < top.indent:
            return False
        word = find_key(line.text, content, False, False)
        if not is_layer(word.name if word else line.text[content:]):
            return False
        if len(self.stack) > 1 and not self._is_construct(len(self.stack) - 1):
            return False
        self._write_layers(line.row, top.indent, line.start)
        self.events.scalar("layers", line.row, line.start, line.start)
        top.keys.append("layers")
        top.waiting = True
        return True

    def _key_behind_list(self, n: int, key: Key) -> int:
        """The mapping to which a key belongs that stands below a list of layers in its column; else 0."""
        frame = self.stack[n]
        if not frame.is_list or is_layer(key.name) or not self._is_construct(n):
            return 0
        self._write_layers(frame.row, frame.indent, key.start)
        self._close(n + 1)
        self.events.wrap(frame.begin, "layers")
        self.stack.insert(n, Frame(frame.indent, False, frame.row, frame.begin))
        self.stack[n].keys.append("layers")
        return n

    def _is_construct(self, n: int) -> bool:
        """Whether a frame holds what stands below an entry of a list that is no layer: a `repeat`."""
        above = self.stack[n - 1]
        in_list = n > 1 and self.stack[n - 2].is_list and not above.is_list
        return in_list and bool(above.keys) and above.keys[-1] in _CONSTRUCTS

    def _write_layers(self, row: int, indent: int, at: int) -> None:
        """Tell, at a column of the line, that a list which begins in a row has no key."""
        edit = self.slips.edit(row, 0, 0, f"{' ' * indent}layers:\n")
        fix = self.slips.fix("write `layers:` above the list", edit)
        message = "a list of layers has no key here: it stands under `layers:`"
        self.slips.add(self.line.row, at, 1, message, fix)

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
        self.slips.add(line.row, line.start, 1, INDENTATION, fix)
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
        edits = [
            self.slips.edit(below.row, 0, below.start, " " * max(below.indent + by, 0))
            for below in rows
        ]
        for below in reversed(rows):
            below.indent += by
        spaces = f"{indent} space{'s' * (indent != 1)}" if indent else "no space"
        also = (
            f", and what belongs to it ({len(rows) - 1:,} lines) likewise" if len(rows) > 1 else ""
        )
        fix = self.slips.fix(f"begin it with {spaces}{also}", *edits, certain=abs(by) == 1)
        self.slips.add(line.row, line.start, 1, INDENTATION, fix)

    def _is_below_value(self, key: Key) -> bool:
        """Whether arguments stand below a layer that has a value in its line already."""
        above = self.lines[self.index - 1]
        dash = find_dash(above.text, above.start)
        if dash is None or is_layer(key.name) or len(self.stack) < 2:
            return False
        word = find_key(above.text, dash[0], True, False)
        if word is None or not self.stack[-2].is_list or word.rest >= len(above.text):
            return False
        value = shorten(above.text[word.rest :])
        self.events.broken()
        message = f"`{key.name}` stands below `{word.name}`, which has the value `{value}` already"
        help = f"write that value below too, with its name and a `:`, and only `{word.name}:` above"
        width = key.end - key.start
        self.slips.add(self.line.row, key.start, width, message, help)
        self.skipped = self.line.row
        return True

    skipped = -1
    """The row of which it was told why it is passed over."""

    def _skip(self) -> None:
        """Pass over a line that belongs nowhere, and what is below it."""
        line = self.line
        if self.skipped == line.row:
            while (
                self.index + 1 < len(self.lines)
                and self.lines[self.index + 1].indent >= line.indent
            ):
                self.index += 1
            return
        help = "what belongs together begins in the same column: keys under keys, `-` under `-`"
        self.slips.add(line.row, line.start, 1, INDENTATION, help)
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
