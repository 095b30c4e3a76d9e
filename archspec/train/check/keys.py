"""The keys of a recipe: unknown ones, and those that belong elsewhere in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, How, remove
from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.records.field_values import takes
from archspec.records.objects import Kinds
from archspec.records.record import Record, fields
from archspec.spec.meant_values import as_written
from archspec.train.check.key_values import forms
from archspec.train.objects.data import DATA, ImageFolder
from archspec.train.objects.foreign_words import ARGUMENTS
from archspec.train.objects.losses import LOSSES, CategoricalCrossentropy
from archspec.train.objects.meant_numbers import meant_numbers
from archspec.train.objects.meant_objects import alike_words
from archspec.train.objects.metrics import CALLBACKS, EarlyStopping
from archspec.train.objects.optimizers import OPTIMIZERS, Adam
from archspec.train.recipe.foreign_keys import KEYS, NEEDLESS, NOT_MOVED, OF_THE_SPEC
from archspec.train.recipe.keys import Prepare, RecipeKeys


def refuse_unknown(given: Mapping[str, Any], place: Place, sink: Sink) -> set[str]:
    """Report keys that no recipe has; the keys that they probably stand for."""
    known = fields(RecipeKeys)
    meant: set[str] = set()
    for name, value in given.items():
        if name in known:
            continue
        help: list[str | Fix] = []
        names = list(_names(name, given))
        for key, certain in names:
            help.append(_renamed(key, value, place.at(name), certain))
            meant.add(key)
        if not help:
            help = [*_moves(name, value, given, place)]
            meant.update(_sections(help))
        if not help and bare(name) in NEEDLESS:
            help = [remove(f"leave it out: {NEEDLESS[bare(name)]}", place.at(name), certain=True)]
        if not help and bare(name) in OF_THE_SPEC:
            said = "it says something of the network, which stands in the file of `spec`"
            help = [remove(said, place.at(name))]
        if not help:
            help = [f"a recipe takes {', '.join(list(known)[:-1])} and {list(known)[-1]}"]
            help.append(remove("or leave it out", place.at(name)))
        message = f"a recipe has no key `{name}`"
        sink.report("AS102", place.at(name).key(), message, help=help)
    return meant


def _names(name: str, given: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The keys that another name may stand for; and whether surely."""
    word = bare(name)
    free = [k for k in fields(RecipeKeys) if k not in given]
    called = [k for k in free if bare(k) == word or word in KEYS.get(k, "").split()]
    if called:
        yield called[0], True
    elif not _is_known_word(word):
        near = alike_words(name, free)
        yield from ((k, near.certain) for k in near.words)


def _is_known_word(word: str) -> bool:
    return word in NEEDLESS or word in OF_THE_SPEC or any(word in t.split() for t in KEYS.values())


def _renamed(key: str, value: Any, at: Place, certain: bool) -> Fix:
    edits = [Edit(at.key(), key)]
    shown = key
    found = forms(key, value)
    if found:
        edits.append(Edit(at, found[0]))
        shown = f"{key}: {as_written(found[0])}"
    return Fix(did_you_mean(shown), tuple(edits), certain)


def _sections(help: list[str | Fix]) -> Iterator[str]:
    """The keys of the recipe that fixes give, or change."""
    for each in help:
        for edit in each.edits if isinstance(each, Fix) else ():
            if isinstance(edit.place, Place) and edit.how in (How.ADD, How.REPLACE):
                yield str(edit.place.path[0]) if edit.place.path else edit.name


def _moves(name: str, value: Any, given: Mapping[str, Any], place: Place) -> Iterator[Fix]:
    """Keys that belong into a section of the recipe."""
    word = bare(name)
    if word in NOT_MOVED:
        return
    for kinds, section, default in _OBJECTS:
        kind = next((k for n, k in kinds.names.items() if bare(n) == word), None)
        if kind is not None and section in ("callbacks", "optimizer"):
            whole = {name: value} if isinstance(value, dict) else name
            yield from _into_list(section, kind, whole, name, value, given, place)
            return
        kind = _kind(given.get(section), kinds, default)
        argument = _argument(kind, word)
        if argument is None or not _takes(kind, argument, value):
            continue
        yield from _into_object(section, kind, argument, value, name, given, place)
        return
    argument = _argument(Prepare, word)
    if argument is not None and _takes(Prepare, argument, value):
        edit = Edit(place.at("prepare"), _mended(Prepare, argument, value), How.ADD, argument)
        whole = {argument: _mended(Prepare, argument, value)}
        if not isinstance(given.get("prepare"), dict):
            edit = Edit(place, whole, How.ADD, "prepare")
        yield _moved(f"prepare: {as_written(whole)}", edit, place.at(name))


def _into_list(
    section: str,
    kind: type[Record],
    whole: Any,
    name: str,
    value: Any,
    given: Mapping[str, Any],
    place: Place,
) -> Iterator[Fix]:
    """A class whose name is a key: `early_stopping: 5`."""
    word = kind.__name__
    if isinstance(value, bool) or value is None:
        whole = word
    elif isinstance(value, int) and "patience" in fields(kind):
        whole = {word: {"patience": value}}
    elif isinstance(value, dict):
        whole = {word: value}
    else:
        return
    if section == "optimizer":
        if "optimizer" not in given:
            yield _moved(
                f"optimizer: {as_written(whole)}",
                Edit(place, whole, How.ADD, "optimizer"),
                place.at(name),
            )
        return
    yield _moved(
        f"callbacks: [{as_written(whole)}]", _callback_edit(whole, given, place), place.at(name)
    )


def _callback_edit(whole: Any, given: Mapping[str, Any], place: Place) -> Edit:
    there = given.get("callbacks")
    if isinstance(there, list) and there:
        return Edit(place.at("callbacks", len(there) - 1), whole, How.AFTER)
    return Edit(place, [whole], How.ADD, "callbacks")


def _into_object(
    section: str,
    kind: type[Record],
    argument: str,
    value: Any,
    name: str,
    given: Mapping[str, Any],
    place: Place,
) -> Iterator[Fix]:
    """An argument of the optimizer, the loss, a callback or the data."""
    value = _mended(kind, argument, value)
    there, at = given.get(section), place.at(name)
    if section == "callbacks":
        whole: Any = {kind.__name__: {argument: value}}
        if not there:
            yield _moved(
                f"callbacks: [{as_written(whole)}]", _callback_edit(whole, given, place), at
            )
        return
    if there is None:
        if section == "optimizer":
            whole = {kind.__name__: {argument: value}}
            yield _moved(
                f"optimizer: {as_written(whole)}", Edit(place, whole, How.ADD, section), at
            )
        return
    if isinstance(there, str):
        shown = {there: {argument: value}}
        edit = Edit(place.at(section), value, How.ADD, argument)
    elif isinstance(there, dict) and len(there) == 1:
        ((word, inner),) = there.items()
        shown = {word: {argument: value}}
        if isinstance(inner, dict) and argument in inner:
            said = f"leave it out: {word} has a `{argument}` of its own"
            yield remove(said, at)
            return
        if not isinstance(inner, dict):
            edit = Edit(place.at(section), shown)
        else:
            edit = Edit(place.at(section, word), value, How.ADD, argument)
    else:
        return
    yield _moved(f"{section}: {as_written(shown)}", edit, at)


def _moved(shown: str, edit: Edit, at: Place) -> Fix:
    return Fix(f"it belongs into `{shown}`", (edit, Edit(at, how=How.REMOVE)), certain=True)


def _kind(value: Any, kinds: Kinds, default: type[Record]) -> type[Record]:
    """The class that a section names."""
    word = next(iter(value), None) if isinstance(value, dict) else value
    found = kinds.names.get(word) if isinstance(word, str) else None
    return found or default


def _argument(kind: type[Record], word: str) -> str | None:
    known = fields(kind)
    for name in known:
        if bare(name) == word:
            return name
    return next((n for n in known if word in ARGUMENTS.get(n, "").split()), None)


def _takes(kind: type[Record], argument: str, value: Any) -> bool:
    return (
        takes(kind, argument, value)
        or bool(meant_numbers(kind, argument, value))
        or (isinstance(value, str) and not fields(kind)[argument].type.text)
    )


def _mended(kind: type[Record], argument: str, value: Any) -> Any:
    if takes(kind, argument, value) or isinstance(value, str):
        return value
    return next((m for m, _ in meant_numbers(kind, argument, value)), value)


_OBJECTS: tuple[tuple[Kinds, str, type[Record]], ...] = (
    (OPTIMIZERS, "optimizer", Adam),
    (CALLBACKS, "callbacks", EarlyStopping),
    (LOSSES, "loss", CategoricalCrossentropy),
    (DATA, "data", ImageFolder),
)
