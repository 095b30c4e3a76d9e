"""A server to attack, and what speaks to it byte by byte."""

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from archspec.live.desk import Desk
from archspec.live.serving.house import House
from archspec.live.serving.server import Server
from tests.live.questions import TEXT

PAGE = "<!doctype html><title>page</title>"


class Reply(NamedTuple):
    """What came back on a connection."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """What speaks to a server, as its page does or otherwise."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.token = token

    def connect(self, timeout: float = 10) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def raw(self, data: bytes, timeout: float = 10) -> bytes:
        """All that comes back until the server closes the connection."""
        with self.connect(timeout) as there:
            with contextlib.suppress(OSError):
                there.sendall(data)
            return rest(there)

    def head(self, line: str = "POST /ask HTTP/1.1", **changes: str | None) -> bytes:
        """The head of a question as the page sends it, with other headers, or without some."""
        headers: dict[str, str | None] = {
            "Host": self.host,
            "Origin": f"http://{self.host}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
            "X-Archspec-Token": self.token,
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        lines = [line, *(f"{n}: {v}" for n, v in headers.items() if v is not None)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def send(self, line: str = "POST /ask HTTP/1.1", body: bytes = b"", **changes: Any) -> Reply:
        """One request, and its reply."""
        if line.startswith("POST"):
            changes = {"Content_Length": str(len(body)), **changes}
        return parsed(self.raw(self.head(line, Connection="close", **changes) + body))

    def ask(self, question: Any, **changes: Any) -> Reply:
        return self.send(body=json.dumps(question).encode(), **changes)


class Site(Client):
    """A server that runs, and what it said of bugs."""

    def __init__(self, root: Path, page: Path, desk: Desk | None = None) -> None:
        self.root = root
        self.bugs: list[BaseException] = []
        self.house = House(desk or Desk(str(root)), self.bugs.append, str(page))
        self.server = Server(self.house)
        super().__init__(self.server.port, self.house.keys.token)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.server.shutdown()
        self.thread.join(5)
        assert not self.thread.is_alive()


def rest(there: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(ConnectionError):
        while data := there.recv(65536):
            found += data
    return found


def parsed(data: bytes) -> Reply:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    assert re.match(r"HTTP/1\.1 \d{3} ", first), data[:200]
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(body) == int(headers["Content-Length"])
    return Reply(int(first.split()[1]), headers, body)


FILES = {"ask": "files"}


def a_site(root: Path, page: Path) -> Iterator[Site]:
    """A server on a folder with a spec, that has told of no bug in the end."""
    (root / "net.yaml").write_text(TEXT)
    for name in ("index.html", "page.js", "page.css"):
        (page / name).write_text(PAGE)
    site = Site(root, page)
    yield site
    site.end()
    assert site.bugs == []


def first_reply(there: socket.socket) -> bytes:
    """What comes until a reply is whole."""
    found = b""
    while b"\r\n\r\n" not in found or found[-1:] != b"}":
        data = there.recv(65536)
        if not data:
            break
        found += data
    return found


def one_reply(there: socket.socket) -> Reply:
    """One reply of a connection that stays."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += there.recv(65536)
    length = re.search(rb"Content-Length: (\d+)", found)
    assert length is not None
    whole = found.index(b"\r\n\r\n") + 4 + int(length[1])
    while len(found) < whole:
        found += there.recv(65536)
    return parsed(found)


def comes_to(condition: Callable[[], bool]) -> bool:
    """Whether something is so within five seconds."""
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()
