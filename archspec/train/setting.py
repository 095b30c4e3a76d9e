"""How a training is run."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple


def _silent(text: str) -> None:
    pass


def _nothing() -> None:
    pass


class Share(NamedTuple):
    """Which part of each batch this process works on, of several processes."""

    number: int = 0
    processes: int = 1


class Setting(NamedTuple):
    """How a training is run."""

    scope: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Context in which models are made: a strategy's."""
    share: Share = Share()
    """This process's part of the work."""
    resume: bool = False
    """Whether a run goes on."""
    verbose: int = 2
    """As in Keras: 0 nothing, 1 a bar, 2 a line for each epoch."""
    say: Callable[[str], object] = _silent
    """Prints a line."""
    described: str = "one device"
    """The devices, in words."""
    finish: Callable[[], None] = _nothing
    """What every process calls in the end."""
