"""Suspicious recipes are told of, and fine ones are not."""

import pytest

from tests.train.recipe_bases import diagnose_recipe, read_table, written

ROWS = read_table("linted_recipes.txt")


@pytest.mark.parametrize(("base", "changes", "codes"), ROWS, ids=[f"{b}-{c}" for b, c, _ in ROWS])
def test_what_is_told_of_a_recipe(base: str, changes: str, codes: str) -> None:
    text, _ = written(base, changes)
    _, found = diagnose_recipe(text, "ALL")
    own = [d for d in found if d.source.name.endswith("recipe.yaml")]
    assert sorted(d.code for d in own) == sorted(filter(None, codes.split(", "))), own
