"""Training: archspec's feeding of networks beside the course's programs, in one run.

``python benchmarks/train.py [--mnist mnist.npz] [--rounds 3] [pictures] [memory] [epochs]``

pictures: pictures a second from the second epoch on, of the same folder: the course's
    ``ImageDataGenerator(rescale=1/255).flow_from_directory``, and `archspec train`; each route
    alone, and in `fit` with the course's smallest network, one Dense on the pixels. JPEG photos
    of 400×300, made here; the course's batches of 20.
memory: the same folder when it does not fit: memory of the process that no file backs.
epochs: seconds an epoch of LeNet-5 with the course's batches of 200 and validation after each:
    plain `fit` on arrays of floats, and `archspec train`. Without --mnist the digits are noise,
    which takes the same time.

Times are between the beginnings of epochs, whatever happens in between; the first is left out.
"""

import argparse
import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from archspec.diagnostics.sink import Sink  # noqa: E402
from archspec.diagnostics.source import Source  # noqa: E402
from archspec.parse import parse  # noqa: E402
from archspec.train.check.read import read_recipe  # noqa: E402
from archspec.train.data.read import read_data  # noqa: E402
from archspec.train.fit.feed import train_feed  # noqa: E402
from archspec.train.fit.fit import train  # noqa: E402
from archspec.train.fit.run_options import BatchShare, RunOptions  # noqa: E402
from archspec.train.recipe.keys import Recipe  # noqa: E402
from archspec.train.run.folder import open_run  # noqa: E402

Fit = Callable[[], object]

FASTER, NO_SLOWER = 25, 1.0
"""Bounds: least ratio of pictures a second, largest ratio of seconds an epoch."""

_begun: list[float] = []


def _note_epoch(self: Any, epoch: int, logs: Any = None) -> None:
    _begun.append(time.perf_counter())


keras.callbacks.History.on_epoch_begin = _note_epoch  # Keras gives every `fit` a History


def seconds_an_epoch(fit: Fit) -> float:
    """Median seconds of an epoch, from the second on."""
    _begun.clear()
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    fit()
    return statistics.median(b - a for a, b in pairwise(_begun[1:]))


def read_text(recipe: str, folder: Path) -> Recipe:
    """The recipe of a text that stands in a folder."""
    sink = Sink()
    document = parse(Source(str(folder / "recipe.yaml"), recipe), sink)
    read = read_recipe(document, sink) if document else None
    assert read is not None, sink.diagnostics
    return read


def archspec_fit(recipe: str, folder: Path) -> None:
    """What `archspec train` does, from the text of a recipe."""
    read = read_text(recipe, folder)
    with tempfile.TemporaryDirectory(dir=folder) as output:
        train(read, open_run(output, read, replace=True), RunOptions(verbose=0), Sink())


def make_photos(folder: Path, count: int) -> None:
    """JPEG photos of two classes, smooth as photos are."""
    random = np.random.default_rng(0)
    for part, share in (("train", count), ("test", max(2, count // 50))):
        for number in range(share):
            where = folder / part / f"class{number % 2}"
            where.mkdir(parents=True, exist_ok=True)
            rough = Image.fromarray(random.integers(0, 255, (12, 16, 3), dtype="uint8"))
            fine = np.asarray(rough.resize((400, 300), Image.Resampling.BICUBIC), "int16")
            values = fine + random.integers(-12, 13, fine.shape)
            photo = Image.fromarray(values.clip(0, 255).astype("uint8"))
            photo.save(where / f"{number}.jpg", quality=90)


def generator(folder: Path, size: int) -> Any:
    """The course's batches of a folder."""
    from tensorflow import keras as tf_keras

    with contextlib.redirect_stdout(io.StringIO()):
        return tf_keras.preprocessing.image.ImageDataGenerator(rescale=1 / 255).flow_from_directory(
            folder, target_size=(size, size), batch_size=20, class_mode="categorical"
        )


def generator_fit(folder: Path, size: int, epochs: int) -> None:
    """The course's way: a generator that reads every picture in every epoch."""
    train, test = (generator(folder / part, size) for part in ("train", "test"))
    inputs = keras.Input((size, size, 3))
    x = keras.layers.Flatten()(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(), "categorical_crossentropy", metrics=["accuracy"])
    model.fit(train, validation_data=test, epochs=epochs, verbose=0)


def folder_recipe(folder: Path, size: int, epochs: int, memory: int = 2048) -> str:
    """The same network, data, batches and figures as a recipe."""
    spec = (
        f"archspec: 1\ninput: [{size}, {size}, 3]\nlayers:\n  - Flatten\n"
        "  - Dense: {units: 2, activation: softmax}\n"
    )
    (folder / "net.yaml").write_text(spec, encoding="utf-8")
    data = f"image_folder: {{path: {folder}, memory_mb: {memory}}}"
    return (
        f"archspec: 1\nspec: net.yaml\ndata: {{{data}}}\nprepare: {{rescale: 1/255}}\n"
        "loss: categorical_crossentropy\noptimizer: Adam\nmetrics: [accuracy]\n"
        f"epochs: {epochs}\nbatch_size: 20\n"
    )


def generator_route(folder: Path, size: int, epochs: int) -> None:
    """The course's way of reading alone: a generator that opens every picture in every epoch."""
    batches = generator(folder / "train", size)
    for epoch in range(epochs):
        _note_epoch(None, epoch)
        for number in range(len(batches)):
            batches[number]
        batches.on_epoch_end()


def archspec_route(recipe: str, folder: Path) -> None:
    """What `archspec train` gives to `fit`, alone."""
    read = read_text(recipe, folder)
    epochs = read.keys.epochs
    data = read_data(read, str(folder))
    feed = train_feed(data.train, read, 0, epochs, BatchShare())
    batches = iter(feed.data)
    for epoch in range(epochs):
        _note_epoch(None, epoch)
        for _ in range(feed.steps):
            next(batches)


def pictures(folder: Path, count: int, rounds: int) -> bool:
    """Print the ratios for three sizes; whether all routes reach the bound."""
    print(f"{'pictures a second':22}{'generator':>12}{'archspec':>12}{'ratio':>8}{'bound':>7}")
    right = True
    for size in (64, 128, 224):
        recipe = folder_recipe(folder, size, 12)
        ways: dict[str, tuple[Fit, Fit, float]] = {
            "route": (
                partial(generator_route, folder, size, 4),
                partial(archspec_route, recipe, folder),
                FASTER,
            ),
            "fit": (
                partial(generator_fit, folder, size, 4),
                partial(archspec_fit, recipe, folder),
                0,
            ),
        }
        for name, (theirs, ours, bound) in ways.items():
            slow, fast = [], []
            for _ in range(rounds):
                slow.append(count / seconds_an_epoch(theirs))
                fast.append(count / seconds_an_epoch(ours))
            ratio = statistics.median(b / a for a, b in zip(slow, fast, strict=True))
            right = right and ratio >= bound
            a, b = statistics.median(slow), statistics.median(fast)
            line = f"{f'{name} {size}×{size}':22}{a:12,.0f}{b:12,.0f}{ratio:8.1f}"
            print(line + (f"{bound:7}" if bound else ""), flush=True)
    return right


def memory_without_files() -> int:
    """Bytes of this process that no file backs (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    return 0


def memory(folder: Path, count: int) -> None:
    """Print how much memory grows, with pictures in memory and on disk."""
    size = 224
    whole = count * size * size * 3 / 2**20
    print(f"{'memory':22}{'pictures, MB':>14}{'grown by, MB':>14}{'pictures/s':>12}")
    seconds_an_epoch(partial(archspec_fit, folder_recipe(folder, size, 4, 1), folder))  # warm
    for name, most in (("on disk", 1), ("in memory", 2048)):
        fit = partial(archspec_fit, folder_recipe(folder, size, 4, most), folder)
        before = memory_without_files()
        highest = [before]
        original = keras.callbacks.History.on_epoch_begin

        def note(self: Any, epoch: int, logs: Any = None, highest: list[int] = highest) -> None:
            _note_epoch(self, epoch)
            highest.append(memory_without_files())

        keras.callbacks.History.on_epoch_begin = note
        speed = count / seconds_an_epoch(fit)
        keras.callbacks.History.on_epoch_begin = original
        grown = (max(highest) - before) / 2**20
        print(f"{name:22}{whole:14,.0f}{grown:14,.0f}{speed:12,.0f}", flush=True)


def load_digits(path: str | None) -> dict[str, Any]:
    """MNIST, or noise of its shape."""
    if path:
        with np.load(path) as file:
            return dict(file)
    random = np.random.default_rng(0)
    found: dict[str, Any] = {}
    for part, count in (("train", 60_000), ("test", 10_000)):
        found[f"x_{part}"] = random.integers(0, 256, (count, 28, 28), dtype="uint8")
        found[f"y_{part}"] = random.integers(0, 10, count, dtype="uint8")
    return found


def arrays_fit(digits: dict[str, Any], epochs: int) -> None:
    """The course's program: plain `fit` on arrays."""
    import archspec

    x_train, x_test = (
        digits[f"x_{p}"].reshape(-1, 28, 28, 1).astype("float32") / 255 for p in ("train", "test")
    )
    y_train, y_test = (keras.utils.to_categorical(digits[f"y_{p}"], 10) for p in ("train", "test"))
    model = archspec.build(ROOT / "specs" / "article" / "lenet5_mnist.yaml")
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    test = (x_test, y_test)
    model.fit(x_train, y_train, validation_data=test, epochs=epochs, batch_size=200, verbose=0)


def epochs(folder: Path, path: str | None, rounds: int) -> bool:
    """Print the ratio; whether it is no slower."""
    digits = load_digits(path)
    np.savez(folder / "mnist.npz", allow_pickle=False, **digits)
    recipe = (
        f"archspec: 1\nspec: {ROOT / 'specs' / 'article' / 'lenet5_mnist.yaml'}\n"
        "data: {mnist: {path: mnist.npz}}\nprepare: {rescale: 1/255}\n"
        "loss: categorical_crossentropy\noptimizer: Adam\nmetrics: [accuracy]\n"
        "epochs: 7\nbatch_size: 200\n"
    )
    plain, ours = [], []
    for _ in range(rounds):
        plain.append(seconds_an_epoch(lambda: arrays_fit(digits, 7)))
        ours.append(seconds_an_epoch(lambda: archspec_fit(recipe, folder)))
    ratio = statistics.median(b / a for a, b in zip(plain, ours, strict=True))
    print(f"{'seconds an epoch':22}{'plain fit':>12}{'archspec':>12}{'ratio':>8}{'bound':>7}")
    a, b = statistics.median(plain), statistics.median(ours)
    print(f"{'LeNet-5':22}{a:12.2f}{b:12.2f}{ratio:8.2f}{NO_SLOWER:7.2f}", flush=True)
    return ratio <= NO_SLOWER


def main() -> int:
    """Print the tables; the exit status is 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="pictures|memory|epochs")
    parser.add_argument("--mnist", help="MNIST as Keras caches it")
    parser.add_argument("--photos", type=int, default=1000, help="pictures of the folder")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    parts = set(options.parts) or {"pictures", "memory", "epochs"}
    right = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if parts & {"pictures", "memory"}:
            make_photos(folder, options.photos)
        if "memory" in parts:
            memory(folder, options.photos)
        if "pictures" in parts:
            right = pictures(folder, options.photos, options.rounds)
        if "epochs" in parts:
            right = epochs(folder, options.mnist, options.rounds) and right
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
