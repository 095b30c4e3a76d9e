"""Folders whose files may be quoted, and whether a path leads into one of them."""

import os
from collections.abc import Iterable


def real_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Where paths lead, all links followed, without those of which that cannot be said."""
    return tuple([real for path in paths if (real := _real(path))])


def lies_under(path: str, roots: tuple[str, ...]) -> bool:
    """Whether a path leads to one of the roots, or to something in one of them."""
    real = _real(path)
    return real is not None and any(
        real == root or real.startswith(os.path.join(root, "")) for root in roots
    )


def _real(path: str) -> str | None:
    try:
        return os.path.realpath(path or ".")
    except (OSError, ValueError):  # the current folder was removed; a NUL in the path
        return None
