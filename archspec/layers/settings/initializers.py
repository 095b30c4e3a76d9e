"""Initializers: what the weights are before training.

Source: keras/src/initializers/constant_initializers.py and random_initializers.py.
"""

from typing import Annotated, Literal

from archspec.layers.settings import Setting
from archspec.records.arguments import Ints, NonNegativeFloat, PositiveFloat, Seed
from archspec.records.objects import kinds
from archspec.records.record import ArgumentError, ArgumentType
from archspec.records.schemas import either, literal, many, number
from archspec.shapes.shape import Shape

WINDOWS = (
    *("barthann", "bartlett", "blackman", "blackmanharris", "bohman", "boxcar", "cosine"),
    *("exponential", "flattop", "hamming", "hann", "lanczos", "nuttall", "parzen", "triang"),
    *("taylor", "tukey"),
)
"""Names that ``scipy.signal.get_window`` takes without a number (scipy/signal/windows)."""

WindowFunction = Annotated[
    str | tuple[float, ...],
    ArgumentType(
        either(literal(WINDOWS), many(number())),
        "the name of a window such as `hann`, or a list of numbers",
        text=True,
        choices=WINDOWS,
    ),
]


class Initializer(Setting):
    """An initializer."""

    module = "keras.initializers"


class Constant(Initializer):
    """The same number everywhere."""

    value: float
    """The number."""


class Zeros(Initializer):
    """0 everywhere."""


class Ones(Initializer):
    """1 everywhere."""


class Identity(Initializer):
    """1 on the diagonal of a matrix, 0 beside it."""

    gain: float = 1.0
    """What stands on the diagonal."""

    def check_shape(self, shape: Shape) -> None:
        if len(shape) != 2:
            raise ValueError(f"only a matrix of 2 axes has a diagonal, not {len(shape)}")


class Orthogonal(Initializer):
    """Rows, or columns, that are orthogonal to each other (Saxe et al., 2014)."""

    lacks = frozenset({"bfloat16"})

    gain: float = 1.0
    """Factor."""
    seed: Seed | None = None
    """Seed; a random one if left out."""

    def check_shape(self, shape: Shape) -> None:
        if len(shape) < 2:
            raise ValueError(f"it takes 2 axes or more, not {len(shape)}")


class RandomNormal(Initializer):
    """Random numbers from a normal distribution."""

    mean: float = 0.0
    """Mean."""
    stddev: NonNegativeFloat = 0.05
    """Standard deviation."""
    seed: Seed | None = None
    """Seed; a random one if left out."""


class TruncatedNormal(RandomNormal):
    """The same, but what is more than two deviations from the mean is drawn again."""


class RandomUniform(Initializer):
    """Random numbers between two bounds."""

    minval: float = -0.05
    """Lower bound."""
    maxval: float = 0.05
    """Upper bound."""
    seed: Seed | None = None
    """Seed; a random one if left out."""

    def check(self) -> None:
        if self.minval > self.maxval:
            raise ArgumentError("minval", "`minval` is above `maxval`")


class _Fans(Initializer):
    """Random numbers whose variance follows from the number of inputs and outputs."""

    def check_shape(self, shape: Shape) -> None:
        values = self.arguments()
        if not {"input_axes", "output_axes"} <= values.keys():
            return
        for axis in (*values["input_axes"], *values["output_axes"]):
            if not -len(shape) <= axis < len(shape):
                raise ValueError(f"there is no axis {axis}")


class VarianceScaling(_Fans):
    """The general form: variance `scale / fan` (He et al., 2015)."""

    scale: PositiveFloat = 1.0
    """Factor."""
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in"
    """What it is divided by: number of inputs, of outputs, or the mean of both."""
    distribution: Literal["truncated_normal", "normal", "untruncated_normal", "uniform"] = (
        "truncated_normal"
    )
    """Distribution; `normal` is a truncated one too."""
    seed: Seed | None = None
    """Seed; a random one if left out."""
    input_axes: Ints | None = None
    """Axes that count as inputs, if `output_axes` says which count as outputs."""
    output_axes: Ints | None = None
    """Axes that count as outputs, if `input_axes` says which count as inputs."""


class _Scaled(_Fans):
    """VarianceScaling with a scale, a mode and a distribution of its own."""

    seed: Seed | None = None
    """Seed; a random one if left out."""
    input_axes: Ints | None = None
    """Axes that count as inputs, if `output_axes` says which count as outputs."""
    output_axes: Ints | None = None
    """Axes that count as outputs, if `input_axes` says which count as inputs."""


class GlorotNormal(_Scaled):
    """Normal with variance 2 / (inputs + outputs) (Glorot and Bengio, 2010)."""


class GlorotUniform(_Scaled):
    """Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio, 2010)."""


class HeNormal(_Scaled):
    """Normal with variance 2 / inputs, for ReLU (He et al., 2015)."""


class HeUniform(_Scaled):
    """Uniform with variance 2 / inputs, for ReLU (He et al., 2015)."""


class LecunNormal(_Scaled):
    """Normal with variance 1 / inputs, for SELU (Klambauer et al., 2017)."""


class LecunUniform(_Scaled):
    """Uniform with variance 1 / inputs, for SELU (Klambauer et al., 2017)."""


class STFT(Initializer):
    """The real or the imaginary part of a short-time Fourier transform; needs SciPy."""

    side: Literal["real", "imag"] = "real"
    """Which part."""
    window: WindowFunction | None = "hann"
    """Window over time: a name, or a value for each step."""
    scaling: Literal["density", "spectrum"] | None = "density"
    """How the window is normed."""
    periodic: bool = False
    """Whether the window is periodic."""

    def check_shape(self, shape: Shape) -> None:
        if len(shape) != 3:
            raise ValueError(f"it takes 3 axes: time, 1 and frequencies, not {len(shape)}")
        if shape[1] != 1 or shape[2] == 1:
            raise ValueError("the second axis must be 1, the third the number of frequencies")
        if isinstance(self.window, tuple) and len(self.window) != shape[0]:
            raise ValueError(f"its window has {len(self.window)} steps")


KINDS = kinds(
    "an initializer",
    *(Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity),
    *(LecunNormal, LecunUniform, Ones, Orthogonal, RandomNormal, RandomUniform, STFT),
    *(TruncatedNormal, VarianceScaling, Zeros),
    IdentityInitializer=Identity,
    OrthogonalInitializer=Orthogonal,
    STFTInitializer=STFT,
    normal=RandomNormal,
    one=Ones,
    uniform=RandomUniform,
    zero=Zeros,
)
