"""What is known of a text, in the words of the Language Server Protocol.

Lines count from 0 there, and columns in units of an encoding, of UTF-16 unless an editor asks for
another one; here both count from 1, columns in code points.
"""

import os
import re
from collections.abc import Iterable

from lsprotocol import types as t
from pygls.uris import from_fs_path

from archspec.diagnostics.place import Span
from archspec.diagnostics.sink import Diagnostic
from archspec.diagnostics.tried import Tried
from archspec.files.shipped import error_page_path
from archspec.live.answer import Answer
from archspec.live.blocks import mapping
from archspec.live.completion import Completion, Completions
from archspec.live.declared import Declared
from archspec.live.outline import Symbol
from archspec.live.shapes import LineShape
from archspec.mend.trying import first_fixes

_END_OF_LINE = re.compile(r"\r\n|\n|\r")

_SEVERITIES = {
    "error": t.DiagnosticSeverity.Error,
    "warning": t.DiagnosticSeverity.Warning,
    "note": t.DiagnosticSeverity.Hint,
}

_SYMBOLS = {
    "key": t.SymbolKind.Key,
    "parameter": t.SymbolKind.Variable,
    "input": t.SymbolKind.Interface,
    "block": t.SymbolKind.Function,
    "network": t.SymbolKind.Module,
    "layer": t.SymbolKind.Class,
    "construct": t.SymbolKind.Namespace,
    "branch": t.SymbolKind.Array,
}

_ITEMS = {
    "layer": t.CompletionItemKind.Class,
    "construct": t.CompletionItemKind.Keyword,
    "block": t.CompletionItemKind.Function,
    "argument": t.CompletionItemKind.Property,
    "parameter": t.CompletionItemKind.Variable,
    "value": t.CompletionItemKind.EnumMember,
    "wire": t.CompletionItemKind.Reference,
    "key": t.CompletionItemKind.Property,
    "class": t.CompletionItemKind.Class,
}


def units(text: str, encoding: str) -> int:
    """How many units of an encoding a text has: ``utf-8``, ``utf-16`` or ``utf-32``."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "replace"))
    return len(text) + sum(character > "\uffff" for character in text)


def column(line: str, character: int, encoding: str) -> int:
    """The column, from 1, of what has so many units of an encoding before it in a line."""
    if encoding == "utf-32" or line.isascii():
        return min(character, len(line)) + 1
    count = 0
    for number, sign in enumerate(line, 1):
        count += units(sign, encoding)
        if count > character:
            return number
    return len(line) + 1


def changed(text: str, change: t.TextDocumentContentChangeEvent, encoding: str) -> str:
    """A text after a change of it, or another text."""
    where = getattr(change, "range", None)
    if where is None:
        return change.text
    start, end = (_offset(text, at, encoding) for at in (where.start, where.end))
    return text[:start] + change.text + text[max(start, end) :]


def _offset(text: str, at: t.Position, encoding: str) -> int:
    """How many characters stand before a position; a line ends at a line feed, a return, or both."""
    start = count = 0
    for found in _END_OF_LINE.finditer(text):
        if count == at.line:
            return start + column(text[start : found.start()], at.character, encoding) - 1
        start, count = found.end(), count + 1
    if at.line > count:
        return len(text)
    return start + column(text[start:], at.character, encoding) - 1


def span_range(lines: list[str], span: Span | None, encoding: str) -> t.Range:
    """The range of a span; the first line, if there is none."""
    if span is None:
        return t.Range(t.Position(0, 0), t.Position(0, units(lines[0], encoding)))
    start = _position(lines, span.line, span.column, encoding)
    return t.Range(start, _position(lines, span.end_line, span.end_column, encoding))


def _position(lines: list[str], line: int, column: int, encoding: str) -> t.Position:
    written = lines[line - 1] if 1 <= line <= len(lines) else ""
    return t.Position(max(line - 1, 0), units(written[: max(column - 1, 0)], encoding))


def diagnostics(answer: Answer, uri: str, encoding: str) -> list[t.Diagnostic]:
    """All that is wrong with a text, and with files that it refers to, where it does so."""
    return [_diagnostic(answer, found, uri, encoding) for found in answer.diagnostics]


def _diagnostic(answer: Answer, found: Diagnostic, uri: str, encoding: str) -> t.Diagnostic:
    lines = [found.message]
    name = found.source.name
    span = found.span
    if name == answer.name:
        where = span_range(answer.lines, span, encoding)
    else:
        where = span_range(answer.lines, _reference(answer, name), encoding)
        lines = [f"{name}:{span.line if span else 1}: {found.message}"]
    lines += [f"note: {note.message}" for note in found.all_notes]
    lines += [f"help: {help}" for help in found.help]
    page = error_page_path(found.code)
    href = from_fs_path(os.path.abspath(page)) if page else None
    related = []
    for note in found.all_notes:
        if note.place is not None and note.place.document.source.name == answer.name:
            at = span_range(answer.lines, note.place.span(), encoding)
            related.append(t.DiagnosticRelatedInformation(t.Location(uri, at), note.message))
    return t.Diagnostic(
        range=where,
        message="\n".join(lines),
        severity=_SEVERITIES[found.severity],
        code=found.code,
        code_description=t.CodeDescription(href) if href else None,
        source="archspec",
        related_information=related or None,
    )


def _reference(answer: Answer, name: str) -> Span | None:
    """Where a text refers to another file; to the first one, if it does not itself."""
    document = answer.document
    top = mapping(None if document is None else document.value)
    places: list[tuple[str, ...]] = [(key,) for key in ("spec", "extends") if key in top]
    places += [("use", each) for each in mapping(top.get("use"))]
    if document is None or not places:
        return None
    base = os.path.basename(name)
    meant = [path for path in places if base in str(document.at(path))]
    return document.span((meant or places)[0], "key")


def actions(answer: Answer, uri: str, where: t.Range, encoding: str) -> list[t.CodeAction]:
    """Fixes of what is wrong in a range; those of all that are certain, as one."""
    found = []
    own = [d for d in answer.diagnostics if d.source.name == answer.name]
    for each in own:
        told = _diagnostic(answer, each, uri, encoding)
        if told.range.end.line < where.start.line or told.range.start.line > where.end.line:
            continue
        found += [
            t.CodeAction(
                title=fix.message,
                kind=t.CodeActionKind.QuickFix,
                diagnostics=[told],
                is_preferred=fix.certain,
                edit=_edit(answer, uri, [fix], encoding),
            )
            for fix in each.tried
            if fix.replacements
        ]
    certain = [fix for _, fix in first_fixes(own, lambda fix: fix.certain)]
    certain = [fix for fix in certain if fix.replacements]
    if certain:
        title = f"mend all that is certain ({len(certain)})"
        edit = _edit(answer, uri, certain, encoding)
        found.append(t.CodeAction(title=title, kind=t.CodeActionKind.SourceFixAll, edit=edit))
    return found


def _edit(answer: Answer, uri: str, fixes: Iterable[Tried], encoding: str) -> t.WorkspaceEdit:
    edits = [
        t.TextEdit(span_range(answer.lines, change.where, encoding), change.text)
        for fix in fixes
        for change in fix.replacements
    ]
    return t.WorkspaceEdit(changes={uri: edits})


def hint(answer: Answer, shape: LineShape, encoding: str, tooltip: str | None) -> t.InlayHint:
    """What comes out of a layer, at the end of its line."""
    end = len(answer.lines[shape.line - 1]) + 1
    at = _position(answer.lines, shape.line, end, encoding)
    return t.InlayHint(at, shape.label, tooltip=tooltip, padding_left=True)


def takes_snippets(capabilities: t.ClientCapabilities) -> bool:
    """Whether an editor fills in places of a completion one after the other."""
    document = capabilities.text_document
    completion = document.completion if document else None
    item = completion.completion_item if completion else None
    return bool(item and item.snippet_support)


def completions(
    answer: Answer, found: Completions, line: int, encoding: str, snippets: bool
) -> t.CompletionList:
    """Words that may stand at a position."""
    where = span_range(answer.lines, Span(line, found.start, line, found.end), encoding)
    items = [_item(each, number, where, snippets) for number, each in enumerate(found.found)]
    return t.CompletionList(is_incomplete=False, items=items)


def _item(each: Completion, number: int, where: t.Range, snippets: bool) -> t.CompletionItem:
    text, form = each.text, t.InsertTextFormat.PlainText
    if snippets and re.search(r": (?=[,}])", text):
        text, form = _snippet(text), t.InsertTextFormat.Snippet
    return t.CompletionItem(
        label=each.label,
        kind=_ITEMS[each.kind],
        detail=each.detail or None,
        documentation=each.documentation or None,
        sort_text=f"{'0' if each.required else '1'}{number:05}",
        preselect=each.required or None,
        insert_text_format=form,
        text_edit=t.TextEdit(where, text),
    )


def _snippet(text: str) -> str:
    """A text with a place to fill in behind each colon."""
    parts = re.split(r": (?=[,}])", text.replace("\\", "\\\\").replace("$", "\\$"))
    filled = parts[0]
    for number, part in enumerate(parts[1:], 1):
        filled += f": ${{{number}}}{part}"
    return filled


def symbols(answer: Answer, found: Iterable[Symbol], encoding: str) -> list[t.DocumentSymbol]:
    """The outline."""
    return [
        t.DocumentSymbol(
            name=each.name or "?",
            kind=_SYMBOLS[each.kind],
            range=span_range(answer.lines, each.whole, encoding),
            selection_range=span_range(answer.lines, each.word, encoding),
            detail=each.detail or None,
            children=symbols(answer, each.children, encoding),
        )
        for each in found
    ]


def workspace_symbols(
    found: Iterable[Declared], uri: str, lines: list[str], encoding: str
) -> list[t.WorkspaceSymbol]:
    """Networks and blocks of a file, as an editor lists those of all files."""
    return [
        t.WorkspaceSymbol(
            location=t.Location(uri, span_range(lines, each.span, encoding)),
            name=each.name,
            kind=_SYMBOLS[each.kind],
        )
        for each in found
    ]


def folds(found: Iterable[Symbol]) -> list[t.FoldingRange]:
    """What can be folded: all that has several lines."""
    ranges: list[t.FoldingRange] = []
    for each in found:
        if each.whole.end_line > each.whole.line:
            ranges.append(t.FoldingRange(each.whole.line - 1, each.whole.end_line - 1))
        ranges += folds(each.children)
    return ranges


def lenses(answer: Answer) -> list[t.CodeLens]:
    """The totals of the network, above the text."""
    facts = answer.facts
    if facts is None:
        return []
    macs = f"{facts.macs:,} MACs" if facts.macs_known else "MACs depend on an unknown size"
    title = f"{facts.layers:,} layers · {facts.params:,} params · {macs}"
    top = t.Range(t.Position(0, 0), t.Position(0, 0))
    return [t.CodeLens(top, t.Command(title, ""))]
