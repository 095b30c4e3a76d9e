"""Tensors among the arguments of a call, with what is known of them."""

from typing import NamedTuple


class Operand(NamedTuple):
    """A tensor that a call reads."""

    source: tuple[int, int]
    """Index of a vertex, and which of its outputs."""
    shape: tuple[int | None, ...] | None
    """Its sizes with the batch, where they are known."""
    dtype: str
    """Empty where it is not known."""
