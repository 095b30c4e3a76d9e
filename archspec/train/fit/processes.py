"""Several processes that train one model, by ``keras.distribution`` on JAX."""

import hashlib
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from archspec.train.data.parts import Data
from archspec.train.fit.errors import DistributeError
from archspec.train.fit.process_place import ADDRESSES, ProcessPlace, check_port, find_place
from archspec.train.fit.run_options import BatchShare, RunOptions
from archspec.train.recipe.keys import Recipe
from archspec.train.run.run import CHECKPOINT, Run

_LOST = re.compile(
    r"^[A-Z_]+: .*(gloo|nccl|connect|coordination|heartbeat|barrier|peer)",
    re.IGNORECASE | re.DOTALL,
)
"""How the backend's messages begin when another process is gone."""


def join(options: RunOptions) -> RunOptions:
    """Wait for the other processes, if there are any, and take all devices.

    Raises:
        DistributeError: a variable is wrong, or the processes have not as many devices each.
        BackendError: JAX is not installed.
    """
    from archspec.emit.keras import use_backend
    from archspec.emit.keras.backend import mute

    place = find_place(os.environ)
    # JAX would catch SIGTERM and go on: a process that shall end could only be killed.
    os.environ.setdefault("JAX_ENABLE_PREEMPTION_SERVICE", "false")
    use_backend("jax", quiet=True)
    import jax
    import keras

    with mute(2):  # TensorFlow, if it is installed, is imported here and writes
        keras.utils.set_random_seed(0)
    if place is not None:
        if place.number == 0:
            check_port(place)
            options.say(f"waiting for {place.processes} processes at {place.addresses}")
        _connect(place)
    number, processes, devices = jax.process_index(), jax.process_count(), jax.devices()
    if number:
        options = options._replace(say=lambda text: None, verbose=0)
    if len(devices) == 1:
        return options
    each = [sum(d.process_index == n for d in devices) for n in range(processes)]
    if len(set(each)) > 1:
        message = f"the processes have {', '.join(map(str, each))} devices"
        raise DistributeError(message, "all must have as many")
    distribution = keras.distribution.DataParallel(auto_shard_dataset=False)

    @contextmanager
    def scope() -> Iterator[None]:
        with _group(), distribution.scope():
            yield
            if processes > 1:
                _part()

    described = f"data-parallel on {len(devices)} devices of {processes} processes"
    if processes == 1:
        described = f"data-parallel on {len(devices)} devices of this process"
    return options._replace(
        scope=scope, share=BatchShare(number, processes, len(devices)), described=described
    )


def _connect(place: ProcessPlace) -> None:
    """Meet the other processes; here they exchange addresses, of which Gloo tells on the way."""
    import keras
    from jax.experimental import multihost_utils

    from archspec.emit.keras.backend import mute

    try:
        with mute(1):
            keras.distribution.initialize(*place)
            for _ in range(2):  # the first one does not wait for all devices of this process
                multihost_utils.sync_global_devices("archspec: begin")
    except (RuntimeError, ValueError) as error:
        message = f"the processes do not find each other: {_first_line(error)}"
        raise DistributeError(message, f"is {ADDRESSES} that of process 0?") from error


def _part() -> None:
    """Part from the other processes: all wait here, as none may end while one still computes."""
    import jax
    from jax.experimental import multihost_utils

    multihost_utils.sync_global_devices("archspec: end")
    jax.distributed.shutdown()  # type: ignore[no-untyped-call, unused-ignore]


@contextmanager
def _group() -> Iterator[None]:
    """What processes do together: that one of them is gone becomes an error."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        if not _joined() or not _LOST.match(str(error)):
            raise
        message = f"another process has ended or cannot be reached: {_first_line(error)}"
        help = "its own output says why; start all of them again, with --resume"
        raise DistributeError(message, help) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _joined() -> bool:
    jax: Any = sys.modules.get("jax")
    return jax is not None and bool(jax.distributed.is_initialized())


def agree(recipe: Recipe, run: Run, data: Data, options: RunOptions) -> None:
    """Whether all processes have the same recipe, data and checkpoint.

    Raises:
        DistributeError: they have not, or one of them is gone.
    """
    import numpy as np
    from jax.experimental import multihost_utils

    facts = {"recipe": _recipe_facts(recipe), "data": data.digest().encode()}
    facts["checkpoint"] = _checkpoint(run) if options.resume else b""
    mine = [np.frombuffer(hashlib.sha256(f).digest(), "uint32") for f in facts.values()]
    with _group():
        all_of_them = np.asarray(multihost_utils.process_allgather(np.stack(mine)))
    for number, theirs in enumerate(all_of_them):
        for name, same in zip(facts, (theirs == all_of_them[0]).all(axis=1), strict=True):
            if not same:
                message = f"process {number} has another {name} than process 0"
                help = {
                    "recipe": "start all with the same recipe, network and options",
                    "data": "all must find the same files",
                    "checkpoint": "the run's folder must be the same one for all",
                }[name]
                raise DistributeError(message, help)


def _recipe_facts(recipe: Recipe) -> bytes:
    """All of a recipe but the places of its files, which may differ from machine to machine."""
    from archspec.emit.blocks import blocks_spec

    keys = recipe.keys.arguments()
    for name in ("spec", "weights", "data"):
        keys.pop(name, None)
    text = repr(sorted(keys.items())) + repr((recipe.keys.epochs, recipe.keys.batch_size))
    return (blocks_spec(recipe.shaped) + text).encode()


def _checkpoint(run: Run) -> bytes:
    try:
        with open(run.file(CHECKPOINT), "rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""


@contextmanager
def together() -> Iterator[None]:
    """For commands: a process of several that fails ends at once.

    Otherwise JAX, as Python ends, would wait five minutes for the others, and they for this one.
    """
    try:
        yield
    except BaseException as error:
        if not _joined():
            raise
        if isinstance(error, SystemExit):
            status = error.code if isinstance(error.code, int) else 1
        else:
            traceback.print_exc()
            status = 130 if isinstance(error, KeyboardInterrupt) else 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
