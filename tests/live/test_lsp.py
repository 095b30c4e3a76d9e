"""The language server, as an editor speaks to it."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec.commands import _editor_words as editor
from archspec.live.answer import answer
from tests.conftest import ROOT

TEXT = """archspec: 1
title: "网络 🎉"
input: [8, 8, 3]
layers:
  - Conv2D: {name: stem, filters: 8, kernel_size: 3}
  - Flaten
  - Dense: {units: 2}  # 🎉
"""
URI = "file:///nowhere/net.yaml"
_TIMEOUT = 60
"""Seconds until an answer must have come."""


class Editor:
    """A client of the server, which waits for each answer."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archspec", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.received: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.count = 0
        self.versions: dict[str, int] = {}
        self.diagnostics: dict[str, list[Any]] = {}
        snippets = {"completion": {"completionItem": {"snippetSupport": True}}}
        self.abilities = self.ask(
            "initialize",
            {"processId": None, "rootUri": None, "capabilities": {"textDocument": snippets}},
        )["capabilities"]
        self.tell("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while line := stream.readline():
            size = int(line.split(b":")[1])
            while stream.readline().strip():
                pass
            self.received.put(json.loads(stream.read(size)))

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        self.count += 1
        self._send({"id": self.count, "method": method, "params": params})
        while True:
            message = self.received.get(timeout=_TIMEOUT)
            self._keep(message)
            if message.get("id") == self.count and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _keep(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            found = message["params"]
            self.diagnostics[found["uri"]] = found["diagnostics"]

    def write(self, uri: str, text: str) -> list[Any]:
        """Open a text, or change it; gives what is wrong with it."""
        version = self.versions[uri] = self.versions.get(uri, 0) + 1
        self.diagnostics.pop(uri, None)
        if version == 1:
            item = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
            self.tell("textDocument/didOpen", {"textDocument": item})
        else:
            document = {"uri": uri, "version": version}
            changes = [{"text": text}]
            self.tell(
                "textDocument/didChange", {"textDocument": document, "contentChanges": changes}
            )
        while uri not in self.diagnostics:
            self._keep(self.received.get(timeout=_TIMEOUT))
        return self.diagnostics[uri]

    def about(self, method: str, uri: str, line: int = -1, character: int = 0, **more: Any) -> Any:
        """Ask of a text, or of a position in it."""
        params: dict[str, Any] = {"textDocument": {"uri": uri}, **more}
        if line >= 0:
            params["position"] = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", params)

    def leave(self) -> int:
        """The status with which the server ends."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(timeout=_TIMEOUT)


@pytest.fixture(scope="module")
def client() -> Iterator[Editor]:
    found = Editor()
    yield found
    assert found.leave() == 0


def _range(line: int, start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


def test_a_mistake_is_told_and_mended(client: Editor) -> None:
    (told,) = client.write(URI, TEXT)
    assert (told["code"], told["severity"], told["range"]) == ("AS201", 1, _range(5, 4, 10))
    context = {"diagnostics": [told]}
    fix, everything = client.about("codeAction", URI, range=told["range"], context=context)
    assert (fix["title"], fix["kind"]) == ("did you mean `Flatten`?", "quickfix")
    assert fix["isPreferred"]
    assert everything["kind"] == "source.fixAll"
    for action in (fix, everything):
        (edit,) = action["edit"]["changes"][URI]
        assert (edit["range"], edit["newText"]) == (told["range"], "Flatten")
    only = {"diagnostics": [told], "only": ["source.fixAll"]}
    assert client.about("codeAction", URI, range=told["range"], context=only) == [everything]


def test_shapes_and_calculations_are_shown(client: Editor) -> None:
    assert client.write(URI, TEXT.replace("Flaten", "Flatten")) == []
    hints = client.about("inlayHint", URI, range=WHOLE)
    assert [(*h["position"].values(), h["label"]) for h in hints] == [
        (4, 52, "→ 6×6×8 · 224 params"),
        (5, 11, "→ 288"),
        (6, 27, "→ 2 · 578 params"),  # the picture in the comment is two units of UTF-16
    ]
    told = client.about("hover", URI, 4, 6)["contents"]
    assert told["kind"] == "markdown"
    assert "6·6·8 · 3·3·3 = 7,776" in told["value"]
    assert client.about("hover", URI, 1, 12)["contents"]["value"].startswith("**title**")
    (lens,) = client.about("codeLens", URI)
    assert lens["command"]["title"] == "4 layers · 802 params · 8,352 MACs"


def test_shapes_stay_and_words_are_offered_while_the_text_is_broken(client: Editor) -> None:
    client.write(URI, TEXT.replace("Flaten", "Flatten"))
    assert client.write(URI, TEXT.replace("Flaten", "Flatten\n  - Den: {"))
    hints = client.about("inlayHint", URI, range=WHOLE)
    assert [(h["position"]["line"], h["tooltip"]) for h in hints] == [
        (line, "as it was before the error") for line in (4, 5, 7)
    ]
    offered = client.about("completion", URI, 6, 7)["items"]
    (dense,) = [each for each in offered if each["label"] == "Dense"]
    assert dense["textEdit"] == {"range": _range(6, 4, 7), "newText": "Dense"}
    client.write(URI, TEXT.replace("Flaten", "Conv"))
    offered = client.about("completion", URI, 5, 8)["items"]
    (conv,) = [each for each in offered if each["label"] == "Conv2D"]
    assert conv["textEdit"]["newText"] == "Conv2D: {filters: ${1}, kernel_size: ${2}}"
    assert conv["insertTextFormat"] == 2


def test_the_outline_folds(client: Editor) -> None:
    client.write(URI, TEXT)
    symbols = client.about("documentSymbol", URI)
    assert [s["name"] for s in symbols] == ["archspec", "title", "input", "layers"]
    assert [s["name"] for s in symbols[3]["children"]] == ["stem (Conv2D)", "Flaten", "Dense"]
    folds = client.about("foldingRange", URI)
    assert [(f["startLine"], f["endLine"]) for f in folds] == [(3, 6)]


def test_unsaved_files_count(client: Editor, tmp_path: Path) -> None:
    saved = "archspec: 1\nblocks: {head: [Dense: {units: 3}]}\n"
    (tmp_path / "blocks.yaml").write_text(saved)
    blocks, net = ((tmp_path / name).as_uri() for name in ("blocks.yaml", "net.yaml"))
    text = "archspec: 1\ninput: [8]\nuse: {head: blocks.yaml}\nlayers: [head]\n"
    assert client.write(net, text) == []
    assert client.write(blocks, saved) == []
    (there,) = client.write(blocks, saved.replace("3", "0"))
    client.about("hover", net, 0, 0)
    (here,) = client.diagnostics[net]
    assert (there["code"], here["code"]) == ("AS204", "AS204")
    assert here["range"]["start"] == {"line": 2, "character": 6}
    assert "blocks.yaml:2" in here["message"]
    client.write(blocks, saved)
    client.about("hover", net, 0, 0)
    assert client.diagnostics[net] == []


def test_other_files_are_left_alone(client: Editor) -> None:
    uri = "file:///nowhere/compose.yaml"
    assert client.write(uri, "services: {web: {image: nginx}}\n") == []
    assert client.about("hover", uri, 0, 2) is None
    assert client.write("untitled:Untitled-1", TEXT)[0]["code"] == "AS201"


def test_names_are_found_and_changed(client: Editor) -> None:
    text = TEXT.replace("Flaten", "Flatten: {from: stem}")
    assert client.write(URI, text) == []
    places = [_range(4, 19, 23), _range(5, 20, 24)]
    assert client.about("definition", URI, 5, 21) == {"uri": URI, "range": places[0]}
    found = client.about("references", URI, 4, 20, context={"includeDeclaration": True})
    assert [each["range"] for each in found] == places
    assert client.about("prepareRename", URI, 4, 20) == places[0]
    edit = client.about("rename", URI, 4, 20, newName="first")
    assert edit["changes"][URI] == [{"range": each, "newText": "first"} for each in places]
    with pytest.raises(AssertionError, match="stands in this file already"):
        client.about("rename", URI, 4, 20, newName="filters")


def test_what_others_refer_to_keeps_its_name(client: Editor, tmp_path: Path) -> None:
    net = tmp_path / "net.yaml"
    text = "archspec: 1\nparams: {wide: 3}\ninput: [8]\nlayers: [Dense: {units: wide}]\n"
    net.write_text(text)
    assert client.write(net.as_uri(), text) == []
    assert client.about("rename", net.as_uri(), 1, 10, newName="broad")["changes"]
    (tmp_path / "other.yaml").write_text("archspec: 1\nextends: net.yaml\nparams: {wide: 4}\n")
    with pytest.raises(AssertionError, match=r"other\.yaml refers to this file"):
        client.about("rename", net.as_uri(), 1, 10, newName="broad")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_counted_as_the_editor_does(encoding: str) -> None:
    line = "a网🎉𝔘é!"
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    for number in range(len(line) + 1):
        count = editor.units(line[:number], encoding)
        assert count == len(line[:number].encode(codec)) // size
        assert editor.column(line, count, encoding) == number + 1
    assert editor.column(line, 1_000, encoding) == len(line) + 1


def test_what_is_wrong_in_another_file_stands_where_it_is_named() -> None:
    text = "archspec: 1\ninput: [8]\nuse: {head: b.yaml}\nlayers: [head]\n"
    found = answer("/nowhere/a.yaml", text, lambda path: b"archspec: 1\nblocks: {head: [Dens]}\n")
    (told,) = editor.diagnostics(found, URI, "utf-16")
    assert (told.range.start.line, told.range.start.character) == (2, 6)
    assert told.message.startswith("/nowhere/b.yaml:2: ")


def test_without_pygls_there_is_a_line_that_brings_it(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ImportError\n")
    done = subprocess.run(
        [sys.executable, "-m", "archspec", "lsp"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
        timeout=_TIMEOUT,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: the language server needs pygls and lsprotocol: "
        "pip install 'pygls>=2' 'lsprotocol>=2025'\n"
    )
