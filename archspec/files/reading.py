"""Opening files that somebody else wrote: regular ones only, so that nothing waits or never ends."""

import errno
import os
import stat
from typing import BinaryIO

_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
)


def open_regular(path: "str | os.PathLike[str]") -> BinaryIO:
    """A regular file, open for reading bytes; a link leads to one.

    A pipe would wait for a writer, a device may never end, and opening either can do something.

    Raises:
        OSError: there is no such file, or it is none: a folder, a pipe, a device, a socket.
        ValueError: there is a NUL in the path.
    """
    _check(os.stat(path).st_mode, path)
    number = os.open(path, _FLAGS)
    try:
        _check(os.fstat(number).st_mode, path)  # it may be another one by now
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


def read_regular(path: "str | os.PathLike[str]", most: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        OSError: as for :func:`open_regular`, or it has more than ``most`` bytes.
        ValueError: there is a NUL in the path.
    """
    with open_regular(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"this file has more than {most:,} bytes", os.fspath(path))
    return data


def is_regular(path: "str | os.PathLike[str]") -> bool:
    """Whether there is a regular file, or a link to one."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def reason(error: Exception) -> str:
    """Why a file cannot be read or written, in lower case: ``no such file or directory``."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def _check(mode: int, path: "str | os.PathLike[str]") -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "this is a folder", os.fspath(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "this is not a regular file", os.fspath(path))
