"""How fast checking is, beside what else there is: ratios measured in one run.

    python benchmarks/check.py [--rounds N] [--without-keras]

Needs the extra `dev` (onnx, keras, tensorflow). Each pair is measured in turn, A B A B, and the
median of the ratios is printed: machines are noisy, absolute times mean little.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SPECS = ROOT / "specs"
ARCHSPEC = [sys.executable, "-m", "archspec"]
NETWORKS = ("alexnet", "resnet50", "resnet152")

KERAS = """
import os; os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import contextlib, io, keras
from keras import applications, layers
if "{name}" == "resnet152":
    model = applications.ResNet152(weights=None)
else:
    model = keras.Sequential([layers.Input((227, 227, 3))])
    for filters, kernel, strides, padding, pool in (
        (96, 11, 4, "valid", 1), (256, 5, 1, "same", 1), (384, 3, 1, "same", 0),
        (384, 3, 1, "same", 0), (256, 3, 1, "same", 1),
    ):
        model.add(layers.Conv2D(filters, kernel, strides, padding, activation="relu"))
        if pool:
            model.add(layers.MaxPooling2D(3, 2))
    model.add(layers.Flatten())
    for units in (4096, 4096):
        model.add(layers.Dense(units, activation="relu"))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(1000, activation="softmax"))
with contextlib.redirect_stdout(io.StringIO()):
    model.summary()
"""
ONNX = """
import onnx, sys
onnx.shape_inference.infer_shapes(onnx.load(sys.argv[1]))
"""


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--without-keras", action="store_true")
    options = parser.parse_args()
    # A user's Python keeps compiled files; one that may not would compile us anew each time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    cold(options.rounds, not options.without_keras)
    imports(options.rounds)
    warm(options.rounds * 5)
    growth()
    memory()


def cold(rounds: int, keras: bool) -> None:
    """Whole processes."""
    print("Whole processes (median seconds; ratio to `archspec check`)")
    python = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("alexnet", "resnet152"):
            ours = [*ARCHSPEC, "check", str(SPECS / f"{name}.yaml")]
            model = Path(folder, f"{name}.onnx")
            write_onnx(name, model)
            rivals: dict[str, tuple[list[str], int]] = {
                "python -c pass": ([*python, "pass"], rounds),
                "import pydantic, yaml": (
                    [*python, "import yaml; from pydantic import BaseModel"],
                    rounds,
                ),
                "import onnx, load, infer_shapes": ([*python, ONNX, str(model)], rounds),
            }
            if keras:
                rivals["Keras builds and summarises"] = ([*python, KERAS.format(name=name)], 3)
            for title, (rival, times) in rivals.items():
                a, b, ratio = compare(partial(run, ours), partial(run, rival), times)
                print(f"  {name:10} {a:.3f}   {title:32} {b:.3f}   ours/theirs {ratio:.2f}")


def imports(rounds: int) -> None:
    """What is imported for a cold check, and for whom."""
    command = [sys.executable, "-X", "importtime", *ARCHSPEC[1:], "check"]
    found: dict[str, list[int]] = {}
    for _ in range(rounds):
        done = subprocess.run([*command, str(SPECS / "alexnet.yaml")], capture_output=True)
        costs = _costs(done.stderr.decode())
        for part in {*costs, *found}:
            found.setdefault(part, []).append(costs.get(part, 0))
    least = {part: min(costs) / 1000 for part, costs in found.items()}
    print("Imports of a cold check of alexnet (least milliseconds of each under -X importtime)")
    for part, cost in sorted(least.items(), key=lambda pair: -pair[1]):
        print(f"  {part:44} {cost:5.1f}  {cost / sum(least.values()):4.0%}")


PACKAGES = ("archspec", "click", "pydantic_core", "yaml")


def _costs(told: str) -> dict[str, int]:
    """Microseconds of imports by package; the standard library's by who imports it first."""
    lines = re.findall(r"^import time: +(\d+) \| +\d+ \|( *)(\S+)$", told, re.MULTILINE)
    costs: dict[str, int] = {}
    above: list[tuple[int, str]] = []  # a module stands below what it imports
    for cost, indent, name in reversed(lines):
        while above and above[-1][0] >= len(indent):
            above.pop()
        package = "pydantic_core" if name == "archspec.records.core" else name.partition(".")[0]
        if package not in PACKAGES:
            package = above[-1][1] if above else "Python"
            if package in PACKAGES:
                package = f"the standard library, for {package}"
        above.append((len(indent), package))
        costs[package] = costs.get(package, 0) + int(cost)
    return costs


def warm(rounds: int) -> None:
    """In one process: text to shaped graph."""
    import onnx

    from archspec.diagnostics.sink import Sink
    from archspec.pipeline import forget, open_document, shape_document

    print("Warm, in one process (median milliseconds)")
    print("  the first figure with the files that a spec refers to known, the second with all anew")
    for name in NETWORKS:
        path = str(SPECS / f"{name}.yaml")

        def ours(path: str = path) -> Any:
            sink = Sink()
            document = open_document(path, sink)
            assert document is not None
            return shape_document(document, sink)

        shaped = ours()
        data = twin(shaped)

        def theirs(data: bytes = data) -> Any:
            return onnx.shape_inference.infer_shapes(onnx.load_model_from_string(data))

        assert len(theirs().graph.value_info) >= len(shaped.nodes) - 2

        def anew(ours: Callable[[], Any] = ours) -> Any:
            forget()
            return ours()

        nodes = len(shaped.nodes)
        for function in (ours, anew):
            a, b, ratio = compare(timed(function), timed(theirs), rounds)
            line = f"  {name:10} {nodes:4} layers  {a * 1e3:7.2f}   onnx {b * 1e3:7.2f}"
            print(f"{line}   ours/onnx {ratio:.2f}")


def growth() -> None:
    """From 10² to 10⁵ layers."""
    import onnx

    from archspec.diagnostics.sink import Sink
    from archspec.diagnostics.source import Source
    from archspec.parse import parse
    from archspec.pipeline import shape_document

    print("Growth (best of 5; microseconds a layer)")
    for kind, text in (("repeat", repeated), ("flat YAML", flat), ("flat JSON", flat_json)):
        first = 0.0
        for count in (10**2, 10**3, 10**4, 10**5):
            name = "x.json" if kind.endswith("JSON") else "x.yaml"
            source = Source(name, text(count))

            def ours(source: Source = source) -> Any:
                sink = Sink()
                document = parse(source, sink)
                assert document is not None
                return shape_document(document, sink)

            times = [timed(ours)() for _ in range(5)]
            each = min(times) / count * 1e6
            first = each if count == 10**3 else first
            line = f"  {kind:10} {count:7,} layers  {each:6.2f}"
            if first:
                line += f"   {each / first:.2f} of the time a layer at 1,000"
            if count == 10**5:
                shaped = ours()
                data = twin(shaped)
                theirs = timed(
                    lambda data=data: onnx.shape_inference.infer_shapes(  # type: ignore[misc]
                        onnx.load_model_from_string(data)
                    )
                )
                del shaped
                ratio = statistics.median(timed(ours)() / theirs() for _ in range(3))
                line += f"   ours/onnx {ratio:.2f}"
            print(line)


def memory() -> None:
    """Peak memory of a cold check."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    command = [sys.executable, "-c", code, *ARCHSPEC, "check", str(SPECS / "resnet152.yaml")]
    peak = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print(f"Peak memory of a cold check of resnet152: {peak:.0f} MB")


def repeated(count: int) -> str:
    """A spec of residual units, said with a repeat."""
    return (
        "archspec: 1\ninput: [32, 32, 64]\nlayers:\n  - repeat:\n"
        f"      times: {count // 4}\n      layers:\n        - residual:\n"
        "            - Conv2D: {filters: 64, kernel_size: 3, padding: same}\n"
        "            - BatchNormalization\n            - Activation: relu\n"
    )


def flat(count: int) -> str:
    """A spec with a line for each layer."""
    line = "  - Conv2D: {filters: 64, kernel_size: 3, padding: same}\n"
    return "archspec: 1\ninput: [32, 32, 64]\nlayers:\n" + line * count


def flat_json(count: int) -> str:
    """The same in JSON."""
    import json

    layer = {"Conv2D": {"filters": 64, "kernel_size": 3, "padding": "same"}}
    return json.dumps({"archspec": 1, "input": [32, 32, 64], "layers": [layer] * count})


def write_onnx(name: str, path: Path) -> None:
    from archspec.diagnostics.sink import Sink
    from archspec.pipeline import shape_file

    path.write_bytes(twin(shape_file(str(SPECS / f"{name}.yaml"), Sink())))


def twin(shaped: Any) -> bytes:
    sys.path.insert(0, str(Path(__file__).parent))
    from onnx_twin import onnx_twin

    data: bytes = onnx_twin(shaped).SerializeToString()
    return data


def run(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def timed(function: Callable[[], Any]) -> Callable[[], float]:
    def measure() -> float:
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    return measure


def compare(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Medians of both, and of their ratio pair by pair."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


if __name__ == "__main__":
    main()
