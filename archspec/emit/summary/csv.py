"""The summary of a network as CSV (RFC 4180, lines end with a line feed), for spreadsheets."""

import csv
import io

from archspec.diagnostics.characters import visible
from archspec.emit.summary import Options
from archspec.infer.hierarchy import counts, is_frozen
from archspec.infer.infer import ShapedGraph
from archspec.infer.memory import output_bytes
from archspec.infer.receptive.fields import receptive_fields
from archspec.shapes.shape import format_shape

HEADER = (
    *("name", "layer", "output_shape", "params", "macs", "receptive_field"),
    *("trainable_params", "flops", "param_bytes", "output_bytes", "dtype", "frozen"),
)

_FORMULA = tuple("=+-@＝＋－＠")
"""A spreadsheet calculates what begins so, and a formula may send or start something."""


def render(shaped: ShapedGraph, options: Options) -> str:
    """A header, and a row for every layer, whatever the depth.

    Numbers are what a layer adds to the totals, plain digits, so that columns can be summed; MACs
    and bytes are empty where they depend on a size that is not known. A MAC is two FLOPs; the
    bytes of outputs are those of one example.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    fields = receptive_fields(shaped)
    for node, own in zip(shaped.nodes, counts(shaped), strict=True):
        macs = own.macs if node.macs_known else ""
        shape, field = format_shape(node.output_shape), fields[node.index].text()
        name, layer, shape, field = map(cell, (node.name, type(node.layer).__name__, shape, field))
        flops = 2 * own.macs if node.macs_known else ""
        size = output_bytes(shaped, node)
        memory = (own.param_bytes, "" if size is None else size, shaped.dtypes[node.index] or "")
        frozen = "yes" if is_frozen([node]) else ""
        counted = (own.params, macs, field, own.trainable_params, flops)
        writer.writerow((name, layer, shape, *counted, *memory, frozen))
    return text.getvalue()


def cell(text: str) -> str:
    """Text in one line that no spreadsheet takes for a formula: such gets an apostrophe."""
    said = visible(text)
    return f"'{said}" if said.lstrip().startswith(_FORMULA) else said
