"""Graphviz: which one there is, and running it so that it cannot hang or fail in silence."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from typing import NamedTuple

from archspec.diagnostics.characters import visible

TIME_LIMIT = 60.0
"""Seconds that a layout may take; the default drawing of any spec takes a fraction of one."""

BUNDLED = "bundled"
"""The word that stands for the engine that pip installed, as a value of --dot or ARCHSPEC_DOT."""


LayOut = Callable[[str, tuple[str, ...]], bytes]
"""A function in place of a program: DOT text and the arguments of ``dot`` → what that writes.

Raises EngineError if it fails.
"""


class EngineError(Exception):
    """Graphviz that is missing, broken or too slow, with its code (AS505 or AS506)."""

    def __init__(self, code: str, message: str, help: str = "") -> None:
        self.code = code
        self.message = visible(message)
        self.help = visible(help)
        super().__init__(self.message)


class Engine(NamedTuple):
    """A program, or a function, that lays out DOT."""

    path: str
    bundled: bool
    """Whether it came with archspec: it gives the same bytes on every machine, but no PDF."""
    chosen: bool = False
    """Whether the user named it: then no other one takes its place."""
    lay_out: LayOut | None = None
    """What is called in place of the program."""

    @property
    def name(self) -> str:
        """What messages call it."""
        if self.lay_out is not None:
            return self.path
        return "the bundled Graphviz" if self.bundled else f"`{self.path}`"


_handed_in: list[Engine] = []


def hand_in(lay_out: LayOut | None) -> None:
    """Have a function lay out whatever is drawn from now on; None for programs again.

    Where Python runs in a browser there are no processes.
    """
    _handed_in[:] = [Engine("Graphviz", True, lay_out=lay_out)] if lay_out else []


def engines(dot: str | None = None) -> list[Engine]:
    """The engines to try, in order: the named one alone, or the system's and then the bundled one.

    A function that was handed in comes before them all.

    Raises:
        EngineError: AS505, there is none.
    """
    if _handed_in:
        return list(_handed_in)
    named = dot or os.environ.get("ARCHSPEC_DOT")
    bundled = _bundled()
    if named and named != BUNDLED:
        path = shutil.which(named)
        if path is None:
            raise EngineError(
                "AS505",
                f"there is no program `{named}`",
                "`--dot` and ARCHSPEC_DOT take the path of Graphviz's `dot`, or `bundled`",
            )
        return [Engine(path, False, True)]
    found = []
    system = None if named == BUNDLED else shutil.which("dot")
    if system:
        found.append(Engine(system, False))
    if bundled:
        found.append(Engine(bundled, True))
    if not found:
        raise EngineError(
            "AS505",
            "there is no Graphviz to lay the picture out",
            "`pip install graphviz-pure` brings one; or install Graphviz, or name one with --dot",
        )
    return found


def run(engine: Engine, text: str, *arguments: str, limit: float = TIME_LIMIT) -> bytes:
    """What an engine makes of DOT text.

    Raises:
        EngineError: AS505 if it fails, AS506 if it takes longer than ``limit`` seconds.
    """
    if engine.lay_out is not None:
        return engine.lay_out(text, arguments)
    command = [engine.path, "-q", *arguments]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise EngineError(
            "AS506",
            f"{engine.name} did not finish in {limit:g} seconds",
            "fewer cards are laid out sooner: try `--detail blocks` or `--detail stages`",
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EngineError("AS505", f"{engine.name} cannot be run: {reason}") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        lines = [line for line in said if not line.startswith("Warning")]
        how = (
            f"ended with signal {-done.returncode}"
            if done.returncode < 0
            else f"ended with status {done.returncode}"
            if done.returncode
            else "gave nothing"
        )
        detail = f": {lines[-1][:200]}" if lines else ""
        raise EngineError(
            "AS505",
            f"{engine.name} {how}{detail}",
            "`--dot bundled` takes the one that pip installed",
        )
    return done.stdout


def _bundled() -> str | None:
    """The program of the graphviz-pure wheel: beside Python's scripts, or on the PATH."""
    name = "graphviz-pure"
    return shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)


def use_bundled() -> None:
    """Make the ``graphviz`` package run the bundled program where the system has none."""
    if shutil.which("dot") is None and (bundled := _bundled()):
        from pathlib import Path

        from graphviz.backend import dot_command

        dot_command.DOT_BINARY = Path(bundled)
