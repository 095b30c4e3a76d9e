"""Diagnostics as SARIF 2.1.0, which code-scanning services and editors read.

Source: Static Analysis Results Interchange Format Version 2.1.0, OASIS Standard (2020).
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from archspec.diagnostics.characters import visible, visible_json
from archspec.diagnostics.codes import CODES, severity_of
from archspec.diagnostics.sink import Diagnostic, Note, Span


def render(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """One run with a rule for every code; the files are relative to the current folder."""
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "archspec", "rules": [_rule(c) for c in CODES]}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(d) for d in diagnostics],
            }
        ],
    }
    return visible_json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(code: str) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": CODES[code]},
        "help": {"text": f"`archspec explain {code}` shows a spec that fails and how to mend it."},
        "defaultConfiguration": {"level": severity_of(code)},
    }


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
    return result


def _related(number: int, note: Note) -> dict[str, Any]:
    assert note.place is not None
    where = _location(note.place.document.source.name, note.place.span())
    return {"id": number, "physicalLocation": where, "message": {"text": note.message}}


def _location(name: str, span: Span | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(name)}}
    if span:
        location["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    return location


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
