"""The resolved recipe and spec of a run: what was trained, with nothing left to look up."""

import os
from typing import Any

from archspec.characters import visible_lines
from archspec.train.recipe import Recipe
from archspec.train.run import RECIPE, SPEC, Run


def write_resolved(recipe: Recipe, run: Run) -> None:
    """Write both; paths in the recipe become absolute, the spec needs no other file."""
    from archspec.emit.blocks import blocks_spec

    run.write(SPEC, blocks_spec(recipe.shaped))
    run.write(RECIPE, recipe_text(recipe))


def recipe_text(recipe: Recipe) -> str:
    """The recipe as YAML, with what was set from outside."""
    keys = recipe.keys
    values: dict[str, Any] = {"archspec": 1, "name": recipe.name}
    values |= {k: v for k, v in keys.arguments().items() if k not in ("archspec", "name")}
    values |= {
        "spec": SPEC,
        "epochs": keys.epochs,
        "batch_size": keys.batch_size,
        "seed": keys.seed,
    }
    values.pop("params", None)  # the resolved spec has their values
    data = recipe.data.arguments()
    for name in ("path",):
        if data.get(name) is not None:
            data[name] = os.path.abspath(data[name])
    values["data"] = {recipe.data.word: _plain(data)}
    if keys.weights and not keys.weights.startswith("keras:"):
        values["weights"] = os.path.abspath(keys.weights)
    text = _dumped(values, True)
    return text if visible_lines(text) == text else _dumped(values, False)


def _dumped(values: dict[str, Any], letters: bool) -> str:
    """YAML, with letters beyond ASCII as they are, or everything beyond ASCII as escapes."""
    import yaml

    text: str = yaml.safe_dump(_plain(values), sort_keys=False, allow_unicode=letters, width=100)
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
