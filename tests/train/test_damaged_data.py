"""Damaged files of data and of runs: each is read, or refused by one error that names it.

``python tests/damage_run.py`` does the same with very many.
"""

import warnings
from pathlib import Path
from random import Random

import pytest

from tests.conftest import RunProcess, examples
from tests.damage_data import KINDS
from tests.damage_run import MEGABYTES, run
from tests.damaged_files import damaged
from tests.train.test_data_hostile import arrays_recipe, write_npz


@pytest.mark.parametrize("name", KINDS)
def test_damaged(name: str) -> None:
    with warnings.catch_warnings(action="ignore"):  # Pillow wonders about some of them
        outcome = run(KINDS[name], seed=1, first=0, count=examples(80))
    assert outcome.told == []
    assert outcome.growth < MEGABYTES
    assert outcome.ends["refused"] > 0


def test_damaged_as_processes(tmp_path: Path, run_process: RunProcess) -> None:
    """What says that it is wrong ends so, and the reverse; nothing else ends it."""
    write_npz(tmp_path / "a.npz")
    sound = (tmp_path / "a.npz").read_bytes()
    recipe = arrays_recipe(tmp_path)
    for case in range(examples(4)):
        (tmp_path / "a.npz").write_bytes(damaged(sound, Random(f"process/{case}")))
        told = run_process("check", str(recipe))
        assert told.status in (0, 1), told.err
        assert (told.status == 1) == ("error[" in told.out)
        assert told.err == ""
        assert told.seconds < 2
