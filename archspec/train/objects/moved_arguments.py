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
            edits: tuple[Edit, ...] = (
                *(Edit(at.key(), "rescale"), Edit(at, meant["rescale"])),
                *(Edit(other.key(), "offset"), Edit(other, meant["offset"])),
            )
            return (first, second), Fix(did_you_mean(as_written(meant)[1:-1]), edits)
        size = [one, two]
        edits = (Edit(at.key(), "size"), Edit(at, size), Edit(other, how=How.REMOVE))
        return (first, second), Fix(did_you_mean(f"size: {size}"), edits, certain=True)
    return None


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
