"""Several devices or machines, by the means of TensorFlow and Keras."""

from typing import Any

from archspec.train.data.parts import Data
from archspec.train.fit.errors import DistributeError
from archspec.train.fit.run_options import BatchShare, RunOptions
from archspec.train.recipe.keys import Recipe
from archspec.train.run.run import Run

WAYS = ("mirrored", "multiworker", "jax-data-parallel")
"""``mirrored``: all devices of this machine (TensorFlow); ``jax-data-parallel``: all devices of
all processes (JAX); ``multiworker``: processes of TensorFlow, which Keras does not train on."""


def use_devices(way: str | None, recipe: Recipe, options: RunOptions) -> RunOptions:
    """The options with its devices, for a way of distributing; imports Keras.

    With several processes it returns when all of them have come.

    Raises:
        DistributeError: Keras cannot do it, or the batches cannot be divided.
        BackendError: there is no backend.
    """
    from archspec.emit.keras import use_backend

    if way == "multiworker":
        raise DistributeError(
            "Keras's fit fails under MultiWorkerMirroredStrategy (keras#20585)",
            "on one machine --distribute mirrored; on several --distribute jax-data-parallel",
        )
    if way is None:
        use_backend(quiet=True)
        return options
    if way == "mirrored":
        found = _mirrored(options)
    else:
        from archspec.train.fit.processes import join

        found = join(options)
    if found.share.devices == 1:
        found.say(f"only one device here: --distribute {way} changes nothing")
        return found
    found.say(found.described)
    check_batch(recipe.keys.batch_size, found.share.devices)
    return found


def _mirrored(options: RunOptions) -> RunOptions:
    """All devices of this machine."""
    from archspec.emit.keras import use_backend

    use_backend("tensorflow", quiet=True)
    import tensorflow as tf

    strategy: Any = tf.distribute.MirroredStrategy()
    devices = strategy.num_replicas_in_sync
    if devices == 1:
        return options
    described = f"mirrored on {devices} devices of this machine"
    return options._replace(
        scope=strategy.scope, share=BatchShare(devices=devices), described=described
    )


def check_batch(size: int, devices: int) -> None:
    """Whether each device gets as much of a batch as the others, so that each counts as much.

    Raises:
        DistributeError: it does not.
    """
    if size % devices == 0:
        return
    near = max(size // devices, 1) * devices
    sizes = [near] if near > size else [near, near + devices]
    raise DistributeError(
        f"batches of {size} cannot be divided among {devices} devices",
        f"batch_size counts the examples of all devices: --set batch_size="
        f"{' or '.join(map(str, sizes))}",
    )


def check_data(recipe: Recipe, run: Run, data: Data, options: RunOptions) -> None:
    """Whether the data can be divided, and all processes have the same; says what is left out.

    Raises:
        DistributeError: they cannot, or have not.
    """
    share = options.share
    if share.devices == 1:
        return
    for name, part in (("train", data.train), ("watch", data.validation)):
        if part.examples < share.devices:
            message = f"{part.examples} examples to {name} cannot be divided"
            raise DistributeError(f"{message} among {share.devices} devices")
    left = data.validation.examples - share.whole(data.validation.examples)
    if left:
        options.say(
            f"{left} of {data.validation.examples:,} examples to watch left out: "
            f"{share.devices} devices take as many each"
        )
    if share.processes > 1:
        from archspec.train.fit.processes import agree

        agree(recipe, run, data, options)
