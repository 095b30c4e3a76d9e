"""What is YAML but is refused in specs: keys that stand twice, merge keys, tags, lists as keys."""

from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import REPORTED, Reported, Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.parse.document import Mark, Marks, Position, to_span
from archspec.parse.scalars import WORDS, OddNumber, read_number
from archspec.parse.yaml_collections import At, OpenMapping, ParsedValue, after


class Refusals:
    """Reports them, each with what would mend it if that is simple."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self.source = source
        self.sink = sink
        self.lines = source.text.split("\n")

    def _tell_twice(
        self, mapping: OpenMapping, key: str, position: Position, node: ParsedValue
    ) -> None:
        first, start = mapping.keys[key][0], position[0]
        line = self.lines[start.line]
        end = node[1].value[1]
        edit = None
        if not line[: start.column].strip():
            last = start.line + 1
            while last < len(self.lines) and self._is_below(last, start.column):
                last += 1
            edit = self._edit((At(start.line, 0), At(last, 0)), "")
            if last >= len(self.lines):
                edit = self._edit((At(start.line, 0), At(last - 1, len(self.lines[-1]))), "")
        elif mapping.flow and end.line == start.line and "," in line[: start.column]:
            edit = self._edit((At(start.line, line.rindex(",", 0, start.column)), end), "")
        help = []
        if edit:
            same = mapping.values[key] == node[0]
            help = [Fix("leave this one out, if the first one is meant", (edit,), same)]
        message = f"`{key}` stands twice here; first in line {first.line + 1}"
        self._fail("AS012", position, message, *help)

    def _is_below(self, row: int, column: int) -> bool:
        """Whether a line belongs to the key in a column of a line above."""
        content = self.lines[row].lstrip()
        indent = len(self.lines[row]) - len(content)
        return not content or indent > column or (indent == column and content[:2] in ("- ", "-"))

    def _tell_merge(
        self, mapping: OpenMapping, value: Any, marks: Marks, position: Position
    ) -> None:
        """A merge key: what it stands for can be written in its place, if that is simple."""
        help: list[str | Fix] = []
        message = "merge keys (`<<`) are not used in specs"
        items = marks.items
        if isinstance(value, dict) and isinstance(items, dict) and mapping.values:
            entries = []
            for key in (k for k in value if k not in mapping.values):
                start, end = items[key].value
                if start.line != end.line:
                    break
                entries.append((start.line, start.column, key, end.column))
            else:
                pieces = [f"{k}: {self.lines[row][a:b]}" for row, a, k, b in sorted(entries)]
                between = ", " if mapping.flow else "\n" + " " * position[0].column
                if pieces and position[0].line == marks.value[1].line:
                    edit = self._edit((position[0], marks.value[1]), between.join(pieces))
                    help.append(Fix("write the shared arguments out", (edit,), certain=True))
        help.append("or give them a name: a block under `blocks:` with parameters")
        self._fail("AS016", position, message, *help)

    def _refuse_key(self, at: Position) -> Any:
        """Report what is no word where a key must come."""
        return self._fail("AS016", at, "a key must be a plain word")

    def _refuse_tag(self, tag: str, start: Mark, scalar: Any = None) -> Any:
        """Report a tag; what the scalar that has it is without it."""
        short = tag.replace("tag:yaml.org,2002:", "!!")
        message = f"tags (`{short}`) are not used in specs"
        line, end = self.lines[start.line], start.column + len(short)
        edit = self._edit((start, At(start.line, end + (line[end : end + 1] == " "))), "")
        value: Any = scalar.value if scalar else None
        if scalar and short in ("!!int", "!!float", "!!bool") and scalar.style in ("'", '"'):
            edit = self._edit((start, scalar.end_mark), value)
            value = WORDS.get(value, REPORTED) if short == "!!bool" else self._number_in(value)
        help = Fix("leave it out", (edit,), certain=True)
        self._fail("AS016", after(start, len(short)), message, help)
        return value

    def _number_in(self, text: str) -> Any:
        try:
            return read_number(text) if text else None
        except OddNumber:
            return REPORTED

    def _edit(self, position: Position, text: str) -> Edit:
        return Edit(SourcePlace(self.source, to_span(position)), text, How.TEXT)

    def _fail(self, code: str, position: Position, message: str, *help: str | Fix) -> Reported:
        place = SourcePlace(self.source, to_span(position))
        return self.sink.report(code, place, message, help=[h for h in help if h])
