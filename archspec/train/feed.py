"""Feeding arrays to ``fit``: batches in an order that follows from the seed and the epoch.

So a training that was stopped goes on as if it had not been.
"""

from typing import Any, NamedTuple

from archspec.train.data.parts import Part
from archspec.train.recipe import Recipe


class Share(NamedTuple):
    """Which part of each batch this process works on, of several processes."""

    number: int = 0
    processes: int = 1


class Feed(NamedTuple):
    """What ``fit`` takes."""

    data: Any
    steps: int
    """Steps of an epoch."""
    together: int
    """Steps that may run in one call of the backend: a divisor of those of an epoch."""


_MOST_TOGETHER = 32


def order(count: int, seed: int, epoch: int) -> Any:
    """The order of the examples in an epoch."""
    import numpy as np

    return np.random.default_rng([seed, epoch]).permutation(count)


def train_feed(part: Part, recipe: Recipe, first: int, last: int, share: Share) -> Feed:
    """Batches for the epochs from ``first`` up to ``last``, shuffled."""
    import keras

    steps = -(-part.examples // recipe.keys.batch_size)
    if keras.backend.backend() == "tensorflow":
        together = next(n for n in range(_MOST_TOGETHER, 0, -1) if steps % n == 0)
        return Feed(_stream(part, recipe, first, last), steps, together)
    return Feed(_sequence(part, recipe, first, share), steps, 1)


def still_feed(part: Part, recipe: Recipe, share: Share | None = None) -> Any:
    """Batches of examples in their order."""
    import keras

    if keras.backend.backend() == "tensorflow":
        return _still(part, recipe)
    return _sequence(part, recipe, None, share or Share())


def _stream(part: Part, recipe: Recipe, first: int, last: int) -> Any:
    """All epochs as one dataset, so that the next epoch's batches are ready in time."""
    import tensorflow as tf

    count, batch, seed = part.examples, recipe.keys.batch_size, recipe.keys.seed

    def rows(epoch: Any) -> Any:
        found = tf.numpy_function(lambda e: order(count, seed, int(e)), [epoch], tf.int64)
        found.set_shape([count])
        return tf.data.Dataset.from_tensor_slices(found).batch(batch)

    return _batches(tf.data.Dataset.range(first, last).flat_map(rows), part, recipe)


def _still(part: Part, recipe: Recipe) -> Any:
    import tensorflow as tf

    rows = tf.data.Dataset.range(part.examples).batch(max(recipe.keys.batch_size, 1))
    return _batches(rows, part, recipe)


def _batches(rows: Any, part: Part, recipe: Recipe) -> Any:
    """Examples and targets for batches of row numbers."""
    import tensorflow as tf

    classes = recipe.shaped.shape(recipe.shaped.graph.outputs[0])[0]
    kind = recipe.loss.classes
    with tf.device("cpu"):
        y = tf.constant(part.y)
        x = tf.constant(part.x) if _in_memory(part.x) else None

    def fetch(index: Any) -> Any:
        return tf.cast(tf.gather(x, index), tf.float32), _target(tf.gather(y, index))

    def fetch_from_disk(index: Any) -> Any:
        found = tf.numpy_function(lambda i: part.x[i], [index], part.x.dtype)
        found.set_shape([None, *part.x.shape[1:]])
        return tf.cast(found, tf.float32), _target(tf.gather(y, index))

    def _target(labels: Any) -> Any:
        if kind == "one_hot":
            return tf.one_hot(labels, classes)
        return tf.cast(labels[:, None], tf.float32) if kind == "binary" else labels

    parallel = tf.data.AUTOTUNE
    data = rows.map(fetch if x is not None else fetch_from_disk, num_parallel_calls=parallel)
    options = tf.data.Options()
    # The parts of a batch go to the devices, not the files, which there are none of.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return data.with_options(options).prefetch(parallel)


def _in_memory(array: Any) -> bool:
    import numpy as np

    return isinstance(array, np.ndarray) and not isinstance(array, np.memmap)


def _sequence(part: Part, recipe: Recipe, first: int | None, share: Share) -> Any:
    """Batches for backends other than TensorFlow; shuffled if there is a first epoch."""
    import keras
    import numpy as np

    batch, seed, kind = recipe.keys.batch_size, recipe.keys.seed, recipe.loss.classes
    classes = recipe.shaped.shape(recipe.shaped.graph.outputs[0])[0]

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.epoch = first
            self.shuffle()

        def shuffle(self) -> None:
            count = part.examples
            rows = np.arange(count) if self.epoch is None else order(count, seed, self.epoch)
            if share.processes > 1:  # every process must have as many
                rows = rows[: count - count % (batch if count >= batch else share.processes)]
            self.rows = rows

        def __len__(self) -> int:
            return -(-len(self.rows) // batch)

        def __getitem__(self, index: int) -> Any:
            rows = self.rows[index * batch : (index + 1) * batch]
            size = len(rows) // share.processes
            if share.processes > 1:
                rows = rows[share.number * size : (share.number + 1) * size]
            y = part.y[rows]
            if kind == "one_hot":
                y = np.eye(classes or 0, dtype="float32")[y]
            elif kind == "binary":
                y = y[:, None].astype("float32")
            return part.x[rows].astype("float32"), y

        def on_epoch_end(self) -> None:
            if self.epoch is not None:
                self.epoch += 1
                self.shuffle()

    return Batches()
