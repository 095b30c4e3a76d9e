"""Batches for TensorFlow: datasets of tf.data."""

from typing import Any

from archspec.train.data.parts import ALIGNMENT, Part
from archspec.train.fit.chance import order
from archspec.train.fit.run_options import BatchShare
from archspec.train.recipe.keys import Recipe


def stream(part: Part, recipe: Recipe, first: int, last: int, share: BatchShare) -> Any:
    """All epochs as one dataset, so that the next epoch's batches are ready in time."""
    import tensorflow as tf

    count, batch, seed = part.examples, recipe.keys.batch_size, recipe.keys.seed
    whole = share.whole(count)

    def rows(epoch: Any) -> Any:
        found = tf.numpy_function(lambda e: order(count, seed, int(e))[:whole], [epoch], tf.int64)
        found.set_shape([whole])
        return tf.data.Dataset.from_tensor_slices(found).batch(batch)

    return _batches(tf.data.Dataset.range(first, last).flat_map(rows), part, recipe)


def still(part: Part, recipe: Recipe, share: BatchShare) -> Any:
    """Batches of examples in their order."""
    import tensorflow as tf

    rows = tf.data.Dataset.range(share.whole(part.examples)).batch(recipe.keys.batch_size)
    return _batches(rows, part, recipe)


def _batches(rows: Any, part: Part, recipe: Recipe) -> Any:
    """Examples and targets for batches of row numbers.

    Examples keep their type, bytes for pictures: the model makes floats of them.
    """
    import tensorflow as tf

    kind, outputs = recipe.loss.classes, recipe.outputs
    with tf.device("cpu"):
        x, y = shared_tensor(part.x.array), tf.constant(part.y)
        places = None if part.x.rows is None else tf.constant(part.x.rows)

    def fetch(index: Any) -> Any:
        place = index if places is None else tf.gather(places, index)
        labels = tf.gather(y, index)
        if kind == "one_hot":
            labels = tf.one_hot(labels, outputs)
        elif kind == "binary":
            labels = tf.cast(labels[:, None], tf.float32)
        return tf.gather(x, place), labels

    parallel = tf.data.AUTOTUNE
    options = tf.data.Options()
    # The parts of a batch go to the devices, not the files, which there are none of.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    data = rows.map(fetch, num_parallel_calls=parallel).with_options(options)
    return data.prefetch(parallel)


def shared_tensor(array: Any) -> Any:
    """A tensor in the memory of an array, or in the file that it maps; a copy if that cannot be.

    TensorFlow ends the process if memory that is not aligned is shared with it.
    """
    import tensorflow as tf

    aligned = array.ctypes.data % ALIGNMENT == 0
    if aligned and array.flags.c_contiguous and array.flags.writeable:
        return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
    return tf.constant(array)
