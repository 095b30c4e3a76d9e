"""``archspec check --watch``: files are checked again when something changes that they are made of."""

import os
import re
import sys
import time
from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn

from archspec.commands._check_file import Checked, How, check_file
from archspec.commands._check_report import reported_text, summary_lines, untold
from archspec.commands._say import (
    Painted,
    clear_screen,
    line_of,
    show,
    terminal_width,
    wants_color,
)
from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Diagnostic
from archspec.files.project import places_above
from archspec.pipeline import find_files, no_collection

_PAUSE = 0.2
"""Seconds between two looks at the files."""
_ROUNDS = 5
"""Looks at the files from one search of the folders to the next."""
_STILL = 0.05
"""Seconds for which nothing may change before files are read: an editor may be writing."""

_STYLE = re.compile("(\x1b\\[[0-9;]*m)")

Stamp = tuple[int, int, int] | None
"""Time of the last change, size and number of a file; None if there is none."""


class _Known(NamedTuple):
    """A file as it was checked."""

    stamps: dict[str, Stamp]
    """All that it was made of, as it was when it was read."""
    file: Checked | None


def watch_specs(specs: tuple[str, ...], how: How, quiet: bool, skip_others: bool) -> NoReturn:
    """Check files again and again, until an interrupt.

    Raises:
        KeyboardInterrupt: Ctrl-C.
        OutputError: nothing more can be printed.
    """
    watch = _Watch(specs, how, quiet, skip_others)
    rounds = 0
    while True:
        if rounds % _ROUNDS == 0:
            watch.find()
        if watch.look():
            watch.draw()
        rounds += 1
        time.sleep(_PAUSE)


class _Watch:
    def __init__(self, specs: tuple[str, ...], how: How, quiet: bool, skip_others: bool) -> None:
        self.specs = specs
        self.how = how
        self.quiet = quiet
        self.named = set() if skip_others else set(specs)
        self.files: list[str] = []
        self.known: dict[str, _Known] = {}
        self.texts: dict[str, str] | None = None
        """What was shown of each file; None if nothing was."""
        self.gone = False

    def find(self) -> None:
        """Search the folders for files that have come or gone."""
        self.files = find_files(self.specs)
        for path in self.known.keys() - set(self.files):
            del self.known[path]
            self.gone = True

    def look(self) -> bool:
        """Check what has changed; whether anything has."""
        now: dict[str, Stamp] = {}
        stale = [path for path in self.files if self._is_stale(path, now)]
        if not stale and not self.gone and self.texts is not None:
            return False
        while stale and (seen := self._stamps(stale)) and self._stamps(stale, _STILL) != seen:
            pass  # it is being written
        self.gone = False
        how = self.how._replace(projects=ProjectSettings())
        for path in stale:
            self.known[path] = self._check(path, how)
        return True

    def _is_stale(self, path: str, now: dict[str, Stamp]) -> bool:
        """Whether a file has changed; ``now`` has the stamps that are known already."""
        known = self.known.get(path)
        if known is None:
            return True
        for name, stamp in known.stamps.items():
            if name not in now:
                now[name] = _stamp(name)
            if now[name] != stamp:
                return True
        return False

    def _stamps(self, paths: Iterable[str], after: float = 0.0) -> dict[str, Stamp]:
        time.sleep(after)
        return {path: _stamp(path) for path in paths}

    def _check(self, path: str, how: How) -> _Known:
        before = self._stamps([path, *places_above(os.path.dirname(path))])
        begun = time.time_ns()
        with no_collection():
            file = check_file(path, how, path not in self.named)
        used = file.sink.opened if file else set()
        stamps = {**self._stamps(used), **before}
        for name, stamp in stamps.items():
            if stamp and name not in before and stamp[0] >= begun:
                stamps[name] = (0, 0, 0)  # who knows whether it was read before or after
        return _Known(stamps, file)

    def draw(self) -> None:
        """Show all files on a terminal, elsewhere those of which something else is said now."""
        told: set[tuple[Any, ...]] = set()
        found: list[Diagnostic] = []
        checked: list[Checked] = []
        texts: dict[str, str] = {}
        color = wants_color(sys.stdout)
        for path in self.files:
            file = self.known[path].file
            if file is not None:
                checked.append(file)
                diagnostics = untold(file, told)
                found += diagnostics
                texts[path] = reported_text(path, file, diagnostics, self.quiet, False, color)
        before = self.texts
        changed = {p for p in texts if before is not None and before.get(p) != texts[p]}
        self.texts = texts
        if before is not None and not changed and before.keys() == texts.keys():
            return
        end = list(summary_lines(checked, found, [], always=True)) if checked else ["no spec yet"]
        head = f"{time.strftime('%H:%M:%S')}  watching {len(texts)} file{'s' * (len(texts) != 1)}"
        if _is_screen():
            bad = {p for p in texts if self._is_bad(p)}
            order = sorted(texts, key=lambda p: (p not in bad, p not in changed))
            blocks = [_marked(texts[p], p in changed) for p in order]
            clear_screen()
            show(_fitting(f"{head}, Ctrl-C ends", blocks, end))
        else:
            shown = texts if before is None else {p: texts[p] for p in texts if p in changed}
            body = "".join(shown.values())
            show(f"{head}\n{body}" + "".join(line_of(line) for line in end))

    def _is_bad(self, path: str) -> bool:
        file = self.known[path].file
        return file is not None and file.is_bad


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _is_screen() -> bool:
    """Whether standard output is a terminal whose screen can be cleared."""
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _marked(text: str, changed: bool) -> str:
    return line_of(Painted("*", "bold"))[:-1] + f" {text}" if changed and text else text


def _fitting(head: str, blocks: list[str], end: list[str]) -> str:
    """What fits on the screen: the head, the blocks from the first on, and the end."""
    try:
        rows = os.get_terminal_size(sys.stdout.fileno()).lines or 24
    except (OSError, ValueError):
        rows = 24
    lines = [line for block in blocks for line in block.splitlines()]
    room = max(rows - len(end) - 3, 1)
    if len(lines) > room:
        more = len(lines) - room + 1
        lines = [*lines[: room - 1], f"… {more:,} more lines"]
    width = terminal_width() or 80
    ends = [line_of(line)[:-1] for line in end]
    return "".join(f"{_cut(line, width)}\n" for line in [line_of(head)[:-1], *lines, *ends])


def _cut(line: str, width: int) -> str:
    """A line as far as there is room, whatever its colours."""
    found, left = "", width
    for number, part in enumerate(_STYLE.split(line)):
        if number % 2:
            found += part
        elif len(part) > left:
            found += part[: max(left - 1, 0)] + "…"
            return found + "\x1b[0m" * ("\x1b" in found)
        else:
            found, left = found + part, left - len(part)
    return found
