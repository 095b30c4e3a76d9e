"""How many questions are worked on at once, and how many wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Crowded(Exception):
    """So many questions wait that no further one is taken."""


class Turns:
    """Lets a few in, has some more wait, and sends the others away.

    Args:
        at_once: how many are worked on.
        waiting: how many wait at most.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._room = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._left = at_once + waiting

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until there is room.

        Raises:
            Crowded: too many wait.
        """
        with self._lock:
            if not self._left:
                raise Crowded
            self._left -= 1
        try:
            with self._room:
                yield
        finally:
            with self._lock:
                self._left += 1
