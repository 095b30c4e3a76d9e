"""The specs that show the language: totals by hand arithmetic, as in test_course.py."""

from itertools import pairwise

import pytest

from archspec.infer.infer import ShapedGraph
from tests.conftest import ROOT
from tests.infer.test_course import shaped
from tests.infer.test_course_shapes import chain

SHOWCASE = ROOT / "specs" / "showcase"


def showcase(name: str) -> ShapedGraph:
    return shaped(SHOWCASE / f"{name}.yaml")


def test_unet() -> None:
    total = 0
    channels = 1
    for filters in (64, 128, 256, 512, 1024):
        total += 3 * 3 * channels * filters + filters
        total += 3 * 3 * filters * filters + filters
        channels = filters
    for filters in (512, 256, 128, 64):
        total += 2 * 2 * (2 * filters) * filters + filters  # up
        total += 3 * 3 * (filters + filters) * filters + filters  # map and skip
        total += 3 * 3 * filters * filters + filters
    total += 64 * 2 + 2
    spec = showcase("unet")
    assert spec.params == total == 31_030_658
    skips = {n.name: n.output_shape for n in spec.nodes if n.name.endswith(".skip")}
    assert skips == {
        "up1.skip": (56, 56, 512),
        "up2.skip": (104, 104, 256),
        "up3.skip": (200, 200, 128),
        "up4.skip": (392, 392, 64),
    }


def test_weights_of_a_siamese_network_count_once() -> None:
    twin = 10 * 10 * 1 * 64 + 64
    twin += 7 * 7 * 64 * 128 + 128
    twin += 4 * 4 * 128 * 128 + 128
    twin += 4 * 4 * 128 * 256 + 256
    twin += 6 * 6 * 256 * 4096 + 4096
    spec = showcase("siamese")
    assert spec.params == twin + 4096 * 1 + 1 == 38_951_745
    assert sum(n.facts.params for n in spec.nodes) == 2 * twin + 4096 * 1 + 1
    assert spec.macs > 2 * 96 * 96 * 64 * 10 * 10  # but both twins calculate


def test_two_inputs_two_outputs() -> None:
    total = 3 * 3 * 3 * 16 + 16
    total += 3 * 3 * 16 * 32 + 32
    total += 12 * 32 + 32
    total += (32 + 32) * 64 + 64
    total += 64 * 1 + 1
    total += 64 * 5 + 5
    spec = showcase("two_inputs_two_outputs")
    assert spec.params == total == 10_054
    assert list(spec.graph.inputs) == ["photo", "table"]
    assert [spec.shape(ref) for ref in spec.graph.outputs] == [(1,), (5,)]


def shufflenet(groups: int, width: int) -> int:
    def unit(channels: int, filters: int, out: int, first: int) -> int:
        between = out // 4
        trained = channels // first * between + 2 * between
        trained += 3 * 3 * between + 2 * between
        return trained + between // groups * filters + 2 * filters

    trained = 3 * 3 * 3 * 24 + 2 * 24
    trained += unit(24, width - 24, width, 1) + 3 * unit(width, width, width, groups)
    channels = width
    for units in (8, 4):
        out = 2 * channels
        trained += unit(channels, out - channels, out, groups)
        trained += (units - 1) * unit(out, out, out, groups)
        channels = out
    return trained + channels * 1000 + 1000


def test_shufflenet() -> None:
    spec = showcase("shufflenet")
    assert spec.trainable_params == shufflenet(3, 240) == 1_865_728
    before, after = (
        next(n for n in spec.nodes if n.name.endswith(end))
        for end in ("channel_shuffle.reshape", "channel_shuffle.reshape_1")
    )
    assert before.input_shapes[0] == after.output_shape == (56, 56, 60)


@pytest.mark.parametrize(("groups", "width"), [(1, 144), (2, 200), (4, 272), (8, 384)])
def test_shufflenet_with_other_groups(groups: int, width: int) -> None:
    spec = shaped(SHOWCASE / "shufflenet.yaml", groups=groups, width=width)
    assert spec.trainable_params == shufflenet(groups, width)


def test_squeeze_excite() -> None:
    def conv_bn(size: int, channels: int, filters: int) -> int:
        return size * size * channels * filters + 2 * filters

    trained = conv_bn(7, 3, 64)
    moving = 2 * 64
    channels = 64
    for units, width in ((3, 64), (4, 128), (6, 256), (3, 512)):
        out = 4 * width
        for unit in range(units):
            trained += conv_bn(1, channels, width) + conv_bn(3, width, width)
            trained += conv_bn(1, width, out)
            trained += out * (out // 16) + out // 16 + (out // 16) * out + out
            moving += 2 * (width + width + out)
            if unit == 0:
                trained += conv_bn(1, channels, out)
                moving += 2 * out
            channels = out
    trained += 2048 * 1000 + 1000
    spec = showcase("squeeze_excite")
    assert (trained, trained + moving) == (28_088_024, 28_141_144)
    assert (spec.trainable_params, spec.params) == (trained, trained + moving)


def test_conv1d_keywords() -> None:
    trained = 80 * 1 * 32 + 32 + 2 * 32
    trained += 3 * 32 * 32 + 32 + 2 * 32
    trained += 3 * 32 * 64 + 64 + 2 * 64
    trained += 3 * 64 * 64 + 64 + 2 * 64
    trained += 64 * 35 + 35
    spec = showcase("conv1d_keywords")
    assert spec.trainable_params == trained == 26_915
    assert spec.params == trained + 2 * (32 + 32 + 64 + 64)
    steps = [s[0] for s in chain(spec) if len(s) == 2]
    assert steps == [8000, 496, 124, 122, 30, 28, 7, 5, 1]


def test_conv3d_video() -> None:
    total = 3 * 3 * 3 * 3 * 64 + 64
    total += 3 * 3 * 3 * 64 * 128 + 128
    total += 3 * 3 * 3 * 128 * 256 + 256
    total += 3 * 3 * 3 * 256 * 256 + 256
    total += 3 * 3 * 3 * 256 * 512 + 512
    total += 3 * (3 * 3 * 3 * 512 * 512 + 512)
    total += 1 * 4 * 4 * 512 * 4096 + 4096
    total += 4096 * 4096 + 4096
    total += 4096 * 487 + 487
    assert showcase("conv3d_video").params == total == 79_991_015


def lstm(features: int, units: int) -> int:
    return 4 * (features * units + units * units + units)


def test_lstm_text() -> None:
    total = 20_000 * 128 + 2 * lstm(128, 64) + 2 * lstm(64 + 64, 64) + 128 * 1 + 1
    assert showcase("lstm_text").params == total == 2_757_761


def test_seq2seq() -> None:
    total = lstm(71, 256) + lstm(93, 256) + 256 * 93 + 93
    spec = showcase("seq2seq")
    assert spec.params == total == 718_173
    decoder = next(n for n in spec.nodes if n.name == "decoder")
    assert decoder.input_shapes == ((None, 93), (256,), (256,))


def encoder_layer(width: int, hidden: int) -> int:
    total = 4 * (width * width + width)  # query, key, value, output
    total += width * hidden + hidden + hidden * width + width
    return total + 2 * (width + width)


def test_transformer_encoder() -> None:
    total = 6 * encoder_layer(512, 2048)
    assert showcase("transformer_encoder").params == total == 18_914_304


def test_bert() -> None:
    total = (30_522 + 512 + 2) * 768 + 2 * 768
    total += 12 * encoder_layer(768, 3072)
    total += 768 * 768 + 768
    assert showcase("bert").params == total == 109_482_240


@pytest.mark.parametrize(
    ("name", "stem", "size", "expected"),
    [("squeezenet", 96, 7, 1_248_424), ("squeezenet_1_1", 64, 3, 1_235_496)],
)
def test_squeezenet(name: str, stem: int, size: int, expected: int) -> None:
    def fire(channels: int, squeeze: int, expand: int) -> int:
        total = channels * squeeze + squeeze
        total += squeeze * expand + expand
        return total + 3 * 3 * squeeze * expand + expand

    total = size * size * 3 * stem + stem
    total += fire(stem, 16, 64) + fire(128, 16, 64)
    total += fire(128, 32, 128) + fire(256, 32, 128)
    total += fire(256, 48, 192) + fire(384, 48, 192)
    total += fire(384, 64, 256) + fire(512, 64, 256)
    total += 512 * 1000 + 1000
    assert showcase(name).params == total == expected


def test_transfer() -> None:
    base = 3 * 3 * 3 * 8 + 4 * 8
    widths = [8, 16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256]
    for before, after in pairwise(widths):
        base += 3 * 3 * before + 4 * before + before * after + 4 * after
    head = 256 * 17 + 17
    spec = showcase("transfer")
    assert (base, head) == (218_544, 4_369)
    assert (spec.params, spec.trainable_params) == (base + head, head)


def test_efficientnet_b0() -> None:
    def conv_bn(size: int, channels: int, filters: int) -> int:
        return size * size * channels * filters + 4 * filters

    def mbconv(channels: int, filters: int, size: int, expand: int) -> int:
        inner, squeezed = expand * channels, channels // 4
        total = conv_bn(1, channels, inner) if expand > 1 else 0
        total += conv_bn(size, inner, 1) - 4 + 4 * inner  # depthwise
        total += inner * squeezed + squeezed + squeezed * inner + inner
        return total + conv_bn(1, inner, filters)

    total = 3 + 3 + 1  # the normalization: means, variances, how many were seen
    total += conv_bn(3, 3, 32)
    total += mbconv(32, 16, 3, 1)
    rows = [(16, 24, 3, 2), (24, 40, 5, 2), (40, 80, 3, 3), (80, 112, 5, 3), (112, 192, 5, 4)]
    for channels, filters, size, depth in [*rows, (192, 320, 3, 1)]:
        total += mbconv(channels, filters, size, 6)
        total += (depth - 1) * mbconv(filters, filters, size, 6)
    total += conv_bn(1, 320, 1280) + 1280 * 1000 + 1000
    spec = showcase("efficientnet_b0")
    assert spec.params == total == 5_330_571
    assert spec.trainable_params == 5_288_548
    ends = {n.name: n.output_shape for n in spec.nodes if n.name.startswith("stage")}
    assert list(ends.values())[-1] == (7, 7, 320)


def test_resnext50() -> None:
    def conv_bn(size: int, channels: int, filters: int) -> int:
        return size * size * channels * filters + 2 * filters

    trained, moving = conv_bn(7, 3, 64), 2 * 64
    channels = 64
    for units, width in ((3, 128), (4, 256), (6, 512), (3, 1024)):
        out = 2 * width
        for unit in range(units):
            trained += conv_bn(1, channels, width) + conv_bn(3, width // 32, width)
            trained += conv_bn(1, width, out)
            moving += 2 * (width + width + out)
            if unit == 0:
                trained += conv_bn(1, channels, out)
                moving += 2 * out
            channels = out
    trained += 2048 * 1000 + 1000
    spec = showcase("resnext50")
    assert (trained, trained + moving) == (25_028_904, 25_097_128)
    assert (spec.trainable_params, spec.params) == (trained, trained + moving)
