"""Our specs against graphs that others published: those in the onnx package (light models).

They come from Caffe and Caffe2 by a converter, channels first. Their weights are left out: most
are made by ConstantOfShape from a stored shape, so a graph tells all shapes and all counts.
Where a graph differs from a spec, the reason stands beside the number.
"""

from collections import Counter
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import archspec
from archspec.shapes.shape import Shape
from tests.conftest import ROOT

onnx = pytest.importorskip("onnx", reason="needs the package onnx (extra `dev`)")

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"

Kernel = tuple[int, ...]
"""Height, width, input channels in a group, filters; for a dense layer inputs and units."""


class Published(NamedTuple):
    """What a graph says: parameters, kernels, and the size of the map each convolution gives."""

    params: int
    kernels: Counter[Kernel]
    maps: Counter[Shape]


def published(name: str) -> Published:
    model = onnx.shape_inference.infer_shapes(onnx.load(FOLDER / f"light_{name}.onnx"))
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    made: dict[str, tuple[int, ...]] = {}
    turned: dict[str, tuple[int, ...]] = {}
    other: set[str] = set()  # what holds a shape, and is no weight
    for node in graph.node:
        if node.op_type == "ConstantOfShape":
            shape = onnx.numpy_helper.to_array(stored[node.input[0]])
            made[node.output[0]] = tuple(int(size) for size in shape)
            other.add(node.input[0])
        elif node.op_type == "Reshape":
            other.add(node.input[1])
            if node.input[0] in made:
                turned[node.output[0]] = made[node.input[0]]
    read = {name for node in graph.node for name in node.input}
    counted = {n: s for n, s in made.items() if n in read}
    counted |= {n: tuple(t.dims) for n, t in stored.items() if n in read and n not in other}
    weights = {**made, **counted, **turned}
    sizes = {v.name: _shape(v) for v in (*graph.value_info, *graph.output)}
    kernels: Counter[Kernel] = Counter()
    maps: Counter[Shape] = Counter()
    for node in graph.node:
        if node.op_type == "Conv":
            filters, channels, *window = weights[node.input[1]]
            kernels[(*window, channels, filters)] += 1
            maps[(*sizes[node.output[0]][2:], filters)] += 1
        elif node.op_type == "Gemm":
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            *_, rows, columns = weights[node.input[1]]
            kernels[(columns, rows) if transposed else (rows, columns)] += 1
    return Published(sum(prod(shape) for shape in counted.values()), kernels, maps)


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)


def ours(name: str) -> Published:
    net = archspec.load(ROOT / "specs" / f"{name}.yaml")
    kernels: Counter[Kernel] = Counter()
    maps: Counter[Shape] = Counter()
    for node in net.nodes:
        kind = type(node.layer).__name__
        if kind in ("Conv2D", "Dense"):
            kernels[node.facts.weights[0].shape] += 1
        if kind == "Conv2D":
            maps[node.output_shape] += 1
    return Published(net.params, kernels, maps)


def test_vgg19_is_equal() -> None:
    assert published("vgg19") == ours("vgg19")


def test_alexnet_in_groups() -> None:
    there, here = published("bvlc_alexnet"), ours("alexnet_grouped")
    assert there.params == here.params == 60_965_224
    assert there.kernels == here.kernels
    # The converter declares an input of 224, for which (224 − 11)/4 + 1 = 54.25; Caffe's has 227.
    assert {m[0] for m in there.maps} == {12, 26, 54}
    assert {m[0] for m in here.maps} == {13, 27, 55}


def test_resnet50() -> None:
    there, here = published("resnet50"), ours("resnet50")
    assert there.params == here.params == 25_610_152
    assert there.kernels == here.kernels
    # Caffe2 halves in the 3×3 convolution of a stage's first unit, the paper in the 1×1 before it.
    late = [(56, 56, 128), (28, 28, 256), (14, 14, 512)]
    early = [(28, 28, 128), (14, 14, 256), (7, 7, 512)]
    assert there.maps - here.maps == Counter(late)
    assert here.maps - there.maps == Counter(early)


def test_densenet121() -> None:
    there, here = published("densenet121"), ours("densenet121")
    # The last layer is a 1×1 convolution of the mean instead of a Dense.
    assert there.kernels - here.kernels == Counter([(1, 1, 1024, 1000)])
    assert here.kernels - there.kernels == Counter([(1024, 1000)])
    assert there.maps - here.maps == Counter([(1, 1, 1000)])
    assert here.maps - there.maps == Counter()
    # Caffe normalises and scales in two layers; the graph's BatchNormalization scales already.
    channels = 64 + 128 * 58  # the stem; the bottleneck of each of the 58 layers
    width = 64
    for depth in (6, 12, 24, 16):
        channels += sum(width + 32 * n for n in range(depth + 1))  # each layer, and what follows
        width = (width + 32 * depth) // 2
    assert there.params - here.params == 2 * channels == 83_648


def test_inception_v1() -> None:
    there, here = published("inception_v1"), ours("inception_v1")
    assert there.params == here.params == 6_998_552
    assert there.kernels == here.kernels
    # The converter lost that Caffe's pools round up: 112 → 55.5 is 56 there, as in the paper.
    assert {m[0] for m in there.maps} == {6, 13, 27, 55, 112}
    assert {m[0] for m in here.maps} == {7, 14, 28, 56, 112}


def test_inception_v2() -> None:
    there, here = published("inception_v2"), ours("inception_v2")
    # The stem is a plain convolution; the paper has a separable one of depth multiplier 8.
    assert there.kernels - here.kernels == Counter([(7, 7, 3, 64)])
    assert here.kernels - there.kernels == Counter()
    assert there.maps - here.maps == Counter([(112, 112, 64)])
    assert here.maps - there.maps == Counter()
    net = archspec.load(ROOT / "specs" / "inception_v2.yaml")
    normalised = sum(
        node.output_shape[-1] or 0
        for node in net.nodes
        if type(node.layer).__name__ == "BatchNormalization"
    )
    stem = 7 * 7 * 3 * 64 - (7 * 7 * 3 * 8 + 3 * 8 * 64)
    # As in DenseNet, two layers normalise and scale, and each has a scale and a shift.
    assert there.params - here.params == stem + 2 * normalised == 26_600


def test_squeezenet() -> None:
    there, here = published("squeezenet"), ours("showcase/squeezenet_1_1")
    assert there.params == here.params == 1_235_496
    assert there.kernels == here.kernels
    # Declared for an input of 224, and ours, as the authors' file, for 227.
    assert {m[0] for m in there.maps} == {13, 27, 55, 111}
    assert {m[0] for m in here.maps} == {13, 27, 56, 113}
