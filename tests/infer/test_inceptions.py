"""The Inception networks: totals by arithmetic that follows the papers' tables and figures."""

import pytest

from tests.counting import conv, dense, maps, norm, shaped

# Inception v1, Table 1: 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool


GOOGLENET = [
    (192, (64, 96, 128, 16, 32, 32), 256),
    (256, (128, 128, 192, 32, 96, 64), 480),
    (480, (192, 96, 208, 16, 48, 64), 512),
    (512, (160, 112, 224, 24, 64, 64), 512),
    (512, (128, 128, 256, 24, 64, 64), 512),
    (512, (112, 144, 288, 32, 64, 64), 528),
    (528, (256, 160, 320, 32, 128, 128), 832),
    (832, (256, 160, 320, 32, 128, 128), 832),
    (832, (384, 192, 384, 48, 128, 128), 1024),
]


def test_inception_v1() -> None:
    total = conv(7, 3, 64) + conv(1, 64, 64) + conv(3, 64, 192)
    for before, (c1, r3, c3, r5, c5, pool), after in GOOGLENET:
        assert c1 + c3 + c5 + pool == after
        total += conv(1, before, c1)
        total += conv(1, before, r3) + conv(3, r3, c3)
        total += conv(1, before, r5) + conv(5, r5, c5)
        total += conv(1, before, pool)
    total += dense(1024, 1000)
    assert shaped("inception_v1").params == total


# Inception v2, Figure 5: 1×1, 3×3 reduce, 3×3, double 3×3 reduce, double 3×3, pool


BN_INCEPTION = [
    (192, (64, 64, 64, 64, 96, 32), 256),
    (256, (64, 64, 96, 64, 96, 64), 320),
    (320, (0, 128, 160, 64, 96, 0), 576),
    (576, (224, 64, 96, 96, 128, 128), 576),
    (576, (192, 96, 128, 96, 128, 128), 576),
    (576, (160, 128, 160, 128, 160, 96), 576),
    (576, (96, 128, 192, 160, 192, 96), 576),
    (576, (0, 128, 192, 192, 256, 0), 1024),
    (1024, (352, 192, 320, 160, 224, 128), 1024),
    (1024, (352, 192, 320, 192, 224, 128), 1024),
]


def test_inception_v2() -> None:
    def unit(kernel: int, before: int, filters: int) -> int:
        return kernel * kernel * before * filters + norm(filters)

    # The first convolution is separable: 8 kernels for each of 3 channels, then 24 to 64.
    total = 7 * 7 * 3 * 8 + 24 * 64 + norm(64)
    total += unit(1, 64, 64) + unit(3, 64, 192)
    for before, (c1, r3, c3, rd, d3, pool), after in BN_INCEPTION:
        passed = 0 if pool else before
        assert c1 + c3 + d3 + pool + passed == after
        total += unit(1, before, r3) + unit(3, r3, c3)
        total += unit(1, before, rd) + unit(3, rd, d3) + unit(3, d3, d3)
        if pool:
            total += unit(1, before, c1) + unit(1, before, pool)
    total += dense(1024, 1000)
    assert shaped("inception_v2").params == total


# Inception v3 and later: a convolution is height × width, without bias; batch normalization has
# no scale, so it keeps three numbers for each channel.


def unit(height: int, width: int, before: int, filters: int) -> int:
    return height * width * before * filters + 3 * filters


def path(before: int, *steps: tuple[int, int, int]) -> int:
    """Convolutions one after the other, each (height, width, filters)."""
    total = 0
    for height, width, filters in steps:
        total += unit(height, width, before, filters)
        before = filters
    return total


def stem_v3() -> int:
    return path(3, (3, 3, 32), (3, 3, 32), (3, 3, 64), (1, 1, 80), (3, 3, 192))


def test_inception_v3() -> None:
    total = stem_v3()
    for before, pool in [(192, 32), (256, 64), (288, 64)]:  # 35×35
        total += path(before, (1, 1, 64))
        total += path(before, (1, 1, 48), (5, 5, 64))
        total += path(before, (1, 1, 64), (3, 3, 96), (3, 3, 96))
        total += path(before, (1, 1, pool))
    total += path(288, (3, 3, 384)) + path(288, (1, 1, 64), (3, 3, 96), (3, 3, 96))
    for c in (128, 160, 160, 192):  # 17×17
        total += path(768, (1, 1, 192))
        total += path(768, (1, 1, c), (1, 7, c), (7, 1, 192))
        total += path(768, (1, 1, c), (7, 1, c), (1, 7, c), (7, 1, c), (1, 7, 192))
        total += path(768, (1, 1, 192))
    total += path(768, (1, 1, 192), (3, 3, 320))
    total += path(768, (1, 1, 192), (1, 7, 192), (7, 1, 192), (3, 3, 192))
    for before in (1280, 2048):  # 8×8
        total += path(before, (1, 1, 320))
        total += path(before, (1, 1, 384)) + 2 * unit(1, 3, 384, 384)
        total += path(before, (1, 1, 448), (3, 3, 384)) + 2 * unit(1, 3, 384, 384)
        total += path(before, (1, 1, 192))
    base = total
    assert shaped("inception_v3").params == base + dense(2048, 1000)
    assert shaped("inception_v3", (("include_top", "false"),)).params == base


def test_inception_v4() -> None:
    total = path(3, (3, 3, 32), (3, 3, 32), (3, 3, 64))
    total += path(64, (3, 3, 96))
    total += path(160, (1, 1, 64), (3, 3, 96))
    total += path(160, (1, 1, 64), (7, 1, 64), (1, 7, 64), (3, 3, 96))
    total += path(192, (3, 3, 192))
    a = 2 * path(384, (1, 1, 96)) + path(384, (1, 1, 64), (3, 3, 96))
    a += path(384, (1, 1, 64), (3, 3, 96), (3, 3, 96))
    total += 4 * a
    total += path(384, (3, 3, 384)) + path(384, (1, 1, 192), (3, 3, 224), (3, 3, 256))
    b = path(1024, (1, 1, 128)) + path(1024, (1, 1, 384))
    b += path(1024, (1, 1, 192), (1, 7, 224), (7, 1, 256))
    b += path(1024, (1, 1, 192), (1, 7, 192), (7, 1, 224), (1, 7, 224), (7, 1, 256))
    total += 7 * b
    total += path(1024, (1, 1, 192), (3, 3, 192))
    total += path(1024, (1, 1, 256), (1, 7, 256), (7, 1, 320), (3, 3, 320))
    c = 2 * path(1536, (1, 1, 256))
    c += path(1536, (1, 1, 384)) + 2 * unit(1, 3, 384, 256)
    c += path(1536, (1, 1, 384), (1, 3, 448), (3, 1, 512)) + 2 * unit(1, 3, 512, 256)
    total += 3 * c
    total += dense(1536, 1000)
    assert shaped("inception_v4").params == total


def test_inception_resnet_v2() -> None:
    total = stem_v3()
    total += path(192, (1, 1, 96)) + path(192, (1, 1, 48), (5, 5, 64))
    total += path(192, (1, 1, 64), (3, 3, 96), (3, 3, 96)) + path(192, (1, 1, 64))
    block35 = path(320, (1, 1, 32)) + path(320, (1, 1, 32), (3, 3, 32))
    block35 += path(320, (1, 1, 32), (3, 3, 48), (3, 3, 64)) + conv(1, 32 + 32 + 64, 320)
    total += 10 * block35
    total += path(320, (3, 3, 384)) + path(320, (1, 1, 256), (3, 3, 256), (3, 3, 384))
    block17 = path(1088, (1, 1, 192)) + path(1088, (1, 1, 128), (1, 7, 160), (7, 1, 192))
    total += 20 * (block17 + conv(1, 192 + 192, 1088))
    total += path(1088, (1, 1, 256), (3, 3, 384)) + path(1088, (1, 1, 256), (3, 3, 288))
    total += path(1088, (1, 1, 256), (3, 3, 288), (3, 3, 320))
    block8 = path(2080, (1, 1, 192)) + path(2080, (1, 1, 192), (1, 3, 224), (3, 1, 256))
    total += 10 * (block8 + conv(1, 192 + 256, 2080))
    total += path(2080, (1, 1, 1536)) + dense(1536, 1000)
    assert shaped("inception_resnet_v2").params == total


# Sizes and expectations


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("inception_v1", [224, 112, 56, 28, 14, 7]),
        ("inception_v2", [224, 112, 56, 28, 14, 7]),
        ("inception_v3", [299, 149, 147, 73, 71, 35, 17, 8]),
        ("inception_v4", [299, 149, 147, 73, 71, 35, 17, 8]),
        ("inception_resnet_v2", [299, 149, 147, 73, 71, 35, 17, 8]),
    ],
)
def test_sizes(name: str, sizes: list[int]) -> None:
    found = {s[0]: None for s in maps(name)}
    assert list(found) == sizes


@pytest.mark.parametrize(
    "name",
    ["inception_v1", "inception_v2", "inception_v3", "inception_v4", "inception_resnet_v2"],
)
def test_member_expects_its_total(name: str) -> None:
    expect = shaped(name).graph.spec.expect
    assert expect is not None
    assert expect.source
    assert expect.values.value["params"] == shaped(name).params
