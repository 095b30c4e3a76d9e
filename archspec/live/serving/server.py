"""The server: takes connections in on the loopback, and ends those that take too long."""

import contextlib
import os
import socketserver
import threading
from typing import Any

from archspec.live.serving.house import House
from archspec.live.serving.requests import Requests

ADDRESS = "127.0.0.1"
_LOOK = 0.5
"""Seconds from one look for late connections to the next."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A server on the loopback.

    Args:
        house: what its connections share.
        port: on which it listens; 0 for a free one.

    Raises:
        OSError: the port is taken, or may not be.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name != "nt"  # there it would let two programs have one port
    request_queue_size = 128

    def __init__(self, house: House, port: int = 0) -> None:
        self.house = house
        super().__init__((ADDRESS, port), Requests)
        self.port: int = self.server_address[1]
        house.hosts = (f"{ADDRESS}:{self.port}", f"localhost:{self.port}")
        if self.port == 80:
            house.hosts += (ADDRESS, "localhost")

    @property
    def address(self) -> str:
        """Of the page, for who may keep it: with the token."""
        return f"http://{ADDRESS}:{self.port}/#t={self.house.keys.token}"

    @property
    def address_once(self) -> str:
        """Of the page, for a browser's command line: with the code that works once."""
        return f"http://{ADDRESS}:{self.port}/#once={self.house.keys.code}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread of its own."""
        self.house.connections.add(request)
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started
            self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self.house.connections.remove(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """An exception of a connection: nothing, if it is only gone."""
        import sys

        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.house.tell_bug(error)

    def run(self) -> None:
        """Serve until an interrupt.

        Raises:
            KeyboardInterrupt: Ctrl-C.
        """
        end = threading.Event()
        threading.Thread(target=self._watch, args=[end], daemon=True).start()
        try:
            self.serve_forever(poll_interval=0.2)
        finally:
            end.set()
            self.server_close()
            # A file that is being written is written to its end.
            with contextlib.suppress(RuntimeError):
                self.house.desk.folder.writing.acquire(timeout=1.0)

    def _watch(self, end: threading.Event) -> None:
        while not end.wait(_LOOK):
            self.house.connections.end_late()
