"""Time to build Keras models: archspec from the spec's file, and keras.applications' builders.

``python benchmarks/build.py [--rounds 7]`` prints a line for each network: median seconds of
both, interleaved in one process, and their ratio. AlexNet, which keras.applications does not
have, is compared with the same model written by hand.
"""

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402

from archspec import build  # noqa: E402

LIMIT = 0.70
"""Largest ratio for the large networks."""
NO_SLOWER = 1.05
"""Largest ratio for the others, most of whose time is the drawing of weights; 5 % is noise."""

NETWORKS = {
    "ResNet152": "resnet152_bias.yaml",
    "DenseNet201": "densenet201.yaml",
    "InceptionV3": "inception_v3.yaml",
    "MobileNet": "mobilenet.yaml",
    "VGG16": "vgg16.yaml",
}
"""Functions of keras.applications, and the specs of the same networks."""


def alexnet() -> Any:
    """specs/alexnet.yaml, written by hand."""
    layers = keras.layers
    x = inputs = keras.Input((227, 227, 3))
    x = layers.Conv2D(96, 11, strides=4, activation="relu")(x)
    x = layers.MaxPooling2D(3, 2)(x)
    x = layers.Conv2D(256, 5, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, 2)(x)
    for filters in (384, 384, 256):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, 2)(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(4096, activation="relu")(x)
        x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, layers.Dense(1000, activation="softmax")(x))


def seconds(make: Callable[[], Any]) -> float:
    """Time of one build; names and memory of earlier ones are given back before it."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    gc.collect()
    start = time.perf_counter()
    make()
    return time.perf_counter() - start


def compare(theirs: Callable[[], Any], path: Path, rounds: int) -> tuple[float, float, float]:
    """Median seconds of both, and the median of the ratios of neighbours."""
    first, second = [], []
    seconds(theirs), seconds(lambda: build(path))  # what happens once only
    for _ in range(rounds):
        first.append(seconds(theirs))
        second.append(seconds(lambda: build(path)))
    ratio = statistics.median(b / a for a, b in zip(first, second, strict=True))
    return statistics.median(first), statistics.median(second), ratio


def main() -> int:
    """Print the table; the exit status is 1 if a ratio is above its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("networks", nargs="*", help="only these")
    options = parser.parse_args()
    print(f"{'network':14}{'keras, s':>10}{'archspec, s':>13}{'ratio':>8}{'limit':>7}")
    slow = False
    for name, file in (*NETWORKS.items(), ("AlexNet", "alexnet.yaml")):
        path = ROOT / "specs" / file
        if not path.exists() or (options.networks and name not in options.networks):
            continue
        make = getattr(keras.applications, name, None)
        theirs = partial(make, weights=None) if make else alexnet
        a, b, ratio = compare(theirs, path, options.rounds)
        limit = LIMIT if name in ("ResNet152", "DenseNet201", "InceptionV3") else NO_SLOWER
        slow = slow or ratio > limit
        print(f"{name:14}{a:10.2f}{b:13.2f}{ratio:8.2f}{limit:7.2f}", flush=True)
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
