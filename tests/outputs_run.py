"""Random outputs: whatever is asked for, and killed at whatever moment, no file of the user's is lost.

``python tests/outputs_run.py --count 1000 --seed 1`` makes homes full of files, some with the names
that archspec gives, and runs commands in them with random options, some killed or interrupted. After
each, every file that archspec did not write must be where it was, as it was. The commands run in
forks of a process that has imported Keras. Prints what was run, and each loss.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

SPEC = "archspec: 1\nname: net\ninput: [28, 28, 1]\nlayers:\n  - Flatten\n  - Dense: {units: 10, activation: softmax}\n"
RECIPE = """\
archspec: 1
spec: SPEC
data: {mnist: {path: DATA}}
prepare: {rescale: 1/255}
loss: categorical_crossentropy
optimizer: {SGD: {learning_rate: 0.01}}
epochs: EPOCHS
batch_size: 250
"""
NAMES = ["photo.jpg", "notes.txt", "model.keras", "history.csv", "recipe.yaml", "run.json", "a b"]
NAMES += ["checkpoint.npz", "saved_model.pb", "curves.svg", "metrics.json", "net.svg", "net.keras"]
NAMES += ["net.py", "spec.yaml", ".hidden", "ümlaut", "fingerprint.pb", "net.json", "net.yaml"]
FOLDERS = ["photos", "runs", "runs/net", "out", "out/deep", "logs", "variables", "run", "work"]


class Home:
    """A folder with files of a user's, and what is known of them."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path = path
        self.chance = chance
        self.links: list[str] = []
        self.files: dict[str, bytes] = {}
        """The user's files, by their path in the home."""
        path.mkdir()
        for name in ("net.yaml", "sub/net.yaml", "net.json"):
            self.put(name, SPEC.encode() if name.endswith("yaml") else _json())
        shutil.copy(ROOT / "tests" / "data" / "mnist_small.npz", path / "digits.npz")
        self.files["digits.npz"] = (path / "digits.npz").read_bytes()
        for name, epochs in (("recipe.yaml", 1), ("sub/recipe.yaml", 2), ("long.yaml", 40)):
            data = "../digits.npz" if "/" in name else "digits.npz"
            text = RECIPE.replace("SPEC", "net.yaml").replace("DATA", data)
            self.put(name, text.replace("EPOCHS", str(epochs)).encode())
        for _ in range(chance.randint(3, 12)):
            self.scatter()

    def put(self, name: str, content: bytes) -> None:
        target = self.path / name
        if target.exists() or target.is_symlink():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.files[name] = content

    def scatter(self) -> None:
        """One more file or link of the user's, anywhere: in a run as well."""
        folders = [
            ".",
            *FOLDERS,
            *(
                str(p.relative_to(self.path))
                for p in self.path.rglob("*")
                if p.is_dir() and not p.is_symlink()
            ),
        ]
        name = os.path.normpath(f"{self.chance.choice(folders)}/{self.chance.choice(NAMES)}")
        if any((self.path / p).is_file() for p in Path(name).parents):
            return
        if self.chance.random() < 0.15 and not (self.path / name).exists():
            link = self.path / name
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(self.path / self.chance.choice(folders))
            return
        path = self.path / name
        if path.exists() and self.chance.random() < 0.3 and path.is_file():
            path.unlink()  # what archspec wrote becomes the user's
            self.files.pop(name, None)
        self.put(name, self.chance.randbytes(self.chance.randint(0, 200)))

    def lost(self, allowed: str) -> list[str]:
        """Files that are not what they were; one that had to give way may lie beside."""
        found = []
        for name, content in [*self.files.items()]:
            path = self.path / name
            if _real(path) == allowed:
                self.files.pop(name)
                continue
            if path.is_file() and path.read_bytes() == content:
                continue
            beside = [
                p
                for p in path.parent.glob(f"{_escaped(path.name)}.kept*")
                if p.read_bytes() == content
            ]
            if beside:
                self.files.pop(name)
                self.files[str(beside[0].relative_to(self.path))] = content
                continue
            found.append(name)
            self.files.pop(name)
        return found


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _json() -> bytes:
    return (
        b'{"archspec": 1, "name": "net", "input": [28, 28, 1], "layers": ["Flatten", {"Dense": 4}]}'
    )


def _real(path: Path | str) -> str:
    return os.path.realpath(path)


def command(home: Home) -> tuple[list[str], str]:
    """A random command, and the file that it may replace because it was told so."""
    chance = home.chance
    folders = [str(p.relative_to(home.path)) for p in home.path.rglob("*") if p.is_dir()]
    places = [
        "",
        ".",
        "..",
        "/",
        str(home.path),
        "sub",
        "new",
        "new2",
        "runs/net",
        *FOLDERS,
        *folders,
        *home.files,
    ]
    kind = chance.choice(["train", "train", "train", "compile", "compile", "render", "new"])
    force = chance.random() < 0.6
    place = chance.choice(places)
    if kind == "train":
        arguments = [
            "train",
            chance.choice(["recipe.yaml", "recipe.yaml", "sub/recipe.yaml", "long.yaml"]),
            "-q",
        ]
        if chance.random() < 0.9:
            arguments += ["-o", place]
        if chance.random() < 0.2:
            arguments += ["--data", chance.choice(["net.yaml", "nowhere.npz", "digits.npz"])]
        arguments += ["--force"] if force else ["--resume"] if chance.random() < 0.6 else []
        return arguments, ""
    if kind == "new":
        arguments = [
            "new",
            place or "x",
            *(
                ["--from", chance.choice(["lenet5", "recipes/lenet5_mnist"])]
                * (chance.random() < 0.5)
            ),
        ]
        name = place if place.endswith((".yaml", ".yml")) else place + ".yaml"
    else:
        endings = (
            [".keras", ".weights.h5", ".json", ".py", ".onnx", "", "/"]
            if kind == "compile"
            else [".svg", ".dot", ".mmd", ".png"]
        )
        name = place + chance.choice(["", *endings])
        arguments = [kind, chance.choice(["net.yaml", "net.json"]), "-o", name]
    allowed = _real(home.path / name) if force and name else ""
    if kind == "new" and "recipes/lenet5_mnist" in arguments and force:
        arguments.remove("recipes/lenet5_mnist")
        arguments.remove("--from")
    return [*arguments, *(["--force"] if force else [])], allowed


def _child(arguments: list[str], home: Home, log: Path) -> None:
    """Be the process of a command."""
    os.chdir(home.path)
    os.environ["HOME"] = str(home.path)
    os.environ["TMPDIR"] = str(home.path.parent / "tmp")
    tempfile.tempdir = None
    with open(log, "wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = ["archspec", *arguments]
    from archspec.commands import main

    try:
        main()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)


def run(arguments: list[str], home: Home) -> tuple[str, str]:
    """Run a command in a fork, perhaps not to its end; gives how it ended and what it printed."""
    chance = home.chance
    log = home.path.parent / "log"
    log.write_text("")
    number = os.fork()
    if number == 0:
        try:
            _child(arguments, home, log)
        finally:
            os._exit(130)  # interrupted before archspec had begun
    sent = ""
    if chance.random() < 0.4:
        deadline = time.monotonic() + chance.choice([0.02, 0.2, 1.0, 2.0]) * chance.random()
        while time.monotonic() < deadline and not _ended(number):
            time.sleep(0.002)
        kind = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
        try:
            os.kill(number, kind)
            sent = kind.name
        except ProcessLookupError:
            pass
    started, late = time.monotonic(), False
    while not _ended(number):
        time.sleep(0.005)
        if time.monotonic() - started > 90 and not late:
            os.kill(number, signal.SIGKILL)
            late = True
    status = _statuses.pop(number)
    ended = f"signal {-status}" if status < 0 else f"status {status}"
    return ("HANGS " if late else "") + ended + (f" after {sent}" if sent else ""), log.read_text(
        errors="replace"
    )


_statuses: dict[int, int] = {}


def _ended(number: int) -> bool:
    if number not in _statuses:
        done, status = os.waitpid(number, os.WNOHANG)
        if not done:
            return False
        _statuses[number] = os.waitstatus_to_exitcode(status)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # noqa: F401
    import matplotlib.pyplot  # noqa: F401

    import archspec.commands.compile
    import archspec.train.use.pictures  # noqa: F401

    chance = random.Random(options.seed)
    ends: Counter[str] = Counter()
    faults: list[str] = []
    homes = done = 0
    started = time.monotonic()
    while done < options.count:
        homes += 1
        folder = tempfile.mkdtemp(prefix="outputs-")  # not a TemporaryDirectory: forks would end it
        try:
            (Path(folder) / "tmp").mkdir()
            (Path(folder) / "beside").write_text("beside")
            home = Home(Path(folder) / "home", chance)
            for _ in range(min(6, options.count - done)):
                if chance.random() < 0.5:
                    home.scatter()
                arguments, allowed = command(home)
                end, said = run(arguments, home)
                done += 1
                ends[f"{arguments[0]}: {end}"] += 1
                faults += [f"lost {name}: {arguments} {end}" for name in home.lost(allowed)]
                if (Path(folder) / "beside").read_text() != "beside":
                    faults.append(f"lost beside: {arguments}")
                if (
                    end.startswith("HANGS")
                    or "status 70" in end
                    or ("after" not in end and end not in ("status 0", "status 1", "status 2"))
                ):
                    faults.append(f"{end}: {arguments}: {said[-300:]}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    for line, count in sorted(ends.items()):
        print(f"{count:6}  {line}")
    print(
        f"{done} commands in {homes} homes, seed {options.seed}, {time.monotonic() - started:.0f} s"
    )
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults, {sum(f.startswith('lost') for f in faults)} files lost")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
