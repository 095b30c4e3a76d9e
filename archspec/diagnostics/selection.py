"""Which warnings and notes are wanted: by the command line, a file, a line of it, the project.

Errors are always told. For all else the nearest word counts: a comment on the line, then the
command line, then the key ``lint`` of the file, then the settings of the project, and last, that
warnings are wanted and notes are not.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from archspec.diagnostics.codes import CODES, is_error, severity_of
from archspec.diagnostics.place import Located, Place, SourcePlace, Span
from archspec.diagnostics.source import Source

_COMMENT = r"(?:(?<=\s)|^)#\s*archspec:\s*ignore(?:\[([^\]]*)\])?(?=$|[^\w\[])"
"""``# archspec: ignore[AS912]``, or without codes for all."""
_CODE = r"[^\s,]+"

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
        self._comments: dict[str, tuple[str, dict[int, Comment]]] = {}
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

    def _comment_at(self, place: Place) -> "Comment | None":
        """The comment on the line of a place; each line of a file is read once."""
        source = place.document.source
        known = self._comments.get(source.name)
        if known is None or known[0] is not source.text:
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


class Comment(NamedTuple):
    """A comment that ignores."""

    line: int
    codes: tuple[str, ...]
    """As they are written, in capitals; none for all."""
    spans: tuple[Span, ...]
    """Where each of them stands; the whole comment if there is none."""


def comments(source: Source) -> Iterator[Comment]:
    """All comments of a file that ignore something."""
    if not _may_have_comments(source):
        return
    for number, line in enumerate(source.text.split("\n"), 1):
        if "archspec:" in line and (found := _comment(line, number)) is not None:
            yield found


def ignored_by_key(place: Place) -> list[str]:
    """The codes that the key ``lint`` of a file ignores, as far as they are some."""
    lint = place.document.at(("lint",))
    listed = lint.get("ignore") if isinstance(lint, dict) else None
    codes = listed if isinstance(listed, list) else [listed]
    return [code.strip().upper() for code in codes if isinstance(code, str) and code.strip()]


class CodeError(ValueError):
    """What stands for codes of warnings and notes, and is none."""

    def __init__(self, message: str, meant: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.meant = meant
        """The code that it may be instead."""


@lru_cache(256)
def find_code(written: str) -> str:
    """The code, or the beginning of codes, of warnings or notes that is meant.

    Raises:
        CodeError: there is none, or errors alone have it.
    """
    code = written.strip().upper()
    if code == "ALL":
        return code
    if code.isdigit():
        code = f"AS{code}"
    fitting = [c for c in CODES if code and c.startswith(code)]
    if not fitting:
        raise CodeError(f"there is no code `{written.strip()}`", _meant(code))
    if all(is_error(c) for c in fitting):
        what = "is an error" if fitting == [code] else "stands for errors"
        raise CodeError(f"`{code}` {what}: only warnings and notes can be chosen")
    return code


def _meant(code: str) -> str:
    """The code with the same number, or the only one with these words in its title."""
    number = "".join(re.findall(r"\d", code.replace("O", "0").replace("I", "1")))
    if f"AS{number}" in CODES and not is_error(f"AS{number}"):
        return f"AS{number}"
    words = re.findall(r"[A-Z]{3,}", code)
    fitting = [
        c
        for c, t in CODES.items()
        if words and not is_error(c) and all(w in t.upper() for w in words)
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _longest(code: str, beginnings: Iterable[str]) -> int:
    """How much of a code the longest of the beginnings says; 0 if none does."""
    return max(
        (1 if b == "ALL" else len(b) for b in beginnings if b == "ALL" or code.startswith(b)),
        default=0,
    )


@lru_cache(16)  # a large text is not searched again for each warning
def _may_have_comments(source: Source) -> bool:
    """Whether there is such a comment, as far as the text as a whole tells; JSON has none."""
    text = source.text
    if source.name.lower().endswith(".json") or "archspec:" not in text or "ignore" not in text:
        return False
    return not (source.name.startswith("<") and text.lstrip()[:1] == "{")


def _comment(line: str, number: int) -> Comment | None:
    for found in re.finditer(_COMMENT, line):
        if _is_quoted(line[: found.start()]):
            continue
        written = list(re.compile(_CODE).finditer(line, *found.span(1))) if found[1] else []
        spans = [Span(number, m.start() + 1, number, m.end() + 1) for m in written]
        whole = Span(number, found.start() + 1, number, found.end() + 1)
        codes = tuple(m[0].upper() for m in written)
        return Comment(number, codes, tuple(spans or [whole]))
    return None


def _is_quoted(before: str) -> bool:
    """Whether a text in quotes is open at the end of a part of a line."""
    quote, last, escaped = "", " ", False
    for sign in before:
        if escaped:
            escaped = False
        elif quote:
            escaped = quote == '"' and sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'" and last in f" \t[{{,:({sign}":
            quote = sign
        last = sign
    return bool(quote)
