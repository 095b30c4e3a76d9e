"""The summary of a network as a table: a row for each layer or block, with their sums."""

from archspec.diagnostics.characters import visible
from archspec.emit.table import Row, table
from archspec.infer.hierarchy import Counts, Entry, counts, entries, open_macs, total
from archspec.infer.infer import ShapedGraph
from archspec.infer.receptive.fields import ReceptiveField, receptive_fields
from archspec.shapes.shape import format_shape

HEADER = ("name", "layer", "output shape", "parameters", "MACs", "receptive field")
RIGHT = (3, 4, 5)

ALL = 10_000
"""A depth at which every block is open."""


def summary(
    shaped: ShapedGraph, depth: int = 1, *, widest: int | None = None, color: bool = False
) -> str:
    """The table as text; ``depth`` is the number of levels that are shown, 1 for the outermost.

    A row of a block, or of an equal repeat (×N), shows the output of its last layer and the sums
    over all of it; the rows in it show one of the N. MACs are multiply–accumulate operations for
    one example, ``?`` if they depend on a size that is not known; the receptive field is in steps
    of the input, see ``receptive.py``.
    """
    title = visible(heading(shaped))
    if color:
        title = f"\x1b[1m{title}\x1b[0m"
    rows = summary_rows(shaped, depth)
    body = table(
        HEADER,
        [rows, _totals(shaped)],
        right=RIGHT,
        flexible=(0, 1),
        widest=widest,
        color=color,
    )
    return f"{title}\n\n{body}{_idle(sum(not n.live for n in shaped.nodes))}"


def heading(shaped: ShapedGraph) -> str:
    """Name and title; the latter may end with a line break where the spec has it in lines."""
    return f"{shaped.name}: {shaped.title.strip()}" if shaped.title else shaped.name


def summary_rows(shaped: ShapedGraph, depth: int = 1) -> list[tuple[str, ...]]:
    """The rows: name, layer, output shape, parameters, MACs, receptive field."""
    rows: list[tuple[str, ...]] = []
    each = counts(shaped)
    fields = receptive_fields(shaped)
    stack = [(entry, 0, 0) for entry in reversed(entries(shaped))]
    while stack:
        entry, level, shift = stack.pop()
        rows.append(_row(entry, level, shift, each, fields))
        if level + 1 < depth:
            below = shift + entry.shift
            stack += [(inner, level + 1, below) for inner in reversed(entry.content)]
    return rows


def _row(
    entry: Entry, level: int, shift: int, each: list[Counts], fields: list[ReceptiveField]
) -> tuple[str, ...]:
    last = entry.nodes[-1]
    word = f"{entry.word} ×{entry.times}" if entry.times > 1 else entry.word
    if not any(n.live for n in entry.nodes):
        word += ", leads nowhere"
    sums = total(entry.nodes, each)
    return (
        "  " * level + (entry.name or entry.word),
        word if entry.name else word.removeprefix(entry.word).strip(),
        format_shape(last.output_shape),
        number(sums.params),
        "?" if open_macs(entry.nodes) else number(sums.macs),
        fields[last.index + shift].text(),
    )


def _totals(shaped: ShapedGraph) -> list[Row]:
    macs = f"{shaped.macs:,}" if shaped.macs_known else "?"
    rows: list[Row] = [("total", "", "", f"{shaped.params:,}", macs, "")]
    if shaped.non_trainable_params:
        rows.append(("trainable", "", "", f"{shaped.trainable_params:,}", "", ""))
        rows.append(("not trainable", "", "", f"{shaped.non_trainable_params:,}", "", ""))
    return rows


def _idle(count: int) -> str:
    if not count:
        return ""
    words = "layer leads to no output and is" if count == 1 else "layers lead to no output and are"
    return f"{count:,} {words} not counted\n"


def number(count: int) -> str:
    """With thousands separators; a dash for none."""
    return f"{count:,}" if count else "–"
