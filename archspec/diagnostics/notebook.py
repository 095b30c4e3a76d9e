"""An error in a notebook: the diagnostics as in a terminal, and the line of the user's own."""

import os
import sys
from collections.abc import Sequence

from archspec.diagnostics.characters import visible
from archspec.diagnostics.report import report
from archspec.diagnostics.sink import Diagnostic


def notebook_lines(error: BaseException, diagnostics: Sequence[Diagnostic]) -> list[str]:
    """What IPython shows of an error in place of a traceback; without diagnostics, its text."""
    color = not os.environ.get("NO_COLOR") and _has_colors()
    text = report(diagnostics, "text", color) if diagnostics else f"{error}\n"
    where = _raised_at(error)
    return [*text.rstrip().split("\n"), "", *([f"raised {where}"] if where else [])]


def _has_colors() -> bool:
    """Whether the IPython that runs, if one does, has colours."""
    shell = sys.modules.get("IPython")
    known = shell.get_ipython() if shell is not None else None
    return str(getattr(known, "colors", "")).lower() != "nocolor"


def _raised_at(error: BaseException) -> str:
    """The last line of the user's own that led to an error, in words; empty if there is none."""
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
    trace, where = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if not os.path.abspath(code.co_filename).startswith(ours):
            name = os.path.basename(code.co_filename)
            cell = name.startswith("<ipython") or "ipykernel" in code.co_filename
            place = "the cell" if cell else visible(name)
            inside = "" if code.co_name == "<module>" else f", in `{visible(code.co_name)}`"
            where = f"in line {trace.tb_lineno} of {place}{inside}"
        trace = trace.tb_next
    return where
