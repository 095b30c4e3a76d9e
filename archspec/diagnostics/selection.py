"""Which warnings and notes are wanted: by the command line, a file, a line of it, the project.

Errors are always told. For all else the nearest word counts: a comment on the line, then the
command line, then the key ``lint`` of the file, then the settings of the project, and last, that
warnings are wanted and notes are not.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from archspec.diagnostics.codes import is_error, severity_of
from archspec.diagnostics.place import Located, Place, SourcePlace

_LONGEST = 5
"""Characters of a code."""

IN_THE_FILE = 0
"""Stands for the line of a code that the key ``lint`` ignores."""


class Selection:
    """Codes that are wanted; errors always are.

    A code may be a beginning: ``AS9`` stands for all warnings, ``AS8`` for all notes, ``ALL`` for
    both; the longest one counts.
    """

    def __init__(
        self,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        project: "Selection | None" = None,
        by_file: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        """``project`` is asked where these say nothing; ``by_file`` gives what a file ignores."""
        self.select = tuple(select)
        self.ignore = tuple(ignore)
        self.project = project
        around = ((), ()) if project is None else (project.select, project.ignore)
        self.wishes: Wishes = self.select, self.ignore, *around
        """What is selected and ignored here, and what around it."""
        self._by_file = by_file
        self._comments: dict[str, tuple[str, dict[int, Any]]] = {}
        """By the name of a source: its text, and its comments by their lines."""
        self._keys: dict[str, tuple[Located, list[str]]] = {}
        """By the name of a source: its document, and what its key ``lint`` ignores."""
        self.used: set[tuple[str, int, str]] = set()
        """What has been of use: the source, the line of the comment, the code as it is there."""

    def wants_code(self, code: str) -> bool:
        """Whether a code is wanted anywhere: a rule of one that is not need not run."""
        return wants_code(code, self.wishes)

    def wants(self, code: str, place: Place | SourcePlace) -> bool:
        """Whether a code is wanted at a place."""
        if is_error(code):
            return True
        if not self.wants_code(code):
            return False
        if isinstance(place, SourcePlace):
            return True
        name = place.document.source.name
        comment = self._comment_at(place)
        if comment and self._uses(name, comment.line, code, comment.codes or ("ALL",)):
            return False
        ignored = self._uses(name, IN_THE_FILE, code, self._ignored_by_key(place))
        if self._verdict(code) is not None:
            return True
        return not ignored and not _longest(
            code, self.project.ignored_in(name) if self.project else ()
        )

    def ignored_in(self, name: str) -> Iterable[str]:
        """What is ignored in a file, by its name."""
        return self._by_file(name) if self._by_file else ()

    def _comment_at(self, place: Place) -> Any:
        """The comment on the line of a place, or None; each line of a file is read once."""
        source = place.document.source
        known = self._comments.get(source.name)
        if known is None or known[0] is not source.text:
            from archspec.diagnostics.comments import comments  # for what is to be told only

            found = {comment.line: comment for comment in comments(source)}
            known = self._comments[source.name] = source.text, found
        return known[1].get(place.span().line) if known[1] else None

    def _ignored_by_key(self, place: Place) -> list[str]:
        document = place.document
        known = self._keys.get(document.source.name)
        if known is None or known[0] is not document:
            codes = [*dict.fromkeys(c for c in ignored_by_key(place) if len(c) <= _LONGEST)]
            known = self._keys[document.source.name] = document, codes
        return known[1]

    def _verdict(self, code: str) -> bool | None:
        return _verdict(code, self.select, self.ignore)

    def _uses(self, name: str, line: int, code: str, codes: Iterable[str]) -> bool:
        fitting = [c for c in codes if _longest(code, [c])]
        self.used.update((name, line, c) for c in fitting)
        return bool(fitting)


Codes = tuple[str, ...]
Wishes = tuple[Codes, Codes, Codes, Codes]


@lru_cache(1000)
def wants_code(code: str, wishes: Wishes) -> bool:
    """Whether a code is wanted by who selects and ignores some."""
    if is_error(code):
        return True
    select, ignore, later_select, later_ignore = wishes
    verdict = _verdict(code, select, ignore)
    if verdict is None:
        verdict = _verdict(code, later_select, later_ignore)
    return severity_of(code) == "warning" if verdict is None else verdict


def _verdict(code: str, select: Codes, ignore: Codes) -> bool | None:
    selected, ignored = _longest(code, select), _longest(code, ignore)
    return selected > ignored if selected or ignored else None


def ignored_by_key(place: Place) -> list[str]:
    """The codes that the key ``lint`` of a file ignores, as far as they are some."""
    lint = place.document.at(("lint",))
    listed = lint.get("ignore") if isinstance(lint, dict) else None
    codes = listed if isinstance(listed, list) else [listed]
    return [code.strip().upper() for code in codes if isinstance(code, str) and code.strip()]


def _longest(code: str, beginnings: Iterable[str]) -> int:
    """How much of a code the longest of the beginnings says; 0 if none does."""
    return max(
        (1 if b == "ALL" else len(b) for b in beginnings if b == "ALL" or code.startswith(b)),
        default=0,
    )


class Settings:
    """What a project says of its specs."""

    __slots__ = ("path", "selection", "strict")

    def __init__(self, selection: Selection, strict: bool = False, path: str = "") -> None:
        self.selection = selection
        self.strict = strict
        self.path = path
        """The file; empty if there is none."""
