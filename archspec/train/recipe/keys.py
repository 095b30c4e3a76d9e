"""Recipes: their keys as records, and what a recipe is once it has been read."""

from collections.abc import Mapping as Values
from typing import Annotated, Any, Literal, NamedTuple

from archspec.diagnostics.sink import Place
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.records.arguments import NaturalInt, PositiveFloat, PositiveInt
from archspec.records.record import ArgumentError, ArgumentType, Record
from archspec.records.schemas import anything, finite, list_of, literal, tuple_of, whole
from archspec.spec.words import LintMapping, Mapping, Name
from archspec.train.objects.data import DATA, DataKind, ImageFolder, ImageTable, Share
from archspec.train.objects.losses import LOSSES, Loss
from archspec.train.objects.metrics import CALLBACKS, METRICS, Callback, Metric
from archspec.train.objects.objects import ObjectType
from archspec.train.objects.optimizers import OPTIMIZERS, Optimizer

PICTURES = ("samples", "weight_maps", "confusion_matrix", "histogram")
"""Pictures that a recipe may ask for; the curves are always drawn."""

PREPROCESSING: dict[str, str] = {
    "inception_v3": "tf",
    "inception_resnet_v2": "tf",
    "xception": "tf",
    "mobilenet": "tf",
    "mobilenet_v2": "tf",
    "nasnet": "tf",
    "resnet_v2": "tf",
    "densenet": "torch",
    "resnet": "caffe",
    "vgg16": "caffe",
    "vgg19": "caffe",
}
"""Families of keras.applications and the mode of their ``preprocess_input``
(keras/src/applications/imagenet_utils.py)."""

_Data = Annotated[Any, ObjectType(DATA, "mnist or {image_folder: {path: data/pets}}")]
_Loss = Annotated[Any, ObjectType(LOSSES, "categorical_crossentropy or {Huber: {delta: 0.5}}")]
_Optimizer = Annotated[Any, ObjectType(OPTIMIZERS, "Adam or {SGD: {momentum: 0.9}}")]
_Metrics = Annotated[list[Any], ObjectType(METRICS, "accuracy", many=True)]
_Callbacks = Annotated[
    list[Any], ObjectType(CALLBACKS, "{EarlyStopping: {patience: 5}}", many=True)
]
_Layers = Annotated[
    list[Any],
    ArgumentType(list_of(anything()), "a list such as [{RandomFlip: horizontal}]", nested=True),
]
_Seed = Annotated[
    int,
    ArgumentType(whole(ge=0, lt=2**31), "a whole number from 0 to 2**31"),
]
_Size = Annotated[
    tuple[int, int],
    ArgumentType(
        tuple_of(whole(gt=0), whole(gt=0)),
        "two sizes, height and width, such as [64, 64]",
    ),
]
_Show = Annotated[
    list[str],
    ArgumentType(
        list_of(literal(PICTURES)),
        "a list with any of " + ", ".join(f"`{p}`" for p in PICTURES),
    ),
]
_Number = Annotated[float, ArgumentType(finite(), "a number")]


class Prepare(Record):
    """What is done to each picture before the network sees it; it becomes part of the model."""

    size: _Size | None = None
    """Height and width to which pictures are resized; the network's if left out."""
    pad: NaturalInt = 0
    """Rows and columns of zeros around the picture."""
    rescale: PositiveFloat | None = None
    """Factor of the values, such as `1/255`."""
    offset: _Number = 0.0
    """What is added after that."""
    preprocess: Literal[tuple(PREPROCESSING)] | None = None  # type: ignore[valid-type]
    """A family of keras.applications whose own preprocessing is used."""
    flatten: bool = False
    """Whether the picture becomes one row of numbers."""

    def check(self) -> None:
        if self.preprocess is not None and (self.rescale is not None or self.offset):
            other = "offset" if self.rescale is None else "rescale"
            raise ArgumentError(
                "preprocess",
                "`preprocess` stands in place of `rescale` and `offset`",
                f"leave `{other}` out: the preprocessing of {self.preprocess} does both",
            )

    @staticmethod
    def mend(values: Values[str, Any]) -> dict[str, Any]:
        """What makes keys that :meth:`check` refuses go together."""
        return {key: ... for key in ("rescale", "offset") if key in values}


class FineTuneKeys(Record):
    """Training on, after the head, with a part of the base no longer frozen."""

    from_: str
    """The layer or block from which on layers learn; BatchNormalization stays frozen."""
    epochs: PositiveInt
    """Further epochs."""
    optimizer: _Optimizer = "Adam"
    """Optimizer for them, with a small learning rate."""


class RecipeKeys(Record):
    """The top of a recipe."""

    archspec: Literal[1]
    """Version of the format."""
    name: Name | None = None
    """Name of the recipe; the file's name if left out."""
    title: str | None = None
    """Title for people."""
    description: str | None = None
    """What it shows, where it comes from."""
    spec: str
    """File of the network, seen from the recipe."""
    params: Mapping | None = None
    """Values for the parameters of the network."""
    weights: str | None = None
    """Weights to begin with: a file, or `keras:NAME` for those of keras.applications."""
    data: _Data
    """Data: `{mnist: {}}`, `{image_folder: {path: …}}`, `{image_table: {…}}` or `{arrays: {…}}`."""
    validation_split: Share | None = None
    """Share of the training part that is for validation; the test part is taken if left out."""
    prepare: Mapping | None = None
    """What is done to each picture."""
    augment: _Layers | None = None
    """Layers that change pictures at random while training."""
    loss: _Loss
    """A loss of Keras."""
    optimizer: _Optimizer = "Adam"
    """An optimizer of Keras."""
    metrics: _Metrics | None = None
    """Metrics of Keras."""
    epochs: PositiveInt
    """How often all examples are seen."""
    batch_size: PositiveInt = 32
    """Examples for each step."""
    callbacks: _Callbacks | None = None
    """Callbacks of Keras."""
    fine_tune: Mapping | None = None
    """Training on with a part of the frozen base."""
    seed: _Seed = 0
    """Seed of all chance: weights, order, augmentation, dropout, what is held out."""
    show: _Show | None = None
    """Pictures to draw beside the curves."""
    lint: LintMapping | None = None
    """Which warnings and notes are told of this file: `{ignore: [AS905]}`."""


class FineTune(NamedTuple):
    """Fine-tuning, ready."""

    first: int
    """Index of the first node that learns."""
    epochs: int
    optimizer: Optimizer


class Recipe(NamedTuple):
    """A recipe that has been read and found to be right."""

    name: str
    keys: RecipeKeys
    place: Place
    spec: str
    """Path of the spec."""
    params: dict[str, Any]
    shaped: ShapedGraph
    data: DataKind
    data_place: Any
    prepare: Prepare
    augment: tuple[Layer, ...]
    loss: Loss
    optimizer: Optimizer
    metrics: tuple[Metric, ...]
    callbacks: tuple[Callback, ...]
    fine_tune: FineTune | None
    picture: tuple[int, ...]
    """Shape of an example as it is fed: height, width, channels, or what the network takes."""
    class_names: tuple[str, ...] | None
    """Names of the classes, if the data say them before they are read."""
    missing: tuple[str, ...] = ()
    """Files and folders that are not on this machine, if that was no mistake."""

    @property
    def epochs(self) -> int:
        """Epochs in all, those of fine-tuning too."""
        return self.keys.epochs + (self.fine_tune.epochs if self.fine_tune else 0)

    @property
    def reads_files(self) -> bool:
        """Whether examples are files of pictures, in place of arrays."""
        return isinstance(self.data, ImageFolder | ImageTable)

    @property
    def watched(self) -> str:
        """The part that is watched while training: ``validation``, or ``test`` without one."""
        return "test" if self.keys.validation_split is None else "validation"

    @property
    def outputs(self) -> int:
        """Outputs of the network: classes, or scores."""
        return self.shaped.shape(self.shaped.graph.outputs[0])[0] or 0

    @property
    def is_picture(self) -> bool:
        """Whether examples are pictures, (height, width, channels)."""
        return len(self.picture) == 3
