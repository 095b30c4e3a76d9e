"""Where something stands: a path in a document, or lines and columns of a text."""

from typing import Any, NamedTuple

from archspec.diagnostics.source import Source

Path = tuple[str | int, ...]


class Span(NamedTuple):
    """Where a text stands: lines and columns count from 1, in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Located:
    """What a place lies in: a source whose paths have spans; a document."""

    source: Source

    def span(self, path: Path, part: str) -> Span:
        """Where what is at a path stands."""
        raise NotImplementedError

    def sign_at(self, span: Span) -> str:
        """The first character of a span."""
        raise NotImplementedError

    def at(self, path: Path) -> Any:
        """The value at a path."""
        raise NotImplementedError


class Place(NamedTuple):
    """A document, a path in it, and which part is meant: the ``key`` or the ``value``."""

    document: Located
    path: Path
    part: str = "value"
    within: tuple[int, int] | None = None
    """Columns of a piece of the value, from its start: an operator in an expression."""

    def at(self, *steps: str | int, part: str = "value") -> "Place":
        """The place below this one."""
        return Place(self.document, self.path + steps, part)

    def below(self, *steps: str | int) -> "Place":
        """The place of something that is there: what stands alone for an argument has no step for it.

        ``LSTM: 16`` is ``units`` of it, ``Bidirectional: {LSTM: 16}`` its ``layer``.
        """
        path, value = self.path, self.document.at(self.path)
        for step in steps:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                continue
            path += (step,)
        return Place(self.document, path)

    def key(self) -> "Place":
        """The key of this place instead of its value."""
        return Place(self.document, self.path, "key")

    def as_it_stands(self) -> "Place":
        """The place of the value: a value that stands alone for an argument has no step for it."""
        path = self.path
        holder = self.document.at(path[:-1]) if path else None
        if holder is None:
            return self._replace(path=self._without_steps_of_short_forms())
        if isinstance(holder, dict if isinstance(path[-1], str) else list):
            return self
        return self._replace(path=path[:-1])

    def _without_steps_of_short_forms(self) -> Path:
        """The path without names that are left out before its end: `expect: [55, 55, 96]`."""
        value = self.document.at(())
        path: list[str | int] = []
        for step in self.path:
            if isinstance(value, dict) and isinstance(step, str):
                if step not in value:
                    return self.path
                value = value[step]
            elif isinstance(value, list) and isinstance(step, int):
                if not -len(value) <= step < len(value):
                    return self.path
                value = value[step]
            else:
                continue
            path.append(step)
        return tuple(path)

    def span(self) -> Span:
        """Line and columns."""
        span = self.document.span(self.path, self.part)
        if self.within and span.line == span.end_line:
            start, end = self.within
            quoted = self.document.sign_at(span) in ("'", '"')
            column = span.column + quoted
            if column + end <= span.end_column:
                return Span(span.line, column + start, span.line, column + end)
        return span


class SourcePlace(NamedTuple):
    """A place in a text that did not become a document: its span is known at once, if at all."""

    source: Source
    where: Span | None = None

    def span(self) -> Span | None:
        """Line and columns, or None for the file as a whole."""
        return self.where
