"""Settings of a project, ``[tool.archspec]`` in its ``pyproject.toml``: what they may say."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from archspec.diagnostics.find_code import CodeError, find_code
from archspec.diagnostics.fixes import Fix, renamed
from archspec.diagnostics.selection import Selection, Settings
from archspec.diagnostics.sink import SourcePlace, Span
from archspec.diagnostics.source import Source
from archspec.diagnostics.spelling import nearest
from archspec.files.project import ProjectError

KEYS = ("select", "ignore", "strict", "per-file-ignores")
_PAGE = "it may have `select`, `ignore`, `strict` and `per-file-ignores`"


class Fault(NamedTuple):
    """Something that is wrong in the settings."""

    place: SourcePlace
    message: str
    help: Sequence[str | Fix] = ()


def read_settings(
    path: str, found: tuple[str, Any] | ProjectError, faults: list[Fault]
) -> Settings:
    """The settings of a file, of which text and table were found, or why not; adds the faults."""
    name, quoted = _shown(path), _may_quote(path)
    if isinstance(found, ProjectError):
        where = found.where
        span = Span(*where, where[0], where[1] + 1) if where else None
        source = Source(name, found.text if quoted else "")
        faults.append(Fault(SourcePlace(source, span), found.message))
        return Settings(Selection(), path=path)
    text, table = found
    reader = _Reader(Source(name, text))
    settings = reader.settings(table, path)
    if quoted:
        faults += reader.faults
    elif reader.faults:
        message = "the settings under `tool.archspec` cannot be used"
        faults.append(Fault(SourcePlace(Source(name, "")), message, [_PAGE]))
    return settings


class _Reader:
    """Reads the table, and reports what is wrong at its line."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Fault] = []

    def settings(self, table: Any, path: str) -> Settings:
        if not isinstance(table, dict):
            self._report("`tool.archspec` is a table", [_PAGE])
            return Settings(Selection(), path=path)
        for key in table:
            if key not in KEYS:
                near = nearest(key, KEYS)
                place = self._place(key)
                listed = ", ".join(f"`{k}`" for k in KEYS)
                help = renamed(place, near) if near else f"`tool.archspec` takes {listed}"
                self._report(f"`tool.archspec` has no key `{key}`", [help], place)
        select, ignore = self._codes(table, "select"), self._codes(table, "ignore")
        selection = Selection(select, ignore, by_file=self._by_file(table, path))
        return Settings(selection, self._strict(table), path)

    def _strict(self, table: Mapping[str, Any]) -> bool:
        strict = table.get("strict", False)
        if isinstance(strict, bool):
            return strict
        self._report("`strict` is `true` or `false`", [], self._place("strict"))
        return False

    def _codes(self, table: Mapping[str, Any], key: str) -> list[str]:
        """The codes under a key; reports those that are none."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            message = f'`{key}` is a list of codes such as ["AS902"]'
            self._report(message, [], self._place(key))
            return []
        found = []
        for code in value:
            try:
                found.append(find_code(code))
            except CodeError as error:
                place = self._place(key, code)
                help = [renamed(place, error.meant)] if error.meant else []
                self._report(error.message, help, place)
        return found

    def _by_file(self, table: Mapping[str, Any], path: str) -> Any:
        patterns = table.get("per-file-ignores", {})
        if not isinstance(patterns, dict):
            message = "`per-file-ignores` is a table of patterns and codes"
            help = ['`per-file-ignores = {"drafts/*" = ["AS902"]}`']
            self._report(message, help, self._place("per-file-ignores"))
            return None
        codes = {pattern: self._codes(patterns, pattern) for pattern in patterns}
        if not codes:
            return None
        folder = os.path.dirname(path)
        known: dict[str, list[str]] = {}

        def ignored(name: str) -> list[str]:
            if name not in known:
                known[name] = [c for p in codes if _fits(name, p, folder) for c in codes[p]]
            return known[name]

        return ignored

    def _report(
        self, message: str, help: Sequence[str | Fix], place: SourcePlace | None = None
    ) -> None:
        self.faults.append(Fault(place or self._place(), message, help))

    def _place(self, key: str = "", value: str | None = None) -> SourcePlace:
        """Where a key of the table stands, or a text in its value, as far as it can be found."""
        at = _find_key(self.source.text, key)
        if at is None:
            return SourcePlace(self.source)
        start, end = at
        if value is not None:
            found = re.compile(rf"""(["']){re.escape(value)}\1""").search(self.source.text, end)
            if found is not None:
                start, end = found.start() + 1, found.end() - 1
        line = self.source.text.count("\n", 0, start)
        column = start - (self.source.text.rfind("\n", 0, start) + 1)
        return SourcePlace(
            self.source, Span(line + 1, column + 1, line + 1, column + 1 + end - start)
        )


def _find_key(text: str, key: str) -> tuple[int, int] | None:
    """Where a key stands behind the first mention of the table; the table itself without one."""
    table = re.search(r"""archspec["']?(?=[ \t]*[\].=])""", text)
    if table is None:
        return None
    if not key:
        return table.start(), table.start() + len("archspec")
    written = re.compile(rf"""(?<![\w-])["']?({re.escape(key)})["']?[ \t]*[=\].]""")
    found = written.search(text, table.end())
    return found.span(1) if found else (table.start(), table.start() + len("archspec"))


def _fits(name: str, pattern: str, folder: str) -> bool:
    """Whether a file is one of those that a pattern means: by its path in the project, or its name."""
    from fnmatch import fnmatchcase

    try:
        inside = os.path.relpath(os.path.abspath(name), folder)
    except (OSError, ValueError):
        inside = name
    inside = inside.replace(os.sep, "/")
    return fnmatchcase(inside, pattern) or fnmatchcase(os.path.basename(name), pattern)


def _may_quote(path: str) -> bool:
    """Whether the text of such a file may be shown: not if it is a link that leads elsewhere."""
    folder = os.path.realpath(os.path.dirname(path))
    return os.path.dirname(os.path.realpath(path)) == folder


def _shown(path: str) -> str:
    """A path as it is shortest, below the current folder or as a whole."""
    try:
        near = os.path.relpath(path)
    except (OSError, ValueError):
        return path
    return path if near.startswith(f"..{os.sep}..") else near
