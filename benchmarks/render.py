"""Time to draw networks: ``archspec render``, and Keras building and plotting the same network.

``python benchmarks/render.py [--rounds 5]`` prints medians of whole processes, run in turn, and
their ratio; then the time for a spec of 5,000 layers. ``plot_model`` needs the package pydot, and
Graphviz, for which the bundled one stands in; without pydot, only building is measured, which
makes the ratio smaller than it is.
"""

import argparse
import importlib.util
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST_RATIO = 15.0
MOST_SECONDS = 3.0

RENDER = "import sys; from archspec.commands import main; main()"
BUILD = "import keras; model = keras.applications.{name}(weights=None)"
PLOT = "; keras.utils.plot_model(model, {path!r}, show_shapes=True)"
NETWORKS = {"ResNet152": "resnet152_bias.yaml", "DenseNet121": "densenet121.yaml"}
"""Builders of keras.applications, and the specs of the same networks; the first one counts."""


def environment(folder: Path) -> dict[str, str]:
    """One in which ``dot`` is there, for Keras's sake, and nothing is printed but results."""
    programs = folder / "bin"
    programs.mkdir()
    if shutil.which("dot") is None:
        own = shutil.which("graphviz-pure", path=sysconfig.get_path("scripts"))
        if own:
            (programs / "dot").symlink_to(own)
    return {
        **os.environ,
        "PATH": os.pathsep.join([os.environ.get("PATH", ""), str(programs)]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def seconds(code: str, *arguments: str, env: dict[str, str]) -> float:
    """Time of a process from its start to its end."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, check=True, capture_output=True
    )
    return time.perf_counter() - start


def large_spec(path: Path) -> None:
    """A spec of 5,000 layers that do not repeat."""
    rng = random.Random(1)
    lines = ["archspec: 1", "name: large", "input: [32, 32, 3]", "layers:"]
    for _ in range(5000):
        filters, size = rng.randint(1, 64), rng.choice((1, 3, 5))
        lines.append(f"  - Conv2D: {{filters: {filters}, kernel_size: {size}, padding: same}}")
    path.write_text("\n".join(lines) + "\n")


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    plots = importlib.util.find_spec("pydot") is not None
    what = "build and plot_model" if plots else "build alone: pydot is not installed"
    missed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = environment(folder)
        svg = str(folder / "net.svg")
        for number, (builder, spec) in enumerate(NETWORKS.items()):
            code = BUILD.format(name=builder)
            if plots:
                code += PLOT.format(path=str(folder / "keras.svg"))
            render = ["render", str(ROOT / "specs" / spec), "-o", svg, "--force"]
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(seconds(RENDER, *render, env=env))
                theirs.append(seconds(code, env=env))
            a, b = statistics.median(ours), statistics.median(theirs)
            print(f"{builder}: archspec {a:.2f} s, Keras ({what}) {b:.2f} s, ratio {b / a:.1f}")
            missed = missed or (number == 0 and b / a < LEAST_RATIO)
        spec_path = folder / "large.yaml"
        large_spec(spec_path)
        render = ["render", str(spec_path), "-o", svg, "--force"]
        times = [seconds(RENDER, *render, env=env) for _ in range(rounds)]
        print(f"5,000 layers: {statistics.median(times):.2f} s")
        missed = missed or statistics.median(times) > MOST_SECONDS
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
