"""What the rules of lint look at: a recipe, and what is known of its data and its length."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from archspec.diagnostics.place import Place
from archspec.train.check.draft import Draft
from archspec.train.data.look import Seen
from archspec.train.objects.data import ImageFolder, ImageTable, Mnist
from archspec.train.objects.optimizers import Optimizer


class Phase(NamedTuple):
    """Training with one optimizer: of the head, or of more by fine-tuning."""

    optimizer: Optimizer
    epochs: int
    steps: tuple[str, ...]
    """Where the optimizer stands in the recipe."""


class Examined(NamedTuple):
    """A recipe, as far as it could be read, and what is known of its data."""

    draft: Draft
    seen: Seen

    @property
    def examples(self) -> int | None:
        """How many examples training sees in an epoch, if that is known."""
        count, share = self.seen.examples, self.draft.keys.validation_split
        if count is None or "validation_split" in self.draft.elsewhere:
            return None
        return count - round(count * (share or 0))

    @property
    def steps_per_epoch(self) -> int | None:
        """How many batches an epoch has, if that is known."""
        if not self.examples or self.draft.elsewhere & {"batch_size", "epochs"}:
            return None
        return ceil(self.examples / self.draft.keys.batch_size)

    @property
    def phases(self) -> Iterator[Phase]:
        """The phases of training, as far as they are known."""
        draft = self.draft
        if draft.optimizer is not None:
            yield Phase(draft.optimizer, draft.keys.epochs, ("optimizer",))
        if draft.fine_tune is not None:
            steps = ("fine_tune", "optimizer")
            yield Phase(draft.fine_tune.optimizer, draft.fine_tune.epochs, steps)

    @property
    def of_pictures(self) -> bool:
        """Whether examples are pictures of bytes, from 0 to 255."""
        return isinstance(self.draft.data, Mnist | ImageFolder | ImageTable)

    def prepare_place(self, *keys: str) -> Place:
        """A key of `prepare`, or that itself; the first key that shows what is fed without it."""
        draft, given = self.draft, self.draft.keys.prepare or {}
        for key in keys:
            if key in given:
                return draft.place.at("prepare", key)
        if given:
            return draft.place.at("prepare").key()
        return draft.place.at("data").key()
