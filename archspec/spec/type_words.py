"""The words for the types of parameters."""

from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "list": (list,),
}

_ELSEWHERE = {
    "integer": "int",
    "number": "float",
    "double": "float",
    "string": "str",
    "text": "str",
    "boolean": "bool",
    "array": "list",
    "tuple": "list",
}


def type_words(value: Any) -> str | None:
    """``int``, or several types such as ``int | list``, if the value of a parameter is that."""
    if not isinstance(value, str):
        return None
    words = [w.strip() for w in value.split("|")]
    return " | ".join(words) if all(w in TYPES for w in words) else None


def meant_type(default: Any) -> str | None:
    """The type that a text says in another tool's word; None if it says none."""
    return _ELSEWHERE.get(default.lower()) if isinstance(default, str) else None
