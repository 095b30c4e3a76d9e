"""The playground: what it answers in the browser's Python, what a link may do, how it is built."""

import base64
import functools
import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec.drawing.layout import engine
from archspec.files.shipped import shipped_recipes, shipped_specs
from archspec.live import playground
from archspec.live.playground import LINKED, Playground
from tests.conftest import ROOT, Run

Reply = dict[str, Any]

NODE = shutil.which("node")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
TOOLS = ROOT / "editors" / "node_modules" / "pyodide"
needs_tools = pytest.mark.skipif(
    NODE is None or not TOOLS.is_dir(),
    reason="needs node and its packages: apt install nodejs npm; npm ci --prefix editors",
)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: apt install chromium"
)


OF_OTHER_FILES = {"many_files_missing.yaml"}
"""What is said of these depends on what else lies in the folder."""


# ---- the desk, in any Python


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_page_is_a_shipped_spec(folder: Path) -> None:
    found = Playground({})
    hello = found.ask({"ask": "hello"})
    assert hello["file"] == "specs/alexnet.yaml"
    assert {"specs/alexnet.yaml", "recipes/lenet5_mnist.yaml"} <= set(hello["files"])
    assert "text" not in hello
    for file in (hello["file"], "specs/resnet50.yaml", "recipes/lenet5_mnist.yaml"):
        text = found.ask({"ask": "open", "file": file})["text"]
        assert found.ask({"ask": "answer", "file": file, "text": text})["diagnostics"] == []


def test_what_was_saved_is_there_again(folder: Path) -> None:
    found = Playground({"net.yaml": "a: 1\n", "specs/mine/a.yml": "b"})
    assert found.ask({"ask": "open", "file": "net.yaml"})["text"] == "a: 1\n"
    assert found.ask({"ask": "open", "file": "specs/mine/a.yml"})["text"] == "b"


@pytest.mark.parametrize(
    "name",
    [
        *("../a.yaml", "/a.yaml", "a/../../b.yaml", ".a.yaml", "a/.b/c.yaml", "a.py", "", "a\0.yaml"),
        *("a" * 300 + ".yaml", "a.yaml/", "C:\\a.yaml", "a//b.yaml", "<b>.yaml", "a.yaml\n"),
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    os.chdir(inner)
    found = Playground({name: "x"}, {"file": name, "text": "y"})
    found.write(name, "z")
    assert {p.name for p in folder.rglob("*.yaml")} == {p.name for p in ROOT.rglob("*.yaml")} & {
        p.name for p in inner.rglob("*.yaml")
    }
    assert [p.name for p in folder.iterdir()] == ["inner"]
    hello = found.ask({"ask": "hello"})
    assert (hello["file"], hello["text"], hello["saved"]) == (LINKED, "y", None)


def test_a_link_takes_no_file_s_place(folder: Path) -> None:
    linked = {"file": "net.yaml", "text": "archspec: 1 # another's"}
    found = Playground({"net.yaml": "archspec: 1 # mine"}, linked)
    hello = found.ask({"ask": "hello"})
    assert (hello["file"], hello["text"]) == ("net.yaml", linked["text"])
    assert hello["saved"] == "archspec: 1 # mine"
    assert (folder / "net.yaml").read_text() == "archspec: 1 # mine"
    # Saving asks first.
    save = {"ask": "save", "file": "net.yaml", "text": linked["text"], "stamp": hello["stamp"]}
    assert found.ask(save)["conflict"]["text"] == "archspec: 1 # mine"
    assert (folder / "net.yaml").read_text() == "archspec: 1 # mine"


def test_a_link_of_a_shipped_spec_can_be_saved(folder: Path) -> None:
    found = Playground({}, {"file": "specs/alexnet.yaml", "text": "archspec: 1"})
    hello = found.ask({"ask": "hello"})
    save = {"ask": "save", "file": hello["file"], "text": "archspec: 1", "stamp": hello["stamp"]}
    assert "conflict" not in found.ask(save)
    assert (folder / "specs" / "alexnet.yaml").read_text() == "archspec: 1"


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[..., Reply]]:
    """Ask a playground that is open, with a function for Graphviz."""

    def ask(lay_out: Any, **question: Any) -> Reply:
        playground.start(lay_out, json.dumps({"kept": {}, "linked": None}), str(folder))
        reply: Reply = json.loads(playground.ask(json.dumps(question)))
        return reply

    yield ask
    engine.hand_in(None)


def _question(word: str) -> dict[str, str]:
    text = (ROOT / "specs" / "alexnet.yaml").read_text("utf-8")
    return {"ask": word, "file": "specs/alexnet.yaml", "text": text}


def test_a_function_lays_pictures_out(opened: Callable[..., Reply]) -> None:
    asked: list[str] = []
    program = engine.engines(engine.BUNDLED)[0]

    def lay_out(text: str) -> str:
        asked.append(text)
        return engine.run(program, text, "-Tjson0").decode()

    assert opened(lay_out, **_question("picture"))["svg"].startswith("<svg")
    assert asked


def test_a_function_that_fails(opened: Callable[..., Reply]) -> None:
    def fails(text: str) -> str:
        raise RuntimeError("memory access out of bounds")

    reply = opened(fails, **_question("picture"))
    assert reply["error"] == "Graphviz failed: memory access out of bounds"
    reply = opened(lambda text: "{}", **_question("picture"))
    assert reply["error"] == "Graphviz gave something else than a picture"


def test_every_question_has_a_reply(
    opened: Callable[..., Reply], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert opened(str, ask="what")["bad"]
    monkeypatch.setattr(Playground, "ask", lambda *_: 1 / 0)
    assert opened(str, ask="hello") == {"error": "ZeroDivisionError: division by zero", "bug": True}
    assert "ZeroDivisionError" in capsys.readouterr().err


# ---- as it is built


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The playground, built once for all processes that test."""
    base = tmp_path_factory.getbasetemp()
    out = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "playground"
    lock, done = out.with_suffix(".lock"), out.with_suffix(".done")
    with lock.open("w") as file:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        if not done.exists():
            command = [sys.executable, ROOT / "editors" / "build.py", "playground", "--out", out]
            built = subprocess.run(command, capture_output=True, text=True)
            assert built.returncode == 0, (built.stdout + built.stderr)[-3000:]
            done.touch()
    return out


@needs_tools
def test_it_is_small(site: Path) -> None:
    packed = sum(len(gzip.compress(p.read_bytes())) for p in site.rglob("*") if p.is_file())
    assert packed < 10_000_000


@needs_tools
def test_the_page_loads_its_own_scripts_only(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    policy = re.search(r'<head>\n<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page)
    assert policy
    assert "default-src 'none'; script-src 'self' 'wasm-unsafe-eval';" in policy[1]
    assert re.findall(r'<script src="([^"]+)"', page) == ["playground.js"]
    assert "unsafe-eval" not in policy[1].replace("wasm-unsafe-eval", "")


@needs_tools
def test_answers_are_those_of_the_command_line(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, full: bool
) -> None:
    """For what ships: diagnostics, the line of totals, the table, the picture.

    And for texts with mistakes: all that the same Python says here.
    """
    monkeypatch.chdir(tmp_path)
    here = Playground({})
    shipped = (*shipped_specs().values(), *shipped_recipes().values())
    paths = [os.path.relpath(path, ROOT) for path in shipped]
    cases = _cases(tmp_path)
    if not full:
        paths, cases = paths[::12], cases[::25]
    abouts = [_about(path) for path in (*paths, *cases)]
    asked = [{"ask": "answer", **about} for about in abouts]
    downloads = [question for path in paths for question in _downloads(path)]
    replies = _asked(site, [*asked, *downloads], tmp_path)
    wrong = []
    for question, answer in zip(asked, replies, strict=False):
        if answer != json.loads(json.dumps(here.ask(question))):
            wrong.append(f"{question['file']}: another answer")
    for path, answer in zip(paths, replies, strict=False):
        wrong += [f"{path}: {said}" for said in _differs(run, path, answer)]
    for question, reply in zip(downloads, replies[len(asked) :], strict=True):
        found = base64.b64decode(reply.get("data", "")).decode()
        if not _same(found, run(*_command(question)).out):
            wrong.append(f"{question['file']}: another {question['format']}")
    assert wrong == []


def _about(path: str) -> dict[str, str]:
    return {"file": path, "text": Path(path).read_bytes().decode()}


def _differs(run: Run, path: str, answer: Reply) -> Iterator[str]:
    """What ``check`` says otherwise."""
    told = json.loads(run("check", "--format", "json", path).out)
    if _without_pages(answer["diagnostics"]) != _without_pages(told):
        yield f"{answer['diagnostics']} instead of {told}"
    line = run("check", path).out.splitlines()[0]
    if line != f"ok {path}  {answer['line']}":
        yield f"{answer['line']!r} instead of {line!r}"


def _downloads(path: str) -> list[dict[str, Any]]:
    """Questions for files that the command line writes too: it makes none of a recipe."""
    if path.startswith("recipes"):
        return []
    about = {"ask": "download", **_about(path), "options": {"theme": "auto"}}
    return [{**about, "format": "json"}, {**about, "format": "svg"}]


def _command(question: dict[str, Any]) -> tuple[str, ...]:
    if question["format"] == "json":
        return ("summary", question["file"], "--format", "json")
    return ("render", question["file"], "-o", "-", "--dot", "bundled")


def _same(found: str, expected: str) -> bool:
    """Whether two texts are the same; sums differ in the last digit from Python 3.12 on."""
    if found == expected:
        return True
    number = r"-?\d+\.\d+"
    if re.sub(number, "", found) != re.sub(number, "", expected):
        return False
    pairs = zip(re.findall(number, found), re.findall(number, expected), strict=True)
    return all(abs(float(a) - float(b)) < 0.011 for a, b in pairs)


def _cases(folder: Path) -> list[str]:
    """Files with mistakes, laid beside the specs."""
    found = []
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        try:
            path.read_bytes().decode()
        except UnicodeDecodeError:
            continue  # a page has text
        if path.name in OF_OTHER_FILES:
            continue
        shutil.copyfile(path, folder / path.name)
        found.append(path.name)
    return found


def _without_pages(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Diagnostics without the paths of their pages, which are elsewhere in a browser."""
    return [{**each, "page": bool(each["page"])} for each in told]


def _asked(site: Path, questions: list[dict[str, Any]], folder: Path) -> list[Reply]:
    asked, replied = folder / "questions.json", folder / "replies.json"
    asked.write_text(json.dumps(questions), "utf-8")
    command = [NODE or "", ROOT / "tests" / "live" / "ask_playground.mjs", site, asked, replied]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[Reply] = json.loads(replied.read_text("utf-8"))
    return found


# ---- in a browser


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """A static server; the scripts of workers get the page's policy too."""

    def end_headers(self) -> None:
        page = (Path(self.directory) / "index.html").read_text("utf-8")
        policy = re.search(r'Policy" content="([^"]+)"', page)
        assert policy
        self.send_header("Content-Security-Policy", policy[1])
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()


class Visit:
    """A page of the playground, and all that went wrong on it."""

    def __init__(self, context: Any, address: str) -> None:
        self.page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append("a dialog"), dialog.dismiss()))
        self.page.on("console", self._said)
        context.on("request", lambda request: self._asked(request.url, address))

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.wrong.append(f"asked for {url}")

    def type_over(self, text: str) -> None:
        """Another text in the editor, as if it were typed."""
        self.page.evaluate(
            "async (text) => { const { view } = (await window.archspec).editor;"
            " view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }); }",
            text,
        )

    def text(self) -> str:
        found: str = self.page.evaluate("window.archspec.then((page) => page.editor.text())")
        return found

    def link(self) -> str:
        """The address when the text has rested."""
        self.page.wait_for_timeout(1500)
        found: str = self.page.url
        assert "text=" in found
        return found

    def wait_for_picture(self, text: str) -> None:
        """Until a word stands in the picture."""
        self.page.wait_for_function(
            "(text) => document.querySelector('.stage svg')?.textContent.includes(text)",
            arg=text,
            timeout=60_000,
        )


SMALL = """archspec: 1
name: small
input: [28, 28, 1]
layers:
  - Conv2D: {filters: 6, kernel_size: 5}
"""
HARM = """archspec: 1
name: x
title: "<img src=x onerror=alert(1)><script>alert(2)</script>"
input: [8]
layers:
  - Dense: {units: 77}
"""


@needs_tools
@needs_chromium
def test_in_a_browser(site: Path, address: str) -> None:
    sync = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
    with sync.sync_playwright() as play:
        arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        browser = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = browser.new_context()

        # The first visit: a picture, an edit, what is saved.
        first = Visit(context, address)
        first.page.goto(address)
        first.wait_for_picture("55×55×96")
        first.type_over(SMALL)
        first.wait_for_picture("24×24×6")
        first.page.keyboard.press("Control+s")
        first.page.wait_for_function("localStorage.getItem('archspec.file.specs/alexnet.yaml')")
        assert len(first.link()) < 300

        # Another browser knows nothing of that. A link that means harm is text there.
        first.type_over(HARM)
        first.wait_for_picture("77")
        link = first.link().replace("specs/alexnet.yaml", "..%2F<b>.yaml")
        assert first.wrong == []
        other = browser.new_context()
        second = Visit(other, address)
        second.page.goto(link)
        second.wait_for_picture("77")
        assert second.text() == HARM
        marks = "document.querySelectorAll('img:not(.cm-widgetBuffer), .stage script').length"
        assert second.page.evaluate(marks) == 0
        kept = "Object.keys(localStorage).filter((key) => key.startsWith('archspec.file'))"
        assert second.page.evaluate(kept) == []
        assert second.wrong == []
        browser.close()
