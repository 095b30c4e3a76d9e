"""The blocks of a library, each drawn for values and inputs that suit it.

A block by itself has no sizes. It is tried with values for its parameters that fit their names, and
with a picture, a sequence or a vector; what it was drawn for stands below its title.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.drawing.content import words
from archspec.drawing.content.cards import diagram
from archspec.drawing.content.diagram import Card, Cluster, Diagram
from archspec.drawing.content.levels import UnknownBlock
from archspec.drawing.content.opened import one_block
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.parse.document import Document
from archspec.pipeline import read_spec, shape_document
from archspec.shapes.shape import format_shape
from archspec.spec.types import Block, Parameter

_SHAPES: tuple[tuple[int, ...], ...] = (
    (56, 56, 64),
    (28, 28, 256),
    (128, 64),
    (64,),
    (16, 56, 56, 64),
)
"""Inputs that are tried: pictures, a sequence, a vector, a video."""
_SECOND = ((56, 56, 64), (112, 112, 64))
"""Inputs of a block that takes a small map and a large one."""
_NAMED = (
    (r"k|.*kernel.*|.*size|.*window.*", 3),
    (r"s|.*stride.*|.*dilat.*", 1),
    (r".*head.*|.*group.*|.*ratio.*|.*expan.*", 4),
    (r"n|.*times.*|.*depth.*|.*layers.*|.*blocks.*|.*repeat.*|.*pool.*", 2),
)
"""Values of whole numbers by what a parameter is called; others are as many as channels."""
_WORDS = ((r".*pad.*", "same"), (r".*", "relu"))
_WIDTHS = (64, 128, 16, 4)


class DrawnBlock(NamedTuple):
    """A block of a library, shaped for something."""

    word: str
    shaped: ShapedGraph
    drawing: Diagram


def draw_library(document: Document, sink: Sink) -> tuple[list[DrawnBlock], list[str]]:
    """The blocks of a library in its order, and the words of those that nothing tried suits."""
    spec, _ = read_spec(document, sink)
    if spec is None:
        return [], []
    own = document.value.get("blocks") if isinstance(document.value, dict) else None
    found, without = [], []
    for word in own or ():
        block = spec.blocks.get(word)
        drawn = _drawn(document, block, spec.params) if block is not None else None
        if drawn is None:
            without.append(word)
        else:
            found.append(drawn)
    return found, without


def is_library(document: Document | None) -> bool:
    """Whether a document has blocks and no layers."""
    value = document.value if document is not None else None
    return isinstance(value, dict) and "blocks" in value and not {"layers", "extends"} & set(value)


def together(blocks: Iterable[DrawnBlock], title: str) -> Diagram:
    """One drawing of all, each as an opened block."""
    content: list[Card | Cluster] = []
    wires = []
    families: dict[str, None] = {}
    name = ""
    for number, block in enumerate(blocks):
        drawing = block.drawing
        name = block.shaped.name
        names = {card.key: f"b{number}{card.key}" for card in drawing.cards}
        for card in drawing.cards:
            card.key = names[card.key]
        cluster = Cluster(f"b{number}", f"{drawing.title}  ·  {drawing.subtitle[0]}", 1)
        cluster.content = drawing.content
        content.append(cluster)
        families.update(dict.fromkeys(drawing.families))
        wires += [w._replace(source=names[w.source], target=names[w.target]) for w in drawing.wires]
    return Diagram(name, title, (), content, wires, list(families))


def _drawn(document: Document, block: Block, outer: Mapping[str, Parameter]) -> DrawnBlock | None:
    for width in _WIDTHS:
        for shapes in _inputs(block):
            for truth in (True, False):
                values = _values(block, width, truth)
                shaped = _shaped(document, block, values, _values_of(outer, width, truth), shapes)
                if shaped is None:
                    continue
                try:
                    drawing = one_block(shaped, block.name)
                except UnknownBlock:  # one that dissolves in what is around it
                    drawing = diagram(shaped, "fused")
                said = f"{', '.join(f'{n} = {_text(v)}' for n, v in values.items())}"
                on = f"for {' and '.join(map(format_shape, shapes))}"
                size = f"{len(shaped.nodes) - len(shapes):,} layers"
                facts = [on, said, words.params(shaped.params), size]
                title = block.title or words.words(block.name)
                drawing = drawing._replace(title=title, subtitle=tuple(f for f in facts if f))
                return DrawnBlock(block.name, shaped, drawing)
    return None


def _inputs(block: Block) -> Iterator[tuple[tuple[int, ...], ...]]:
    count = max(1, len(block.inputs))
    for shape in _SHAPES:
        yield (shape,) * count
    if count == 2:
        yield _SECOND
        yield _SECOND[::-1]


def _values(block: Block, width: int, truth: bool) -> dict[str, Any]:
    return _values_of(block.params, width, truth)


def _values_of(params: Mapping[str, Parameter], width: int, truth: bool) -> dict[str, Any]:
    """Values for the parameters that must be given."""
    found: dict[str, Any] = {}
    for name, parameter in params.items():
        if not parameter.required:
            continue
        kind = parameter.type.split(" | ")[0]
        if kind == "int":
            found[name] = _matching(_NAMED, name, width)
        elif kind == "float":
            found[name] = 0.5
        elif kind == "bool":
            found[name] = truth
        elif kind == "list":
            found[name] = [_matching(_NAMED, name, width)] * 2
        else:
            found[name] = _matching(_WORDS, name, "relu")
    return found


def _matching(table: Any, name: str, otherwise: Any) -> Any:
    return next((value for how, value in table if re.fullmatch(how, name)), otherwise)


def _shaped(
    document: Document,
    block: Block,
    values: dict[str, Any],
    outer: dict[str, Any],
    shapes: tuple[tuple[int, ...], ...],
) -> ShapedGraph | None:
    """The block as a network of its own, if its values and inputs suit."""
    data = {k: v for k, v in document.value.items() if k not in ("input", "inputs", "expect")}
    names = [f"in{k + 1}" for k in range(len(shapes))]
    if len(shapes) == 1:
        data["input"] = list(shapes[0])
        call: dict[str, Any] = {"name": block.name, **values}
    else:
        data["inputs"] = {name: list(shape) for name, shape in zip(names, shapes, strict=True)}
        call = {"name": block.name, "from": names, **values}
    data["layers"] = [{block.name: call}]
    data.setdefault("archspec", 1)
    sink = Sink()
    try:
        text = json.dumps(data)
    except (TypeError, ValueError):
        return None
    again = parse(Source(document.source.name, text), sink)
    return shape_document(again, sink, outer or None) if again is not None else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
