"""``archspec serve``: a page that shows a network while it is written."""

import os
import sys
import threading
from collections.abc import Callable

import click

from archspec.commands._bug import report_bug
from archspec.commands._leave import leave, refuse
from archspec.commands._say import say
from archspec.files.reading import reason


@click.command("serve")
@click.argument("file", required=False, type=click.Path(), metavar="[FILE|FOLDER]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port; any that is free, if left out.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
def command(file: str | None, port: int, no_browser: bool) -> None:
    """Open a page in the browser on which specs are written and seen.

    It shows the files of a folder, that of FILE or else the current one: the text with what is wrong
    in it, the picture, the table, the calculation, the Python source. What is saved is written to
    the folder. Only this machine can reach it, and only with the address that is printed, which is
    as good as a password for the folder. Ctrl-C ends it.

    \b
    Examples:
      archspec serve
      archspec serve specs/alexnet.yaml
      archspec serve nets --port 8000 --no-browser
    """
    root, first = _place(file)
    try:
        os.chdir(root)  # so that messages have the paths that the page has
    except OSError as error:
        refuse("AS001", root, f"cannot read this folder: {reason(error)}")
    from archspec.live.desk import Desk
    from archspec.live.serving.house import House
    from archspec.live.serving.server import Server

    desk = Desk("", first)
    try:
        server = Server(House(desk, report_bug), port)
    except OSError as error:
        hint = "" if not port else ": without --port a free one is taken"
        raise click.UsageError(f"port {port} cannot be had, {reason(error)}{hint}") from None
    say(f"archspec serve: specs at {server.address}  (Ctrl-C ends it)")
    sys.stdout.flush()
    _in_background(desk.warm_up)
    if not no_browser and _has_screen():
        import webbrowser

        _in_background(lambda: webbrowser.open(server.address_once))
    from archspec.pipeline import rare_collection

    with rare_collection():
        server.run()


def _place(file: str | None) -> tuple[str, str | None]:
    """The folder that is shown, and the file in it that is shown first."""
    if file is None or os.path.isdir(file):
        return file or ".", None
    from archspec.diagnostics.sink import Sink
    from archspec.diagnostics.source import SourceError, read_source
    from archspec.live.bounds import Bounds, Refused
    from archspec.pipeline import report_unreadable

    try:
        read_source(file)
    except SourceError as error:
        sink = Sink()
        report_unreadable(error, sink)
        leave(sink, file)
    try:
        inside = os.path.relpath(file).replace(os.sep, "/")
        Bounds("").path(inside)
    except (Refused, ValueError):  # it lies elsewhere, on another drive of Windows perhaps
        root, inside = os.path.split(os.path.realpath(file))
        try:
            Bounds(root).path(inside)
        except Refused as error:
            raise click.UsageError(str(error)) from None
        return root, inside
    return ".", inside


def _in_background(work: Callable[[], object]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _has_screen() -> bool:
    """Whether a browser would have a window: else one that draws in the terminal would open."""
    if sys.platform in ("win32", "darwin") or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
