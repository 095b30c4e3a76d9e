"""Diagnostics as JSON, for programs: a list with an object for each."""

import json
from collections.abc import Sequence
from typing import Any

from archspec.diagnostics.characters import visible_json
from archspec.diagnostics.codes import CODES
from archspec.diagnostics.sink import Diagnostic, Note, Span
from archspec.diagnostics.tried import Tried
from archspec.files.shipped import error_page_path


def render(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """A list of objects; lines and columns count from 1, in code points, the end is exclusive.

    What does not stand anywhere (a file that cannot be read) has null for its lines and columns.
    ``page`` is the path of the page that explains the code, as it was installed; null if it was not.
    ``fixes`` are those of the help that are edits, which were tried: each is of the file, replaces
    what stands in its edits by their ``text``, and is ``certain`` if it may be applied unasked.
    """
    text = json.dumps([as_object(d) for d in diagnostics], indent=2, ensure_ascii=False)
    return visible_json(text) + "\n"


def as_object(found: Diagnostic) -> dict[str, Any]:
    """A diagnostic in values that JSON has."""
    return {
        "code": found.code,
        "severity": found.severity,
        "title": CODES[found.code],
        "message": found.message,
        "file": found.source.name,
        **_position(found.span),
        "notes": [_note(note) for note in found.all_notes],
        "help": list(found.help),
        "fixes": [_fix(fix) for fix in found.tried if fix.replacements],
        "page": error_page_path(found.code),
    }


def _fix(fix: Tried) -> dict[str, Any]:
    edits = [{**change.where._asdict(), "text": change.text} for change in fix.replacements]
    return {"message": fix.message, "certain": fix.certain, "edits": edits}


def _note(note: Note) -> dict[str, Any]:
    if note.place is None:
        return {"message": note.message}
    name = note.place.document.source.name
    return {"message": note.message, "file": name, **_position(note.place.span())}


def _position(span: Span | None) -> dict[str, int | None]:
    return dict.fromkeys(Span._fields) if span is None else span._asdict()
