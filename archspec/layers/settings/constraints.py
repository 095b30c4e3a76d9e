"""Constraints: what is done to the weights after each step of training.

Source: keras/src/constraints/constraints.py.
"""

from typing import Annotated

from archspec.layers.settings import Setting
from archspec.records.arguments import Fraction, NonNegativeFloat
from archspec.records.objects import kinds
from archspec.records.record import ArgumentError, ArgumentType
from archspec.records.schemas import either, many, whole
from archspec.shapes.shape import Shape

NormAxes = Annotated[
    int | tuple[int, ...],
    ArgumentType(
        either(whole(), many(whole())),
        "an axis of the weight, or a list of axes",
    ),
]


class Constraint(Setting):
    """A constraint."""

    module = "keras.constraints"


class NonNeg(Constraint):
    """Negative weights become 0."""


class _Norm(Constraint):
    """A constraint on the norms along some axes."""

    def check_shape(self, shape: Shape) -> None:
        axis = self.arguments(defaults=True)["axis"]
        axes: tuple[int, ...] = (axis,) if isinstance(axis, int) else axis or ()
        for axis in axes:
            if not -len(shape) <= axis < len(shape):
                raise ValueError(f"there is no axis {axis}")
        if len({axis % len(shape) for axis in axes}) < len(axes):
            raise ValueError("an axis is named twice")


class UnitNorm(_Norm):
    """Each norm becomes 1."""

    axis: NormAxes | None = 0
    """Axes over which a norm is taken: of a kernel all but the last; all if null."""


class MaxNorm(_Norm):
    """Each norm is at most so large."""

    max_value: NonNegativeFloat = 2.0
    """Largest norm."""
    axis: NormAxes | None = 0
    """Axes over which a norm is taken: of a kernel all but the last; all if null."""


class MinMaxNorm(_Norm):
    """Each norm comes closer to a range."""

    min_value: NonNegativeFloat = 0.0
    """Smallest norm."""
    max_value: NonNegativeFloat = 1.0
    """Largest norm."""
    rate: Fraction = 1.0
    """How far it goes there in one step."""
    axis: NormAxes | None = 0
    """Axes over which a norm is taken: of a kernel all but the last; all if null."""

    def check(self) -> None:
        if self.min_value > self.max_value:
            raise ArgumentError("min_value", "`min_value` is above `max_value`")


KINDS = kinds("a constraint", MaxNorm, MinMaxNorm, NonNeg, UnitNorm)
