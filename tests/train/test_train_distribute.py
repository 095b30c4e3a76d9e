"""Training on several devices and by several processes, which meet on this machine."""

import csv
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from archspec.train.fit.distribute import check_batch
from archspec.train.fit.errors import DistributeError
from archspec.train.fit.process_place import (
    ADDRESSES,
    NUMBER,
    PROCESSES,
    ProcessPlace,
    check_port,
    find_place,
)
from archspec.train.fit.run_options import BatchShare
from tests.conftest import QUICK_XLA, ROOT, Outcome, Run
from tests.training_data import MNIST, write_recipe

needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")
JAX = ("--distribute", "jax-data-parallel")
TWO_DEVICES = {"XLA_FLAGS": f"--xla_force_host_platform_device_count=2 {QUICK_XLA}"}
LIMIT = 150
"""Seconds: processes that wait for each other for ever fail a test, they do not hang it."""

MAIN = "from archspec.commands import main; main()"
MIRRORED = f"""\
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)
{MAIN}
"""
SLURM = {
    "SLURM_JOB_ID": "7", "SLURM_STEP_NODELIST": "a[1-2]", "SLURM_NTASKS": "2",
    "SLURM_PROCID": "1", "SLURM_LOCALID": "0",
}  # fmt: skip


def start(program: str, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    """Start ``archspec train``."""
    paths = [environ.pop("PYTHONPATH", ""), str(ROOT), os.environ.get("PYTHONPATH", "")]
    python_path = os.pathsep.join(p for p in paths if p)
    # JAX warns of proxies, which these processes do not need.
    inherited = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    return subprocess.Popen(
        [sys.executable, "-c", program, "train", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**inherited, "PYTHONPATH": python_path, "XLA_FLAGS": QUICK_XLA, **environ},
    )


def finish(processes: list[subprocess.Popen[str]]) -> list[Outcome]:
    """Wait for processes; end those that do not end."""
    found = []
    try:
        for process in processes:
            out, err = process.communicate(timeout=LIMIT)
            found.append(Outcome(process.returncode, out, err))
    finally:
        for process in processes:
            process.kill()
    return found


def start_two(
    path: str, *arguments: str, other: tuple[str, ...] = ()
) -> list[subprocess.Popen[str]]:
    """Two processes that train one model; ``other`` is for the second one alone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    common = {ADDRESSES: f"127.0.0.1:{port}", PROCESSES: "2", "PYTHONPATH": path}
    return [
        start(MAIN, *arguments, *JAX, *(other if n else ()), **common, **{NUMBER: str(n)})
        for n in range(2)
    ]


def history(run: Path) -> list[dict[str, float]]:
    with open(run / "history.csv", encoding="utf-8") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def check_same(one: list[dict[str, float]], other: list[dict[str, float]], rel: float) -> None:
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert a == pytest.approx(b, rel=rel, abs=1e-6)


@needs_jax
def test_two_processes(tmp_path: Path, no_tensorflow: str) -> None:
    """One is killed and the other ends; both go on, and get what one process gets."""
    recipe, path = write_recipe(tmp_path / "recipe.yaml", show=["confusion_matrix"]), tmp_path / "r"
    # So many epochs that they would not end within the limit.
    both = start_two(no_tensorflow, str(recipe), "-o", str(path), "--epochs", "100000")
    end = time.monotonic() + LIMIT
    while not (path / "history.csv").exists() and time.monotonic() < end:
        time.sleep(0.02)
    both[1].kill()
    ends = finish(both)
    assert ends[0].status not in (0, None)
    assert "AS608" in ends[0].err or "another task died" in ends[0].err
    done = len(history(path))
    assert done >= 1

    epochs = str(done + 1)
    arguments = (str(recipe), "-o", str(path), "--epochs", epochs)
    first, second = finish(start_two(no_tensorflow, *arguments, "--resume"))
    assert first.status == 0, first.err
    assert second == (0, "", "")
    assert "data-parallel on 2 devices of 2 processes" in first.out
    assert f"going on after epoch {done}" in first.out
    names = {"model.keras", "metrics.json", "run.json", "curves.svg", "confusion_matrix.csv"}
    assert names <= {p.name for p in path.iterdir()}

    environ = {"KERAS_BACKEND": "jax", "PYTHONPATH": no_tensorflow}
    arguments = (str(recipe), "-o", str(tmp_path / "alone"), "--epochs", epochs)
    (alone,) = finish([start(MAIN, *arguments, **environ)])
    assert alone.status == 0, alone.err
    # Dropout too is that of one process. Sums in another order differ in the last digits.
    check_same(history(tmp_path / "alone"), history(path), rel=1e-3)


@needs_jax
@pytest.mark.slow
def test_processes_that_differ(tmp_path: Path, full: bool, no_tensorflow: str) -> None:
    """They say so and end: they would wait for each other, or train nonsense."""
    if not full:
        pytest.skip("runs with --full")
    recipe = write_recipe(tmp_path / "recipe.yaml", epochs=1)
    arguments = [no_tensorflow, str(recipe), "-o", str(tmp_path / "run")]
    for both in finish(start_two(*arguments, other=("--set", "seed=4"))):
        assert both.status == 2
        assert "process 1 has another recipe than process 0" in both.err
    finish(start_two(*arguments, "--force"))
    elsewhere = ("-o", str(tmp_path / "elsewhere"))
    for both in finish(start_two(*arguments, "--resume", other=elsewhere)):
        assert both.status == 2
        assert "process 1 has another checkpoint than process 0" in both.err


@needs_jax
def test_two_devices_of_one_process(tmp_path: Path, no_tensorflow: str) -> None:
    """With numbers of examples that two devices cannot divide."""
    import numpy as np

    with np.load(MNIST) as file:
        parts = {name: file[name] for name in file.files}
    odd = {n: a[:151] if n.endswith("train") else a[:51] for n, a in parts.items()}
    np.savez(tmp_path / "odd.npz", **odd)
    data = {"mnist": {"path": str(tmp_path / "odd.npz")}}
    recipe = write_recipe(tmp_path / "recipe.yaml", data=data, epochs=1, show=["confusion_matrix"])
    path = tmp_path / "run"
    environ = {**TWO_DEVICES, "PYTHONPATH": no_tensorflow}
    (done,) = finish([start(MAIN, str(recipe), "-o", str(path), *JAX, **environ)])
    assert done.status == 0, done.err
    assert "data-parallel on 2 devices of this process" in done.out
    assert "1 of 51 examples to watch left out" in done.out
    # What comes after training leaves nothing out.
    rows = (path / "confusion_matrix.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert sum(int(n) for row in rows for n in row.split(",")[1:]) == 51


@pytest.mark.parametrize("fine_tune", [False, True])
@pytest.mark.slow
def test_mirrored(fine_tune: bool, full: bool, run: Run, tmp_path: Path) -> None:
    """On two devices as on one; with --full, stopped and resumed, and with fine-tuning."""
    if fine_tune and not full:
        pytest.skip("runs with --full")
    changes = {}
    if fine_tune:
        changes["fine_tune"] = {"from": "hidden", "epochs": 1, "optimizer": "SGD"}
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "archspec: 1\ninput: [28, 28, 1]\nlayers:\n  - Flatten\n  - Dense: {name: hidden, units: 12,"
        f" activation: relu, trainable: {str(not fine_tune).lower()}}}\n"
        "  - Dense: {name: top, units: 10, activation: softmax}\n",
        encoding="utf-8",
    )
    recipe = write_recipe(tmp_path / "recipe.yaml", epochs=2 - fine_tune, **changes)
    path = tmp_path / "run"
    arguments = [str(recipe), "-o", str(path), "--distribute", "mirrored"]
    if full and not fine_tune:
        (stopped,) = finish([start(MIRRORED, *arguments, "--epochs", "1")])
        assert stopped.status == 0, stopped.err
    (done,) = finish([start(MIRRORED, *arguments, "--resume")])
    assert done.status == 0, done.err
    assert "mirrored on 2 devices of this machine" in done.out
    assert run("train", str(recipe), "-o", str(tmp_path / "alone")).status == 0
    check_same(history(tmp_path / "alone"), history(path), rel=1e-4)


def test_one_device(run: Run, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "recipe.yaml", epochs=1)
    done = run("train", str(recipe), "-o", str(tmp_path / "run"), "--distribute", "mirrored")
    assert done.status == 0, done.err
    assert "only one device here: --distribute mirrored changes nothing" in done.out


def test_multiworker_is_refused(run: Run, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "recipe.yaml", epochs=1)
    done = run("train", str(recipe), "-o", str(tmp_path / "run"), "--distribute", "multiworker")
    assert done.status == 2
    assert "AS608" in done.err
    assert "keras#20585" in done.err


@pytest.mark.parametrize(
    ("size", "devices", "help"), [(99, 2, "98 or 100"), (3, 8, "8"), (100, 8, "96 or 104")]
)
def test_batches_that_cannot_be_divided(size: int, devices: int, help: str) -> None:
    with pytest.raises(DistributeError) as caught:
        check_batch(size, devices)
    assert caught.value.message == f"batches of {size} cannot be divided among {devices} devices"
    assert caught.value.help.endswith(f"--set batch_size={help}")


def place(addresses: str = "", processes: str = "", number: str = "") -> dict[str, str]:
    return {ADDRESSES: addresses, PROCESSES: processes, NUMBER: number}


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        (place(), None),
        (place("a:1", "1", "0"), None),
        (place("a:1", "2", "1"), ProcessPlace("a:1", 2, 1)),
        (place("a:1, b:2", "2", "0"), ProcessPlace("a:1", 2, 0)),
        (place("[::1]:4321", "2", "0"), ProcessPlace("[::1]:4321", 2, 0)),
        (SLURM, ProcessPlace()),
        (SLURM | place("a:1", "3", "2"), ProcessPlace("a:1", 3, 2)),
        (SLURM | {"SLURM_NTASKS": "1"}, None),
        ({k: v for k, v in SLURM.items() if k != "SLURM_STEP_NODELIST"}, None),
    ],
)
def test_a_place_among_processes(environ: Mapping[str, str], found: ProcessPlace | None) -> None:
    assert find_place(environ) == found


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (place(processes="2"), f"{PROCESSES} is set, but not {ADDRESSES} and {NUMBER}"),
        (place("a:1", "2"), f"{ADDRESSES} is set, but not {NUMBER}"),
        (place("a:1", "two", "0"), f"{PROCESSES} is `two`, not a number"),
        (place("a:1", "0", "0"), f"{PROCESSES} is 0"),
        (place("a:1", "2", "-1"), f"{NUMBER} is `-1`, not a number"),
        (place("a:1", "2", "2"), f"{NUMBER} is 2, and {PROCESSES} is 2"),
        (place("a", "2", "0"), f"{ADDRESSES} has `a`"),
        (place("a:1,b:1", "3", "0"), f"{ADDRESSES} has 2 addresses for 3 processes"),
    ],
)
def test_wrong_places(environ: Mapping[str, str], message: str) -> None:
    with pytest.raises(DistributeError) as caught:
        find_place(environ)
    assert caught.value.message == message


def test_a_port_that_is_taken() -> None:
    with (
        socket.create_server(("", 0), family=socket.AF_INET) as server,
        pytest.raises(DistributeError, match="cannot be had"),
    ):
        check_port(ProcessPlace(f"127.0.0.1:{server.getsockname()[1]}", 2, 0))


def test_shares() -> None:
    assert BatchShare().whole(151) == 151
    assert BatchShare(0, 2, 4).whole(151) == 148
