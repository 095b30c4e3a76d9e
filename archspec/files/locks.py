"""Locks on files, which end with the process that holds them, however it ends."""

import os
from typing import Any


def lock(stream: int) -> bool:
    """Lock an open file for this process; whether nobody else has."""
    try:
        import fcntl
    except ImportError:
        return _lock_on_windows(stream)
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that knows no locks
        return True
    return True


def _lock_on_windows(stream: int) -> bool:
    """Lock a byte far behind the end, so that others can read the file."""
    import msvcrt

    windows: Any = msvcrt
    os.lseek(stream, 2**30, os.SEEK_SET)
    try:
        windows.locking(stream, windows.LK_NBLCK, 1)
    except OSError:
        return False
    return True
