"""Losses, and what each needs of the network's last activation and of the labels.

Source: keras/src/losses/losses.py.
"""

from typing import ClassVar

from archspec.records.arguments import Fraction, NonNegativeFloat, PositiveFloat
from archspec.records.objects import KerasObject
from archspec.train.objects.objects import kinds


class Loss(KerasObject):
    """A loss."""

    module = "keras.losses"

    classes: ClassVar[str] = ""
    """Labels: ``one_hot`` or ``index`` for one class of many, ``binary`` for one of two, else none."""
    activation: ClassVar[str] = ""
    """The last activation that makes what it takes, unless it takes logits."""

    @property
    def logits(self) -> bool:
        """Whether it takes the sums before the activation."""
        return bool(getattr(self, "from_logits", False))


class _OneHot(Loss):
    classes = "one_hot"
    activation = "softmax"


class CategoricalCrossentropy(_OneHot):
    """−log of the probability of the right class; labels are made one-hot."""

    from_logits: bool = False
    """Whether the network ends without softmax."""
    label_smoothing: Fraction = 0.0
    """Share of each label that is spread over all classes."""


class SparseCategoricalCrossentropy(Loss):
    """The same for labels that are numbers of classes."""

    classes = "index"
    activation = "softmax"

    from_logits: bool = False
    """Whether the network ends without softmax."""


class CategoricalFocalCrossentropy(_OneHot):
    """Crossentropy with less weight on what is easy (Lin et al., 2017)."""

    alpha: NonNegativeFloat = 0.25
    """Weight."""
    gamma: NonNegativeFloat = 2.0
    """How much less weight."""
    from_logits: bool = False
    """Whether the network ends without softmax."""
    label_smoothing: Fraction = 0.0
    """Share of each label that is spread over all classes."""


class KLDivergence(_OneHot):
    """Kullback–Leibler divergence of the predicted distribution."""


class CategoricalHinge(_OneHot):
    """Hinge over classes."""

    activation = ""


class BinaryCrossentropy(Loss):
    """−log of the probability of the right one of two classes."""

    classes = "binary"
    activation = "sigmoid"

    from_logits: bool = False
    """Whether the network ends without sigmoid."""
    label_smoothing: Fraction = 0.0
    """How far labels are moved to the middle."""


class MeanSquaredError(Loss):
    """Mean of (prediction − score)²."""


class MeanAbsoluteError(Loss):
    """Mean of |prediction − score|."""


class MeanAbsolutePercentageError(Loss):
    """Mean of |prediction − score| in per cent of the score."""


class MeanSquaredLogarithmicError(Loss):
    """Mean squared difference of the logarithms."""


class Huber(Loss):
    """Squared near zero, absolute far from it (Huber, 1964)."""

    delta: PositiveFloat = 1.0
    """Where the one becomes the other."""


class LogCosh(Loss):
    """log(cosh(prediction − score))."""


class Poisson(Loss):
    """Prediction − score · log(prediction)."""


LOSSES = kinds(
    "a loss",
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    BinaryCrossentropy,
    CategoricalFocalCrossentropy,
    KLDivergence,
    CategoricalHinge,
    MeanSquaredError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    Huber,
    LogCosh,
    Poisson,
    mse=MeanSquaredError,
    mae=MeanAbsoluteError,
    mape=MeanAbsolutePercentageError,
    msle=MeanSquaredLogarithmicError,
    kl_divergence=KLDivergence,
)
