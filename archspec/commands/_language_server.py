"""The language server: which texts are open, and what is answered to each request of an editor."""

import asyncio
import os
import time
from typing import Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from archspec.commands import _editor_words as editor
from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import MAX_BYTES
from archspec.files.reading import open_regular
from archspec.live.answer import Answer, answer
from archspec.live.completion import complete
from archspec.live.hover import hover
from archspec.live.names import Refused, definition, references, rename, use_at
from archspec.live.outline import outline
from archspec.live.shapes import kept_shapes, shapes_by_line
from archspec.pipeline import find_files

_MOST_FILES = 2_000
"""Most files that are looked through for one that refers to another."""
_SLOW = 0.15
"""Seconds that an answer may take to be given after each letter that is typed."""
_PAUSE = 0.3
"""Seconds without typing after which a slow answer is given."""
_TRIGGERS = ["{", "[", ":", "-", ",", " ", "$"]


class Server(LanguageServer):
    """The open texts, and the answer to each."""

    def __init__(self) -> None:
        from importlib.metadata import version

        super().__init__(
            "archspec",
            version("archspec-nn"),
            text_document_sync_kind=t.TextDocumentSyncKind.Full,
        )
        self.answers: dict[str, Answer] = {}
        self.sound: dict[str, Answer] = {}
        """For each text the last answer without errors."""
        self._seconds = 0.0
        """What the last answer took."""
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    @property
    def encoding(self) -> str:
        """In what the editor counts columns."""
        return str(getattr(self.workspace.position_encoding, "value", "utf-16"))

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; of the open text, if it is open."""
        for uri, known in self.workspace.text_documents.items():
            if os.path.abspath(_path(uri)) == os.path.abspath(path):
                text: str = known.source
                return text.encode("utf-8", "replace")
        try:
            with open_regular(path) as file:
                return file.read(MAX_BYTES + 1)
        except (OSError, ValueError):
            return None

    def answer_to(self, uri: str) -> Answer:
        """The answer to an open text as it is now."""
        known = self.answers.get(uri)
        if known is None:
            path = _path(uri)
            selection = ProjectSettings().of(path, Sink()).selection
            text = self.workspace.get_text_document(uri).source
            start = time.perf_counter()
            known = self.answers[uri] = answer(path, text, self.read, selection=selection)
            self._seconds = time.perf_counter() - start
            if known.shaped is not None or not known.sink.errors:
                self.sound[uri] = known
        return known

    def change(self, uri: str) -> None:
        """A text has changed: tell at once, or when nobody has typed for a while, if it takes time."""
        self.answers.pop(uri, None)
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        if self._seconds < _SLOW:
            self.publish(uri)
        else:
            loop = asyncio.get_running_loop()
            self._waiting[uri] = loop.call_later(_PAUSE, self._publish_waiting, uri)

    def _publish_waiting(self, uri: str) -> None:
        del self._waiting[uri]
        if uri in self.workspace.text_documents:
            self.publish(uri)

    def publish(self, uri: str) -> None:
        """Tell what is wrong with a text, and with the open ones that refer to it."""
        path = os.path.abspath(_path(uri))
        self.answers.pop(uri, None)
        for other, known in list(self.answers.items()):
            if path in map(os.path.abspath, known.sink.opened):
                del self.answers[other]
                self._tell(other)
        self._tell(uri)

    def _tell(self, uri: str) -> None:
        found = editor.diagnostics(self.answer_to(uri), uri, self.encoding)
        version = self.workspace.get_text_document(uri).version
        self.text_document_publish_diagnostics(t.PublishDiagnosticsParams(uri, found, version))

    def place(self, params: Any) -> tuple[Answer, int, int]:
        """The answer, and the line and column of a request, from 1 and in code points."""
        known = self.answer_to(params.text_document.uri)
        line = params.position.line
        written = known.lines[line] if line < len(known.lines) else ""
        return known, line + 1, editor.column(written, params.position.character, self.encoding)

    def may_rename(self, uri: str, known: Answer) -> None:
        """Refuse a new name for what other files of the folder may refer to.

        Raises:
            Refused: one of them speaks of this file.
        """
        name = os.path.basename(known.name).encode()
        folders = [to_fs_path(each) for each in self.workspace.folders]
        if not folders:
            folders = [os.path.dirname(known.name)] if uri.startswith("file:") else []
        for path in find_files([each for each in folders if each])[:_MOST_FILES]:
            if os.path.abspath(path) == os.path.abspath(known.name):
                continue
            if name in (self.read(path) or b""):
                raise Refused(f"{os.path.basename(path)} refers to this file")


def _path(uri: str) -> str:
    """The path of a text; the name of one that is in no file."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return path or "<buffer>"


def make_server() -> Server:
    """A server that knows what to do with each request."""
    server = Server()

    @server.feature(t.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: t.DidOpenTextDocumentParams) -> None:
        server.publish(params.text_document.uri)

    @server.feature(t.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: t.DidChangeTextDocumentParams) -> None:
        server.change(params.text_document.uri)

    @server.feature(t.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: t.DidSaveTextDocumentParams) -> None:
        server.publish(params.text_document.uri)

    @server.feature(t.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: t.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.answers.pop(uri, None)
        server.sound.pop(uri, None)
        server.text_document_publish_diagnostics(t.PublishDiagnosticsParams(uri, []))
        path = os.path.abspath(_path(uri))
        for other, known in list(server.answers.items()):
            if path in map(os.path.abspath, known.sink.opened):
                server.publish(other)

    _add_requests(server)
    _add_names(server)
    return server


def _add_requests(server: Server) -> None:
    @server.feature(
        t.TEXT_DOCUMENT_CODE_ACTION,
        t.CodeActionOptions([t.CodeActionKind.QuickFix, t.CodeActionKind.SourceFixAll]),
    )
    def actions(params: t.CodeActionParams) -> list[t.CodeAction]:
        uri = params.text_document.uri
        found = editor.actions(server.answer_to(uri), uri, params.range, server.encoding)
        wanted = params.context.only
        if wanted is None:
            return found
        kinds = tuple(str(getattr(kind, "value", kind)) for kind in wanted)
        return [a for a in found if str(getattr(a.kind, "value", a.kind)).startswith(kinds)]

    @server.feature(t.TEXT_DOCUMENT_HOVER)
    def hovered(params: t.HoverParams) -> t.Hover | None:
        told = hover(*server.place(params))
        return t.Hover(t.MarkupContent(t.MarkupKind.Markdown, told)) if told else None

    @server.feature(t.TEXT_DOCUMENT_INLAY_HINT)
    def hints(params: t.InlayHintParams) -> list[t.InlayHint]:
        uri = params.text_document.uri
        known = server.answer_to(uri)
        last = server.sound.get(uri)
        shapes = shapes_by_line(known)
        tooltip = None
        if known.sink.errors and last is not None:
            shapes, tooltip = kept_shapes(last, known), "as it was before the error"
        start, end = params.range.start.line + 1, params.range.end.line + 1
        inside = [each for each in shapes.values() if start <= each.line <= end]
        return [editor.hint(known, each, server.encoding, tooltip) for each in inside]

    @server.feature(t.TEXT_DOCUMENT_COMPLETION, t.CompletionOptions(trigger_characters=_TRIGGERS))
    def completed(params: t.CompletionParams) -> t.CompletionList:
        known, line, column = server.place(params)
        last = server.sound.get(params.text_document.uri)
        found = complete(known, line, column, last)
        snippets = editor.takes_snippets(server.client_capabilities)
        return editor.completions(known, found, line, server.encoding, snippets)

    @server.feature(t.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: t.DocumentSymbolParams) -> list[t.DocumentSymbol]:
        known = server.answer_to(params.text_document.uri)
        return editor.symbols(known, outline(known), server.encoding)

    @server.feature(t.TEXT_DOCUMENT_FOLDING_RANGE)
    def folds(params: t.FoldingRangeParams) -> list[t.FoldingRange]:
        return editor.folds(outline(server.answer_to(params.text_document.uri)))

    @server.feature(t.TEXT_DOCUMENT_CODE_LENS, t.CodeLensOptions())
    def lenses(params: t.CodeLensParams) -> list[t.CodeLens]:
        return editor.lenses(server.answer_to(params.text_document.uri))


def _add_names(server: Server) -> None:
    @server.feature(t.TEXT_DOCUMENT_DEFINITION)
    def defined(params: t.DefinitionParams) -> t.Location | None:
        known, line, column = server.place(params)
        target = definition(known, line, column)
        if target is None:
            return None
        if target.file == known.name:
            uri, lines = params.text_document.uri, known.lines
        else:
            uri = from_fs_path(os.path.abspath(target.file)) or ""
            other = known.open(target.file)
            lines = other.source.text.split("\n") if other else [""]
        return t.Location(uri, editor.span_range(lines, target.span, server.encoding))

    @server.feature(t.TEXT_DOCUMENT_REFERENCES)
    def referred(params: t.ReferenceParams) -> list[t.Location]:
        known, line, column = server.place(params)
        found = references(known, line, column, params.context.include_declaration)
        ranges = [editor.span_range(known.lines, span, server.encoding) for span in found]
        return [t.Location(params.text_document.uri, each) for each in ranges]

    @server.feature(t.TEXT_DOCUMENT_PREPARE_RENAME)
    def named(params: t.PrepareRenameParams) -> t.Range | None:
        known, line, column = server.place(params)
        found = use_at(known, line, column)
        return found and editor.span_range(known.lines, found.span, server.encoding)

    @server.feature(t.TEXT_DOCUMENT_RENAME, t.RenameOptions(prepare_provider=True))
    def renamed(params: t.RenameParams) -> t.WorkspaceEdit:
        known, line, column = server.place(params)
        uri = params.text_document.uri
        try:
            spans = rename(known, line, column, params.new_name)
            server.may_rename(uri, known)
        except Refused as error:
            raise JsonRpcInvalidParams(str(error)) from None
        edits = [
            t.TextEdit(editor.span_range(known.lines, span, server.encoding), params.new_name)
            for span in spans
        ]
        return t.WorkspaceEdit(changes={uri: edits})
