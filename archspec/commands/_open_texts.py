"""The texts that are open in an editor, and what is known of each as it is now."""

import asyncio
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from lsprotocol import types as t
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method
from pygls.uris import to_fs_path

from archspec.commands import _editor_words as editor
from archspec.diagnostics.source import MAX_BYTES
from archspec.files.reading import open_regular
from archspec.live.answer import Answer
from archspec.live.asking import Asking
from archspec.live.names import Refused
from archspec.live.question import BadQuestion, Given, Reply
from archspec.live.texts import Texts
from archspec.pipeline import find_files

ASK = "archspec/ask"
"""A request of ours: ``{uri, question}``, what the preview of an editor asks about an open text."""
MOST_FILES = 2_000
"""Most files of a folder that are looked through."""
_SLOW = 0.05
"""Seconds that an answer may take to be given after each letter that is typed."""
_SHARE = 8
"""A slower one is given after a pause without typing; what part of its own time that is."""
_LONGEST_PAUSE = 0.3
"""Seconds."""


@dataclass
class _AskRequest:
    """A request of ours, whose question stays as JSON has it."""

    method: str
    jsonrpc: str
    id: Any = None
    params: Any = None


class _Protocol(LanguageServerProtocol):
    def structure_message(self, data: dict[str, Any]) -> Any:
        if data.get("method") == ASK and "jsonrpc" in data:
            return _AskRequest(**data)
        return super().structure_message(data)

    @lsp_method(t.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: t.DidChangeTextDocumentParams) -> Any:
        """Not pygls' own, which moves the ends of changes in lines that it does not know."""
        yield self.fm.features[t.TEXT_DOCUMENT_DID_CHANGE], (params,), None


class Open(NamedTuple):
    """A text that is open in an editor, as it is there."""

    text: str
    version: int | None = None


class Server(LanguageServer):
    """The open texts, and the answer to each."""

    def __init__(self) -> None:
        from importlib.metadata import version

        super().__init__(
            "archspec",
            version("archspec-nn"),
            # With whole texts VS Code waits 250 ms after each letter.
            text_document_sync_kind=t.TextDocumentSyncKind.Incremental,
            protocol_cls=_Protocol,
            converter_factory=default_converter,
        )
        self.open: dict[str, Open] = {}
        """Kept here: pygls takes for ends of lines what the protocol does not, as U+2028."""
        self.texts = Texts(self.read)
        self.told: dict[str, Answer] = {}
        """For each open text the answer whose errors were told."""
        self._seconds: dict[str, float] = {}
        """What the last answer to each text took."""
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    @property
    def encoding(self) -> str:
        """In what the editor counts columns."""
        return str(getattr(self.workspace.position_encoding, "value", "utf-16"))

    @property
    def folders(self) -> list[str]:
        """The folders that the editor shows."""
        found = (to_fs_path(each.uri) for each in self.workspace.folders.values())
        return [path for path in found if path]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; of the open text, if it is open."""
        wanted = os.path.abspath(path)
        for uri, each in self.open.items():
            if os.path.abspath(path_of(uri)) == wanted:
                return each.text.encode("utf-8", "replace")
        return _saved(path)

    def text_of(self, uri: str) -> str:
        """An open text; what is in the file, if it is not open."""
        if uri in self.open:
            return self.open[uri].text
        return (self.read(path_of(uri)) or b"").decode("utf-8", "replace")

    def answer_to(self, uri: str) -> Answer:
        """The answer to an open text as it is now."""
        text = self.text_of(uri)
        start = time.perf_counter()
        known = self.texts.answer_to(path_of(uri), text)
        if known is not self.told.get(uri):
            self._seconds[uri] = time.perf_counter() - start
        return known

    def sound(self, uri: str) -> Answer | None:
        """The last answer to a text without errors."""
        return self.texts.sound.get(path_of(uri))

    def begin(self, uri: str, text: str, version: int) -> None:
        """A text is open: tell what is wrong with it."""
        self.open[uri] = Open(text, version)
        self.publish(uri)

    def change(
        self, uri: str, version: int, changes: Iterable[t.TextDocumentContentChangeEvent]
    ) -> None:
        """A text changes: tell at once, or when nobody has typed for a while, if it takes time."""
        text = self.text_of(uri)
        for each in changes:
            text = editor.changed(text, each, self.encoding)
        self.open[uri] = Open(text, version)
        self._wait_no_more(uri)
        seconds = self._seconds.get(uri, 0.0)
        if seconds < _SLOW:
            self.publish(uri)
        else:
            pause = min(seconds / _SHARE, _LONGEST_PAUSE)
            loop = asyncio.get_running_loop()
            self._waiting[uri] = loop.call_later(pause, self.publish, uri)

    def publish(self, uri: str) -> None:
        """Tell what is wrong with a text, and with the open ones that refer to it."""
        self._wait_no_more(uri)
        self._tell(uri)
        self.publish_readers({os.path.abspath(path_of(uri))})

    def publish_readers(self, paths: set[str]) -> None:
        """Some files have changed: tell what is wrong now with the open texts that rest on them."""
        for uri, known in list(self.told.items()):
            if uri in self._waiting or not paths & set(map(os.path.abspath, known.sink.opened)):
                continue
            if self.answer_to(uri) is not known:
                self._tell(uri)

    def close(self, uri: str) -> None:
        """A text is open no more: its file counts again, as it was saved."""
        self._wait_no_more(uri)
        self.open.pop(uri, None)
        self.told.pop(uri, None)
        self._seconds.pop(uri, None)
        self.texts.sound.pop(path_of(uri), None)
        self.text_document_publish_diagnostics(t.PublishDiagnosticsParams(uri, []))
        self.publish_readers({os.path.abspath(path_of(uri))})

    def _wait_no_more(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def _tell(self, uri: str) -> None:
        known = self.answer_to(uri)
        self.told[uri] = known
        found = editor.diagnostics(known, uri, self.encoding)
        version = self.open[uri].version if uri in self.open else None
        self.text_document_publish_diagnostics(t.PublishDiagnosticsParams(uri, found, version))

    def place(self, params: Any) -> tuple[Answer, int, int]:
        """The answer, and the line and column of a request, from 1 and in code points."""
        known = self.answer_to(params.text_document.uri)
        line = params.position.line
        written = known.lines[line] if line < len(known.lines) else ""
        return known, line + 1, editor.column(written, params.position.character, self.encoding)

    def files(self, beside: str = "") -> list[str]:
        """The YAML and JSON files of the folders; of the folder of ``beside``, if there are none."""
        folders = self.folders or ([os.path.dirname(beside)] if beside else [])
        return find_files([each for each in folders if each])[:MOST_FILES]

    def may_rename(self, uri: str, known: Answer) -> None:
        """Refuse a new name for what other files of the folder may refer to.

        Raises:
            Refused: one of them speaks of this file.
        """
        name = re.escape(os.path.basename(known.name).encode("utf-8", "replace"))
        spoken_of = re.compile(rb"(?<![\w.-])" + name)
        for path in self.files(known.name if uri.startswith("file:") else ""):
            if os.path.abspath(path) == os.path.abspath(known.name):
                continue
            if spoken_of.search(self.read(path) or b""):
                raise Refused(f"{os.path.basename(path)} refers to this file")

    def ask(self, uri: str, question: Given) -> Reply:
        """What a page is answered that shows an open text.

        The page's folder is that of the text, and the page opens and saves nothing itself.
        """
        path = path_of(uri)
        folder, file = os.path.split(path)
        asking = Asking(self.texts, folder)
        text = self.text_of(uri)
        try:
            if question.get("ask") == "hello":
                return _hello(folder, file)
            if question.get("ask") == "open":
                return {"file": file, "text": text, "stamp": None}
            given = {**question, "file": file, "text": text}
            if question.get("ask") == "compare" and "before" not in question:
                given["before"] = (_saved(path) or b"").decode("utf-8", "replace")
            return asking.ask(given)
        except BadQuestion as error:
            return {"error": str(error), "bad": True}


def _saved(path: str) -> bytes | None:
    """The bytes of a file; None if there is none."""
    try:
        with open_regular(path) as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None


def _hello(folder: str, file: str) -> Reply:
    """What a page must know to begin."""
    from importlib.metadata import version

    from archspec.live.looks import formats

    return {
        "version": version("archspec-nn"),
        "folder": os.path.basename(folder),
        "file": file,
        "files": [file],
        "formats": formats(),
        "shipped": [],
        "can": {"save": False},
    }


def path_of(uri: str) -> str:
    """The path of a text; a name of its own for one that is in no file."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return path or f"<{uri.replace('/', ' ').replace(os.sep, ' ')}>"
