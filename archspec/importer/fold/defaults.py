"""Defaults: arguments that nearly all layers of a kind have are told once."""

from collections.abc import Iterator
from typing import Any

from archspec.importer.fold.columns import BEFORE, default_of
from archspec.importer.fold.tree import Again, Blocks, Body, Item, Leaf, walk
from archspec.importer.fold.values import Chosen, Scaled, When, is_open, plain_key, size
from archspec.records.record import bare_field, fields

_NEVER = frozenset(("trainable", BEFORE))


def take_defaults(main: Body, blocks: Blocks, written: Any) -> dict[str, dict[str, Any]]:
    """Take arguments out of the layers that are told by `defaults`; gives these.

    Layers in wrappers, and in blocks that are ``written`` already, would get them too: there are
    none for their kinds.

    An argument is told there if that is shorter, counting layers that have Keras's default and
    must say so then.
    """
    leaves: dict[str, list[Leaf]] = {}
    fixed = {*_words(written)}

    def visit(item: Item) -> None:
        if isinstance(item, Leaf) and item.either is not None:
            fixed.update(
                _words(item.either) if isinstance(item.either, dict) else _words([*item.either])
            )
        elif isinstance(item, Leaf):
            leaves.setdefault(item.word, []).append(item)
            fixed.update(_words(item.arguments))
        if isinstance(item, Again) and item.layer is not None:
            fixed.add(type(item.layer).__name__)

    for body in (main, *(block.body for block in blocks.values())):
        walk(body, visit)
    found: dict[str, dict[str, Any]] = {}
    for word, those in leaves.items():
        for name in dict.fromkeys(n for leaf in those for n in leaf.arguments):
            kind = type(those[0].layer)
            if (
                word in fixed
                or name in _NEVER
                or name == bare_field(kind)
                or fields(kind)[name].required
            ):
                continue
            value = _worth_it(word, name, those)
            if value is None:
                continue
            found.setdefault(word, {})[name] = value
            for leaf in those:
                if name not in leaf.arguments:
                    leaf.arguments[name] = default_of(word, name)
                elif plain_key(leaf.arguments[name]) == plain_key(value):
                    del leaf.arguments[name]
    return found


def _worth_it(word: str, name: str, leaves: list[Leaf]) -> Any:
    """The value that most of the layers have, if it is worth a default; None if not."""
    usual = default_of(word, name)
    if usual is None and any(name not in leaf.arguments for leaf in leaves):
        return None
    plain = [
        leaf.arguments[name]
        for leaf in leaves
        if name in leaf.arguments and _is_plain(leaf.arguments[name])
    ]
    if not plain:
        return None
    keys = [plain_key(value) for value in plain]
    top = max(dict.fromkeys(keys), key=keys.count)
    value = plain[keys.index(top)]
    words = 1 + size(value)
    without = sum(1 for leaf in leaves if name not in leaf.arguments)
    saved = keys.count(top) * words - without * (1 + size(usual)) - words - 2
    many = keys.count(top) > (1 if words > 4 else 2)
    return value if many and saved > 0 and name not in _TELLING else None


def _words(value: Any) -> Iterator[str]:
    """Words that stand as keys in a value: those of layers in wrappers among them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from (inner,) if isinstance(inner, str) else _words(inner)
    elif isinstance(value, str):
        yield value


_TELLING = frozenset(
    ("filters", "units", "kernel_size", "pool_size", "strides", "target_shape", "axis")
)
"""Arguments that a reader looks for where the layer stands."""


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Scaled | Chosen | When) and not is_open(value)
