"""Several devices or machines, by the means of TensorFlow and Keras."""

import os
from typing import Any

WAYS = ("mirrored", "multiworker", "jax-data-parallel")
"""``mirrored``: all devices of this machine (TensorFlow); ``jax-data-parallel``: all devices of
all processes (JAX); ``multiworker``: processes of TensorFlow, which Keras does not train on."""


class DistributeError(Exception):
    """Training cannot be distributed like this; AS608."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def use_devices(way: str | None) -> Any:
    """The setting for a way of distributing; imports Keras.

    Raises:
        DistributeError: Keras cannot do it.
        BackendError: there is no backend.
    """
    from archspec.emit.keras import use_backend
    from archspec.train.setting import Setting

    if way == "multiworker":
        raise DistributeError(
            "Keras's fit fails under MultiWorkerMirroredStrategy (keras#20585)",
            "on one machine --distribute mirrored; on several --distribute jax-data-parallel",
        )
    if way is None:
        use_backend(quiet=True)
        return Setting()
    if way == "mirrored":
        use_backend("tensorflow", quiet=True)
        import tensorflow as tf

        strategy = tf.distribute.MirroredStrategy()
        count = strategy.num_replicas_in_sync
        return Setting(scope=strategy.scope, described=f"mirrored on {count} devices")
    use_backend("jax", quiet=True)
    return _jax()


def _jax() -> Any:
    """Data-parallel training on all devices of all processes.

    Several processes find each other by Keras's variables: ``KERAS_DISTRIBUTION_JOB_ADDRESSES``,
    ``KERAS_DISTRIBUTION_NUM_PROCESSES`` and ``KERAS_DISTRIBUTION_PROCESS_ID``.
    """
    import keras

    from archspec.train.setting import Setting, Share

    count = _number("KERAS_DISTRIBUTION_NUM_PROCESSES", 1)
    index = _number("KERAS_DISTRIBUTION_PROCESS_ID", 0)
    if count > 1:
        addresses = os.environ.get("KERAS_DISTRIBUTION_JOB_ADDRESSES")
        if not addresses:
            raise DistributeError(
                "KERAS_DISTRIBUTION_JOB_ADDRESSES is not set",
                "the address and port of process 0, for example 10.0.0.1:4321",
            )
        keras.distribution.initialize(addresses, count, index)
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    devices = len(keras.distribution.list_devices())
    described = f"data-parallel on {devices} devices of {count} processes"

    def finish() -> None:
        if count > 1:
            import jax
            from jax.experimental import multihost_utils

            multihost_utils.sync_global_devices("archspec")
            jax.distributed.shutdown()

    return Setting(share=Share(index, count), described=described, finish=finish)


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        raise DistributeError(f"{name} is `{text}`, not a number")
    return int(text)
