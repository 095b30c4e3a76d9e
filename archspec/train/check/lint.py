"""Warnings of what a recipe does."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import add
from archspec.diagnostics.rules import Finding, apply_rules, rule
from archspec.diagnostics.sink import Note, Sink
from archspec.train.check import lint_callbacks, lint_input, lint_rates
from archspec.train.check.lint_subject import Examined
from archspec.train.check.phases import figures, frozen_nodes
from archspec.train.objects.metrics import Monitor


@rule("AS904")
def frozen_by_chance(found: Examined) -> Iterator[Finding]:
    """A layer that is frozen though no weights are loaded: it stays what chance made of it."""
    draft, shaped = found.draft, found.draft.shaped
    if (
        "weights" in draft.elsewhere
        or draft.keys.weights is not None
        or shaped is None
        or not shaped.trainable_params
    ):
        return
    frozen = frozen_nodes(shaped)
    if not frozen:
        return
    first, more = shaped.graph.nodes[frozen[0]], len(frozen) - 1
    who = f"`{first.name}` and {more} more are" if more else f"`{first.name}` is"
    notes = [Note("frozen here", first.item.place.key())] if first.item else []
    message = f"{who} frozen as chance makes them" if more else f"{who} frozen as chance makes it"
    help = ["`weights: keras:ResNet50`, or a file, gives weights to begin with"]
    yield Finding(draft.place.at("spec"), message, notes, help)


@rule("AS905")
def steering_test_part(found: Examined) -> Iterator[Finding]:
    """A callback that watches the test part: its figures then say nothing of other data."""
    draft = found.draft
    if "validation_split" in draft.elsewhere:
        return
    if draft.keys.validation_split is not None or None in draft.metrics:
        return  # what it watches may be the metric that could not be read
    known = figures(draft)
    for number, callback in enumerate(draft.callbacks):
        if not isinstance(callback, Monitor) or callback.monitor not in known:
            continue
        if callback.monitor.startswith("val_"):
            place, _ = draft.object_place("callbacks", number)
            message = (
                f"{type(callback).__name__} watches `{callback.monitor}` on the test part:"
                " there is no validation part, so the test part steers the training"
            )
            said = "`validation_split: 0.1` takes a tenth of the training part for watching"
            help = [add(said, draft.place, "validation_split", 0.1)]
            yield Finding(place.key(), message, help=help)


RULES = (
    frozen_by_chance,
    steering_test_part,
    *lint_input.RULES,
    *lint_rates.RULES,
    *lint_callbacks.RULES,
)


def lint(found: Examined, sink: Sink) -> None:
    """Tell what a recipe does that is probably not meant, or that is worth knowing."""
    apply_rules(RULES, found, sink)
