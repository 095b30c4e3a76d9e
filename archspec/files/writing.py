"""Writing files: whole or not at all, and never over another one unasked."""

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Iterator

from archspec.files.reading import reason


class WriteError(Exception):
    """A file that was not written; ``code`` is the entry of the table of codes."""

    def __init__(self, code: str, path: str, message: str, hint: str = "") -> None:
        super().__init__(f"{path}: {message}")
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint


def check_file(path: str, force: bool = False, inputs: Iterable[str] = ()) -> None:
    """Find out, before the work, whether a file could be written.

    Args:
        path: the file.
        force: whether a file that is there already may be replaced.
        inputs: files that are read, which the result must not replace.

    Raises:
        WriteError: it exists already (AS502), or could not be written (AS503).
    """
    check_path(path)
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None
    if mode is not None and stat.S_ISDIR(mode):
        raise WriteError("AS503", path, "this is a folder")
    for other in inputs:
        if mode is not None and _same(path, other):
            raise WriteError("AS503", path, "this file is read: the result cannot take its place")
    if mode is None or stat.S_ISREG(mode):
        check_parent(real(path), path)
    if mode is not None and stat.S_ISREG(mode) and not force:
        raise _exists(path)


def check_path(path: str) -> None:
    """Refuse an empty path, as ``-o "$OUT"`` gives it when OUT is not set, and ``-``.

    Raises:
        WriteError: AS503.
    """
    if not path.strip():
        hint = "was a variable of the shell left empty?"
        raise WriteError("AS503", path, "the output has no name", hint)
    if path == "-":
        raise WriteError("AS503", path, "the result is a file, not standard output", "name one")


def check_parent(target: str, path: str) -> None:
    """Whether the folder around a path, links followed, is there and can be written to.

    Raises:
        WriteError: AS503.
    """
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise WriteError("AS503", path, f"there is no folder {folder}", f"mkdir -p {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WriteError("AS503", path, f"the folder {folder} cannot be written to")


def real(path: str) -> str:
    """A path from the root, with links followed.

    Raises:
        WriteError: it is seen from the current folder, and that is gone; or it has a NUL (AS503).
    """
    try:
        return os.path.realpath(path)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None


def write_safely(
    path: str, content: str | bytes, force: bool = False, inputs: Iterable[str] = ()
) -> None:
    """Write a file: beside the place where it shall be, and then renamed.

    Whoever reads sees the old file or the new one, never a part. Text is written as UTF-8 with
    plain line feeds. A link keeps leading where it leads; a device, such as ``/dev/stdout``, is
    written to as it is.

    Raises:
        WriteError: the file exists and ``force`` is not set (AS502), or it cannot be written, for
            example because its folder does not exist or the disk is full (AS503).
    """
    data = content.encode() if isinstance(content, str) else content
    check_file(path, force, inputs)
    target = real(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            _write_to_device(target, data)
            return
        with replacing(target, path, force) as new, open(new, "xb") as file:
            file.write(data)
    except OSError as error:
        raise unwritable(path, error) from None


def write_all(files: dict[str, str], force: bool = False) -> None:
    """Write several files, by path, or none of them if one exists and ``force`` is not set.

    Raises:
        WriteError: as for :func:`write_safely`.
    """
    for path in files:
        check_file(path, force)
    for path, text in files.items():
        write_safely(path, text, force)


@contextlib.contextmanager
def replacing(target: str, path: str = "", force: bool = True) -> Iterator[str]:
    """A name beside a file, for a new file that takes its place in the end, if all goes well.

    It has the file's ending, which some writers ask for. A process that is killed leaves it
    behind; :func:`leftovers` finds it.

    Args:
        target: the file, links followed.
        path: the file as the user wrote it.
        force: whether it may be there already.

    Raises:
        WriteError: the file has come to exist, and ``force`` is not set (AS502), or the system
            refuses, for example because the disk is full (AS503).
    """
    path = path or target
    folder, name = os.path.split(target)
    new = os.path.join(folder, f".{os.urandom(4).hex()}.tmp.{name[-80:]}")
    try:
        yield new
        with open(new, "rb+") as file:
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            os.chmod(new, stat.S_IMODE(os.stat(target).st_mode))
        if force:
            os.replace(new, target)
        else:
            _rename_to_new(new, target, path)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)


def leftovers(folder: str) -> list[str]:
    """Files of a folder that were being written when their process was killed."""
    names = os.listdir(folder)
    return [os.path.join(folder, n) for n in names if re.match(r"\.[0-9a-f]{8}\.tmp\.", n)]


def unwritable(path: str, error: Exception) -> WriteError:
    """What is said of a file that the system does not let us write."""
    if isinstance(error, FileNotFoundError) and not os.path.isabs(path) and not _has_current():
        return WriteError("AS503", path, "the current folder does not exist any more")
    return WriteError("AS503", path, f"cannot write this: {reason(error)}")


def _has_current() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def _write_to_device(target: str, data: bytes) -> None:
    """Write to a device or a pipe; a pipe that nobody reads is an error, not a wait."""
    number = os.open(target, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    os.set_blocking(number, True)
    with os.fdopen(number, "wb") as device:
        device.write(data)


def _rename_to_new(new: str, target: str, path: str) -> None:
    """Rename to a name that must still be free; a link fails where another process was faster."""
    try:
        os.link(new, target)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise _exists(path) from None
        os.replace(new, target)


def _same(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return False


def _exists(path: str) -> WriteError:
    return WriteError("AS502", path, "this file exists already", "--force writes over it")
