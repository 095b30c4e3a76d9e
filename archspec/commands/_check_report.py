"""What ``check`` says of the files that it has checked, for people."""

import os
import sys
from collections.abc import Iterator
from typing import Any

from archspec.commands._check_file import Checked
from archspec.commands._say import OK, line_of, terminal_width
from archspec.diagnostics.codes import SEVERITIES
from archspec.diagnostics.report import report
from archspec.diagnostics.sink import Diagnostic


def untold(file: Checked, told: set[tuple[Any, ...]]) -> list[Diagnostic]:
    """What is wrong in a file, without what was said with another one; notes what is."""
    diagnostics = [d for d in file.sink.diagnostics if _key(d) not in told]
    told.update(_key(d) for d in diagnostics)
    return diagnostics


def _key(found: Diagnostic) -> tuple[Any, ...]:
    """What tells mistakes apart: a recipe says those of its network, which may be checked too."""
    return found.source.name, found.span, found.code, found.message


def reported_text(
    path: str, file: Checked, diagnostics: list[Diagnostic], quiet: bool, err: bool, color: bool
) -> str:
    """All that is said of a file, as it is for standard output or for standard error."""
    text = ""
    if diagnostics:
        text = report(diagnostics, "text", color, terminal_width(sys.stderr if err else sys.stdout))
    if not file.is_bad:
        return text if quiet else line_of(OK, f" {path}  {file.line}", color=color) + text
    return text or line_of(f"{path}: its errors stand above", color=color) + "\n"


def summary_lines(
    checked: list[Checked], found: list[Diagnostic], passed: list[str], always: bool = False
) -> Iterator[str]:
    """What is said of all files together; of a single one without faults, if ``always``."""
    counts = {word: sum(d.severity == word for d in found) for word in SEVERITIES}
    if len(checked) > 1 or found or passed or always:
        parts = [f"{_counts(checked)} sound" if checked else "no spec"]
        parts += [f"{n} {word}{'s' * (n > 1)}" for word, n in counts.items() if n]
        if any(file.sink.full for file in checked):
            parts.append("and perhaps more")
        if passed:
            parts.append(passed_over(passed))
        yield ", ".join(parts)
        certain = sum(any(fix.certain for fix in d.tried) for d in found)
        what = f"{certain} of them"
        if certain == len(found):
            what = "it" if certain == 1 else "them"
        mends = f"`archspec check --fix` mends {what}" if certain else ""
        if counts["error"]:
            code = next(d.code for d in found if d.severity == "error")
            yield f"`archspec explain {code}` says more{'; ' if mends else ''}{mends}"
        elif mends:
            yield mends
        if not counts["error"] and any(file.is_bad for file in checked):
            yield "strict: a warning counts as an error"


def passed_over(passed: list[str]) -> str:
    """How many files and folders were not looked at."""
    folders = sum(os.path.isdir(path) for path in passed)
    counts = (("file", len(passed) - folders), ("folder", folders))
    parts = [f"{count:,} {word}{'s' * (count > 1)}" for word, count in counts if count]
    return f"{' and '.join(parts)} passed over"


def _counts(checked: list[Checked]) -> str:
    """How many of the specs and how many of the recipes are sound."""
    parts = []
    for word, recipe in (("spec", False), ("recipe", True)):
        sound = [not file.is_bad for file in checked if file.recipe == recipe]
        if sound:
            parts.append(f"{sum(sound)} of {len(sound)} {word}{'s' * (len(sound) > 1)}")
    return " and ".join(parts)
