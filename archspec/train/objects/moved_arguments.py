"""Arguments of recipes that are said elsewhere, or two together in another way."""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.foreign_names import Meaning
from archspec.diagnostics.sink import REPORTED, Place
from archspec.diagnostics.spelling import did_you_mean
from archspec.records.record import (
    Record,
    fields,
)
from archspec.spec.meant_values import as_written
from archspec.train.objects.foreign_words import TOP_KEYS

_PAIRS = (("mean", "std"), ("height", "width"), ("h", "w"), ("rows", "cols"))


def pair_fix(
    kind: type[Record], given: Mapping[str, Any], place: Place
) -> tuple[tuple[str, str], Fix] | None:
    """Two names that say together what other arguments say: `mean` and `std`, `height` and `width`."""
    if {"lr", "decay"} <= given.keys() and "learning_rate" in fields(kind):
        at, falls = place.at("lr"), _falling(given["lr"], given["decay"])
        edits: tuple[Edit, ...] = (Edit(at.key(), "learning_rate"), Edit(at, falls))
        edits = (*edits, Edit(place.at("decay"), how=How.REMOVE))
        return ("lr", "decay"), Fix(did_you_mean(f"learning_rate: {as_written(falls)}"), edits)
    for first, second in _PAIRS:
        if not {first, second} <= given.keys() or "rescale" not in fields(kind):
            continue
        one, two = given[first], given[second]
        if not all(type(v) in (int, float) for v in (one, two)):
            return None
        at, other = place.at(first), place.at(second)
        if first == "mean":
            if two <= 0 or one < 0 or {"rescale", "offset"} & given.keys():
                return None
            # They are those of values from 0 to 1, or of bytes.
            most = 255 if one <= 1 else 1
            meant = {"rescale": f"1/{most * two:g}", "offset": float(f"{-one / two:.6g}")}
            edits = (
                *(Edit(at.key(), "rescale"), Edit(at, meant["rescale"])),
                *(Edit(other.key(), "offset"), Edit(other, meant["offset"])),
            )
            return (first, second), Fix(did_you_mean(as_written(meant)[1:-1]), edits)
        size = [one, two]
        edits = (Edit(at.key(), "size"), Edit(at, size), Edit(other, how=How.REMOVE))
        return (first, second), Fix(did_you_mean(f"size: {size}"), edits, certain=True)
    return None


def _falling(rate: Any, decay: Any) -> Any:
    """The rate of an optimizer of Keras 2 with `decay`, which divided it by ``1 + decay * step``."""
    return {
        "InverseTimeDecay": {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay}
    }


def moved_argument(
    kind: type[Record], name: str, value: Any, given: Mapping[str, Any], at: Place
) -> Meaning | None:
    """An argument that belongs to the top of the recipe, or into the optimizer of a section."""
    if bare(name) in ("lr", "learningrate") and "optimizer" in fields(kind):
        if "optimizer" in given:
            return None
        meant = {"Adam": {"learning_rate": value}}
        shown = as_written({"optimizer": meant})[1:-1]
        return Meaning((Edit(at.key(), "optimizer"), Edit(at, meant)), meant=shown)
    rate = given.get("learning_rate")
    if name == "decay" and type(rate) in (int, float) and "learning_rate" in fields(kind):
        around = at._replace(path=at.path[:-1])
        falls = _falling(rate, value)
        edits = (Edit(around.at("learning_rate"), falls), Edit(at, how=How.REMOVE))
        return Meaning(edits, meant=f"learning_rate: {as_written(falls)}")
    if name not in TOP_KEYS:
        return None
    root = Place(at.document, ())
    top = at.document.at(())
    gone = Edit(at, how=How.REMOVE)
    if not isinstance(top, dict) or value is REPORTED or len(at.path) < 2:
        return None
    if name in top:
        return Meaning((gone,), said=f"leave it out: `{name}` stands at the top")
    said = f"it belongs to the top: `{as_written({name: value})[1:-1]}`"
    return Meaning((gone, Edit(root, value, How.ADD, name)), True, said=said)
