"""The networks of papers: totals by arithmetic that follows the papers' tables and figures."""

import pytest

from tests.counting import conv, dense, norm, shaped

MOBILENET_V3 = {
    # kernel, size of the expansion, channels out, whether channels are weighed, after the first row
    "large": (
        16, [(3, 16, 16, False), (3, 64, 24, False), (3, 72, 24, False), (5, 72, 40, True), (5, 120, 40, True),
             (5, 120, 40, True), (3, 240, 80, False), (3, 200, 80, False), (3, 184, 80, False),
             (3, 184, 80, False), (3, 480, 112, True), (3, 672, 112, True), (5, 672, 160, True),
             (5, 960, 160, True), (5, 960, 160, True)], 1280,
    ),
    "small": (
        16, [(3, 16, 16, True), (3, 72, 24, False), (3, 88, 24, False), (5, 96, 40, True), (5, 240, 40, True),
             (5, 240, 40, True), (5, 120, 48, True), (5, 144, 48, True), (5, 288, 96, True),
             (5, 576, 96, True), (5, 576, 96, True)], 1024,
    ),
}  # fmt: skip


def conv_norm(kernel: int, before: int, filters: int) -> int:
    """A convolution without biases, normalized."""
    return conv(kernel, before, filters, bias=False) + norm(filters)


def depthwise(kernel: int, channels: int) -> int:
    """A filter for each channel, normalized."""
    return kernel * kernel * channels + norm(channels)


def weighed(channels: int, squeezed: int) -> int:
    """Squeeze and excite: two dense layers, or 1×1 convolutions."""
    return dense(channels, squeezed) + dense(squeezed, channels)


def resnet50(units: int = 0) -> int:
    """ResNet-50 with biases and without its classifier; ``units`` is what is added to it."""
    total = conv(7, 3, 64) + norm(64)
    before = 64
    for depth, width in [(3, 64), (4, 128), (6, 256), (3, 512)]:
        for _ in range(depth):
            if before != 4 * width:
                total += conv(1, before, 4 * width) + norm(4 * width)
            total += conv(1, before, width) + norm(width)
            total += conv(3, width, width) + norm(width)
            total += conv(1, width, 4 * width) + norm(4 * width)
            before = 4 * width
    return total + units


@pytest.mark.parametrize("size", MOBILENET_V3)
def test_mobilenet_v3(size: str) -> None:
    before, rows, head = MOBILENET_V3[size]
    total = conv_norm(3, 3, before)
    for kernel, expanded, filters, weighs in rows:
        if expanded != before:
            total += conv_norm(1, before, expanded)
        total += depthwise(kernel, expanded)
        if weighs:
            squeezed = max(8, (expanded // 4 + 4) // 8 * 8)
            squeezed += 8 if squeezed < 0.9 * expanded / 4 else 0
            total += weighed(expanded, squeezed)
        total += conv_norm(1, expanded, filters)
        before = filters
    total += conv_norm(1, before, 6 * before) + dense(6 * before, head) + dense(head, 1000)
    assert shaped(f"papers/mobilenet_v3_{size}").params == total


def test_efficientnet_v2() -> None:
    total, before = conv_norm(3, 3, 24), 24
    for fused, expand, filters, depth in [
        (True, 1, 24, 2), (True, 4, 48, 4), (True, 4, 64, 4),
        (False, 4, 128, 6), (False, 6, 160, 9), (False, 6, 256, 15),
    ]:  # fmt: skip
        for _ in range(depth):
            inner = expand * before
            total += conv_norm(3 if fused else 1, before, inner)
            if not fused:
                total += depthwise(3, inner) + weighed(inner, before // 4)
            if expand > 1:
                total += conv_norm(1, inner, filters)
            before = filters
    total += conv_norm(1, before, 1280) + dense(1280, 1000)
    assert shaped("papers/efficientnet_v2_s").params == total == 21_612_360


def test_nasnet() -> None:
    def separable(kernel: int, before: int, filters: int) -> int:
        first = kernel * kernel * before + before * filters + norm(filters)
        return first + kernel * kernel * filters + filters * filters + norm(filters)

    total, cells = conv_norm(3, 3, 32), [(False, 11), (False, 22)]
    for width in (44, 88, 176):
        cells += [(False, width)] if width > 44 else []
        cells += [(True, width)] * 4
    x = last = 32
    for number, (normal, filters) in enumerate(cells):
        p = last
        if number and (last != filters or (normal and not cells[number - 1][0])):
            total += conv_norm(1, last, filters)  # two halves make the same number
            p = filters
        total += conv_norm(1, x, filters)
        if normal:
            kernels = [(5, filters), (3, p), (5, p), (3, p), (3, filters)]
            last, x = x, 6 * filters
        else:
            kernels = [(5, filters), (7, p), (7, p), (5, p), (3, filters)]
            last, x = x, 4 * filters
        total += sum(separable(kernel, before, filters) for kernel, before in kernels)
    assert shaped("papers/nasnet_mobile").params == total + dense(x, 1000) == 5_326_716


def test_nasnet_of_more_cells() -> None:
    assert shaped("papers/nasnet_mobile", (("cells", "5"),)).params > 5_326_716


def test_regnet() -> None:
    total, before, trained = conv_norm(3, 3, 32), 32, 2 * 32
    for depth, width in [(1, 24), (1, 56), (4, 152), (7, 368)]:
        for _ in range(depth):
            total += conv_norm(1, before, width) + 3 * 3 * 8 * width + norm(width)
            total += weighed(width, before // 4) + conv_norm(1, width, width)
            trained += 2 * 3 * width
            if before != width:
                total += conv_norm(1, before, width)
                trained += 2 * width
            before = width
    found = shaped("papers/regnety_200mf")
    assert found.params == total + dense(368, 1000) == 3_183_844
    assert found.trainable_params == found.params - trained


def test_yolo() -> None:
    total, before = conv_norm(3, 3, 32), 32
    for depth, filters in [(1, 64), (2, 128), (8, 256), (8, 512), (4, 1024)]:
        total += conv_norm(3, before, filters)
        total += depth * (conv_norm(1, filters, filters // 2) + conv_norm(3, filters // 2, filters))
        before = filters
    for filters, skip in [(512, 0), (256, 512), (128, 256)]:
        if skip:
            total += conv_norm(1, before, filters)
            before = filters + skip
        for _ in range(2):
            total += conv_norm(1, before, filters) + conv_norm(3, filters, 2 * filters)
            before = 2 * filters
        total += conv_norm(1, before, filters)
        total += conv_norm(3, filters, 2 * filters) + conv(1, 2 * filters, 3 * (5 + 80))
        before = filters
    assert shaped("papers/yolo_v3").params == total == 62_001_757


def test_feature_pyramid() -> None:
    lateral = sum(conv(1, channels, 256) for channels in (256, 512, 1024, 2048))
    total = resnet50(lateral + 4 * conv(3, 256, 256))
    found = shaped("papers/fpn_resnet50")
    assert found.params == total == 26_932_096
    sizes = [found.shape(ref) for ref in found.graph.outputs]
    assert sizes == [(size, size, 256) for size in (200, 100, 50, 25, 13)]


def test_deeplab() -> None:
    pyramid = 2 * conv_norm(1, 2048, 256) + 3 * conv_norm(3, 2048, 256) + conv_norm(1, 5 * 256, 256)
    decoder = conv_norm(1, 256, 48) + conv_norm(3, 256 + 48, 256) + conv_norm(3, 256, 256)
    total = resnet50(pyramid + decoder + conv(1, 256, 21))
    assert shaped("papers/deeplab_v3_plus").params == total == 40_436_053


def test_wavenet() -> None:
    causal = 2 * 256 * 64 + 64
    unit = 2 * (2 * 64 * 64 + 64) + dense(64, 256) + dense(64, 64)
    total = causal + 30 * unit - dense(64, 64)  # what the last unit would hand on, nobody reads
    total += 2 * dense(256, 256)
    found = shaped("papers/wavenet")
    assert found.params == total == 1_279_616
    fewer = shaped("papers/wavenet", (("stacks", "1"),))
    assert found.params - fewer.params == 20 * unit


def test_cbam() -> None:
    plain = shaped("resnet50")
    added = sum(
        depth * (weighed(channels, channels // 16) + conv_norm(7, 2, 1))
        for depth, channels in [(3, 256), (4, 512), (6, 1024), (3, 2048)]
    )
    found = shaped("papers/cbam_resnet50")
    assert found.params == plain.params + added
    assert round(found.trainable_params / 1e6, 2) == 28.09  # Table 4


def layer_norm(channels: int) -> int:
    """Scale and offset of each channel."""
    return 2 * channels


def transformer(width: int) -> int:
    """Queries, keys, values and their projection; two dense layers; two normalizations."""
    mlp = dense(width, 4 * width) + dense(4 * width, width)
    return 4 * dense(width, width) + mlp + 2 * layer_norm(width)


def test_gpt2() -> None:
    table, positions = 50_257 * 768, 1024 * 768
    found = shaped("papers/gpt2")
    total = table + positions + 12 * transformer(768) + layer_norm(768)
    assert found.params == total == 124_439_808  # the table counts once
    assert found.shape(found.graph.outputs[0]) == (1024, 50_257)


def test_vision_transformer() -> None:
    total = conv(16, 3, 768) + 768 + (14 * 14 + 1) * 768 + 12 * transformer(768)
    total += layer_norm(768) + dense(768, 1000)
    assert shaped("papers/vit_b16").params == total == 86_567_656


def test_convnext() -> None:
    total, before = 0, 3
    for depth, width, patch in [(3, 96, 4), (3, 192, 2), (9, 384, 2), (3, 768, 2)]:
        total += conv(patch, before, width) + layer_norm(width if before == 3 else before)
        filters = 7 * 7 * width + width
        mlp = dense(width, 4 * width) + dense(4 * width, width)
        total += depth * (
            filters + layer_norm(width) + mlp + width
        )  # the last is the layer's scale
        before = width
    total += layer_norm(before) + dense(before, 1000)
    assert shaped("papers/convnext_tiny").params == total == 28_589_128


def test_autoencoder() -> None:
    encoder = conv(3, 1, 32) + conv(3, 32, 64) + dense(7 * 7 * 64, 16) + 2 * dense(16, 2)
    decoder = dense(2, 7 * 7 * 64) + conv(3, 64, 64) + conv(3, 64, 32) + conv(3, 32, 1)
    assert (encoder, decoder) == (69_076, 65_089)
    assert shaped("papers/vae").params == encoder + decoder
