"""The server of ``archspec serve``, as somebody attacks it who cannot read the terminal."""

import contextlib
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archspec.live.desk import Desk
from archspec.live.serving import requests, server
from archspec.live.serving.house import PAGE as PAGE_FILES
from archspec.live.serving.house import House
from archspec.live.serving.keys import Keys
from archspec.live.serving.server import Server
from tests.conftest import examples
from tests.live.questions import TEXT, strange
from tests.live.site import (
    FILES,
    PAGE,
    Reply,
    Site,
    a_site,
    one_reply,
    parsed,
    rest,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from a_site(tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("page"))


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
    framed = {**link, "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}
    assert site.send("GET / HTTP/1.1", **framed).status == 403
    for mode in ("no-cors", "cors", "websocket", None):
        assert site.send("GET /page.js HTTP/1.1", **link, Sec_Fetch_Mode=mode).status == 403


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
            found = one_reply(there)
            assert found.status == 200, (question, found)
            assert "bug" not in found.json, question
            assert b"Traceback" not in found.body
    assert (site.root / "net.yaml").read_text() == TEXT
    assert os.listdir(site.root) == ["net.yaml"]
    assert site.bugs == []


def test_only_the_loopback_listens(site: Site) -> None:
    assert site.server.server_address[0] == "127.0.0.1"
    with contextlib.suppress(OSError):
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((own, site.port), 2)


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
