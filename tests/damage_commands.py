"""Commands on damaged files, each in a process: ``python tests/damage_commands.py --count 1000``.

The processes are forks of one that has imported Keras. A command ends with status 0, 1 or 2, says
what it did or what is wrong, and names the file; anything else is printed.
"""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.damaged_files import damaged  # noqa: E402
from tests.training_data import MNIST, write_recipe  # noqa: E402

SECONDS = 30.0
MOST_SECONDS = 300
COMMANDS: dict[str, tuple[str, str]] = {
    "weights of a model": (
        "run/model.keras",
        "compile net.yaml --weights FILE -o out.keras --force",
    ),
    "weights": ("net.weights.h5", "compile net.yaml --weights FILE -o out.weights.h5 --force"),
    "another model": ("run/model.keras", "verify net.yaml --against FILE -q"),
    "a run's model": ("run/model.keras", "predict run digit.png"),
    "a picture": ("digit.png", "predict run FILE"),
    "data to judge by": ("digits.npz", "evaluate run --data FILE"),
    "data": ("digits.npz", "train recipe.yaml -o new -q --force --data FILE"),
    "a checkpoint": ("run/checkpoint.npz", "train recipe.yaml -o run --resume -q --epochs 1"),
    "a spec": ("net.yaml", "compile FILE -o out.py --force"),
    "a recipe": ("recipe.yaml", "check FILE"),
    "a recipe's data": ("digits.npz", "check recipe.yaml"),
    "a mark": ("run/.archspec", "train recipe.yaml -o run --resume -q --epochs 1"),
}
"""What is damaged, and the command that reads it."""


def fork(arguments: list[str], log: Path, largest: int = 0) -> int:
    """Run a command in a fork; gives its status, or minus the signal that ended it.

    With ``largest`` it can write no file of more bytes: as if the disk were full.
    """
    number = split_off(arguments, log, largest)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def split_off(arguments: list[str], log: Path, largest: int = 0) -> int:
    """Begin a command in a fork; gives the number of its process, which a signal ends if it hangs."""
    number = os.fork()
    if number == 0:
        status = 99
        try:
            signal.alarm(MOST_SECONDS)
            if largest:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
            stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(stream, 1)
            os.dup2(stream, 2)
            # Those that were made for other files, by which it seeks in a pipe.
            sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", 1, errors="backslashreplace", closefd=False)  # noqa: SIM115
            sys.argv = ["archspec", *arguments]
            from archspec.commands import main

            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 98
        finally:
            os._exit(status)
    return number


def prepare(folder: Path) -> None:
    """A project with a run, its network, a picture and data."""
    from PIL import Image

    shutil.copy(MNIST, folder / "digits.npz")
    write_recipe(folder / "recipe.yaml", epochs=1, data={"mnist": {"path": "digits.npz"}})
    Image.new("L", (28, 28), 90).save(folder / "digit.png")
    for line in ("train recipe.yaml -o run -q", "compile net.yaml -o net.weights.h5"):
        assert fork(line.split(), folder / "log") == 0, (folder / "log").read_text()


def fault(folder: Path, name: str, seed: str) -> tuple[str, str]:
    """How a command ended on a file that was damaged, and what is wrong with that."""
    file, line = COMMANDS[name]
    path, random = folder / file, Random(seed)
    sound = path.read_bytes()
    kept = {p: p.read_bytes() for p in (folder / "run").rglob("*") if p.is_file()}
    try:
        path.write_bytes(damaged(sound, random))
        began = time.monotonic()
        status = fork(line.replace("FILE", file).split(), folder / "log")
        seconds = time.monotonic() - began
    finally:
        for known, data in {**kept, path: sound}.items():
            known.write_bytes(data)
    said = (folder / "log").read_text(errors="replace")
    wrong = ""
    if status not in (0, 1, 2) or not said.strip() or "Traceback" in said:
        wrong = f"status {status}: {said[-400:]}"
    elif status and Path(file).name not in said and "run" not in said:
        wrong = f"the file is not named: {said[-400:]}"
    elif seconds > SECONDS:
        wrong = f"{seconds:.0f} s"
    return f"status {status}", wrong


def main() -> int:
    """Run from the command line; the exit status is 1 if a command ended as it should not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    import keras  # noqa: F401
    import matplotlib.pyplot  # noqa: F401

    import archspec.commands.compile
    import archspec.train.use.pictures  # noqa: F401

    ends: Counter[str] = Counter()
    wrong: list[str] = []
    began = time.monotonic()
    folder = tempfile.mkdtemp(prefix="damage-")  # not a TemporaryDirectory: forks would end it
    try:
        os.chdir(folder)
        prepare(Path(folder))
        for case in range(options.count):
            name = [*COMMANDS][case % len(COMMANDS)]
            end, said = fault(Path(folder), name, f"{options.seed}/{case}")
            ends[f"{name}: {end}"] += 1
            if said:
                wrong.append(f"case {case}, {name}: {said}")
    finally:
        os.chdir(ROOT)
        shutil.rmtree(folder, ignore_errors=True)
    for line, count in sorted(ends.items()):
        print(f"{count:6}  {line}")
    for line in wrong:
        print(line)
    print(f"{options.count} commands, {len(wrong)} wrong, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
