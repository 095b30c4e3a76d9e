"""The server of ``archspec serve`` under floods: large, slow and many requests, and bugs of ours."""

import contextlib
import json
import resource
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec.live.desk import Desk
from archspec.live.serving import connections
from archspec.live.serving.connections import Phase
from archspec.live.serving.house import House
from archspec.live.serving.server import Server
from archspec.live.serving.turns import Crowded, Turns
from tests.live.site import (
    FILES,
    Site,
    a_site,
    comes_to,
    first_reply,
    parsed,
    rest,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from a_site(tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("page"))


def test_a_large_body_is_not_taken(site: Site) -> None:
    """One of a gigabyte that is said to come, and one that comes and comes."""
    start = time.monotonic()
    with site.connect() as there:
        there.sendall(site.head(Content_Length=str(2**30)))
        assert parsed(first_reply(there)).status == 413
    block, sent = b" " * 2**20, 0
    with site.connect() as there:
        there.sendall(site.head(Content_Length=str(2**30)))
        with contextlib.suppress(OSError):
            while sent < 2**30:
                sent += there.send(block)
                if time.monotonic() - start > 8:
                    break
    assert sent < 2**30
    assert time.monotonic() - start < 8
    # The page is told if it has sent somewhat too much: it can send all of it, and read the reply.
    with site.connect() as there:
        there.sendall(site.head(Content_Length=str(12 * 2**20)) + b" " * (12 * 2**20))
        assert parsed(rest(there)).status == 413
    assert site.ask(FILES).status == 200


def test_nobody_is_kept_out_by_a_thousand_connections(site: Site) -> None:
    """Idle ones, and ones of which a letter comes now and then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = 1000 if hard == resource.RLIM_INFINITY or hard >= 1500 else hard - 400
    if soft != resource.RLIM_INFINITY and soft < 1500:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1500 if count == 1000 else hard, hard))
    body = json.dumps(FILES).encode()
    one = site.head(Content_Length=str(len(body))) + body
    others: list[socket.socket] = []
    longest = 0.0
    try:
        with site.connect() as mine:
            for number in range(count):
                others.append(site.connect())
                if number % 3:
                    others[-1].sendall(site.head()[: number % 200])
                if number % 100 == 99:
                    start = time.monotonic()
                    mine.sendall(one)  # on the connection that it has
                    assert b"net.yaml" in first_reply(mine)
                    assert site.ask(FILES).status == 200  # and on a new one
                    longest = max(longest, time.monotonic() - start)
            assert len(site.house.connections) <= 64
            for other in others[::7]:
                with contextlib.suppress(OSError):
                    other.send(b"x")
            assert site.ask(FILES).status == 200
    finally:
        for other in others:
            other.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert longest < 1.0


def test_whoever_is_slow_is_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.SECONDS, Phase.ARRIVING, 0.6)
    monkeypatch.setitem(connections.SECONDS, Phase.IDLE, 1.2)
    with site.connect() as head, site.connect() as body, site.connect() as idle:
        body.sendall(site.head(Content_Length="100"))
        start = time.monotonic()
        ends: dict[str, float] = {}
        while len(ends) < 3 and time.monotonic() - start < 6:
            for there in (head, body):
                with contextlib.suppress(OSError):
                    there.send(b"P")  # a letter now and then
            for name, there in (("head", head), ("body", body), ("idle", idle)):
                there.settimeout(0.05)
                with contextlib.suppress(TimeoutError):
                    gone = False
                    try:
                        gone = there.recv(1000) == b""
                    except ConnectionError:
                        gone = True
                    if gone:
                        ends.setdefault(name, time.monotonic() - start)
    assert set(ends) == {"head", "body", "idle"}
    assert max(ends["head"], ends["body"]) < ends["idle"] < 4


def test_whoever_does_not_read_is_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.SECONDS, Phase.LEAVING, 0.5)
    text = "archspec: 1\nname: net\n" + "# x\n" * 800_000
    (site.root / "long.yaml").write_text(text)
    body = json.dumps({"ask": "open", "file": "long.yaml"}).encode()
    assert comes_to(lambda: len(site.house.connections) == 0)
    with socket.socket() as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        there.connect(("127.0.0.1", site.port))
        there.sendall((site.head(Content_Length=str(len(body))) + body) * 8)
        assert comes_to(lambda: len(site.house.connections) == 1)
        assert comes_to(lambda: len(site.house.connections) == 0)
    (site.root / "long.yaml").unlink()


def test_questions_wait_for_a_turn() -> None:
    turns, go, inside = Turns(2, 1), threading.Event(), threading.Semaphore(0)

    def work() -> None:
        with turns.turn():
            inside.release()
            go.wait(5)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        assert inside.acquire(timeout=5)
    assert comes_to(lambda: turns._left == 0)
    assert not inside.acquire(blocking=False)  # the third one waits
    with pytest.raises(Crowded), turns.turn():
        pass
    go.set()
    for thread in threads:
        thread.join(5)
    with turns.turn():
        pass


class Stubborn(Desk):
    """A desk that fails, and one whose answers take their time."""

    go = threading.Event()

    def ask(self, given: Any) -> Any:
        if given["ask"] == "wait":
            self.go.wait(20)
            return {}
        raise ValueError("secret words")


def test_a_bug_is_told_in_the_terminal_and_the_server_lives_on(tmp_path: Path) -> None:
    site = Site(tmp_path, tmp_path, Stubborn(str(tmp_path)))
    try:
        for count in (1, 2):
            found = site.ask({"ask": "x"})
            assert (found.status, found.json["bug"]) == (200, True)
            assert b"secret" not in found.body
            assert len(site.bugs) == count
        # More questions than wait for a turn: they are sent away, the others are answered.
        body = json.dumps({"ask": "wait"}).encode()
        there = [site.connect(20) for _ in range(40)]
        for each in there:
            each.sendall(site.head(Content_Length=str(len(body)), Connection="close") + body)
        assert comes_to(lambda: site.house.turns._left == 0)
        # Nobody who is waited for is closed for others.
        others = [site.connect() for _ in range(100)]
        assert site.send("GET /nothing HTTP/1.1").status == 404
        Stubborn.go.set()
        found_all = [parsed(rest(each)).status for each in there]
        assert sorted(found_all) == [200] * 36 + [503] * 4
        for each in (*there, *others):
            each.close()
    finally:
        site.end()


def test_a_bug_of_the_server_is_told_and_a_connection_that_is_gone_is_not(site: Site) -> None:
    told: list[BaseException] = []
    server = Server(House(Desk(str(site.root)), told.append))
    for error in (ValueError("x"), BrokenPipeError(), ConnectionResetError()):
        try:
            raise error
        except (ValueError, OSError):
            server.handle_error(None, None)
    server.server_close()
    assert [type(error) for error in told] == [ValueError]
