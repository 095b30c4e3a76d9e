"""Shapes and the arithmetic of windows.

A shape has no batch: an image is (height, width, channels). A size of None is not known.
"""

from collections.abc import Iterable
from typing import NamedTuple

Size = int | None
Shape = tuple[Size, ...]


class ShapeError(ValueError):
    """An input whose shape a layer cannot take.

    ``argument`` is the argument to underline, ``arithmetic`` the calculation that fails.
    """

    def __init__(
        self,
        message: str,
        *,
        argument: str | None = None,
        arithmetic: str = "",
        help: str = "",
        code: str = "AS404",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.argument = argument
        self.arithmetic = arithmetic
        self.help = help
        self.code = code


class Weight(NamedTuple):
    """One weight of a layer: Keras's name, its shape, whether training changes it."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True
    dtype: str | None = None
    """Type of its values, if not that of the layer."""

    @property
    def count(self) -> int:  # type: ignore[override]
        """Number of values."""
        return product(self.shape)


class Window(NamedTuple):
    """How a layer looks at its input along one spatial axis."""

    kernel: int
    stride: int = 1
    dilation: int = 1
    padding: str = "valid"

    @property
    def span(self) -> int:
        """Reach of the window: kernel 3 with dilation 2 spans 5."""
        return self.dilation * (self.kernel - 1) + 1

    def output_size(self, size: Size) -> Size:
        """Number of positions of the window on an axis of that size; may be 0 or less."""
        if size is None:
            return None
        if self.padding == "valid":
            return (size - self.span) // self.stride + 1
        return -(-size // self.stride)  # ceil: same and causal padding

    def margins(self, size: Size) -> tuple[int, int] | None:
        """What `same` or `causal` puts before and after an axis of that size.

        None for `valid`, which puts nothing there, and if it depends on a size that is not known.
        """
        if self.padding == "valid":
            return None
        if size is None:
            if self.stride > 1:
                return None
            size = self.span  # with a stride of 1 it does not depend on it
        if self.padding == "causal":
            return self.span - 1, 0
        added = max((-(-size // self.stride) - 1) * self.stride + self.span - size, 0)
        return added // 2, added - added // 2

    def arithmetic(self, size: Size) -> str:
        """The calculation in words of school: ``(227 − 11)/4 + 1 = 55``."""
        found = self.output_size(size)
        if size is None or found is None:
            return "unknown"
        out = str(found).replace("-", "−")
        if self.padding != "valid":
            return f"⌈{size}/{self.stride}⌉ = {out}" if self.stride > 1 else f"{size} = {out}"
        top = f"{size} − {self.span}"
        if self.stride == 1:
            return f"{top} + 1 = {out}"
        exact = (size - self.span) % self.stride == 0
        quotient = f"({top})/{self.stride}"
        return f"{quotient} + 1 = {out}" if exact else f"⌊{quotient}⌋ + 1 = {out}"


def product(sizes: Iterable[int]) -> int:
    """Product of sizes; 1 for none."""
    result = 1
    for size in sizes:
        result *= size
    return result


def elements(shape: Shape) -> int | None:
    """Number of values of a shape, or None if a size is not known."""
    result = 1
    for size in shape:
        if size is None:
            return None
        result *= size
    return result


def format_shape(shape: Shape) -> str:
    """``227×227×3``; an unknown size is ``?``, a single number has the empty shape ``scalar``."""
    return "×".join("?" if size is None else str(size) for size in shape) or "scalar"


def known(size: Size, what: str, argument: str | None = None) -> int:
    """A size that must be known, for example because weights depend on it.

    Raises:
        ShapeError: it is not.
    """
    if size is None:
        raise ShapeError(f"{what} must be known here", argument=argument, code="AS407")
    return size
