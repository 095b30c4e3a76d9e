"""How a training is run."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from archspec.train.data.watch import Watch, unwatched


def _silent(text: str) -> None:
    pass


class DistributeError(Exception):
    """Training cannot be distributed like this; AS608."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class DivergedError(Exception):
    """The loss is nan or infinite; AS611."""

    def __init__(self, figure: str, value: float, epoch: int, kept: bool) -> None:
        super().__init__(f"{figure} is {value}")
        self.message = f"the training has diverged: `{figure}` is {value} after epoch {epoch}"
        self.help = [
            "a smaller `learning_rate`; `clipnorm: 1.0` in the optimizer; values scaled by `prepare`"
        ]
        if kept:
            self.help.append(f"the checkpoint of epoch {epoch - 1} is kept; no model was written")


class Share(NamedTuple):
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


class Setting(NamedTuple):
    """How a training is run."""

    scope: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Context in which models are made and trained; all processes leave it together."""
    share: Share = Share()
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
