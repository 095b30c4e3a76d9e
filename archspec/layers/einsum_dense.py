"""EinsumDense: a dense layer whose sums are written as an einsum equation.

Source: keras/src/layers/core/einsum_dense.py.
"""

import re
from typing import NamedTuple

from archspec.layers.base import Layer, check_softmax
from archspec.layers.core import check_lora, with_lora
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import Activation, Null, PartialShape, PositiveInt
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import VALUES
from archspec.shapes.reach import ALL, Reach, last_mixed, same
from archspec.shapes.shape import Shape, ShapeError, Size, Weight, format_shape, product

_EQUATION = re.compile(
    r"(?P<left>\.{3})?(?P<input>[A-Za-z]+)(?P<right>\.{3})?,(?P<kernel>[A-Za-z]+)"
    r"->(?P<out_left>\.{3})?(?P<output>[A-Za-z]+)(?P<out_right>\.{3})?"
)


class _Equation(NamedTuple):
    """The letters of an equation, and whether `...` stands before or after them."""

    input: str
    kernel: str
    output: str
    left: bool
    right: bool


class _Sizes(NamedTuple):
    """What the axes of an equation are under an input shape, all without the batch."""

    output: Shape
    kernel: tuple[int, ...]
    given: dict[str, Size]
    """Sizes of the output's letters, as `output_shape` has them."""
    letters: dict[str, Size]
    """Sizes of all letters."""
    elided: Shape
    """Sizes of the axes that `...` stands for."""


class EinsumDense(Layer):
    """A dense layer over any axes: `abc,cd->abd` sums over c, once for each a and b."""

    reads = VALUES
    family = "dense"

    equation: str
    """Axes of input, kernel and output, such as `abc,cd->abd`; the first one is the batch."""
    output_shape_: PartialShape
    """Sizes of the output without the batch, and without axes that `...` stands for."""
    activation: Activation | None = None
    """Activation after the bias; none if left out."""
    bias_axes: str | None = None
    """Axes of the output that the bias has, such as `d`; no bias if left out."""
    kernel_initializer: Initializer = "glorot_uniform"
    """Initial values of the kernel."""
    bias_initializer: Initializer = "zeros"
    """Initial values of the bias."""
    kernel_regularizer: Regularizer | None = None
    """Penalty on the kernel."""
    bias_regularizer: Regularizer | None = None
    """Penalty on the bias."""
    kernel_constraint: Constraint | None = None
    """Constraint on the kernel."""
    bias_constraint: Constraint | None = None
    """Constraint on the bias."""
    lora_rank: PositiveInt | None = None
    """Rank of a LoRA beside the frozen kernel, for fine-tuning; no LoRA if left out."""
    lora_alpha: float | None = None
    """The LoRA's change is scaled by `lora_alpha / lora_rank`; by 1 if left out."""
    gptq_unpacked_column_size: Null = None
    """Only null: a spec does not quantise."""
    quantization_config: Null = None
    """Only null: a spec does not quantise."""

    def check(self) -> None:
        check_lora(self.lora_rank, self.kernel_constraint, "kernel_constraint")
        parts = _parse(self.equation)
        for letters, what in zip(parts[:3], ("input", "kernel", "output"), strict=True):
            for letter in letters:
                if letters.count(letter) > 1:
                    message = f"axis `{letter}` stands twice in the {what}, `{letters}`"
                    raise ArgumentError("equation", message)
        for letter in parts.output:
            if letter not in parts.input + parts.kernel:
                message = f"axis `{letter}` of the output is in neither input nor kernel"
                raise ArgumentError("equation", message)
        for letter in parts.kernel:
            if letter not in parts.input + parts.output:
                message = f"axis `{letter}` of the kernel is in neither input nor output"
                raise ArgumentError("equation", f"{message}, so it has no size")
        if self.bias_axes == "":
            raise ArgumentError("bias_axes", "`bias_axes` needs a letter, or null for no bias")
        for letter in self.bias_axes or "":
            if letter not in parts.output:
                message = f"axis `{letter}` of the bias is not in the output, `{parts.output}`"
                raise ArgumentError("bias_axes", message)

    def output_shape(self, *inputs: Shape) -> Shape:
        output = self._sizes(inputs[0]).output
        if self.activation == "softmax":
            check_softmax(self, len(output) + 1)
        return output

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        sizes = self._sizes(inputs[0])
        bias = (Weight("bias", self._bias(sizes)),) if self.bias_axes else ()
        return with_lora(Weight("kernel", sizes.kernel), bias, self.lora_rank)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        parts = _parse(self.equation)
        # All axes get letters, those of `...` numbers; the batch is left out at the end.
        elided = [str(n) for n in range(len(inputs[0]) + 1 - len(parts.input))]
        before, after = (
            [*elided, *letters] if parts.left else [*letters, *elided]
            for letters in (parts.input, parts.output)
        )
        seen = [same(after.index(k) - 1) if k in after else ALL for k in before[1:]]
        reach = Reach(tuple(seen))
        return (last_mixed(reach, self.activation, len(after) - 2),)

    def macs(self, *inputs: Shape) -> int:
        """One for every combination of the axes; an unknown size counts as 0."""
        sizes = self._sizes(inputs[0])
        return product(s or 0 for s in (*sizes.letters.values(), *sizes.elided))

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        sizes, parts = self._sizes(inputs[0]), _parse(self.equation)
        letters = ", ".join(f"{k} = {'?' if s is None else s}" for k, s in sizes.letters.items())
        summed = [k for k in sizes.letters if k not in parts.output]
        over = f"; summed over {', '.join(summed)}" if summed else ""
        return (f"{self.equation}: {letters}{over}",)

    def _sizes(self, shape: Shape) -> _Sizes:
        parts = _parse(self.equation)
        full = (None, *shape)  # with the batch
        count = len(full) - len(parts.input)
        if count < 0 or (count > 0 and not parts.left and not parts.right):
            least = "at least " if parts.left or parts.right else ""
            raise ShapeError(
                f"`{self.equation}` takes inputs of {least}{len(parts.input) - 1} dimensions, not"
                f" {len(shape)} ({format_shape(shape)})",
                argument="equation",
                code="AS403",
            )
        if parts.left and full[1:count] != full[1:count][::-1]:
            # _analyze_split_string in Keras 3.15 inserts these sizes one before the other.
            raise ShapeError(
                f"`...` stands for {format_shape(full[1:count])} here, whose order Keras reverses",
                argument="equation",
                help="give the axes letters, as in `abcx,xy->abcy`",
            )
        start = count if parts.left else 0
        elided = full[:count] if parts.left else full[len(parts.input) :]
        found = dict(zip(parts.input, full[start:], strict=False))
        if start == 0:
            self._check_batch(parts)
        output = self.output_shape_ if start else (None, *self.output_shape_)
        if len(output) != len(parts.output):
            letters = parts.output if start else parts.output[1:]
            wanted = f"one size for each axis of `{letters}`" if letters else "no sizes"
            raise ShapeError(
                f"`output_shape` needs {wanted}, not {len(self.output_shape_)}: the batch and the"
                " axes of `...` are left out",
                argument="output_shape",
            )
        given = dict(zip(parts.output, output, strict=True))
        for letter, size in given.items():
            if letter in found and size is not None and size != found[letter]:
                told = "is not known" if found[letter] is None else f"is {found[letter]}"
                raise ShapeError(
                    f"axis `{letter}` {told} in the input, but {size} in `output_shape`",
                    argument="output_shape",
                    help="null stands for the size that the input has",
                )
        kernel = tuple(
            _known(given[k] if k in given else found[k], k, "kernel", k in given)
            for k in parts.kernel
        )
        letters_ = found | {k: s for k, s in given.items() if s is not None}
        if start == 0:
            del letters_[parts.input[0]]
        before, after = (elided[1:], ()) if start else ((), elided)
        own = output if start else output[1:]
        return _Sizes((*before, *own, *after), kernel, given, letters_, (*before, *after))

    def _check_batch(self, parts: _Equation) -> None:
        """Raise ShapeError if the first axis, which is the batch, is not kept as it is."""
        batch = parts.input[0]
        if parts.output[0] != batch or batch in parts.kernel:
            message = f"axis `{batch}` is the batch: it must come first in the output too"
            raise ShapeError(f"{message}, and not be in the kernel", argument="equation")

    def _bias(self, sizes: _Sizes) -> tuple[int, ...]:
        """From the bias's first axis on, with 1 for every axis that it does not have."""
        parts, axes = _parse(self.equation), self.bias_axes or ""
        first = min(parts.output.index(letter) for letter in axes)
        shape = [
            _known(sizes.given[k], k, "bias", True) if k in axes else 1
            for k in parts.output[first:]
        ]
        return (*shape, *(1 for _ in sizes.elided if parts.right))


def _known(size: Size, letter: str, weight: str, given: bool) -> int:
    """A size that a weight has.

    Raises:
        ShapeError: it is not known; `given` says that it stands in `output_shape`.
    """
    if size is None:
        raise ShapeError(
            f"the size of axis `{letter}`, which the {weight} has, must be known",
            argument="output_shape" if given else None,
            help=f"null in `output_shape` is for axes that the {weight} does not have"
            if given
            else "",
            code="AS407",
        )
    return size


def _parse(text: str) -> _Equation:
    """The parts of an equation such as ``abc,cd->abd`` or ``...x,xy->...y``.

    Raises:
        ArgumentError: it is not one.
    """
    match = _EQUATION.fullmatch(text)
    if match:
        left, right = bool(match["left"]), bool(match["right"])
        same = left == bool(match["out_left"]) and right == bool(match["out_right"])
        # Before `...` on the right there is the batch and at least one axis.
        if same and not (left and right) and not (right and len(match["input"]) < 2):
            return _Equation(match["input"], match["kernel"], match["output"], left, right)
    raise ArgumentError(
        "equation",
        f"`{text}` is not an equation of the form `input,kernel->output`",
        help="each letter is an axis, as in `abc,cd->abd`; `...` stands for any axes before or"
        " after the letters of input and output, as in `...x,xy->...y`",
    )
