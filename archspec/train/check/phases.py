"""Whether weights, fine-tuning and callbacks suit the network, the metrics and the optimizer."""

import os
from collections.abc import Iterator
from importlib.util import find_spec

from archspec.diagnostics.fixes import Edit, Fix, How, add, remove, renamed, replace
from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.infer.infer import ShapedGraph
from archspec.layers.normalization import BatchNormalization
from archspec.train.check.draft import Draft
from archspec.train.objects.meant_objects import alike_words
from archspec.train.objects.metrics import METRICS, Callback, Monitor, ReduceLROnPlateau
from archspec.train.objects.optimizers import Schedule
from archspec.weights.loading.applications import APPLICATIONS, misspelt_application

_FILES = (".keras", ".h5")
"""Endings of files with weights."""


def check_weights(draft: Draft, sink: Sink, needed: bool, missing: list[str]) -> None:
    """Something learns, and a file of weights to begin with is there."""
    shaped, source = draft.shaped, draft.keys.weights
    if shaped is not None and not shaped.trainable_params:
        why = "all its weights are frozen" if shaped.params else "it has no weights"
        message = f"nothing in `{shaped.name}` can learn: {why}"
        why_not = ["without `trainable: false` a layer learns"] if shaped.params else []
        sink.report("AS601", draft.place.at("spec"), message, help=why_not)
    if source is None:
        return
    place = draft.place.at("weights")
    written = place.document.at(place.path)
    written = written if isinstance(written, str) else source
    if source.startswith("keras:"):
        name = source.removeprefix("keras:")
        hint = misspelt_application(name)
        if hint:
            message = f"keras.applications has no network `{name}`"
            near = _applications(name, place)
            sink.report("AS606", place, message, help=[*near] or [hint])
        return
    if not source.endswith(_FILES):
        message = f"weights come from a .keras or .weights.h5 file, not from `{written}`"
        help: list[str | Fix] = [
            *_applications(written.rpartition(".")[2].rpartition("/")[2], place)
        ]
        if not help:
            help = ["`keras:ResNet50` takes those of keras.applications"]
        sink.report("AS606", place, message, help=help)
    elif not (sink.may_look(source) and os.path.isfile(source)):
        if needed:
            sink.report("AS606", place, f"there is no file `{source}`")
        else:
            missing.append(source)


def _applications(name: str, place: Place) -> list[Fix]:
    """The networks of keras.applications that a name may stand for."""
    name, arguments = name.partition("(")[0].strip(), name.partition("(")[1:]
    look_alike = name.replace("O", "0").replace("l", "1")
    exact = [a for a in APPLICATIONS if a.lower() in (name.lower(), look_alike.lower())]
    near = alike_words(name, APPLICATIONS)
    words = exact or near.words
    certain = bool(exact) or near.certain
    return [renamed(place, f"keras:{word}{''.join(arguments)}", certain) for word in words]


def check_fine_tune(draft: Draft, sink: Sink) -> None:
    """There is something frozen that fine-tuning can set free."""
    found, shaped = draft.fine_tune, draft.shaped
    if found is None or shaped is None:
        return
    frozen = frozen_nodes(shaped)
    place = draft.place.at("fine_tune")
    if not frozen:
        message = (
            f"nothing in `{shaped.name}` is frozen, so all of it learns from the first epoch on"
        )
        advice: list[str | Fix] = [
            "`trainable: false` on a layer or block of the spec freezes it",
            remove("or leave `fine_tune` out", place),
        ]
        sink.report("AS610", place.key(), message, help=advice)
    elif frozen[-1] < found.first:
        last = shaped.graph.nodes[frozen[-1]].name
        message = f"from `{shaped.graph.nodes[found.first].name}` on nothing is frozen"
        fix = [replace(f"the last frozen layer is `{last}`", place.at("from"), last)]
        sink.report("AS610", place.at("from"), message, help=fix)


def frozen_nodes(shaped: ShapedGraph) -> list[int]:
    """Nodes that learn once they are set free; BatchNormalization stays as it is."""
    return [
        index
        for index, (node, facts) in enumerate(zip(shaped.graph.nodes, shaped.facts, strict=True))
        if not node.trainable
        and facts.trainable_params
        and not isinstance(node.layer, BatchNormalization)
    ]


def check_callbacks(draft: Draft, sink: Sink, needed: bool) -> None:
    """What callbacks watch is in the history, and what they change is theirs to change."""
    for number, callback in enumerate(draft.callbacks):
        if needed and callback and callback.package and find_spec(callback.package) is None:
            place, _ = draft.object_place("callbacks", number)
            message = f"{type(callback).__name__} needs the package {callback.package}"
            help = [f"pip install {callback.package}"]
            sink.report("AS610", place.key(), message, help=help)
        if isinstance(callback, Monitor):
            _check_monitor(draft, callback, number, sink)
        if isinstance(callback, ReduceLROnPlateau):
            _check_rate(draft, callback, number, sink)


def figures(draft: Draft) -> list[str]:
    """The names in the history: the loss and the metrics, in training and in validation."""
    plain = ["loss", *(m.figure for m in draft.metrics if m)]
    return list(dict.fromkeys([*plain, *(f"val_{f}" for f in plain)]))


def _check_monitor(draft: Draft, callback: Monitor, number: int, sink: Sink) -> None:
    if None in draft.metrics:
        return  # what it watches may be the one that could not be read
    known = figures(draft)
    if callback.monitor in known:
        return
    name, place = type(callback).__name__, draft.argument_place("monitor", "callbacks", number)
    message = f"{name} watches `{callback.monitor}`, which is no figure of this recipe"
    help: list[str | Fix] = [*_monitor_fixes(draft, callback.monitor, known, number)]
    listed = ", ".join(known)
    help.append(f"there are {listed}: the loss and the `metrics`, in training and in validation")
    sink.report("AS204", place, message, help=help)


def _monitor_fixes(draft: Draft, figure: str, known: list[str], number: int) -> Iterator[Fix]:
    """What was probably meant by a figure that there is not, best first."""
    place, arguments = draft.object_place("callbacks", number)
    if isinstance(arguments, dict) and "monitor" in arguments:
        place = place.at("monitor")
    word = figure.removeprefix("val_").removeprefix("validation_").removeprefix("valid_")
    watched = [f for f in known if f.startswith("val_")] if word != figure else known
    short = {"acc": "accuracy", "mean_squared_error": "mse", "mean_absolute_error": "mae"}
    same = [f for f in watched if f.removeprefix("val_") == short.get(word, word)]
    metric = METRICS.names.get(word)
    if not same and metric is None:
        near = alike_words(figure, known)
        same, certain = list(near.words), near.certain
    else:
        certain = True
    for each in same:
        yield replace(did_you_mean(each), place, each, certain)
    if metric is not None and not same:
        said = f"`{metric.__name__}` under `metrics` would make it one"
        there = draft.keys.metrics
        name = word if metric.__name__ != "AUC" else "AUC"
        if there:
            at = draft.place.at("metrics", len(there) - 1)
            yield Fix(said, (Edit(at, name, How.AFTER),))
        elif "metrics" not in draft.document_keys:
            yield add(said, draft.place, "metrics", [name])


def _check_rate(draft: Draft, callback: Callback, number: int, sink: Sink) -> None:
    fine_tune = draft.fine_tune.optimizer if draft.fine_tune else None
    for optimizer in (draft.optimizer, fine_tune):
        rate = optimizer.learning_rate if optimizer else None
        if isinstance(rate, Schedule):
            place, _ = draft.object_place("callbacks", number)
            message = f"{type(callback).__name__} changes the learning rate, but {type(rate).__name__} sets it anew at each step"
            said = "leave it out, or give the optimizer a number as `learning_rate`"
            entry = draft.place.at("callbacks", number)
            alone = len(draft.callbacks) == 1
            help = [remove(said, draft.place.at("callbacks") if alone else entry)]
            sink.report("AS610", place.key(), message, help=help)
            return
