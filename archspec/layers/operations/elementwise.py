"""Functions of each value by itself, and sums along an axis.

Activations are no operations: they stay ``Activation``. Source: keras/src/ops/numpy.py; Erf and
Rsqrt: keras/src/ops/math.py.
"""

from typing import Annotated

from archspec.layers.base import Elementwise
from archspec.layers.operations.operation import (
    Operation,
    as_float,
    as_number,
    one_axis,
)
from archspec.records import schemas
from archspec.records.record import ArgumentError, ArgumentType
from archspec.shapes.dtypes import FLOATS, NUMBERS, VALUES
from archspec.shapes.reach import Along, Reach, same
from archspec.shapes.shape import Shape


class _Function(Operation, Elementwise):
    """A function of one value."""

    abstract = True
    family = "activation"
    reads = NUMBERS
    keeps = True


class _Fraction(_Function):
    """One that has fractions, of whole numbers too."""

    abstract = True
    reads = VALUES

    def type_after(self, dtype: str) -> str:
        return as_float(dtype)


class Square(_Function):
    """The square of each value."""

    reads = VALUES

    def type_after(self, dtype: str) -> str:
        return as_number(dtype)


class Sqrt(_Fraction):
    """The square root of each value."""


class Rsqrt(_Function):
    """1 divided by the square root of each value."""

    module = "math"
    reads = FLOATS


class Reciprocal(_Function):
    """1 divided by each value."""

    reads = FLOATS


class Exp(_Fraction):
    """e to the power of each value."""


class Log(_Fraction):
    """The natural logarithm of each value."""


class Log1p(_Fraction):
    """The natural logarithm of 1 plus each value."""


class Sin(_Fraction):
    """The sine of each value."""


class Cos(_Fraction):
    """The cosine of each value."""


class Erf(_Function):
    """The error function of each value, of which GELU is made."""

    module = "math"
    reads = FLOATS


class Absolute(_Function):
    """Each value without its sign."""

    reads = VALUES


class Negative(_Function):
    """Each value with the other sign."""

    symbol = "−"
    lacks = frozenset(("uint8", "uint16", "uint32", "uint64"))


class Sign(_Function):
    """-1, 0 or 1: the sign of each value."""

    lacks = frozenset(("uint64",))


class Floor(_Fraction):
    """Each value rounded down."""


class Ceil(_Fraction):
    """Each value rounded up."""


_Decimals = Annotated[
    int, ArgumentType(schemas.whole(ge=-30, le=30), "a whole number from -30 to 30")
]


class Round(_Function):
    """Each value rounded, halves to the even neighbour."""

    decimals: _Decimals = 0
    """Number of decimals that stay."""


class Clip(_Function):
    """Values below a bound become the bound, and so do those above another one."""

    reads = FLOATS

    x_min: float
    """The least value."""
    x_max: float
    """The largest value."""

    def check(self) -> None:
        if self.x_min > self.x_max:
            raise ArgumentError("x_max", "`x_max` is below `x_min`, so that no value lies between")


class _Running(Operation, Elementwise):
    """What all values up to each one along an axis come to."""

    abstract = True
    reads = VALUES
    keeps = True

    axis: int | None = None
    """The axis, which must be given: null would be all, the batch too."""

    def output_shape(self, *inputs: Shape) -> Shape:
        one_axis(self.axis, inputs[0])
        return inputs[0]

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        over = one_axis(self.axis, inputs[0])
        before = Along(over, (range(1),), before=True)
        return (Reach(tuple([before if n == over else same(n) for n in range(len(inputs[0]))])),)

    def type_after(self, dtype: str) -> str:
        return as_number(dtype)


class Cumsum(_Running):
    """Sums along an axis: each value plus all before it."""


class Cumprod(_Running):
    """Products along an axis: each value times all before it."""
