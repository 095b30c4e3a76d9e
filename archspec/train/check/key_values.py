"""Values of the keys of a recipe: those that a key does not take, and what they mean."""

from typing import Any

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, remove
from archspec.diagnostics.sink import REPORTED, Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.formulas.values import show
from archspec.records.field_values import takes
from archspec.records.record import fields
from archspec.spec.bad_values import expected
from archspec.spec.meant_values import as_written
from archspec.train.objects.meant_objects import alike_words
from archspec.train.objects.refuse_arguments import holds_reported, report_value
from archspec.train.recipe.keys import PICTURES, Prepare, RecipeKeys


def report_key(name: str, value: Any, place: Place, sink: Sink) -> None:
    """Report a value that a key of a recipe does not take."""
    if name == "show" and isinstance(value, list):
        for number, each in enumerate(value):
            if each not in PICTURES and each is not REPORTED:
                alone = place if len(value) == 1 else place.at(number)
                near = alike_words(each, PICTURES) if isinstance(each, str) else None
                help: list[str | Fix] = [
                    Fix(
                        did_you_mean(w),
                        (Edit(place.at(number), w),),
                        near.certain if near else False,
                    )
                    for w in (near.words if near else ())
                ]
                if each in ("curves", "loss", "history", "accuracy"):
                    said = "leave it out: the curves are always drawn"
                    help = [remove(said, alone, certain=True)]
                message = f"`{show(each).strip(chr(34))}` is no picture that can be drawn"
                listed = "there are " + ", ".join(f"`{p}`" for p in PICTURES)
                help = help or [listed, remove("or leave it out", alone)]
                sink.report("AS104", place.at(number), message, help=help)
        return
    if holds_reported(value):
        return
    field = fields(RecipeKeys)[name]
    found = forms(name, value)
    if name == "prepare" and isinstance(value, float) and found:
        found = [{"rescale": place.document.at(place.path)}]
    if not found:
        report_value(RecipeKeys, name, value, place, sink, "a recipe", "AS104")
        return
    message = f"`{name}` of a recipe must be {expected(field, RecipeKeys)}, not {show(value)}"
    fixes = [
        Fix(did_you_mean(as_written(form)), (Edit(place, form),), certain=True) for form in found
    ]
    if value in ([], "", {}):
        fixes = [remove("leave it out", place, certain=True)]
    sink.report("AS104", place, message, help=fixes)


def forms(name: str, value: Any) -> list[Any]:
    """A value in the form that a key takes: a list of entries, or a map."""
    if name in ("metrics", "callbacks", "augment", "show"):
        if isinstance(value, str) and value:
            entries: list[Any] = [part.strip() for part in value.split(",") if part.strip()]
            if name == "show":
                near = [alike_words(e, PICTURES).words for e in entries]
                entries = [words[0] for words in near if words]
            return [entries] if entries else []
        if isinstance(value, dict) and value and name == "augment":
            from archspec.train.check.augment import meant_augmentation

            meant = {k: meant_augmentation(k, v) for k, v in value.items()}
            return [
                [meant[k] or (k if v is None or v is True else {k: v}) for k, v in value.items()]
            ]
        if isinstance(value, dict) and value:
            return [[k if v is None or v is True else {k: v} for k, v in value.items()]]
    if name == "spec" and isinstance(value, dict) and len(value) == 1:
        return [v for v in value.values() if isinstance(v, str)]
    if name == "prepare" and isinstance(value, str | int | float):
        return [_preparation(value)] if _preparation(value) else []
    if name == "fine_tune" and isinstance(value, str) and value:
        return [{"from": value, "epochs": 5}]
    if name in ("prepare", "params", "fine_tune") and isinstance(value, list):
        maps = [each for each in value if isinstance(each, dict)]
        return [{k: v for each in maps for k, v in each.items()}] if maps == value else []
    return []


def _preparation(value: Any) -> dict[str, Any]:
    """What `prepare` means by a value alone: `rescale`, `1/255`, `flatten`, `vgg16`."""
    word = bare(value) if isinstance(value, str) else ""
    if value is True or word in ("rescale", "normalize", "normalise", "scale"):
        return {"rescale": "1/255"}
    if word == "flatten":
        return {"flatten": True}
    if word and takes(Prepare, "preprocess", value.lower()):
        return {"preprocess": value.lower()}
    if type(value) is float and 0 < value < 0.1:
        return {"rescale": value}
    return {}
