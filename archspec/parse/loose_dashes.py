"""Blocks whose first line stands elsewhere than the others, or whose entries lack their dashes."""

from archspec.parse.loose_frames import INDENTATION, Frames
from archspec.parse.loose_keys import Key, find_dash, find_key, is_layer
from archspec.parse.loose_lines import Line
from archspec.parse.slips import shorten

_LEAST_NAMES = 2
"""So many keys without a dash say that the one of the first key is too much."""


class Dashes(Frames):
    """Looks at the lines of a block before its first one is read."""

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

    def _is_mapping_with_dash(self, indent: int, content: int) -> bool:
        """Whether only the first key of a mapping has a dash, and all of its keys are names."""
        line = self.line
        first = find_key(line.text, content, False, False)
        if not self.stack or line.indent != indent or first is None or is_layer(first.name):
            return False
        count = 0
        for below in self.lines[self.index + 1 :]:
            if below.indent < indent:
                break
            if below.indent > indent:
                continue
            key = find_key(below.text, below.start, False, False)
            if find_dash(below.text, below.start) or key is None or is_layer(key.name):
                return False
            count += 1
        return count >= _LEAST_NAMES

    def _find_list_without_dash(self, indent: int, key: Key | None) -> int:
        """Whether a block is a list whose first line, 1, or whose every line, 2, lacks its dash.

        A first line that stands in another column than the dashes below is put into theirs.
        """
        if not self.stack or self.line.indent != indent or (key and not is_layer(key.name)):
            return 0
        bare, words = False, is_layer(self.line.text[self.line.start :])
        for below in self.lines[self.index + 1 :]:
            if below.indent < indent:
                if words and self._is_dash_nearby(below):
                    self.line.indent = below.indent
                    return 1
                break
            if below.indent > indent:
                if words and not self.line.text.endswith(":") and self._is_dash_nearby(below):
                    self.line.indent = below.indent
                    return 1
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

    def _place_first_entry(self) -> None:
        """Take a layer that lost indentation and dash as the first entry of the list below it."""
        line, frame = self.line, self.stack[-1]
        if not frame.waiting or frame.is_list or line.indent > frame.indent:
            return
        if frame.keys[-1:] != ["layers"] or not is_layer(line.text[line.start :]):
            return
        inside: list[int] = []
        for below in self.lines[self.index + 1 :]:
            if below.indent <= frame.indent:
                return
            if find_dash(below.text, below.start):
                takes_all = line.text.endswith(":") and not inside
                if not takes_all and all(indent > below.indent for indent in inside):
                    line.indent = below.indent
                return
            inside.append(below.indent)

    def _is_dash_nearby(self, below: Line) -> bool:
        """Whether the first line of a block lacks its dash and stands in another column than the rest."""
        parent = self.stack[-1]
        return (
            below.indent > parent.indent
            and not parent.is_list
            and find_dash(below.text, below.start) is not None
        )

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
                    at = below.start if below.start == indent else 0
                    text = "- " if at else " " * indent + "- "
                    edits.append(self.slips.edit(below.row, at, below.start, text))
            elif inside:
                edits.append(self.slips.edit(below.row, below.start, below.start, "  "))
                below.indent += 2
        shown = shorten(line.text[line.start :])
        fix = self.slips.fix(f"a layer begins with `- `: `- {shown}`", *edits)
        self.slips.add(line.row, line.start, 1, "an entry of a list begins with `- `", fix)
        self.dashless = indent if everywhere else -1

    dashless = -1
    """The indentation of a list all of whose entries lack the dash, which was told."""

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
        self.slips.add(line.row, at, 1, INDENTATION, fix)
