"""Writing files: whole or not at all, and never over another one unasked."""

import contextlib
import os
import stat
from collections.abc import Iterator


class WriteError(Exception):
    """A file that was not written; ``code`` is the entry of the table of codes."""

    def __init__(self, code: str, path: str, message: str, hint: str = "") -> None:
        super().__init__(f"{path}: {message}")
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint


def write_safely(path: str, content: str | bytes, force: bool = False) -> None:
    """Write a file: beside the place where it shall be, and then renamed.

    Whoever reads sees the old file or the new one, never a part. Text is written as UTF-8 with
    plain line feeds. A link keeps leading where it leads; a device, such as ``/dev/stdout``, is
    written to as it is.

    Raises:
        WriteError: the file exists and ``force`` is not set (AS502), or it cannot be written, for
            example because its folder does not exist (AS503).
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        _write(os.path.realpath(path), path, data, force)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WriteError("AS503", path, f"cannot write this file: {reason}") from None
    except ValueError as error:  # a NUL in the path
        raise WriteError("AS503", path, f"cannot write this file: {error}") from None


def write_all(files: dict[str, str], force: bool = False) -> None:
    """Write several files, by path, or none of them if one exists and ``force`` is not set.

    Raises:
        WriteError: as for :func:`write_safely`.
    """
    for path in files:
        if os.path.exists(path) and not force:
            raise _exists(path)
    for path, text in files.items():
        write_safely(path, text, force)


@contextlib.contextmanager
def replacing(path: str) -> Iterator[str]:
    """A name beside a file, for a new file that takes its place in the end, if all goes well.

    It has the file's ending, which some writers ask for. :func:`leftovers` finds what a process
    that was killed has left.
    """
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{os.urandom(4).hex()}.tmp.{name}")
    try:
        yield beside
        with open(beside, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)


def leftovers(folder: str) -> list[str]:
    """Files of a folder that were being written when their process was killed."""
    names = (n for n in os.listdir(folder) if n.startswith("."))
    return [os.path.join(folder, n) for n in names if n.endswith(".tmp") or ".tmp." in n]


def _write(target: str, path: str, data: bytes, force: bool) -> None:
    mode = None
    with contextlib.suppress(FileNotFoundError):
        mode = os.stat(target).st_mode
    if mode is not None and stat.S_ISDIR(mode):
        raise WriteError("AS503", path, "this is a folder")
    if mode is not None and not stat.S_ISREG(mode):
        with open(target, "wb") as device:
            device.write(data)
        return
    if mode is not None and not force:
        raise _exists(path)
    folder, name = os.path.split(target)
    beside = os.path.join(folder, f".{name[:80]}.{os.urandom(4).hex()}.tmp")
    try:
        with open(beside, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        if force:
            os.replace(beside, target)
        else:
            _rename_to_new(beside, target, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)


def _rename_to_new(beside: str, target: str, path: str) -> None:
    """Rename to a name that must still be free; a link fails where another process was faster."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:  # a file system without links
        if os.path.exists(target):
            raise _exists(path) from None
        os.replace(beside, target)


def _exists(path: str) -> WriteError:
    return WriteError("AS502", path, "this file exists already", "--force writes over it")
