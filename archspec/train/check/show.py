"""Whether the pictures that a recipe asks for can be drawn."""

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.sink import Sink
from archspec.train.check.draft import Draft


def check_show(draft: Draft, picture: tuple[int, ...], sink: Sink) -> None:
    """Report pictures of something that there will not be."""
    for number, name in enumerate(draft.keys.show or ()):
        reason = _reason(name, draft, picture)
        if reason:
            message, said, other = reason
            place = draft.place.at("show", number)
            help: list[str | Fix] = [said] if said else []
            if other is not None:
                there = other in (draft.keys.show or ())
                help = [remove("leave it out", place) if there else replace(said, place, other)]
            sink.report("AS610", place, f"`{name}` cannot be drawn: {message}", help=help)


def _reason(
    name: str, draft: Draft, picture: tuple[int, ...]
) -> tuple[str, str, str | None] | None:
    """Why a picture cannot be drawn, what to do, and which can be drawn in its place."""
    loss = draft.loss
    what = type(loss).__name__
    if name == "confusion_matrix" and loss is not None and not loss.classes:
        message = f"it counts classes, but {what} is for scores"
        return message, "for scores: `histogram`", "histogram"
    if name == "histogram" and loss is not None and loss.classes:
        message = f"it counts scores, but {what} is for classes"
        return message, "for classes: `confusion_matrix`", "confusion_matrix"
    if name in ("samples", "weight_maps") and picture and len(picture) != 3:
        return "the examples are no pictures", "", None
    if name == "weight_maps" and picture and not _has_maps(draft, picture):
        message = "no layer has a weight for each value of the picture"
        return message, "a Dense right behind a Flatten has", None
    return None


def _has_maps(draft: Draft, picture: tuple[int, ...]) -> bool:
    shaped, prepare = draft.shaped, draft.prepare
    if shaped is None or prepare is None:
        return True
    pad = 2 * prepare.pad
    values = (picture[0] + pad) * (picture[1] + pad) * picture[2]
    return any(
        len(weight.shape) == 2 and weight.shape[0] == values
        for facts in shaped.facts
        for weight in facts.weights
    )
