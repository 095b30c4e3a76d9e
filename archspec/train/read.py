"""Document to recipe: everything that is wrong with it is reported, before anything heavy loads."""

import os
from collections.abc import Mapping
from typing import Any

from archspec.diagnostics import Place, Sink, SourcePlace
from archspec.infer import ShapedGraph
from archspec.layers import Layer
from archspec.make import Maker, check_names, make_record, show, sound_values
from archspec.parse.document import Document
from archspec.pipeline import open_document, parse_values, shape_document
from archspec.record import Record, fields
from archspec.source import Source
from archspec.train.data.kinds import DATA, DataKind
from archspec.train.losses import LOSSES
from archspec.train.metrics import CALLBACKS, METRICS
from archspec.train.objects import read_object, work_out
from archspec.train.optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule
from archspec.train.recipe import FineTune, FineTuneKeys, Prepare, Recipe, RecipeKeys
from archspec.train.suit import check_suits

_KEYS = ("epochs", "batch_size", "seed", "name")
"""Keys of a recipe that ``--set`` changes; other names are parameters of the network."""


def read_recipe(
    document: Document,
    sink: Sink,
    values: Mapping[str, str] | None = None,
    data_path: str | None = None,
    epochs: int | None = None,
    spec_path: str | None = None,
) -> Recipe | None:
    """The recipe of a document, or None after reporting why there is none.

    Args:
        document: the recipe.
        sink: takes what is wrong.
        values: text of ``--set``: for the recipe's own numbers, or the network's parameters.
        data_path: path of the data in place of the recipe's.
        epochs: number of epochs in place of the recipe's.
        spec_path: file of the network in place of the recipe's.
    """
    reader = _Reader(document, sink)
    return reader.recipe(dict(values or {}), data_path, epochs, spec_path)


class _Reader:
    def __init__(self, document: Document, sink: Sink) -> None:
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
    ) -> Recipe | None:
        sink, place = self.sink, self.place
        given = self.document.value
        if not isinstance(given, dict):
            message = "a recipe is a mapping with `archspec`, `spec`, `data`, `loss` and `epochs`"
            sink.report("AS101", place, f"{message}, not {show(given)}")
            return None
        own = {n: v for n, v in values.items() if n in _KEYS}
        params = {n: v for n, v in values.items() if n not in _KEYS}
        if own:
            changes = parse_values(own, sink)
            if changes is None:
                return None
            sound = {**_MINIMUM, **changes.value}
            if make_record(RecipeKeys, sound, changes.root, sink, "a recipe", "AS104") is None:
                return None
            given = {**given, **changes.value}
        if epochs is not None:
            given = {**given, "epochs": epochs}
        check_names(RecipeKeys, given, place, sink, "a recipe", codes=("AS102", "AS103"))
        known = {k: v for k, v in given.items() if k in fields(RecipeKeys)}
        known = work_out(RecipeKeys, known, place, sink) or {}
        if known.get("archspec", 1) != 1 or isinstance(known.get("archspec"), bool):
            message = f"format version {show(known['archspec'])} is not known"
            sink.report("AS105", place.at("archspec"), message, help=["write `archspec: 1`"])
            known["archspec"] = 1
        complete = {**_MINIMUM, **known}
        keys = make_record(RecipeKeys, complete, place, sink, "a recipe", "AS104")
        if keys is None:
            keys = RecipeKeys(**{**_MINIMUM, **sound_values(RecipeKeys, complete)})
        return self._parts(keys, known, params, data_path, spec_path)

    def _parts(
        self,
        keys: RecipeKeys,
        known: dict[str, Any],
        params: dict[str, str],
        data_path: str | None,
        spec_path: str | None,
    ) -> Recipe | None:
        sink, place = self.sink, self.place
        data = self._data(keys.data, data_path) if "data" in known else None
        prepare = self._section(Prepare, keys.prepare or {}, "prepare")
        loss = read_object(keys.loss, LOSSES, place.at("loss"), sink) if "loss" in known else None
        optimizer = self._optimizer(keys.optimizer, place.at("optimizer"))
        metrics = self._list(keys.metrics, METRICS, "metrics")
        callbacks = self._list(keys.callbacks, CALLBACKS, "callbacks")
        augment = self._augment(keys.augment)
        path = spec_path or self._beside(keys.spec)
        shaped = self._shaped(path, keys, params) if "spec" in known else None
        fine_tune = self._fine_tune(keys, shaped) if shaped else None
        if shaped is None or data is None or prepare is None or loss is None or sink.errors:
            return None
        if optimizer is None:
            return None
        keys = keys.replace(weights=self._weights(keys.weights)) if keys.weights else keys
        default = os.path.splitext(os.path.basename(self.document.source.name))[0]
        recipe = Recipe(
            name=keys.name or default or "recipe",
            keys=keys,
            place=place,
            spec=path,
            params={**(keys.params or {}), **params},
            shaped=shaped,
            data=data,
            data_place=(
                SourcePlace(Source("--data", data_path)) if data_path else place.at("data")
            ),
            prepare=prepare,
            augment=augment,
            loss=loss,
            optimizer=optimizer,
            metrics=metrics,
            callbacks=callbacks,
            fine_tune=fine_tune,
            picture=(),
            class_names=None,
        )
        checked = check_suits(recipe, sink)
        return None if sink.errors else checked

    def _beside(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.folder, path))

    def _weights(self, source: str) -> str:
        return source if source.startswith("keras:") else self._beside(source)

    def _section(self, kind: type[Any], values: dict[str, Any], key: str) -> Any | None:
        place = self.place.at(key)
        if not check_names(kind, values, place, self.sink, f"`{key}`", codes=("AS102", "AS103")):
            return None
        worked = work_out(kind, values, place, self.sink)
        if worked is None:
            return None
        return make_record(kind, worked, place, self.sink, f"`{key}`", "AS104")

    def _data(self, value: Any, path: str | None) -> DataKind | None:
        place = self.place.at("data")
        if path is not None and isinstance(value, dict) and len(value) == 1:
            ((word, arguments),) = value.items()
            if word in DATA.names and not isinstance(arguments, str):
                value = {word: {**(arguments or {}), "path": path}}
            elif word in DATA.names:
                value = {word: {"path": path}}
        elif path is not None and isinstance(value, str):
            value = {value: {"path": path}}
        data: DataKind | None = read_object(value, DATA, place, self.sink)
        found = getattr(data, "path", None)
        if data is not None and path is None and found is not None:
            data = data.replace(path=self._beside(found))
        return data

    def _optimizer(self, value: Any, place: Place) -> Optimizer | None:
        optimizer: Optimizer | None = read_object(value, OPTIMIZERS, place, self.sink, False)
        if optimizer is None:
            return None
        rate = optimizer.learning_rate
        if isinstance(rate, dict):
            ((name, _),) = value.items()
            at = place.at(name, "learning_rate")
            schedule: Schedule | None = read_object(rate, SCHEDULES, at, self.sink, False)
            return optimizer.replace(learning_rate=schedule) if schedule else None
        if isinstance(rate, bool) or not isinstance(rate, int | float) or rate <= 0:
            ((name, _),) = value.items()
            field = fields(type(optimizer))["learning_rate"]
            message = f"`learning_rate` of {name} must be {field.type.expects}, not {show(rate)}"
            self.sink.report("AS204", place.at(name, "learning_rate"), message)
            return None
        return optimizer

    def _list(self, values: list[Any] | None, kinds: Any, key: str) -> tuple[Any, ...]:
        found = [
            read_object(v, kinds, self.place.at(key, n), self.sink)
            for n, v in enumerate(values or [])
        ]
        return tuple(f for f in found if f is not None)

    def _augment(self, values: list[Any] | None) -> tuple[Layer, ...]:
        maker = Maker(self.sink)
        found: list[Layer] = []
        for number, value in enumerate(values or []):
            at = self.place.at("augment", number)
            if not isinstance(value, dict | str):
                message = f"a layer is a name or a one-key map, not {show(value)}"
                self.sink.report("AS206", at, message)
                continue
            layer = maker.nested(_calculated(value), at)
            if layer is not None:
                found.append(layer)
        return tuple(found)

    def _shaped(self, path: str, keys: RecipeKeys, params: dict[str, str]) -> ShapedGraph | None:
        """The network; what is wrong with values of parameters is said where they stand."""
        place = self.place.at("spec")
        inner = Sink()
        document = open_document(path, inner)
        values = {**(keys.params or {}), **params}
        shaped = shape_document(document, inner, values) if document else None
        for found in inner.diagnostics:
            at = found.place
            if found.code in ("AS001", "AS002", "AS003", "AS004"):
                message = f"spec `{keys.spec}`: {found.message}"
                self.sink.report("AS601", place, message, help=found.help)
                continue
            if found.source.name == "--set" and isinstance(at, Place):
                steps = at.path
                if steps and steps[0] in (keys.params or {}) and steps[0] not in params:
                    at = self.place.at("params", *steps, part=at.part)
            self.sink.report(found.code, at, found.message, notes=found.notes, help=found.help)
        if shaped is None and not inner.errors:
            message = f"`{keys.spec}` is a library of blocks, not a network"
            self.sink.report("AS601", place, message)
        return shaped

    def _fine_tune(self, keys: RecipeKeys, shaped: ShapedGraph) -> FineTune | None:
        if keys.fine_tune is None:
            return None
        found: FineTuneKeys | None = self._section(FineTuneKeys, keys.fine_tune, "fine_tune")
        if found is None:
            return None
        place = self.place.at("fine_tune")
        optimizer = self._optimizer(found.optimizer, place.at("optimizer"))
        names = [n.name for n in shaped.graph.nodes]
        first = next(
            (i for i, n in enumerate(names) if n == found.from_ or n.startswith(found.from_ + ".")),
            None,
        )
        if first is None:
            from archspec.layers import nearest

            near = nearest(found.from_, names)
            help = [f"did you mean `{near}`?"] if near else []
            message = f"`{shaped.name}` has no layer or block `{found.from_}`"
            self.sink.report("AS301", place.at("from"), message, help=help)
            return None
        return FineTune(first, found.epochs, optimizer) if optimizer else None


_MINIMUM = {"archspec": 1, "spec": "", "data": {}, "loss": "", "epochs": 1}


def _calculated(value: "dict[str, Any] | str") -> "dict[str, Any] | str":
    """An augmentation with the formulas in its arguments worked out: ``RandomRotation: 10/360``."""
    from archspec.plugins import find_layer

    if isinstance(value, dict) and len(value) == 1:
        ((word, arguments),) = value.items()
        kind: type[Record] | None = find_layer(word) if isinstance(word, str) else None
        if kind is not None and isinstance(arguments, str) and fields(kind):
            arguments = {next(iter(fields(kind))): arguments}
        if kind is not None and isinstance(arguments, dict):
            return {word: {k: _number(v) for k, v in arguments.items()}}
    return value


def _number(value: Any) -> Any:
    from archspec.expressions import parse_expression
    from archspec.formula_syntax import ExpressionError

    if isinstance(value, str) and any(c.isdigit() for c in value):
        try:
            return parse_expression(value).evaluate({})
        except (ExpressionError, KeyError):
            return value
    return value
