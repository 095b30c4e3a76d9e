"""The network of a recipe, and the layer in it from which fine-tuning trains."""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.spelling import suggest
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import open_document, shape_document


def shape_network(
    path: str,
    written: str,
    values: Mapping[str, Any],
    own: frozenset[str],
    recipe: Place,
    sink: Sink,
) -> ShapedGraph | None:
    """The network; what is wrong with values of parameters is said where they stand.

    Args:
        path: its file.
        written: the file as the recipe has it.
        values: its parameters.
        own: those of them that stand in the recipe.
        recipe: the place of the recipe.
        sink: takes what is wrong.
    """
    place = recipe.at("spec")
    inner = Sink(sink.roots, sink.selection)
    inner.opened = sink.opened
    document = open_document(path, inner, fault=("AS601", place))
    shaped = shape_document(document, inner, values) if document else None
    for found in inner.diagnostics:
        at = found.place
        if found.code in ("AS001", "AS002", "AS003", "AS004"):
            message = f"spec `{written}`: {found.message}"
            sink.report("AS601", place, message, help=found.help)
            continue
        if found.source.name == "--set" and isinstance(at, Place):
            steps = at.path
            if steps and steps[0] in own:
                at = recipe.at("params", *steps, part=at.part)
        sink.report(found.code, at, found.message, notes=found.notes, help=found.help)
    if shaped is None and not inner.errors:
        message = f"`{written}` is a library of blocks, not a network"
        sink.report("AS601", place, message)
    return shaped


def find_first(name: str, shaped: ShapedGraph, place: Place, sink: Sink) -> int | None:
    """The index of the node of a name, or of the first one of a block; None after reporting."""
    names = [n.name for n in shaped.graph.nodes]
    for index, other in enumerate(names):
        if other == name or other.startswith(name + "."):
            return index
    near = suggest(name, [*names, *_scopes(names)])
    help = [near] if near else []
    message = f"`{shaped.name}` has no layer or block `{name}`"
    if not sink.may_quote(shaped.graph.spec.body.place.document.source.name):
        message, help = f"the network has no layer or block `{name}`", []
    sink.report("AS301", place, message, help=help)
    return None


def _scopes(names: list[str]) -> list[str]:
    """The blocks around nodes: ``stage1`` and ``stage1.unit1`` of ``stage1.unit1.conv``."""
    found: dict[str, None] = {}
    for name in names:
        parts = name.split(".")
        found.update(dict.fromkeys(".".join(parts[:n]) for n in range(1, len(parts))))
    return list(found)
