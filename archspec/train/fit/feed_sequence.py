"""Batches for backends other than TensorFlow: sequences of Keras."""

from typing import Any

from archspec.train.data.parts import Part
from archspec.train.fit.chance import order
from archspec.train.fit.run_options import BatchShare
from archspec.train.recipe.keys import Recipe


def sequence(part: Part, recipe: Recipe, first: int | None, share: BatchShare) -> Any:
    """Batches for backends other than TensorFlow; shuffled if there is a first epoch.

    Of several processes each gets its part of every batch, all of them as many examples. Examples
    keep their type, bytes for pictures: the model makes floats of them.
    """
    import keras
    import numpy as np

    batch, seed = recipe.keys.batch_size, recipe.keys.seed

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.epoch = first
            self.shuffle()

        def shuffle(self) -> None:
            count = part.examples
            rows = np.arange(count) if self.epoch is None else order(count, seed, self.epoch)
            self.rows = rows[: share.whole(count)]

        def __len__(self) -> int:
            return -(-len(self.rows) // batch)

        def __getitem__(self, index: int) -> Any:
            rows = self.rows[index * batch : (index + 1) * batch]
            size = len(rows) // share.processes
            rows = rows[share.number * size : (share.number + 1) * size]
            return part.x[rows], targets(part.y[rows], recipe)

        def on_epoch_end(self) -> None:
            if self.epoch is not None:
                self.epoch += 1
                self.shuffle()

    return Batches()


def targets(labels: Any, recipe: Recipe) -> Any:
    """Labels (examples,), or scores (examples, outputs), as the loss takes them."""
    import numpy as np

    if recipe.loss.classes == "one_hot":
        return np.eye(recipe.outputs, dtype="float32")[labels]
    return labels[:, None].astype("float32") if recipe.loss.classes == "binary" else labels
