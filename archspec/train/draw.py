"""The pictures of a run: curves, and what the recipe asks for."""

from typing import Any

from archspec.train.feed import still_feed
from archspec.train.fit import Trained
from archspec.train.grids import picture_grid, weight_maps
from archspec.train.run import Run
from archspec.train.svg import counts_table, curves, histogram

_MOST_CLASSES = 100
"""Most weight maps in a picture."""


def draw_run(trained: Trained, run: Run) -> list[str]:
    """Draw into the run's folder; gives what could not be drawn, each with the reason."""
    recipe, missing = trained.recipe, []
    run.write("curves.svg", curves(curve_panels(trained.progress.rows)))
    for name in recipe.keys.show or ():
        reason = _DRAWERS[name](trained, run)
        if reason:
            missing.append(f"{name}: {reason}")
    return missing


def curve_panels(rows: list[dict[str, float]]) -> dict[str, dict[str, list[float | None]]]:
    """The history as curves: each figure with its validation in one panel, the loss first."""
    names = list(dict.fromkeys(n for row in rows for n in row))
    plain = [n for n in names if not n.startswith("val_") and n != "learning_rate"]
    plain.sort(key=lambda n: n != "loss")
    return {
        name: {
            label: [row.get(key) for row in rows]
            for label, key in (("training", name), ("validation", f"val_{name}"))
            if key in names
        }
        for name in plain
    }


def _samples(trained: Trained, run: Run) -> str:
    """Ten pictures of the training part, as augmentation and preparation find them."""
    import numpy as np

    part = trained.data.train
    if not trained.recipe.is_picture or str(part.x.dtype) != "uint8":
        return "the examples are no pictures of whole numbers from 0 to 255"
    rows = np.random.default_rng(trained.recipe.keys.seed).permutation(part.examples)[:10]
    names = trained.data.class_names
    labels = [
        names[int(part.y[r])] if names and part.y.ndim == 1 else f"{float(part.y[r].flat[0]):.2f}"
        for r in rows
    ]
    run.write("samples.png", picture_grid([part.x[int(r)] for r in rows], labels))
    return ""


def predictions(trained: Trained) -> Any:
    """Outputs for the test part."""
    feed = still_feed(trained.data.test, trained.recipe)
    return trained.models.trained.predict(feed, verbose=0)


def _confusion(trained: Trained, run: Run) -> str:
    import numpy as np

    names = trained.data.class_names or ()
    outputs = predictions(trained)
    if trained.recipe.loss.classes == "binary":
        threshold = 0.0 if trained.recipe.loss.logits else 0.5
        answers = (outputs[:, 0] > threshold).astype(int)
    else:
        answers = outputs.argmax(axis=1)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (trained.data.test.y, answers), 1)
    rows = counts.tolist()
    run.write("confusion_matrix.svg", counts_table(rows, names))
    lines = [",".join(["class", *map(_quoted, names)])]
    lines += [",".join([_quoted(n), *map(str, row)]) for n, row in zip(names, rows, strict=True)]
    run.write("confusion_matrix.csv", "\n".join(lines) + "\n")
    return ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"\n') else name


def _weight_maps(trained: Trained, run: Run) -> str:
    from math import prod

    shape = trained.recipe.picture
    kernels = [w for w in trained.models.built.model.get_weights() if w.ndim == 2]
    pad = 2 * trained.recipe.prepare.pad
    if not trained.recipe.is_picture:
        return "the examples are no pictures"
    shape = (shape[0] + pad, shape[1] + pad, shape[2])
    if not kernels or kernels[0].shape[0] != prod(shape):
        return "no layer has a weight for each value of the picture"
    kernel = kernels[0][:, :_MOST_CLASSES]
    names = trained.data.class_names or [str(n) for n in range(kernel.shape[1])]
    labels = [names[n] if n < len(names) else str(n) for n in range(kernel.shape[1])]
    run.write("weight_maps.png", picture_grid(weight_maps(kernel, shape), labels))
    return ""


def _histogram(trained: Trained, run: Run) -> str:
    data = trained.data
    if data.train.y.ndim != 2:
        return "the data have no scores"
    outputs = predictions(trained)
    values = {
        "training": [float(v) for v in data.train.y[:, 0]],
        "test": [float(v) for v in data.test.y[:, 0]],
        "predicted": [float(v) for v in outputs[:, 0]],
    }
    run.write("histogram.svg", histogram(values, "scores", "score"))
    return ""


_DRAWERS = {
    "samples": _samples,
    "confusion_matrix": _confusion,
    "weight_maps": _weight_maps,
    "histogram": _histogram,
}
