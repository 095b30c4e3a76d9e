"""The families: totals by arithmetic that follows the papers' tables, and shapes of their stages."""

import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.pipeline import shape_document
from tests.conftest import ROOT
from tests.counting import conv, dense, maps, norm, shaped

# VGG, Table 1


VGG = {
    "vgg11": [[64], [128], [256] * 2, [512] * 2, [512] * 2],
    "vgg11_lrn": [[64], [128], [256] * 2, [512] * 2, [512] * 2],
    "vgg13": [[64] * 2, [128] * 2, [256] * 2, [512] * 2, [512] * 2],
    "vgg16": [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3],
    "vgg19": [[64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4],
}


@pytest.mark.parametrize("name", VGG)
def test_vgg(name: str) -> None:
    total, before = 0, 3
    for stage in VGG[name]:
        for filters in stage:
            total += 3 * 3 * before * filters + filters
            before = filters
    total += 7 * 7 * 512 * 4096 + 4096
    total += 4096 * 4096 + 4096
    total += 4096 * 1000 + 1000
    assert shaped(name).params == total


def test_vgg_c_has_three_small_convolutions() -> None:
    d_without_third = shaped("vgg13").params
    small = 256 * 256 + 256 + 2 * (512 * 512 + 512)
    assert shaped("vgg16_pointwise").params == d_without_third + small


def test_vgg_normalizes_once_in_a_lrn() -> None:
    layers = [type(n.layer).__name__ for n in shaped("vgg11_lrn").nodes]
    assert layers.index("LocalResponseNormalization") == 2
    layers.remove("LocalResponseNormalization")
    assert layers == [type(n.layer).__name__ for n in shaped("vgg11").nodes]


def test_vgg_drops_out_as_in_the_paper() -> None:
    found = shaped("vgg16", (("dropout", "0.5"),))
    assert [type(n.layer).__name__ for n in found.nodes[-5:]] == [
        "Dense",
        "Dropout",
        "Dense",
        "Dropout",
        "Dense",
    ]


# ResNet, Table 1


RESNET = {
    "resnet18": ([2, 2, 2, 2], False, False),
    "resnet34": ([3, 4, 6, 3], False, False),
    "resnet50": ([3, 4, 6, 3], True, False),
    "resnet101": ([3, 4, 23, 3], True, False),
    "resnet152": ([3, 8, 36, 3], True, False),
    "resnet50_bias": ([3, 4, 6, 3], True, True),
    "resnet101_bias": ([3, 4, 23, 3], True, True),
    "resnet152_bias": ([3, 8, 36, 3], True, True),
}


@pytest.mark.parametrize("name", RESNET)
def test_resnet(name: str) -> None:
    depths, bottlenecks, bias = RESNET[name]
    total = conv(7, 3, 64, bias) + norm(64)
    before = 64
    for depth, width in zip(depths, [64, 128, 256, 512], strict=True):
        after = 4 * width if bottlenecks else width
        for _ in range(depth):
            if before != after:  # the shortcut projects
                total += conv(1, before, after, bias) + norm(after)
            if bottlenecks:
                total += conv(1, before, width, bias) + norm(width)
                total += conv(3, width, width, bias) + norm(width)
                total += conv(1, width, after, bias) + norm(after)
            else:
                total += conv(3, before, width, bias) + norm(width)
                total += conv(3, width, width, bias) + norm(width)
            before = after
    total += dense(before, 1000)
    assert shaped(name).params == total


def test_resnet_has_its_number_of_layers() -> None:
    for name in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"):
        weighty = [n for n in shaped(name).nodes if type(n.layer).__name__ in ("Conv2D", "Dense")]
        shortcuts = [n for n in weighty if ".shortcut." in n.name]
        assert f"resnet{len(weighty) - len(shortcuts)}" == name


def test_resnet_adds_maps_of_the_table() -> None:
    added = [n.output_shape for n in shaped("resnet50").nodes if type(n.layer).__name__ == "Add"]
    table = [(56, 56, 256)] * 3 + [(28, 28, 512)] * 4 + [(14, 14, 1024)] * 6 + [(7, 7, 2048)] * 3
    assert added == table


# DenseNet, Table 1


DENSENET = {
    "densenet121": [6, 12, 24, 16],
    "densenet169": [6, 12, 32, 32],
    "densenet201": [6, 12, 48, 32],
    "densenet264": [6, 12, 64, 48],
}


@pytest.mark.parametrize("name", DENSENET)
def test_densenet(name: str) -> None:
    total = 7 * 7 * 3 * 64 + norm(64)
    channels = 64
    for stage, depth in enumerate(DENSENET[name]):
        for _ in range(depth):
            total += norm(channels) + channels * 128
            total += norm(128) + 3 * 3 * 128 * 32
            channels += 32
        if stage < 3:
            total += norm(channels) + channels * (channels // 2)
            channels //= 2
    total += norm(channels) + dense(channels, 1000)
    assert shaped(name).params == total


def test_densenet_of_another_growth() -> None:
    # DenseNet-161: growth 48, so 96 channels after the first convolution and 2208 after the last.
    found = shaped("densenet121", (("growth", "48"), ("depths", "[6, 12, 36, 24]")))
    assert found.nodes[-1].input_shapes == ((2208,),)


# MobileNet, Tables 1, 6 and 7


MOBILENET = [
    # filters and stride of the depthwise separable convolutions
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
]  # fmt: skip
MOBILENETS = {
    # α in quarters, resolution, size of the last map, million multiply-adds in the paper
    "mobilenet": (4, 224, 7, 569),
    "mobilenet_075": (3, 224, 7, 325),
    "mobilenet_050": (2, 224, 7, 149),
    "mobilenet_025": (1, 224, 7, 41),
    "mobilenet_192": (4, 192, 6, 418),
    "mobilenet_160": (4, 160, 5, 290),
    "mobilenet_128": (4, 128, 4, 186),
}


@pytest.mark.parametrize("name", MOBILENETS)
def test_mobilenet(name: str) -> None:
    quarters, size, last, millions = MOBILENETS[name]
    before = 32 * quarters // 4
    size //= 2
    total = 3 * 3 * 3 * before + norm(before)
    macs = size * size * 3 * 3 * 3 * before
    for filters, stride in MOBILENET:
        filters = filters * quarters // 4
        size //= stride
        total += 3 * 3 * before + norm(before)
        total += before * filters + norm(filters)
        macs += size * size * (3 * 3 * before + before * filters)
        before = filters
    total += dense(before, 1000)
    macs += before * 1000
    found = shaped(name)
    assert found.params == total
    assert found.macs == macs
    assert abs(macs / 1e6 - millions) < 1  # the paper cuts some, rounds others
    assert maps(name)[-3:] == [(last, last, before), (1, 1, before), (1, 1, 1000)]


# MobileNetV2, Table 2


def test_mobilenet_v2() -> None:
    total = 3 * 3 * 3 * 32 + norm(32)
    before = 32
    for t, c, n in [(1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)]:  # fmt: skip
        for _ in range(n):
            inner = t * before
            if t > 1:
                total += before * inner + norm(inner)
            total += 3 * 3 * inner + norm(inner)
            total += inner * c + norm(c)
            before = c
    total += 320 * 1280 + norm(1280) + dense(1280, 1000)
    assert shaped("mobilenet_v2").params == total


def test_mobilenet_v2_adds_where_nothing_changes() -> None:
    added = [
        n.output_shape for n in shaped("mobilenet_v2").nodes if type(n.layer).__name__ == "Add"
    ]
    sizes = {24: 56, 32: 28, 64: 14, 96: 14, 160: 7}
    counts = {24: 1, 32: 2, 64: 3, 96: 2, 160: 2}
    assert added == [(sizes[c], sizes[c], c) for c, n in counts.items() for _ in range(n)]


# Xception, Figure 5


def test_xception() -> None:
    def separable(before: int, filters: int) -> int:
        return 3 * 3 * before + before * filters + norm(filters)

    total = 3 * 3 * 3 * 32 + norm(32) + 3 * 3 * 32 * 64 + norm(64)
    for before, inner, after in [(64, 128, 128), (128, 256, 256), (256, 728, 728)]:
        total += separable(before, inner) + separable(inner, after)
        total += before * after + norm(after)
    total += 8 * 3 * separable(728, 728)
    total += separable(728, 728) + separable(728, 1024) + 728 * 1024 + norm(1024)
    total += separable(1024, 1536) + separable(1536, 2048) + dense(2048, 1000)
    assert shaped("xception").params == total


# Sizes on the way, and use in other networks


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("vgg16", [224, 112, 56, 28, 14, 7]),
        ("resnet50", [224, 230, 112, 114, 56, 28, 14, 7]),
        ("densenet121", [224, 230, 112, 114, 56, 28, 14, 7]),
        ("xception", [299, 149, 147, 74, 37, 19, 10]),
    ],
)
def test_sizes(name: str, sizes: list[int]) -> None:
    found = {s[0]: None for s in maps(name)}
    assert list(found) == sizes


# Shape of the last map at 160×160, parameters without the head as keras.applications counts them.
BASES = {
    "vgg16": ((5, 5, 512), 14_714_688),
    "resnet50_bias": ((5, 5, 2048), 23_587_712),
    "densenet121": ((5, 5, 1024), 7_037_504),
    "mobilenet": ((5, 5, 1024), 3_228_864),
    "inception_v3": ((3, 3, 2048), 21_802_784),
}


@pytest.mark.parametrize("name", BASES)
def test_base_of_another_network(name: str) -> None:
    text = f"""
archspec: 1
input: [160, 160, 3]
use: {{base: specs/{name}.yaml}}
layers:
  - base: {{include_top: false, trainable: false}}
  - GlobalAveragePooling2D
  - Dense: {{units: 2}}
"""
    sink = Sink()
    document = parse(Source(str(ROOT / "new.yaml"), text), sink)
    assert document is not None
    found = shape_document(document, sink)
    assert found is not None, sink.diagnostics
    shape, params = BASES[name]
    head = dense(shape[-1], 2)
    assert found.nodes[-2].input_shapes == (shape,)
    assert (found.params, found.trainable_params) == (params + head, head)


@pytest.mark.parametrize(
    "name",
    [
        *VGG,
        "vgg16_pointwise",
        *RESNET,
        *DENSENET,
        *MOBILENETS,
        "mobilenet_v2",
        "xception",
    ],
)
def test_member_expects_its_total(name: str) -> None:
    expect = shaped(name).graph.spec.expect
    assert expect is not None
    assert expect.source
    assert expect.values.value["params"] == shaped(name).params
