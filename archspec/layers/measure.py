"""One layer under its input shapes: output shapes, weights, operations."""

from functools import lru_cache
from typing import NamedTuple

from archspec.layers import Layer
from archspec.layers.base import check_dims, checked_weights
from archspec.records.arguments import LARGEST
from archspec.shapes.shape import Shape, ShapeError, Weight

MOST_DIMS = 64
"""Most dimensions of a shape: arrays of NumPy have no more."""


class Facts(NamedTuple):
    """What inference finds out about a layer and its input shapes."""

    outputs: tuple[Shape, ...]
    weights: tuple[Weight, ...]
    params: int
    trainable_params: int
    macs: int


@lru_cache(20_000)
def measure(layer: Layer, shapes: tuple[Shape, ...]) -> Facts:
    """The facts of a layer under input shapes.

    Raises:
        ShapeError: it cannot take them.
    """
    least, most = layer.inputs
    if not least <= len(shapes) <= most:
        count = (
            f"{least}"
            if least == most
            else f"{least} or more"
            if most > 9 and len(shapes) < least
            else f"at most {most}"
            if most > 9
            else f"{least} to {most}"
        )
        plural = "" if count == "1" else "s"
        message = f"{type(layer).__name__} takes {count} input{plural}, but reads {len(shapes)}"
        raise ShapeError(
            message, argument="from", code="AS303", help=_input_help(least, len(shapes))
        )
    check_dims(layer, shapes)
    outputs = layer.output_shapes(*shapes)
    weights = checked_weights(layer, outputs, shapes)
    params = trainable = 0
    for weight in weights:
        count_ = weight.count
        params += count_
        if weight.trainable:
            trainable += count_
    macs = layer.macs(*shapes)
    for shape in outputs:
        if len(shape) > MOST_DIMS:
            message = f"the output has {len(shape):,} dimensions; there may be {MOST_DIMS}"
            raise ShapeError(message, code="AS403")
        size = 1
        for axis in shape:
            if axis is not None:
                size *= axis
        if size > LARGEST:
            raise ShapeError("the output has more than 2**63 values", code="AS408")
    if params > LARGEST or macs > LARGEST * 2**10:
        raise ShapeError("the layer has more than 2**63 parameters", code="AS408")
    return Facts(outputs, weights, params, trainable, macs)


def _input_help(least: int, got: int) -> str:
    if got < least:
        return "name all of its inputs: `from: [left, right]`"
    return "merge them before, with Concatenate or Add, or name the one it reads: `from: name`"
