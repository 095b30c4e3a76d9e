"""Ctrl-C ends every command with status 130, soon, and also where somebody drops the interrupt."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.training_data import write_recipe

ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
DEEP = """\
archspec: 1
input: [8, 8, 4]
layers:
  - repeat: {times: 1500, layers: [Conv2D: {filters: 4, kernel_size: 1}, Activation: relu]}
"""


def interrupted(command: list[str], folder: Path, after: float) -> tuple[int, str, float]:
    """Status, what was said and seconds until the end of a process that gets Ctrl-C."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    running = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**ENV, "TMPDIR": str(scratch)},
    )
    time.sleep(after)
    running.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = running.communicate(timeout=60)
    assert list(scratch.iterdir()) == []
    return running.returncode, err, time.monotonic() - began


def test_verify_of_a_deep_network(tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text(DEEP)
    command = [sys.executable, "-m", "archspec", "verify", "deep.yaml"]
    status, err, seconds = interrupted(command, tmp_path, 5.0)
    assert status == 130, err
    assert err.strip() == "interrupted"
    assert seconds < 20  # 4.4 s at most where it was measured


def test_predict_of_many_pictures(tmp_path: Path, run: Run) -> None:
    from PIL import Image

    recipe = write_recipe(tmp_path / "recipe.yaml", epochs=1)
    assert run("train", str(recipe), "-o", str(tmp_path / "run")).status == 0
    Image.new("L", (28, 28)).save(tmp_path / "a.png")
    command = [sys.executable, "-m", "archspec", "predict", "run", *["a.png"] * 50_000]
    status, err, seconds = interrupted(command, tmp_path, 6.0)
    assert status == 130, err
    assert err.strip() == "interrupted"
    assert seconds < 20


DROPPED = """
import sys, time
from archspec.emit.keras.interrupts import catch_interrupts, check_interrupt
catch_interrupts()
end = time.monotonic() + 30
print("ready", flush=True)
try:
    while time.monotonic() < end:
        time.sleep(0.05)
except:
    pass
while time.monotonic() < end:
    LOOP
"""


@pytest.mark.parametrize("loop", ["check_interrupt()", "time.sleep(0.05)"])
def test_an_interrupt_that_is_dropped(loop: str) -> None:
    """Where our loops turn it is found at once; elsewhere it comes again."""
    running = subprocess.Popen(
        [sys.executable, "-c", DROPPED.replace("LOOP", loop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENV,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    began = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=40)
    assert time.monotonic() - began < (2 if "check" in loop else 10)
    assert "KeyboardInterrupt" in err


BOTHERED = """
import signal, time
from archspec.emit.keras.interrupts import catch_interrupts, uninterrupted
catch_interrupts()
try:
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.1)
        print("done", flush=True)
except KeyboardInterrupt:
    print("then interrupted", flush=True)
"""


def test_what_must_be_done_to_its_end() -> None:
    done = subprocess.run([sys.executable, "-c", BOTHERED], capture_output=True, text=True, env=ENV)
    assert done.stdout == "done\nthen interrupted\n"


AS_A_REFUSAL = """
import signal, sys
import archspec.commands.layers as layers
from archspec.commands import main
from archspec.commands._leave import refuse
from archspec.emit.keras.interrupts import catch_interrupts
catch_interrupts()
def fails(*told, **more):
    try:
        signal.raise_signal(signal.SIGINT)
    except:
        refuse("AS501", "Keras", "Keras cannot be imported: initialization failed")
layers.command.callback = fails
sys.argv = ["archspec", "layers"]
main()
"""

AS_AN_ERROR = """
import signal, sys
import archspec.commands.layers as layers
from archspec.emit.keras.interrupts import catch_interrupts
from archspec.commands import main
catch_interrupts()
def fails(*told, **more):
    try:
        signal.raise_signal(signal.SIGINT)
    except:
        raise TypeError("as TensorFlow says it")
layers.command.callback = fails
sys.argv = ["archspec", "layers"]
main()
"""


@pytest.mark.parametrize("code", [AS_AN_ERROR, AS_A_REFUSAL], ids=["error", "refusal"])
def test_an_interrupt_that_comes_out_as_an_error(code: str) -> None:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=ENV)
    assert done.returncode == 130
    assert done.stderr == "interrupted\n"
