"""What is said of other inputs: the smallest that fits is so, or nothing is said."""

import time
from random import Random

import pytest

import archspec
from archspec.infer.input_sizes import MOST_WORK
from tests.conftest import examples
from tests.random_sizes import disagreement, draw

HEAD = "archspec: 1\n"
CONV = "{Conv2D: {filters: 4, kernel_size: %s}}"


def unet(size: int, levels: int) -> str:
    """A U-Net with `padding: same`."""
    lines = [f"input: [{size}, {size}, 1]", "layers:"]
    for level in range(levels):
        lines += [f"  - Conv2D: {{name: d{level}, filters: 4, kernel_size: 3, padding: same}}"]
        lines += ["  - MaxPooling2D"]
    for level in reversed(range(levels)):
        lines += [f"  - UpSampling2D: {{name: u{level}}}"]
        lines += [f"  - Concatenate: {{from: [u{level}, d{level}]}}"]
    return "\n".join(lines) + "\n"


def helps(text: str) -> list[str]:
    """All that is said to help, of all errors."""
    with pytest.raises(archspec.SpecError) as caught:
        archspec.loads(HEAD + text)
    return [line for d in caught.value.diagnostics for line in d.help]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"input: [4, 200, 3]\nlayers: [{CONV % 3}, {CONV % 4}]\n", "6×200×3"),
        (f"input: [128, 13, 1]\nlayers: [{CONV % 3}, MaxPooling2D, {CONV % 7}]\n", "128×16×1"),
        (unet(10, 4), "16×16×1"),
        (
            "input: [12, 1, 40, 40]\nlayers:"
            " [TimeDistributed: {layer: {Conv2D: {filters: 4, kernel_size: 7}}}]\n",
            "12×7×40×40",
        ),
        # Both axes, for neither alone is enough; and not the larger one of them for both.
        (f"input: [3, 5, 1]\nlayers: [MaxPooling2D: [1, 2], {CONV % 5}]\n", "5×10×1"),
    ],
)
def test_the_smallest_input(text: str, said: str) -> None:
    assert f"the smallest input that fits is {said}" in helps(text)


def test_what_no_size_mends_is_another_error() -> None:
    """Channels that differ: they have their own help, and sizes are told without them."""
    text = (
        f"input: [4, 9, 3]\nlayers: [{CONV % 5}, Conv2D: {{from: input, filters: 2, kernel_size: 1}},"
        " Add: {from: [input, conv2d_1]}]\noutputs: [conv2d, add]\n"
    )
    assert "the smallest input that fits is 5×9×3" in helps(text)


def test_several_smallest_inputs() -> None:
    """Reshaping ties the axes together: 256 values in each of three ways."""
    text = (
        f"input: [4, 4, 1]\nlayers: [{CONV % 5}, Flatten: {{}},"
        " Reshape: {from: input, target_shape: [256]}, Concatenate: {from: [flatten, reshape]}]\n"
    )
    said = helps(text)
    assert "the smallest inputs that fit are 8×32×1, 16×16×1 and 32×8×1" in said
    assert "an input of 16×16×1 would fit" in said


def test_no_size_is_large_enough() -> None:
    pools = ", ".join(["MaxPooling2D"] * 13)
    assert helps(f"input: [64, 64, 3]\nlayers: [{pools}]\n")[-1:] == [
        "no size of the input up to 4096 would fit"
    ]
    fixed = "{Resizing: {height: 4, width: 4}}"
    said = helps(f"input: [64, 64, 3]\nlayers: [{fixed}, {CONV % 5}]\n")
    assert said == ["`padding: same` would fit", "`kernel_size: 4` would fit"]


def test_nearest_inputs_for_skips() -> None:
    text = unet(10, 2)
    assert helps(text)[-2:] == [f"an input of {size}×{size}×1 would fit" for size in (8, 12)]


@pytest.mark.parametrize(
    ("shape", "layer", "said"),
    [
        ([3, 480, 640], CONV % 7, "480×640×3"),
        ([4, 84, 84], CONV % 8, "84×84×4"),
        ([1, 28, 28], CONV % 5, "28×28×1"),
        ([2, 40, 60], CONV % 5, "40×60×2"),
        ([1, 16000], "{Conv1D: {filters: 4, kernel_size: 9}}", "16000×1"),
        ([2, 44100], "{Conv1D: {filters: 4, kernel_size: 9}}", "44100×2"),
        ([1, 16, 64, 64], "{Conv3D: {filters: 4, kernel_size: 3}}", "16×64×64×1"),
    ],
)
def test_channels_first(shape: list[int], layer: str, said: str) -> None:
    found = helps(f"input: {shape}\nlayers: [{layer}]\n")
    assert found[0] == f"channels come last: an input of {said} would fit"


@pytest.mark.parametrize(
    ("shape", "layer"),
    [
        ([4, 200, 3], CONV % 5),
        ([3, 3, 64], CONV % 5),
        ([5, 40, 40], CONV % 7),
        ([4, 300], "{Conv1D: {filters: 4, kernel_size: 5}}"),
        ([2, 64, 64, 3], "{Conv3D: {filters: 4, kernel_size: 3}}"),
        ([3, 16, 60, 80], "{Conv3D: {filters: 4, kernel_size: 5}}"),
    ],
)
def test_channels_last(shape: list[int], layer: str) -> None:
    """Few rows, few steps of many features, few pictures."""
    found = helps(f"input: {shape}\nlayers: [{layer}]\n")
    assert found
    assert not any("channels" in line for line in found)


def test_against_brute_force() -> None:
    """``python tests/input_sizes_run.py`` compares as many as one likes."""
    random = Random("sizes")
    said: list[str] = []
    while len(said) < examples(10):
        net = draw(random)
        if net is not None:
            wrong, kind = disagreement(net)
            assert not wrong, net.text
            said.append(kind)
    assert sum("smallest" in kind for kind in said) > len(said) / 5


def test_a_large_network_takes_no_seconds() -> None:
    """What would take too long to find out is not said."""
    assert MOST_WORK <= 100_000
    layers = ", ".join([CONV % "3, padding: same", "BatchNormalization", "ReLU"] * 400)
    start = time.process_time()
    helps(f"input: [40, 9, 3]\nlayers: [{layers}, {CONV % 10}]\n")
    assert time.process_time() - start < 3
