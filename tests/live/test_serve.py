"""``archspec serve`` as a process."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.live.questions import TEXT
from tests.live.site import Reply, Site, comes_to, parsed


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
    assert comes_to(lambda: opened.exists() and opened.read_text() != "")
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
