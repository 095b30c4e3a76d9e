"""How long the language server takes from a change to what an editor shows, over a pipe as an editor.

    python benchmarks/language_server.py [EDITS]

For each text it prints the medians over 50 edits, in milliseconds: from a change, or one that is a
mistake, to what is wrong; from then to the hints at the ends of the lines that are seen and of all lines,
to a word's explanation, to the words that may stand there, and to the outline.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
TEXTS = ("specs/resnet50.yaml", "specs/families/resnet.yaml", "specs/alexnet.yaml")
LONG = 5_000
"""Lines of a text that nobody writes by hand."""
SEEN = 60
"""Lines that an editor shows, and asks the hints of."""


class Editor:
    """A client that waits for each answer."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archspec", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self.received: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.count = 0
        self.version = 0
        root = ROOT.as_uri()
        self.ask("initialize", {"processId": None, "rootUri": root, "capabilities": {}})
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while line := stream.readline():
            size = int(line.split(b":")[1])
            while stream.readline().strip():
                pass
            self.received.put(json.loads(stream.read(size)))

    def ask(self, method: str, params: Any) -> Any:
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while True:
            found = self.received.get(timeout=60)
            if found.get("id") == self.count:
                assert "error" not in found, found
                return found["result"]

    def change(self, uri: str, text: str) -> list[Any]:
        """Change a text, and wait for what is wrong with it."""
        self.version += 1
        document = {"uri": uri, "version": self.version}
        changes = [{"text": text}]
        params = {"textDocument": document, "contentChanges": changes}
        self.send({"method": "textDocument/didChange", "params": params})
        while True:
            found = self.received.get(timeout=60)
            if found.get("method") == "textDocument/publishDiagnostics":
                told = found["params"]
                if told["uri"] == uri and told.get("version") == self.version:
                    wrong: list[Any] = told["diagnostics"]
                    return wrong


def long_text(lines: int) -> str:
    """A network with a layer on each line."""
    layers = "".join(
        f"  - Conv2D: {{name: c{n}, filters: {16 + n % 7}, kernel_size: 3, padding: same, activation: relu}}\n"
        for n in range(lines - 6)
    )
    end = "  - GlobalAveragePooling2D\n  - Dense: {units: 10}\n"
    return f"archspec: 1\nname: long\ninput: [32, 32, 3]\nlayers:\n{layers}{end}"


def typed(text: str, number: int) -> str:
    """A text after an edit of a person, another one each time; a word is half written in every other."""
    if number % 2:
        return text + f"# {number}\n"
    at = text.rindex(": ")
    return text[: at - 1] + text[at:] + f"# {number}\n"


def times(client: Editor, uri: str, text: str, edits: int) -> dict[str, list[float]]:
    """Milliseconds of each request, for each edit."""
    document = {"uri": uri, "languageId": "yaml", "version": 0, "text": text}
    client.version = 0
    client.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    about = {"textDocument": {"uri": uri}}
    lines = text.count("\n")
    middle = {"line": lines // 2, "character": 6}
    first = {"line": max(0, lines - SEEN), "character": 0}
    seen = {"start": first, "end": {"line": lines + 1, "character": 0}}
    whole = {**seen, "start": {"line": 0, "character": 0}}
    found: dict[str, list[float]] = {}
    client.change(uri, text + "#\n")
    wrong = 0
    for number in range(edits):
        start = time.perf_counter()
        wrong += bool(client.change(uri, typed(text, number)))
        kind = "change" if number % 2 else "mistake"
        found.setdefault(kind, []).append(time.perf_counter() - start)
        for name, params in (
            ("inlayHint", {**about, "range": seen}),
            ("inlayHint, all", {**about, "range": whole}),
            ("hover", {**about, "position": middle}),
            ("completion", {**about, "position": middle}),
            ("documentSymbol", about),
        ):
            start = time.perf_counter()
            client.ask(f"textDocument/{name.partition(',')[0]}", params)
            found.setdefault(name, []).append(time.perf_counter() - start)
    assert wrong >= edits // 2, "the mistakes were not told"
    client.send({"method": "textDocument/didClose", "params": about})
    return found


def main() -> None:
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    client = Editor()
    shown: dict[str, str] = {each: (ROOT / each).read_text("utf-8") for each in TEXTS}
    shown["long.yaml"] = long_text(LONG)
    for name, text in shown.items():
        found = times(client, (ROOT / name).as_uri(), text, edits)
        row = "  ".join(f"{key} {median(each) * 1000:.1f}" for key, each in found.items())
        print(f"{name}, {text.count(chr(10))} lines: {row}", flush=True)
    client.ask("shutdown", None)
    client.send({"method": "exit", "params": None})
    client.process.wait(timeout=10)


if __name__ == "__main__":
    main()
