"""Counting by hand: the weights of a layer written out, and the specs to compare them with.

Nothing here asks archspec how a layer counts.
"""

from functools import cache

from archspec.diagnostics.sink import Sink
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.conftest import ROOT

SPECS = ROOT / "specs"


@cache
def shaped(name: str, values: tuple[tuple[str, str], ...] = ()) -> ShapedGraph:
    """The network of a spec, with other values for its parameters."""
    sink = Sink()
    found = shape_file(str(SPECS / f"{name}.yaml"), sink, dict(values))
    assert found is not None, sink.diagnostics
    return found


def maps(name: str) -> list[tuple[int | None, ...]]:
    """The feature maps in order, where they change."""
    shapes = [n.output_shape for n in shaped(name).nodes if len(n.output_shape) == 3]
    return [s for n, s in enumerate(shapes) if n == 0 or s != shapes[n - 1]]


def conv(kernel: int, before: int, filters: int, bias: bool = True) -> int:
    """A square kernel for each filter, and a bias."""
    return kernel * kernel * before * filters + (filters if bias else 0)


def norm(channels: int) -> int:
    """Batch normalization: scale, offset, mean and variance of each channel."""
    return 4 * channels


def dense(before: int, units: int) -> int:
    """A weight for each pair, and a bias for each unit."""
    return before * units + units
