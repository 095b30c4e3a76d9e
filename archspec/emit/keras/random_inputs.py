"""Random input for the model of a spec, of sizes with which it can be calculated."""

import math
from collections.abc import Iterator
from typing import Any

from archspec.emit.keras.build import Built
from archspec.infer.changes import Change, shapes_with
from archspec.infer.infer import ShapedGraph
from archspec.layers.core import Input
from archspec.shapes.shape import Shape

BATCH = 2
_WORDS = ("", "a", "red fish", "42", "é")
_USUAL = (32, 64, 96, 128, 224, 256, 384, 512, 1024, 2048, 4096)
_DIVISIBLE = (12, 24, 48, 60, 120, 240, 420, 840, 2520)
_MOST_VALUES = 1 << 24
_MOST_TRIED = 500
"""Combinations of sizes that are tried where not all can be the same."""

Sizes = dict[int, tuple[int, ...]]
"""Shapes of the inputs, all of them known, by the index of the node."""


def random_inputs(
    shaped: ShapedGraph, built: Built, random: Any, sizes: Sizes | None = None
) -> dict[int, Any] | None:
    """A batch of random values for each input, by the index of its node; None if none fits.

    Whole numbers are small enough for the tables in which they are looked up.

    Args:
        shaped: the network.
        built: its model.
        random: NumPy's generator.
        sizes: shapes of the inputs; those of ``fitting_sizes`` if left out.
    """
    sizes = fitting_sizes(shaped) if sizes is None else sizes
    if sizes is None:
        return None
    rows = _table_rows(shaped)
    return {
        index: _values(shape, built.outputs[index][0].dtype, rows.get(index, 0), random)
        for index, shape in sizes.items()
    }


def calmed(inputs: dict[int, Any]) -> dict[int, Any]:
    """The same inputs, but with 0 for all whole numbers."""
    return {i: value * 0 if value.dtype.kind in "iu" else value for i, value in inputs.items()}


def _values(sizes: tuple[int, ...], dtype: str, rows: int, random: Any) -> Any:
    """Random values; ``rows`` of the smallest table that they are looked up in, or 0."""
    shape = (BATCH, *sizes)
    if dtype == "string":
        return random.choice(_WORDS, shape)
    if rows or "int" in dtype or dtype == "bool":
        narrow = not dtype.endswith(("32", "64"))  # these do not hold every number
        return random.integers(0, min(rows or 2, 100 if narrow else 1 << 24), shape).astype(dtype)
    return random.standard_normal(shape).astype(dtype)


def _table_rows(shaped: ShapedGraph) -> dict[int, int]:
    """For each input whose values are looked up the rows of the smallest table."""
    rows: dict[int, int] = {}
    comes_from: dict[int, set[int]] = {}
    for node in shaped.nodes:
        origins = {i for source, _ in node.node.inputs for i in comes_from.get(source, ())}
        limits = [w.shape[0] for w in node.facts.weights if w.name == "embeddings"]
        tokens = getattr(node.layer, "num_tokens", None)
        for limit in (*limits, *((tokens,) if tokens else ())):
            rows |= {index: min(rows.get(index, limit), limit) for index in origins}
        if not node.node.inputs:
            origins = {node.index}
        if not node.facts.weights:  # what has weights hands on other values
            comes_from[node.index] = origins
    return rows


def fitting_sizes(shaped: ShapedGraph, more: int = 0) -> Sizes | None:
    """Shapes of the inputs for which every layer has a shape; None if none was found.

    A size that is not known is 64 for images, else 16, if that fits; if it does not, others are
    tried, at last a different one for each axis.

    Args:
        shaped: the network.
        more: how much larger than the usual ones sizes are to be, to find others as well.
    """
    told = {index: shaped.nodes[index].output_shape for index in shaped.graph.inputs.values()}
    for sizes in _candidates(told, more):
        small = all(math.prod(shape) <= _MOST_VALUES for shape in sizes.values())
        if small and _fits(shaped, sizes):
            return sizes
    return None


def _candidates(told: dict[int, Shape], more: int) -> Iterator[Sizes]:
    from random import Random

    yield {i: _filled(s, [(64 if len(s) > 2 else 16) + more] * len(s)) for i, s in told.items()}
    if all(size is not None for shape in told.values() for size in shape):
        return
    for size in (*_USUAL, *_DIVISIBLE, *range(1, 65)):
        yield {i: _filled(s, [size + more] * len(s)) for i, s in told.items()}
    random = Random(0)
    for number in range(_MOST_TRIED):
        most = 8 + number
        yield {i: _filled(s, [random.randint(1, most) for _ in s]) for i, s in told.items()}


def _filled(shape: Shape, sizes: list[int]) -> tuple[int, ...]:
    return tuple(n if size is None else size for size, n in zip(shape, sizes, strict=True))


def _fits(shaped: ShapedGraph, sizes: Sizes) -> bool:
    """Whether every layer has a shape if the inputs have these."""
    inputs = {n: Change(Input(shape=shape)) for n, shape in sizes.items()}
    found = shapes_with(shaped.graph, inputs).shapes
    return all(found[node.index] is not None for node in shaped.nodes if node.live)
