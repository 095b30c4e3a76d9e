"""Values in a line of a text that is not quite YAML, and what stands behind them."""

import re
from typing import Any

from archspec.parse.loose_dashes import Dashes
from archspec.parse.loose_formulas import end_of_lists
from archspec.parse.loose_keys import Key, find_dash, find_key, is_layer
from archspec.parse.slips import shorten

_PROPERTY = re.compile(r"([&!])(\S*)(?: +|$)")
SECOND = re.compile(r":(?=\s|$)")
"""A colon after which a value begins."""
_ACTIVATIONS = (
    "relu",
    "softmax",
    "sigmoid",
    "tanh",
    "elu",
    "selu",
    "gelu",
    "silu",
    "swish",
    "linear",
)
NUMBER = re.compile(r"[-+]?[0-9.]+$")


class Values(Dashes):
    """Reads values that are no list or mapping in lines of their own."""

    def _properties(self, at: int) -> int:
        """Anchors and tags; where the value begins."""
        while match := _PROPERTY.match(self.line.text, at):
            self.events.take_property(match[1], match[2])
            at = match.end()
        return at

    def _no_key(self, at: int) -> None:
        line = self.line
        shown = shorten(line.text[at:])
        width = len(line.text) - at
        if width <= 0:
            self.slips.add(line.row, line.start, 1, "a key is missing here")
            return
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
        if (row, key.end) in slips.replaced:
            return
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
        elif sign == "*" and re.match(r"\*[^\s,\[\]{}.][^\s,\[\]{}]*\s*$", text[at:]):
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
            share = sign == "%" and NUMBER.match(rest)
            meant = f"{float(rest) / 100:g}" if share and _is_number(rest) else rest.rstrip("`")
            fixes = []
            entry = bool(self.stack) and self.stack[-1].is_list
            if meant and sign not in "]}," and (not entry or is_layer(meant)):
                edit = slips.edit(row, at, len(text), meant)
                fixes.append(slips.fix(f"write `{meant}`", edit, certain=False))
            slips.add(row, at, 1, message, *fixes)
            self.events.hole(row, at, len(text))
            return
        if sign in "*&":
            message = "a name must follow `*` or `&`"
            if re.fullmatch(r"\*\w*\.[\w.*-]+", value):  # all rounds of a repeat
                fix = slips.fix(f'write `"{value}"`', slips.edit(row, at, len(text), f'"{value}"'))
                said = "text that begins with `*` needs quotes"
                slips.add(row, at, len(value), said, fix)
                self.events.scalar(value, row, at, len(text))
                return
            slips.add(row, at, 1, message, "in a formula the name stands first: `width*2`")
            self.events.hole(row, at, len(text))
            return
        if second := SECOND.search(text, at):
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
        around = self.stack[-1] if self.stack else None
        if dash or (key and around and not around.is_list):
            begin = start + (dash or key).start(1)  # type: ignore[union-attr]
            lists = [f.indent for f in self.stack if f.is_list] or [0]
            indent = around.indent if around and not dash else lists[-1]
            edit = slips.edit(line.row, at, begin, "\n" + " " * indent)
            help = [slips.fix("begin a new line before it", edit, certain=False)]
        behind = re.match(r", *([A-Za-z_]\w*): +\S", rest)
        if behind and line.text[at - 1 : at] == "}" and around and not around.is_list:
            word = behind[1]
            edits = (
                slips.edit(line.row, at - 1, at, ""),
                slips.edit(line.row, len(line.text), len(line.text), "}"),
            )
            help = [slips.fix(f"put `{word}` into the braces", *edits, certain=False), *help]
        self.events.broken()
        begin = self.events.found[-1].start_mark
        value = line.text[begin.column :]
        if begin.line == line.row and end_of_lists(line.text, begin.column) == len(line.text):
            edit = slips.edit(line.row, begin.column, len(line.text), f'"{value}"')
            fix = slips.fix(f'write `"{value}"`', edit)
            said = "a formula with brackets in it needs quotes here"
            slips.add(line.row, begin.column, len(value), said, fix)
            return
        apostrophe = re.fullmatch("'[^\"]*'", value)
        if not help and begin.line == line.row and apostrophe and "\\" not in value:
            edit = self.slips.edit(line.row, begin.column, len(line.text), f'"{value[1:-1]}"')
            help = [slips.fix(f'write `"{shorten(value[1:-1])}"`', edit)]
        if not help and begin.line == line.row and value[:1] == '"' and "'" not in value:
            edit = slips.edit(line.row, begin.column, len(line.text), f"'{value}'")
            help = [slips.fix(f"quote the whole text: `'{shorten(value)}'`", edit, certain=False)]
        if not help and line.text[at - 1] == "}" and rest in _ACTIVATIONS:
            edit = slips.edit(line.row, at - 1, len(line.text), f", activation: {rest}}}")
            help = [slips.fix(f"write `activation: {rest}`", edit, certain=False)]
        elif not help and re.fullmatch(r"[A-Za-z][\w ]*", rest):
            edit = slips.edit(line.row, start, start, "# ")
            help = [slips.fix("a comment begins with `#`", edit, certain=False)]
        message = f"`{shorten(rest)}` stands behind a value that is complete"
        slips.add(line.row, start, len(rest), message, *help)


def _is_number(text: str) -> bool:
    return text.count(".") <= 1 and any(c.isdigit() for c in text)
