"""Folders that archspec makes: a run, a SavedModel. Each has a mark, which is also its journal.

The mark is a file that only grows: its first line says what the folder is, each further one names
a file that archspec wrote in it and the digest of what it wrote. So archspec knows what is its own.
Whatever else lies there, or has been changed since, is the user's, and is never removed. While
somebody writes in the folder the mark is locked.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from typing import Any

from archspec.files.locks import lock
from archspec.files.reading import is_regular, read_regular
from archspec.files.writing import WriteError, check_path, real, replacing, unwritable

MARK = ".archspec"
_LONGEST_MARK = 2**26
"""A mark has some 100 bytes for each file in each epoch."""


class Folder:
    """A folder with a mark, open for writing: nobody else writes in it until it is closed."""

    def __init__(self, path: str, kind: str, stream: int = -1, made: bool = False) -> None:
        self.path = path
        """The folder, links followed."""
        self.made = made
        """Whether there was none before."""
        self._stream = stream
        self._own = _journal(path, kind)
        """Digests of what archspec wrote, by the file's path in the folder; None is any."""

    def file(self, name: str) -> str:
        """Path of a file in it."""
        return os.path.join(self.path, *name.split("/"))

    def has(self, name: str) -> bool:
        """Whether it has a file."""
        return os.path.isfile(self.file(name))

    def owns(self, name: str) -> bool:
        """Whether archspec wrote a file, and nobody has changed it since."""
        known = self._own.get(name)
        path = self.file(name)
        if known is None or not is_regular(path) or os.path.realpath(path) != path:
            return False
        return None in known or _digest(path) in known

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file whole.

        Raises:
            WriteError: the system refuses (AS503).
        """
        data = content.encode() if isinstance(content, str) else content
        self._make_room(name)
        self._note(name, hashlib.sha256(data).hexdigest())
        with self._writing(name) as new, open(new, "xb") as file:
            file.write(data)

    @contextlib.contextmanager
    def replacing(self, name: str, state: bool = False) -> Any:
        """A path beside a file, for a new file that takes its place in the end, if all goes well.

        With ``state`` the file is archspec's own whatever is in it: it is written too often, and
        is too large, to be looked at each time.

        Raises:
            WriteError: the system refuses (AS503).
        """
        self._make_room(name)
        with self._writing(name) as new:
            yield new
            self._note(name, None if state else _digest(new))

    def take_in(self, names: Iterable[str]) -> None:
        """Note files that others have written at archspec's behest."""
        for name in names:
            self._note(name, _digest(self.file(name)))

    def become(self, target: "Folder") -> None:
        """Put what is in this folder in the place of what archspec wrote in another one.

        What is not archspec's stays there; this folder goes. Broken off, it can be done again.

        Raises:
            WriteError: the system refuses (AS503).
        """
        here = [name for name in files_in(self.path) if name != MARK]
        new = {*self._own, *here}  # some of them may have gone over before a kill
        try:
            for name in [*target._own]:
                if name not in new:
                    target._remove(name)
            for folder in _folders_in(self.path):
                os.makedirs(target.file(folder), exist_ok=True)
            for name in here:
                target._make_room(name)
                target._note(name, _digest(self.file(name)))
                os.replace(self.file(name), target.file(name))
            for folder in _folders_in(self.path)[::-1]:
                os.rmdir(self.file(folder))
            self.made = True
            self.clear()
        except OSError as error:
            raise unwritable(target.path, error) from None

    def clear(self) -> None:
        """Remove what archspec wrote, and the folder if nothing else is in it."""
        for name in [*self._own]:
            self._remove(name)
        self.close()
        os.unlink(self.file(MARK))
        if self.made:
            with contextlib.suppress(OSError):
                os.rmdir(self.path)

    def close(self) -> None:
        """Let others write."""
        if self._stream >= 0:
            os.close(self._stream)
            self._stream = -1

    def _remove(self, name: str) -> None:
        """Remove a file that archspec wrote, and the folders around it that are empty then."""
        if not self.owns(name):
            return
        os.unlink(self.file(name))
        while name := name.rpartition("/")[0]:
            try:
                os.rmdir(self.file(name))
            except OSError:
                return

    def _note(self, name: str, digest: str | None) -> None:
        """Say in the mark what is about to be written."""
        known = self._own.setdefault(name, set())
        if digest in known:
            return
        known.add(digest)
        line: dict[str, Any] = {"file": name, "sha256": digest}
        try:
            os.write(self._stream, json.dumps(line).encode() + b"\n")
        except OSError as error:
            raise unwritable(self.path, error) from None

    def _make_room(self, name: str) -> None:
        """Move a file away that has the name of one of archspec's, and is the user's."""
        path = self.file(name)
        if not os.path.lexists(path) or self.owns(name):
            return
        number = 1
        while os.path.lexists(kept := f"{path}.kept{number}"):
            number += 1
        try:
            os.rename(path, kept)
        except OSError as error:
            raise unwritable(path, error) from None

    def _writing(self, name: str) -> Any:
        return replacing(self.file(name))


def check_folder(path: str, inputs: Iterable[str] = ()) -> str:
    """The folder of a path, links followed, if it is one in which archspec may write.

    Args:
        path: the folder; there may be none yet.
        inputs: files and folders that are read: none of them may lie in it.

    Raises:
        WriteError: archspec does not write there, whatever options are given (AS503), or
            somebody else made the folder (AS502).
    """
    check_path(path)
    target = real(path)
    for place, what in ((_current(), "the current folder"), (os.path.expanduser("~"), "home")):
        if place and _holds(target, real(place)):
            holds = what if target == real(place) else f"a folder that holds {what}"
            hint = "name a folder of its own"
            raise WriteError("AS503", path, f"this is {holds}: archspec does not write there", hint)
    for other in inputs:
        if os.path.lexists(other) and _holds(target, real(other)):
            hint = "name a folder of its own"
            raise WriteError("AS503", path, f"this folder holds {other}, which is read", hint)
    if os.path.lexists(target) and not os.path.isdir(target):
        raise WriteError("AS503", path, "this is a file, not a folder", "name another --output")
    if os.path.isdir(target) and not is_marked(target) and os.listdir(target):
        hint = "name a folder that does not exist yet"
        raise WriteError("AS502", path, "this folder holds something else", hint)
    return target


def is_marked(path: str) -> bool:
    """Whether archspec made a folder."""
    return is_regular(os.path.join(path, MARK))


def open_folder(target: str, kind: str, path: str) -> Folder:
    """Make a folder, or open one that archspec made, and lock it.

    Args:
        target: the folder, as :func:`check_folder` gives it.
        kind: what it is: a run, a SavedModel.
        path: as the user wrote it.

    Raises:
        WriteError: it cannot be made, is of another kind, or somebody writes in it (AS503).
    """
    mark = os.path.join(target, MARK)
    flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
    stream = -1
    try:
        made = not os.path.isdir(target)
        os.makedirs(target, exist_ok=True)
        stream = os.open(mark, flags | os.O_CREAT, 0o666)
        if not lock(stream) or not os.path.samestat(os.fstat(stream), os.stat(mark)):
            message = "another archspec is writing in this folder"
            raise WriteError("AS503", path, message, "wait until it is done, or end it")
        if os.fstat(stream).st_size == 0:
            os.write(stream, json.dumps({"archspec": kind}).encode() + b"\n")
        return Folder(target, kind, stream, made)
    except (OSError, WriteError) as error:
        if stream >= 0:
            os.close(stream)
        raise unwritable(path, error) if isinstance(error, OSError) else error from None


def files_in(path: str) -> list[str]:
    """The files in a folder and below it, by their paths in it with slashes."""
    found = []
    for folder, _, names in os.walk(path):
        below = os.path.relpath(folder, path).replace(os.sep, "/")
        found += [n if below == "." else f"{below}/{n}" for n in names]
    return sorted(found)


def _folders_in(path: str) -> list[str]:
    """The folders in a folder and below it, each behind the one around it."""
    found = []
    for folder, below, _ in os.walk(path):
        found += [os.path.relpath(os.path.join(folder, n), path) for n in below]
    return [name.replace(os.sep, "/") for name in found]


def _journal(path: str, kind: str) -> dict[str, set[str | None]]:
    """What a mark says; a line that was broken off by a kill says nothing.

    Raises:
        WriteError: the folder is of another kind (AS502).
        OSError: the mark cannot be read.
    """
    found: dict[str, set[str | None]] = {}
    lines = read_regular(os.path.join(path, MARK), _LONGEST_MARK).splitlines()
    first = _line(lines[0]) if lines else {}
    if first.get("archspec") != kind:
        message = f"this folder holds {first.get('archspec') or 'something else'}, not {kind}"
        raise WriteError("AS502", path, message, "name another --output")
    for line in map(_line, lines[1:]):
        name, digest = line.get("file"), line.get("sha256")
        if isinstance(name, str) and _is_inside(name) and (digest is None or type(digest) is str):
            found.setdefault(name, set()).add(digest)
    return found


def _line(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_inside(name: str) -> bool:
    """Whether a name in a mark leads to a file of the folder: the mark may have been edited."""
    parts = name.split("/")
    return all(p and p not in (".", "..") and not set(p) & {"\\", ":", "\0"} for p in parts)


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _holds(folder: str, other: str) -> bool:
    """Whether a folder is another place, or a folder around it."""
    return other == folder or other.startswith(folder.rstrip(os.sep) + os.sep)


def _current() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""
