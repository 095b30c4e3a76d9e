"""Kinds of data that a recipe can name."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from archspec.records.arguments import PositiveInt
from archspec.records.objects import Kinds
from archspec.records.record import ArgumentError, ArgumentType, Record
from archspec.records.schemas import either, list_of, number, text

Share = Annotated[
    float,
    ArgumentType(number(gt=0, lt=1), "a number between 0 and 1"),
]
Columns = Annotated[
    Any,
    ArgumentType(
        either(text(), list_of(text())),
        "the name of a column, or a list of names",
        text=True,
    ),
]
Texts = Annotated[
    list[str],
    ArgumentType(list_of(text(), min_length=1), "a list of names"),
]


class DataKind(Record):
    """Where the examples come from."""

    word: ClassVar[str]
    labels: ClassVar[str] = "classes"
    """``classes`` or ``scores``."""


class Mnist(DataKind):
    """The MNIST digits: 60,000 and 10,000 pictures of 28×28 (LeCun, Cortes and Burges)."""

    word = "mnist"

    path: str | None = None
    """An npz file with `x_train`, `y_train`, `x_test` and `y_test`; if left out, Keras's cache, into which Keras downloads it."""


class _Pictures(DataKind):
    bad_pictures: Literal["error", "skip"] = "error"
    """What to do with a picture that cannot be read: stop, or leave it out and say how many."""
    memory_mb: PositiveInt = 2048
    """Most memory for pictures, in MB; more than that are kept on disk, in the run's folder."""
    held_out: Share | None = None
    """Share of the pictures that is for testing, drawn by the recipe's seed."""


class ImageFolder(_Pictures):
    """A folder for each class, in `train` and `test`, or all together with a share held out."""

    word = "image_folder"

    path: str
    """The folder."""
    train: str = "train"
    """The folder in it with what is for training."""
    test: str = "test"
    """The folder in it with what is for testing."""


class ImageTable(_Pictures):
    """A CSV table of pictures and their scores, and a folder with the pictures."""

    word = "image_table"
    labels = "scores"

    path: str
    """The CSV file; its first line names the columns."""
    images: str = "images"
    """The folder with the pictures, seen from the table's."""
    image: str = "image"
    """The column with the names of the files."""
    score: Columns = "score"
    """The column with the scores, or several, whose mean is the score."""
    ending: str = ""
    """What is added to each name, such as `.jpg`."""
    held_out: Share = 0.2
    """Share of the pictures that is for testing, drawn by the recipe's seed."""


class Arrays(DataKind):
    """Arrays in an npz file."""

    word = "arrays"

    path: str
    """The file."""
    x_train: str = "x_train"
    """The array of what is for training."""
    y_train: str = "y_train"
    """Its labels or scores."""
    x_test: str | None = "x_test"
    """The array of what is for testing; null if a share is held out."""
    y_test: str | None = "y_test"
    """Its labels or scores."""
    held_out: Share | None = None
    """Share of the examples that is for testing, drawn by the recipe's seed."""
    class_names: Texts | None = None
    """Names of the classes; their numbers if left out."""

    def check(self) -> None:
        if (self.x_test is None) != (self.held_out is not None) or (self.x_test is None) != (
            self.y_test is None
        ):
            raise ArgumentError(
                "held_out",
                "either x_test and y_test, or a share held out",
                "with `held_out` write `x_test: null, y_test: null`",
            )

    @staticmethod
    def mend(values: Mapping[str, Any]) -> dict[str, Any]:
        """What makes arguments that :meth:`check` refuses go together."""
        if values.get("held_out") is not None:
            return {"x_test": None, "y_test": None}
        return {}


_ALL = {k.word: k for k in (Mnist, ImageFolder, ImageTable, Arrays)}
DATA = Kinds("a kind of data", dict(_ALL), dict(_ALL))
