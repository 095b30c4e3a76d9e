"""``archspec verify`` finds input for whatever ``check`` calls sound."""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

FITTING = {
    "a window larger than usual": "input: [null, 3]\nlayers: [MaxPooling1D: {pool_size: 20}]",
    "a huge window": "input: [null, null, 3]\nlayers: [MaxPooling2D: {pool_size: [300, 2]}]",
    "a valid window": "input: [null, 3]\nlayers: [Conv1D: {filters: 4, kernel_size: 33}]",
    "a multiple": "input: [null, 3]\nlayers: [Reshape: [-1, 7]]",
    "cut off": "input: [null, 3]\nlayers: [Cropping1D: 40, Conv1D: {filters: 2, kernel_size: 3}]",
    "sizes that belong together": (
        "inputs: {a: [null, 4], b: [null, 4]}\nlayers: [Conv1D: {filters: 4, kernel_size: 7,"
        " from: a, name: c}, Add: {from: [c, b]}]"
    ),
    "a skip": (
        "input: [null, null, 3]\nlayers: [MaxPooling2D: {name: p, pool_size: 5},"
        " MaxPooling2D: {pool_size: 7}, UpSampling2D: {size: 35, name: u},"
        " Concatenate: {from: [u, input]}]"
    ),
    "text": "input: {shape: [3], dtype: string}\nlayers: [Flatten]",
    "a word": "input: {shape: [], dtype: string}\nlayers: [Reshape: [1]]",
    "yes and no": "input: {shape: [4], dtype: bool}\nlayers: [Flatten]",
    "small integers": (
        "input: {shape: [4], dtype: int8}\nlayers: [Embedding: {input_dim: 999, output_dim: 3}]"
    ),
    "a table further on": (
        "input: {shape: [4], dtype: int64}\n"
        "layers: [Flatten, Embedding: {input_dim: 1, output_dim: 2}]"
    ),
    "sums in a table": (
        "inputs: {a: {shape: [4], dtype: int32}, b: {shape: [4], dtype: int32}}\n"
        "layers: [Add: {from: [a, b]}, Embedding: {input_dim: 2, output_dim: 3}]"
    ),
    "floats in a table": "input: [4]\nlayers: [Embedding: {input_dim: 4, output_dim: 3}]",
    "no axis": "input: []\nlayers: [Activation: relu]",
    "the same output twice": "input: [4]\noutputs: [a, a]\nlayers: [Dense: {units: 3, name: a}]",
}
"""Sound specs for which a size of 16 or 64, or any number, does not do."""


@pytest.mark.parametrize("case", FITTING)
def test_what_is_sound_can_be_verified(case: str, run: Run, tmp_path: Path) -> None:
    path, file = tmp_path / "small.yaml", tmp_path / "small.keras"
    path.write_text(f"archspec: 1\n{FITTING[case]}\n")
    assert run("check", str(path)).status == 0
    assert run("compile", str(path), "-o", str(file)).status == 0
    outcome = run("verify", "-q", str(path), "--against", str(file))
    assert outcome.status == 0, outcome.out
    assert "with random input too" in outcome.out
    assert "same graph" in outcome.out
    assert "not compared" not in outcome.out


def test_without_a_size_that_fits_it_is_said(run: Run, tmp_path: Path) -> None:
    path, file = tmp_path / "small.yaml", tmp_path / "small.keras"
    path.write_text(
        "archspec: 1\ninput: [null, 3]\nlayers: [Conv1D: {filters: 3, kernel_size: 7, name: c},"
        " Concatenate: {from: [c, input]}]\n"
    )
    assert run("compile", str(path), "-o", str(file)).status == 0
    outcome = run("verify", "-q", str(path), "--against", str(file))
    assert outcome.status == 0
    assert "as inferred, not run: no size was found that fits" in outcome.out
    assert "outputs not compared: no random input was found that fits" in outcome.out


def test_what_fails_for_some_input_is_no_bug(run: Run, tmp_path: Path) -> None:
    """A table that is too small for what is looked up in it."""
    path, file = tmp_path / "small.yaml", tmp_path / "small.keras"
    path.write_text(
        "archspec: 1\ninput: [40]\nlayers: [Discretization: {bin_boundaries: [0.0, 1.0]},"
        " Embedding: {input_dim: 2, output_dim: 3}]\n"
    )
    assert run("compile", str(path), "-o", str(file)).status == 0
    outcome = run("verify", "-q", str(path), "--against", str(file))
    assert outcome.status == 1
    assert "embedding  Embedding  40×3             6  Keras cannot calculate it" in outcome.out
    assert "outputs not compared: Keras cannot calculate them" in outcome.out
