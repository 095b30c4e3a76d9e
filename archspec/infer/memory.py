"""Bytes: of weights, and of what layers give on for one example, by their types."""

from typing import NamedTuple

from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.shapes.dtypes import BYTES
from archspec.shapes.shape import elements


class Outputs(NamedTuple):
    """What the layers of a network give on, for one example, in bytes."""

    largest: ShapedNode
    """The layer that gives most; the first one, if there are several."""
    most: int
    """Its bytes."""
    total: int
    """Those of all layers together: what training keeps, more or less."""


def param_bytes(node: ShapedNode) -> int:
    """Bytes of the weights of a node, whoever they belong to."""
    return sum(weight.count * BYTES[weight.dtype or "float32"] for weight in node.facts.weights)


def output_bytes(shaped: ShapedGraph, node: ShapedNode) -> int | None:
    """Bytes of all outputs of a node for one example; None if a size, or the type, is not known."""
    size = BYTES.get(shaped.dtypes[node.index] or "")
    counts = [elements(shape) for shape in node.facts.outputs]
    if size is None or None in counts:
        return None
    return sum(count or 0 for count in counts) * size


def outputs(shaped: ShapedGraph) -> Outputs | None:
    """The largest of a network, and all; None if some are not known.

    Counted as if each had a place of its own, also where a backend needs none: for a Reshape, or
    an activation that is calculated in place.
    """
    most, total, largest = -1, 0, None
    for node in shaped.nodes:
        if not node.live:
            continue
        size = output_bytes(shaped, node)
        if size is None:
            return None
        total += size
        if size > most:
            most, largest = size, node
    return None if largest is None else Outputs(largest, most, total)


def readable(count: int) -> str:
    """``102.4 MB``; of decimal units, as disks and files are measured."""
    if count < 1000:
        return f"{count} bytes"
    size, units = count / 1000, ["kB", "MB", "GB", "TB", "PB", "EB", "ZB"]
    while size >= 999.95 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{size:,.1f} {units[0]}"
