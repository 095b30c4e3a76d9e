"""Reshaping: flatten, reshape, permute, repeat, pad, crop, upsample.

Source: keras/src/layers/reshaping/.
"""

from archspec.arguments import DataFormat
from archspec.layers.base import Layer
from archspec.shapes import Shape, elements


class Flatten(Layer):
    """All axes in one."""

    family = "reshape"

    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return (elements(inputs[0]),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        return (f"{'·'.join(str(s) for s in inputs[0])} = {elements(inputs[0])}",)
