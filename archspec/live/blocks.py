"""The blocks that a text may call: those of its own, and those of the files that it uses.

Read from the values as they are written, so that they are known while something else is wrong.
"""

import os
from typing import Any, NamedTuple

from archspec.diagnostics.place import Path, Place
from archspec.live.answer import Answer
from archspec.parse.document import Document


class KnownBlock(NamedTuple):
    """A block: its parameters as they are written, and where it is declared."""

    name: str
    params: dict[str, Any]
    title: str
    place: Place


_TYPES = frozenset(("int", "float", "bool", "str", "list", "any"))


def is_required(default: Any) -> bool:
    """Whether what is written for a parameter names its type, so that it must be given."""
    return isinstance(default, str) and {t.strip() for t in default.split("|")} <= _TYPES


def mapping(value: Any) -> dict[str, Any]:
    """A value, if it is a map whose keys are text; without what could not be read."""
    if not isinstance(value, dict):
        return {}
    return {key: inner for key, inner in value.items() if isinstance(key, str)}


def known_blocks(answer: Answer, document: Document | None = None) -> dict[str, KnownBlock]:
    """The blocks of a document; of the answer's own, if left out."""
    document = answer.document if document is None else document
    if document is None:
        return {}
    top = mapping(document.value)
    found = {
        name: _declared(document, name, value) for name, value in mapping(top.get("blocks")).items()
    }
    for name, value in mapping(top.get("use")).items():
        used = _used(answer, document, name, value)
        if used is not None:
            found[name] = used
    return found


def file_of(document: Document, written: Any) -> str | None:
    """The path of a file that a document refers to, as `use` and `extends` have it."""
    file = mapping(written).get("from") if isinstance(written, dict) else written
    if not isinstance(file, str):
        return None
    return os.path.join(os.path.dirname(document.source.name), file)


def _declared(document: Document, name: str, value: Any) -> KnownBlock:
    keys = mapping(value)
    title = keys.get("title")
    return KnownBlock(
        name,
        mapping(keys.get("params")),
        title if isinstance(title, str) else "",
        Place(document, ("blocks", name), "key"),
    )


def _used(answer: Answer, document: Document, name: str, written: Any) -> KnownBlock | None:
    path = file_of(document, written)
    other = answer.open(path) if path else None
    if other is None:
        return None
    top = mapping(other.value)
    blocks = mapping(top.get("blocks"))
    if name in blocks:
        return _declared(other, name, blocks[name])
    if "layers" not in top:
        return None
    place: Path = ("name",) if "name" in top else ("layers",)
    title = top.get("title")
    title = title if isinstance(title, str) else ""
    return KnownBlock(name, mapping(top.get("params")), title, Place(other, place, "key"))
