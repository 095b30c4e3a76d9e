"""Where files of a folder lie: what may be opened in it, and that nothing outside is touched.

A file is called by its path in the folder, with ``/``. What is hidden does not count as in it, nor does
a link that leads out of it.
"""

import os

from archspec.files.roots import lies_under, real_paths
from archspec.files.shipped import shipped_folders
from archspec.pipeline import ENDINGS

_LONGEST_PATH = 1024
"""Characters."""


class Refused(Exception):
    """A file that is not touched; says why."""


class Bounds:
    """What lies in a folder.

    Args:
        root: the folder; empty for the current one.
    """

    def __init__(self, root: str) -> None:
        self.root = root and os.path.abspath(root)
        self.roots = real_paths([root])
        """Where it lies, links followed; empty if it is gone."""
        self._shipped = real_paths(shipped_folders())
        self.quotable = (*self.roots, *self._shipped)
        """Folders whose files may be quoted."""

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
        if self._is_hidden(path):
            raise Refused(f"`{file}` is not opened here: it leads to what is hidden")
        return path

    def may_look(self, path: str) -> bool:
        """Whether a text may refer to a path, and be told if there is something.

        It may in the folder, but for what is hidden, and where specs ship.
        """
        path = os.path.join(self.root, path)
        if lies_under(path, self.roots):
            return not self._is_hidden(path)
        return lies_under(path, self._shipped)

    def covers(self, file: object) -> bool:
        """Whether a text can be said to stand in a file: nothing of it is read or written."""
        if not isinstance(file, str) or "\0" in file or os.path.isabs(file) or "\\" in file:
            return False
        return ".." not in file.split("/") and lies_under(
            os.path.join(self.root, *file.split("/")[:-1]), self.roots
        )

    def _is_hidden(self, path: str) -> bool:
        """Whether something that lies in the folder does so in a hidden part of it."""
        inside = os.path.relpath(os.path.realpath(path), self.roots[0])
        return any(part.startswith(".") and part != "." for part in inside.split(os.sep))


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
