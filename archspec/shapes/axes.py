"""Axes: counted as Keras counts them, with the batch as axis 0 and the last axis as -1."""

from archspec.shapes.shape import Shape, ShapeError, format_shape

BATCH = -1
"""Index of the batch, which shapes here leave out."""


def axis_index(
    axis: int, shape: Shape, argument: str | None = "axis", *, batch: bool = False
) -> int:
    """Index of an axis in a shape without the batch; :data:`BATCH` if that is allowed and meant.

    Raises:
        ShapeError: there is no such axis, or it is the batch.
    """
    index = axis - 1 if axis >= 0 else axis + len(shape)
    if index == BATCH and batch:
        return index
    if 0 <= index < len(shape):
        return index
    what = "is the batch" if index == BATCH else "does not exist"
    raise ShapeError(f"axis {axis} {what}: {_axes(shape)}", argument=argument)


def axis_indices(
    axes: tuple[int, ...], shape: Shape, argument: str | None = "axis", *, batch: bool = False
) -> tuple[int, ...]:
    """Indices of several axes in a shape without the batch.

    Raises:
        ShapeError: one does not exist, is the batch, or stands twice.
    """
    indices = tuple(axis_index(axis, shape, argument, batch=batch) for axis in axes)
    for n, index in enumerate(indices):
        if index in indices[:n]:
            first = axes[indices.index(index)]
            twice = f"axis {axes[n]}" if first == axes[n] else f"the axis {first}, also {axes[n]},"
            raise ShapeError(f"{twice} stands twice in `{argument}`", argument=argument)
    return indices


def _axes(shape: Shape) -> str:
    if not shape:
        return "the input is one number for each example, so the batch, 0, is its only axis"
    last = len(shape)
    numbers = "axis 1 (or -1)" if last == 1 else f"the axes 1 to {last} (or -{last} to -1)"
    return f"{format_shape(shape)} has {numbers}, after the batch, 0"
