"""The augmentation of a recipe: a list of layers."""

from typing import Any

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, How, replace
from archspec.diagnostics.foreign_names import Foreign, Meaning, refuse_foreign
from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.layers import Layer
from archspec.layers.plugins import find_layer
from archspec.records.record import bare_field, fields
from archspec.spec.check_values import Maker, show
from archspec.spec.meant_values import as_written
from archspec.train.objects.foreign_words import (
    AUGMENT_ARGUMENTS,
    AUGMENTATIONS,
    NUMBERED,
    PREPARATIONS,
    SHORT_AUGMENTATIONS,
)
from archspec.train.objects.read_objects import leave_out, work_out
from archspec.train.objects.refuse_arguments import holds_reported


def read_augment(values: list[Any] | None, place: Place, sink: Sink) -> tuple[Layer | None, ...]:
    """The layers; None for each that was reported."""
    maker = Maker(sink)
    found: list[Layer | None] = []
    for number, value in enumerate(values or []):
        at = place.at(number)
        if _refuse(value, at, sink):
            found.append(None)
            continue
        worked = _calculated(value, at, sink)
        found.append(maker.nested(worked, at) if worked is not None else None)
    return tuple(found)


def _refuse(value: Any, place: Place, sink: Sink) -> bool:
    """Report an entry that is no layer, as far as that is known here; silent if it was told."""
    if holds_reported(value):
        return True
    if isinstance(value, dict) and len(value) > 1 and all(map(find_layer, value)):
        entries = [word if inner is None else {word: inner} for word, inner in value.items()]
        edits = [Edit(place, entries[0])]
        edits += [Edit(place, entry, How.AFTER) for entry in entries[1:]]
        listed = ", ".join(map(as_written, entries))
        help = [Fix(f"each layer is an entry of its own: {listed}", tuple(edits), certain=True)]
        sink.report("AS206", place, "one entry is one layer", help=help)
        return True
    if isinstance(value, str):
        word, inner = value, None
    elif isinstance(value, dict) and len(value) == 1:
        ((word, inner),) = value.items()
    else:
        sink.report("AS206", place, f"a layer is a name or a one-key map, not {show(value)}")
        return True
    kind = find_layer(word)
    if kind is not None:
        if word == "RandomRotation" and _refuse_degrees(inner, place.at(word), sink):
            return True
        return isinstance(inner, dict) and _refuse_names(kind, inner, place.at(word), sink)
    fixes = _fixes(word, inner, place)
    if fixes:
        at = place.at(word).key() if isinstance(value, dict) else place
        sink.report("AS201", at, f"there is no layer `{word}`", help=fixes)
    return bool(fixes)


def _refuse_degrees(inner: Any, place: Place, sink: Sink) -> bool:
    """Report an angle that is given in degrees."""
    named = isinstance(inner, dict) and "factor" in inner
    angle = inner["factor"] if named else inner
    angles = angle if isinstance(angle, list) else [angle]
    numbers = [a for a in angles if isinstance(a, int | float) and not isinstance(a, bool)]
    if not numbers or numbers != angles or not 1 < max(map(abs, numbers)) <= 360:
        return False
    at = place.at("factor") if named else place
    meant: Any = f"{abs(numbers[0]):g}/360"
    if isinstance(angle, list):
        meant = [f"{a:g}/360" for a in numbers]
    message = (
        f"`factor` of RandomRotation is a share of a full turn, from -1 to 1, not {show(angle)}"
    )
    said = f"{did_you_mean(as_written(meant))} An angle of 360 degrees is 1."
    help = [replace(said, at, meant, certain=True)]
    sink.report("AS204", at, message, help=help)
    return True


def _refuse_names(kind: type[Layer], given: dict[str, Any], place: Place, sink: Sink) -> bool:
    """Report arguments under names that other tools give them; whether there are any."""
    known = fields(kind)
    foreign: list[Foreign] = []
    for name, value in given.items():
        if name in known or holds_reported(value):
            continue
        at, word = place.at(name), bare(name)
        meant = [
            n for n in known if n not in given and word in AUGMENT_ARGUMENTS.get(n, "").split()
        ]
        if word in ("p", "prob", "probability"):
            said = "leave it out: it is drawn for each picture"
            found = Meaning((Edit(at, how=How.REMOVE),), True, said=said)
        elif meant:
            edits = [Edit(at.key(), meant[0])]
            number = type(value) in (int, float)
            if kind.__name__ == "RandomRotation" and number and abs(value) > 1:
                edits.append(Edit(at, f"{abs(value):g}/360"))
            shown = as_written({meant[0]: edits[-1].value if len(edits) > 1 else value})[1:-1]
            found = Meaning(tuple(edits), True, shown)
        else:
            continue
        foreign.append(Foreign(name, at, [found]))
    refuse_foreign(foreign, "AS202", f"{kind.__name__} has no argument", sink)
    return bool(foreign)


def _fixes(word: str, inner: Any, place: Place) -> list[Fix]:
    plain = bare(word.rpartition(".")[2].partition("(")[0])
    if plain in PREPARATIONS:
        return [leave_out(place, PREPARATIONS[plain], certain=False)]
    meant = meant_augmentation(word, inner)
    certain = plain not in SHORT_AUGMENTATIONS
    return [replace(did_you_mean(as_written(meant)), place, meant, certain)] if meant else []


def meant_augmentation(word: str, inner: Any) -> Any:
    """The layer that another tool's word for an augmentation stands for; None if it is none."""
    plain = bare(word.rpartition(".")[2].partition("(")[0])
    number = inner if isinstance(inner, int | float) and not isinstance(inner, bool) else None
    meant: Any = None
    if plain in SHORT_AUGMENTATIONS:
        layer, usual = SHORT_AUGMENTATIONS[plain]
        value = usual if inner in (None, True) else inner
        if layer == "RandomRotation" and number is not None and abs(number) > 1:
            value = f"{number:g}/360"
        return layer if value is None else {layer: value}
    if plain in AUGMENTATIONS:
        layer, argument = AUGMENTATIONS[plain]
        meant = {layer: argument}
    elif plain in ("widthshiftrange", "heightshiftrange") and number is not None:
        sides: dict[str, float] = {"height_factor": 0, "width_factor": 0}
        sides["width_factor" if plain[0] == "w" else "height_factor"] = number
        meant = {"RandomTranslation": sides}
    elif plain == "rotationrange" and number is not None:
        meant = {"RandomRotation": f"{number:g}/360"}
    elif plain == "randomrotate" and number is not None:
        meant = {"RandomRotation": number if abs(number) <= 1 else f"{number:g}/360"}
    elif plain in NUMBERED and number is not None:
        layer, names = NUMBERED[plain]
        meant = {layer: dict.fromkeys(names, number) if len(names) > 1 else number}
    elif plain == "colorjitter" and isinstance(inner, dict) and len(inner) == 1:
        ((what, amount),) = inner.items()
        layers = {"brightness": "RandomBrightness", "contrast": "RandomContrast"}
        meant = {layers[what]: amount} if what in layers else None
    elif plain == "randomaffine" and number is not None:
        meant = {"RandomRotation": f"{number:g}/360"}
    return meant


def _calculated(
    value: dict[str, Any] | str, place: Place, sink: Sink
) -> dict[str, Any] | str | None:
    """A layer with the formulas in its arguments worked out: ``RandomRotation: 10/360``."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((word, arguments),) = value.items()
    kind = find_layer(word) if isinstance(word, str) else None
    if kind is None or not fields(kind) or arguments is None:
        return value
    if not isinstance(arguments, dict):
        arguments = {bare_field(kind): arguments}
    worked = work_out(kind, arguments, place.at(word), sink)
    return {word: worked} if len(worked) == len(arguments) else None
