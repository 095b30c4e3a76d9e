"""Which files of a folder are specs or recipes, and which are something else."""

import re
from typing import Any

from archspec.diagnostics.source import MAX_BYTES
from archspec.files.reading import open_regular
from archspec.parse.document import Document

_SIGNS = ((b"archspec",), (b"layers", b"input"), (b"spec", b"data", b"loss"))
"""Words of which one group stands in every file that is meant for us."""
_KEY = re.compile(rb"""(?m)^[ \t{]*["']?archspec["']?[ \t]*:|"archspec"\s*:""")


def is_other(path: str) -> bool:
    """Whether a file is something else, as far as its words tell; not if it cannot be read."""
    data = _glance(path)
    return data is not None and not any(all(w in data for w in words) for words in _SIGNS)


def is_meant(path: str, document: Document | None) -> bool:
    """Whether a file is meant to be a spec or a recipe: one that cannot be parsed may be."""
    if document is None or not document.sound:
        data = _glance(path)
        return data is None or _KEY.search(data.replace(b"\r", b"\n")) is not None
    return _has_keys(document.value)


def _has_keys(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    network = "layers" in value and ("input" in value or "inputs" in value)
    return "archspec" in value or network or value.keys() >= {"spec", "data", "loss"}


def _glance(path: str) -> bytes | None:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES)
    except (OSError, ValueError):
        return None
    data = data.replace(b"\0", b"") if b"\0" in data[:64] else data  # UTF-16
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe")  # the mark of a byte order
