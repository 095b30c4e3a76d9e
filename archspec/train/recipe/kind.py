"""What a file is, as far as its keys tell: a recipe, a spec, or something else."""

import re
from typing import Any

from archspec.parse.document import Document
from archspec.records.record import fields
from archspec.spec.words import SpecKeys

_KEY = re.compile(rb"""(?m)^[ \t{]*["']?archspec["']?[ \t]*:|"archspec"\s*:""")


def is_recipe(value: Any) -> bool:
    """Whether a document is a recipe: it has `spec`, or no layers and more keys of recipes than of specs."""
    if not isinstance(value, dict):
        return False
    if "spec" in value:
        return True
    if "layers" in value:
        return False  # a spec with words of training in it
    known = fields(SpecKeys).keys()
    if known >= value.keys():
        return False
    from archspec.train.recipe.keys import RecipeKeys

    return len(fields(RecipeKeys).keys() & value.keys()) > len(known & value.keys())


def is_for_us(document: Document | None, data: bytes) -> bool:
    """Whether a file is meant to be a spec or a recipe: one that cannot be parsed may be.

    ``data`` are its bytes, of which a key is looked for where they could not be parsed.
    """
    if document is None or not document.sound:
        return _KEY.search(data.replace(b"\r", b"\n")) is not None
    value = document.value
    if not isinstance(value, dict):
        return False
    network = "layers" in value and ("input" in value or "inputs" in value)
    return "archspec" in value or network or value.keys() >= {"spec", "data", "loss"}
