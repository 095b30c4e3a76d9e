"""Metrics and callbacks.

Source: keras/src/metrics/ and keras/src/callbacks/.
"""

from typing import ClassVar, Literal

from archspec.arguments import Fraction, NaturalInt, NonNegativeFloat, PositiveInt
from archspec.train.objects import KerasObject, kinds


class Metric(KerasObject):
    """A metric."""

    module = "keras.metrics"
    string: ClassVar[str] = ""
    """The word that Keras takes in its place, choosing by the shapes of labels and outputs."""
    scores: ClassVar[bool] = False
    """Whether it is for scores instead of classes."""


class Accuracy(Metric):
    """Share of right answers; which one is meant follows from the loss, as in Keras."""

    string = "accuracy"


class TopKCategoricalAccuracy(Metric):
    """Share of answers whose best k have the right class."""

    k: PositiveInt = 5
    """How many."""


class AUC(Metric):
    """Area under the curve."""

    num_thresholds: PositiveInt = 200
    """Points of the curve."""
    curve: Literal["ROC", "PR"] = "ROC"
    """Receiver operating characteristic, or precision and recall."""


class Precision(Metric):
    """Right ones among the positive answers."""


class Recall(Metric):
    """Positive answers among the right ones."""


class MeanSquaredError(Metric):
    """Mean of (prediction − score)²."""

    string = "mse"
    scores = True


class MeanAbsoluteError(Metric):
    """Mean of |prediction − score|."""

    string = "mae"
    scores = True


class RootMeanSquaredError(Metric):
    """Root of the mean of (prediction − score)²."""

    scores = True


class R2Score(Metric):
    """Share of the scores' variance that is explained."""

    scores = True


METRICS = kinds(
    "a metric",
    Accuracy,
    TopKCategoricalAccuracy,
    AUC,
    Precision,
    Recall,
    MeanSquaredError,
    MeanAbsoluteError,
    RootMeanSquaredError,
    R2Score,
    acc=Accuracy,
    mse=MeanSquaredError,
    mae=MeanAbsoluteError,
)


class Callback(KerasObject):
    """A callback of ``fit``."""

    module = "keras.callbacks"
    state: ClassVar[tuple[str, ...]] = ()
    """Attributes that a resumed training must find again."""


class EarlyStopping(Callback):
    """Stops when a figure gets no better."""

    state = ("wait", "best", "best_epoch", "stopped_epoch")

    monitor: str = "val_loss"
    """The figure, by its name in the history."""
    min_delta: NonNegativeFloat = 0.0
    """Smallest change that counts."""
    patience: NaturalInt = 0
    """Epochs without one before it stops."""
    mode: Literal["auto", "min", "max"] = "auto"
    """Whether less or more is better."""
    baseline: float | None = None
    """What must be beaten."""
    restore_best_weights: bool = False
    """Whether the weights of the best epoch are taken in the end."""
    start_from_epoch: NaturalInt = 0
    """Epochs before it looks."""


class ReduceLROnPlateau(Callback):
    """Lowers the learning rate when a figure gets no better."""

    state = ("wait", "best", "cooldown_counter")

    monitor: str = "val_loss"
    """The figure, by its name in the history."""
    factor: Fraction = 0.1
    """Factor of the rate."""
    patience: NaturalInt = 10
    """Epochs without a change before it acts."""
    mode: Literal["auto", "min", "max"] = "auto"
    """Whether less or more is better."""
    min_delta: NonNegativeFloat = 0.0001
    """Smallest change that counts."""
    cooldown: NaturalInt = 0
    """Epochs of rest after it has acted."""
    min_lr: NonNegativeFloat = 0.0
    """Smallest rate."""


class TerminateOnNaN(Callback):
    """Stops when the loss is no number."""


class TensorBoard(Callback):
    """Writes logs for TensorBoard, which is an install of its own, into the run's folder."""

    histogram_freq: NaturalInt = 0
    """Epochs between histograms of weights; 0 for none."""
    write_graph: bool = True
    """Whether the graph is written."""


CALLBACKS = kinds("a callback", EarlyStopping, ReduceLROnPlateau, TerminateOnNaN, TensorBoard)
