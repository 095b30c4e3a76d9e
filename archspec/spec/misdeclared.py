"""Parameters whose names are misspelt where they are declared, and not where they are read."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from archspec.diagnostics.fixes import replace
from archspec.diagnostics.sink import Place, Sink
from archspec.layers import layer_types
from archspec.records.record import fields

_COMMON = (
    "width height depth classes ratio growth scale stage stages blocks expansion reduction stride"
    " channels multiplier bottleneck hidden heads kernel size sizes steps times count tokens length"
    " vocabulary features maps alpha resolution patch"
)
"""Words of parameters beside those of the arguments of layers."""
_LEAST_USES = 2


def report_misdeclared(name: str, near: Sequence[str], place: Place, sink: Sink) -> bool:
    """Report that a name is declared as one much alike; False if it is rather misspelt here.

    Args:
        name: is not declared.
        near: names that are declared and much alike.
        place: where the name is read.
        sink: takes the error.
    """
    text = str(_without_texts(place.document.at(())))
    for other in near:
        if _uses(other, text) > 1:
            continue
        if _uses(name, text) < _LEAST_USES and not (_is_common(name) and not _is_common(other)):
            continue
        for declared in _declarations(other, place):
            message = (
                f"`{other}` is declared, and nothing reads it; `{name}` is read, and not declared"
            )
            fix = replace(f"is it to be called `{name}`?", declared, name)
            sink.report("AS208", declared, message, help=[fix])
            return True
    return False


def _declarations(name: str, place: Place) -> Iterator[Place]:
    """Where a name is declared that is known at a place."""
    document, path = place.document, place.path
    for end in range(len(path), -1, -1):
        around = document.at(path[:end])
        for key in ("for", "let", "params"):
            names = around.get(key) if isinstance(around, dict) else None
            if isinstance(names, dict) and name in names:
                yield Place(document, (*path[:end], key, name)).key()
            elif isinstance(names, list) and name in names:
                yield Place(document, (*path[:end], key, names.index(name)))


def _uses(name: str, text: str) -> int:
    return len(re.findall(rf"(?<![\w.]){re.escape(name)}(?!\w)", text))


def _without_texts(top: object) -> object:
    if not isinstance(top, dict):
        return top
    return {k: v for k, v in top.items() if k not in ("name", "title", "description")}


def _is_common(name: str) -> bool:
    return all(part in _common_words() for part in name.lower().split("_"))


@cache
def _common_words() -> frozenset[str]:
    """The words of which names of arguments are made, and of what is like them."""
    names = {name for type in layer_types().values() for name in fields(type)}
    return frozenset(part for name in names for part in name.split("_")) | {*_COMMON.split()}
