"""Warnings of callbacks and batches: when a recipe stops, and what it watches."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, add, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.layers.normalization import BatchNormalization
from archspec.train.check.lint_subject import Examined
from archspec.train.objects.metrics import EarlyStopping, Monitor, ReduceLROnPlateau


@rule("AS953")
def idle_callback(found: Examined) -> Iterator[Finding]:
    """A callback that cannot act in so few epochs, or whose least rate is not below the rate."""
    draft = found.draft
    if "epochs" in draft.elsewhere:
        return
    longest = max([draft.keys.epochs, *([draft.fine_tune.epochs] if draft.fine_tune else [])])
    for number, callback in enumerate(draft.callbacks):
        if not isinstance(callback, EarlyStopping | ReduceLROnPlateau):
            continue
        place, arguments = draft.object_place("callbacks", number)
        name, verb = type(callback).__name__, "stop"
        if isinstance(callback, ReduceLROnPlateau):
            verb = "lower the rate"
            rate = draft.optimizer.learning_rate if draft.optimizer else None
            if isinstance(rate, float) and callback.min_lr >= rate:
                message = f"{name} cannot lower the rate: it is {rate:g}, and `min_lr` {callback.min_lr:g}"
                yield Finding(draft.argument_place("min_lr", "callbacks", number), message)
                continue
        late = getattr(callback, "start_from_epoch", 0)
        restores = getattr(callback, "restore_best_weights", False)
        patience = max(callback.patience, 1)
        # A patience of all epochs is a way to have the best weights restored, and no more.
        if patience + late < longest + (restores and not late and longest > 1):
            continue
        epochs = f"{longest} epoch{'s' * (longest != 1)}"
        message = (
            f"{name} cannot {verb}: it waits for {patience + late} epochs, and there are {epochs}"
        )
        meant = max(1, longest // 5)
        given = isinstance(arguments, dict)
        fixes: list[str | Fix] = []
        if longest > 2 and not late:
            said = f"such as `patience: {meant}`"
            fixes = [
                replace(said, place.at("patience"), meant)
                if given and "patience" in arguments
                else add(said, place, "patience", meant)
            ]
        yield Finding(draft.argument_place("patience", "callbacks", number), message, help=fixes)


@rule("AS954")
def wrong_direction(found: Examined) -> Iterator[Finding]:
    """A `mode` that takes the worst figure for the best: `max` of a loss, `min` of an accuracy."""
    draft = found.draft
    higher = {m.figure: type(m).__name__ in _HIGHER for m in draft.metrics if m}
    for number, callback in enumerate(draft.callbacks):
        mode = getattr(callback, "mode", "auto")
        if not isinstance(callback, Monitor) or mode == "auto":
            continue
        figure = callback.monitor.removeprefix("val_")
        if figure != "loss" and figure not in higher:
            continue
        good = "max" if higher.get(figure, False) else "min"
        if mode != good:
            better = "more" if good == "max" else "less"
            message = f"{better} of `{callback.monitor}` is better, but `mode: {mode}` takes it the other way round"
            place = draft.argument_place("mode", "callbacks", number)
            fix = replace(f"write `mode: {good}`", place, good, certain=True)
            yield Finding(place, message, help=[fix])


_HIGHER = (
    "Accuracy",
    "TopKCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "AUC",
    "Precision",
    "Recall",
    "R2Score",
)
"""Metrics of which more is better."""


@rule("AS850")
def last_weights(found: Examined) -> Iterator[Finding]:
    """EarlyStopping that keeps the weights of the last epoch, not those of the best."""
    for number, callback in enumerate(found.draft.callbacks):
        if (
            isinstance(callback, EarlyStopping)
            and callback.patience
            and not callback.restore_best_weights
        ):
            place, arguments = found.draft.object_place("callbacks", number)
            message = "the weights of the last epoch are kept, not those of the best"
            said = "`restore_best_weights: true` goes back to them"
            given = isinstance(arguments, dict) and "restore_best_weights" in arguments
            name = "restore_best_weights"
            fix = replace(said, place.at(name), True) if given else add(said, place, name, True)
            yield Finding(place.key(), message, help=[fix])


@rule("AS851")
def normalization_of_one(found: Examined) -> Iterator[Finding]:
    """Batches of one example in a network with BatchNormalization, which averages over the batch."""
    shaped = found.draft.shaped
    if (
        found.draft.keys.batch_size == 1
        and shaped is not None
        and "batch_size" not in found.draft.elsewhere
    ):
        learns = [
            n for n in shaped.graph.nodes if isinstance(n.layer, BatchNormalization) and n.trainable
        ]
        if learns:
            message = f"`{learns[0].name}` normalizes over a batch, and a batch is one example"
            yield Finding(found.draft.place.at("batch_size"), message)


@rule("AS852")
def watching_training(found: Examined) -> Iterator[Finding]:
    """A callback that watches a figure of the training part, which hardly ever gets worse."""
    draft = found.draft
    for number, callback in enumerate(draft.callbacks):
        if isinstance(callback, EarlyStopping) and not callback.monitor.startswith("val_"):
            message = (
                f"`{callback.monitor}` is of the training part: it says nothing of other examples"
            )
            place = draft.argument_place("monitor", "callbacks", number)
            fixes = []
            if draft.keys.validation_split is not None:
                fixes = [
                    replace(f"`val_{callback.monitor}` does", place, f"val_{callback.monitor}")
                ]
            yield Finding(place, message, help=fixes)


RULES = (
    idle_callback,
    wrong_direction,
    last_weights,
    normalization_of_one,
    watching_training,
)
