"""Regularizers: what is added to the loss for large weights or outputs.

Source: keras/src/regularizers/regularizers.py.
"""

from typing import Literal

from archspec.layers.settings import Setting
from archspec.records.arguments import NonNegativeFloat
from archspec.records.objects import kinds
from archspec.shapes.shape import Shape


class Regularizer(Setting):
    """A regularizer."""

    module = "keras.regularizers"


class L1(Regularizer):
    """Sum of the absolute values."""

    l1: NonNegativeFloat | None = 0.01
    """Factor."""


class L2(Regularizer):
    """Sum of the squares."""

    l2: NonNegativeFloat | None = 0.01
    """Factor."""


class L1L2(Regularizer):
    """Both."""

    l1: NonNegativeFloat | None = 0.0
    """Factor of the absolute values."""
    l2: NonNegativeFloat | None = 0.0
    """Factor of the squares."""


class OrthogonalRegularizer(Regularizer):
    """Mean of the products of rows, or columns, with each other."""

    lacks = frozenset({"float16", "bfloat16", "float64"})

    factor: NonNegativeFloat = 0.01
    """Factor."""
    mode: Literal["rows", "columns"] = "rows"
    """What is to become orthogonal."""

    def check_shape(self, shape: Shape) -> None:
        if len(shape) != 2:
            raise ValueError(f"it takes a matrix of 2 axes, not {len(shape)}")
        if shape[self.mode == "columns"] == 1:
            raise ValueError(f"there are no two {self.mode}, so the penalty is not a number")


KINDS = kinds("a regularizer", L1, L1L2, L2, OrthogonalRegularizer)
