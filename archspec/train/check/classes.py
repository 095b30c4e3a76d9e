"""Whether a network has as many outputs as there are classes or scores."""

from archspec.diagnostics.sink import Place, Sink, SourcePlace
from archspec.shapes.shape import format_shape
from archspec.train.check.draft import Draft
from archspec.train.check.loss import last_activation
from archspec.train.data.look import Seen
from archspec.train.objects.data import DataKind


def may_quote_data(data: DataKind, place: Place | SourcePlace, sink: Sink, *paths: str) -> bool:
    """Whether messages may hold words that stand in data: names of columns, classes and files.

    Those of ``--data`` are the user's own. ``paths`` are files that the words come from as well.
    """
    if isinstance(place, SourcePlace):
        return True
    path = getattr(data, "path", None)
    return all(map(sink.may_quote, [*paths, *([path] if path else [])]))


def check_classes(draft: Draft, seen: Seen, sink: Sink) -> None:
    """Report a wrong number of outputs, or of classes for a loss of two."""
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
    binary = loss.classes == "binary"
    if binary and names and len(names) != 2:
        message = f"{type(loss).__name__} is for two classes, but the data have {len(names)}"
        sink.report("AS605", draft.data_place, message, help=["for more: categorical_crossentropy"])
        return
    if binary and last_activation(shaped)[0] == "softmax":  # which has been reported
        return
    if scores or binary:
        wanted = 1
        what = f"{type(loss).__name__} takes 1" if binary else "a score needs 1"
    elif loss.classes and names is not None:
        wanted, what = len(names), f"the data have {len(names)} classes"
    else:
        return
    if output[0] == wanted:
        return
    message = f"`{shaped.name}` has {output[0]} output{'s' * (output[0] != 1)}, but {what}"
    help = []
    if "classes" in shaped.graph.spec.params:
        help.append(f"write `params: {{classes: {wanted}}}`")
    elif not binary:
        help.append(f"the last layer of the spec needs {wanted} units")
    if binary and output[0] == 2:
        help.append("two outputs and softmax go with categorical_crossentropy")
    elif names and not binary and may_quote_data(data, draft.data_place, sink):
        more = ", …" if len(names) > 8 else ""
        help.append(f"the classes are {', '.join(names[:8])}{more}")
    sink.report("AS605", draft.data_place, message, help=help)
