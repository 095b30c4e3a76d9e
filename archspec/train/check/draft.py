"""A recipe as far as it could be read: for the checks, each of which looks at some parts of it."""

from collections.abc import Set
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Place, SourcePlace
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.train.objects.data import DataKind
from archspec.train.objects.losses import Loss
from archspec.train.objects.metrics import Callback, Metric
from archspec.train.objects.optimizers import Optimizer
from archspec.train.recipe.keys import FineTune, Prepare, RecipeKeys


class Draft(NamedTuple):
    """The parts of a recipe; one that is missing or wrong is None, and has been reported."""

    keys: RecipeKeys
    """The keys, with stand-ins for those that are wrong."""
    place: Place
    params: dict[str, Any]
    """Values for the parameters of the network."""
    shaped: ShapedGraph | None
    data: DataKind | None
    data_place: Place | SourcePlace
    prepare: Prepare | None
    augment: tuple[Layer | None, ...]
    loss: Loss | None
    optimizer: Optimizer | None
    metrics: tuple[Metric | None, ...]
    callbacks: tuple[Callback | None, ...]
    fine_tune: FineTune | None
    elsewhere: frozenset[str] = frozenset()
    """Keys that are not known, because they stand under another name."""

    @property
    def document_keys(self) -> Set[str]:
        """The keys that stand in the file."""
        written = self.place.document.at(())
        return written.keys() if isinstance(written, dict) else frozenset()

    def object_place(self, *steps: str | int) -> tuple[Place, Any]:
        """Where the arguments of an object such as ``{Adam: {…}}`` stand, and what they are.

        The place of the object itself and None if it is only a name.
        """
        place = self.place.at(*steps)
        written = place.document.at(place.path)
        if isinstance(written, dict) and len(written) == 1:
            ((word, arguments),) = written.items()
            return place.at(word), arguments
        return place, None

    def argument_place(self, argument: str, *steps: str | int) -> Place:
        """Where an argument of such an object stands, or else the object."""
        place, arguments = self.object_place(*steps)
        given = isinstance(arguments, dict) and argument in arguments
        return place.at(argument) if given else place


def without_parts(draft: Draft, keys: Set[str]) -> Draft:
    """The draft without parts of which something stands under another key, which has been told."""
    if not keys:
        return draft
    if "metrics" in keys:
        draft = draft._replace(metrics=(None,))
    if keys & {"params", "spec"}:
        draft = draft._replace(shaped=None)
    gone: dict[str, Any] = dict.fromkeys(keys & {"prepare", "loss", "optimizer", "data"})
    draft = draft._replace(**gone)
    quiet = keys & {"weights", "validation_split", "batch_size", "epochs"}
    return draft._replace(elsewhere=frozenset(quiet))
