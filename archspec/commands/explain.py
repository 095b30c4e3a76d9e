"""``archspec explain``: what an error means, and what to do."""

import sys

import click

from archspec.commands._say import say, show, wants_color


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from archspec.diagnostics.codes import CODES

    return [code for code in CODES if code.startswith(incomplete.upper())]


@click.command()
@click.argument("code", required=False, shell_complete=_complete)
def command(code: str | None) -> None:
    """Explain an error or a warning, such as AS401; without CODE, list them all.

    \b
    Examples:
      archspec explain
      archspec explain AS401
    """
    from archspec.diagnostics.codes import CODES

    if code is None:
        show(_table())
        return
    known = _find(code)
    if known is None:
        from difflib import get_close_matches

        near = get_close_matches(code.upper(), CODES, n=1, cutoff=0.5)
        hint = (
            f"The nearest is {near[0]}: {CODES[near[0]]}."
            if near
            else "`archspec explain` lists all."
        )
        raise click.UsageError(f"There is no code `{code}`. {hint}")
    from archspec.files.shipped import error_page

    page = error_page(known)
    if page is None:
        say(f"{known}: {CODES[known]}")
        return
    from archspec.emit.plain import plain

    show(plain(page, wants_color(sys.stdout)))


def _find(code: str) -> str | None:
    """The code that is meant: `as401` and `401` are AS401."""
    from archspec.diagnostics.codes import CODES

    upper = code.strip().upper()
    for candidate in (upper, f"AS{upper.removeprefix('AS').zfill(3)}"):
        if candidate in CODES:
            return candidate
    return None


_RANGES = {
    "AS0": "the text of a file",
    "AS1": "the top of a spec",
    "AS2": "layers and arguments",
    "AS3": "the graph",
    "AS4": "shapes, and numbers that are expected",
    "AS5": "what is made of a spec",
    "AS6": "training",
    "AS7": "networks from elsewhere",
    "AS8": "notes",
    "AS9": "warnings",
}


def _table() -> str:
    from archspec.diagnostics.codes import CODES

    bold, reset = ("\x1b[1m", "\x1b[0m") if wants_color(sys.stdout) else ("", "")
    lines: list[str] = []
    last = ""
    for code, title in CODES.items():
        if code[:3] != last:
            last = code[:3]
            lines += [""] * bool(lines) + [f"{bold}{_RANGES.get(last, last)}{reset}"]
        lines.append(f"  {code}  {title}")
    lines += ["", "`archspec explain CODE` says more."]
    return "\n".join(lines) + "\n"
