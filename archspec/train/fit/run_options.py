"""How a training is run."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from archspec.train.data.watch import Watch, unwatched


def _silent(text: str) -> None:
    pass


class BatchShare(NamedTuple):
    """Which part of each batch this process works on."""

    number: int = 0
    """Number of this process; process 0 writes the run and speaks."""
    processes: int = 1
    """Processes that train one model together."""
    devices: int = 1
    """Devices of all of them."""

    def whole(self, count: int) -> int:
        """How many of so many examples are used: each device takes as many as the others."""
        return count - count % self.devices


class RunOptions(NamedTuple):
    """How a training is run."""

    scope: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Context in which models are made and trained; all processes leave it together."""
    share: BatchShare = BatchShare()
    """This process's part of the work."""
    resume: bool = False
    """Whether a run goes on."""
    verbose: int = 2
    """As in Keras: 0 nothing, 1 a bar, 2 a line for each epoch."""
    say: Callable[[str], object] = _silent
    """Prints a line."""
    watch: Watch = unwatched
    """Shows how far reading the data is."""
    described: str = "one device"
    """The devices, in words."""
