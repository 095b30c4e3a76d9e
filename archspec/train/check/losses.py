"""The loss of a recipe, and which losses would suit its network and its data."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.sink import Place, Sink
from archspec.records.record import snake_case
from archspec.spec.meant_values import as_written
from archspec.train.check.draft import Draft
from archspec.train.check.loss import last_activation, loss_mistake
from archspec.train.objects.losses import LOSSES, Loss
from archspec.train.objects.read_objects import read_object

_USUAL: tuple[Any, ...] = (
    "categorical_crossentropy",
    "binary_crossentropy",
    {"CategoricalCrossentropy": {"from_logits": True}},
    {"BinaryCrossentropy": {"from_logits": True}},
    "mse",
)


def with_loss(draft: Draft, given: bool, sink: Sink) -> Draft:
    """The draft with its loss, if that can be read."""
    if not given:
        return draft

    def suits(loss: Loss) -> bool:
        return _suits(loss, draft)

    def others() -> list[str | Fix]:
        place = draft.place.at("loss")
        found = next(iter(suiting_losses(draft)), None)
        said = f"such as `{as_written(found)}`, which suits the network"
        return [] if found is None else [replace(said, place, found)]

    value, place = draft.keys.loss, draft.place.at("loss")
    return draft._replace(loss=read_object(value, LOSSES, place, sink, True, suits, others))


def _suits(loss: Loss, draft: Draft) -> bool:
    """Whether a loss goes with the last layer of the network and the labels of the data."""
    if loss_mistake(draft._replace(loss=loss)) is not None:
        return False
    if draft.shaped is None:
        return True
    if loss.logits and last_activation(draft.shaped)[0] != "linear":
        return False  # which can be trained, but nobody would advise it
    outputs = draft.shaped.shape(draft.shaped.graph.outputs[0])
    units = outputs[-1] if outputs else None
    if loss.classes == "binary":
        return units == 1
    return not loss.classes or units != 1


def suiting_losses(draft: Draft) -> Iterator[Any]:
    """The usual losses that go with a network and its data, as recipes have them."""
    if draft.shaped is None or draft.data is None:
        return
    for value in _USUAL:
        loss = read_object(value, LOSSES, Place(draft.place.document, ("",)), Sink())
        if loss is not None and _suits(loss, draft):
            yield value


def loss_fixes(draft: Draft) -> list[str | Fix]:
    """Losses in place of one that does not suit: the same with other arguments, or another one."""
    loss, place = draft.loss, draft.place.at("loss")
    if loss is None:
        return []
    fixes: list[str | Fix] = []
    if hasattr(loss, "from_logits"):
        other = loss.replace(from_logits=not loss.logits)
        wanted = not loss.logits and any(m and m.probabilities for m in draft.metrics)
        if not wanted and _suits(other, draft):
            fixes.append(_turned(loss, draft))
    for value in suiting_losses(draft):
        word = value if isinstance(value, str) else next(iter(value))
        if not isinstance(value, str) and LOSSES.names[word] is type(loss):
            continue  # told already, with the other arguments
        if LOSSES.names[word] is not type(loss):
            fixes.append(replace(f"write `loss: {as_written(value)}`", place, value))
    return fixes[:2]


def _turned(loss: Loss, draft: Draft) -> Fix:
    """The same loss, of sums in place of probabilities or the other way round."""
    name, place = type(loss).__name__, draft.place.at("loss")
    at, arguments = draft.object_place("loss")
    if loss.logits:
        if isinstance(arguments, dict) and len(arguments) > 1:
            return remove("leave `from_logits` out", at.at("from_logits"))
        word = snake_case(name)
        return replace(f"leave `from_logits` out: `loss: {word}`", place, word)
    given = (
        {**arguments, "from_logits": True} if isinstance(arguments, dict) else {"from_logits": True}
    )
    value = {name: given}
    return replace(f"or let the loss do it: `loss: {as_written(value)}`", place, value)
