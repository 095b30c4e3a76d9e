"""Diagnostics as SARIF 2.1.0, which code-scanning services and editors read.

Source: Static Analysis Results Interchange Format Version 2.1.0, OASIS Standard (2020).
"""

import json
import os
import pathlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from archspec.diagnostics.characters import visible, visible_json
from archspec.diagnostics.codes import CODES, severity_of
from archspec.diagnostics.sink import Diagnostic, Note, Span
from archspec.diagnostics.tried import Tried
from archspec.files.shipped import error_page, error_page_path


def render(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """One run with a rule for every code; the files are relative to the current folder.

    Rules of what was found have the text of their pages.
    """
    told = {d.code for d in diagnostics}
    rules = [_rule(code, code in told) for code in CODES]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "archspec", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(d) for d in diagnostics],
            }
        ],
    }
    return visible_json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(code: str, told: bool) -> dict[str, Any]:
    help = f"`archspec explain {code}` shows a spec that fails and how to mend it."
    rule: dict[str, Any] = {
        "id": code,
        "shortDescription": {"text": CODES[code]},
        "help": {"text": help},
        "defaultConfiguration": {"level": severity_of(code)},
    }
    path = error_page_path(code)
    if path is not None:
        rule["helpUri"] = pathlib.Path(path).absolute().as_uri()
    page = error_page(code) if told else None
    if page is not None:
        rule["fullDescription"] = {"text": _meaning(page)}
        rule["help"]["markdown"] = page
    return rule


def _meaning(page: str) -> str:
    """The first paragraph of a page, below its title."""
    return " ".join(page.split("\n\n")[1].split())


def _result(found: Diagnostic) -> dict[str, Any]:
    lines = [found.message, *(f"note: {n.message}" for n in found.all_notes)]
    lines += [f"help: {text}" for text in found.help]
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": list(CODES).index(found.code),
        "level": found.severity,
        "message": {"text": "\n".join(lines)},
        "locations": [{"physicalLocation": _location(found.source.name, found.span)}],
    }
    related = [n for n in found.all_notes if n.place is not None]
    if related:
        result["relatedLocations"] = [_related(number, n) for number, n in enumerate(related)]
    fixes = [_fix(fix, found.source.name) for fix in found.tried if fix.replacements]
    if fixes:
        result["fixes"] = fixes
    return result


def _fix(fix: Tried, name: str) -> dict[str, Any]:
    changes = [
        {"deletedRegion": _region(change.where), "insertedContent": {"text": change.text}}
        for change in fix.replacements
    ]
    change = {"artifactLocation": {"uri": _uri(name)}, "replacements": changes}
    return {"description": {"text": fix.message}, "artifactChanges": [change]}


def _related(number: int, note: Note) -> dict[str, Any]:
    assert note.place is not None
    where = _location(note.place.document.source.name, note.place.span())
    return {"id": number, "physicalLocation": where, "message": {"text": note.message}}


def _location(name: str, span: Span | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(name)}}
    if span:
        location["region"] = _region(span)
    return location


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _uri(name: str) -> str:
    """A path as a URI, relative to the current folder."""
    from urllib.parse import quote

    if not name.startswith("<"):
        with suppress(ValueError, OSError):  # a NUL, another drive, a removed folder
            name = os.path.relpath(name)
    path = name.strip("<>").replace(os.sep, "/")
    try:
        return quote(os.fsencode(path))
    except UnicodeEncodeError:  # a lone surrogate that no file's name gives
        return quote(visible(path))
