"""Edits of values become replacements of characters; all other characters stay as they are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.place import Path, Place, SourcePlace
from archspec.diagnostics.source import Source
from archspec.diagnostics.tried import Replacement
from archspec.mend.entries import added, beside, instead_of_block, removed
from archspec.mend.layout import Elsewhere, Impossible, Layout, Lines, Piece, Range, Style, lines_of
from archspec.mend.rendering import block, entry, rendered
from archspec.parse import is_json
from archspec.parse.document import Document


class Editor:
    """Makes replacements of the fixes of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = lines_of(source.text)
        self._layouts: dict[int, Layout] = {}

    def replacements(self, fix: Fix) -> tuple[Replacement, ...]:
        """The characters of the text that a fix changes, in order.

        Raises:
            Impossible: the text has nothing that could be changed so, or edits lie over each
                other.
            Elsewhere: an edit is of another text, or of what an anchor names.
        """
        if not fix.edits:
            raise Impossible
        for edit in fix.edits:
            at = edit.place
            if (at.document.source if isinstance(at, Place) else at.source) != self.source:
                raise Elsewhere
        pieces = self._joined(sorted(self._pieces(fix.edits), key=lambda piece: piece.range))
        for one, other in pairwise(pieces):
            if other.range.start < one.range.end:
                raise Impossible
        return tuple(Replacement(self.lines.span(*p.range), p.text) for p in pieces)

    def _joined(self, pieces: list[Piece]) -> list[Piece]:
        """Pieces in order; lines that come where the lines before them go take their place."""
        found: list[Piece] = []
        for piece in pieces:
            gone = found[-1] if found else None
            start = piece.range.start
            if gone and not gone.text and start == piece.range.end and start < gone.range.end:
                end = self.lines.end_of_line(start)
                if start == end and self.lines.next_line(end) == gone.range.end:
                    found[-1] = Piece(gone.range, piece.text.removeprefix("\n") + "\n")
                    continue
            found.append(piece)
        return found

    def _layout(self, document: Document) -> Layout:
        layout = self._layouts.get(id(document))
        if layout is None:
            layout = self._layouts[id(document)] = Layout(document, self.lines)
        return layout

    def _pieces(self, edits: Sequence[Edit]) -> Iterator[Piece]:
        """Ranges of the text and what stands there then; what is alike in one place is done at once."""
        adding: dict[tuple[int, Path], list[Edit]] = defaultdict(list)
        removing: dict[tuple[int, Path], list[Path]] = defaultdict(list)
        for edit in edits:
            place = edit.place
            if edit.how is How.TEXT or isinstance(place, SourcePlace) or place.within:
                yield _characters(edit, self.lines)
                continue
            if not isinstance(place.document, Document):
                raise Impossible
            layout = self._layout(place.document)
            key = id(place.document), place.path
            if edit.how is How.REPLACE:
                yield from _replaced(layout, place, edit.value)
            elif edit.how is How.ADD:
                adding[key].append(edit)
            elif edit.how is How.REMOVE:
                if not place.path:
                    raise Impossible
                removing[key[0], place.path[:-1]].append(place.path)
            else:
                spot = layout.spot(place.path)
                yield from beside(layout, spot, edit.value, edit.how is How.AFTER)
        for (document, path), found in adding.items():
            entries = {edit.name: edit.value for edit in found}
            layout = self._layouts[document]
            yield from added(layout, layout.spot(path), entries)
        for (document, path), paths in removing.items():
            layout = self._layouts[document]
            yield from removed(layout, layout.spot(path), [layout.spot(p) for p in paths])


def apply(text: str, changes: Iterable[Replacement]) -> str:
    """A text with replacements, which do not lie over each other; lines end as the text's do.

    Raises:
        Impossible: the text has no such lines and columns.
    """
    lines = lines_of(text)
    parts: list[str] = []
    at = 0
    for where, new in sorted(changes, key=lambda change: change.where):
        start, end = lines.range(where)
        if start < at:
            raise Impossible
        parts += [text[at:start], _with_breaks(new, lines, start)]
        at = end
    return "".join([*parts, text[at:]])


_COMMENT = re.compile(r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(?:^|(?<=\s))#[^\n]*""", re.M)


def loses_comments(text: str, changes: Iterable[Replacement]) -> bool:
    """Whether replacements in YAML take comments away."""
    lines = lines_of(text)
    for where, new in changes:
        start, end = lines.range(where)
        old = text[start:end]
        found = [c[0] for c in _COMMENT.finditer(old) if "#" in old and not c["text"]]
        if any(comment.strip() not in new for comment in found):
            return True
    return False


def _with_breaks(new: str, lines: Lines, at: int) -> str:
    """New text with the line breaks of the text around it."""
    if "\n" not in new:
        return new
    end = lines.end_of_line(at)
    if end == len(lines.text) and len(lines.starts) > 1:  # the last line, without a break
        end = lines.end_of_line(lines.starts[-2])
    return new.replace("\n", lines.text[end : lines.next_line(end)] or "\n")


def _characters(edit: Edit, lines: Lines) -> Piece:
    """An edit of characters as they are, or of a value whose place is known by its span only."""
    place = edit.place
    span = place.span()
    if span is None or edit.how not in (How.TEXT, How.REPLACE):
        raise Impossible
    found = Range(*lines.range(span))
    if edit.how is How.TEXT or isinstance(place, Place):
        if isinstance(place, Place) and place.within:
            start, end = place.within
            if found.end - found.start != end - start:
                raise Impossible  # the value is written otherwise than it reads
        if not isinstance(edit.value, str):
            raise Impossible
        return Piece(found, edit.value)
    style = Style.JSON if is_json(place.source) else Style.FLOW
    return Piece(found, rendered(edit.value, style, _quote(lines.text, found)))


def _replaced(layout: Layout, place: Place, value: Any) -> Iterator[Piece]:
    """Another value, or another key."""
    spot = layout.spot(place.path)
    if place.part == "key":
        if not isinstance(value, str):
            raise Impossible
        key = layout.key(spot)
        style = Style.JSON if layout.json else Style.FLOW
        yield Piece(key, rendered(value, style, _quote(layout.text, key)))
        return
    found = layout.value(spot.marks)
    listed = spot.around and isinstance(spot.path[-1], int) and layout.is_block(spot.around[-1])
    if layout.is_block(spot.marks):
        text = block(value, " " * spot.marks.value[0].column)
        if "\n" in text or text != rendered(value, Style.FLOW):
            yield Piece(found, text)
        elif listed:
            yield Piece(found, entry(value, Style.BLOCK))
        else:
            yield from instead_of_block(layout, spot, text)
        return
    text = rendered(value, layout.style(spot), _quote(layout.text, found))
    if listed and isinstance(value, dict):
        text = entry(value, layout.style(spot))
    if found.start == found.end and layout.lines.before(found.start)[-1:].strip():
        text = f" {text}"
    yield Piece(found, text)


def _quote(text: str, found: Range) -> str:
    sign = text[found.start : found.start + 1]
    return sign if sign in ("'", '"') else ""
