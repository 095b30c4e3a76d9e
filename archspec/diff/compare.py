"""Two networks compared: what differs, what is told of it, and which weights are kept."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.diff.changes import Changes
from archspec.diff.kept_weights import Kept, kept_weights
from archspec.diff.lines import Line, lines
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import no_collection

_HASH = re.compile(r"[0-9a-f]{40,64}")
"""The whole name of a commit, of which the beginning is enough for people."""


class Given(NamedTuple):
    """A network, and where it comes from."""

    shaped: ShapedGraph
    source: str = ""
    """A path, as it was given, or a revision and a path."""
    values: Mapping[str, Any] = {}
    """Values that were given to its parameters."""
    revision: str = ""

    @property
    def label(self) -> str:
        """``resnet50 (classes=5)``."""
        told = [f"{name}={value}" for name, value in self.values.items()]
        told += [_HASH.sub(lambda m: m[0][:9], self.revision)] if self.revision else []
        return f"{self.shaped.name} ({', '.join(told)})" if told else self.shaped.name


class Comparison(NamedTuple):
    """What two networks differ in."""

    first: Given
    second: Given
    changes: Changes
    lines: list[Line]
    kept: Kept

    @property
    def same(self) -> bool:
        """Whether both calculate the same with the same weights; names may differ."""
        return self.changes.same


def compare(first: Given, second: Given) -> Comparison:
    """Compare two networks."""
    with no_collection():
        changes = Changes(first.shaped, second.shaped)
        kept = kept_weights(changes.pairing)
        return Comparison(first, second, changes, lines(changes), kept)
