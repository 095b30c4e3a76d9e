"""``archspec serve`` as a process."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT
from tests.live.questions import TEXT
from tests.live.site import Client, comes_to


class Running(NamedTuple):
    """A process that serves."""

    process: subprocess.Popen[str]
    client: Client
    folder: Path
    seconds: float
    """From the start to the address."""


def _start(*arguments: str, cwd: Path, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "archspec", "serve", *arguments],
        cwd=cwd,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(cwd), **more},
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts() -> None:
    """A shell has what runs in the background, perhaps these tests, ignore them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One with a file below the current folder, and a browser that notes what it is given."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "nets").mkdir()
    (folder / "nets" / "net.yaml").write_text(TEXT)
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {folder}/opened\n')
    browser.chmod(0o755)
    start = time.monotonic()
    process = _start("nets/net.yaml", cwd=folder, BROWSER=f"{browser} %s")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(
            r"archspec serve: specs at http://127\.0\.0\.1:(\d+)/#t=(\S{43})  \(Ctrl-C ends it\)\n",
            line,
        )
        assert found is not None, line
        client = Client(int(found[1]), found[2])
        yield Running(process, client, folder, time.monotonic() - start)
    finally:
        process.kill()
        process.communicate()


def test_it_answers(running: Running) -> None:
    client = running.client
    assert running.seconds < 5, "0.2 seconds, on a machine that does nothing else"
    hello = client.ask({"ask": "hello"}).json
    assert (hello["folder"], hello["file"]) == (running.folder.name, "nets/net.yaml")
    assert "svg" in client.ask({"ask": "picture", "file": "nets/net.yaml", "text": TEXT}).json


def test_files_are_called_as_in_the_folder(running: Running) -> None:
    """As `archspec check` calls them there."""
    question = {"ask": "answer", "file": "a.yaml", "text": "archspec: 1\nextends: no.yaml\n"}
    found = running.client.ask(question).json["diagnostics"]
    assert found[0]["message"].startswith("`no.yaml`: cannot read")


def test_the_browser_is_given_a_code_and_no_token(running: Running) -> None:
    opened, client = running.folder / "opened", running.client
    assert comes_to(lambda: opened.exists() and opened.read_text() != "")
    address, _, code = opened.read_text().strip().partition("#once=")
    assert address == f"http://{client.host}/"
    assert client.token not in code
    body = json.dumps({"once": code}).encode()
    assert client.send("POST /token HTTP/1.1", body).json == {"token": client.token}
    assert client.send("POST /token HTTP/1.1", body).status == 403


def test_an_interrupt_ends_it_at_once(tmp_path: Path) -> None:
    """While a question is worked on, and connections are open."""
    process = _start("--no-browser", cwd=tmp_path)
    assert process.stdout is not None
    found = re.search(r":(\d+)/#t=(\S+)", process.stdout.readline())
    assert found is not None
    client = Client(int(found[1]), found[2])
    layers = "  - Conv2D: {filters: 4, kernel_size: 1}\n" * 30_000
    text = f"archspec: 1\ninput: [8, 8, 3]\nlayers:\n{layers}"
    body = json.dumps({"ask": "answer", "file": "a.yaml", "text": text}).encode()
    try:
        with client.connect() as busy, client.connect():
            busy.sendall(client.head(Content_Length=str(len(body))) + body)
            time.sleep(0.3)
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
            assert time.monotonic() - start < 2
            assert busy.recv(1) == b""  # it was still worked on
    finally:
        process.kill()
    assert (process.returncode, out, err) == (130, "", "interrupted\n")


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


@pytest.mark.parametrize(
    ("file", "folder", "first"),
    [
        ("net.yaml", "here", "net.yaml"),
        ("below/net.yaml", "here", "below/net.yaml"),
        ("./below/../net.yaml", "here", "net.yaml"),
        ("below", "below", None),
        ("../there/net.yaml", "there", "net.yaml"),
        ("out.yaml", "there", "net.yaml"),
        (".hidden/net.yaml", ".hidden", "net.yaml"),
        (None, "here", None),
    ],
)
def test_the_folder_of_a_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str | None,
    folder: str,
    first: str | None,
) -> None:
    from archspec.commands.serve import _place

    for name in ("here", "here/below", "here/.hidden", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "net.yaml").write_text(TEXT)
    (tmp_path / "here" / "out.yaml").symlink_to("../there/net.yaml")
    monkeypatch.chdir(tmp_path / "here")
    root, found = _place(file)
    assert (Path(root).resolve().name, found) == (folder, first)
