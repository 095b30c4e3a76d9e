"""The smallest input that fits, beside brute force over all sizes; and inputs with the channels first.

``--full`` tries 1,000 random networks.
"""

import itertools
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archspec.diagnostics import Sink
from archspec.expand import expand
from archspec.graph import Graph
from archspec.input_sizes import Search, nearest, smallest
from archspec.layers.core import Input
from archspec.mends import shapes_with, single_input
from archspec.parse import parse
from archspec.pipeline import read_spec
from archspec.source import Source
from tests.conftest import Run

MOST = 40
"""Brute force goes up to this size along each axis."""


def graph_of(layers: list[Any], shape: list[int]) -> Graph:
    text = json.dumps({"archspec": 1, "name": "net", "input": shape, "layers": layers})
    sink = Sink()
    document = parse(Source("net.json", text), sink)
    assert document is not None
    spec, validator = read_spec(document, sink)
    assert spec is not None
    graph = expand(spec, sink, validator.maker)
    assert graph is not None
    return graph


def draw_network(random: Random) -> tuple[list[Any], list[int]]:
    """Windows, strides and pools, one after the other or as a U-Net; one axis or two."""
    rank = random.choice((1, 2, 2))

    def size(most: int) -> Any:
        sizes = [random.randint(1, most) for _ in range(rank)]
        return sizes if random.random() < 0.4 else sizes[0]

    def step() -> dict[str, Any]:
        padding = random.choice(("valid", "valid", "same"))
        strides = size(2) if random.random() < 0.4 else 1
        conv = {"filters": 2, "kernel_size": size(4), "padding": padding, "strides": strides}
        pool = {"pool_size": size(3), "padding": padding}
        return random.choice(({f"Conv{rank}D": conv}, {f"MaxPooling{rank}D": pool}))

    shape = [random.randint(1, 9) for _ in range(rank)] + [2]
    depth = random.randint(0, 2)
    layers: list[Any] = []
    for level in range(depth):  # down, and up again with skips
        same = {"filters": 2, "kernel_size": 3, "padding": "same", "name": f"down{level}"}
        layers += [{f"Conv{rank}D": same}, {f"MaxPooling{rank}D": {"pool_size": 2}}]
    layers += [step() for _ in range(random.randint(0 if depth else 1, 1 if depth else 4))]
    for level in reversed(range(depth)):
        up = {"filters": 2, "kernel_size": 2, "strides": 2, "name": f"up{level}"}
        layers += [
            {f"Conv{rank}DTranspose": up},
            {"Concatenate": {"from": [f"up{level}", f"down{level}"]}},
        ]
    if random.random() < 0.3:
        layers += ["Flatten", {"Dense": 3}]
    return layers, shape


def fitting(graph: Graph) -> set[tuple[int, ...]]:
    """All sizes up to MOST that every layer takes, and those with one axis as it is given."""
    found = single_input(graph)
    assert found is not None
    index, shape = found
    ranges = [sorted({*range(1, MOST + 1), size or 1}) for size in shape[:-1]]
    return {
        sizes
        for sizes in itertools.product(*ranges)
        if None not in shapes_with(graph, {index: Input(shape=(*sizes, shape[-1]))})
    }


def by_brute_force(given: tuple[int, ...], known: set[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Of those with the fewest axes changed, the ones with the fewest positions."""

    def changed(sizes: tuple[int, ...]) -> int:
        return sum(a != b for a, b in zip(sizes, given, strict=True))

    few = min(map(changed, known), default=0)
    left = [sizes for sizes in known if changed(sizes) == few]

    def positions(sizes: tuple[int, ...]) -> int:
        return sizes[0] * (sizes[1] if len(sizes) > 1 else 1)

    least = min(map(positions, left), default=0)
    return sorted(sizes for sizes in left if positions(sizes) == least)


def test_random_networks(full: bool) -> None:
    random, compared, several = Random(10), 0, 0
    while compared < (1000 if full else 60):
        layers, shape = draw_network(random)
        graph = graph_of(layers, shape)
        given = tuple(shape[:-1])
        search = Search(graph, 0, tuple(shape))
        if search.beyond or search.fits(given):
            continue
        known = fitting(graph)
        told = smallest(search)
        if told is None:
            continue
        compared += 1
        if told and max(told[0]) > MOST:
            assert all(max(sizes) > MOST for sizes in known)
            continue
        assert sorted(told) == by_brute_force(given, known), (layers, shape)
        several += len(given) > 1
        for sizes in nearest(search):
            assert max(sizes) > MOST or sizes in known
    assert several > compared / 4


UNET = """
archspec: 1
name: unet
input: [10, 10, 1]
layers:
  - Conv2D: {filters: 2, kernel_size: 3, padding: same, name: a}
  - MaxPooling2D: 2
  - Conv2D: {filters: 2, kernel_size: 3, padding: same, name: b}
  - MaxPooling2D: 2
  - Conv2D: {filters: 2, kernel_size: 3, padding: same, name: c}
  - MaxPooling2D: 2
  - Conv2D: {filters: 2, kernel_size: 3, padding: same, name: d}
  - MaxPooling2D: 2
  - UpSampling2D: {size: 2, name: up_d}
  - Concatenate: {from: [up_d, d]}
  - UpSampling2D: {size: 2, name: up_c}
  - Concatenate: {from: [up_c, c]}
  - UpSampling2D: {size: 2, name: up_b}
  - Concatenate: {from: [up_b, b]}
  - UpSampling2D: {size: 2, name: up_a}
  - Concatenate: {from: [up_a, a]}
"""
POOLS = "[{MaxPooling2D: 2}, {Conv2D: {filters: 2, kernel_size: 5}}]"
CASES = {
    "a height alone": ("[4, 200, 3]", "[{Conv2D: {filters: 4, kernel_size: 6}}]", "6×200×3"),
    "a width alone": ("[128, 13, 1]", "[{Conv2D: {filters: 2, kernel_size: 18}}]", "128×18×1"),
    "both": ("[3, 5, 1]", POOLS, "10×10×1"),
    "not the time": (
        "[12, 1, 40, 40]",
        "[{TimeDistributed: {layer: {Conv2D: {filters: 2, kernel_size: 7}}}}]",
        "12×7×40×40",
    ),
    "before a Flatten": (
        "[3, 9, 1]",
        "[{Conv2D: {filters: 2, kernel_size: 5}}, Flatten, Dense: 3]",
        "5×9×1",
    ),
}


@pytest.mark.parametrize(("shape", "layers", "wanted"), CASES.values(), ids=CASES.keys())
def test_told(shape: str, layers: str, wanted: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(f"archspec: 1\nname: net\ninput: {shape}\nlayers: {layers}\n")
    assert f"the smallest input that fits is {wanted}\n" in run("check", str(path)).out


def test_unet(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "unet.yaml"
    path.write_text(UNET)
    assert "the smallest input that fits is 16×16×1\n" in run("check", str(path)).out


def test_there_is_none(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    layers = "[{Cropping2D: 2100}]"
    path.write_text(f"archspec: 1\nname: net\ninput: [9, 9, 1]\nlayers: {layers}\n")
    assert "no size of the input up to 4096 fits" in run("check", str(path)).out


@pytest.mark.parametrize("shape", [(1, 28, 28), (2, 64, 32), (3, 480, 640), (4, 84, 84)])
def test_channels_first(shape: tuple[int, ...], run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    layers = "[{Conv2D: {filters: 2, kernel_size: 7}}]"
    path.write_text(f"archspec: 1\nname: net\ninput: {[*shape]}\nlayers: {layers}\n")
    first, *rest = shape
    told = "×".join(map(str, (*rest, first)))
    assert f"channels come last: an input of {told} would fit" in run("check", str(path)).out


@pytest.mark.parametrize("shape", [(4, 200, 3), (3, 40, 8), (5, 40, 40)])
def test_channels_last(shape: tuple[int, ...], run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    layers = "[{Conv2D: {filters: 2, kernel_size: 7}}]"
    path.write_text(f"archspec: 1\nname: net\ninput: {[*shape]}\nlayers: {layers}\n")
    assert "channels come last" not in run("check", str(path)).out
