"""The folder that a page shows: its files listed, opened, saved; nothing outside of it.

A file is called by its path in the folder, with ``/``. What is hidden is not shown, and no link that
leads out of the folder is followed. A file that somebody else has changed is not written over unasked.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from typing import Any

from archspec.diagnostics.source import MAX_BYTES
from archspec.files.reading import open_regular, read_regular, reason
from archspec.files.roots import lies_under, real_paths
from archspec.files.shipped import shipped_folders
from archspec.live import beginnings
from archspec.live.listing import ENDINGS, Listing
from archspec.live.question import BadQuestion, Given, Reply

_LONGEST_PATH = 1024
"""Characters."""
_MOST_STAMPS = 200
"""Files of which a page may ask at once whether they have changed."""


class Refused(Exception):
    """A file that is not touched; says why."""


class Folder:
    """The files of a folder, for a page.

    Args:
        root: the folder; empty for the current one.
        first: the file that is shown first, by its path in the folder.
        saves: whether files are written.
    """

    def __init__(self, root: str = "", first: str | None = None, saves: bool = True) -> None:
        self.root = root
        self.first = first
        self.saves = saves
        self.roots = real_paths([root])
        """Where it lies, links followed."""
        self._shipped = real_paths(shipped_folders())
        self.quotable = (*self.roots, *self._shipped)
        """Folders whose files may be quoted."""
        self._listing = Listing(root, self.may_look)
        self._told = ""
        """The mark of the list of files that was told last."""
        self.writing = threading.Lock()
        """Held while a file is compared and written."""
        self._answers: dict[str, Callable[[Given], Reply]] = {
            "hello": self.hello,
            "files": self.files,
            "open": self.open,
            "save": self.save,
            "state": self.state,
            "new": self.new,
        }

    def knows(self, word: Any) -> bool:
        """Whether a question is about files."""
        return isinstance(word, str) and word in self._answers

    def ask(self, given: Given) -> Reply:
        """The answer to a question about files; ``error`` in it says why there is none.

        Raises:
            BadQuestion: no page asks that.
        """
        try:
            return self._answers[given["ask"]](given)
        except Refused as error:
            return {"error": str(error)}

    def read(self, path: str) -> bytes | None:
        """The bytes of a file that a text refers to, one more than a spec may have at most.

        None if there is none, or it lies neither in the folder nor where specs ship, or is hidden.
        """
        path = path if os.path.isabs(path) else os.path.join(self.root, path)
        if not self._may_read(path):
            return None
        try:
            with open_regular(path) as file:
                return file.read(MAX_BYTES + 1)
        except (OSError, ValueError):
            return None

    def may_look(self, path: str) -> bool:
        """Whether it may be told if there is something at a path."""
        path = path if os.path.isabs(path) else os.path.join(self.root, path)
        return self._may_read(path)

    def covers(self, file: object) -> bool:
        """Whether a text can be said to stand in a file: nothing of it is read or written."""
        if not isinstance(file, str) or "\0" in file or os.path.isabs(file) or "\\" in file:
            return False
        return ".." not in file.split("/") and lies_under(
            os.path.join(self.root, *file.split("/")[:-1]), self.roots
        )

    def hello(self, given: Given) -> Reply:
        """What a page must know to begin."""
        from archspec.live.looks import formats

        listed = self.files(given)
        where = self.roots[0] if self.roots else ""
        return {
            "version": _version(),
            "folder": os.path.basename(where) or where,
            "file": self.first,
            **listed,
            "formats": formats(),
            "shipped": [
                {"name": name, "title": title}
                for name, title in beginnings.shipped_titles().items()
            ],
            "can": {"save": self.saves},
        }

    def files(self, given: Given) -> Reply:
        """The files, and a ``mark`` of the list, another one for another list."""
        files = self._listing.files()
        self._told = _digest("\n".join(files).encode("utf-8", "replace"))
        return {"files": files, "mark": self._told}

    def open(self, given: Given) -> Reply:
        """The text of ``file``, with line feeds, and the ``stamp`` of its bytes."""
        file = _text(given, "file")
        data = self._bytes_of(self.path(file), file)
        return {"file": file, "text": _decoded(data, file), "stamp": _digest(data)}

    def save(self, given: Given) -> Reply:
        """Write ``text`` to ``file``, if the file is still the one of ``stamp``.

        ``stamp`` is null for a file that shall be new. If there is another one now, ``conflict`` has
        its text and stamp, null if it is gone, and nothing is written but with ``force``. The file
        keeps its byte order mark and the ends of its lines.
        """
        file, text, stamp = _text(given, "file"), _text(given, "text"), given.get("stamp")
        if stamp is not None and not isinstance(stamp, str):
            raise BadQuestion("`stamp` must be text or null")
        if not self.saves:
            raise Refused("nothing is saved here")
        path = self.path(file)
        force = given.get("force") is True
        with self.writing:
            there = self._bytes_or_none(path, file)
            if not force and stamp != (None if there is None else _digest(there)):
                if there is None:
                    return {"conflict": {"text": None, "stamp": None}}
                told = {"text": there.decode("utf-8", "replace"), "stamp": _digest(there)}
                return {"conflict": told}
            return {"stamp": self._write(path, file, _encoded(text, there, file), there, force)}

    def _write(self, path: str, file: str, data: bytes, there: bytes | None, force: bool) -> str:
        """Write the bytes of a file; gives their stamp."""
        from archspec.files.writing import WriteError, write_safely

        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            raise Refused(f"there is no folder `{os.path.dirname(file)}`: it is not made")
        if data != there:
            try:
                write_safely(path, data, force=force or there is not None)
            except WriteError as error:
                raise Refused(f"`{file}` is not saved: {error.message}") from None
            self._listing.forget()
        return _digest(data)

    def state(self, given: Given) -> Reply:
        """Which files are not those of ``stamps`` any more, and whether the list is another one.

        ``mark`` is that of the list that the page has; the one that was told last, if left out.
        """
        stamps = given.get("stamps") or {}
        if not isinstance(stamps, dict) or len(stamps) > _MOST_STAMPS:
            raise BadQuestion(f"`stamps` must be stamps by path, at most {_MOST_STAMPS}")
        changed, gone = [], []
        for file, stamp in stamps.items():
            try:
                data = self._bytes_or_none(self.path(file), file)
            except Refused:
                data = None
            if data is None:
                gone.append(file)
            elif _digest(data) != stamp:
                changed.append(file)
        told = given.get("mark") or self._told
        mark = _digest("\n".join(self._listing.files()).encode("utf-8", "replace"))
        return {"changed": changed, "gone": gone, "files": mark != told}

    def new(self, given: Given) -> Reply:
        """A text to begin with, and a path for it at which there is no file yet; none is made.

        ``from`` is the name of a network that ships, or empty; ``name`` what it shall be called.
        """
        from archspec.spec.words import is_wire_name

        origin, name = _text(given, "from"), _text(given, "name") if given.get("name") else ""
        name = name.removesuffix(".yaml") or origin.rpartition("/")[2] or "net"
        if not is_wire_name(name):
            raise Refused(
                f"`{name:.80}` cannot be the name of a network: use letters, digits, `_` and `-`"
            )
        source = beginnings.shipped_network(origin) if origin else None
        if origin and source is None:
            raise Refused(f"no network of the name `{origin:.80}` ships")
        file, number = f"{name}.yaml", 1
        while os.path.lexists(self.path(file)):
            number += 1
            file = f"{name}{number}.yaml"
        stem = file.removesuffix(".yaml")
        text = beginnings.starter(stem) if source is None else beginnings.copy_of(source, stem)
        return {"file": file, "text": text}

    def path(self, file: str) -> str:
        """Where a file lies that a page may open and save.

        Raises:
            Refused: it has no such ending, is hidden, or lies outside of the folder.
        """
        why = _wrong_path(file)
        if why:
            raise Refused(f"`{file:.200}` is not opened here: {why}")
        path = os.path.join(self.root, *file.split("/"))
        if not lies_under(path, self.roots):
            raise Refused(f"`{file}` is not opened here: it leads out of the folder")
        if self._is_hidden(os.path.realpath(path)):
            raise Refused(f"`{file}` is not opened here: it leads to what is hidden")
        return path

    def _may_read(self, path: str) -> bool:
        """Whether a text may refer to a path."""
        if lies_under(path, self.roots):
            return not self._is_hidden(os.path.realpath(path))
        return lies_under(path, self._shipped)

    def _is_hidden(self, real: str) -> bool:
        inside = os.path.relpath(real, self.roots[0])
        return any(part.startswith(".") and part != "." for part in inside.split(os.sep))

    def _bytes_of(self, path: str, file: str) -> bytes:
        """The bytes of a file.

        Raises:
            Refused: it cannot be read.
        """
        try:
            return read_regular(path, MAX_BYTES)
        except (OSError, ValueError) as error:
            raise Refused(f"`{file}` cannot be read: {reason(error)}") from None

    def _bytes_or_none(self, path: str, file: str) -> bytes | None:
        """The bytes of a file; None if there is none."""
        return self._bytes_of(path, file) if os.path.lexists(path) else None


def _wrong_path(file: str) -> str:
    """Why no file of a page can be called so; empty if one can."""
    parts = file.split("/")
    if not file or len(file) > _LONGEST_PATH or not file.isprintable():
        return "no file here has such a name"
    if os.path.isabs(file) or "\\" in file or (os.name == "nt" and ":" in file):
        return "a path leads down from the folder, with `/`"
    if ".." in parts or "." in parts or "" in parts:
        return "a path leads down from the folder"
    if any(part.startswith(".") for part in parts):
        return "it is hidden"
    if not file.endswith(ENDINGS):
        return f"files of archspec end in {', '.join(ENDINGS)}"
    return ""


def _text(given: Given, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise BadQuestion(f"`{name}` must be text")
    return value


_BOM = b"\xef\xbb\xbf"


def _decoded(data: bytes, file: str) -> str:
    """The text of a file, with line feeds and without a byte order mark."""
    from archspec.diagnostics.source import SourceError, decode_source

    try:
        return decode_source(file, data).text
    except SourceError as error:
        raise Refused(f"`{file}` is not opened: {error.message}") from None


def _encoded(text: str, there: bytes | None, file: str) -> bytes:
    """The bytes of a text: with the byte order mark and the ends of lines that the file has."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    there = there or b""
    if there.count(b"\r\n") * 2 > there.count(b"\n"):
        text = text.replace("\n", "\r\n")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise Refused(f"`{file}` is not saved: a character in it is broken off") from None
    if there.startswith(_BOM) and not data.startswith(_BOM):
        data = _BOM + data
    if len(data) > MAX_BYTES:
        raise Refused(f"`{file}` is not saved: it has more than {MAX_BYTES:,} bytes")
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("archspec-nn")
    except PackageNotFoundError:  # a browser has the files only
        return ""
