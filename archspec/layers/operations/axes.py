"""Axes in another order, new ones, and none of the old: the values stay.

Source: keras/src/ops/numpy.py.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from archspec.layers.operations.operation import Operation, listed, new_axes, some_axes
from archspec.records import schemas
from archspec.records.arguments import Axes, Ints
from archspec.records.record import ArgumentError, ArgumentType
from archspec.shapes.dtypes import ANY
from archspec.shapes.reach import ALL, MOST_READS, Along, Reach, same
from archspec.shapes.shape import Shape, ShapeError, Size, format_shape, known


def placed(axis: int, positions: Sequence[int]) -> Along | None:
    """For each position of the output's axis the one that it sees; None if there are too many."""
    if len(positions) > MOST_READS:
        return None
    return Along(axis, tuple([range(p, p + 1) for p in positions]), once=True)


class Rearranging(Operation):
    """The same values, or some of them, at other places."""

    abstract = True
    family = "reshape"
    reads = ANY
    keeps = True


class Transpose(Rearranging):
    """The axes in another order."""

    axes: Ints | None = None
    """Order of the axes, counted with the batch, which stays: [0, 2, 1] swaps the other two."""

    def _order(self, shape: Shape) -> tuple[int, ...]:
        """For each axis of the output the one of the input, both without the batch."""
        count = len(shape) + 1
        if self.axes is None:
            last = ", ".join(map(str, range(count - 1, 0, -1)))
            raise ShapeError(
                "without `axes` it turns all axes round, the batch too",
                argument="axes",
                help=f"`axes: [0, {last}]` leaves the batch where it is",
            )
        if len(self.axes) != count:
            raise ShapeError(
                f"`axes` orders {len(self.axes)} axes, but {format_shape(shape)} has {count} with"
                " the batch",
                argument="axes",
            )
        found = [axis + count if axis < 0 else axis for axis in self.axes]
        if found[0]:
            raise ShapeError("the batch, 0, stays the first axis", argument="axes")
        if sorted(found) != list(range(count)):
            raise ShapeError(
                f"every axis stands once: here the numbers 0 to {count - 1} in some order",
                argument="axes",
            )
        return tuple([axis - 1 for axis in found[1:]])

    def output_shape(self, *inputs: Shape) -> Shape:
        return tuple([inputs[0][axis] for axis in self._order(inputs[0])])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        order = self._order(inputs[0])
        return (Reach(tuple([same(order.index(n)) for n in range(len(order))])),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        order = ", ".join(str(axis + 1) for axis in self._order(inputs[0]))
        out = format_shape(self.output_shape(*inputs))
        return (f"axes {order} of {format_shape(inputs[0])} = {out}",)


class ExpandDims(Rearranging):
    """New axes of size 1."""

    axis: Axes
    """Where they stand in the output, counted with the batch as 0: one axis, or a list."""

    def output_shape(self, *inputs: Shape) -> Shape:
        new = new_axes(self.axis, inputs[0])
        rest = iter(inputs[0])
        return tuple([1 if n in new else next(rest) for n in range(len(inputs[0]) + len(new))])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        new = new_axes(self.axis, inputs[0])
        kept = [n for n in range(len(inputs[0]) + len(new)) if n not in new]
        return (Reach(tuple([same(n) for n in kept])),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axes = listed(new_axes(self.axis, inputs[0]))
        out = format_shape(self.output_shape(*inputs))
        return (f"{format_shape(inputs[0])} with a new {axes} of size 1 = {out}",)


class Squeeze(Rearranging):
    """Without axes of size 1."""

    axis: Axes | None = None
    """The axis, or a list of axes, which must be given: the batch may have the size 1 too."""

    def _gone(self, shape: Shape) -> tuple[int, ...]:
        gone = some_axes(self.axis, shape)
        for index in gone:
            found = known(shape[index], f"the size of axis {index + 1}", "axis")
            if found != 1:
                raise ShapeError(
                    f"axis {index + 1} of {format_shape(shape)} has the size {found}, and only"
                    " axes of size 1 can be left out",
                    argument="axis",
                )
        return gone

    def output_shape(self, *inputs: Shape) -> Shape:
        gone = self._gone(inputs[0])
        return tuple([size for n, size in enumerate(inputs[0]) if n not in gone])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        gone = self._gone(inputs[0])
        kept = [n for n in range(len(inputs[0])) if n not in gone]
        axes = [same(kept.index(n)) if n in kept else ALL for n in range(len(inputs[0]))]
        return (Reach(tuple(axes)),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axes = listed(self._gone(inputs[0]))
        out = format_shape(self.output_shape(*inputs))
        return (f"{format_shape(inputs[0])} without {axes} = {out}",)


class _Moved(Rearranging):
    """Each axis keeps its size, and its values change places."""

    abstract = True

    def output_shape(self, *inputs: Shape) -> Shape:
        self.moved(inputs[0])
        return inputs[0]

    def moved(self, shape: Shape) -> dict[int, int]:
        """How far each axis that changes is moved on; where it is turned round, 0."""
        raise NotImplementedError

    def seen(self, axis: int, by: int, size: Size) -> Along | None:
        """What is seen along an axis that changes."""
        raise NotImplementedError

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        moved = self.moved(inputs[0])
        axes = enumerate(inputs[0])
        seen = [self.seen(n, moved[n], size) if n in moved else same(n) for n, size in axes]
        return (Reach(tuple(seen)),)


_Shifts = Annotated[
    tuple[int, ...],
    ArgumentType(
        schemas.spread(schemas.size(), schemas.many(schemas.size(), min_length=1), 1),
        "a whole number, or a list",
    ),
]


class Roll(_Moved):
    """The values moved on along axes; what falls off one end comes in at the other."""

    shift: _Shifts
    """How far, towards the end; a number for each axis."""
    axis: Axes | None = None
    """The axis, or a list of axes, which must be given: null would be all, the batch too."""

    def check(self) -> None:
        if self.axis is not None and len(self.axis) != len(self.shift):
            raise ArgumentError(
                "shift", f"`shift` has a number for each axis: {len(self.axis)} here"
            )

    def moved(self, shape: Shape) -> dict[int, int]:
        return dict(zip(some_axes(self.axis, shape), self.shift, strict=True))

    def seen(self, axis: int, by: int, size: Size) -> Along | None:
        if size is None or size > MOST_READS:
            return None
        return placed(axis, [(n - by) % size for n in range(size)])

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        moved = self.moved(inputs[0]).items()
        return tuple([f"axis {axis + 1} moved on by {by}" for axis, by in moved])


class Flip(_Moved):
    """The values in the other direction along axes."""

    axis: Axes | None = None
    """The axis, or a list of axes, which must be given: null would be all, the batch too."""

    def moved(self, shape: Shape) -> dict[int, int]:
        return dict.fromkeys(some_axes(self.axis, shape), 0)

    def seen(self, axis: int, by: int, size: Size) -> Along | None:
        return None if size is None else placed(axis, range(size - 1, -1, -1))


class Stack(Operation):
    """Inputs of one shape side by side along a new axis."""

    family = "merge"
    inputs = (1, 999)
    reads = ANY
    keeps = True

    axis: int = 0
    """Where the new axis stands in the output; it must be given, for Keras's 0 is the batch."""

    def output_shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        for number, shape in enumerate(inputs[1:], 2):
            pairs = zip(first, shape, strict=False)
            if len(shape) != len(first) or any(a != b and None not in (a, b) for a, b in pairs):
                raise ShapeError(
                    f"input {number} ({format_shape(shape)}) has another shape than input 1"
                    f" ({format_shape(first)})",
                    code="AS402",
                    help="Concatenate joins along an axis that there is, and takes other sizes there",
                )
        (new,) = new_axes((self.axis,), first)
        return (*first[:new], len(inputs), *first[new:])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        (new,) = new_axes((self.axis,), inputs[0])
        if new < len(inputs[0]):  # other positions along the new axis see nothing of an input
            return None
        return tuple([Reach(tuple([same(n) for n in range(len(s))])) for s in inputs])

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (list(inputs),), {}

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        out = format_shape(self.output_shape(*inputs))
        return (f"{len(inputs)} of {format_shape(inputs[0])} = {out}",)


def dropped(axis: int, rank: int) -> list[int]:
    """For each axis of an input its place in an output that lacks one."""
    return [n - (n > axis) for n in range(rank)]


def replaced(shape: Shape, axis: int, size: Size) -> Shape:
    """A shape with another size of one axis."""
    return (*shape[:axis], size, *shape[axis + 1 :])
