"""Two or three inputs value by value: powers, quotients, comparisons, conditions.

A number may stand in the place of an input. Source: keras/src/ops/numpy.py.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from archspec.layers.base import Elementwise
from archspec.layers.operations.operation import Operation, as_float, seen_together, together
from archspec.shapes.dtypes import ANY, NUMBERS, VALUES, common
from archspec.shapes.reach import Reach
from archspec.shapes.shape import Shape, ShapeError, format_shape


class _OfTwo(Operation):
    abstract = True
    family = "merge"
    inputs = (2, 2)
    role_names: ClassVar[tuple[str, ...]] = ("x1", "x2")
    reads = VALUES
    keeps = True

    def input_roles(self) -> tuple[str, ...]:
        given = [name for name in self.constants if getattr(self, name) is not None]
        return tuple([role for role in self.role_names if role not in given])

    def output_shape(self, *inputs: Shape) -> Shape:
        return together(self, inputs)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return seen_together(inputs, self.output_shape(*inputs))

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        if len(set(inputs)) == 1:
            return ()
        merged = " with ".join(map(format_shape, inputs))
        return (f"{merged} = {format_shape(self.output_shape(*inputs))}",)


class _OrNumber(_OfTwo):
    """Two inputs, or one and a number."""

    abstract = True
    inputs = (1, 2)
    constants = frozenset(("x2",))

    x2: float | None = None
    """A number in the place of the second input."""

    def output_shape(self, *inputs: Shape) -> Shape:
        _check_count(self, inputs, 2 - (self.x2 is not None), "`x2`")
        return together(self, inputs)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (*inputs, *(() if self.x2 is None else (self.x2,))), {}

    def label(self) -> str:
        name = self.symbol or type(self).__name__
        return "" if self.x2 is None else f"{name} {self.x2:g}"


def _check_count(layer: Operation, inputs: tuple[Shape, ...], count: int, numbers: str) -> None:
    """Raise ShapeError if there are not as many inputs as no number stands for."""
    if len(inputs) == count:
        return
    name = type(layer).__name__
    if len(inputs) > count:
        message = f"{name} reads {len(inputs)} inputs, and {numbers} stands for one of them"
        raise ShapeError(message, code="AS303", argument="from", help=f"leave out {numbers}")
    message = f"{name} takes {count} inputs, but reads {len(inputs)}"
    help = f"name them, `from: [left, right]`, or give a number as {numbers}"
    raise ShapeError(message, code="AS303", argument="from", help=help)


class Power(_OrNumber):
    """The first input to the power of the second one, or of a number: `Power: 2`."""

    def kinds_read(self) -> frozenset[str]:
        return NUMBERS if self.x2 is None else VALUES

    def type_after(self, dtype: str) -> str:
        return dtype if self.x2 is None else as_float(dtype)


class Divide(_OrNumber):
    """The first input divided by the second one, or by a number."""

    symbol = "÷"

    def type_after(self, dtype: str) -> str:
        return as_float(dtype)


class _Comparison(_OrNumber):
    abstract = True
    floats_matter = True

    def kinds_read(self) -> frozenset[str]:
        return NUMBERS if self.x2 is None else VALUES

    def type_after(self, dtype: str) -> str:
        return "bool"


class Greater(_Comparison):
    """Whether each value is above that of the second input, or a number."""

    symbol = ">"


class GreaterEqual(_Comparison):
    """Whether each value is not below that of the second input, or a number."""

    symbol = "≥"


class Less(_Comparison):
    """Whether each value is below that of the second input, or a number."""

    symbol = "<"


class LessEqual(_Comparison):
    """Whether each value is not above that of the second input, or a number."""

    symbol = "≤"


class Equal(_Comparison):
    """Whether each value equals that of the second input, or a number."""

    symbol = "="

    def kinds_read(self) -> frozenset[str]:
        return ANY if self.x2 is None else VALUES


class NotEqual(_Comparison):
    """Whether each value differs from that of the second input, or a number."""

    symbol = "≠"

    def kinds_read(self) -> frozenset[str]:
        return ANY if self.x2 is None else VALUES


class _Logical(_OfTwo):
    abstract = True
    floats_matter = True

    def type_after(self, dtype: str) -> str:
        return "bool"


class LogicalAnd(_Logical):
    """Whether both values are true; numbers are true if they are not 0."""


class LogicalOr(_Logical):
    """Whether one of both values is true; numbers are true if they are not 0."""


class LogicalNot(Operation, Elementwise):
    """Whether each value is not true; numbers are true if they are not 0."""

    family = "activation"
    reads = VALUES
    keeps = True
    floats_matter = True

    def type_after(self, dtype: str) -> str:
        return "bool"


class Where(_OfTwo):
    """The second input where the first one is true, and the third one elsewhere."""

    inputs = (1, 3)
    role_names: ClassVar[tuple[str, ...]] = ("condition", "x1", "x2")
    constants = frozenset(("x1", "x2"))

    x1: float | None = None
    """A number in the place of the second input."""
    x2: float | None = None
    """A number in the place of the third input."""

    def output_shape(self, *inputs: Shape) -> Shape:
        given = (self.x1 is not None) + (self.x2 is not None)
        _check_count(self, inputs, 3 - given, "`x1` or `x2`")
        return together(self, inputs)

    def output_dtype(self, *inputs: str) -> str:
        super().output_dtype(*inputs)
        if len(inputs) == 1:
            return "float32"
        dtype = common(inputs[1:])
        return dtype if len(inputs) == 3 else as_float(dtype)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        condition, *rest = inputs
        first = rest.pop(0) if self.x1 is None else self.x1
        return (condition, first, *(rest if self.x2 is None else [self.x2])), {}
