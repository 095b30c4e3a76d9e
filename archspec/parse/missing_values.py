"""What to say of a key in braces that has no value: ``{filters:3}``, ``{kernel_size: (3, 3)}``."""

import re

from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.parse.document import Mark, Position, to_span
from archspec.parse.yaml_collections import OpenMapping, after


class MissingValues:
    """Reports them; a value that is cut at its commas into several keys is reported once."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self.source = source
        self.sink = sink
        self.cut: list[Mark] = []

    def report(self, mapping: OpenMapping, key: str) -> None:
        """Report the key of a mapping, unless it was reported for something else."""
        position = mapping.keys.get(key)
        if position is None or self._cut_at_comma(mapping, position[0]):
            return
        name, colon, rest = key.partition(":")
        assigned = re.fullmatch(r"([^\W\d]\w*) *= *([^=].*)", key)
        last, before = next(reversed(mapping.values.items()), ("", None))
        if colon and rest:
            help = f"write a space after the colon: `{name}: {rest}`"
        elif assigned:
            help = f"write a colon and a space: `{assigned[1]}: {assigned[2]}`"
        elif key.isdecimal() and type(before) is int:
            help = f"a fraction has a point, `{last}: {before}.{key}`; a list brackets, `[{before}, {key}]`"
        else:
            help = f"write `{key}: value`"
        self._fail(position, f"`{key}` has no value", help)

    def _cut_at_comma(self, mapping: OpenMapping, at: Mark) -> bool:
        """Whether a key is a piece of a value such as ``max(8, c)``; reports the value once."""
        pairs = reversed(mapping.values.items())
        name = next((k for k, v in pairs if type(v) is str and "(" in v), None)
        if name is None:
            return False
        start = mapping.marks[name].value[0]
        line = self.source.text.split("\n")[start.line]
        end = _closing(line, start.column)
        if start.line != at.line or not start.column < at.column < end:
            return False
        if start in self.cut:
            return True
        self.cut.append(start)
        whole = line[start.column : end]
        message = f"`{whole}` is cut at its comma"
        help = f'quote what has a comma in it: `{name}: "{whole}"`'
        if whole.startswith("("):
            message = f"`{whole}` is not a list"
            help = f"a list stands in brackets: `{name}: [{whole[1:-1]}]`"
        self._fail(after(start, end - start.column), message, help)
        return True

    def _fail(self, position: Position, message: str, help: str) -> None:
        self.sink.report("AS013", SourcePlace(self.source, to_span(position)), message, help=[help])


def _closing(line: str, start: int) -> int:
    """Where the first bracket after a column is closed: the end of ``max(8, c)``."""
    depth = 0
    for column in range(start, len(line)):
        if line[column] == "(":
            depth += 1
        elif line[column] == ")":
            depth -= 1
            if depth <= 0:
                return column + 1
    return start
