"""The curves of a run as files; while it trains as well as at its end."""

from archspec.train.charts import lacking
from archspec.train.recipe import Recipe
from archspec.train.run import Run


def write_curves(recipe: Recipe, rows: list[dict[str, float]], run: Run) -> str:
    """Write ``curves.svg`` and ``curves.png``; gives the reason if they cannot be drawn.

    ``rows`` is the history, a row for each epoch.
    """
    reason = lacking()
    if reason or not rows:
        return reason or "there is no epoch"
    from archspec.train.charts.curves import draw_curves

    tuned = recipe.keys.epochs + 1 if recipe.fine_tune else None
    drawn = draw_curves(rows, recipe.keys.title or recipe.name, tuned)
    run.write("curves.svg", drawn.svg)
    run.write("curves.png", drawn.png)
    return ""
