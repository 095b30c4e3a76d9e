"""Commands as forks of one process that has imported Keras, which takes longer than most of them.

For what a command does, not for how it starts: some of each kind are started from Python. A fork
is sound as long as nothing has been calculated in the process that it is split off from.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).parent.parent


class Forked:
    """A command that runs."""

    def __init__(self, server: "ForkServer", number: int, stdout: TextIO) -> None:
        self.stdout = stdout
        """What it prints, with its errors, as it does so."""
        self._server = server
        self._number = number
        self._status: int | None = None

    def send_signal(self, signal: int) -> None:
        if self._status is None:
            os.kill(self._number, signal)

    def wait(self) -> int:
        """Its status, or minus the signal that ended it."""
        if self._status is None:
            self._status = int(self._server.ask({"wait": self._number}))
            self.stdout.close()
        return self._status


class ForkServer:
    """The process that has imported Keras; it starts with the first command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._started: list[Forked] = []
        self._count = 0

    def start(self, *arguments: str, cwd: Path, largest: int = 0) -> Forked:
        """Begin a command; with ``largest`` it can write no file of more bytes."""
        self._count += 1
        pipe = self._folder / f"said{self._count}"
        os.mkfifo(pipe)
        asked = {"arguments": arguments, "cwd": str(cwd), "out": str(pipe), "largest": largest}
        number = int(self.ask(asked))
        started = Forked(self, number, open(pipe, encoding="utf-8", errors="replace"))  # noqa: SIM115
        self._started.append(started)
        return started

    def run(self, *arguments: str, cwd: Path, largest: int = 0) -> tuple[int, str]:
        """Status of a command, and what it printed."""
        started = self.start(*arguments, cwd=cwd, largest=largest)
        said = started.stdout.read()
        return started.wait(), said

    def ask(self, asked: dict[str, Any]) -> str:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return self._process.stdout.readline()

    def end_all(self) -> None:
        """Kill what a test has left running."""
        for started in self._started:
            started.send_signal(signal.SIGKILL)
            started.wait()
        self._started.clear()

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()


def serve() -> None:
    """Answer to lines of JSON with the number of a new process, or with the status of one."""
    import keras  # noqa: F401
    import matplotlib.pyplot  # noqa: F401

    import archspec.commands.compile
    import archspec.train.use.pictures  # noqa: F401
    from tests.damage_commands import split_off

    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])
        else:
            os.chdir(asked["cwd"])
            answer = split_off(asked["arguments"], Path(asked["out"]), asked["largest"])
        print(answer, flush=True)


if __name__ == "__main__":
    serve()
