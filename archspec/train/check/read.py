"""Document to recipe: everything that is wrong with it is reported, before anything heavy loads."""

import os
from collections.abc import Mapping, Set
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, replace
from archspec.diagnostics.ignores import lint_ignores
from archspec.diagnostics.sink import REPORTED, Place, Sink, SourcePlace, TooMany
from archspec.diagnostics.source import Source
from archspec.infer.infer import ShapedGraph
from archspec.parse.document import Document
from archspec.pipeline import parse_values
from archspec.records.objects import Kinds
from archspec.records.record import fields, required_fields
from archspec.spec.bad_values import expected
from archspec.spec.check_values import make_record, show, sound_values
from archspec.spec.meant_values import as_written
from archspec.spec.read_lint import check_lint
from archspec.train.check.augment import read_augment
from archspec.train.check.draft import Draft, without_parts
from archspec.train.check.key_values import report_key
from archspec.train.check.keys import refuse_unknown
from archspec.train.check.losses import suiting_losses, with_loss
from archspec.train.check.network import find_first, shape_network
from archspec.train.check.suit import Suited, check_suits
from archspec.train.data.judged import as_judged
from archspec.train.objects.data import DATA, DataKind
from archspec.train.objects.metrics import CALLBACKS, METRICS
from archspec.train.objects.optimizers import OPTIMIZERS, Optimizer
from archspec.train.objects.read_objects import read_object, read_record, work_out
from archspec.train.objects.refuse_arguments import KEYS, holds_reported
from archspec.train.recipe.keys import FineTune, FineTuneKeys, Prepare, Recipe, RecipeKeys

_KEYS = ("epochs", "batch_size", "seed", "name")
"""Keys of a recipe that ``--set`` changes; other names are parameters of the network."""


def read_recipe(
    document: Document,
    sink: Sink,
    values: Mapping[str, str] | None = None,
    data_path: str | None = None,
    epochs: int | None = None,
    spec_path: str | None = None,
    needed: bool = True,
    judged: bool = False,
) -> Recipe | None:
    """The recipe of a document, or None after reporting why there is none.

    Args:
        document: the recipe.
        sink: takes what is wrong.
        values: text of ``--set``: for the recipe's own numbers, or the network's parameters.
        data_path: path of the data in place of the recipe's.
        epochs: number of epochs in place of the recipe's.
        spec_path: file of the network in place of the recipe's.
        needed: whether data and weights that are not on this machine are a mistake; if not, the
            recipe is checked as far as it can be without them.
        judged: whether ``data_path`` is for judging, not for training.
    """
    reader = _Reader(document, sink, judged)
    try:
        return reader.recipe(dict(values or {}), data_path, epochs, spec_path, needed)
    except TooMany:
        return None


class _Reader:
    def __init__(self, document: Document, sink: Sink, judged: bool) -> None:
        self.judged = judged
        self.document = document
        self.sink = sink
        self.place = document.root
        self.folder = os.path.dirname(document.source.name)

    def recipe(
        self,
        values: dict[str, str],
        data_path: str | None,
        epochs: int | None,
        spec_path: str | None,
        needed: bool,
    ) -> Recipe | None:
        params = {n: v for n, v in values.items() if n not in _KEYS}
        given = self._given({n: v for n, v in values.items() if n in _KEYS}, epochs)
        if given is None:
            return None
        meant = refuse_unknown(given, self.place, self.sink)
        keys, known = self._keys(given)
        path = spec_path or self._beside(keys.spec)
        if keys.weights:
            keys = keys.replace(weights=self._weights(keys.weights))
        if keys.lint is not None:
            check_lint(keys.lint, self.place.at("lint"), self.sink)
        draft = without_parts(self._draft(keys, known, params, data_path, path), meant)
        suited = check_suits(draft, self.sink, needed)
        self._refuse_missing(given.keys() | meant, draft)
        if self.sink.errors or holds_reported(given):
            return None
        lint_ignores(self.document, self.sink)
        return self._recipe(draft, path, suited)

    def _given(self, changes: dict[str, str], epochs: int | None) -> dict[str, Any] | None:
        """What the recipe says, and what was set from outside; None if that is no recipe."""
        given = self.document.value
        if given is REPORTED:
            return None
        if not isinstance(given, dict):
            message = "a recipe is a mapping with `archspec`, `spec`, `data`, `loss` and `epochs`"
            self.sink.report("AS101", self.place, f"{message}, not {show(given)}")
            return None
        if changes:
            found = parse_values(changes, self.sink)
            if found is None:
                return None
            complete = {**_MINIMUM, **found.value}
            if not make_record(RecipeKeys, complete, found.root, self.sink, "a recipe", "AS104"):
                return None
            given = {**given, **found.value}
        return given if epochs is None else {**given, "epochs": epochs}

    def _keys(self, given: dict[str, Any]) -> tuple[RecipeKeys, frozenset[str]]:
        """The keys, with stand-ins for those that are wrong or missing; and which are neither."""
        sink, place = self.sink, self.place
        known = {k: v for k, v in given.items() if k in fields(RecipeKeys) and v is not REPORTED}
        known = work_out(RecipeKeys, known, place, sink)
        if known.get("archspec", 1) != 1 or isinstance(known.get("archspec"), bool):
            message = f"format version {show(known['archspec'])} is not known"
            help = [replace("write `archspec: 1`", place.at("archspec"), 1, certain=True)]
            sink.report("AS105", place.at("archspec"), message, help=help)
            known["archspec"] = 1
        complete = {**_MINIMUM, **known}
        sound = sound_values(RecipeKeys, complete)
        for name in known:
            if name not in sound:
                report_key(name, known[name], place.at(name), sink)
        return RecipeKeys(**{**_MINIMUM, **sound}), frozenset(known.keys() & sound.keys())

    def _refuse_missing(self, there: Set[str], draft: Draft) -> None:
        """Report keys that a recipe must have; those that others seem to stand for are there."""
        needed = fields(RecipeKeys)
        missing = [k for k in needed if k in required_fields(RecipeKeys) and k not in there]
        if not missing:
            return
        edits = []
        for key in missing:
            value = {"archspec": 1, "epochs": 10}.get(key)
            if key == "loss":
                value = next(iter(suiting_losses(draft)), None)
            if value is not None:
                edits.append(Edit(self.place, value, How.ADD, key))
        help: list[str | Fix] = []
        if len(edits) == len(missing):
            shown = " and ".join(f"`{as_written({e.name: e.value})[1:-1]}`" for e in edits)
            help = [Fix(f"write {shown}", tuple(edits), certain=missing == ["archspec"])]
        else:
            help = [f"`{m}`: {expected(needed[m], RecipeKeys)}" for m in missing]
        words = [f"`{m}`" for m in missing]
        listed = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
        self.sink.report("AS103", self.place.key(), f"a recipe needs {listed}", help=help)

    def _draft(
        self,
        keys: RecipeKeys,
        known: frozenset[str],
        params: dict[str, str],
        data_path: str | None,
        spec_path: str,
    ) -> Draft:
        """Every part by itself; ``known`` are the keys that the recipe has."""
        sink, place = self.sink, self.place
        data = self._data(keys.data, data_path) if "data" in known else None
        prepare = None
        if "prepare" in known or "prepare" not in self.document.value:
            prepare = self._section(Prepare, keys.prepare or {}, "prepare")
        augment = read_augment(keys.augment, place.at("augment"), sink)
        network = None
        given = {k: v for k, v in (keys.params or {}).items() if not holds_reported(v)}
        given.update(params)
        if "spec" in known and spec_path is not None:
            own = frozenset(given.keys() - params.keys())
            network = shape_network(spec_path, keys.spec, given, own, place, sink)
        optimizer = self._optimizer(keys.optimizer, place.at("optimizer"))
        metrics = self._list(keys.metrics, METRICS, "metrics")
        callbacks = self._list(keys.callbacks, CALLBACKS, "callbacks")
        shaped = network.shaped if network else None
        draft = Draft(
            keys=keys,
            place=place,
            params=given,
            shaped=shaped,
            data=data,
            data_place=SourcePlace(Source("--data", data_path)) if data_path else place.at("data"),
            prepare=prepare,
            augment=augment,
            loss=None,
            optimizer=optimizer,
            metrics=metrics,
            callbacks=callbacks,
            fine_tune=self._fine_tune(keys, shaped),
        )
        draft = with_loss(draft, "loss" in known, sink)
        # The recipe's own mistakes come before those of its network.
        if network is not None:
            network.tell(sink)
        return draft

    def _recipe(self, draft: Draft, spec_path: str, suited: Suited) -> Recipe:
        """The recipe of a draft that is right."""
        keys, loss = draft.keys, draft.loss
        assert draft.shaped is not None
        assert draft.data is not None
        assert draft.prepare is not None
        assert draft.optimizer is not None
        assert loss is not None
        default = os.path.splitext(os.path.basename(self.document.source.name))[0]
        return Recipe(
            name=keys.name or default or "recipe",
            keys=keys,
            place=draft.place,
            spec=spec_path,
            params=draft.params,
            shaped=draft.shaped,
            data=draft.data,
            data_place=draft.data_place,
            prepare=draft.prepare,
            augment=tuple(layer for layer in draft.augment if layer),
            loss=loss,
            optimizer=draft.optimizer,
            metrics=tuple(m.for_labels(loss.classes) for m in draft.metrics if m),
            callbacks=tuple(c for c in draft.callbacks if c),
            fine_tune=draft.fine_tune,
            picture=suited.picture,
            class_names=suited.class_names,
            missing=suited.missing,
        )

    def _beside(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.folder, path))

    def _weights(self, source: str) -> str:
        return source if source.startswith("keras:") else self._beside(source)

    def _section(self, kind: type[Any], values: dict[str, Any], key: str) -> Any | None:
        return read_record(kind, values, self.place.at(key), self.sink, f"`{key}`", KEYS)

    def _data(self, value: Any, path: str | None) -> DataKind | None:
        place = self.place.at("data")
        if path is not None and isinstance(value, dict) and len(value) == 1:
            ((word, arguments),) = value.items()
            if word in DATA.names and isinstance(arguments, dict | None):
                value = {word: {**(arguments or {}), "path": path}}
            elif word in DATA.names:
                value = {word: {"path": path}}
        elif path is not None and isinstance(value, str):
            value = {value: {"path": path}}
        data: DataKind | None = read_object(value, DATA, place, self.sink)
        found = getattr(data, "path", None)
        if data is not None and path is None and found is not None:
            data = data.replace(path=self._beside(found))
        return as_judged(data) if data is not None and path and self.judged else data

    def _optimizer(self, value: Any, place: Place) -> Optimizer | None:
        optimizer: Optimizer | None = read_object(value, OPTIMIZERS, place, self.sink, False)
        return optimizer

    def _list(self, values: list[Any] | None, kinds: Kinds, key: str) -> tuple[Any, ...]:
        """An object for each entry, or None."""
        place = self.place.at(key)
        return tuple(
            read_object(value, kinds, place.at(number), self.sink)
            for number, value in enumerate(values or [])
        )

    def _fine_tune(self, keys: RecipeKeys, shaped: ShapedGraph | None) -> FineTune | None:
        if keys.fine_tune is None:
            return None
        found: FineTuneKeys | None = self._section(FineTuneKeys, keys.fine_tune, "fine_tune")
        if found is None:
            return None
        place = self.place.at("fine_tune")
        optimizer = self._optimizer(found.optimizer, place.at("optimizer"))
        if shaped is None:
            return None
        index = find_first(found.from_, shaped, place.at("from"), self.sink)
        return FineTune(index, found.epochs, optimizer) if optimizer and index is not None else None


_MINIMUM = {"archspec": 1, "spec": "", "data": {}, "loss": "", "epochs": 1}
"""Stand-ins for what every recipe must have, so that the rest can be checked without it."""
