"""Whether a network has as many outputs as there are classes or scores."""

from archspec.diagnostics.fixes import Fix, add, replace
from archspec.diagnostics.sink import Place, Sink, SourcePlace
from archspec.infer.infer import ShapedGraph
from archspec.shapes.shape import format_shape
from archspec.train.check.draft import Draft
from archspec.train.data.look import Seen
from archspec.train.objects.data import DataKind
from archspec.train.objects.losses import Loss


def may_quote_data(data: DataKind, place: Place | SourcePlace, sink: Sink, *paths: str) -> bool:
    """Whether messages may hold words that stand in data: names of columns, classes and files.

    Those of ``--data`` are the user's own. ``paths`` are files that the words come from as well.
    """
    if isinstance(place, SourcePlace):
        return True
    path = getattr(data, "path", None)
    return all(map(sink.may_quote, [*paths, *([path] if path else [])]))


def check_classes(draft: Draft, seen: Seen, suits: bool, sink: Sink) -> None:
    """Report a wrong number of outputs, or of classes for a loss of two.

    ``suits`` is whether the loss goes with the last layer and the labels.
    """
    loss, shaped, data = draft.loss, draft.shaped, draft.data
    if shaped is None or data is None:
        return
    output = shaped.shape(shaped.graph.outputs[0])
    if len(output) != 1:
        shape = format_shape(output)
        message = f"`{shaped.name}` gives {shape} for each example, not a row of numbers"
        help = ["a Flatten or a global pooling, and a Dense make one"]
        sink.report("AS605", draft.place.at("spec"), message, help=help)
        return
    scores, names = data.labels == "scores", seen.class_names
    if loss is None or scores == bool(loss.classes):  # then the loss is wrong already
        return
    if not suits:
        return
    binary = loss.classes == "binary"
    if binary and names and len(names) != 2:
        _refuse_binary(draft, loss, len(names), output[0], sink)
        return
    if scores or binary:
        wanted = 1
        what = f"{type(loss).__name__} takes 1" if binary else "a score needs 1"
    elif loss.classes and names is not None:
        wanted, what = len(names), f"the data have {len(names)} classes"
    else:
        return
    if output[0] != wanted:
        _refuse_outputs(draft, shaped, output[0] or 0, wanted, what, names, sink)


def _refuse_binary(draft: Draft, loss: Loss, classes: int, outputs: int | None, sink: Sink) -> None:
    message = f"{type(loss).__name__} is for two classes, but the data have {classes}"
    help: list[str | Fix] = ["for more: categorical_crossentropy, and an output for each class"]
    if outputs == classes:
        said = "write `loss: categorical_crossentropy`"
        help = [replace(said, draft.place.at("loss"), "categorical_crossentropy")]
    sink.report("AS605", draft.place.at("loss"), message, help=help)


def _refuse_outputs(
    draft: Draft,
    shaped: ShapedGraph,
    outputs: int,
    wanted: int,
    what: str,
    names: tuple[str, ...] | None,
    sink: Sink,
) -> None:
    """Report a wrong number of outputs, where it can be changed."""
    assert draft.data is not None
    assert draft.loss is not None
    binary = draft.loss.classes == "binary"
    message = f"`{shaped.name}` has {outputs} output{'s' * (outputs != 1)}, but {what}"
    help: list[str | Fix] = []
    place: Place | SourcePlace = draft.data_place
    param = next((p for p in _PARAMETERS if p in shaped.graph.spec.params), None)
    own = draft.keys.params or {}
    if param is not None:
        said = f"write `params: {{{param}: {wanted}}}`"
        if param in own:
            place = draft.place.at("params", param)
            help.append(replace(said, place, wanted))
        elif "params" in draft.document_keys:
            help.append(add(said, draft.place.at("params"), param, wanted))
        else:
            help.append(add(said, draft.place, "params", {param: wanted}))
    elif not binary:
        help.append(f"the last layer of the spec needs {wanted} units")
    if binary and outputs == 2:
        help.append("two outputs and softmax go with categorical_crossentropy")
    elif names and not binary and may_quote_data(draft.data, draft.data_place, sink):
        more = ", …" if len(names) > 8 else ""
        help.append(f"the classes are {', '.join(names[:8])}{more}")
    sink.report("AS605", place, message, help=help)


_PARAMETERS = ("classes", "num_classes", "n_classes", "outputs", "labels")
"""Names that specs give to the number of classes."""
