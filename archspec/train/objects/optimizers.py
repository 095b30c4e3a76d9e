"""Optimizers and schedules of the learning rate.

Source: keras/src/optimizers/ and keras/src/optimizers/schedules/. A schedule's number of steps may
be left out here: then it is that of the whole training.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from archspec.records.arguments import (
    Fraction,
    NaturalInt,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
)
from archspec.records.objects import KerasObject, Kinds
from archspec.records.record import ArgumentError, ArgumentType
from archspec.records.schemas import either, instance, many, number, whole
from archspec.train.objects.objects import kinds

Steps = Annotated[
    tuple[int, ...],
    ArgumentType(many(whole(gt=0), min_length=1), "a list of whole numbers above 0"),
]
Rates = Annotated[
    tuple[float, ...],
    ArgumentType(many(number(ge=0), min_length=1), "a list of numbers, 0 or more"),
]


class Schedule(KerasObject):
    """A learning rate that changes with the steps."""

    module = "keras.optimizers.schedules"
    steps: ClassVar[str] = "decay_steps"
    """The argument that is the number of steps of the whole training if it is left out."""


Rate = Annotated[
    float | Schedule,
    ArgumentType(
        either(number(gt=0), instance(Schedule)),
        "a number above 0, or a schedule such as {CosineDecay: {initial_learning_rate: 1e-3}}",
        nested=True,
    ),
]


class CosineDecay(Schedule):
    """Down along a cosine (Loshchilov and Hutter, 2016), after a warm-up if wanted."""

    initial_learning_rate: NonNegativeFloat
    """Rate at the start."""
    decay_steps: PositiveInt | None = None
    """Steps until the end; all those of the training if left out."""
    alpha: Fraction = 0.0
    """What is left at the end, as a share of the rate."""
    warmup_target: PositiveFloat | None = None
    """Rate at the end of the warm-up."""
    warmup_steps: NaturalInt = 0
    """Steps of the warm-up."""

    def check(self) -> None:
        if self.warmup_steps and self.warmup_target is None:
            raise ArgumentError(
                "warmup_steps",
                "without `warmup_target` there is no warm-up",
                "`warmup_target` is the rate at its end, `initial_learning_rate` that at its start",
            )


class ExponentialDecay(Schedule):
    """Times a factor again and again."""

    initial_learning_rate: NonNegativeFloat
    """Rate at the start."""
    decay_steps: PositiveInt | None = None
    """Steps in which the rate falls by the factor; all those of the training if left out."""
    decay_rate: PositiveFloat
    """The factor."""
    staircase: bool = False
    """Whether it falls in jumps."""


class InverseTimeDecay(Schedule):
    """Divided by a number that grows evenly."""

    initial_learning_rate: NonNegativeFloat
    """Rate at the start."""
    decay_steps: PositiveInt | None = None
    """Steps in which the divisor grows by the rate of decay; all those of the training if left out."""
    decay_rate: PositiveFloat
    """How much the divisor grows."""
    staircase: bool = False
    """Whether it falls in jumps."""


class PolynomialDecay(Schedule):
    """From one rate to another along a power."""

    initial_learning_rate: NonNegativeFloat
    """Rate at the start."""
    decay_steps: PositiveInt | None = None
    """Steps until the end; all those of the training if left out."""
    end_learning_rate: NonNegativeFloat = 0.0001
    """Rate at the end."""
    power: PositiveFloat = 1.0
    """The power; 1 is a straight line."""
    cycle: bool = False
    """Whether it begins again beyond the end."""


class PiecewiseConstantDecay(Schedule):
    """Constant pieces; boundaries are numbers of steps."""

    steps = ""
    boundaries: Steps
    """Steps after which the next value holds."""
    values: Rates
    """Rates, one more than there are boundaries."""

    def check(self) -> None:
        count = len(self.boundaries)
        if len(self.values) != count + 1:
            make = "boundary makes" if count == 1 else "boundaries make"
            message = f"{count} {make} {count + 1} pieces, but there are {len(self.values)} values"
            raise ArgumentError("values", message, "one value more than there are boundaries")
        if list(self.boundaries) != sorted(set(self.boundaries)):
            raise ArgumentError("boundaries", "each is larger than the one before")

    @staticmethod
    def mend(values: Mapping[str, Any]) -> dict[str, Any]:
        """What makes boundaries that :meth:`check` refuses right."""
        boundaries, rates = sorted(set(values["boundaries"])), list(values["values"])
        if len(rates) == len(boundaries) + 1:
            return {"boundaries": boundaries}
        if len(rates) > len(boundaries) + 1:
            return {"values": rates[: len(boundaries) + 1]}
        if len(rates) == len(boundaries) > 1 and rates[-2]:
            return {"values": [*rates, float(f"{rates[-1] * rates[-1] / rates[-2]:.3g}")]}
        return {}


SCHEDULES = kinds(
    "a schedule",
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PolynomialDecay,
    PiecewiseConstantDecay,
)


class Optimizer(KerasObject):
    """An optimizer; each has its own default of the learning rate."""

    module = "keras.optimizers"
    objects: ClassVar[Mapping[str, Kinds]] = {"learning_rate": SCHEDULES}

    learning_rate: Rate = 0.001
    """A number, or a schedule."""


_Batches = Annotated[int, ArgumentType(whole(ge=2), "a whole number above 1")]


class _Common(Optimizer):
    weight_decay: NonNegativeFloat | None = None
    """Share of the weights that is taken off at each step."""
    clipnorm: PositiveFloat | None = None
    """Longest gradient of each weight."""
    clipvalue: PositiveFloat | None = None
    """Largest value of a gradient."""
    global_clipnorm: PositiveFloat | None = None
    """Longest gradient of all weights together."""
    use_ema: bool = False
    """Whether a moving average of the weights is kept."""
    ema_momentum: Fraction = 0.99
    """Share of the old average."""
    ema_overwrite_frequency: PositiveInt | None = None
    """Steps after which the weights take the average; at the end if left out."""
    gradient_accumulation_steps: _Batches | None = None
    """Batches whose gradients make one step."""

    def check(self) -> None:
        clips = [n for n in ("clipnorm", "clipvalue", "global_clipnorm") if n in self.arguments()]
        if len(clips) > 1:
            words = " and ".join(f"`{c}`" for c in clips)
            raise ArgumentError(clips[1], f"gradients are clipped in one way, not by {words}")
        if self.ema_overwrite_frequency is not None and not self.use_ema:
            raise ArgumentError(
                "ema_overwrite_frequency", "without `use_ema: true` there is no average"
            )

    @staticmethod
    def mend(values: Mapping[str, Any]) -> dict[str, Any]:
        """What makes arguments that :meth:`check` refuses go together."""
        clips = [n for n in ("clipnorm", "clipvalue", "global_clipnorm") if values.get(n)]
        if len(clips) > 1:
            return dict.fromkeys(clips[1:], ...)
        return {"use_ema": True}


class SGD(_Common):
    """Gradient descent, with momentum if wanted."""

    learning_rate: Rate = 0.01
    """A number, or a schedule."""
    momentum: Fraction = 0.0
    """Share of the last step in the next one."""
    nesterov: bool = False
    """Nesterov's momentum."""


class RMSprop(_Common):
    """Steps divided by a moving root mean square (Hinton, 2012)."""

    rho: Fraction = 0.9
    """Share of the old mean."""
    momentum: Fraction = 0.0
    """Share of the last step."""
    epsilon: PositiveFloat = 1e-07
    """Guards against division by zero."""
    centered: bool = False
    """Whether the variance is taken in place of the mean square."""


class Adam(_Common):
    """Adaptive moments (Kingma and Ba, 2014)."""

    beta_1: Fraction = 0.9
    """Share of the old mean."""
    beta_2: Fraction = 0.999
    """Share of the old mean square."""
    epsilon: PositiveFloat = 1e-07
    """Guards against division by zero."""
    amsgrad: bool = False
    """The variant AMSGrad."""


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2017)."""

    weight_decay: NonNegativeFloat | None = 0.004
    """Share of the weights that is taken off at each step."""


class Nadam(_Common):
    """Adam with Nesterov's momentum (Dozat, 2016)."""

    beta_1: Fraction = 0.9
    """Share of the old mean."""
    beta_2: Fraction = 0.999
    """Share of the old mean square."""
    epsilon: PositiveFloat = 1e-07
    """Guards against division by zero."""


class Adamax(Nadam):
    """Adam by the largest gradient (Kingma and Ba, 2014)."""


class Lamb(Nadam):
    """Adam in layers, for large batches (You et al., 2019)."""


class Adagrad(_Common):
    """Steps divided by the root of all squares so far (Duchi et al., 2011)."""

    initial_accumulator_value: NonNegativeFloat = 0.1
    """Where the sums begin."""
    epsilon: PositiveFloat = 1e-07
    """Guards against division by zero."""


class Adadelta(_Common):
    """Adagrad with a moving window (Zeiler, 2012)."""

    rho: Fraction = 0.95
    """Share of the old mean."""
    epsilon: PositiveFloat = 1e-07
    """Guards against division by zero."""


_Share = Annotated[
    float,
    ArgumentType(number(gt=0, le=1), "a number above 0, up to 1"),
]


class Lion(_Common):
    """The sign of the momentum (Chen et al., 2023)."""

    beta_1: _Share = 0.9
    """Share of the old momentum in the step."""
    beta_2: Fraction = 0.99
    """Share of the old momentum in the new one."""


OPTIMIZERS = kinds(
    "an optimizer", Adam, AdamW, SGD, RMSprop, Nadam, Adamax, Adagrad, Adadelta, Lion, Lamb
)
