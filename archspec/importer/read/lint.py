"""What is worth knowing of a model that was read: where today's layers are not those of its file."""

from collections.abc import Iterator, Sequence
from typing import Any

from archspec.diagnostics.rules import Finding, Rule, rule


@rule("AS964")
def changed_layer(found: Sequence[Finding]) -> Iterator[Finding]:
    """A layer that Keras 1 or 2 calculated otherwise than Keras does now under that name."""
    yield from found


RULES: tuple[Rule[Any], ...] = (changed_layer,)
