"""Spectral normalisation: a wrapper that keeps the kernel of a layer from growing.

Source: keras/src/layers/normalization/spectral_normalization.py; Miyato et al., "Spectral
normalization for generative adversarial networks" (2018).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from archspec.layers.base import Layer, check_dims, checked_weights
from archspec.layers.calls import InTraining, check_inner_call
from archspec.records.arguments import NestedLayer, PositiveInt
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import ANY, autocast
from archspec.shapes.reach import Reach
from archspec.shapes.shape import Shape, ShapeError, Weight, Window


class SpectralNormalization(InTraining):
    """Divides the kernel of a layer by its largest singular value while training."""

    reads = ANY
    family = "norm"

    layer: NestedLayer
    """The layer with the kernel, or the Embedding, such as `{Conv2D: {filters: 8, kernel_size: 3}}`;
    alone it needs no `layer:` before it."""
    power_iterations: PositiveInt = 1
    """Number of steps in which the singular value is estimated."""

    def check(self) -> None:
        layer: Layer = self.layer
        wrapper = any(isinstance(value, Layer) for value in layer.arguments().values())
        if wrapper and not isinstance(layer, SpectralNormalization):
            message = f"SpectralNormalization cannot wrap a wrapper such as {type(layer).__name__}"
            raise ArgumentError("layer", message, help="wrap the layer inside it instead")
        if layer.inputs[0] > 1:
            message = (
                f"SpectralNormalization has one input, and {type(layer).__name__} takes several"
            )
            raise ArgumentError("layer", message)
        if getattr(layer, "lora_rank", None) is not None:
            message = "SpectralNormalization trains the kernel, which `lora_rank` freezes"
            raise ArgumentError("layer", message)
        check_inner_call(self, layer)

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        layer: Layer = self.layer
        with self._inside():
            check_dims(layer, inputs)
            return layer.output_shapes(*inputs)

    def output_names(self) -> tuple[str, ...]:
        layer: Layer = self.layer
        return layer.output_names()

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The kernel, then the vector that estimates its singular value, then the others."""
        layer: Layer = self.layer
        with self._inside():
            weights = checked_weights(layer, layer.output_shapes(*inputs), inputs)
        names = {weight.name for weight in weights}
        kernels = [w for w in weights if w.name in ("kernel", "embeddings")]
        if len(kernels) != 1 or "recurrent_kernel" in names:
            raise ShapeError(
                f"{type(layer).__name__} has no single kernel that could be normalised",
                argument="layer",
                help="SpectralNormalization wraps a Dense, a convolution or an Embedding",
            )
        kernel = kernels[0]
        vector = Weight("vector_u", (1, kernel.shape[-1]), False, kernel.dtype)
        return (kernel, vector, *(w for w in weights if w is not kernel))

    def weight_dtype(self) -> str:
        """It has no weights but those of the layer, which says of what type they are."""
        return "float32"

    def output_dtype(self, *inputs: str) -> str:
        """Keras gives the output the type of the input: whole numbers stay whole."""
        layer: Layer = self.layer
        layer.output_dtype(*autocast(inputs, self.compute_dtype()))
        return autocast(inputs, self.compute_dtype())[0]

    def macs(self, *inputs: Shape) -> int:
        """Those of the layer; the estimate is made while training only."""
        layer: Layer = self.layer
        return layer.macs(*inputs)

    def windows(self) -> tuple[Window, ...] | None:
        layer: Layer = self.layer
        return layer.windows()

    def reaches(self, *inputs: Shape) -> tuple[tuple[Reach, ...] | None, ...]:
        layer: Layer = self.layer
        return layer.reaches(*inputs)

    def margins(self, *inputs: Shape) -> tuple[tuple[int, int], ...]:
        layer: Layer = self.layer
        return layer.margins(*inputs)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        layer: Layer = self.layer
        return layer.derivation(*inputs)

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """Say that an error comes from the layer inside."""
        try:
            yield
        except ShapeError as error:
            raise ShapeError(
                f"in the {type(self.layer).__name__} of `layer`: {error.message}",
                argument="layer",
                arithmetic=error.arithmetic,
                help=error.help,
                code=error.code,
            ) from None
