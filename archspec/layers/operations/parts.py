"""Parts of an input: cut out, taken, cut into several.

Source: keras/src/ops/numpy.py; GetItem is `x[…]` of Keras's tensors.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from archspec.layers.operations.axes import Rearranging, dropped, placed, replaced
from archspec.layers.operations.operation import listed, one_axis
from archspec.records import schemas
from archspec.records.arguments import PositiveInt
from archspec.records.record import ArgumentError, ArgumentType, Kind
from archspec.shapes.reach import Along, Reach, only, same, shifted
from archspec.shapes.shape import Shape, ShapeError, Size, format_shape


class GetItem(Rearranging):
    """A part of an axis, as `x[start:stop:step]`; or one position, and the axis is gone."""

    constants = frozenset(("axis", "index", "start", "stop", "step"))

    axis: int
    """The axis, counted with the batch as 0; -1 is the last one."""
    index: int | None = None
    """The one position that is wanted, counted from 0, or from the end as -1."""
    start: int | None = None
    """The first position; the first one of the axis if left out."""
    stop: int | None = None
    """The position before which it ends; the end of the axis if left out. -1 leaves out the last."""
    step: PositiveInt | None = None
    """Every how manieth position; every one if left out."""

    def check(self) -> None:
        part = [n for n in ("start", "stop", "step") if getattr(self, n) is not None]
        if self.index is not None and part:
            raise ArgumentError(
                "index", f"`index` is one position, and `{part[0]}` says of several"
            )
        if self.index is None and not part:
            raise ArgumentError("axis", "it needs `index`, or `start` and `stop`")

    def label(self) -> str:
        ends = [self.start, self.stop, *([] if self.step is None else [self.step])]
        part = ":".join("" if end is None else str(end) for end in ends)
        return f"Get item [{part if self.index is None else self.index}]"

    def _positions(self, size: int) -> range:
        return range(size)[self.start : self.stop : self.step]

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        axis = one_axis(self.axis, shape)
        found = shape[axis]
        if self.index is not None:
            if found is not None:
                check_index(self.index, found, axis, shape, "index")
            return (*shape[:axis], *shape[axis + 1 :])
        if found is None:
            return shape
        count = len(self._positions(found))
        if not count:
            argument = "stop" if self.stop is not None else "start"
            raise ShapeError(
                f"nothing is left of axis {axis + 1} of {format_shape(shape)}, from"
                f" {self.start or 0} to {found if self.stop is None else self.stop}",
                argument=argument,
            )
        return replaced(shape, axis, count)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        shape = inputs[0]
        axis = one_axis(self.axis, shape)
        found = shape[axis]
        axes: list[Along | None] = [same(n) for n in range(len(shape))]
        if self.index is not None:
            axes = [same(n) for n in dropped(axis, len(shape))]
            index = None if found is None and self.index < 0 else self.index % (found or LAST)
            axes[axis] = None if index is None else only(index)
        elif found is not None:
            positions = self._positions(found)
            axes[axis] = Along(axis, (range(positions.start, positions.start + 1),), positions.step)
        elif (self.start or 0) < 0:
            axes[axis] = None
        else:
            start = self.start or 0
            axes[axis] = Along(axis, (range(start, start + 1),), self.step or 1)
        return (Reach(tuple(axes)),)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        key: Any = slice(self.start, self.stop, self.step) if self.index is None else self.index
        every = slice(None)
        if self.axis >= 0:
            return (inputs[0], (*[every] * self.axis, key)), {}
        return (inputs[0], (..., key, *[every] * (-self.axis - 1))), {}

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axis = one_axis(self.axis, inputs[0])
        found = inputs[0][axis]
        if self.index is not None:
            return (_position(self.index, axis, inputs[0]),)
        if found is None:
            return ()
        part = self._positions(found)
        count, far = len(part), part.stop - part.start
        if part.step == 1:
            return (f"{part.stop} − {part.start} = {count}",)
        return (f"⌈{far}/{part.step}⌉ = {count}",)


def _position(index: int, axis: int, shape: Shape) -> str:
    """``7×16 at 0 of axis 1 = 16``."""
    out = format_shape((*shape[:axis], *shape[axis + 1 :]))
    return f"{format_shape(shape)} at {index} of {listed([axis])} = {out}"


LAST = 2**62
"""Beyond every position."""


def check_index(index: int, size: int, axis: int, shape: Shape, argument: str) -> None:
    """Raise ShapeError if an axis has no such position."""
    if not -size <= index < size:
        raise ShapeError(
            f"axis {axis + 1} of {format_shape(shape)} has the positions 0 to {size - 1} (or -{size}"
            f" to -1), not {index}",
            argument=argument,
        )


_Indices = Annotated[
    int | tuple[int, ...],
    ArgumentType(
        schemas.one_or(schemas.size(), schemas.many(schemas.size(), min_length=1), 1),
        "a position, or a list of positions",
    ),
]


class Take(Rearranging):
    """The positions of an axis that are named, in that order; of one alone, and the axis is gone."""

    constants = frozenset(("indices",))

    indices: _Indices
    """The positions, counted from 0, or from the end as -1: a list, or one alone."""
    axis: int | None = None
    """The axis, which must be given: null would be all, the batch too."""

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        axis = one_axis(self.axis, shape)
        found = shape[axis]
        if found is not None:
            for index in self._listed():
                check_index(index, found, axis, shape, "indices")
        if isinstance(self.indices, int):
            return (*shape[:axis], *shape[axis + 1 :])
        return replaced(shape, axis, len(self.indices))

    def _listed(self) -> tuple[int, ...]:
        return (self.indices,) if isinstance(self.indices, int) else self.indices

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        shape = inputs[0]
        axis = one_axis(self.axis, shape)
        found = shape[axis]
        if isinstance(self.indices, int):
            axes: list[Along | None] = [same(n) for n in dropped(axis, len(shape))]
        else:
            axes = [same(n) for n in range(len(shape))]
        listed = self._listed()
        if found is None and min(listed) < 0:
            axes[axis] = None
        else:
            places = [index % (found or LAST) for index in listed]
            single = isinstance(self.indices, int)
            axes[axis] = only(places[0]) if single else placed(axis, places)
        return (Reach(tuple(axes)),)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        indices = self.indices
        return (inputs[0], indices if isinstance(indices, int) else list(indices)), {}

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axis = one_axis(self.axis, inputs[0])
        if isinstance(self.indices, int):
            return (_position(self.indices, axis, inputs[0]),)
        if inputs[0][axis] is None:
            return ()
        return (f"{len(self.indices)} of {inputs[0][axis]} = {len(self.indices)}",)


_Sections = Annotated[
    int | tuple[int, ...],
    ArgumentType(
        schemas.one_or(schemas.size(gt=0), schemas.many(schemas.size(gt=0), min_length=1), 1),
        "a number of equal parts, or a list of positions at which it is cut",
    ),
]
_Names = Annotated[
    tuple[str, ...],
    ArgumentType(
        schemas.many(schemas.text(r"^[\w$][\w${}()-]*$", 255), min_length=1),
        "a list of names",
        text=True,
        kind=Kind.NAMES,
    ),
]


MOST_PARTS = 1024
"""Each is an output with a name."""


class Split(Rearranging):
    """Cut along an axis: as many outputs, read as `split.1`, or by names of their own.

    The entry after it reads the first part, which is `split` and `split.0`.
    """

    constants = frozenset(("outputs",))  # which names wires, and is nothing to Keras

    indices_or_sections: _Sections
    """The number of equal parts, or a list of positions at which it is cut: [8, 24]."""
    axis: int = 0
    """The axis, which must be given, for Keras's 0 is the batch; -1 is the last one."""
    outputs: _Names | None = None
    """Names of the parts: with [a, b] of `split` they are `split.a` and `split.b`."""

    def check(self) -> None:
        cuts = self.indices_or_sections
        if self._count() > MOST_PARTS:
            raise ArgumentError(
                "indices_or_sections", f"it is cut into at most {MOST_PARTS:,} parts"
            )
        if not isinstance(cuts, int) and list(cuts) != sorted(set(cuts)):
            raise ArgumentError(
                "indices_or_sections", "positions go up: nothing is left between equal ones"
            )
        names = self.outputs
        if names is not None and len(names) != self._count():
            raise ArgumentError(
                "outputs", f"there are {self._count()} parts, but {len(names)} names in `outputs`"
            )
        if names is not None and len(set(names)) < len(names):
            raise ArgumentError("outputs", "a name stands twice in `outputs`")

    def _count(self) -> int:
        cuts = self.indices_or_sections
        return cuts if isinstance(cuts, int) else len(cuts) + 1

    def label(self) -> str:
        return f"Split in {self._count()}"

    def first_output(self) -> str:
        return self.outputs[0] if self.outputs else "0"

    def output_names(self) -> tuple[str, ...]:
        if self.outputs:
            return ("", *self.outputs[1:])
        return ("", *[str(n) for n in range(1, self._count())])

    def _parts(self, shape: Shape) -> tuple[int, list[tuple[int, Size]]]:
        """The axis, and first position and size of each part."""
        axis = one_axis(self.axis, shape)
        found, cuts = shape[axis], self.indices_or_sections
        if isinstance(cuts, int):
            if found is not None and found % cuts:
                raise ShapeError(
                    f"axis {axis + 1} of {format_shape(shape)} cannot be cut into {cuts} equal parts",
                    argument="indices_or_sections",
                    arithmetic=f"{found}/{cuts} = {found // cuts} remainder {found % cuts}",
                )
            part = None if found is None else found // cuts
            return axis, [(n * (part or 0), part) for n in range(cuts)]
        if found is not None and cuts[-1] >= found:
            raise ShapeError(
                f"nothing is left of axis {axis + 1} of {format_shape(shape)} behind {cuts[-1]}",
                argument="indices_or_sections",
            )
        sizes = [b - a for a, b in zip((0, *cuts), cuts, strict=False)]
        rest = None if found is None else found - cuts[-1]
        return axis, list(zip((0, *cuts), (*sizes, rest), strict=True))

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        axis, parts = self._parts(inputs[0])
        return tuple([replaced(inputs[0], axis, size) for _, size in parts])

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def reaches(self, *inputs: Shape) -> tuple[tuple[Reach, ...] | None, ...]:
        shape = inputs[0]
        axis, parts = self._parts(shape)
        found: list[tuple[Reach, ...]] = []
        for start, part in parts:
            axes: list[Along | None] = [same(n) for n in range(len(shape))]
            if start or part is not None:
                axes[axis] = shifted(axis, start)
            else:
                axes[axis] = shifted(axis, 0) if not found else None
            found.append((Reach(tuple(axes)),))
        return tuple(found)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        return self.reaches(*inputs)[0]

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axis, parts = self._parts(inputs[0])
        found, cuts = inputs[0][axis], self.indices_or_sections
        if found is None:
            return ()
        if isinstance(cuts, int):
            return (f"{found}/{cuts} = {found // cuts}",)
        return (f"{' + '.join(str(size) for _, size in parts)} = {found}",)
