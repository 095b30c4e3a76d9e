"""What is said when archspec itself fails."""

import platform
import sys
import tempfile
import traceback

import click


def report_bug(error: BaseException) -> None:
    """Say that the fault is ours, and leave the traceback in a file."""
    text = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile(
        "w", prefix="archspec-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"archspec on Python {platform.python_version()}, {platform.platform()}\n")
        file.write(f"arguments: {sys.argv[1:]}\n\n{text}")
    click.echo(f"archspec has a bug: {type(error).__name__}: {error}", err=True)
    click.echo(f"please report it with the spec and the file {file.name}", err=True)
