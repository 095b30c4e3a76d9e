"""Reading the data of a recipe."""

from typing import NamedTuple

from archspec.train.data.arrays import array_classes, array_parts, mnist_parts, whole_parts
from archspec.train.data.errors import DataError
from archspec.train.data.folders import LeftOut
from archspec.train.data.listed import Listed, Listing, list_parts, list_pictures
from archspec.train.data.parts import Data, Examples, Part, split
from archspec.train.data.pictures import read_pictures
from archspec.train.data.watch import Watch, unwatched
from archspec.train.objects.data import Arrays, ImageFolder, ImageTable, Mnist
from archspec.train.recipe.keys import Recipe


def read_data(recipe: Recipe, folder: str, watch: Watch = unwatched) -> Data:
    """The data of a recipe.

    Args:
        recipe: the recipe.
        folder: where pictures are kept that do not fit into memory.
        watch: shows how far it is with pictures.

    Raises:
        DataError: they cannot be read, or something in them is wrong.
    """
    data, names = recipe.data, recipe.class_names
    others: list[LeftOut] = []
    if isinstance(data, ImageFolder | ImageTable):
        listing = list_pictures(data, recipe.keys.seed)
        names, others = listing.class_names, listing.others
        read = [
            _read(listed, listing, recipe, folder, watch)
            for listed in (listing.train, listing.test)
        ]
        train, test = read[0].part, read[1].part
        skipped = [f"{other.path}: {other.reason}" for other in others]
        skipped += [line for r in read for line in r.skipped]
        on_disk, on_white = any(r.on_disk for r in read), sum(r.on_white for r in read)
        found = Data(train, test, test, names, tuple(skipped), on_disk, on_white)
    else:
        train, test = _array_parts(recipe)
        if isinstance(data, Arrays):
            names = array_classes(data, recipe)
        found = Data(train, test, test, names)
    return _with_validation(found, recipe)


class Judged(NamedTuple):
    """What a model is judged by."""

    test: Part
    class_names: tuple[str, ...] | None
    """Names of the classes, if the data have some of their own."""
    skipped: tuple[str, ...]
    """Files left out, each with the reason."""


def read_test(recipe: Recipe, folder: str, watch: Watch = unwatched, whole: bool = False) -> Judged:
    """The test part alone.

    Args:
        recipe: the recipe.
        folder: where pictures are kept that do not fit into memory.
        watch: shows how far it is with pictures.
        whole: whether all is taken of data that have no parts, not a share.

    Raises:
        DataError: it cannot be read, or something in it is wrong.
    """
    data = recipe.data
    if isinstance(data, ImageFolder | ImageTable):
        listing = list_parts(data) if whole else list_pictures(data, recipe.keys.seed)
        read = _read(listing.test, listing, recipe, folder, watch)
        others = [f"{other.path}: {other.reason}" for other in listing.others]
        return Judged(read.part, listing.class_names, (*others, *read.skipped))
    if whole and isinstance(data, Arrays):
        return Judged(whole_parts(data, recipe)[1], None, ())
    return Judged(_array_parts(recipe)[1], None, ())


def _array_parts(recipe: Recipe) -> tuple[Part, Part]:
    if isinstance(recipe.data, Mnist):
        return mnist_parts(recipe.data, recipe)
    assert isinstance(recipe.data, Arrays)
    return array_parts(recipe.data, recipe)


def _with_validation(data: Data, recipe: Recipe) -> Data:
    share = recipe.keys.validation_split
    if share is None:
        return data
    labels = data.train.y if recipe.loss.classes else None
    stay, held = split(data.train.examples, share, recipe.keys.seed + 1, labels)
    if not len(held):
        message = "`validation_split` leaves nothing to watch: there are too few examples"
        raise DataError(message, code="AS607")
    return data._replace(train=data.train.take(stay), validation=data.train.take(held))


class _Read(NamedTuple):
    part: Part
    skipped: list[str]
    on_disk: bool
    on_white: int


def _read(listed: Listed, listing: Listing, recipe: Recipe, folder: str, watch: Watch) -> _Read:
    """The pictures of one part."""
    data = recipe.data
    assert isinstance(data, ImageFolder | ImageTable)
    height, width, channels = recipe.picture
    both = (len(listing.train.paths) + len(listing.test.paths)) * height * width * channels
    most = data.memory_mb * 2**20
    found = read_pictures(
        listed.paths,
        recipe.picture,
        most if both <= most else 0,
        folder,
        data.bad_pictures == "skip",
        watch,
    )
    labels = listed.labels[found.rows]
    for number, name in enumerate(listing.class_names or ()):
        if (listed.labels == number).any() and not (labels == number).any():
            message = f"class `{name}` has no picture in `{listed.where}` that can be read"
            plain = f"a class has no picture in `{listed.where}` that can be read"
            raise DataError(message, code="AS607", without=plain)
    bad = [f"{b.path}: {b.reason}" for b in found.bad]
    return _Read(Part(Examples(found.array), labels), bad, found.on_disk, found.on_white)
