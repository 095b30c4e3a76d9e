"""The network of a recipe, and the layer in it from which fine-tuning trains."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.fixes import Fix, renamed
from archspec.diagnostics.sink import Diagnostic, Place, Sink, SourcePlace
from archspec.diagnostics.spelling import nearest
from archspec.diagnostics.tried import Tried
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import ENDINGS, SET, open_document, shape_document
from archspec.train.objects.meant_objects import alike_words

_MOST_FOLDERS = 200
"""Most folders that are looked through for a spec."""


class Network(NamedTuple):
    """The network of a recipe, and what is wrong with it, which nobody has been told yet."""

    shaped: ShapedGraph | None
    inner: Sink
    written: str
    """The file as the recipe has it."""
    path: str
    own: frozenset[str]
    """The parameters that have values in the recipe."""
    recipe: Place

    def tell(self, sink: Sink) -> None:
        """Report what is wrong; with values of parameters, where they stand."""
        place = self.recipe.at("spec")
        folder = os.path.dirname(self.recipe.document.source.name)
        frozen = self.shaped is not None and not self.shaped.trainable_params
        for found in self.inner.diagnostics:
            if found.code == "AS928" and frozen:
                continue  # of which the recipe says that it cannot be trained
            if found.code in ("AS001", "AS002", "AS003", "AS004"):
                message = f"spec `{self.written}`: {found.message}"
                near = (
                    near_spec(self.written, self.path, folder, sink)
                    if found.code == "AS001"
                    else None
                )
                help = [renamed(place, near)] if near else _untried(found)
                sink.report("AS601", place, message, help=help)
                continue
            advice = [self._moved_fix(a) if isinstance(a, Fix) else a for a in _untried(found)]
            at = self._moved(found.place)
            sink.report(found.code, at, found.message, notes=found.notes, help=advice)
        if self.shaped is None and not self.inner.errors:
            message = f"`{self.written}` is a library of blocks, not a network"
            sink.report("AS601", place, message)

    def _moved(self, at: Place | SourcePlace) -> Place | SourcePlace:
        """A place in a value that was handed on, in the recipe."""
        if not isinstance(at, Place) or at.document.source.name != SET:
            return at
        own = at.path and at.path[0] in self.own
        return self.recipe.at("params", *at.path, part=at.part) if own else at

    def _moved_fix(self, fix: Fix) -> Fix:
        edits = tuple(edit._replace(place=self._moved(edit.place)) for edit in fix.edits)
        return fix._replace(edits=edits)


def _untried(found: Diagnostic) -> list[str | Fix]:
    return [a.fix if isinstance(a, Tried) else a for a in found.advice]


def shape_network(
    path: str,
    written: str,
    values: Mapping[str, Any],
    own: frozenset[str],
    recipe: Place,
    sink: Sink,
) -> Network:
    """The network, and what is wrong with it, for which the sink says what may be quoted.

    Args:
        path: its file.
        written: the file as the recipe has it.
        values: its parameters.
        own: those of them that stand in the recipe.
        recipe: the place of the recipe.
        sink: what will be told.
    """
    inner = Sink(sink.roots, sink.selection)
    inner.opened = sink.opened
    inner.read_as(sink)
    document = open_document(path, inner, fault=("AS601", recipe.at("spec")))
    shaped = shape_document(document, inner, values) if document else None
    return Network(shaped, inner, written, path, own, recipe)


def near_spec(written: str, path: str, folder: str, sink: Sink) -> str | None:
    """The file that was probably meant, as the recipe would have it.

    One with nearly the same name in the same folder, or one of the same name beside the recipe, in a
    folder beside it, or beside the folder of it. ``folder`` is that of the recipe.
    """
    if sink.may_look(path) and os.path.lexists(path):
        return None
    where, name = os.path.split(path)
    for ending in ENDINGS:
        if os.path.isfile(path + ending) and sink.may_quote(where or "."):
            return written + ending
    near = nearest(name, [n for n in _listed(where, sink) if n.endswith(ENDINGS)])
    if near:
        return os.path.join(os.path.dirname(written), near)
    for around in (folder, os.path.join(folder, "..")):
        inside = [os.path.join(around, entry) for entry in _listed(around, sink)]
        for each in (around, *inside[:_MOST_FOLDERS]):
            stem = os.path.splitext(name)[0]
            for other in (name, *(stem + ending for ending in ENDINGS)):
                found = os.path.join(each, other)
                if os.path.isfile(found) and sink.may_quote(each):
                    return os.path.relpath(found, folder or ".")
    return None


def _listed(folder: str, sink: Sink) -> list[str]:
    """What lies in a folder, if that may be told."""
    if not sink.may_quote(folder or "."):
        return []
    try:
        return sorted(os.listdir(folder or "."))
    except (OSError, ValueError):
        return []


def find_first(name: str, shaped: ShapedGraph, place: Place, sink: Sink) -> int | None:
    """The index of the node of a name, or of the first one of a block; None after reporting."""
    names = [n.name for n in shaped.graph.nodes]
    for index, other in enumerate(names):
        if other == name or other.startswith(name + "."):
            return index
    near = alike_words(name, [*names, *_scopes(names)])
    help = [renamed(place, word, near.certain) for word in near.words]
    blocks = list(_scopes(names))
    help = help or [renamed(place, word) for word in blocks[-1:]]
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
