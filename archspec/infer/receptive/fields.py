"""Receptive fields: how much of the input one position depends on, axis by axis.

A position is a place along all axes but the last one, which holds the channels. It depends on a
position of the input if a value of the one changes with a value of the other. Along each axis of the
input the field is the extent of all those positions: the last one minus the first one plus 1, also
where some between them are left out, as by dilation. Where the positions of a layer differ in this,
the largest extent counts. Layers act as they do after training: dropout, augmentation and batch
normalisation see each position by itself.

The field is the theoretical one, as if the input went on beyond its borders: it may be larger than
the input. Only what looks at all there is, such as global pooling, ends at the borders.

Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks"
(Distill, 2019): a window of span k on values that lie j apart adds (k − 1)·j, and a stride of s
makes the values s·j apart.
"""

from functools import lru_cache
from math import inf
from typing import NamedTuple

from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.infer.receptive.axis_fields import (
    AxisField,
    extent,
    follow,
    merged,
    sees_nothing,
    start,
    without_gaps,
)
from archspec.infer.receptive.field_tables import Table
from archspec.infer.receptive.reshaped_fields import folded
from archspec.shapes.reach import ALL, Reach, pointwise, same
from archspec.shapes.shape import Shape

_MOST_INPUTS = 3
_MOST_CELLS = 1 << 20


class ReceptiveField(NamedTuple):
    """The receptive field of a node."""

    extents: tuple[tuple[float | None, ...], ...] = ()
    """For each input on which it depends the extent along each axis, in steps of the input:
    infinite if all of it is looked at, None if it is not known."""
    inputs: tuple[Shape, ...] = ()
    """The axes of those inputs."""

    def text(self) -> str:
        """``195``, ``7×5`` if the axes differ, ``global`` if they are seen whole, ``?`` if not known.

        Several inputs have several texts if they differ. Empty for an input without axes.
        """
        pairs = zip(self.extents, self.inputs, strict=True)
        texts = list(dict.fromkeys([_text(extents, shape) for extents, shape in pairs if extents]))
        more = ["…"] if len(texts) > _MOST_INPUTS else []
        return ", ".join(texts[:_MOST_INPUTS] + more)


def _text(extents: tuple[float | None, ...], shape: Shape) -> str:
    if all(extent == inf for extent in extents):
        return "global"
    sizes = []
    for found, size in zip(extents, shape, strict=False):
        whole = "all" if size is None else size
        sizes.append("?" if found is None else str(whole if found == inf else found))
    return sizes[0] if len(set(sizes)) == 1 else "×".join(sizes)


class View(NamedTuple):
    """What a node's output sees of one input."""

    fields: tuple[AxisField, ...]
    """For each axis of the input."""
    shape: Shape
    """The shape that the fields are of: that before a reshaping which is still to be done."""
    placed: bool
    """Whether the positions have an axis: those of a vector get one in an Embedding, for example."""

    def settled(self, out: Shape, together: bool) -> "View":
        """With the reshaping done; ``together``: all along the last axis is seen next."""
        if self.shape == out:
            return self
        return View(_folded(self.fields, self.shape, out, together), out, self.placed)

    def at_places(self, out: Shape) -> tuple[AxisField, ...]:
        """What a place sees, all channels together, in an output of that shape."""
        if not self.placed or not out:
            return self.settled(out, False).fields
        return _places(self.settled(out, True).fields, out)

    def cells(self) -> int:
        """How much it takes to follow it."""
        return sum([len(field.cells) for field in self.fields if isinstance(field, Table)])


@lru_cache(64)
def _folded(
    fields: tuple[AxisField, ...], shape: Shape, out: Shape, together: bool
) -> tuple[AxisField, ...]:
    return tuple([folded(field, shape, out, together) for field in without_gaps(fields, shape)])


@lru_cache(64)
def _places(fields: tuple[AxisField, ...], out: Shape) -> tuple[AxisField, ...]:
    axes = [*[same(n) for n in range(len(out) - 1)], ALL]
    return tuple([follow(field, axes, out, out) for field in fields])


Views = dict[int, View]
"""For each input, by its node, what is seen of it."""


def receptive_fields(shaped: ShapedGraph) -> list[ReceptiveField]:
    """The field of every node, of its first output."""
    inputs = {index: shaped.facts[index].outputs[0] for index in shaped.graph.inputs.values()}
    pairs = zip(views(shaped), shaped.facts, strict=True)
    return [_field(seen[0], facts.outputs[0], inputs) for seen, facts in pairs]


def views(shaped: ShapedGraph) -> list[list[Views]]:
    """For every output of every node what it sees of the inputs of the network.

    Where that has taken too much, what is not a pattern is not known from there on.
    """
    found: list[list[Views]] = []
    cells = 0
    for node in shaped.nodes:
        if node.node.inputs:
            before = [found[i][o] for i, o in node.node.inputs]
            if cells > _MOST_CELLS:
                before = [{i: _given_up(view) for i, view in seen.items()} for seen in before]
            found.append(_through(node, before))
            cells += sum([view.cells() for seen in found[-1] for view in seen.values()])
        else:
            shape = node.output_shape
            fields = tuple([start(axis, size) for axis, size in enumerate(shape)])
            found.append([{node.index: View(fields[:-1] or fields, shape, len(shape) > 1)}])
    return found


def _given_up(view: View) -> View:
    fields = [None if isinstance(field, Table) else field for field in view.fields]
    return view._replace(fields=tuple(fields))


def _through(node: ShapedNode, before: list[Views]) -> list[Views]:
    """What each output of a node sees."""
    found: list[Views] = []
    reaches = node.layer.reaches(*node.input_shapes)
    for out, reach in zip(node.facts.outputs, reaches, strict=True):
        views: Views = {}
        for number, seen in enumerate(before):
            part = reach[number] if reach and len(reach) == len(before) else None
            if part and part.unseen:
                continue
            if part and not part.folded and len(part.axes) != len(node.input_shapes[number]):
                part = None  # a plugin that says something of other axes
            for index, view in seen.items():
                after = _after(view, part, node.input_shapes[number], out)
                if any(sees_nothing(field) for field in after.fields):  # zeros of a border only
                    continue
                views[index] = _merged(views[index], after, out) if index in views else after
        found.append(views)
    return found


def _after(view: View, reach: Reach | None, shape: Shape, out: Shape) -> View:
    placed = view.placed or len(out) > 1
    if reach is None:
        return View((None,) * len(view.fields), out, placed)
    if reach.folded:
        return view._replace(placed=placed)
    if view.shape != shape == out and reach == pointwise(shape):
        return view._replace(placed=placed)
    view = view.settled(shape, reach.axes[-1:] == (ALL,))
    fields = [follow(field, reach.axes, shape, out) for field in view.fields]
    return View(tuple(fields), out, placed)


def _merged(left: View, right: View, out: Shape) -> View:
    left, right = left.settled(out, False), right.settled(out, False)
    pairs = zip(left.fields, right.fields, strict=True)
    fields = tuple([merged(a, b, out) for a, b in pairs])
    return View(fields, out, left.placed or right.placed)


def _field(views: Views, out: Shape, inputs: dict[int, Shape]) -> ReceptiveField:
    found = {}
    for index, view in views.items():
        pairs = zip(view.at_places(out), inputs[index], strict=False)
        extents = tuple([extent(field, size, out) for field, size in pairs])
        found[index] = () if not view.placed and extents == (1,) else extents
    return ReceptiveField(tuple(found.values()), tuple([inputs[index] for index in found]))
