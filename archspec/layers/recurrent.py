"""Recurrent layers over (steps, features): simple, GRU and LSTM.

The cells, RNN and StackedRNNCells are not here: RNN around a cell is one of these layers, and
stacked cells are several of them with `return_sequences`.

Source: keras/src/layers/rnn/; Elman (1990); Hochreiter and Schmidhuber, "Long short-term memory"
(1997); Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014).
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from archspec.layers.base import Layer
from archspec.layers.calls import InTraining, check_mask
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import Activation, Fraction, PositiveInt, Seed, UseCudnn
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import FLOATS, VALUES
from archspec.shapes.reach import ALL, Along, Reach, same
from archspec.shapes.shape import Shape, ShapeError, Size, Weight, format_shape, known

# Groups of arguments; a layer names them from the last to the first (see kernel_and_bias.py).


class _Units(Layer):
    abstract = True

    units: PositiveInt
    """Size of the state, and so of the output."""
    activation: Activation | None = "tanh"
    """Activation of the new state; null for none."""


class Gates(Layer):
    abstract = True

    recurrent_activation: Activation | None = "sigmoid"
    """Activation of the gates; null for none."""


class InitialWeights(Layer):
    abstract = True

    use_bias: bool = True
    """Whether a bias is added."""
    kernel_initializer: Initializer = "glorot_uniform"
    """Initial values of the kernel, which acts on the input."""
    recurrent_initializer: Initializer = "orthogonal"
    """Initial values of the recurrent kernel, which acts on the state."""
    bias_initializer: Initializer = "zeros"
    """Initial values of the bias."""


class ForgetBias(Layer):
    abstract = True

    unit_forget_bias: bool = True
    """Whether the bias of the forget gate starts at 1 (Jozefowicz et al., 2015)."""


class Penalties(Layer):
    abstract = True

    kernel_regularizer: Regularizer | None = None
    """Penalty on the kernel."""
    recurrent_regularizer: Regularizer | None = None
    """Penalty on the recurrent kernel."""
    bias_regularizer: Regularizer | None = None
    """Penalty on the bias."""
    activity_regularizer: Regularizer | None = None
    """Penalty on the output."""
    kernel_constraint: Constraint | None = None
    """Constraint on the kernel."""
    recurrent_constraint: Constraint | None = None
    """Constraint on the recurrent kernel."""
    bias_constraint: Constraint | None = None
    """Constraint on the bias."""
    dropout: Fraction = 0.0
    """Share of the input that is dropped while training."""
    recurrent_dropout: Fraction = 0.0
    """Share of the state that is dropped while training."""


class DropoutSeed(Layer):
    abstract = True

    seed: Seed | None = None
    """Seed of the dropout."""


class Recurrent(InTraining):
    """A cell that is applied to each step of a sequence and hands its states on.

    The first input is the sequence, whose first axis is time; the others, if any, are the initial
    states, which are zero otherwise. The outputs are the sequence of outputs or the last one
    only, and with `return_state` the last states.
    """

    reads = VALUES
    abstract = True
    family = "recurrent"
    inputs = (1, 2)
    role_names = ("sequences", "initial_state", "mask")
    repeated_roles = frozenset({"initial_state"})
    gates: ClassVar[int] = 1
    """Number of weighted sums that a step calculates for each unit."""
    states: ClassVar[tuple[str, ...]] = ("state",)
    """Names of the states; each has the shape of one step of the output."""

    return_sequences: bool = False
    """Whether the output has every step, or the last one only."""
    return_state: bool = False
    """Whether the last states are outputs too."""
    go_backwards: bool = False
    """Whether the sequence is read from its end; the output is in that order."""
    stateful: bool = False
    """Whether a batch starts with the states in which the last one ended."""

    def kinds_read(self) -> frozenset[str]:
        return FLOATS if 0 < getattr(self, "dropout", 0) < 1 else self.reads

    def state_shape(self, sequence: Shape) -> Shape:
        """Shape of each state.

        Raises:
            ShapeError: the layer cannot take the sequence.
        """
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        if self.stateful:
            raise ShapeError(
                "`stateful` needs a fixed batch size, which a spec does not have",
                argument="stateful",
                code="AS407",
                help="`return_state: true` gives the states out; another layer can start with them",
            )
        state = self.state_shape(inputs[0])
        self._check_initial(self.tensors(inputs)[1:], state)
        mask = self.input_of("mask", inputs)
        if mask is not None:
            check_mask("mask", mask, inputs[0][:1], broadcast=False)
        output = (inputs[0][0], *state) if self.return_sequences else state
        return (output, *[state] * len(self.states)) if self.return_state else (output,)

    def output_names(self) -> tuple[str, ...]:
        return ("", *self.states) if self.return_state else ("",)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        time = self._over_time(inputs[0][0]) if self.return_sequences else ALL
        axes = int(time.axis is not None or self.return_sequences)
        sequence, *initial = self.within_steps(self.tensors(inputs))
        found = [Reach((time, *[along and along.moved(axes) for along in sequence.axes]))]
        found += [Reach(tuple([a and a.moved(axes) for a in reach.axes])) for reach in initial]
        return (*found, Reach((time,))) if "mask" in self.roles else tuple(found)

    def reaches(self, *inputs: Shape) -> tuple[tuple[Reach, ...] | None, ...]:
        last = self.replace(return_sequences=False).reach(*inputs) if self.return_state else None
        states = (last,) * len(self.states) if self.return_state else ()
        return (self.reach(*inputs), *states)

    def within_steps(self, inputs: tuple[Shape, ...]) -> list[Reach]:
        """What a step of the output sees of the axes of the sequence after time, and of the states."""
        return [Reach((ALL,) * (len(shape) - (n == 0))) for n, shape in enumerate(inputs)]

    def _over_time(self, steps: Size) -> Along:
        """A step sees those that were read before it; the output is in the order of reading."""
        if not self.go_backwards:
            return same(0)._replace(before=True)
        return ALL if steps is None else Along(0, (range(steps - 1, steps),), -1, after=True)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self.roles:
            return super().keras_call(inputs)
        sequence, *initial = inputs
        named = {"initial_state": initial} if initial else {}
        return (sequence,), {**named, **self.call_options()}

    def _check_initial(self, initial: tuple[Shape, ...], state: Shape) -> None:
        name = type(self).__name__
        if initial and len(initial) != len(self.states):
            wanted = " and ".join(f"`{s}`" for s in self.states)
            raise ShapeError(
                f"{name} takes a sequence and, if any, the initial {wanted},"
                f" not {len(initial) + 1} inputs",
                code="AS303",
            )
        for which, shape in zip(self.states, initial, strict=False):
            if len(shape) != len(state) or any(
                a not in (None, b) for a, b in zip(shape, state, strict=True)
            ):
                raise ShapeError(
                    f"the initial `{which}` of this {name} has the shape {format_shape(state)},"
                    f" not {format_shape(shape)}"
                )


class _Steps(Recurrent, InitialWeights, _Units):
    """What the layers over (steps, features) share."""

    abstract = True

    unroll: bool = False
    """Whether the steps are written out instead of looped over: faster, for short sequences."""

    def state_shape(self, sequence: Shape) -> Shape:
        name = type(self).__name__
        if len(sequence) != 2:
            raise ShapeError(
                f"{name} reads a sequence (steps, features), not {format_shape(sequence)}",
                code="AS403",
                help="a recurrent layer before it gives a sequence with `return_sequences: true`"
                if len(sequence) == 1
                else "a Reshape, or a TimeDistributed Flatten, before it makes two dimensions",
            )
        known(sequence[1], "the number of features")
        return (self.units,)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        features = known(inputs[0][1], "the number of features")
        sums = self.gates * self.units
        kernels = (
            Weight("kernel", (features, sums)),
            Weight("recurrent_kernel", (self.units, sums)),
        )
        return (*kernels, Weight("bias", self.bias_shape())) if self.use_bias else kernels

    def bias_shape(self) -> tuple[int, ...]:
        """Shape of the bias: one value for each weighted sum."""
        return (self.gates * self.units,)

    def macs(self, *inputs: Shape) -> int:
        """Products of the input and of the state with the kernels, over all steps.

        Products of gates and states, value by value, are not counted. An unknown number of steps
        counts as 0.
        """
        steps, features = inputs[0]
        sums = self.gates * self.units
        return (steps or 0) * sums * (known(features, "the number of features") + self.units)


class SimpleRNN(_Steps, Penalties, InitialWeights, _Units):
    """The new state is an activation of weighted sums of the input and the state."""

    seed: Seed | None = None
    """Seed of the dropout."""


class GRU(_Steps, DropoutSeed, Penalties, InitialWeights, Gates, _Units):
    """Gated recurrent unit: a gate mixes the state with a new one, another resets it."""

    gates = 3

    reset_after: bool = True
    """Whether the state is reset after its product with the kernel; it has its own bias then."""
    use_cudnn: UseCudnn = "auto"
    """Whether to calculate with cuDNN; `auto` does where it can."""

    def check(self) -> None:
        _check_cudnn(self)

    def bias_shape(self) -> tuple[int, ...]:
        sums = super().bias_shape()
        return (2, *sums) if self.reset_after else sums


class LSTM(_Steps, DropoutSeed, Penalties, ForgetBias, InitialWeights, Gates, _Units):
    """Long short-term memory: gates decide what a cell takes in, keeps and shows."""

    inputs = (1, 3)
    gates = 4
    states = ("state_h", "state_c")

    use_cudnn: UseCudnn = "auto"
    """Whether to calculate with cuDNN; `auto` does where it can."""

    def check(self) -> None:
        _check_cudnn(self)


_CUDNN = {
    "activation": "tanh",
    "recurrent_activation": "sigmoid",
    "use_bias": True,
    "recurrent_dropout": 0,
    "unroll": False,
    "reset_after": True,
}
"""What cuDNN calculates (the docstring of keras.layers.GRU)."""


def _check_cudnn(layer: GRU | LSTM) -> None:
    arguments = layer.arguments(defaults=True)
    for name, value in _CUDNN.items():
        if layer.use_cudnn is True and arguments.get(name, value) != value:
            shown = str(value).lower()
            raise ArgumentError(
                "use_cudnn",
                f"cuDNN calculates this layer only with `{name}: {shown}`",
                help="`use_cudnn: auto` takes another way where cuDNN cannot",
            )
