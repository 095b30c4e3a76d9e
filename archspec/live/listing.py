"""The files of a folder that are specs or recipes, or could be: found within bounds."""

import os
import re
import time
from collections.abc import Callable, Iterator

from archspec.files.reading import is_regular, open_regular
from archspec.pipeline import ENDINGS, is_foreign

__all__ = ["ENDINGS", "Listing"]

_MOST_FILES = 2_000
_MOST_ENTRIES = 50_000
"""Files and folders that are looked at."""
_LONGEST = 1.0
"""Seconds that a search may take."""
_BEGINNING = 64 * 1024
"""Bytes in which a key of ours is looked for."""
_PAUSE = 3.0
"""Seconds from a search to the next, at least."""
_SHARE = 50
"""How many times as long as a search took nothing is searched."""

_OURS = re.compile(rb"""(?m)(^[ \t{,-]*|[{,]\s*)["']?(archspec|layers|blocks|spec)["']?[ \t]*:""")


class Listing:
    """The files of a folder, searched again when a while has passed.

    Args:
        root: the folder; empty for the current one.
        follows: says of a link whether it is shown.
    """

    def __init__(self, root: str, follows: Callable[[str], bool]) -> None:
        self._root = root
        self._follows = follows
        self._found: list[str] = []
        self._again = 0.0
        self._kinds: dict[str, tuple[tuple[int, int], bool]] = {}
        """Whether a file is ours, with its time and size when that was looked up."""

    def files(self) -> list[str]:
        """Paths in the folder, with ``/``, sorted: those at the top first."""
        start = time.monotonic()
        if start >= self._again:
            found = list(self._search(start + _LONGEST))
            self._found = sorted(found, key=lambda path: (path.count("/"), path))
            took = time.monotonic() - start
            self._again = start + max(_PAUSE, _SHARE * took)
        return list(self._found)

    def forget(self) -> None:
        """Search at once when the files are asked for next."""
        self._again = 0.0

    def _search(self, end: float) -> Iterator[str]:
        """Files in this folder and below, level by level, so that the nearest are never left out."""
        todo, entries, count = [""], 0, 0
        kinds, self._kinds = self._kinds, {}
        for below in todo:
            here = os.path.join(self._root, *below.split("/")) if below else self._root
            for entry in _entries(here or "."):
                entries += 1
                if entries > _MOST_ENTRIES or count >= _MOST_FILES or time.monotonic() > end:
                    return
                if entry.name.startswith("."):
                    continue
                path = f"{below}/{entry.name}" if below else entry.name
                if _is_folder(entry):
                    if not is_foreign(entry.path):
                        todo.append(path)
                elif entry.name.endswith(ENDINGS) and self._is_ours(entry, path, kinds):
                    count += 1
                    yield path

    def _is_ours(
        self,
        entry: "os.DirEntry[str]",
        path: str,
        kinds: dict[str, tuple[tuple[int, int], bool]],
    ) -> bool:
        """Whether a file has a key of ours, or nothing in it yet."""
        if not path.isprintable() or "\\" in path:
            return False
        try:
            status = entry.stat()
        except OSError:
            return False
        stamp = status.st_mtime_ns, status.st_size
        known = kinds.get(path)
        if known is None or known[0] != stamp:
            inside = not entry.is_symlink() or self._follows(entry.path)
            known = stamp, inside and _has_our_keys(entry.path)
        self._kinds[path] = known
        return known[1]


def _entries(folder: str) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _has_our_keys(path: str) -> bool:
    if not is_regular(path):
        return False
    try:
        with open_regular(path) as file:
            data = file.read(_BEGINNING)
    except (OSError, ValueError):
        return False
    return not data.strip() or _OURS.search(data.replace(b"\r", b"\n")) is not None
