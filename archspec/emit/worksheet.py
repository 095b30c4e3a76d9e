"""The hand calculation of a network in Markdown: sizes, parameters, operations, layer by layer."""

from collections.abc import Iterator

from archspec.emit.markdown import code, words
from archspec.emit.names import output_name
from archspec.infer.hierarchy import Counts, Entry, counts, entries, entries_at, open_macs, total
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.infer.memory import outputs
from archspec.layers.spatial import AXES
from archspec.shapes.dtypes import BYTES
from archspec.shapes.shape import format_shape, product
from archspec.spec.written import arguments, flow

_MOST_TERMS = 12
"""Longest sum that is written out."""


def worksheet(shaped: ShapedGraph) -> str:
    """The calculation of every layer; equal blocks stand once, with how often they come."""
    return "\n".join(_Sheet(shaped).whole()) + "\n"


def worksheet_of(shaped: ShapedGraph, path: str) -> str | None:
    """The calculation of one layer or block; None if there is none of that name."""
    found = entries_at(shaped, path)
    if not found:
        return None
    return "\n".join(_Sheet(shaped).part(path, found)) + "\n"


class _Sheet:
    def __init__(self, shaped: ShapedGraph) -> None:
        self.shaped = shaped
        self.each = counts(shaped)

    def whole(self) -> Iterator[str]:
        shaped = self.shaped
        yield f"# {words((shaped.title or shaped.name).strip())}"
        yield ""
        yield "Sizes are without the batch. A MAC is one multiplication and one addition, so two"
        yield "FLOPs; MACs and the bytes of outputs are counted for one example."
        top = entries(shaped)
        for entry in top:
            yield from self.entry(entry, 2)
        yield ""
        yield "## Totals"
        yield from self.totals(top)

    def part(self, path: str, found: list[Entry]) -> Iterator[str]:
        if len(found) == 1 and not found[0].content:
            yield from self.layer(found[0])
            return
        yield f"# {words(path)}"
        for entry in found:
            yield from self.entry(entry, 2)
        nodes = [n for entry in found for n in entry.nodes]
        yield from self.sums(found, total(nodes, self.each), 1)

    def entry(self, entry: Entry, level: int) -> Iterator[str]:
        yield ""
        if not entry.content:
            yield from self.layer(entry)
            return
        times = f", {entry.times} times" if entry.times > 1 else ""
        name = entry.name or entry.word
        word = f" ({words(entry.word)})" if entry.word != name else ""
        yield f"{'#' * min(level, 6)} {words(name)}{word}{times}"
        for inner in entry.content:
            yield from self.entry(inner, level + 1)
        yield from self.sums(entry.content, total(entry.nodes, self.each), entry.times)

    def layer(self, entry: Entry) -> Iterator[str]:
        """One layer: what it reads and gives, and the calculations."""
        node = entry.nodes[0]
        written = arguments(node.layer) if node.node.inputs else {}
        times = f", {entry.times} times" if entry.times > 1 else ""
        spec = f" {code(flow(written))}" if written else ""
        yield f"**{words(entry.name or node.name)}**: {type(node.layer).__name__}{spec}{times}"
        yield ""
        yield f"- {self.shapes(node)}"
        for line in node.layer.derivation(*node.input_shapes) if node.node.inputs else ():
            left, _, right = line.rpartition(" = ")
            if left != right:  # a size that stays needs no calculation
                yield f"- size: {code(line)}"
        yield from _margins(node)
        yield from self.weights(node)
        if not node.macs_known:
            yield "- MACs: depend on a size that is not known"
        elif node.macs:
            yield f"- MACs: `{_macs(node)}`"
        dtype = self.shaped.dtypes[node.index]
        if dtype not in ("float32", None):
            yield f"- values: {dtype}"
        if not node.live:
            yield "- leads to no output: not counted"

    def shapes(self, node: ShapedNode) -> str:
        """``227×227×3 → 55×55×96``; with names if it reads another layer than the one before it."""
        gives = ", ".join(format_shape(s) for s in node.facts.outputs)
        refs = node.node.inputs
        if not refs:
            return gives
        prefix = node.name.rpartition(".")[0] + "."
        reads = [
            f"{words(output_name(self.shaped, ref).removeprefix(prefix))} {format_shape(shape)}"
            for ref, shape in zip(refs, node.input_shapes, strict=True)
        ]
        if refs == ((node.index - 1, 0),):
            reads = [format_shape(node.input_shapes[0])]
        return f"{', '.join(reads)} → {gives}"

    def weights(self, node: ShapedNode) -> Iterator[str]:
        weights = node.facts.weights
        if not weights:
            return
        if node.node.shares >= 0:
            owner = self.shaped.graph.nodes[node.node.shares].name
            yield f"- parameters: those of {words(owner)}"
            return
        terms = " + ".join("·".join(map(str, w.shape)) or "1" for w in weights)
        count = node.facts.params
        equals = "" if terms == str(count) else f" = {count:,}"
        names = ", ".join(w.name for w in weights)
        trained = node.facts.trainable_params if node.node.trainable else 0
        if trained == 0:
            names += "; frozen"
        elif trained < count:
            names += f"; {trained:,} of them trained"
        yield f"- parameters: `{terms}{equals}` ({names})"

    def sums(self, content: list[Entry], sums: Counts, times: int) -> Iterator[str]:
        """Lines that add up what is in a block, where there is something to add."""
        lines = []
        what_of = {"params": "Parameters", "macs": "MACs"}
        if any(open_macs(entry.nodes) for entry in content):
            del what_of["macs"]
        for what, word in what_of.items():
            terms = self.terms(content, what)
            if len(terms) > 1 or (terms and times > 1):
                lines += [
                    "",
                    f"{word} together: `{self.addition(terms, getattr(sums, what), times)}`",
                ]
        yield from lines

    def terms(self, content: list[Entry], what: str) -> list[int]:
        found = [getattr(total(entry.nodes, self.each), what) for entry in content]
        return [term for term in found if term]

    def addition(self, terms: list[int], whole: int, times: int) -> str:
        """``7 · (66,048 + 147,968) = 7 · 214,016 = 1,498,112``."""
        text = " + ".join(f"{t:,}" for t in terms)
        once = sum(terms)
        if once * times != whole or len(terms) > _MOST_TERMS:
            # Weights shared between the rounds count the first time only.
            return f"{times} · {once:,} = {whole:,}" if once * times == whole else f"{whole:,}"
        if times == 1:
            return f"{text} = {whole:,}"
        if len(terms) == 1:
            return f"{times} · {once:,} = {whole:,}"
        return f"{times} · ({text}) = {times} · {once:,} = {whole:,}"

    def totals(self, top: list[Entry]) -> Iterator[str]:
        shaped = self.shaped
        yield ""
        yield "| part | parameters | bytes | MACs | FLOPs |"
        yield "|:-----|-----------:|------:|-----:|------:|"
        for entry in top:
            sums = total(entry.nodes, self.each)
            if sums.params or sums.macs:
                name = entry.name or entry.word
                macs, flops = _operations(sums.macs, not open_macs(entry.nodes))
                size = f"{sums.params:,} | {sums.param_bytes:,}"
                yield f"| {words(name)} | {size} | {macs} | {flops} |"
        macs, flops = _operations(shaped.macs, shaped.macs_known)
        size = f"**{shaped.params:,}** | **{sum(own.param_bytes for own in self.each):,}**"
        yield f"| **total** | {size} | **{macs}** | **{flops}** |"
        yield from self.largest()
        if shaped.non_trainable_params:
            yield ""
            yield f"Training changes {shaped.trainable_params:,} of the parameters. The others,"
            yield f"{shaped.non_trainable_params:,}, are frozen or are statistics."

    def largest(self) -> Iterator[str]:
        """The largest output, and all of them, in bytes."""
        known = outputs(self.shaped)
        if known is None:
            return
        node = known.largest
        size = BYTES[self.shaped.dtypes[node.index] or ""]
        shapes = " + ".join(_times([s or 0 for s in shape]) for shape in node.facts.outputs)
        values = f"({shapes})" if len(node.facts.outputs) > 1 else shapes
        yield ""
        yield f"The largest output is that of {words(node.name)}:"
        yield f"`{values} · {size} = {known.most:,}` bytes. All outputs together have"
        yield f"{known.total:,} bytes."


def _margins(node: ShapedNode) -> Iterator[str]:
    """What padding puts before and after each axis, or cuts off, if any: a line."""
    margins = node.margins
    if not any(any(pair) for pair in margins):
        return
    said = [_margin(*pair, pooled=node.layer.family == "pool") for pair in margins]
    if len(set(said)) == 1:
        along = " along each axis" if len(said) > 1 else ""
        yield f"- padding: {said[0]}{along}"
        return
    axes = zip(AXES[len(said)], said, strict=True)
    yield f"- padding: {'; '.join(f'{axis} {text}' for axis, text in axes)}"


def _margin(before: int, after: int, pooled: bool) -> str:
    """``zeros, 2 before, 3 after``."""
    if not before and not after:
        return "none"
    if min(before, after) < 0:
        return ", ".join(
            f"{abs(count)} {'cut off' if count < 0 else 'added'} {where}"
            for count, where in ((before, "before"), (after, "after"))
            if count
        )
    what = "places that do not count" if pooled else "zeros"
    return f"{what}, {before} before, {after} after"


def _operations(macs: int, known: bool) -> tuple[str, str]:
    """MACs and FLOPs, or that they are not known."""
    return (f"{macs:,}", f"{2 * macs:,}") if known else ("?", "?")


def _macs(node: ShapedNode) -> str:
    """The operations as a product, where the sizes of outputs and kernels give it.

    For each value of the output one for each weight that goes into it: the kernel without its last
    axis (convolution, Dense) or its last two (depthwise); or all kernels at each position.
    """
    macs = node.macs
    kernels = [w.shape for w in node.facts.weights if len(w.shape) > 1 and "bias" not in w.name]
    out, shape = node.output_shape, node.input_shapes[0]
    if None not in out + shape and kernels:
        values, positions, inputs = (
            [s for s in sizes if s is not None] for sizes in (out, out[:-1], shape[:-1])
        )
        if len(kernels) == 1:
            for factors in (kernels[0][:-1], kernels[0][:-2]):
                if factors and product(values) * product(factors) == macs:
                    return f"{_times(values)} · {_times(factors)} = {macs:,}"
        weights = sum(product(k) for k in kernels)
        for places in (positions, inputs):
            if places and product(places) * weights == macs:
                inner = " + ".join(_times(k) for k in kernels)
                inner = f"({inner})" if len(kernels) > 1 else inner
                return f"{_times(places)} · {inner} = {macs:,}"
    return f"{macs:,}"


def _times(sizes: "list[int] | tuple[int, ...]") -> str:
    return "·".join(map(str, sizes)) or "1"
