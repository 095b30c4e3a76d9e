"""Metrics and callbacks.

Source: keras/src/metrics/ and keras/src/callbacks/.
"""

from typing import Annotated, Any, ClassVar, Literal

from archspec.records.arguments import Fraction, NaturalInt, NonNegativeFloat, PositiveInt
from archspec.records.objects import KerasObject
from archspec.records.record import ArgumentType, snake_case
from archspec.records.schemas import whole
from archspec.spec.words import Name
from archspec.train.objects.objects import kinds

_Thresholds = Annotated[int, ArgumentType(whole(ge=2), "a whole number above 1")]


class Metric(KerasObject):
    """A metric."""

    module = "keras.metrics"
    string: ClassVar[str] = ""
    """The word that Keras takes in its place, choosing by the shapes of labels and outputs."""
    labels: ClassVar[tuple[str, ...]] = ("one_hot", "binary", "")
    """Labels that it takes, as losses name them; with others Keras fails, or the figure says nothing."""
    probabilities: ClassVar[bool] = False
    """Whether it takes outputs from 0 to 1 only."""

    @property
    def figure(self) -> str:
        """Its name in the history."""
        return getattr(self, "name", None) or self.string or snake_case(type(self).__name__)

    def for_labels(self, labels: str) -> "Metric":
        """The metric for such labels: a sparse one for numbers of classes, as Keras has it for accuracy."""
        return self

    def make(self, **more: Any) -> Any:
        """The Keras object. Its name is given: Keras would count on, and call a second one auc_1."""
        return super().make(**{"name": self.figure, **more})


class Accuracy(Metric):
    """Share of right answers; which one is meant follows from the loss, as in Keras."""

    string = "accuracy"
    labels = ("one_hot", "index", "binary")


class TopKCategoricalAccuracy(Metric):
    """Share of answers whose best k have the right class."""

    labels = ("one_hot", "index")

    k: PositiveInt = 5
    """How many."""
    name: Name | None = None
    """Its name in the history, if there are two."""

    def for_labels(self, labels: str) -> "Metric":
        """The sparse one for numbers of classes; its name stays."""
        if labels != "index":
            return self
        return SparseTopKCategoricalAccuracy(k=self.k, name=self.figure)


class SparseTopKCategoricalAccuracy(Metric):
    """The same for labels that are numbers of classes."""

    labels = ("index",)

    k: PositiveInt = 5
    """How many."""
    name: Name | None = None
    """Its name in the history, if there are two."""


class AUC(Metric):
    """Area under the curve."""

    labels = ("one_hot", "binary")
    probabilities = True

    num_thresholds: _Thresholds = 200
    """Points of the curve."""
    curve: Literal["ROC", "PR"] = "ROC"
    """Receiver operating characteristic, or precision and recall."""
    name: Name | None = None
    """Its name in the history, if there are two."""


class Precision(Metric):
    """Right ones among the positive answers."""

    labels = ("one_hot", "binary")
    probabilities = True


class Recall(Metric):
    """Positive answers among the right ones."""

    labels = ("one_hot", "binary")
    probabilities = True


class MeanSquaredError(Metric):
    """Mean of (prediction − score)²."""

    string = "mse"


class MeanAbsoluteError(Metric):
    """Mean of |prediction − score|."""

    string = "mae"


class RootMeanSquaredError(Metric):
    """Root of the mean of (prediction − score)²."""


class R2Score(Metric):
    """Share of the scores' variance that is explained."""


METRICS = kinds(
    "a metric",
    Accuracy,
    TopKCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
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
    package: ClassVar[str] = ""
    """What must be installed for it, beside Keras."""


class Monitor(Callback):
    """A callback that watches a figure."""

    monitor: str = "val_loss"
    """The figure, by its name in the history."""


class EarlyStopping(Monitor):
    """Stops when a figure gets no better."""

    state = ("wait", "best", "best_epoch", "stopped_epoch")

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


class ReduceLROnPlateau(Monitor):
    """Lowers the learning rate when a figure gets no better."""

    state = ("wait", "best", "cooldown_counter")

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

    package = "tensorboard"

    histogram_freq: NaturalInt = 0
    """Epochs between histograms of weights; 0 for none."""
    write_graph: bool = True
    """Whether the graph is written."""


CALLBACKS = kinds("a callback", EarlyStopping, ReduceLROnPlateau, TerminateOnNaN, TensorBoard)
