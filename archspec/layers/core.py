"""Core layers: inputs, dense, embedding, identity, masking.

LoRA (Hu et al., 2021) freezes a kernel and trains two small matrices beside it; its arguments are
here as in Keras. Quantisation happens to a trained model and is not part of a spec, so
`quantization_config` only takes null.

Source: keras/src/layers/core/.
"""

from typing import Annotated

from archspec.layers.base import Elementwise, Layer, check_softmax
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import (
    Activation,
    Null,
    PositiveFloat,
    PositiveInt,
    Sizes,
    one_of,
)
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import ANY, DTYPES, VALUES, common
from archspec.shapes.reach import Reach, pointwise
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape, known, product


def with_lora(
    kernel: Weight, bias: tuple[Weight, ...], lora_rank: int | None
) -> tuple[Weight, ...]:
    """The weights of a layer: with LoRA the kernel is frozen and two factors of a change to it
    are trained, (…, rank) and (rank, last axis)."""
    if lora_rank is None:
        return (kernel, *bias)
    *rows, columns = kernel.shape
    return (
        kernel._replace(trainable=False),
        *bias,
        Weight(f"lora_{kernel.name}_a", (*rows, lora_rank), dtype="float32"),
        Weight(f"lora_{kernel.name}_b", (lora_rank, columns), dtype="float32"),
    )


def check_lora(lora_rank: int | None, constraint: object, argument: str) -> None:
    """Raise ArgumentError if a kernel with LoRA has a constraint too."""
    if lora_rank is not None and constraint is not None:
        raise ArgumentError(
            argument,
            f"`lora_rank` and `{argument}` exclude each other: LoRA freezes the kernel, so nothing"
            " is left to constrain",
        )


_FLOATS = tuple([name for name, kind in DTYPES.items() if kind == "float"])
FloatType = Annotated[str, one_of(_FLOATS, "a type of floating-point numbers such as `float32`")]
Dtype = Annotated[str, one_of((*DTYPES,), "a type of values such as `float32` or `int32`")]


class Input(Layer):
    """An input of the network; written as `input:` at the top of a spec."""

    family = "io"
    inputs = (0, 0)

    shape: Sizes
    """Sizes without the batch, such as [224, 224, 3]."""
    dtype: Dtype | None = None
    """Type of the numbers; `float32` if left out, `int32` for tokens."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape

    def output_dtype(self, *inputs: str) -> str:
        return self.dtype or "float32"


class Dense(Layer):
    """Every output is a weighted sum of every input of the last axis, plus a bias."""

    reads = VALUES
    family = "dense"
    dims = (1, 99)

    units: PositiveInt
    """Size of the output's last axis."""
    activation: Activation | None = None
    """Activation after the bias; none if left out."""
    use_bias: bool = True
    """Whether a bias is added."""
    kernel_initializer: Initializer = "glorot_uniform"
    """Initial values of the kernel."""
    bias_initializer: Initializer = "zeros"
    """Initial values of the bias."""
    kernel_regularizer: Regularizer | None = None
    """Penalty on the kernel."""
    bias_regularizer: Regularizer | None = None
    """Penalty on the bias."""
    activity_regularizer: Regularizer | None = None
    """Penalty on the output."""
    kernel_constraint: Constraint | None = None
    """Constraint on the kernel."""
    bias_constraint: Constraint | None = None
    """Constraint on the bias."""
    lora_rank: PositiveInt | None = None
    """Rank of a LoRA beside the frozen kernel, for fine-tuning; no LoRA if left out."""
    lora_alpha: float | None = None
    """The LoRA's change is scaled by `lora_alpha / lora_rank`; by 1 if left out."""
    quantization_config: Null = None
    """Only null: a spec does not quantise."""

    def check(self) -> None:
        check_lora(self.lora_rank, self.kernel_constraint, "kernel_constraint")

    def output_shape(self, *inputs: Shape) -> Shape:
        if self.activation == "softmax":
            check_softmax(self, len(inputs[0]) + 1)
        return (*inputs[0][:-1], self.units)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0], [len(inputs[0]) - 1]),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        size = known(inputs[0][-1], "the size of the last axis")
        kernel = Weight("kernel", (size, self.units))
        bias = (Weight("bias", (self.units,)),) if self.use_bias else ()
        return with_lora(kernel, bias, self.lora_rank)

    def macs(self, *inputs: Shape) -> int:
        """One for each weight of the kernel, at each place of the other axes."""
        return product(s or 0 for s in inputs[0]) * self.units


class Embedding(Layer):
    """A vector for each whole number, such as that of a word: the rows of a trained table."""

    reads = VALUES
    family = "embedding"

    input_dim: PositiveInt
    """Number of rows: the largest number in the input, plus 1."""
    output_dim: PositiveInt
    """Size of a vector."""
    embeddings_initializer: Initializer = "uniform"
    """Initial values of the table."""
    embeddings_regularizer: Regularizer | None = None
    """Penalty on the table."""
    embeddings_constraint: Constraint | None = None
    """Constraint on the table."""
    mask_zero: bool = False
    """Whether 0 is padding, which later layers then skip."""
    weights_: Null = None
    """Only null: a spec holds no values of weights."""
    lora_rank: PositiveInt | None = None
    """Rank of a LoRA beside the frozen table, for fine-tuning; no LoRA if left out."""
    lora_alpha: float | None = None
    """The LoRA's change is scaled by `lora_alpha / lora_rank`; by 1 if left out."""
    quantization_config: Null = None
    """Only null: a spec does not quantise."""

    def check(self) -> None:
        check_lora(self.lora_rank, self.embeddings_constraint, "embeddings_constraint")

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*inputs[0], self.output_dim)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0]),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        table = Weight("embeddings", (self.input_dim, self.output_dim))
        return with_lora(table, (), self.lora_rank)


class ReversibleEmbedding(Layer):
    """An Embedding whose table makes scores of vectors again: the head of a language model.

    `apply: {layer: NAME, reverse: true}` has a score for each row of the table of the Embedding
    NAME: the product with the table, turned round (Press and Wolf, 2016).
    """

    reads = VALUES
    family = "embedding"
    gives_way = True
    call_arguments = frozenset({"reverse"})

    input_dim: PositiveInt
    """Number of rows: the largest number in the input, plus 1."""
    output_dim: PositiveInt
    """Size of a vector."""
    tie_weights: bool = True
    """Whether the way back has the same table; else it has one of its own."""
    embeddings_initializer: Initializer = "uniform"
    """Initial values of the table."""
    embeddings_regularizer: Regularizer | None = None
    """Penalty on the table."""
    embeddings_constraint: Constraint | None = None
    """Constraint on the table."""
    mask_zero: bool = False
    """Whether 0 is padding, which later layers then skip."""
    reverse_dtype: FloatType | None = None
    """Type of the numbers on the way back; that of the layer if left out."""
    logit_soft_cap: PositiveFloat | None = None
    """Bound of the scores, which bends them: c·tanh(scores / c); none if left out."""
    reverse: bool = False
    """Whether vectors come in and scores for all rows go out."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if not self.reverse:
            return (*inputs[0], self.output_dim)
        if not inputs[0] or inputs[0][-1] not in (None, self.output_dim):
            raise ShapeError(
                f"with `reverse`, ReversibleEmbedding takes vectors of {self.output_dim}, its"
                f" `output_dim`, not {format_shape(inputs[0])}",
                argument="output_dim",
            )
        return (*inputs[0][:-1], self.input_dim)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0], [len(inputs[0]) - 1] if self.reverse else []),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        table = Weight("embeddings", (self.input_dim, self.output_dim))
        back = Weight("reverse_embeddings", (self.output_dim, self.input_dim))
        return (table,) if self.tie_weights else (table, back)

    def macs(self, *inputs: Shape) -> int:
        """With `reverse` one for each value of the table, at each place; unknown sizes count as 0."""
        if not self.reverse:
            return 0
        return product(s or 0 for s in inputs[0][:-1]) * self.input_dim * self.output_dim

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        if not self.reverse:
            return dtype
        # Keras casts what an Embedding reads to no other type, and the table to that of its policy.
        return self.reverse_dtype or common((inputs[0], self.compute_dtype()))


class Masking(Elementwise):
    """Marks the steps of a sequence whose values all equal `mask_value`: later layers skip them."""

    reads = VALUES
    keeps = True

    mask_value: float = 0.0
    """The value that means: no data here."""

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        return "int32" if dtype == "bool" else dtype


class Identity(Elementwise):
    """Gives its input on: a name for a point of the network."""

    reads = ANY
    keeps = True
