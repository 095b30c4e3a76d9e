"""Values as text: JSON, YAML in brackets, or YAML that ends with its line."""

import json
from typing import Any

from archspec.mend.layout import Impossible, Style
from archspec.spec.written import flow, rest_of_line


def rendered(value: Any, style: Style, quote: str = "") -> str:
    """A value as text on one line.

    Args:
        value: a plain value.
        style: what stands around it.
        quote: the quotes of the text that stood there, for one that takes its place.

    Raises:
        Impossible: JSON has no such number.
    """
    if style is Style.JSON:
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError):
            raise Impossible from None
    if isinstance(value, str) and quote and value.isprintable() and not set(value) & {quote, "\\"}:
        return f"{quote}{value}{quote}"
    return rest_of_line(value) if style is Style.BLOCK else flow(value)


def pair(name: str, value: Any, style: Style) -> str:
    """A key and its value: ``filters: 6``."""
    key = rendered(name, Style.FLOW if style is Style.BLOCK else style)
    return f"{key}: {rendered(value, style)}"


def entry(value: Any, style: Style) -> str:
    """An entry of a list; behind a dash, a mapping of one key stands without braces."""
    if style is Style.BLOCK and isinstance(value, dict) and len(value) == 1:
        ((name, inner),) = value.items()
        return pair(name, inner, style)
    return rendered(value, style)


def block(value: Any, indent: str) -> str:
    """A collection where one without brackets stood; entries and keys have lines of their own.

    Args:
        value: a plain value; one that is no collection, or is short, stands on one line.
        indent: what stands before every line but the first.
    """
    lines = [rendered(value, Style.FLOW)]
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        lines = [f"- {entry(each, Style.BLOCK)}" for each in value]
    elif isinstance(value, dict) and len(lines[0]) + len(indent) > _WIDEST:
        lines = [pair(name, inner, Style.BLOCK) for name, inner in value.items()]
    return f"\n{indent}".join(lines)


_WIDEST = 100
