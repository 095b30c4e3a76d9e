"""Which files of a folder are specs or recipes, and which are something else."""

from archspec.diagnostics.source import MAX_BYTES
from archspec.files.reading import open_regular
from archspec.parse.document import Document

_SIGNS = ((b"archspec",), (b"layers", b"input"), (b"spec", b"data", b"loss"))
"""Words of which one group stands in every file that is meant for us."""


def is_other(path: str) -> bool:
    """Whether a file is something else, as far as its words tell; not if it cannot be read."""
    data = _glance(path)
    return data is not None and not any(all(w in data for w in words) for words in _SIGNS)


def is_meant(path: str, document: Document | None) -> bool:
    """Whether a file is meant to be a spec or a recipe; one that cannot be read may be."""
    from archspec.train.recipe.kind import is_for_us

    if document is not None and document.sound:
        return is_for_us(document, b"")
    data = _glance(path)
    return data is None or is_for_us(document, data)


def _glance(path: str) -> bytes | None:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES)
    except (OSError, ValueError):
        return None
    data = data.replace(b"\0", b"") if b"\0" in data[:64] else data  # UTF-16
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe")  # the mark of a byte order
