"""The language server: what is answered to each request of an editor."""

import os
from typing import Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcInvalidParams
from pygls.uris import from_fs_path

from archspec.commands import _editor_words as editor
from archspec.commands._open_texts import ASK, Server, path_of
from archspec.live.completion import complete
from archspec.live.declared import declared, document_with, links
from archspec.live.hover import hover
from archspec.live.names import Refused, definition, references, rename, same_uses, use_at
from archspec.live.outline import outline
from archspec.live.shapes import kept_shapes, shapes_by_line

_TRIGGERS = ["{", "[", ":", "-", ",", " ", "$"]
_MOST_SYMBOLS = 200
"""Most names of other files that are listed at once."""


def make_server() -> Server:
    """A server that knows what to do with each request."""
    server = Server()

    @server.feature(t.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: t.DidOpenTextDocumentParams) -> None:
        told = params.text_document
        server.begin(told.uri, told.text, told.version)

    @server.feature(t.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: t.DidChangeTextDocumentParams) -> None:
        told = params.text_document
        server.change(told.uri, told.version, params.content_changes)

    @server.feature(t.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: t.DidSaveTextDocumentParams) -> None:
        server.publish(params.text_document.uri)

    @server.feature(t.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: t.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @server.feature(t.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed_outside(params: t.DidChangeWatchedFilesParams) -> None:
        server.publish_readers({os.path.abspath(path_of(each.uri)) for each in params.changes})

    @server.feature(ASK)
    def asked(params: Any) -> dict[str, Any]:
        given = params if isinstance(params, dict) else {}
        uri, question = given.get("uri"), given.get("question")
        if not isinstance(uri, str) or not isinstance(question, dict):
            raise JsonRpcInvalidParams("`uri` must be text, and `question` an object")
        return server.ask(uri, question)

    _add_requests(server)
    _add_names(server)
    _add_files(server)
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
        last = server.sound(uri)
        shapes = shapes_by_line(known)
        tooltip = None
        if known.broken and last is not None:
            shapes, tooltip = kept_shapes(last, known), "as it was before the error"
        start, end = params.range.start.line + 1, params.range.end.line + 1
        inside = [each for each in shapes.values() if start <= each.line <= end]
        return [editor.hint(known, each, server.encoding, tooltip) for each in inside]

    @server.feature(t.TEXT_DOCUMENT_COMPLETION, t.CompletionOptions(trigger_characters=_TRIGGERS))
    def completed(params: t.CompletionParams) -> t.CompletionList:
        known, line, column = server.place(params)
        last = server.sound(params.text_document.uri)
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

    @server.feature(t.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlighted(params: t.DocumentHighlightParams) -> list[t.DocumentHighlight]:
        known, line, column = server.place(params)
        return [
            t.DocumentHighlight(
                editor.span_range(known.lines, use.span, server.encoding),
                t.DocumentHighlightKind.Write if use.declares else t.DocumentHighlightKind.Read,
            )
            for use in same_uses(known, line, column)
        ]

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


def _add_files(server: Server) -> None:
    @server.feature(t.TEXT_DOCUMENT_DOCUMENT_LINK)
    def linked(params: t.DocumentLinkParams) -> list[t.DocumentLink]:
        known = server.answer_to(params.text_document.uri)
        return [
            t.DocumentLink(
                editor.span_range(known.lines, each.span, server.encoding),
                from_fs_path(os.path.abspath(each.path)),
            )
            for each in links(known)
        ]

    @server.feature(t.WORKSPACE_SYMBOL)
    def sought(params: t.WorkspaceSymbolParams) -> list[t.WorkspaceSymbol]:
        found: list[t.WorkspaceSymbol] = []
        wanted = params.query.casefold()
        for path in server.files():
            data = server.read(path)
            document = None if data is None else document_with(path, data, params.query)
            if document is not None:
                each = [known for known in declared(document) if wanted in known.name.casefold()]
                uri, lines = from_fs_path(os.path.abspath(path)) or "", document.source.text
                found += editor.workspace_symbols(each, uri, lines.split("\n"), server.encoding)
            if len(found) >= _MOST_SYMBOLS:
                break
        return found[:_MOST_SYMBOLS]
