"""The ``pyproject.toml`` of a project: found above a file, and read within bounds."""

import os
import re
from typing import Any

from archspec.files.reading import open_regular, reason

NAME = "pyproject.toml"
_MOST = 256 * 1024
"""Bytes; the largest that are known have a tenth of it."""
_OURS = rb"""(?mx) tool["']?[ \t]*\.[ \t]*["']?archspec   # [tool.archspec], tool.archspec.ignore = ...
    | ^[ \t]*(\[[ \t]*)?["']?tool["']?[ \t]*[\]=]     # [tool], tool = {archspec = ...}"""
_DEEP = r"""(?x)(?<![\w"'-]) (?:(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*\.[ \t]*){50}"""
"""A key of fifty parts: the time that tomllib takes grows with the square of their number."""
_WHERE = r" \(at (?:line (\d+), column (\d+)|end of document)\)$"


class ProjectError(Exception):
    """A file of settings that cannot be read; ``where`` is line and column, if they are known."""

    def __init__(self, message: str, text: str = "", where: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.where = where


def projects_above(folder: str) -> list[str]:
    """The files of that name in a folder and those around it, the nearest first."""
    return [path for path in places_above(folder) if os.path.lexists(path)]


def places_above(folder: str) -> list[str]:
    """Where such a file may be: in a folder and in those around it."""
    try:
        folder = os.path.abspath(folder)
    except OSError:  # the current folder is gone
        return []
    found = [os.path.join(folder, NAME)]
    while (above := os.path.dirname(folder)) != folder:
        folder = above
        found.append(os.path.join(folder, NAME))
    return found


def read_project(path: str) -> tuple[str, Any] | None:
    """The text of such a file, and what stands in it under ``tool.archspec``; None if nothing does.

    Raises:
        ProjectError: it seems to have something for us, and cannot be read.
    """
    try:
        with open_regular(path) as file:
            data = file.read(_MOST + 1)
    except (OSError, ValueError) as error:
        if os.path.isfile(path):
            raise ProjectError(f"cannot read this file: {reason(error)}") from None
        return None  # a folder, a pipe, or a link that leads nowhere
    if len(data) <= _MOST and b"archspec" not in data and b"\\" not in data:
        return None  # what follows takes more time
    if re.search(_OURS, data) is None:
        return None
    if len(data) > _MOST:
        raise ProjectError(f"this file has more than {_MOST:,} bytes")
    import tomllib

    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if (deep := re.search(_DEEP, text)) is not None:
        line = text.count("\n", 0, deep.start()) + 1
        raise ProjectError("this key has too many parts", text, (line, 1))
    if "\ufffd" in text:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        raise ProjectError("this text is not UTF-8", text, (line, 1))
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise ProjectError("this text is nested too deeply", text) from None
    except ValueError as error:
        raise _in_text(str(error), text) from None
    tool = values.get("tool")
    if not isinstance(tool, dict) or "archspec" not in tool:
        return None
    return text, tool["archspec"]


def _in_text(message: str, text: str) -> ProjectError:
    found = re.search(_WHERE, message)
    if found is None:
        return ProjectError(f"not TOML: {message}", text)
    last = text.count("\n") + 1, len(text) - text.rfind("\n")
    where = (int(found[1]), int(found[2])) if found[1] else last
    first = message[: found.start()]
    return ProjectError(f"not TOML: {first[:1].lower()}{first[1:]}", text, where)
