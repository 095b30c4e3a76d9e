"""Prediction by a run's model."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from archspec.emit.keras.interrupts import check_interrupt
from archspec.train.run.about import About
from archspec.train.run.run import MODEL, Run, RunError


class Prediction(NamedTuple):
    """What a model says of a picture."""

    path: str
    classes: list[tuple[str, float]]
    """Names of classes with their probabilities, the best first; empty for scores."""
    scores: list[float]
    """Scores; empty for classes."""
    problem: str = ""
    """Why there is none."""


def load_run(run: Run) -> tuple[Any, About]:
    """The model of a run, and what is known of it.

    Raises:
        RunError: there is none.
        ModelError: Keras cannot load it.
    """
    about = run.about()
    from archspec.weights.loading.models import load_model

    return load_model(run.file(MODEL)), about


def predict(run: Run, paths: Sequence[str], top: int = 5) -> Iterator[Prediction]:
    """Predictions for pictures, one by one: the model resizes and prepares them itself.

    Args:
        run: the run.
        paths: files of pictures.
        top: most classes for each.

    Raises:
        RunError: there is no model, it takes no pictures, or it cannot be asked.
        ModelError: Keras cannot load it.
    """
    about = run.about()
    channels, divisor = _check_takes_pictures(run, about), _divisor(run, about)
    model, _ = load_run(run)
    from archspec.train.data.decode import PictureError, open_picture, picture_array

    for path in paths:
        check_interrupt()
        try:
            picture = picture_array(open_picture(path, channels).image)
        except PictureError as error:
            yield Prediction(path, [], [], f"cannot be read: {error}")
            continue
        try:
            values = outputs(model, picture, divisor)
        except Exception as error:  # a model that somebody else made takes anything
            why = str(error).partition("\n")[0]
            raise RunError(run.path, f"its model cannot be asked: {why}") from None
        if not all(map(math.isfinite, values)):
            yield Prediction(path, [], [], "the model gives no number for it")
            continue
        yield answer(path, values, about, top, run)


def _check_takes_pictures(run: Run, about: About) -> int:
    """The channels of the pictures that a model takes."""
    if about.channels is None:
        raise RunError(run.path, "this model takes arrays, not pictures")
    if about.channels not in (1, 3, 4):
        message = f"this model takes pictures of {about.channels} channels; files have 1, 3 or 4"
        raise RunError(run.path, message)
    return about.channels


def _divisor(run: Run, about: About) -> int:
    """What makes of the values of a picture, 0 to 255, those that the model was trained on.

    Raises:
        RunError: nothing does.
    """
    low, high = about.low, about.high
    if low is None or high is None or about.dtype is None:  # older runs do not say
        return 1
    if low >= 0 and 128 <= high <= 255:
        return 1
    if "float" in about.dtype and low >= 0 and 0.5 < high <= 1.001:
        return 255
    message = (
        f"this model was trained on {about.dtype} from {low:g} to {high:g}:"
        " how the bytes of a picture become that is not known"
    )
    help = "train on values from 0 to 255, with `prepare: {rescale: …, offset: …}` for the rest"
    raise RunError(run.path, message, help)


def outputs(model: Any, picture: Any, divisor: int = 1) -> list[float]:
    """What the model gives for one picture (height, width, channels)."""
    import keras
    import numpy as np

    values = picture[None].astype("float32") / np.float32(divisor)
    found = model(values, training=False)
    return [float(v) for v in keras.ops.convert_to_numpy(found)[0].ravel()]


def answer(path: str, values: list[float], about: About, top: int, run: Run) -> Prediction:
    """A prediction of a model's outputs.

    Raises:
        RunError: they are not as many as the names of classes.
    """
    if about.outputs == "scores":
        return Prediction(path, [], values)
    if about.outputs == "probability":
        values = [1 - values[0], values[0]]
    names = about.class_names or [str(n) for n in range(len(values))]
    if len(names) != len(values):
        message = f"its model has {len(values)} outputs, but names of {len(names)} classes"
        raise RunError(run.path, message)
    ranked = sorted(zip(names, values, strict=True), key=lambda pair: -pair[1])
    return Prediction(path, ranked[:top], [])
