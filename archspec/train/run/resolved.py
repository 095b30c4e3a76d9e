"""The resolved recipe and spec of a run: what was trained, with nothing left to look up."""

import os
from typing import Any

from archspec.diagnostics.characters import visible_lines
from archspec.diagnostics.sink import Sink
from archspec.pipeline import open_document
from archspec.records.record import Record, fields
from archspec.train.check.read import read_recipe
from archspec.train.recipe.keys import Recipe, RecipeKeys
from archspec.train.run.run import RECIPE, SPEC, Run, RunError


def write_resolved(recipe: Recipe, run: Run) -> None:
    """Write both; paths in the recipe become absolute, the spec needs no other file."""
    from archspec.emit.blocks import blocks_spec

    run.write(SPEC, blocks_spec(recipe.shaped))
    run.write(RECIPE, recipe_text(recipe))


def recipe_text(recipe: Recipe) -> str:
    """The recipe as YAML, with what was set from outside."""
    values = resolved_values(recipe)
    text = _dumped(values, True)
    return text if visible_lines(text) == text else _dumped(values, False)


def _dumped(values: dict[str, Any], letters: bool) -> str:
    """YAML, with letters beyond ASCII as they are, or everything beyond ASCII as escapes."""
    import yaml

    text: str = yaml.safe_dump(values, sort_keys=False, allow_unicode=letters, width=100)
    return text


def resolved_values(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain values: every argument of every object, given or not.

    What is null is found out from the network or the data: the steps of a schedule, a size.
    """
    keys = recipe.keys
    values: dict[str, Any] = {"archspec": 1, "name": recipe.name}
    values |= {k: v for k, v in keys.arguments().items() if k not in ("archspec", "name")}
    values |= {
        "spec": SPEC,
        "epochs": keys.epochs,
        "batch_size": keys.batch_size,
        "seed": keys.seed,
        "data": _written(_absolute(recipe.data)),
        "prepare": recipe.prepare.arguments(defaults=True),
        "augment": recipe.augment,
        "loss": recipe.loss,
        "optimizer": recipe.optimizer,
        "metrics": recipe.metrics,
        "callbacks": recipe.callbacks,
    }
    values.pop("params", None)  # the resolved spec has their values
    if keys.fine_tune and recipe.fine_tune:
        _, epochs, optimizer = recipe.fine_tune
        tune = {"from": keys.fine_tune["from"], "epochs": epochs, "optimizer": optimizer}
        values["fine_tune"] = tune
    if keys.weights and not keys.weights.startswith("keras:"):
        values["weights"] = os.path.abspath(keys.weights)
    return {name: _written(values[name]) for name in fields(RecipeKeys) if name in values}


def differences(run: Run, recipe: Recipe) -> list[str]:
    """Where the recipe that a run has kept says something else: ``optimizer.Adam.beta_1``.

    Raises:
        RunError: what it has kept is no recipe.
    """
    sink = Sink()
    document = open_document(run.file(RECIPE), sink)
    kept = read_recipe(document, sink, needed=False) if document else None
    if kept is None:
        why = next((d.message for d in sink.diagnostics if d.severity == "error"), "")
        raise RunError(run.path, f"its `{RECIPE}` is none any more: {why}")
    return _different(resolved_values(kept), resolved_values(recipe), "")


def _different(one: Any, other: Any, path: str) -> list[str]:
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return [] if one == other else [path]
    found = []
    for key in {**one, **other}:
        below = f"{path}.{key}" if path else str(key)
        found += _different(one.get(key), other.get(key), below)
    return found


def _absolute(data: Record) -> Record:
    path = getattr(data, "path", None)
    return data if path is None else data.replace(path=os.path.abspath(path))


def _written(value: Any) -> Any:
    """A value as YAML has it: an object is a name with all its arguments, if it takes any."""
    if isinstance(value, Record):
        name = getattr(value, "word", type(value).__name__)
        arguments = value.arguments(defaults=True)
        return {name: _written(arguments)} if fields(type(value)) else name
    if isinstance(value, dict):
        return {k: _written(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_written(v) for v in value]
    return value
