"""Training steps on an accelerator: networks as archspec builds them beside plain Keras, in one run.

``python benchmarks/gpu.py [--rounds 3] [--batch 64] [steps] [feed] [seed]``

steps: seconds of a training step of ResNet-50 (beside keras.applications') and of LeNet-5 (beside
    the same layers written by hand), float32 and mixed_float16: medians of rounds, taken in turns.
feed: pictures a second that `archspec train` feeds to LeNet-5, beside `fit` on the same array.
seed: one recipe trained twice: whether histories are the same, byte for byte.

It runs on the backend that Keras has (``KERAS_BACKEND=jax``), and on a CPU too, which takes long.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402

import archspec  # noqa: E402
from archspec.diagnostics.sink import Sink  # noqa: E402
from archspec.diagnostics.source import Source  # noqa: E402
from archspec.parse import parse  # noqa: E402
from archspec.train.check.read import read_recipe  # noqa: E402
from archspec.train.fit.fit import train  # noqa: E402
from archspec.train.fit.run_options import RunOptions  # noqa: E402
from archspec.train.run.folder import open_run  # noqa: E402

STEPS = 20
Make = Callable[[], Any]


def device() -> str:
    """What Keras runs on, in words."""
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        found = jax.devices()[0]
        return f"jax {jax.__version__} on {found.device_kind}"
    if backend == "torch":
        import torch

        where = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
        return f"torch {torch.__version__} on {where}"
    import tensorflow as tf

    return f"tensorflow {tf.__version__} on {tf.config.list_physical_devices()[-1].name}"


def plain_lenet() -> Any:
    """LeNet-5 as specs/lenet5.yaml has it, in Keras's words."""
    layers = keras.layers
    inputs = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, 5, activation="relu")(inputs)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    x = layers.Dense(84, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def built(name: str) -> Make:
    return lambda: archspec.build(ROOT / "specs" / name)


NETWORKS: dict[str, tuple[Make, Make, tuple[int, ...], int, int]] = {
    "ResNet-50": (
        lambda: keras.applications.ResNet50(weights=None),
        built("resnet50.yaml"),
        (224, 224, 3),
        1000,
        1,
    ),
    "LeNet-5": (plain_lenet, built("lenet5.yaml"), (32, 32, 1), 10, 4),
}
"""Plain Keras and archspec, shape, classes, and how many times the batch."""


def stepper(make: Make, shape: tuple[int, ...], classes: int, batch: int) -> Callable[[], float]:
    """Compiles and warms up a model; each call gives the seconds of a step."""
    model = make()
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "sparse_categorical_crossentropy")
    random = np.random.default_rng(0)
    x = random.standard_normal((batch * STEPS, *shape), "float32")
    y = random.integers(0, classes, batch * STEPS)

    def seconds() -> float:
        began = time.perf_counter()
        model.fit(x, y, batch_size=batch, verbose=0, shuffle=False)
        return (time.perf_counter() - began) / STEPS

    seconds()
    return seconds


def steps(rounds: int, batch: int) -> None:
    print(f"{'seconds a step':28}{'plain Keras':>12}{'archspec':>12}{'ratio':>8}")
    for policy in ("float32", "mixed_float16"):
        for name, (plain, ours, shape, classes, times) in NETWORKS.items():
            keras.config.set_dtype_policy(policy)
            ways = [stepper(make, shape, classes, batch * times) for make in (plain, ours)]
            found: list[list[float]] = [[way() for way in ways] for _ in range(rounds)]
            a, b = (statistics.median(column) for column in zip(*found, strict=True))
            ratio = statistics.median(row[1] / row[0] for row in found)
            print(f"{name + ' ' + policy:28}{a:12.5f}{b:12.5f}{ratio:8.2f}", flush=True)
            keras.backend.clear_session()
    keras.config.set_dtype_policy("float32")


RECIPE = """\
archspec: 1
spec: {spec}
data: {{arrays: {{path: digits.npz}}}}
loss: sparse_categorical_crossentropy
prepare: {{rescale: 1/255}}
optimizer: Adam
metrics: [accuracy]
epochs: {epochs}
batch_size: 256
"""


def history(folder: Path, epochs: int, name: str) -> tuple[bytes, float]:
    """The history of a run, and the seconds of its epochs from the second on."""
    text = RECIPE.format(spec=ROOT / "specs" / "lenet5.yaml", epochs=epochs)
    sink = Sink()
    document = parse(Source(str(folder / "recipe.yaml"), text), sink)
    recipe = read_recipe(document, sink) if document else None
    assert recipe is not None, sink.diagnostics
    run = open_run(str(folder / name), recipe)
    begun: list[float] = []
    note = keras.callbacks.History.on_epoch_begin
    keras.callbacks.History.on_epoch_begin = lambda self, epoch, logs=None: begun.append(
        time.perf_counter()
    )
    try:
        train(recipe, run, RunOptions(verbose=0), sink)
    finally:
        keras.callbacks.History.on_epoch_begin = note
    seconds = [b - a for a, b in pairwise(begun[1:])]
    found = Path(run.file("history.csv")).read_bytes()
    run.finish()
    return found, statistics.median(seconds) if seconds else 0.0


def write_digits(folder: Path, count: int) -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (count, 32, 32, 1), "uint8")
    y = random.integers(0, 10, count)
    np.savez(folder / "digits.npz", x_train=x, y_train=y, x_test=x[:256], y_test=y[:256])
    return x, y


def feed(folder: Path) -> None:
    count = 51_200
    x, y = write_digits(folder, count)
    _, ours = history(folder, 5, "fed")
    model = plain_lenet()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    floats = x.astype("float32") / 255
    times = []
    for _ in range(4):
        began = time.perf_counter()
        model.fit(floats, y, batch_size=256, verbose=0, validation_data=(floats[:256], y[:256]))
        times.append(time.perf_counter() - began)
    plain = statistics.median(times[1:])
    print(
        f"pictures a second, LeNet-5: fit {count / plain:,.0f}, archspec {count / ours:,.0f}, "
        f"ratio {plain / ours:.2f}",
        flush=True,
    )


def seed(folder: Path) -> None:
    write_digits(folder, 5_120)
    first, second = (history(folder, 2, name)[0] for name in ("first", "second"))
    same = "the same" if first == second else "another"
    print(f"one seed twice: {same} history, byte for byte", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["steps", "feed", "seed"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    print(f"{device()}, Keras {keras.__version__}, batches of {options.batch}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if "seed" in options.parts:
            seed(Path(folder))
        if "feed" in options.parts:
            feed(Path(folder))
        if "steps" in options.parts:
            steps(options.rounds, options.batch)


if __name__ == "__main__":
    main()
