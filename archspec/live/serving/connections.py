"""The connections of a server: how many there are, and which of them take too long."""

import contextlib
import socket
import threading
import time
from enum import Enum, auto


class Phase(Enum):
    """What a connection does."""

    IDLE = auto()
    """Its last request is answered, or nothing has come yet."""
    ARRIVING = auto()
    """A request has begun to arrive."""
    WORKING = auto()
    """It is answered."""
    LEAVING = auto()
    """The answer is sent."""


SECONDS = {Phase.IDLE: 60.0, Phase.ARRIVING: 10.0, Phase.LEAVING: 30.0}
"""How long each may take."""


class _Open:
    """A connection as it stands."""

    def __init__(self, now: float) -> None:
        self.phase = Phase.IDLE
        self.since = now
        self.served = now
        """When it came, or was answered last."""
        self.known = False
        """Whether the token has come over it."""


class Connections:
    """The open connections, each with what it does and since when.

    Args:
        most: how many there may be; for one more another one is closed, of those over which no token
            has come the one that has been idle longest, so that who does nothing keeps nobody out.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._open: dict[socket.socket, _Open] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: socket.socket) -> None:
        """Take a connection in, and close another one if there are too many."""
        with self._lock:
            if len(self._open) >= self._most:
                idle = [c for c, each in self._open.items() if each.phase is not Phase.WORKING]
                if idle:
                    self._end(min(idle, key=self._worth))
            self._open[connection] = _Open(time.monotonic())

    def _worth(self, connection: socket.socket) -> tuple[bool, float]:
        each = self._open[connection]
        return each.known, each.served

    def enter(self, connection: socket.socket, phase: Phase) -> None:
        """A connection does something else from now on."""
        with self._lock:
            each = self._open.get(connection)
            if each is not None:
                each.phase, each.since = phase, time.monotonic()
                if phase is Phase.IDLE:
                    each.served = each.since

    def trust(self, connection: socket.socket) -> None:
        """The token has come over a connection."""
        with self._lock:
            if connection in self._open:
                self._open[connection].known = True

    def remove(self, connection: socket.socket) -> None:
        """A connection is closed."""
        with self._lock:
            self._open.pop(connection, None)

    def end_late(self) -> None:
        """Close those that take too long."""
        now = time.monotonic()
        with self._lock:
            late = [
                connection
                for connection, each in self._open.items()
                if now - each.since > SECONDS.get(each.phase, now)
            ]
            for connection in late:
                self._end(connection)

    def _end(self, connection: socket.socket) -> None:
        """What its thread waits for ends at once, and the thread closes it."""
        del self._open[connection]
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
