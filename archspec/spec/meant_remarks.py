"""Remarks behind a layer or a number, as other languages and people write them."""

import re
from collections.abc import Collection, Iterator

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Place
from archspec.layers import layer_type

_SIGN = re.compile(r"\s*(//|--+|;|%|<-+|-+>|=+>|←|→)\s*(?=\w)|\s+(\()(?=[a-z][a-z ,-]+\)$)")
_COMMA = re.compile(r",? +(?=[a-z])")


def remark_fixes(place: Place, blocks: Collection[str] = ()) -> Iterator[Fix]:
    """A comment in the place of what stands behind the layer, or the number, at a place.

    The text there was found to be something else than it says; nothing comes of a text in which
    no remark is seen.
    """
    text = place.document.at(place.path)
    if not isinstance(text, str) or "\n" in text:
        return
    word = re.match(r"(\d[\d.]*|[A-Za-z_]\w*)(?=\W|$)", text)
    if word is None or not _is_complete(word[0], blocks):
        return
    sign = _SIGN.match(text, word.end())
    if sign is not None:
        new = " # (" if sign[2] else " # "
    elif layer_type(word[0]) is not None:
        sign = _COMMA.match(text, word.end())
        new = " # "
    if sign is None:
        return
    at = place._replace(within=(word.end(), sign.end()), part="value")
    yield Fix("a comment begins with `#`", (Edit(at, new, How.TEXT),))


def _is_complete(word: str, blocks: Collection[str]) -> bool:
    return word[0].isdigit() or word in blocks or layer_type(word) is not None
