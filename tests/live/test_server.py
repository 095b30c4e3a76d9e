"""The server of ``archspec serve``, as somebody attacks it who cannot read the terminal."""

import contextlib
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from archspec.live.desk import Desk
from archspec.live.serving import connections, requests, server
from archspec.live.serving.connections import Phase
from archspec.live.serving.house import PAGE as PAGE_FILES
from archspec.live.serving.house import House
from archspec.live.serving.keys import Keys
from archspec.live.serving.server import Server
from archspec.live.serving.turns import Crowded, Turns
from tests.conftest import ROOT, examples
from tests.live.questions import TEXT, strange

PAGE = "<!doctype html><title>page</title>"


class Reply(NamedTuple):
    """What came back on a connection."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Site:
    """A server that runs, and what it said of bugs."""

    def __init__(self, root: Path, page: Path, desk: Desk | None = None) -> None:
        self.root = root
        self.bugs: list[BaseException] = []
        self.house = House(desk or Desk(str(root)), self.bugs.append, str(page))
        self.server = Server(self.house)
        self.port = self.server.port
        self.host = f"127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.server.shutdown()
        self.thread.join(5)
        assert not self.thread.is_alive()

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
            "X-Archspec-Token": self.house.keys.token,
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root, page = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("page")
    (root / "net.yaml").write_text(TEXT)
    for name in ("index.html", "page.js", "page.css"):
        (page / name).write_text(PAGE)
    site = Site(root, page)
    yield site
    site.end()
    assert site.bugs == []


FILES = {"ask": "files"}


def test_the_page_is_answered(site: Site) -> None:
    for name in ("", "page.js", "page.css"):
        found = site.send(f"GET /{name} HTTP/1.1", Origin=None, X_Archspec_Token=None)
        assert (found.status, found.body.decode()) == (200, PAGE)
        assert "script-src 'self'" in found.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in found.headers["Content-Security-Policy"]
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.headers["Cache-Control"] == "no-store"
    assert site.ask(FILES).json["files"] == ["net.yaml"]
    told = site.ask(
        {"ask": "answer", "file": "net.yaml", "text": TEXT}, Host=f"localhost:{site.port}"
    )
    assert told.json["network"]


def test_the_page_lies_in_the_package(tmp_path: Path) -> None:
    house = House(Desk(str(tmp_path)), print)
    for address in PAGE_FILES:
        assert house.page(address) is not None, address
    assert house.page("/house.py") is None


def test_every_reply_has_the_headers_and_none_lets_others_read(site: Site) -> None:
    for found in (
        site.ask(FILES),
        site.ask(FILES, X_Archspec_Token=None),
        site.send("GET /x HTTP/1.1"),
    ):
        assert set(requests.HEADERS.items()) <= set(found.headers.items())
        assert not [name for name in found.headers if name.startswith("Access-Control")]
        assert {"Server", "Set-Cookie"} & set(found.headers) == set()


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        *((403, {"X_Archspec_Token": each}) for each in (None, "", "x", "é", "a" * 43, "0" * 9000)),
        *((403, {"Host": each}) for each in (None, "", "evil.example", "127.0.0.1", "localhost")),
        *((403, {"Host": each}) for each in ("127.0.0.1:1", "localhost.evil.example:{port}")),
        *((403, {"Host": each}) for each in ("127.0.0.1:{port}.evil.example", "0.0.0.0:{port}")),
        *((403, {"Host": each}) for each in ("[::1]:{port}", "127.0.0.1:{port}@evil.example")),
        *((403, {"Origin": each}) for each in ("http://evil.example", "null", "", "file://")),
        *((403, {"Origin": each}) for each in ("https://127.0.0.1:{port}", "http://127.0.0.1")),
        *((403, {"Origin": each}) for each in ("http://127.0.0.1:{port}.evil.example",)),
        *((403, {"Sec_Fetch_Site": each}) for each in ("cross-site", "same-site", "", "SAME")),
        *((415, {"Content_Type": each}) for each in (None, "text/plain", "application/json2")),
        *((415, {"Content_Type": each}) for each in ("application/x-www-form-urlencoded",)),
        *(
            (411, {"Content_Length": each})
            for each in (None, "", "-1", "+9", "0x9", "9, 9", "9" * 40)
        ),
        *((411, {"Transfer_Encoding": each}) for each in ("chunked", "identity", "gzip, chunked")),
        (411, {"Expect": "100-continue"}),
        (413, {"Content_Length": str(2**30)}),
        (413, {"Content_Length": str(4 * 2**20 + 1)}),
        (431, {"X_Long": "x" * 20_000}),
    ],
)
def test_a_question_that_is_not_the_pages_is_refused(
    site: Site, status: int, changes: dict[str, str | None]
) -> None:
    changes = {k: v and v.replace("{port}", str(site.port)) for k, v in changes.items()}
    found = site.ask(FILES, **changes)
    assert found.status == status
    assert found.headers["Connection"] == "close"
    assert set(found.json) == {"error"}
    assert b"net.yaml" not in found.body


def test_headers_that_stand_twice_are_refused(site: Site) -> None:
    body = json.dumps(FILES).encode()
    for name, value in (
        ("Host", site.host),
        ("Content-Length", str(len(body))),
        ("X-Archspec-Token", site.house.keys.token),
        ("Origin", f"http://{site.host}"),
        ("Content-Type", "application/json"),
    ):
        head = site.head(Content_Length=str(len(body)))[:-2] + f"{name}: {value}\r\n\r\n".encode()
        assert parsed(site.raw(head + body)).status == 400, name


@pytest.mark.parametrize(
    ("status", "line"),
    [
        *((404, f"GET {path} HTTP/1.1") for path in ("/ask", "/token", "/net.yaml", "/page.js/")),
        *((404, f"GET {path} HTTP/1.1") for path in ("/../net.yaml", "/%2e%2e/net.yaml", "/./")),
        *((404, f"GET {path} HTTP/1.1") for path in ("/..%2fnet.yaml", "/..\\net.yaml", "/%00")),
        *((404, f"GET {path} HTTP/1.1") for path in ("//etc/passwd", "/%252e%252e/x", "/?x", "*")),
        *((404, f"GET {path} HTTP/1.1") for path in ("http://evil.example/", "/page.js?x", "/ﬀ")),
        *((404, f"POST {path} HTTP/1.1") for path in ("/", "/ask/", "/ask?x", "/ASK", "/save")),
        *((405, f"{verb} / HTTP/1.1") for verb in ("HEAD", "OPTIONS", "TRACE", "PUT", "DELETE")),
        *((405, f"{verb} /ask HTTP/1.1") for verb in ("CONNECT", "PATCH", "get", "PRI", "_")),
        *((505, f"GET / HTTP/{version}") for version in ("2.0", "3.0")),
        *((400, f"GET / {version}") for version in ("HTTP/1", "HTTP/a.b", "HTTP", "ICY/1.1")),
        *((400, line) for line in ("GET", "GET /  x y HTTP/1.1", "\x16\x03\x01\x02\x00\x01")),
        (505, "GET /"),
        (505, "GET / HTTP/0.9"),
    ],
)
def test_what_is_no_request_of_the_page(site: Site, status: int, line: str) -> None:
    head = site.head(
        line.encode().decode("latin-1"), Content_Length="0" * line.startswith("POST") or None
    )
    found = site.raw(head)
    assert parsed(found if not line.startswith("HEAD") else _with_body(found)).status == status


def _with_body(found: bytes) -> bytes:
    """A reply to HEAD, which has the length of a body that does not come."""
    length = re.search(rb"Content-Length: (\d+)", found)
    assert length is not None
    assert found.endswith(b"\r\n\r\n")
    return found + b"x" * int(length[1])


def test_garbage(site: Site) -> None:
    random = Random(1)
    for _ in range(60):
        data = random.randbytes(random.choice((1, 20, 3000))) + b"\r\n\r\n"
        found = site.raw(data)
        assert found == b"" or parsed(found).status in (400, 403, 405, 431, 505), (data, found)
    for data in (
        b"\r\n" * 5000,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"\0" * 70_000,
    ):
        found = site.raw(data)
        assert found == b"" or parsed(found).status in (400, 431)
    assert site.ask(FILES).status == 200


def test_what_stands_behind_a_request_that_is_refused_is_no_request(site: Site) -> None:
    inner = site.head(Content_Length=str(len(b'{"ask":"files"}'))) + b'{"ask":"files"}'
    for changes in (
        {"Content_Length": "0", "Transfer_Encoding": "chunked"},
        {"Content_Length": "5", "X_Archspec_Token": "wrong"},
        {"Content_Length": str(2**30)},
    ):
        found = site.raw(site.head(**changes) + inner)
        assert found.count(b"HTTP/1.1 ") == 1
        assert b"net.yaml" not in found
    found = site.raw(site.head("GET / HTTP/1.1", Content_Length="9") + inner)
    assert found.count(b"HTTP/1.1 ") == 1


def test_questions_one_behind_the_other(site: Site) -> None:
    body = json.dumps(FILES).encode()
    one = site.head(Content_Length=str(len(body))) + body
    with site.connect() as there:
        there.sendall(one * 3 + site.head("GET / HTTP/1.1", Connection="close"))
        found = rest(there)
    assert found.count(b"HTTP/1.1 200") == 4
    assert found.count(b'"net.yaml"') == 3


def test_a_large_body_is_not_taken(site: Site) -> None:
    """One of a gigabyte that is said to come, and one that comes and comes."""
    start = time.monotonic()
    with site.connect() as there:
        there.sendall(site.head(Content_Length=str(2**30)))
        assert parsed(_first(there)).status == 413
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
    # The page is told if it has sent somewhat too much.
    assert site.send(body=b" " * (5 * 2**20)).status == 413
    assert site.ask(FILES).status == 200


def _first(there: socket.socket) -> bytes:
    """What comes until a reply is whole."""
    found = b""
    while b"\r\n\r\n" not in found or found[-1:] != b"}":
        data = there.recv(65536)
        if not data:
            break
        found += data
    return found


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"null",
            b"[]",
            b'"ask"',
            b"1",
            b"{",
            b"{'ask': 1}",
            b'{"ask": NaN}',
            b'{"a": 1e999}',
        ),
        *(b"[" * 2**20, b'{"a":' * 200_000, b'{"a": ' + b"9" * 100_000 + b"}", b"\xff\xfe{\0}\0"),
        *(b'{"ask": "\xe9"}', b'\xef\xbb\xbf{"ask": "files"}', b'{"ask": "files"}x', b"\0" * 100),
        *(b'{"ask": Infinity}', b'{"ask": "\x01"}'),
    ],
    ids=lambda body: str(body[:20]),
)
def test_a_body_that_is_no_question(site: Site, body: bytes) -> None:
    start = time.monotonic()
    found = site.send(body=body)
    assert (found.status, set(found.json)) == (400, {"error"})
    assert b"Traceback" not in found.body
    assert time.monotonic() - start < 2


def test_the_code_works_once_and_for_a_minute(site: Site) -> None:
    keys = site.house.keys

    def exchange(code: Any, **changes: Any) -> Reply:
        changes = {"X_Archspec_Token": None, **changes}
        return site.send("POST /token HTTP/1.1", json.dumps({"once": code}).encode(), **changes)

    for wrong in ("", "x", keys.token, None, 1, [keys.code], "\ud800", "é"):
        assert exchange(wrong).status == 403
    for elsewhere in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        assert exchange(keys.code, **elsewhere).status == 403
    assert exchange(keys.code, Content_Type="text/plain").status == 415
    assert exchange(keys.code + " " * 2000).status == 413
    code = keys.code
    assert exchange(code).json == {"token": keys.token}
    assert exchange(code).status == 403
    assert exchange("").status == 403
    late = Keys(seconds=0.0)
    assert late.exchange(late.code) is None
    assert Keys().token != keys.token
    assert len(keys.token) >= 43


def test_links_lead_here_but_nothing_is_embedded_elsewhere(site: Site) -> None:
    link: dict[str, Any] = {"Origin": None, "Sec_Fetch_Site": "cross-site"}
    assert site.send("GET / HTTP/1.1", **link, Sec_Fetch_Mode="navigate").status == 200
    for mode in ("no-cors", "cors", "websocket", None):
        assert site.send("GET /page.js HTTP/1.1", **link, Sec_Fetch_Mode=mode).status == 403


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
                    assert b"net.yaml" in _first(mine)
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
    assert _comes_to(lambda: len(site.house.connections) == 0)
    with socket.socket() as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        there.connect(("127.0.0.1", site.port))
        there.sendall((site.head(Content_Length=str(len(body))) + body) * 8)
        assert _comes_to(lambda: len(site.house.connections) == 1)
        assert _comes_to(lambda: len(site.house.connections) == 0)
    (site.root / "long.yaml").unlink()


def _comes_to(condition: Callable[[], bool]) -> bool:
    """Whether something is so within five seconds."""
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


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
    assert _comes_to(lambda: turns._left == 0)
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
        time.sleep(0.5)
        assert site.send("GET /nothing HTTP/1.1").status == 404
        Stubborn.go.set()
        found_all = [parsed(rest(each)).status for each in there]
        assert sorted(found_all) == [200] * 36 + [503] * 4
        for each in there:
            each.close()
    finally:
        site.end()


def test_whatever_is_asked_is_answered(site: Site) -> None:
    """Never with a status of its own, a traceback, or nothing; and nobody's file is changed."""
    with site.connect(20) as there:
        for number in range(examples(200)):
            question = strange(Random(f"server/{number}"))
            if question.get("ask") == "save":
                question["stamp"] = "0"
                question["file"] = "net.yaml"
                question.pop("force", None)
            try:
                body = json.dumps(question).encode()
            except ValueError:  # too large a number
                continue
            there.sendall(site.head(Content_Length=str(len(body))) + body)
            found = _reply(there)
            assert found.status == 200, (question, found)
            assert "bug" not in found.json, question
            assert b"Traceback" not in found.body
    assert (site.root / "net.yaml").read_text() == TEXT
    assert os.listdir(site.root) == ["net.yaml"]
    assert site.bugs == []


def _reply(there: socket.socket) -> Reply:
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


def test_only_the_loopback_listens(site: Site) -> None:
    assert site.server.server_address[0] == "127.0.0.1"
    with contextlib.suppress(OSError):
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((own, site.port), 2)


def _start(*arguments: str, cwd: Path, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "archspec", "serve", *arguments],
        cwd=cwd,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(cwd), **more},
    )


def test_the_command(tmp_path: Path) -> None:
    """It starts, answers, opens a browser with the code alone, and ends by Ctrl-C while it works."""
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "net.yaml").write_text(TEXT)
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    start = time.monotonic()
    process = _start("nets/net.yaml", cwd=tmp_path, BROWSER=f"{browser} %s")
    assert process.stdout is not None
    line = process.stdout.readline()
    took = time.monotonic() - start
    found = re.fullmatch(
        r"archspec serve: specs at http://127\.0\.0\.1:(\d+)/#t=(\S{43})  \(Ctrl-C ends it\)\n",
        line,
    )
    assert found is not None, line
    site = Site.__new__(Site)
    site.port, site.host = int(found[1]), f"127.0.0.1:{found[1]}"

    def ask(question: Any, line: str = "POST /ask HTTP/1.1") -> Reply:
        body = json.dumps(question).encode()
        lines = [line, f"Host: {site.host}", "Content-Type: application/json", "Connection: close"]
        lines += [f"X-Archspec-Token: {found[2]}", f"Content-Length: {len(body)}", "", ""]
        return parsed(site.raw("\r\n".join(lines).encode() + body))

    hello = ask({"ask": "hello"}).json
    assert (hello["folder"], hello["file"]) == (tmp_path.name, "nets/net.yaml")
    assert "svg" in ask({"ask": "picture", "file": "nets/net.yaml", "text": TEXT}).json
    # A file elsewhere is told of as `archspec check` in the folder tells of it.
    told = ask({"ask": "answer", "file": "a.yaml", "text": "archspec: 1\nextends: no.yaml\n"}).json
    assert "`no.yaml`: cannot read" in told["diagnostics"][0]["message"]
    assert _comes_to(lambda: opened.exists() and opened.read_text() != "")
    address = opened.read_text().strip()
    assert found[2] not in address
    code = address.partition("#once=")[2]
    assert ask({"once": code}, "POST /token HTTP/1.1").json == {"token": found[2]}
    assert ask({"once": code}, "POST /token HTTP/1.1").status == 403
    # Ctrl-C, while a question is worked on and connections are open.
    large = (
        "archspec: 1\ninput: [8, 8, 3]\nlayers:\n"
        + "  - Conv2D: {filters: 4, kernel_size: 1}\n" * 30_000
    )
    body = json.dumps({"ask": "answer", "file": "a.yaml", "text": large}).encode()
    lines = ["POST /ask HTTP/1.1", f"Host: {site.host}", "Content-Type: application/json"]
    lines += [f"X-Archspec-Token: {found[2]}", f"Content-Length: {len(body)}", "", ""]
    with site.connect() as busy, site.connect():
        busy.sendall("\r\n".join(lines).encode() + body)
        time.sleep(0.3)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
        assert time.monotonic() - start < 2
    assert (process.returncode, out, err) == (130, "", "interrupted\n")
    assert took < 5, "it takes 0.2 seconds on a machine that does nothing else"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing.yaml",), "no such file"),
        (("net.yam",), "net.yaml"),
        (("notes.txt",), "end in .yaml"),
        (("binary.yaml",), "not a spec"),
        (("--port", "70000"), "65535"),
        (("--port", "{busy}"), "cannot be had"),
        (("net.yaml", "more.yaml"), "unexpected"),
    ],
)
def test_the_command_refuses(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "net.yaml").write_text(TEXT)
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "binary.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        words = [a.replace("{busy}", str(busy.getsockname()[1])) for a in arguments]
        process = _start(*words, "--no-browser", cwd=tmp_path)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_addresses_of_servers_differ(tmp_path: Path) -> None:
    houses = [House(Desk(str(tmp_path)), print) for _ in range(2)]
    servers = [Server(house) for house in houses]
    assert servers[0].address != servers[1].address
    assert servers[0].address_once.partition("#")[2] == f"once={houses[0].keys.code}"
    with pytest.raises(OSError, match="in use"):
        Server(House(Desk(str(tmp_path)), print), servers[0].port)
    for each in servers:
        each.server_close()
    assert server.ADDRESS == "127.0.0.1"
