"""What to say of keys in braces that have no value: ``{filters:3}``, ``{kernel_size: (3, 3)}``."""

import re
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import REPORTED, Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.parse.document import Mark, Marks, Position, to_span
from archspec.parse.loose_keys import is_layer
from archspec.parse.scalars import NUMBER_START, WORDS, OddNumber, read_number
from archspec.parse.yaml_collections import At, Bare, OpenMapping, after

_ASSIGNED = re.compile(r"([^\W\d]\w*)( *(?::=|=>|=(?!=)|;) *)(.+)")
_GLUED = re.compile(r"([^\W\d]\w*)(:)(.+)")
_TWO_WORDS = re.compile(r"([^\W\d]\w*)( +)(\S.*)")
_AXES = re.compile(r"(?:\.\.\.)?[A-Za-z]*(?:\.\.\.)?")
"""The axes of one operand of an equation."""
_NUMBER = re.compile(r"[-+]?[0-9.]+$")
_PAIRS = ("kernel_size", "strides", "pool_size", "size", "padding", "cropping", "shape", "input")
"""Keys whose two numbers are more likely a pair than thousands."""


class MissingValues:
    """Reports them, and gives the mapping the entries that were meant."""

    def __init__(self, source: Source, sink: Sink, lines: list[str]) -> None:
        self.source = source
        self.sink = sink
        self.lines = lines

    def mend(self, mapping: OpenMapping, end: Mark, word: str) -> Any:
        """Report the keys of a mapping that have no value; the list or value that was meant, if any.

        ``word`` is the key whose value the mapping is.
        """
        bare = mapping.bare
        if not mapping.values and self._is_list(bare):
            return self._braces(mapping, end)
        first = all(b.before is None and _NUMBER.match(b.key) for b in bare)
        if (
            first
            and is_layer(word)
            and mapping.values
            and all(k.isidentifier() for k in mapping.values)
        ):
            # `{32, 3, activation: relu}`: as a list, which its layer gives names, or refuses.
            return [*(_value(b.key) for b in bare), *({k: v} for k, v in mapping.values.items())]
        cut: list[Mark] = []
        pairs: list[tuple[re.Match[str], Position]] = []
        number = 0
        while number < len(bare):
            key, position, before = bare[number]
            number += 1
            if self._cut_at_comma(mapping, position[0], cut):
                continue
            if found := self._equation(mapping, bare[number - 1 :]):
                number += found - 1
                continue
            numbers = [bare[number - 1]]
            if type(mapping.values.get(before or "")) in (int, float) and _NUMBER.match(key):
                while number < len(bare) and bare[number].before == before:
                    if not _NUMBER.match(bare[number].key):
                        break
                    numbers.append(bare[number])
                    number += 1
                self._numbers(mapping, before or "", numbers)
            elif (match := _GLUED.fullmatch(key) or _ASSIGNED.fullmatch(key)) or (
                match := _TWO_WORDS.fullmatch(key)
            ):
                pairs.append((match, position))
            else:
                self._bare(mapping, bare[number - 1])
        if pairs:
            self._pairs(mapping, pairs)
        return None

    def _is_list(self, bare: list[Bare]) -> bool:
        plain = all(re.fullmatch(r"[\w.+-]+", b.key) for b in bare)
        return plain and (len(bare) > 1 or bool(_NUMBER.match(bare[0].key)))

    def _braces(self, mapping: OpenMapping, end: Mark) -> Any:
        """``{28, 28, 1}``: a list in braces; ``{64}``: a value."""
        start = mapping.start
        if len(mapping.bare) == 1 and end.line == start.line:
            (key, _, _) = mapping.bare[0]
            fix = Fix(f"one value needs no braces: `{key}`", (self._edit((start, end), key),), True)
            self._fail((start, end), "the entry in these braces has no value", fix)
            return _value(key)
        listed = f"[{', '.join(b.key for b in mapping.bare)}]"
        edits = (
            self._edit((start, At(start.line, start.column + 1)), "["),
            self._edit((At(end.line, end.column - 1), end), "]"),
        )
        fix = Fix(f"a list stands in brackets: `{listed}`", edits, True)
        last = end if end.line == start.line else At(start.line, start.column + 1)
        self._fail((start, last), "the entries in these braces have no values", fix)
        return [_value(b.key) for b in mapping.bare]

    def _pairs(self, mapping: OpenMapping, pairs: list[tuple[re.Match[str], Position]]) -> None:
        """``filters:3``, ``units = 10``, ``units 10``: keys and values with another sign.

        Who writes one of them so writes all so: it is one mistake.
        """
        edits, written = [], []
        for match, position in pairs:
            name, _, rest = match.groups()
            start = position[0]
            begin = start.column + match.start(2)
            at = At(start.line, begin), At(start.line, start.column + match.start(3))
            edits.append(self._edit(at, ": "))
            written.append(f"{name}: {rest}")
            value = REPORTED if name in mapping.values else _value(rest)
            self._put(mapping, name, value, position)
        say = "write a colon and a space"
        if pairs[0][0][2] == ":":
            say = "write a space after the colon"
        fix = Fix(f"{say}: `{', '.join(written)}`", tuple(edits), certain=True)
        more = f", as {len(pairs) - 1} more here" if len(pairs) > 1 else ""
        self._fail(pairs[0][1], f"`{pairs[0][0][0]}` has no value{more}", fix)

    def _numbers(self, mapping: OpenMapping, name: str, numbers: list[Bare]) -> None:
        """``rate: 0,5`` or ``strides: 2, 2``: a fraction with a comma, or a list."""
        first = mapping.values[name]
        start, end = mapping.marks[name].value[0], numbers[-1].position[1]
        written = self._text(start, mapping.marks[name].value[1])
        parts = [written, *(b.key for b in numbers)]
        listed, fraction = f"[{', '.join(parts)}]", ".".join(parts)
        whole = (start, end)
        brackets = Fix(
            f"a list stands in brackets: `{name}: {listed}`", (self._edit(whole, listed),)
        )
        point = Fix(f"a fraction has a point: `{name}: {fraction}`", (self._edit(whole, fraction),))
        value: Any = REPORTED
        grouped = "".join(parts)
        thousands = all(re.fullmatch(r"\d{3}", b.key) for b in numbers) and name not in _PAIRS
        if thousands and re.fullmatch(r"[1-9]\d{0,2}", written) and self._are_glued(start, end):
            said = f"a number has no comma: `{name}: {grouped}`"
            fixes = [Fix(said, (self._edit(whole, grouped),)), brackets]
            value = _value(grouped)
        elif len(numbers) > 1 or type(first) is not int or not numbers[0].key.isdigit():
            fixes = [brackets._replace(certain=True)]
            value = [_value(part) for part in parts]
        elif first == 0:
            fixes = [point._replace(certain=True), brackets]
            value = _value(fraction)
        elif " " in self._text(start, end):
            fixes = [brackets, point]
        else:
            fixes = [point, brackets]
        self._fail(numbers[0].position, f"`{numbers[0].key}` has no value", *fixes)
        mapping.values[name] = value
        mapping.marks[name] = Marks(whole)

    def _are_glued(self, start: Mark, end: Mark) -> bool:
        return " " not in self._text(start, end)

    def _bare(self, mapping: OpenMapping, bare: Bare) -> None:
        key, position, before = bare
        help: list[str | Fix] = [f"write `{key}: value`"]
        known = mapping.values.get(before or "")
        if isinstance(known, str) and key.isidentifier() and before:
            start = mapping.marks[before].value[0]
            whole = start, position[1]
            listed = f"[{known}, {key}]"
            edit = self._edit(whole, listed)
            if self._text(start, mapping.marks[before].value[1]) == known:
                message = f"if it is a list, it stands in brackets: `{before}: {listed}`"
                help.append(Fix(message, (edit,)))
        self._fail(position, f"`{key}` has no value", *help)
        self._put(mapping, key, REPORTED, position)

    def _put(self, mapping: OpenMapping, key: str, value: Any, position: Position) -> None:
        mapping.values[key] = value
        mapping.keys.setdefault(key, position)
        mapping.marks.setdefault(key, Marks(position))

    def _cut_at_comma(self, mapping: OpenMapping, at: Mark, cut: list[Mark]) -> bool:
        """Whether a key is a piece of a value such as ``max(8, c)``; reports the value once."""
        for name, value in mapping.values.items():
            if type(value) is not str or "(" not in value:
                continue
            start = mapping.marks[name].value[0]
            line = self.lines[start.line]
            end = _closing(line, start.column)
            if start.line == at.line and start.column < at.column < end:
                break
        else:
            return False
        if start in cut:
            return True
        cut.append(start)
        whole = line[start.column : end]
        position = after(start, end - start.column)
        message = f"`{whole}` is cut at its comma"
        meant, say = f'"{whole}"', "quote what has a comma in it"
        read: Any = whole
        if whole.startswith("("):
            message = f"`{whole}` is not a list"
            meant, say = f"[{whole[1:-1].rstrip(', ')}]", "a list stands in brackets"
            read = [_value(part.strip()) for part in whole[1:-1].rstrip(", ").split(",")]
        fix = Fix(f"{say}: `{name}: {meant}`", (self._edit(position, meant),), certain=True)
        self._fail(position, message, fix)
        mapping.values[name] = read if '"' not in whole else REPORTED
        mapping.marks[name] = Marks(position)
        return True

    def _equation(self, mapping: OpenMapping, bare: list[Bare]) -> int:
        """How many keys are pieces of ``abc,cd->abd``, an equation cut at its commas; reports it."""
        name = bare[0].before or ""
        known = mapping.values.get(name)
        if not isinstance(known, str) or not _AXES.fullmatch(known):
            return 0
        count = next((n for n, piece in enumerate(bare, 1) if "->" in piece.key), 0)
        pieces = bare[:count]
        sound = [p.before == name and _AXES.fullmatch(p.key.split("->")[0]) for p in pieces]
        if not sound or not all(sound):
            return 0
        whole = mapping.marks[name].value[0], bare[count - 1].position[1]
        text = self._text(*whole)
        message = f"`{text}` is cut at its comma"
        said = f'quote what has a comma in it: `{name}: "{text}"`'
        fix = Fix(said, (self._edit(whole, f'"{text}"'),), certain=True)
        self._fail(whole, message, fix)
        mapping.values[name] = text
        mapping.marks[name] = Marks(whole)
        return count

    def _text(self, start: Mark, end: Mark) -> str:
        return self.lines[start.line][start.column : end.column if end.line == start.line else None]

    def _edit(self, position: Position, text: str) -> Edit:
        return Edit(SourcePlace(self.source, to_span(position)), text, How.TEXT)

    def _fail(self, position: Position, message: str, *help: str | Fix) -> None:
        self.sink.report("AS013", SourcePlace(self.source, to_span(position)), message, help=help)


def _value(text: str) -> Any:
    """What a scalar stands for."""
    if text in WORDS:
        return WORDS[text]
    if text[0] in "[{(\"'&*!|>%@`":
        return REPORTED
    try:
        return read_number(text) if text[0] in NUMBER_START else text
    except OddNumber:
        return REPORTED


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
