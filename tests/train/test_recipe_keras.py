"""What recipes name, against Keras: arguments and defaults, and that what is accepted trains."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keras
import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.records.objects import KerasObject, Kinds
from archspec.records.record import Record, fields
from archspec.train.check.read import read_recipe
from archspec.train.objects.losses import LOSSES, Loss
from archspec.train.objects.metrics import CALLBACKS, METRICS, Metric, Monitor
from archspec.train.objects.optimizers import OPTIMIZERS, SCHEDULES, Schedule
from archspec.train.recipe.keys import Recipe
from archspec.weights.loading.applications import APPLICATIONS, misspelt_application

ALL: tuple[Kinds, ...] = (LOSSES, METRICS, CALLBACKS, OPTIMIZERS, SCHEDULES)
TYPES = [t for kinds in ALL for t in kinds.types.values() if issubclass(t, KerasObject)]
OTHER_DEFAULTS = {
    "decay_steps",  # a recipe knows how long the training is
    "name",  # follows from the class
}
CLASSES = 10
NEEDED: dict[str, Any] = {
    "initial_learning_rate": 0.1,
    "decay_rate": 0.5,
    "boundaries": [1, 2],
    "values": [0.1, 0.01, 0.001],
}
"""Values of arguments that have no default."""


# Names, arguments, defaults


@pytest.mark.parametrize("kind", TYPES, ids=lambda t: f"{t.module}.{t.__name__}")
def test_arguments_and_defaults_are_those_of_keras(kind: type[KerasObject]) -> None:
    theirs = dict(inspect.signature(kind.keras_type().__init__).parameters)
    ours = fields(kind)
    assert ours.keys() <= theirs.keys()
    for name, field in ours.items():
        if name not in OTHER_DEFAULTS:
            default = theirs[name].default
            assert field.required == (default is inspect.Parameter.empty), name
            assert field.required or field.default == default, name
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    needs = {n for n, p in theirs.items() if p.default is p.empty and p.kind == positional}
    assert needs - {"self"} <= ours.keys(), "Keras needs it"


@pytest.mark.parametrize("kinds", [LOSSES, OPTIMIZERS], ids=lambda k: k.word)
def test_names_mean_what_they_mean_to_keras(kinds: Kinds) -> None:
    import keras

    module = keras.losses if kinds is LOSSES else keras.optimizers
    known = 0
    for name, kind in kinds.names.items():
        assert issubclass(kind, KerasObject)
        try:
            found = module.get(name)
        except ValueError:
            continue  # class names in snake_case are more than Keras knows of some
        known += 1
        ours = kind(**needed(kind)).make()
        if kinds is OPTIMIZERS:
            assert type(found) is type(ours)
        else:  # Keras has functions for names in small letters
            function = getattr(found, "fn", found)
            assert getattr(found, "name", None) == ours.name or function is ours.fn
    assert known > len(kinds.types)


def needed(kind: type[Record]) -> dict[str, Any]:
    return {f.name: NEEDED[f.name] for f in fields(kind).values() if f.required}


# What is accepted trains


class Case(NamedTuple):
    """A loss with a last activation that suits it."""

    loss: str
    logits: bool
    activation: str

    def __str__(self) -> str:
        return f"{self.loss}-{self.activation}"


def units(loss: type[Record]) -> int:
    assert issubclass(loss, Loss)
    return {"binary": 1, "": 2}.get(loss.classes, CLASSES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import numpy as np

    folder = tmp_path_factory.mktemp("recipes")
    x, y = np.zeros((8, 4), "float32"), np.arange(8) % 2
    np.savez(folder / "data.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    return folder


def read(folder: Path, case: Case, **keys: Any) -> tuple[Recipe | None, Sink]:
    """The recipe of a loss and a last activation, with more keys; and what is wrong with it."""
    import yaml

    kind = LOSSES.types[case.loss]
    layer = {"units": units(kind), "activation": case.activation}
    spec = {"archspec": 1, "input": [4], "layers": [{"Dense": layer}]}
    (folder / "net.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    values = {
        "archspec": 1,
        "spec": "net.yaml",
        "data": {"arrays": {"path": "data.npz"}},
        "loss": {case.loss: {"from_logits": True} if case.logits else None},
        "epochs": 2,
        **keys,
    }
    sink = Sink()
    text = yaml.safe_dump(values, sort_keys=False)
    document = parse(Source(str(folder / "recipe.yaml"), text), sink)
    assert document is not None
    return read_recipe(document, sink), sink


def cases(folder: Path, full: bool) -> Iterator[Case]:
    """What is accepted: for each loss one case, or all of them."""
    for name, kind in LOSSES.types.items():
        for logits in (False, True) if "from_logits" in fields(kind) else (False,):
            for activation in ("softmax", "sigmoid", "linear", "relu"):
                case = Case(name, logits, activation)
                if read(folder, case)[0] is not None:
                    yield case
                    if not full:
                        break
            if not full:
                break


def accepted_metrics(folder: Path, case: Case) -> list[str]:
    return [n for n in METRICS.types if read(folder, case, metrics=[n])[0] is not None]


def batch(loss: Loss) -> tuple[Any, Any]:
    """Examples and labels, as training feeds them."""
    import numpy as np

    random = np.random.default_rng(1)
    x, classes = random.random((8, 4), "float32"), np.arange(8) % CLASSES
    if loss.classes == "one_hot":
        return x, np.eye(CLASSES, dtype="float32")[classes]
    if loss.classes == "index":
        return x, classes
    if loss.classes == "binary":
        return x, (classes % 2)[:, None].astype("float32")
    return x, random.random((8, 2), "float32")


def fit(recipe: Recipe, metrics: list[Any]) -> dict[str, list[float]]:
    """The history of two epochs of one batch."""
    import keras

    layer = recipe.shaped.graph.nodes[-1].layer
    activation = getattr(layer, "activation", None)
    dense = keras.layers.Dense(units(type(recipe.loss)), activation=activation)
    model = keras.Sequential([keras.Input((4,)), dense])
    rate, more = recipe.optimizer.learning_rate, {}
    if isinstance(rate, Schedule):
        own = {rate.steps: 2} if rate.steps and getattr(rate, rate.steps) is None else {}
        more["learning_rate"] = rate.make(**own)
    x, y = batch(recipe.loss)
    model.compile(
        optimizer=recipe.optimizer.make(**more),
        loss=recipe.loss.make(),
        metrics=metrics,
        run_eagerly=True,
    )
    found = model.fit(
        x,
        y,
        batch_size=8,
        epochs=recipe.epochs,
        verbose=0,
        validation_data=(x, y),
        callbacks=[c.make() for c in recipe.callbacks],
    )
    return dict(found.history)


def made(metric: Metric) -> Any:
    return metric.string or metric.make()


def test_every_loss_trains_with_every_metric_that_is_accepted(folder: Path, full: bool) -> None:
    tested = set()
    for case in cases(folder, full):
        metrics = accepted_metrics(folder, case)
        assert metrics, case
        recipe, sink = read(folder, case, metrics=metrics)
        assert recipe is not None, [case, sink.diagnostics]
        history = fit(recipe, [made(m) for m in recipe.metrics])
        figures = {"loss", *(m.figure for m in recipe.metrics)}
        rate = {"learning_rate"} & history.keys()
        assert history.keys() - rate == figures | {f"val_{f}" for f in figures}, case
        tested |= {(case.loss, m) for m in metrics}
    assert {loss for loss, _ in tested} == LOSSES.types.keys()
    assert {metric for _, metric in tested} == METRICS.types.keys()


def test_metrics_are_refused_where_keras_fails(folder: Path) -> None:
    """With labels that are numbers of classes."""
    case = Case("SparseCategoricalCrossentropy", False, "softmax")
    accepted = accepted_metrics(folder, case)
    assert accepted == ["Accuracy", "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy"]
    recipe, _ = read(folder, case)
    assert recipe is not None
    for name in METRICS.types.keys() - set(accepted):
        metric = METRICS.types[name]()
        assert isinstance(metric, Metric)
        with pytest.raises(Exception, match=r"."):
            fit(recipe, [made(metric)])


SIMPLE = Case("CategoricalCrossentropy", False, "softmax")


@pytest.mark.parametrize("name", OPTIMIZERS.types)
def test_every_optimizer_trains(name: str, folder: Path) -> None:
    recipe, sink = read(folder, SIMPLE, optimizer=name)
    assert recipe is not None, sink.diagnostics
    assert all(value == value for value in fit(recipe, [])["loss"])
    # Whole numbers are numbers: Keras alone refuses `learning_rate: 1`.
    values = {"learning_rate": 1, "weight_decay": 0, "use_ema": True, "clipnorm": 1}
    recipe, sink = read(folder, SIMPLE, optimizer={name: values})
    assert recipe is not None, sink.diagnostics
    fit(recipe, [])


@pytest.mark.parametrize("name", SCHEDULES.types)
def test_every_schedule_trains(name: str, folder: Path, full: bool) -> None:
    rate = {name: needed(SCHEDULES.types[name])}
    for optimizer in OPTIMIZERS.types if full else ["Adam"]:
        recipe, sink = read(folder, SIMPLE, optimizer={optimizer: {"learning_rate": rate}})
        assert recipe is not None, sink.diagnostics
        fit(recipe, [])


@pytest.mark.parametrize("name", [n for n in CALLBACKS.types if n != "TensorBoard"])
def test_every_callback_trains_whatever_it_watches(name: str, folder: Path, full: bool) -> None:
    metrics = accepted_metrics(folder, SIMPLE)
    figures = [METRICS.types[m]().figure for m in metrics]  # type: ignore[attr-defined]
    watched = ["loss", *figures] if issubclass(CALLBACKS.types[name], Monitor) else []
    watched = [w for f in watched for w in (f, f"val_{f}")]
    if not full:
        watched = watched[1::5]
    for figure in watched or [None]:
        callback = {name: {"monitor": figure} if figure else None}
        recipe, sink = read(folder, SIMPLE, metrics=metrics, callbacks=[callback])
        assert recipe is not None, sink.diagnostics
        fit(recipe, [made(m) for m in recipe.metrics])


def test_figures_keep_their_names() -> None:
    """Keras alone would call the second one of a process auc_1: curves and callbacks lose it."""
    auc = METRICS.types["AUC"]()
    assert isinstance(auc, Metric)
    assert [auc.make().name, auc.make().name] == ["auc", "auc"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"clipnorm": 1.0, "clipvalue": 1.0},
        {"gradient_accumulation_steps": 1},
        {"use_ema": True, "ema_momentum": 2.0},
    ],
    ids=str,
)
def test_what_an_optimizer_refuses_is_refused(arguments: dict[str, Any], folder: Path) -> None:
    import keras

    with pytest.raises(ValueError, match=r"."):
        keras.optimizers.Adam(**arguments)
    recipe, _ = read(folder, SIMPLE, optimizer={"Adam": arguments})
    assert recipe is None


def test_a_schedule_and_a_plateau_clash_in_keras_too(folder: Path) -> None:
    callbacks = [{"ReduceLROnPlateau": {"patience": 0, "min_delta": 1e3}}]
    rate = {"ExponentialDecay": needed(SCHEDULES.types["ExponentialDecay"])}
    recipe, sink = read(
        folder, SIMPLE, callbacks=callbacks, optimizer={"Adam": {"learning_rate": rate}}
    )
    assert recipe is None
    assert [d.code for d in sink.diagnostics if d.severity == "error"] == ["AS610"]
    first, _ = read(folder, SIMPLE, callbacks=callbacks)
    second, _ = read(folder, SIMPLE, optimizer={"Adam": {"learning_rate": rate}})
    assert first is not None
    assert second is not None
    both = first._replace(optimizer=second.optimizer, keys=first.keys.replace(epochs=20))
    with pytest.raises((TypeError, ValueError)):
        fit(both, [])


def test_networks_of_keras_applications() -> None:
    """A recipe is checked without Keras, so the names are written down: they are Keras's."""
    theirs = {
        n for n, value in vars(keras.applications).items() if n[0].isupper() and callable(value)
    }
    assert set(APPLICATIONS) == theirs
    assert misspelt_application("ResNet50(include_top=False)") is None
    assert misspelt_application("ResNet5O") == "did you mean `keras:ResNet50`?"
