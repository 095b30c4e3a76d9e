"""Weights that stand by themselves: a class token, positions, a factor for each channel.

Keras has no such layers; archspec/emit/keras/extra.py has their classes.

Source: Touvron et al., "Going deeper with image transformers" (2021), with names, defaults and weight
of LayerScale in keras/src/applications/convnext.py; Devlin et al., "BERT" (2018), with those of
PositionEmbedding in KerasHub; Dosovitskiy et al., "An image is worth 16x16 words" (2021).
"""

from archspec.layers.base import Elementwise, Layer
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import NaturalInt, PositiveInt, ProjectionShape
from archspec.shapes import shape as shapes
from archspec.shapes.dtypes import ANY, VALUES
from archspec.shapes.reach import UNSEEN, Reach
from archspec.shapes.shape import Shape, ShapeError, format_shape, known


class LayerScale(Elementwise):
    """Multiplies each channel by a trained factor, which starts near 0 (Touvron et al., 2021)."""

    reads = VALUES
    family = "norm"
    dims = (1, 99)
    gives_way = True
    keras_class = "archspec.emit.keras.extra.LayerScale"

    init_values: float = 1e-6
    """Initial value of all factors."""
    projection_dim: PositiveInt | None = None
    """Number of channels, the size of the last axis; that of the input if left out."""

    def weights(self, *inputs: Shape) -> tuple[shapes.Weight, ...]:
        channels = known(inputs[0][-1], "the number of channels")
        if self.projection_dim not in (None, channels):
            raise ShapeError(
                f"LayerScale has factors for {self.projection_dim} channels, and its input has"
                f" {channels}",
                argument="projection_dim",
                help="without `projection_dim` it has as many as its input",
            )
        return (shapes.Weight("gamma", (channels,)),)


class PositionEmbedding(Elementwise):
    """A trained vector for each position of (…, positions, features), to be added to the input.

    The output has the shape of the input and nothing of its values: an Add puts both together.
    """

    reads = ANY
    family = "embedding"
    dims = (2, 99)
    gives_way = True
    call_arguments = frozenset({"start_index"})
    keras_class = "archspec.emit.keras.extra.PositionEmbedding"

    sequence_length: PositiveInt
    """Number of vectors: the most positions of an input."""
    initializer: Initializer = "glorot_uniform"
    """Initial values of the vectors."""
    start_index: NaturalInt = 0
    """The vector of the first position; the others follow."""

    def output_shape(self, *inputs: Shape) -> Shape:
        length = inputs[0][-2]
        needed = (length or 1) + self.start_index
        if needed > self.sequence_length:
            after = f" from {self.start_index} on" if self.start_index else ""
            raise ShapeError(
                f"PositionEmbedding has {self.sequence_length} vectors, and its input"
                f" {format_shape(inputs[0])} needs {needed}: one for each of"
                f" {'the' if length is None else length} positions{after}",
                argument="start_index" if self.start_index else "sequence_length",
            )
        return inputs[0]

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (UNSEEN,)

    def weights(self, *inputs: Shape) -> tuple[shapes.Weight, ...]:
        features = known(inputs[0][-1], "the number of features")
        return (shapes.Weight("embeddings", (self.sequence_length, features)),)


class Weight(Layer):
    """A trained array of a given shape, such as a class token; of its input only the batch counts."""

    reads = ANY
    family = "embedding"
    gives_way = True
    keras_class = "archspec.emit.keras.extra.Weight"

    shape: ProjectionShape
    """Its sizes, such as [1, 768] for a token beside those of a sequence."""
    initializer: Initializer = "glorot_uniform"
    """Initial values."""
    regularizer: Regularizer | None = None
    """Penalty on it."""
    constraint: Constraint | None = None
    """Constraint on it."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (UNSEEN,)

    def weights(self, *inputs: Shape) -> tuple[shapes.Weight, ...]:
        return (shapes.Weight("weight", self.shape),)
