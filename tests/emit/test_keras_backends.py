"""The same specs on every backend that is installed, each in a process of its own."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from archspec.emit.keras.backend import BACKENDS
from tests.conftest import ROOT, RunProcess

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


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", SPECS)
def test_verify(backend: str, name: str, full: bool, run_process: RunProcess) -> None:
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    if not full and name not in ("lenet5", "showcase/transfer"):
        pytest.skip("runs with --full")
    path = str(ROOT / "specs" / f"{name}.yaml")
    done = run_process("verify", "-q", path, "--backend", backend, timeout=300)
    assert done.status == 0, done.err
    assert "as inferred, with random input too" in done.out


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_file_is_compiled_and_read(backend: str, run_process: RunProcess, tmp_path: Path) -> None:
    """Names with dots too, which PyTorch refuses: there they have dashes."""
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    spec, file = tmp_path / "deep.yaml", tmp_path / "deep.keras"
    spec.write_text(SHARED, encoding="utf-8")
    done = run_process("compile", str(spec), "-o", str(file), "--backend", backend, timeout=300)
    assert done.status == 0, done.err
    again = run_process(
        "verify", "-q", str(spec), "--against", str(file), "--backend", backend, timeout=300
    )
    assert again.status == 0, again.err
    assert "same graph of 4 operations" in again.out
