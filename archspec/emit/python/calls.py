"""How a layer is called in the source."""

from collections.abc import Mapping
from typing import Any


def call_text(layer: Any, inputs: list[str], open_: Mapping[str, str] | None = None) -> str:
    """The arguments of the call of a layer with variables; of ``open_`` ones, their code."""
    positional, named = layer.keras_call(inputs)
    named |= open_ or {}
    parts = [_names(v) for v in positional] + [f"{k}={_names(v)}" for k, v in named.items()]
    return ", ".join(parts)


def _names(value: Any) -> str:
    """Variables as they are, and constants."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_names, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(_names, value))}]"
    if isinstance(value, slice):
        ends = [value.start, value.stop, value.step]
        while len(ends) > 1 and ends[-1] is None and (len(ends) > 2 or ends[0] is None):
            ends.pop()
        return f"slice({', '.join(map(repr, ends))})"
    return "..." if value is ... else str(value)
