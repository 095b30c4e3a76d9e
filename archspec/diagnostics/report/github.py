"""Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines."""

from collections.abc import Sequence

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Diagnostic


def render(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """``::error file=…,line=…,col=…,endColumn=…,title=AS401::message``, a line each."""
    return "".join(_command(d) + "\n" for d in diagnostics)


def _command(found: Diagnostic) -> str:
    properties = {"file": found.source.name}
    span = found.span
    if span:
        properties |= {"line": str(span.line), "col": str(span.column)}
        if span.end_line == span.line:  # GitHub takes an end column in the same line only
            properties["endColumn"] = str(span.end_column)
        else:
            properties["endLine"] = str(span.end_line)
    properties["title"] = found.code
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [found.message, *(f"note: {n.message}" for n in found.all_notes)]
    lines += [f"help: {text}" for text in found.help]
    level = "notice" if found.severity == "note" else found.severity
    return f"::{level} {listed}::{_text(chr(10).join(lines))}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return visible(_text(text).replace(":", "%3A").replace(",", "%2C"))
