"""The course's networks and programs: totals by hand arithmetic.

A convolution has height·width·in·out weights and out biases, a dense layer in·out and out, batch
normalization four for each channel.
"""

from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.conftest import ROOT, names

SPECS = ROOT / "specs"
ARTICLE = SPECS / "article"


def shaped(path: Path, **values: object) -> ShapedGraph:
    sink = Sink()
    found = shape_file(str(path), sink, values)
    assert found is not None, sink.diagnostics
    return found


def test_linear_regression() -> None:
    assert shaped(SPECS / "linear_regression.yaml").params == 128 * 128 * 3 * 1 + 1


def test_softmax_regression() -> None:
    assert shaped(SPECS / "softmax_regression.yaml").params == 784 * 10 + 10


def test_lenet5() -> None:
    total = 5 * 5 * 1 * 6 + 6
    total += 5 * 5 * 6 * 16 + 16
    total += 400 * 120 + 120
    total += 120 * 84 + 84
    total += 84 * 10 + 10
    assert total == 61_706
    spec = shaped(SPECS / "lenet5.yaml")
    assert spec.params == total
    assert [n.params for n in spec.nodes if n.params] == [156, 2416, 48_120, 10_164, 850]
    assert spec.macs == (
        28 * 28 * 6 * 5 * 5 * 1 + 10 * 10 * 16 * 5 * 5 * 6 + 400 * 120 + 120 * 84 + 84 * 10
    )


def test_lenet5_as_programmed() -> None:
    total = 5 * 5 * 1 * 6 + 6
    total += 5 * 5 * 6 * 15 + 15
    total += 5 * 5 * 15 * 120 + 120
    total += 120 * 84 + 84
    total += 84 * 10 + 10
    assert total == 58_555
    assert shaped(ARTICLE / "lenet5_mnist.yaml").params == total


def alexnet(classes: int, groups: int = 1) -> int:
    total = 11 * 11 * 3 * 96 + 96
    total += 5 * 5 * (96 // groups) * 256 + 256
    total += 3 * 3 * 256 * 384 + 384
    total += 3 * 3 * (384 // groups) * 384 + 384
    total += 3 * 3 * (384 // groups) * 256 + 256
    total += 6 * 6 * 256 * 4096 + 4096
    total += 4096 * 4096 + 4096
    return total + 4096 * classes + classes


def test_alexnet() -> None:
    assert alexnet(1000) == 62_378_344
    spec = shaped(SPECS / "alexnet.yaml")
    assert spec.params == alexnet(1000)
    assert spec.macs == (
        55 * 55 * 96 * 11 * 11 * 3
        + 27 * 27 * 256 * 5 * 5 * 96
        + 13 * 13 * 384 * 3 * 3 * 256
        + 13 * 13 * 384 * 3 * 3 * 384
        + 13 * 13 * 256 * 3 * 3 * 384
        + 9216 * 4096
        + 4096 * 4096
        + 4096 * 1000
    )


def test_alexnet_with_groups() -> None:
    assert alexnet(1000, groups=2) == 60_965_224
    assert shaped(SPECS / "alexnet_grouped.yaml").params == alexnet(1000, groups=2)


def test_alexnet_as_programmed() -> None:
    assert alexnet(2) == 58_289_538
    assert shaped(ARTICLE / "alexnet_calligraphy.yaml").params == alexnet(2)


def test_vgg16_as_programmed() -> None:
    total = 4 * 3 + 3 * 3 * 3 * 64 + 64 + 3 * 3 * 64 * 64 + 64
    total += 4 * 64 + 3 * 3 * 64 * 128 + 128 + 3 * 3 * 128 * 128 + 128
    total += 4 * 128 + 3 * 3 * 128 * 256 + 256 + 2 * (3 * 3 * 256 * 256 + 256)
    total += 4 * 256 + 3 * 3 * 256 * 512 + 512 + 2 * (3 * 3 * 512 * 512 + 512)
    total += 4 * 512 + 3 * (3 * 3 * 512 * 512 + 512)
    total += 512 * 200 + 200
    assert total == 14_821_140
    assert shaped(ARTICLE / "vgg16_birds.yaml").params == total


def conv_bn(size: int, channels: int, filters: int) -> int:
    return size * size * channels * filters + filters + 4 * filters


def test_inception_v1_as_programmed() -> None:
    def module(channels: int) -> int:  # the reductions are dead, so 3×3 and 5×5 read everything
        total = conv_bn(1, channels, 64)
        total += conv_bn(3, channels, 128)
        total += conv_bn(5, channels, 32)
        return total + conv_bn(1, channels, 32)

    total = conv_bn(7, 3, 64) + conv_bn(3, 64, 192)
    total += module(192) + 8 * module(64 + 128 + 32 + 32)
    total += 256 * 17 + 17
    assert total == 4_724_689
    spec = shaped(ARTICLE / "inception_v1_flowers.yaml")
    assert spec.params == total
    dead = [n for n in spec.nodes if not n.live]
    assert len(dead) == 9 * 4  # two convolutions and their normalization in each module
    assert sum(n.params for n in dead) == (
        conv_bn(1, 192, 96) + conv_bn(1, 192, 16) + 8 * (conv_bn(1, 256, 96) + conv_bn(1, 256, 16))
    )


def test_inception_v1_connected() -> None:
    def module(channels: int) -> int:
        total = conv_bn(1, channels, 64)
        total += conv_bn(1, channels, 96) + conv_bn(3, 96, 128)
        total += conv_bn(1, channels, 16) + conv_bn(5, 16, 32)
        return total + conv_bn(1, channels, 32)

    total = conv_bn(7, 3, 64) + conv_bn(3, 64, 192)
    total += module(192) + 8 * module(64 + 128 + 32 + 32)
    total += 256 * 17 + 17
    assert total == 1_718_657
    spec = shaped(ARTICLE / "inception_v1_flowers_connected.yaml")
    assert spec.params == total
    assert all(n.live for n in spec.nodes)


def test_resnet50_as_programmed() -> None:
    total = conv_bn(7, 3, 64)
    channels = 64
    for units, width in ((3, 64), (4, 128), (6, 256), (3, 512)):
        for _ in range(units):
            total += conv_bn(1, channels, width)
            total += conv_bn(3, width, width)
            total += conv_bn(1, width, 4 * width)
            total += conv_bn(1, channels, 4 * width)  # the shortcut, again and again
            channels = 4 * width
    total += 56 * 56 * 2048 * 3 + 3
    assert total == 57_460_611
    assert shaped(ARTICLE / "resnet50_flowers.yaml").params == total


def test_densenet_as_programmed() -> None:
    def bn_conv(size: int, channels: int, filters: int) -> int:
        return 4 * channels + size * size * channels * filters + filters

    def block(channels: int) -> int:
        total = bn_conv(3, channels, 32)
        total += bn_conv(3, channels + 32, 32)
        return total + bn_conv(3, channels + 64, 32)

    total = bn_conv(3, 3, 64)
    total += block(64) + 3 * block(32)
    total += 3 * bn_conv(1, 32, 32)
    total += 32 * 2 + 2
    assert total == 258_094
    assert shaped(ARTICLE / "densenet_gender.yaml").params == total


def test_mobilenet_as_programmed() -> None:
    def separable(channels: int, filters: int) -> int:
        return 3 * 3 * channels + 4 * channels + channels * filters + 4 * filters

    total = 3 * 3 * 3 * 32 + 4 * 32
    total += separable(32, 64) + separable(64, 128) + separable(128, 256)
    total += separable(256, 512) + separable(512, 1024)
    total += 1024 * 10 + 10
    assert total == 730_442
    assert shaped(ARTICLE / "mobilenet_dogs.yaml").params == total


def test_depthwise_separable() -> None:
    depthwise, pointwise = 4 * 4 * 3, 3 * 5
    spec = shaped(ARTICLE / "depthwise_separable.yaml")
    assert [n.params for n in spec.nodes] == [0, depthwise, pointwise]
    assert spec.params == depthwise + pointwise == 63
    standard = shaped(ARTICLE / "standard_conv.yaml")
    assert standard.params == 4 * 4 * 3 * 5 == 240
    assert spec.nodes[-1].output_shape == standard.nodes[-1].output_shape == (3, 3, 5)


def test_inception_v3_transferred() -> None:
    def conv(height: int, width: int, channels: int, filters: int) -> int:
        return height * width * channels * filters + 3 * filters  # no bias, no gamma

    total = conv(3, 3, 3, 32) + conv(3, 3, 32, 32) + conv(3, 3, 32, 64)
    total += conv(1, 1, 64, 80) + conv(3, 3, 80, 192)
    for channels, pool in ((192, 32), (256, 64), (288, 64)):  # 35×35
        total += conv(1, 1, channels, 64) + conv(1, 1, channels, pool)
        total += conv(1, 1, channels, 48) + conv(5, 5, 48, 64)
        total += conv(1, 1, channels, 64) + conv(3, 3, 64, 96) + conv(3, 3, 96, 96)
    total += conv(3, 3, 288, 384)
    total += conv(1, 1, 288, 64) + conv(3, 3, 64, 96) + conv(3, 3, 96, 96)
    for width in (128, 160, 160, 192):  # 17×17
        total += 2 * conv(1, 1, 768, 192)
        total += conv(1, 1, 768, width) + conv(1, 7, width, width) + conv(7, 1, width, 192)
        total += conv(1, 1, 768, width) + 3 * conv(7, 1, width, width) + conv(1, 7, width, 192)
    total += conv(1, 1, 768, 192) + conv(3, 3, 192, 320)
    total += conv(1, 1, 768, 192) + 2 * conv(1, 7, 192, 192) + conv(3, 3, 192, 192)
    for channels in (1280, 2048):  # 8×8
        total += conv(1, 1, channels, 320) + conv(1, 1, channels, 192)
        total += conv(1, 1, channels, 384) + 2 * conv(1, 3, 384, 384)
        total += conv(1, 1, channels, 448) + conv(3, 3, 448, 384) + 2 * conv(1, 3, 384, 384)
    head = 2048 * 2 + 2
    assert total + head == 21_806_882
    spec = shaped(ARTICLE / "inception_v3_catdog.yaml")
    assert spec.params == total + head
    assert spec.trainable_params == head


DETECTORS = ("yolo_v3",)
"""Where classes are a part of what stands at a position."""
WITH_CLASSES = [
    p
    for p in sorted(SPECS.rglob("*.yaml"))
    if "classes: " in p.read_text("utf-8") and p.stem not in DETECTORS
]


@pytest.mark.parametrize("path", WITH_CLASSES, ids=names(WITH_CLASSES))
def test_number_of_classes_is_a_knob(path: Path) -> None:
    spec = shaped(path, classes=7)
    assert spec.nodes[-1].output_shape[-1] == 7
