"""Which warnings and notes are wanted: by the user, by a file, and by a comment on its line."""

import re
from collections.abc import Iterable

from archspec.diagnostics.codes import is_error, severity_of
from archspec.diagnostics.place import Place, SourcePlace
from archspec.diagnostics.source import Source

_COMMENT = re.compile(r"#\s*archspec:\s*ignore(?:\[([^\]]*)\])?\s*(?:$|[^\w\[])")
"""``# archspec: ignore[AS912]``, or without codes for all."""


class Selection:
    """Codes that are wanted; errors always are.

    A code may be a beginning: ``AS9`` stands for all warnings, ``AS8`` for all notes, ``ALL`` for
    both.
    """

    def __init__(self, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> None:
        self.select = tuple(select)
        self.ignore = tuple(ignore)
        self._by_file: dict[str, tuple[str, ...]] = {}

    def ignore_in(self, source: Source, codes: Iterable[str]) -> None:
        """Take what a file itself ignores, with its key ``lint``."""
        self._by_file[source.name] = tuple(codes)

    def wants_code(self, code: str) -> bool:
        """Whether a code is wanted anywhere: a rule of one that is not need not run."""
        if is_error(code):
            return True
        if _longest(code, self.select) > _longest(code, self.ignore):
            return True
        return severity_of(code) == "warning" and not _longest(code, self.ignore)

    def wants(self, code: str, place: Place | SourcePlace) -> bool:
        """Whether a code is wanted at a place."""
        if is_error(code):
            return True
        source = place.document.source if isinstance(place, Place) else place.source
        if not self.wants_code(code) or _longest(code, self._by_file.get(source.name, ())):
            return False
        if "archspec:" not in source.text:
            return True
        span = place.span()
        return span is None or not _ignored_by(source.text.split("\n")[span.line - 1], code)


def _longest(code: str, beginnings: Iterable[str]) -> int:
    """How much of a code the longest of the beginnings says; 0 if none does."""
    return max(
        (1 if b == "ALL" else len(b) for b in beginnings if b == "ALL" or code.startswith(b)),
        default=0,
    )


def _ignored_by(line: str, code: str) -> bool:
    """Whether a comment in a line switches a code off there."""
    found = _COMMENT.search(line)
    if found is None:
        return False
    codes = found[1]
    return codes is None or any(code.startswith(c.strip()) for c in codes.split(",") if c.strip())
