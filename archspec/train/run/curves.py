"""The curves of a run as files; while it trains as well as at its end."""

from archspec.train.charts import lacking
from archspec.train.recipe.keys import Recipe
from archspec.train.run.checkpoint import Progress
from archspec.train.run.run import Run


def write_curves(recipe: Recipe, progress: Progress, run: Run) -> str:
    """Write ``curves.svg`` and ``curves.png``; gives the reason if they cannot be drawn."""
    reason = lacking()
    if reason or not progress.rows:
        return reason or "there is no epoch"
    from archspec.train.charts.curves import draw_curves

    tuned = progress.start + 1 if progress.phase and progress.epochs > progress.start else None
    title = recipe.keys.title or recipe.name
    drawn = draw_curves(progress.rows, title, tuned, watched=recipe.watched)
    run.write("curves.svg", drawn.svg)
    run.write("curves.png", drawn.png)
    return ""
