"""Ctrl-C while Keras is at work.

TensorFlow and Keras have places that catch everything, and where Python drops what is raised: an
interrupt that falls there is lost, or comes out as an error of theirs. So it is noted as well, asked
for where our own loops turn, and raised again after a while if the process still runs.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_AGAIN = 4.0
"""Seconds after which an interrupt is raised again: longer than what cleaning up takes."""

_came: list[bool] = []


def catch_interrupts() -> None:
    """Note interrupts from now on; for commands, in the main thread of a process that takes them."""
    if threading.current_thread() is threading.main_thread() and (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):
        signal.signal(signal.SIGINT, _interrupt)


def interrupted() -> bool:
    """Whether an interrupt has come, whatever became of it."""
    return bool(_came)


def check_interrupt() -> None:
    """Where a loop turns.

    Raises:
        KeyboardInterrupt: an interrupt has come, and somebody has dropped it.
    """
    if _came:
        raise KeyboardInterrupt


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What is done in it is done to its end; an interrupt takes effect only then."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    waiting: list[Any] = []
    signal.signal(signal.SIGINT, lambda *told: waiting.append(told))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if waiting:
            handler(*waiting[0])


def _interrupt(number: int, frame: Any) -> None:
    _came.append(True)
    again = threading.Timer(_AGAIN, signal.raise_signal, (signal.SIGINT,))
    again.daemon = True
    again.start()
    raise KeyboardInterrupt
