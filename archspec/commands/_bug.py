"""What is said when archspec itself fails."""

import platform
import sys
import tempfile
import traceback

from archspec.commands._say import say


def report_bug(error: BaseException) -> None:
    """Say that the fault is ours, and leave the traceback in a file."""
    text = "".join(traceback.format_exception(error))
    say(f"archspec has a bug: {type(error).__name__}: {error}", err=True)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="archspec-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.write(f"archspec on Python {platform.python_version()}, {platform.platform()}\n")
            file.write(f"arguments: {sys.argv[1:]}\n\n{text}")
    except OSError:  # no place for it
        sys.stderr.write(text)
        return
    say(f"please report it with the spec and the file {file.name}", err=True)
