"""One connection: its requests, looked at strictly, and what is answered.

Whatever is refused ends the connection, so that nothing behind it is taken for a request.
"""

import contextlib
import http.client
import json
import re
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from archspec.live.question import Reply
from archspec.live.serving.connections import Phase
from archspec.live.serving.house import House
from archspec.live.serving.turns import Crowded

MOST_BYTES = 4 * 2**20
"""Of a question."""
_MOST_OF_CODE = 1024
"""Bytes of a question for the token."""
_MOST_OF_HEAD = 16 * 1024
"""Bytes of a request's head."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PATIENCE = 1.0
"""Seconds for which what is refused may still come."""
_MOST_THROWN_AWAY = 16 * 2**20
"""Bytes of it: the texts of a page that sends too much."""
_JSON = "application/json; charset=utf-8"


class Unwelcome(Exception):
    """A request that is refused, with its status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class _Head:
    """A stream of which no more lines are read than a head may have."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = _MOST_OF_HEAD

    def readline(self, most: int) -> bytes:
        """A line.

        Raises:
            LineTooLong: of http.client: the head has become too long.
        """
        line: bytes = self._stream.readline(min(most, self._left + 1))
        self._left -= len(line)
        if self._left < 0:
            raise http.client.LineTooLong("head")
        return line


class Requests(BaseHTTPRequestHandler):
    """The requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def house(self) -> House:
        """What the server holds."""
        return cast(Any, self.server).house  # type: ignore[no-any-return]

    def handle_one_request(self) -> None:
        """Wait for a request and answer it."""
        self.close_connection = True
        self.command, self.request_version = "", "HTTP/1.1"
        connections = self.house.connections
        try:
            if not cast(Any, self.rfile).peek(1):
                return
            connections.enter(self.connection, Phase.ARRIVING)
            if self._read_head():
                self._answer()
        except Unwelcome as error:
            self._refuse(error)
        except OSError:  # it is gone
            self.close_connection = True
        else:
            connections.enter(self.connection, Phase.IDLE)

    def _read_head(self) -> bool:
        """Read the first line and the headers; False if there are none.

        Raises:
            Unwelcome: they are not HTTP, or too long.
        """
        stream = self.rfile
        self.rfile = cast(Any, _Head(stream))
        try:
            self.raw_requestline = self.rfile.readline(_MOST_OF_HEAD)
            return self.parse_request()
        except http.client.LineTooLong:
            raise Unwelcome(431, "the head of this request is too long") from None
        finally:
            self.rfile = stream

    def _answer(self) -> None:
        """Look at the head, and answer.

        Raises:
            Unwelcome: it is refused.
        """
        self._check_head()
        if self.command == "GET":
            self._check_origin(navigates=True)
            found = self.house.page(self.path)
            if found is None:
                raise Unwelcome(404, "there is nothing here")
            self._send(200, *found)
        elif self.path == "/ask":
            self._check_origin()
            if not self.house.keys.fits(self._header("X-Archspec-Token")):
                raise Unwelcome(403, "the token is missing or wrong")
            self.house.connections.trust(self.connection)
            self._ask(self._body(MOST_BYTES))
        elif self.path == "/token":
            self._check_origin()
            code = self._body(_MOST_OF_CODE).get("once")
            token = self.house.keys.exchange(code) if isinstance(code, str) else None
            if token is None:
                raise Unwelcome(403, "this address was used already, or is too old")
            self._tell({"token": token})
        else:
            raise Unwelcome(404, "there is nothing here")

    def _check_head(self) -> None:
        if self.request_version not in ("HTTP/1.0", "HTTP/1.1"):
            raise Unwelcome(505, "this is not HTTP/1.1")
        if self.command not in ("GET", "POST"):
            raise Unwelcome(405, "this is not answered here")
        if self.headers.defects:
            raise Unwelcome(400, "the head of this request is broken")
        if self._header("Host") not in self.house.hosts:
            raise Unwelcome(403, "this server is not called so")
        if "Transfer-Encoding" in self.headers or "Expect" in self.headers:
            raise Unwelcome(411, "a body comes in one piece, and its length before it")
        if self.command == "GET" and self._header("Content-Length", "0") != "0":
            raise Unwelcome(400, "this request has no body")

    def _header(self, name: str, otherwise: str = "") -> str:
        """A header that stands once.

        Raises:
            Unwelcome: it stands twice.
        """
        found = self.headers.get_all(name, [otherwise])
        if len(found) != 1:
            raise Unwelcome(400, f"{name} stands twice")
        return str(found[0]).strip()

    def _check_origin(self, navigates: bool = False) -> None:
        """Whether a request comes from the page itself, as far as the browser tells.

        Args:
            navigates: whether a link on another page may lead here.
        """
        origin = self._header("Origin", "none")
        site = self._header("Sec-Fetch-Site", "none")
        if origin != "none" and origin not in [f"http://{host}" for host in self.house.hosts]:
            raise Unwelcome(403, "another page asks")
        if navigates and self._header("Sec-Fetch-Mode") == "navigate":
            return
        if site not in ("same-origin", "none"):
            raise Unwelcome(403, "another page asks")

    def _body(self, most: int) -> dict[str, Any]:
        """The JSON object of the body.

        Raises:
            Unwelcome: there is none.
        """
        kind = self._header("Content-Type").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Unwelcome(415, "questions are JSON")
        length = self._header("Content-Length")
        if not re.fullmatch(r"[0-9]{1,18}", length):
            raise Unwelcome(411, "the length of the question is missing")
        if int(length) > most:
            raise Unwelcome(413, f"a question has at most {most:,} bytes")
        data = self.rfile.read(int(length))
        if len(data) < int(length):
            raise OSError("it is gone")
        try:
            found = json.loads(data.decode(), parse_constant=_no_number, parse_float=_finite)
        except (ValueError, RecursionError):
            raise Unwelcome(400, "this is not JSON") from None
        if not isinstance(found, dict):
            raise Unwelcome(400, "a question is a JSON object")
        return found

    def _ask(self, question: dict[str, Any]) -> None:
        self.house.connections.enter(self.connection, Phase.WORKING)
        try:
            with self.house.turns.turn():
                reply = self.house.ask(question)
        except Crowded:
            raise Unwelcome(503, "too many questions wait") from None
        self._tell(reply)

    def _tell(self, reply: Reply) -> None:
        try:
            text = json.dumps(reply, ensure_ascii=False, allow_nan=False)
        except ValueError:  # `.inf` is a value of YAML
            text = json.dumps(_finite_values(reply), ensure_ascii=False)
        self._send(200, text.encode("utf-8", "replace"), _JSON)

    def _refuse(self, error: Unwelcome) -> None:
        """Say why not, and close the connection."""
        self.close_connection = True
        if self.request_version not in ("HTTP/1.0", "HTTP/1.1"):
            self.request_version = "HTTP/1.1"  # older ones have no head to answer with
        body = json.dumps({"error": error.message}).encode()
        with contextlib.suppress(OSError):
            self._send(error.status, body, _JSON)
            self._throw_away()

    def _throw_away(self) -> None:
        """Take what is still sent, for a while: else the system drops the answer with it."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(_PATIENCE)
        end, left = time.monotonic() + _PATIENCE, _MOST_THROWN_AWAY
        while left > 0 and time.monotonic() < end and (data := self.connection.recv(2**16)):
            left -= len(data)

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.house.connections.enter(self.connection, Phase.LEAVING)
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        kept = status == 200 and (
            self.request_version == "HTTP/1.1"
            and self.headers.get("Connection", "").strip().lower() != "close"
        )
        self.close_connection = not kept
        if not kept:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library finds wrong with a request."""
        raise Unwelcome(code, (message or "this is not HTTP").lower())

    def handle_expect_100(self) -> bool:
        """Say nothing: whether a body is wanted turns out below."""
        return True

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing in the terminal."""


def _no_number(word: str) -> float:
    raise ValueError(word)


def _finite(word: str) -> float:
    number = float(word)
    if number in (float("inf"), float("-inf")):
        raise ValueError(word)
    return number


def _finite_values(value: Any) -> Any:
    """A value of JSON with null where a number is none that JSON has."""
    if isinstance(value, dict):
        return {key: _finite_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite_values(inner) for inner in value]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value
