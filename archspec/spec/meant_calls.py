"""Calls of blocks that lack arguments: what may stand there."""

from collections.abc import Iterator, Mapping
from typing import Any

from archspec.diagnostics.elsewhere import EXAMPLES
from archspec.diagnostics.fixes import Edit, Fix, How, replace
from archspec.diagnostics.sink import Place
from archspec.spec.meant_values import as_written
from archspec.spec.types import Block

_OF_TYPE: dict[str, Any] = {"int": 2, "float": 0.5, "bool": True}


def call_fixes(block: Block, missing: list[str], place: Place) -> list[Fix]:
    """The fixes of a call that lacks arguments: values that other calls, or examples, have."""
    written = place.document.at(place.path)
    if isinstance(written, list) and 1 < len(written) <= len(block.params):
        given = dict(zip(block.params, written, strict=False))
        if block.required <= given.keys():
            said = f"the arguments have names: `{as_written(given)}`"
            return [replace(said, place, given, certain=True)]
        return []
    others = [*_calls(place.document.at(()), block.name)]
    values: dict[str, Any] = {}
    for name in missing:
        found = [c[name] for c in others if name in c and not isinstance(c[name], str)]
        example = EXAMPLES.get(name, _OF_TYPE.get(block.params[name].type))
        if not found and example is None:
            return []
        values[name] = found[-1] if found else example
    said = f"for example `{as_written(values)[1:-1]}`"
    if isinstance(written, dict):
        return [Fix(said, tuple(Edit(place, v, How.ADD, n) for n, v in values.items()))]
    first = next(iter(block.params))
    if written is None or first in values or isinstance(place.path[-1], int):
        return []
    return [replace(said, place, {first: written, **values})]


def _calls(tree: Any, block: str) -> Iterator[Mapping[str, Any]]:
    """The arguments of all calls of a block."""
    inner = tree if isinstance(tree, list) else tree.values() if isinstance(tree, dict) else ()
    for each in inner:
        if isinstance(tree, list) and isinstance(each, dict) and isinstance(each.get(block), dict):
            yield each[block]
        yield from _calls(each, block)
