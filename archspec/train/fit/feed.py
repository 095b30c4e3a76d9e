"""Feeding arrays to ``fit``: batches in an order that follows from the seed and the epoch.

So a training that was stopped goes on as if it had not been.
"""

from typing import Any, NamedTuple

from archspec.train.data.parts import Part
from archspec.train.fit.feed_sequence import sequence
from archspec.train.fit.feed_tensorflow import still, stream
from archspec.train.fit.run_options import BatchShare
from archspec.train.recipe.keys import Recipe


class Feed(NamedTuple):
    """What ``fit`` takes."""

    data: Any
    steps: int
    """Steps of an epoch."""
    together: int
    """Steps that may run in one call of the backend: a divisor of those of an epoch."""


ALONE = BatchShare()
_MOST_TOGETHER = 32
_MOST_WORK = 10**10
"""Multiply-accumulates of the steps in one call: beyond a second the bar would stand still."""


def train_feed(part: Part, recipe: Recipe, first: int, last: int, share: BatchShare) -> Feed:
    """Batches for the epochs from ``first`` up to ``last``, shuffled."""
    import keras

    if keras.backend.backend() == "tensorflow":
        steps = -(-share.whole(part.examples) // recipe.keys.batch_size)
        work = recipe.keys.batch_size * max(recipe.shaped.macs, 1)
        most = max(1, min(_MOST_TOGETHER, _MOST_WORK // work))
        if share.devices > 1:  # under MirroredStrategy TensorFlow cannot run several in one call
            most = 1
        together = next(n for n in range(most, 0, -1) if steps % n == 0)
        return Feed(stream(part, recipe, first, max(last, first + 1), share), steps, together)
    batches = sequence(part, recipe, first, share)
    return Feed(batches, len(batches), 1)


def still_feed(part: Part, recipe: Recipe, share: BatchShare = ALONE) -> Any:
    """Batches of examples in their order."""
    import keras

    if keras.backend.backend() == "tensorflow":
        return still(part, recipe, share)
    return sequence(part, recipe, None, share)
