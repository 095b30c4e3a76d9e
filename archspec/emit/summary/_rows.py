"""The rows of a summary: a layer or a block each, outermost first."""

from archspec.infer.hierarchy import (
    Counts,
    Entry,
    counts,
    entries,
    is_frozen,
    open_macs,
    total,
)
from archspec.infer.infer import ShapedGraph
from archspec.infer.memory import outputs, readable
from archspec.infer.receptive.fields import ReceptiveField, receptive_fields
from archspec.shapes.shape import format_shape

HEADER = ("name", "layer", "output shape", "parameters", "MACs", "receptive field")
RIGHT = (3, 4, 5)
"""Columns of numbers."""

Row = tuple[str, ...]


def heading(shaped: ShapedGraph) -> str:
    """Name and title; the latter may end with a line break where the spec has it in lines."""
    return f"{shaped.name}: {shaped.title.strip()}" if shaped.title else shaped.name


def summary_rows(shaped: ShapedGraph, depth: int = 1) -> list[Row]:
    """The rows: name, layer, output shape, parameters, MACs, receptive field.

    ``depth`` is the number of levels that are shown, 1 for the outermost. A row of a block, or of
    an equal repeat (×N), shows the output of its last layer and the sums over all of it; the rows
    in it, two spaces farther in, show one of the N. MACs are ``?`` if they depend on a size that
    is not known.
    """
    return [row for row, _ in rows_and_layers(shaped, depth)]


def rows_and_layers(shaped: ShapedGraph, depth: int = 1) -> list[tuple[Row, list[int]]]:
    """The rows of :func:`summary_rows`, each with the numbers of its layers in the graph."""
    rows: list[tuple[Row, list[int]]] = []
    each = counts(shaped)
    fields = receptive_fields(shaped)
    stack = [(entry, 0, 0) for entry in reversed(entries(shaped))]
    while stack:
        entry, level, shift = stack.pop()
        row = _row(entry, level, shift, each, fields)
        rows.append((row, [node.index for node in entry.nodes]))
        if level + 1 < depth:
            below = shift + entry.shift
            stack += [(inner, level + 1, below) for inner in reversed(entry.content)]
    return rows


def _row(
    entry: Entry, level: int, shift: int, each: list[Counts], fields: list[ReceptiveField]
) -> Row:
    last = entry.nodes[-1]
    word = f"{entry.word} ×{entry.times}" if entry.times > 1 else entry.word
    if not any(n.live for n in entry.nodes):
        word += ", leads nowhere"
    if is_frozen(entry.nodes):
        word += ", frozen"
    sums = total(entry.nodes, each)
    return (
        "  " * level + (entry.name or entry.word),
        word if entry.name else word.removeprefix(entry.word).strip(),
        format_shape(last.output_shape),
        number(sums.params),
        "?" if open_macs(entry.nodes) else number(sums.macs),
        fields[last.index + shift].text(),
    )


def totals(shaped: ShapedGraph) -> list[Row]:
    """The rows below the others: the totals, and what of them is trained if not all."""
    macs = f"{shaped.macs:,}" if shaped.macs_known else "?"
    rows: list[Row] = [("total", "", "", f"{shaped.params:,}", macs, "")]
    if shaped.non_trainable_params:
        rows.append(("trainable", "", "", f"{shaped.trainable_params:,}", "", ""))
        rows.append(("not trainable", "", "", f"{shaped.non_trainable_params:,}", "", ""))
    return rows


def costs(shaped: ShapedGraph) -> list[str]:
    """What the totals come to, a line each: operations one by one, and bytes."""
    found = []
    if shaped.macs_known and shaped.macs:
        found.append(f"FLOPs: {2 * shaped.macs:,} (two for each MAC)")
    if shaped.params:
        size = sum(own.param_bytes for own in counts(shaped))
        found.append(f"parameters: {readable(size)}")
    known = outputs(shaped)
    if known is not None:
        name = known.largest.name
        most, total = readable(known.most), readable(known.total)
        found.append(f"outputs of one example: {total}, the largest {most} ({name})")
    return found


def idle(shaped: ShapedGraph) -> str:
    """What is said of layers that lead to no output; empty if there are none."""
    count = sum(not n.live for n in shaped.nodes)
    if not count:
        return ""
    words = "layer leads to no output and is" if count == 1 else "layers lead to no output and are"
    return f"{count:,} {words} not counted"


def number(count: int) -> str:
    """With thousands separators; a dash for none."""
    return f"{count:,}" if count else "–"
