"""How far a layer looks: which positions along the axes of its inputs a position of its output sees.

A layer says it in whole numbers (``Layer.reach``), an :class:`Along` for each axis of an input. How
layers act one after the other is worked out in ``receptive.py``.
"""

from collections.abc import Collection
from functools import cache
from math import gcd
from typing import NamedTuple

from archspec.shapes.shape import Shape, Size, Window

MIXING = frozenset(("softmax", "log_softmax", "sparsemax"))
"""Activations in which each value depends on all along the last axis."""


MOST_READS = 4096
"""Longest pattern that is written out; what a layer sees in a longer one is not known."""


class Along(NamedTuple):
    """What is seen along one axis of an input.

    Position ``m·len(reads) + r`` of the output's axis sees ``reads[r]``, moved on by ``m·advance``.
    Positions outside of the input are what was added at its border, and count for nothing.
    """

    axis: int | None
    """The axis of the output that it goes with; None: the same is always seen, all of the input's
    axis, or the one part in ``reads``."""
    reads: tuple[range, ...] = ()
    advance: int = 1
    before: bool = False
    """Whether all positions before those are seen too, as by a recurrence."""
    after: bool = False
    """Whether all positions after those are seen too."""
    once: bool = False
    """Whether this is no pattern that goes on: where the input ends, something else begins."""

    def moved(self, axes: int) -> "Along":
        """The same with more axes before those of the output."""
        return self if self.axis is None else self._replace(axis=self.axis + axes)


ALL = Along(None)
"""All of an axis, as by a global pooling."""


class Reach(NamedTuple):
    """What is seen of one input."""

    axes: tuple[Along | None, ...]
    """For each axis of the input; None where it is not known."""
    folded: bool = False
    """Whether these are the same values in the same order under another shape; no ``axes`` then."""
    unseen: bool = False
    """Whether nothing is seen of it; no ``axes`` then."""


FOLDED = Reach((), folded=True)
UNSEEN = Reach((), unseen=True)


def only(position: int) -> Along:
    """One position of an axis that the output lacks."""
    return Along(None, (range(position, position + 1),))


@cache
def same(axis: int) -> Along:
    """Each position sees its own."""
    return shifted(axis, 0)


def shifted(axis: int, by: int) -> Along:
    """Each position sees the one that lies so many further on."""
    return Along(axis, (range(by, by + 1),))


def pointwise(shape: Shape, over: Collection[int] = ()) -> Reach:
    """Each position sees its own, and all along some axes."""
    return Reach(tuple([ALL if n in over else same(n) for n in range(len(shape))]))


def last_mixed(reach: Reach, activation: str | None, last: int) -> Reach:
    """The same after an activation, which may look along the last axis of the output."""
    if activation not in MIXING:
        return reach
    return Reach(tuple([ALL if along and along.axis == last else along for along in reach.axes]))


def either(left: Reach, right: Reach) -> Reach:
    """What is seen on one of two ways to the same output."""
    if left.unseen or right.unseen:
        return right if left.unseen else left
    return Reach(tuple([_either(a, b) for a, b in zip(left.axes, right.axes, strict=True)]))


def _either(left: Along | None, right: Along | None) -> Along | None:
    if left == right or left is None or right is None:
        return left and right
    alike = left.axis is not None and left[2:] == right[2:] and len(left.reads + right.reads) == 2
    if left.axis != right.axis or not alike:
        return ALL  # at most: two recurrences that meet see all together
    reads = left.reads + right.reads
    return left._replace(reads=(range(min(r[0] for r in reads), max(r[-1] for r in reads) + 1),))


def broadcast(shape: Shape, out: Shape) -> tuple[Along, ...]:
    """Each position sees its own, where a size of 1, or none in front, stands for any size."""
    missing = len(out) - len(shape)
    return tuple([ALL if size == 1 != out[n] else same(n) for n, size in enumerate(shape, missing)])


def slid(axis: int, window: Window, size: Size) -> Along:
    """A window that slides; of a size that is not known, it is taken that the stride divides it."""
    _, stride, dilation, padding = window
    before = 0
    if padding == "same":
        out = window.output_size(size)
        last = -stride if size is None or out is None else (out - 1) * stride - size
        before = max(last + window.span, 0) // 2
    elif padding == "causal":
        before = window.span - 1
    return Along(axis, (range(-before, window.span - before, dilation),), stride)


def windowed(windows: tuple[Window, ...], shape: Shape, channels: Along | None = ALL) -> Reach:
    """Windows along the spatial axes, and what is seen of the channels."""
    axes = zip(windows, shape, strict=False)
    return Reach((*[slid(n, window, size) for n, (window, size) in enumerate(axes)], channels))


def grouped(axis: int, size: int, of_output: int | None = None) -> Along | None:
    """Parts of an axis of so many positions, each seen by as many of the output, or another number."""
    count = of_output or size
    return Along(axis, (range(size),) * count, size) if count <= MOST_READS else None


def repeated(axis: int, times: int) -> Along | None:
    """Every position is seen by so many of the output, one after the other."""
    return grouped(axis, 1, times)


def joined(axis: int, start: int) -> Along:
    """A part that begins at that position of the output's axis, between others."""
    return Along(axis, (range(-start, 1 - start),), once=True)


def shared_out(axis: int, size: Size, out: int) -> Along | None:
    """Windows of equal shares, as nearly as whole numbers allow."""
    if out == 1:
        return ALL
    if size is None:
        return None
    common = gcd(size, out)
    if out // common > MOST_READS:
        return None
    count = range(out // common)
    reads = [range(n * size // out, -(-(n + 1) * size // out)) for n in count]
    return Along(axis, tuple(reads), size // common)


def stretched(axis: int, kernel: int, stride: int, dilation: int, before: int) -> Along | None:
    """A transposed window: each input writes ``kernel`` values, and inputs lie ``stride`` apart."""
    if stride > MOST_READS:
        return None
    reads = []
    for place in range(before, before + stride):
        first = -((dilation * (kernel - 1) - place) // stride)
        # Dilated windows do not step: what is seen lies as far apart as what is written.
        reads.append(range(first, place // stride + 1, dilation))
    return Along(axis, tuple(reads))


_RADIUS = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}


def resized(axis: int, size: Size, out: int, method: str, antialias: bool = False) -> Along | None:
    """What interpolation sees, where the middles of pixels are laid over one another."""
    common = gcd(size or 0, out)
    if size is None or out // common > MOST_READS:
        return None
    reads = [_interpolated(n, size, out, method, antialias) for n in range(out // common)]
    return Along(axis, tuple(reads), size // common)


def resized_part(
    axis: int, size: int, part: tuple[int, int], out: int, method: str, antialias: bool = False
) -> Along | None:
    """The same for a part of an axis, from one position to another, or for more than the axis."""
    if out > MOST_READS:
        return None
    start, end = part
    reads = []
    for place in range(out):
        seen = _interpolated(place, end - start, out, method, antialias)
        low, high = (min(max(n, 0), end - start - 1) + start for n in (seen[0], seen[-1]))
        reads.append(range(max(low, 0), min(high, size - 1) + 1))
    return Along(axis, tuple(reads), 0, once=True)


def _interpolated(place: int, size: int, out: int, method: str, antialias: bool) -> range:
    if method == "nearest":
        nearest = (2 * place + 1) * size // (2 * out)
        return range(nearest, nearest + 1)
    # In units of 1/(2·out): the middle, one step of the input, and one of the kernel.
    middle, step = (2 * place + 1) * size - out, 2 * out
    unit = 2 * size if antialias and size > out else step
    radius = _RADIUS[method] * unit
    low, high = (middle - radius) // step + 1, -((-middle - radius) // step) - 1

    def nothing(at: int) -> bool:  # kernels are 0 at whole steps from their middle
        away = abs(at * step - middle)
        return away > 0 and away % unit == 0

    while nothing(low):
        low += 1
    while nothing(high):
        high -= 1
    return range(low, high + 1)
