"""Whether loss and metrics suit the last activation and the labels."""

from typing import NamedTuple

from archspec.diagnostics.fixes import Fix, add, remove, replace
from archspec.diagnostics.sink import Note, Place, Sink
from archspec.infer.infer import ShapedGraph
from archspec.layers.base import Elementwise
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import snake_case
from archspec.train.check.draft import Draft
from archspec.train.objects.data import Arrays
from archspec.train.objects.losses import Loss
from archspec.train.objects.metrics import METRICS, Accuracy, Metric, TopKCategoricalAccuracy

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


class Mistake(NamedTuple):
    """Why a loss does not suit."""

    message: str
    advice: str = ""
    """A way to mend it that is no other loss."""
    of_labels: bool = False
    """Whether it is the labels that it does not suit, and not the network."""


def loss_mistake(draft: Draft) -> Mistake | None:
    """Scores are for losses of scores, classes for those of classes; and the last activation."""
    loss, data = draft.loss, draft.data
    if loss is None:
        return None
    name = type(loss).__name__
    labels = "" if data is None or isinstance(data, Arrays) else data.labels  # arrays hold either
    if labels == "scores" and loss.classes:
        return Mistake(f"{name} is for classes, but the data have scores", of_labels=True)
    if labels == "classes" and not loss.classes:
        return Mistake(f"{name} is for scores, but the data have classes", of_labels=True)
    if draft.shaped is None:
        return None
    activation, node = last_activation(draft.shaped)
    of_classes = [type(m).__name__ for m in draft.metrics if m and "" not in m.labels]
    if not labels and not loss.classes and of_classes and activation == "softmax":
        ends = f"`{node}` ends with softmax, as {of_classes[0]} wants it"
        return Mistake(f"{name} is for scores, but {ends}", of_labels=True)
    return _activation_mistake(loss, draft.shaped)


def _activation_mistake(loss: Loss, shaped: ShapedGraph) -> Mistake | None:
    """A loss on probabilities needs a network that gives some; one on sums, one that does not."""
    name = type(loss).__name__
    activation, node = last_activation(shaped)
    if loss.activation and loss.logits and activation in _FOR_ACTIVATION:
        return Mistake(
            f"{name} with `from_logits` takes sums, but `{node}` makes probabilities of them by {activation}"
        )
    if loss.activation and not loss.logits and activation != loss.activation:
        ends = f"with {activation}" if activation != "linear" else "without an activation"
        message = (
            f"{name} takes probabilities that {loss.activation} makes, but `{node}` ends {ends}"
        )
        known = _FOR_ACTIVATION.get(activation)
        return Mistake(message, known or f"give the last layer `activation: {loss.activation}`")
    if activation == "softmax" and shaped.shape(shaped.graph.outputs[0])[-1:] == (1,):
        message = f"softmax of one value is always 1: `{node}` cannot learn"
        return Mistake(message, "for scores a linear output; for two classes 2 units, or sigmoid")
    return None


def check_loss(draft: Draft, others: list[str | Fix], sink: Sink) -> bool:
    """Report a loss that does not suit, with ``others`` that would; whether it does."""
    found = loss_mistake(draft)
    if found is None:
        return True
    notes = []
    if draft.shaped is not None and not found.of_labels:
        activation, node = last_activation(draft.shaped)
        item = next(n.item for n in draft.shaped.graph.nodes if n.name == node)
        if item:
            notes = [Note(f"the last activation is {activation}", item.place.key())]
    turned = [o for o in others if isinstance(o, Fix) and o.message.startswith("or ")]
    help = [found.advice] if found.advice and (turned or not others) else []
    if not help and not others and found.of_labels:
        scores = "is for classes" in found.message
        many = (
            "for one class of many: categorical_crossentropy; for one of two: binary_crossentropy"
        )
        help = ["for scores: mse, mae or huber" if scores else many]
    sink.report("AS603", draft.place.at("loss"), found.message, notes=notes, help=[*help, *others])
    return False


def check_metrics(draft: Draft, sink: Sink) -> None:
    """Each metric takes the labels and outputs of the loss, and has a name of its own."""
    figures: set[str] = set()
    wanting: list[tuple[Place, str]] = []
    for number, metric in enumerate(draft.metrics):
        if metric is None:
            continue
        place = draft.place.at("metrics", number)
        if metric.figure in figures:
            message = f"there are two figures `{metric.figure}`: the history keeps one of them"
            sink.report("AS302", place, message, help=[_apart(draft, metric, number)])
        figures.add(metric.figure)
        loss = draft.loss
        if loss is None:
            continue
        name = type(metric).__name__
        if loss.classes not in metric.for_labels(loss.classes).labels:
            if loss.classes == "index":
                wanting.append((place, name))
            else:
                found = _wrong_labels(name, type(loss).__name__, loss.classes)
                help = [_metric_fix(draft, number, word) for word in found[1]]
                sink.report("AS603", place, found[0], help=help)
        elif draft.shaped is not None:
            _check_outputs(draft, metric, number, draft.shaped, sink)
    if wanting:
        _refuse_numbers(draft, wanting, sink)


def _apart(draft: Draft, metric: Metric, number: int) -> Fix:
    """Another name for a second metric of the same kind; without one that has no name."""
    place, arguments = draft.object_place("metrics", number)
    if not hasattr(metric, "name"):
        return remove("leave one out", draft.place.at("metrics", number), certain=True)
    named = f"{metric.figure}_2"
    if isinstance(arguments, dict) and "name" in arguments:
        return replace(f"`name: {named}` tells them apart", place.at("name"), named)
    if arguments is None or isinstance(arguments, dict):
        return add(f"`name: {named}` tells them apart", place, "name", named)
    return remove("leave one out", draft.place.at("metrics", number))


def _refuse_numbers(draft: Draft, wanting: list[tuple[Place, str]], sink: Sink) -> None:
    """Metrics that want a label for each output, where labels are numbers of classes."""
    its, names = type(draft.loss).__name__, [name for _, name in wanting]
    who = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
    want = "wants" if len(names) == 1 else "want"
    message = (
        f"{who} {want} a label for each output, but for {its} a label is the number of a class"
    )
    said = "`loss: categorical_crossentropy` makes labels one-hot; it calculates the same"
    place, arguments = draft.object_place("loss")
    if arguments:
        help = replace(said, place.key(), "CategoricalCrossentropy")
    else:
        help = replace(said, draft.place.at("loss"), "categorical_crossentropy")
    sink.report("AS603", wanting[0][0], message, help=[help])


def _metric_fix(draft: Draft, number: int, word: str) -> Fix:
    """Another metric in the place of one; without it, if the other one is there already."""
    place = draft.place.at("metrics", number)
    kind = METRICS.names[word]
    if any(type(m) is kind for m in draft.metrics):
        return remove("leave it out", place)
    return replace(f"write `{word}`", place, word)


def _check_outputs(
    draft: Draft, metric: Metric, number: int, shaped: ShapedGraph, sink: Sink
) -> None:
    """A metric of probabilities wants some, and the best k of the classes are not all of them."""
    loss, place, name = draft.loss, draft.place.at("metrics", number), type(metric).__name__
    assert loss is not None
    activation, node = last_activation(shaped)
    # Where the loss wants probabilities too, it has said so already.
    sums = activation not in _FOR_ACTIVATION and (loss.logits or not loss.activation)
    if sums and (
        metric.probabilities or (isinstance(metric, Accuracy) and loss.classes == "binary")
    ):
        message = f"{name} counts outputs above 0.5 as a yes, but `{node}` ends with {activation}: they are no probabilities"
        good = loss.activation or "softmax"
        help: list[str | Fix] = [
            f"give the last layer `activation: {good}`, and the loss no `from_logits`",
            remove(f"or leave {name} out", place),
        ]
        sink.report("AS603", place, message, help=help)
        return
    units = shaped.shape(shaped.graph.outputs[0])[-1]
    if isinstance(metric, TopKCategoricalAccuracy) and units and metric.k >= units:
        message = f"the best {metric.k} of {units} classes are all of them: {name} is always 1"
        if units <= 2:
            sink.report("AS603", place, message, help=[_metric_fix(draft, number, "accuracy")])
            return
        at, arguments = draft.object_place("metrics", number)
        k = max(1, units // 2)
        said = f"write `{{{name}: {{k: {k}}}}}`"
        given = isinstance(arguments, dict) and "k" in arguments
        fix = replace(said, at.at("k"), k) if given else add(said, at, "k", k)
        if arguments is not None and not isinstance(arguments, dict):
            fix = replace(said, at, {"k": k})
        sink.report("AS603", place, message, help=[fix])


def _wrong_labels(name: str, loss: str, labels: str) -> tuple[str, tuple[str, ...]]:
    """Why a metric does not take the labels of a loss, and which would."""
    if not labels:
        return f"{name} is for classes, but {loss} is for scores", ("mae", "mse")
    if labels == "binary":
        message = f"{name} is for many outputs, but {loss} has one: the best of it is always right"
        return message, ("accuracy",)
    message = f"{name} is for labels that are numbers of classes, but for {loss} they are one-hot"
    return message, (name.removeprefix("Sparse"),)
