"""The same specs on every backend that is installed, each in a process of its own."""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from archspec.emit.keras.backend import BACKENDS
from tests.conftest import QUICK_XLA, ROOT, RunProcess
from tests.forked import ForkServer

RunOn = Callable[..., tuple[int, str]]

SPECS = (
    "lenet5",
    "alexnet_grouped",
    "showcase/siamese",
    "showcase/seq2seq",
    "showcase/transfer",
    "showcase/two_inputs_two_outputs",
)
"""Convolutions in groups, our own layer, shared and frozen weights, states, several outputs."""

SHARED = """\
archspec: 1
name: deep
input: [4]
blocks: {unit: {layers: [Dense: {units: 4, kernel_initializer: identity}]}}
layers:
  - repeat: {name: step, times: 3, layers: [unit: {}]}
"""


@pytest.fixture
def run_on(run_process: RunProcess, forks: ForkServer, tmp_path: Path, no_tensorflow: str) -> RunOn:
    """Run ``archspec`` on a backend, in a process that starts in less time than a user's."""

    def run(backend: str, *arguments: str) -> tuple[int, str]:
        arguments = (*arguments, "--backend", backend)
        if backend == "tensorflow":
            return forks.run(*arguments, cwd=tmp_path)
        env = {"XLA_FLAGS": QUICK_XLA, "PYTHONPATH": f"{no_tensorflow}{os.pathsep}{ROOT}"}
        done = run_process(*arguments, timeout=300, env=env)
        return done.status, done.out + done.err

    return run


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", SPECS)
def test_verify(
    backend: str, name: str, full: bool, run_process: RunProcess, run_on: RunOn
) -> None:
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    if not full and name not in ("lenet5", "showcase/transfer"):
        pytest.skip("runs with --full")
    path = str(ROOT / "specs" / f"{name}.yaml")
    if name == "lenet5":  # as users start it
        done = run_process("verify", "-q", path, "--backend", backend, timeout=300)
        status, said = done.status, done.out + done.err
    else:
        status, said = run_on(backend, "verify", "-q", path)
    assert status == 0, said
    assert "as inferred, with random input too" in said


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_file_is_compiled_and_read(backend: str, run_on: RunOn, tmp_path: Path) -> None:
    """Names with dots too, which PyTorch refuses: there they have dashes."""
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    spec, file = tmp_path / "deep.yaml", tmp_path / "deep.keras"
    spec.write_text(SHARED, encoding="utf-8")
    status, said = run_on(backend, "compile", str(spec), "-o", str(file))
    assert status == 0, said
    status, said = run_on(backend, "verify", "-q", str(spec), "--against", str(file))
    assert status == 0, said
    assert "same graph of 4 operations" in said
