"""Shapes: windows against windows that really slide, axes, and the arithmetic that is shown."""

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.shapes.axes import BATCH, axis_index, axis_indices
from archspec.shapes.shape import (
    Shape,
    ShapeError,
    Weight,
    Window,
    elements,
    format_shape,
    known,
    product,
)

SETTINGS = settings(derandomize=True, deadline=None, max_examples=500)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    numbers = st.integers(1, 7)
    padding = draw(st.sampled_from(["valid", "same", "causal"]))
    return Window(draw(numbers), draw(numbers), draw(numbers), padding)


def positions(window: Window, size: int) -> int:
    """Slide the window's points over an axis and count the places where it stands."""
    points = [n * window.dilation for n in range(window.kernel)]
    before = after = 0
    if window.padding == "causal":
        before = points[-1]
    elif window.padding == "same":
        # As much as lets a window begin at every `stride`-th place, half of it on either side.
        last = (size - 1) // window.stride * window.stride
        border = max(last + points[-1] - (size - 1), 0)
        before, after = border // 2, border - border // 2
    count, start = 0, -before
    while all(-before <= start + point < size + after for point in points):
        count += 1
        start += window.stride
    return count


@SETTINGS
@given(windows(), st.integers(1, 60))
def test_window_slides(window: Window, size: int) -> None:
    found = window.output_size(size)
    assert found is not None
    assert max(found, 0) == positions(window, size)


@SETTINGS
@given(windows())
def test_span(window: Window) -> None:
    points = [n * window.dilation for n in range(window.kernel)]
    assert window.span == points[-1] - points[0] + 1


@given(windows())
def test_unknown_size(window: Window) -> None:
    assert window.output_size(None) is None
    assert window.arithmetic(None) == "unknown"


@SETTINGS
@given(windows(), st.integers(1, 60))
def test_arithmetic_is_true(window: Window, size: int) -> None:
    """What is shown is a true equation that ends in the size."""
    text = window.arithmetic(size)
    left, _, right = text.partition(" = ")
    assert right == str(window.output_size(size)).replace("-", "−")
    assert calculate(left) == window.output_size(size)


def calculate(text: str) -> Fraction:
    """The value of sums and quotients with floors and ceilings, exactly."""
    text = text.replace("−", "-").replace("⌈", "up(").replace("⌉", ")")
    text = text.replace("⌊", "down(").replace("⌋", ")")
    text = re.sub(r"\d+", lambda number: f"Fraction({number[0]})", text)
    names = {"Fraction": Fraction, "up": lambda v: -(-v // 1), "down": lambda v: v // 1}
    return Fraction(eval(text, {"__builtins__": {}}, names))


@pytest.mark.parametrize(
    ("window", "size", "text"),
    [
        (Window(11, 4), 227, "(227 − 11)/4 + 1 = 55"),
        (Window(3, 2), 56, "⌊(56 − 3)/2⌋ + 1 = 27"),
        (Window(3), 32, "32 − 3 + 1 = 30"),
        (Window(3, 1, 2), 32, "32 − 5 + 1 = 28"),
        (Window(3, 2, 1, "same"), 7, "⌈7/2⌉ = 4"),
        (Window(3, 1, 1, "same"), 7, "7 = 7"),
        (Window(11, 4), 5, "⌊(5 − 11)/4⌋ + 1 = −1"),
    ],
)
def test_arithmetic(window: Window, size: int, text: str) -> None:
    assert window.arithmetic(size) == text


def test_numbers_of_values() -> None:
    assert product([]) == 1
    assert product([2, 3, 4]) == 24
    assert elements(()) == 1
    assert elements((2, 3)) == 6
    assert elements((2, None)) is None
    assert Weight("kernel", (3, 3, 8, 16)).count == 3 * 3 * 8 * 16
    assert Weight("scale", ()).count == 1


@pytest.mark.parametrize(
    ("shape", "text"),
    [((227, 227, 3), "227×227×3"), ((None, 3), "?×3"), ((7,), "7"), ((), "scalar")],
)
def test_format(shape: Shape, text: str) -> None:
    assert format_shape(shape) == text


def test_known() -> None:
    assert known(3, "the size") == 3
    with pytest.raises(ShapeError, match="the size must be known here") as caught:
        known(None, "the size", "axis")
    assert (caught.value.code, caught.value.argument) == ("AS407", "axis")


@given(st.lists(st.integers(1, 9), max_size=4), st.integers(-9, 9))
def test_axis_is_that_of_python(sizes: list[int], axis: int) -> None:
    """The axis of the list with the batch in front."""
    whole = ["batch", *sizes]
    try:
        found = axis_index(axis, tuple(sizes), batch=True)
    except ShapeError:
        with pytest.raises(IndexError):
            whole[axis]
    else:
        assert (["batch"] if found == BATCH else [sizes[found]]) == [whole[axis]]


@pytest.mark.parametrize(
    ("axis", "shape", "message"),
    [
        (
            0,
            (3, 4),
            "axis 0 is the batch: 3×4 has the axes 1 to 2 (or -2 to -1), after the batch, 0",
        ),
        (-3, (3, 4), "axis -3 is the batch"),
        (3, (3, 4), "axis 3 does not exist"),
        (-2, (3,), "axis -2 is the batch: 3 has axis 1 (or -1), after the batch, 0"),
        (1, (), "axis 1 does not exist: the input is one number for each example"),
    ],
)
def test_axis_error(axis: int, shape: Shape, message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        axis_index(axis, shape)
    assert caught.value.message.startswith(message)
    assert caught.value.argument == "axis"


def test_axes() -> None:
    assert axis_indices((1, -1), (3, 4, 5)) == (0, 2)
    assert axis_indices((0, 2), (3, 4, 5), batch=True) == (BATCH, 1)
    with pytest.raises(ShapeError, match="axis 1 stands twice in `axis`"):
        axis_indices((1, 1), (3, 4))
    with pytest.raises(ShapeError, match="the axis 2, also -1, stands twice in `axes`"):
        axis_indices((2, -1), (3, 4), "axes")
