"""Mistakes in recipes: one error each, at its line, and the first fix mends it."""

import pytest

from tests.spec.mending import mended
from tests.train.recipe_bases import BASES, diagnose_recipe, read_table, written

ROWS = read_table("mended_recipes.txt")


@pytest.mark.parametrize("base", BASES)
def test_bases_are_right(base: str) -> None:
    assert [repr(d) for d in diagnose_recipe(written(base, "")[0])[1]] == []


@pytest.mark.parametrize(("base", "changes", "meant"), ROWS, ids=[f"{b}-{c}" for b, c, _ in ROWS])
def test_one_mistake_is_one_error_that_mends(base: str, changes: str, meant: str) -> None:
    text, line = written(base, changes)
    value, found = diagnose_recipe(text)
    errors = [d for d in found if d.severity == "error"]
    assert len(errors) == 1, errors
    error = errors[0]
    assert error.span is not None
    assert error.span.line == line, error
    assert error.fixes, f"{error} {error.help}"
    wanted, _ = diagnose_recipe(written(base, meant)[0])
    after = mended(value, error.fixes[0])
    assert after == wanted, error.help
    import yaml

    again = diagnose_recipe(yaml.safe_dump(after, sort_keys=False))[1]
    assert [repr(d) for d in again if d.severity == "error"] == []
