"""What all tests share: options of pytest, and ways to run the command line."""

import compileall
import gc
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from tests.forked import ForkServer
from tests.memory import give_back, resident

ROOT = Path(__file__).parent.parent


class Outcome(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str = ""


class Measured(NamedTuple):
    """How a command in a process of its own ended, and what it took: seconds of the processor."""

    status: int
    out: str
    err: str
    seconds: float
    megabytes: float


_full = False
_resident = 0.0

Run = Callable[..., Outcome]
RunProcess = Callable[..., Measured]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite", action="store_true", help="write expected outputs anew, for review in the diff"
    )
    parser.addoption("--full", action="store_true", help="run what is slow in full")


def compile_modules() -> None:
    """Compile archspec, and the packages too if ``pip --no-compile`` left them to all processors."""
    compileall.compile_dir(ROOT / "archspec", quiet=1, workers=0)
    keras = find_spec("keras")
    if keras is None or keras.origin is None:
        return
    folder = Path(keras.origin).parent
    if not (folder / "__pycache__").exists():
        nobody_imports = re.compile(r"site-packages.*[/\\]tests?[/\\]")
        compileall.compile_dir(folder.parent, quiet=2, workers=0, rx=nobody_imports)


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Hundreds of processes would compile archspec, and those whose disk is full, or that are killed,
    # would leave half a file that breaks the others.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"):
        os.environ.pop(name, None)  # outputs are compared
    if "PYTEST_XDIST_WORKER" not in os.environ:
        compile_modules()
    if "PYTEST_XDIST_WORKER" in os.environ:  # workers are as many as the processor has cores
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    global _full
    _full = bool(config.getoption("--full"))
    # Without --full, random tests take the same examples every time.
    settings.register_profile("archspec", deadline=None, derandomize=not _full, database=None)
    settings.load_profile("archspec")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Half of the tests for each of two workers, and who is done takes over from the other."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


LONG = ("test_train_recipes.py", "test_train_distribute.py", "test_keras_backends.py")
"""Files with tests of half a minute and more: they come first, so that none begins as the last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish() -> None:
    """What has been imported stays: whoever collects garbage need not look through it."""
    gc.collect()
    gc.freeze()


GROWTH = 256.0
"""Megabytes by which a process may grow before it gives memory back."""


def pytest_runtest_logfinish() -> None:
    global _resident
    if resident() > _resident + GROWTH:
        give_back()
        _resident = resident()


def examples(count: int) -> int:
    """How many examples a random test takes: fifty times as many with --full."""
    return 50 * count if _full else count


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether slow tests run in full."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are written instead of compared."""
    return bool(request.config.getoption("--rewrite"))


def run_archspec(*arguments: str, input: str | bytes | None = None) -> Outcome:
    """Run ``archspec`` as its scripts do, but in this process; a bug of ours is an exception."""
    from archspec.commands import run

    given = input.encode() if isinstance(input, str) else input or b""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    sys.argv, sys.stdout, sys.stderr = ["archspec", *arguments], out, err
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8")
    try:
        status = run()
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode(errors="replace"))
    assert status != 70, texts[1]
    return Outcome(status, *texts)


@pytest.fixture(scope="session")
def run() -> Run:
    """Run ``archspec`` in this process: ``run("check", path) -> Outcome``."""
    return run_archspec


# A process that starts another one learns from the system what that one took.
_MEASURE = """
import json, resource, subprocess, sys
status = subprocess.run([sys.executable, "-c", "from archspec.commands import main; main()",
                         *sys.argv[2:]]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
with open(sys.argv[1], "w") as file:
    json.dump([status, used.ru_utime + used.ru_stime, peak], file)
"""


@pytest.fixture
def run_process(tmp_path_factory: pytest.TempPathFactory) -> RunProcess:
    """Run ``archspec`` in a process of its own, with its time and its memory."""

    def process(
        *arguments: str,
        input: bytes = b"",
        cwd: Path | None = None,
        timeout: float = 60,
        env: dict[str, str] | None = None,
    ) -> Measured:
        report = tmp_path_factory.mktemp("measured") / "report.json"
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, str(report), *arguments],
            input=input,
            capture_output=True,
            cwd=cwd,
            timeout=timeout,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p), **(env or {})},
        )
        status, seconds, megabytes = json.loads(report.read_text())
        out, err = (t.decode(errors="replace") for t in (done.stdout, done.stderr))
        return Measured(status, out, err, seconds, megabytes)

    return process


@pytest.fixture(scope="session")
def _fork_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    server = ForkServer(tmp_path_factory.mktemp("forks"))
    yield server
    server.close()


@pytest.fixture
def forks(_fork_server: ForkServer) -> Iterator[ForkServer]:
    """Run ``archspec`` in forks of a process that has imported Keras; none outlives the test."""
    yield _fork_server
    _fork_server.end_all()


QUICK_XLA = "--xla_backend_optimization_level=0"
"""A value for XLA_FLAGS, with which JAX compiles twice as fast what runs once."""


@pytest.fixture(scope="session")
def no_tensorflow(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder for Python's path: Keras on JAX imports TensorFlow if it can, for seconds."""
    folder = tmp_path_factory.mktemp("path")
    (folder / "tensorflow.py").write_text("raise ImportError\n", encoding="utf-8")
    return str(folder)


def expect_text(path: Path, found: str, rewrite: bool) -> None:
    """Compare with an expected output, or write it."""
    if rewrite:
        if not path.exists() or path.read_text(encoding="utf-8") != found:
            path.write_text(found, encoding="utf-8")
        return
    assert path.exists(), f"{path} is missing: run pytest with --rewrite and review the diff"
    assert found == path.read_text(encoding="utf-8")


def names(paths: Iterable[Path]) -> list[str]:
    """Short names of files, for the names of tests."""
    return [p.name for p in paths]
