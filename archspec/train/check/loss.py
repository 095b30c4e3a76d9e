"""Whether loss and metrics suit the last activation and the labels."""

from archspec.diagnostics.sink import Note, Sink
from archspec.infer.infer import ShapedGraph
from archspec.layers.base import Elementwise
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import snake_case
from archspec.train.check.draft import Draft
from archspec.train.objects.data import Arrays
from archspec.train.objects.losses import Loss
from archspec.train.objects.metrics import Accuracy, Metric, TopKCategoricalAccuracy

_FOR_ACTIVATION = {
    "softmax": "softmax is for one class of many: `categorical_crossentropy`",
    "sigmoid": "sigmoid with one output is for one of two classes: `binary_crossentropy`",
}
"""The last activation → what to say of the loss that goes with it."""


def last_activation(shaped: ShapedGraph) -> tuple[str, str]:
    """The activation that makes the output, and the name of the node that has it."""
    index, _ = shaped.graph.outputs[0]
    while True:
        node = shaped.graph.nodes[index]
        layer = node.layer
        own = getattr(layer, "activation", None)
        if isinstance(own, str):
            return own, node.name
        name = snake_case(type(layer).__name__).replace("re_lu", "relu")
        if name in ACTIVATIONS:
            return name, node.name
        passes = isinstance(layer, Elementwise) and not shaped.facts[index].params
        if not passes or len(node.inputs) != 1:
            return "linear", node.name
        index = node.inputs[0][0]


def check_loss(draft: Draft, sink: Sink) -> None:
    """Scores are for losses of scores, classes for those of classes; and the last activation."""
    loss, data = draft.loss, draft.data
    if loss is None:
        return
    place, name = draft.place.at("loss"), type(loss).__name__
    labels = "" if data is None or isinstance(data, Arrays) else data.labels  # arrays hold either
    if labels == "scores" and loss.classes:
        message = f"{name} is for classes, but the data have scores"
        sink.report("AS603", place, message, help=["for scores: mse, mae or huber"])
        return
    if labels == "classes" and not loss.classes:
        message = f"{name} is for scores, but the data have classes"
        many, two = "categorical_crossentropy", "binary_crossentropy"
        help = [f"for one class of many: {many}; for one of two: {two}"]
        sink.report("AS603", place, message, help=help)
        return
    if draft.shaped is not None:
        _check_activation(draft, loss, draft.shaped, sink)


def _check_activation(draft: Draft, loss: Loss, shaped: ShapedGraph, sink: Sink) -> None:
    """A loss on probabilities needs a network that gives some; one on sums, one that does not."""
    place, name = draft.place.at("loss"), type(loss).__name__
    activation, node = last_activation(shaped)
    item = next(n.item for n in shaped.graph.nodes if n.name == node)
    notes = [Note(f"the last activation is {activation}", item.place.key())] if item else []
    if loss.activation and loss.logits and activation in _FOR_ACTIVATION:
        message = f"{name} with `from_logits` takes sums, but `{node}` makes probabilities of them by {activation}"
        help = [f"leave `from_logits` out: `loss: {snake_case(name)}`"]
        sink.report("AS603", place, message, notes=notes, help=help)
    elif loss.activation and not loss.logits and activation != loss.activation:
        ends = f"with {activation}" if activation != "linear" else "without an activation"
        message = (
            f"{name} takes probabilities that {loss.activation} makes, but `{node}` ends {ends}"
        )
        known = _FOR_ACTIVATION.get(activation)
        help = [known or f"give the last layer `activation: {loss.activation}`"]
        if activation == "linear" and hasattr(loss, "from_logits"):
            help.append(f"or let the loss do it: `loss: {{{name}: {{from_logits: true}}}}`")
        sink.report("AS603", place, message, notes=notes, help=help)
    elif activation == "softmax" and shaped.shape(shaped.graph.outputs[0])[-1:] == (1,):
        message = f"softmax of one value is always 1: `{node}` cannot learn"
        help = ["for scores a linear output; for two classes 2 units, or sigmoid"]
        sink.report("AS603", place, message, notes=notes, help=help)


def check_metrics(draft: Draft, sink: Sink) -> None:
    """Each metric takes the labels and outputs of the loss, and has a name of its own."""
    figures: set[str] = set()
    for number, metric in enumerate(draft.metrics):
        if metric is None:
            continue
        place = draft.place.at("metrics", number)
        if metric.figure in figures:
            message = f"there are two figures `{metric.figure}`: the history keeps one of them"
            named = hasattr(metric, "name")
            help = [f"`name: {metric.figure}_2` tells them apart" if named else "leave one out"]
            sink.report("AS302", place, message, help=help)
        figures.add(metric.figure)
        if draft.loss is not None:
            found = _mismatch(metric, draft.loss, draft.shaped)
            if found:
                sink.report("AS603", place, found[0], help=[found[1]])


def _mismatch(metric: Metric, loss: Loss, shaped: ShapedGraph | None) -> tuple[str, str] | None:
    """Why a metric cannot go with a loss and a network, and what would."""
    name, its = type(metric).__name__, type(loss).__name__
    if loss.classes not in metric.for_labels(loss.classes).labels:
        return _wrong_labels(name, its, loss.classes)
    if shaped is None:
        return None
    activation, node = last_activation(shaped)
    # Where the loss wants probabilities too, it has said so already.
    sums = activation not in _FOR_ACTIVATION and (loss.logits or not loss.activation)
    if sums and (
        metric.probabilities or (isinstance(metric, Accuracy) and loss.classes == "binary")
    ):
        ends = f"`{node}` ends with {activation}"
        good = loss.activation or "softmax"
        help = f"give the last layer `activation: {good}`, and the loss no `from_logits`"
        return (
            f"{name} counts outputs above 0.5 as a yes, but {ends}: they are no probabilities",
            help,
        )
    units = shaped.shape(shaped.graph.outputs[0])[-1]
    if isinstance(metric, TopKCategoricalAccuracy) and units and metric.k >= units:
        return (
            f"the best {metric.k} of {units} classes are all of them: {name} is always 1",
            f"write `{{{name}: {{k: {max(1, units // 2)}}}}}`" if units > 2 else "write `accuracy`",
        )
    return None


def _wrong_labels(name: str, loss: str, labels: str) -> tuple[str, str]:
    if not labels:
        return f"{name} is for classes, but {loss} is for scores", "for scores: mse, mae, R2Score"
    if labels == "index":
        return (
            f"{name} wants a label for each output, but for {loss} a label is the number of a class",
            "`loss: categorical_crossentropy` makes labels one-hot; it calculates the same",
        )
    if labels == "binary":
        message = f"{name} is for many outputs, but {loss} has one: the best of it is always right"
        return message, "accuracy, AUC, Precision or Recall"
    return f"{name} is for labels that are numbers of classes, but for {loss} they are one-hot", (
        f"write `{name.removeprefix('Sparse')}`"
    )
