"""Convolutional LSTM layers, 1D to 3D: memory over time that keeps the layout of pictures.

Source: keras/src/layers/rnn/conv_lstm.py; Shi et al., "Convolutional LSTM network" (2015).
"""

from archspec.layers.convolution import Conv1D, Conv2D, Conv3D
from archspec.layers.recurrent import (
    DropoutSeed,
    ForgetBias,
    Gates,
    InitialWeights,
    Penalties,
    Recurrent,
)
from archspec.layers.spatial import Spatial
from archspec.records.arguments import Activation, DataFormat, Padding, PositiveInt
from archspec.records.arguments import Window as WindowArgument
from archspec.shapes.dtypes import FLOATS
from archspec.shapes.reach import ALL, Along, Reach, windowed
from archspec.shapes.shape import Shape, ShapeError, Size, Weight, elements, format_shape, product


class _Filters(Spatial):
    abstract = True

    filters: PositiveInt
    """Number of output channels."""
    kernel_size: WindowArgument
    """Size of the window, one number or one per axis."""
    strides: WindowArgument = (1,)
    """Step of the window over the input, one number or one per axis."""
    padding: Padding = "valid"
    """`valid` keeps the window inside the input; `same` adds zeros at the border."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    dilation_rate: WindowArgument = (1,)
    """Distance between the kernel's points, one number or one per axis."""
    activation: Activation | None = "tanh"
    """Activation of the new state; null for none."""


class _ConvLSTM(Recurrent, DropoutSeed, Penalties, ForgetBias, InitialWeights, Gates, _Filters):
    """An LSTM whose weighted sums are convolutions.

    Each step adds two convolutions with four outputs for each filter, one for each gate: one of
    the input, with the strides and the padding that are given, and one of the state, which keeps
    its size.
    """

    reads = FLOATS
    abstract = True
    inputs = (1, 3)
    gates = 4
    states = ("state_h", "state_c")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.dims = None  # initial states have an axis less than the sequence: see state_shape

    def check(self) -> None:
        self._convolution()

    def _convolution(self) -> Conv1D | Conv2D | Conv3D:
        """The convolution of the input at each step."""
        return _CONVOLUTIONS[self.rank](
            filters=self.gates * self.filters,
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            use_bias=self.use_bias,
        )

    def state_shape(self, sequence: Shape) -> Shape:
        if len(sequence) != self.rank + 2:
            raise ShapeError(
                f"{type(self).__name__} takes {self.rank + 2} dimensions: steps,"
                f" {'the spatial axis' if self.rank == 1 else f'{self.rank} spatial axes'}"
                f" and channels; not {format_shape(sequence)}",
                code="AS403",
            )
        if None in sequence[1:-1]:
            raise ShapeError(
                f"{type(self).__name__} needs to know the size of every spatial axis,"
                f" not {format_shape(sequence)}: its state starts as zeros of that size",
                code="AS407",
            )
        return (*self._convolution().output_shape(sequence[1:])[:-1], self.filters)

    def within_steps(self, inputs: tuple[Shape, ...]) -> list[Reach]:
        """The convolution of the first step, and one of the state for each step after it."""
        steps, *step = inputs[0]
        own = windowed(self._convolution().windows(), tuple(step)).axes
        found = []
        for number, axes in enumerate((own, *[()] * (len(inputs) - 1))):
            # The first state goes through a convolution in the first step already, the cell does not.
            rounds = None if steps is None else steps - 1 + (number == 1)
            found.append(Reach((*[self._grown(n, axes, rounds) for n in range(self.rank)], ALL)))
        return found

    def _grown(self, axis: int, own: tuple[Along | None, ...], rounds: Size) -> Along:
        """What is seen along a spatial axis after so many convolutions of the state."""
        kernel, along = self.kernel_size[axis], own[axis] if own else None
        read, stride = (along.reads[0], along.advance) if along else (range(1), 1)
        if rounds is None:
            return ALL if kernel > 1 else Along(axis, (read,), stride)
        if not rounds:
            return Along(axis, (read,), stride)
        before, after = rounds * ((kernel - 1) // 2), rounds * (kernel // 2)
        return Along(
            axis, (range(read[0] - before * stride, read[-1] + after * stride + 1),), stride
        )

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        kernel, *bias = self._convolution().weights(inputs[0][1:])
        recurrent = (*self.kernel_size, self.filters, self.gates * self.filters)
        return (kernel, Weight("recurrent_kernel", recurrent), *bias)

    def macs(self, *inputs: Shape) -> int:
        """Both convolutions over all steps.

        Products of gates and states, value by value, are not counted. An unknown number of steps
        counts as 0.
        """
        steps, *step = inputs[0]
        state = elements(self.state_shape(inputs[0])) or 0
        of_state = state * product(self.kernel_size) * self.gates * self.filters
        return (steps or 0) * (self._convolution().macs(tuple(step)) + of_state)

    def margins(self, *inputs: Shape) -> tuple[tuple[int, int], ...]:
        return self._convolution().margins(inputs[0][1:])

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        return self._convolution().derivation(inputs[0][1:])


class ConvLSTM1D(_ConvLSTM):
    """Convolutional LSTM over (steps, length, channels)."""

    rank = 1


class ConvLSTM2D(_ConvLSTM):
    """Convolutional LSTM over (steps, height, width, channels), for example video."""

    rank = 2


class ConvLSTM3D(_ConvLSTM):
    """Convolutional LSTM over (steps, depth, height, width, channels)."""

    rank = 3


_CONVOLUTIONS: dict[int, type[Conv1D] | type[Conv2D] | type[Conv3D]] = {
    1: Conv1D,
    2: Conv2D,
    3: Conv3D,
}
