"""The key ``lint`` of a spec or a recipe: which warnings and notes are not told of it."""

from typing import Any

from archspec.diagnostics.find_code import CodeError, find_code
from archspec.diagnostics.fixes import renamed
from archspec.diagnostics.sink import Place, Sink
from archspec.spec.check_values import check_names, make_record
from archspec.spec.words import LintKeys


def check_lint(value: Any, place: Place, sink: Sink) -> None:
    """Report what is wrong with the value of ``lint``.

    What it says is looked up when there is a warning: :mod:`archspec.diagnostics.selection`.
    """
    if not isinstance(value, dict):
        return  # none at all; or something else, which the record of the file says
    if not check_names(LintKeys, value, place, sink, "`lint`", codes=("AS102", "AS103")):
        return
    keys = make_record(LintKeys, value, place, sink, "`lint`", "AS104")
    if keys is None:
        return
    listed = keys.ignore if isinstance(keys.ignore, list) else None
    for number, code in enumerate([keys.ignore] if listed is None else listed):
        if not isinstance(code, str):
            continue
        at = place.at("ignore") if listed is None else place.at("ignore", number)
        try:
            find_code(code)
        except CodeError as error:
            fix = renamed(at, error.meant) if error.meant else _LISTED
            sink.report("AS104", at, error.message, help=[fix])


_LISTED = "`archspec explain` lists the codes: those of notes begin with AS8, of warnings with AS9"
