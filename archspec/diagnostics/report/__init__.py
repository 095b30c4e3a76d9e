"""Diagnostics as text for people and machines: one file for each format."""

from collections.abc import Callable, Sequence
from importlib import import_module

from archspec.diagnostics.sink import Diagnostic
from archspec.files.modules import formats_in

FORMATS = formats_in(__path__)
"""Names of the files beside this one."""

Report = Callable[[Sequence[Diagnostic], bool], str]


def report(
    diagnostics: Sequence[Diagnostic],
    format: str = "text",
    color: bool = False,
    width: int | None = None,
) -> str:
    """All diagnostics in a format; ends with a line break unless it is empty.

    ``width`` is that of the terminal, for text; what is read by something else is not wrapped.
    """
    if format == "text" and not diagnostics:
        return ""
    render: Report = import_module(f"{__name__}.{format}").render
    if format == "text" and width is not None:
        from archspec.diagnostics.report.text import wrapped

        render = wrapped(width)
    text = render(diagnostics, color)
    # A file name may hold bytes that are no UTF-8; they must not stop the printing.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
