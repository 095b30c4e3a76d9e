"""The words of a comparison: what text, Markdown and pictures say alike."""

from archspec.diff.compare import Comparison
from archspec.diff.lines import Line
from archspec.drawing.content.words import count
from archspec.infer.infer import ShapedGraph
from archspec.shapes.shape import Shape, format_shape

SIGNS = {"+": "added", "-": "removed", "~": "changed"}


def more(number: int, unit: str = "") -> str:
    """A difference with its sign: ``+1,204``, ``−3``."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{abs(number):,}{unit}"


def labels(found: Comparison) -> tuple[str, str]:
    """What both networks are called; by where they come from, if they are called alike."""
    first, second = found.first, found.second
    if first.label == second.label and first.source != second.source:
        return f"{first.label} ({first.source})", f"{second.label} ({second.source})"
    return first.label, second.label


def head(found: Comparison) -> str:
    """``resnet50 → resnet101: 25,610,152 → 44,654,504 params (+19,044,352), 3.86 G → 7.57 G MACs``."""
    return f"{' → '.join(labels(found))}: {totals(found)}"


def totals(found: Comparison) -> str:
    """Parameters and operations of both."""
    first, second = found.first.shaped, found.second.shaped
    if first.params == second.params:
        told = f"{first.params:,} params as before"
    else:
        difference = more(second.params - first.params)
        told = f"{first.params:,} → {second.params:,} params ({difference})"
    macs = [_macs(shaped) for shaped in (first, second)]
    if None in macs:
        return f"{told}, MACs depend on sizes that are not known"
    if first.macs == second.macs:
        return f"{told}, {macs[0]} MACs"
    if macs[0] == macs[1]:
        return f"{told}, {macs[0]} MACs ({more(second.macs - first.macs)})"
    return f"{told}, {macs[0]} → {macs[1]} MACs"


def _macs(shaped: ShapedGraph) -> str | None:
    return count(shaped.macs) if shaped.macs_known else None


def where(line: Line) -> str:
    """The places of a line: a name, two, or the first and the last with a count."""
    first, last = line.changes[0], line.changes[-1]
    if line.kind == "renamed":
        before = _places([c.before for c in line.changes])
        after = _places([c.after for c in line.changes])
        return " → ".join(dict.fromkeys((before, after))) + _times(line)
    if line.times == 1:
        names = [n for n in (first.before, first.after) if n]
        return " → ".join(dict.fromkeys(names))
    return _places([first.name, *(c.name for c in line.changes[1:-1]), last.name]) + _times(line)


def _times(line: Line) -> str:
    return f" (×{line.times:,})" if line.times > 1 else ""


def _places(names: list[str]) -> str:
    if len(names) <= 2:
        return ", ".join(names)
    return f"{names[0].partition(' … ')[0]} … {names[-1].rpartition(' … ')[2]}"


def said(line: Line) -> str:
    """What a line says of its places: ``Dense units 1000 → 5``."""
    if line.kind == "rounds":
        return f"{line.what} of {line.word}"
    if line.kind in ("block", "branch", "round", "construct", "content"):
        kind = (
            "" if line.kind in (line.word, "block", "construct", "content") else f" ({line.kind})"
        )
        return line.what if line.word + kind == where(line) else f"{line.word}{kind}, {line.what}"
    if line.kind == "renamed":
        return f"renamed ({line.word}{line.what.removeprefix('renamed')})"
    if line.kind in ("class", "inputs", "outputs"):
        return line.what
    return f"{line.word} {line.what}".strip()


def follows(found: Comparison) -> str:
    """What follows from the changes, in a line; empty if nothing does."""
    changes = found.changes
    told = []
    if changes.follows.shapes:
        first, second = found.first.shaped.facts, found.second.shaped.facts
        pairs = [(first[a].outputs[0], second[b].outputs[0]) for a, b in changes.follows.shapes]
        turns = list(dict.fromkeys(_turn(*pair) for pair in pairs))
        shown = ", ".join(turns if len(turns) <= 2 else [*turns[:2], "…"])
        told.append(f"shapes of {_layers(len(pairs))}: {shown}")
    if changes.follows.weights:
        told.append(f"weights of {_layers(len(changes.follows.weights))}")
    if changes.follows.params:
        told.append(more(changes.follows.params, " params"))
    return ", ".join(told)


def _layers(number: int) -> str:
    return f"{number:,} layer{'' if number == 1 else 's'}"


def _turn(before: Shape, after: Shape) -> str:
    """``56×56 → 28×28`` where the channels are the same, else whole shapes."""
    if len(before) == len(after) > 1 and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return f"{format_shape(before)} → {format_shape(after)}"


def weights(found: Comparison) -> str:
    """``weights: 265 of 267 tensors can be taken over (99.9 % of the values)``; empty without any."""
    kept = found.kept
    if not kept.all_tensors:
        return ""
    share = f"{100 * kept.values / max(1, kept.all_values):.1f}"
    if kept.values != kept.all_values and share == "100.0":
        share = "99.9"
    if kept.values and share == "0.0":
        share = "less than 0.1"
    if kept.tensors == kept.all_tensors:
        return f"weights: all {kept.all_tensors:,} tensors can be taken over"
    if not kept.tensors:
        return f"weights: none of {kept.all_tensors:,} tensors can be taken over"
    return (
        f"weights: {kept.tensors:,} of {kept.all_tensors:,} tensors can be taken over"
        f" ({share} % of the values)"
    )


def same(found: Comparison) -> str:
    """What is said of two networks that are the same."""
    told = " and ".join(dict.fromkeys(labels(found))) + ": the same network"
    if found.lines:
        renamed = [f"{where(line)}" for line in found.lines]
        shown = (
            renamed
            if len(renamed) <= _MOST_NAMES
            else [*renamed[:_MOST_NAMES], f"{len(renamed) - _MOST_NAMES:,} more"]
        )
        told += f" under other names: {', '.join(shown)}"
    return f"{told}; {found.first.shaped.params:,} params"


_MOST_NAMES = 3
