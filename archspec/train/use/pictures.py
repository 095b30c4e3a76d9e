"""The pictures of a run: curves, and what the recipe asks for."""

from math import prod
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.train.charts import lacking
from archspec.train.fit.feed import still_feed
from archspec.train.fit.fit import Trained
from archspec.train.run.curves import write_curves
from archspec.train.run.run import Run
from archspec.train.use.samples import augmented, sample_rows

_MOST_MAPS = 100
"""Most weight maps in a picture."""


def draw_run(trained: Trained, run: Run) -> list[str]:
    """Draw into the run's folder; gives what could not be drawn, each with the reason."""
    asked = list(dict.fromkeys(("curves", *(trained.recipe.keys.show or ()))))
    reason = lacking()
    if reason:
        return [f"{', '.join(asked)}: {reason}"]
    reasons = {name: _DRAWERS[name](trained, run) for name in asked}
    return [f"{name}: {reason}" for name, reason in reasons.items() if reason]


def predictions(trained: Trained) -> Any:
    """Outputs for the test part."""
    feed = still_feed(trained.data.test, trained.recipe)
    return trained.models.trained.predict(feed, verbose=0)


def _title(trained: Trained) -> str:
    return trained.recipe.keys.title or trained.recipe.name


def _curves(trained: Trained, run: Run) -> str:
    return write_curves(trained.recipe, trained.progress, run)


def _samples(trained: Trained, run: Run) -> str:
    import numpy as np

    from archspec.train.charts.pictures import picture_columns, picture_grid, shown

    part, recipe = trained.data.train, trained.recipe
    rows = sample_rows(part, recipe.keys.seed)
    examples = part.x[np.array(rows)]
    pictures = shown(examples)
    if pictures is None:
        return "the examples are no pictures"
    if part.y.ndim == 1:
        names = _readable(trained.data.class_names, int(part.y.max()) + 1)
        labels = [names[int(part.y[row])] for row in rows]
    else:
        labels = [f"{float(part.y[row].flat[0]):.4g}" for row in rows]
    told = f"{len(rows)} of {part.examples:,} training examples"
    run.write("samples.png", picture_grid(pictures, labels, _title(trained), told))
    if recipe.augment:
        variants = [shown(_whole(variant)) for variant in augmented(examples, recipe)]
        if any(variant is None for variant in variants):
            return "what augmentation makes are no pictures"
        lines = [("as it is", pictures), ("augmented", variants[0])]
        lines += [("", variant) for variant in variants[1:]]
        told += ", and three times what augmentation makes of each"
        run.write("augmented.png", picture_columns(lines, labels, _title(trained), told))
    return ""


def _whole(pictures: Any) -> Any:
    """Pictures with values about 0 to 255 as uint8."""
    return pictures.round().clip(0, 255).astype("uint8")


def _confusion(trained: Trained, run: Run) -> str:
    import numpy as np

    from archspec.train.charts.confusion import draw_confusion

    names = trained.data.class_names or ()
    outputs = predictions(trained)
    if trained.recipe.loss.classes == "binary":
        threshold = 0.0 if trained.recipe.loss.logits else 0.5
        answers = (outputs[:, 0] > threshold).astype(int)
    else:
        answers = outputs.argmax(axis=1)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (trained.data.test.y, answers), 1)
    lines = [",".join(["class", *map(_quoted, names)])]
    for name, row in zip(names, counts.tolist(), strict=True):
        lines.append(",".join([_quoted(name), *map(str, row)]))
    run.write("confusion_matrix.csv", "\n".join(lines) + "\n")
    drawn = draw_confusion(counts, names, _title(trained))
    run.write("confusion_matrix.svg", drawn.svg)
    run.write("confusion_matrix.png", drawn.png)
    return ""


def _quoted(name: str) -> str:
    """A name in a line of CSV, which no program of tables takes for a formula."""
    name = visible(name)
    if name[:1] in "=+-@" and not name[1:].replace(".", "").isdecimal():
        name = f"'{name}"
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name


def _weight_maps(trained: Trained, run: Run) -> str:
    from archspec.train.charts.weight_maps import draw_weight_maps

    if not trained.recipe.is_picture:
        return "the examples are no pictures"
    height, width, channels = trained.recipe.picture
    pad = 2 * trained.recipe.prepare.pad
    shape = (height + pad, width + pad, channels)
    weights = trained.models.built.model.get_weights()
    kernel = next((w for w in weights if w.ndim == 2 and len(w) == prod(shape)), None)
    if kernel is None:
        return "no layer has a weight for each value of the picture"
    names, units = trained.data.class_names, kernel.shape[1]
    if names and units == 1:
        names = names[1:]  # the output is the probability of the second class
    if names is None or len(names) != units:
        names = ("score",) if units == 1 else tuple(f"unit {n + 1}" for n in range(units))
    labels = _readable(names, units)[:_MOST_MAPS]
    kernel = kernel[:, :_MOST_MAPS]
    run.write("weight_maps.png", draw_weight_maps(kernel, shape, labels, _title(trained)))
    return ""


def _readable(names: tuple[str, ...] | None, count: int) -> list[str]:
    """Names for a PNG: where this machine has no font for one, the class's number, from 1."""
    from archspec.train.charts.fonts import drawable

    names = names or tuple(str(n) for n in range(count))
    return [name if drawable(name) else f"class {n}" for n, name in enumerate(names, 1)]


def _histogram(trained: Trained, run: Run) -> str:
    from archspec.train.charts.scores import draw_scores

    data = trained.data
    if data.train.y.ndim != 2:
        return "the data have no scores"
    found = predictions(trained)[:, 0]
    drawn = draw_scores(data.train.y[:, 0], data.test.y[:, 0], found, _title(trained))
    run.write("histogram.svg", drawn.svg)
    run.write("histogram.png", drawn.png)
    return ""


_DRAWERS = {
    "curves": _curves,
    "samples": _samples,
    "confusion_matrix": _confusion,
    "weight_maps": _weight_maps,
    "histogram": _histogram,
}
