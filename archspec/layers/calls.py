"""What layers share of Keras's call: its argument `training`, and masks beside the input.

Source: keras/src/layers/layer.py and keras/src/models/functional.py.
"""

from archspec.layers.base import Layer
from archspec.records.record import ArgumentError
from archspec.shapes.shape import Shape, ShapeError, format_shape


class InTraining(Layer):
    """A layer that acts otherwise while training."""

    abstract = True
    call_arguments = frozenset({"training"})

    training: bool | None = None
    """Whether it acts as while training; as the model does if left out. Keras heeds it where a
    model is called alone: `fit`, `evaluate` and `predict` say it for all layers, and win. To keep
    a BatchNormalization as it is while the rest trains, freeze it: `trainable: false`."""


class Masked(Layer):
    """A layer with one input, and a mask of those of its places that count."""

    abstract = True
    role_names = ("inputs", "mask")

    def mask_shapes(self, shape: Shape) -> tuple[Shape, bool]:
        """What the mask of an input has as sizes, and whether 1 stands for any of them."""
        raise NotImplementedError

    def check_masked(self, inputs: tuple[Shape, ...]) -> None:
        """Raise ShapeError if the mask does not suit the input."""
        mask = self.input_of("mask", inputs)
        if mask is not None:
            check_mask("mask", mask, *self.mask_shapes(inputs[0]))


def check_mask(role: str, mask: Shape, wanted: Shape, broadcast: bool = True) -> None:
    """Raise ShapeError if a mask has other sizes than it should have.

    Args:
        role: what it is called.
        mask: its shape.
        wanted: the sizes that it should have.
        broadcast: whether 1 stands for any of them.
    """
    fits = len(mask) == len(wanted) and all(
        None in (own, size) or own == size or (broadcast and own == 1)
        for own, size in zip(mask, wanted, strict=True)
    )
    if not fits:
        ones = " (or 1 in the place of a size)" if broadcast and wanted else ""
        raise ShapeError(
            f"the `{role}` has the shape {format_shape(wanted)}{ones} here, not {format_shape(mask)}",
            argument="from",
        )


def check_inner_call(wrapper: Layer, layer: Layer, argument: str = "layer") -> None:
    """Raise ArgumentError if a layer in a wrapper has arguments of a call that it does not get."""
    for name in layer.call_options():
        own = name in wrapper.call_arguments
        raise ArgumentError(
            argument,
            f"{type(wrapper).__name__} calls its {type(layer).__name__} itself: `{name}` does not"
            " reach it",
            f"`{name}` is an argument of {type(wrapper).__name__}" if own else "",
        )
