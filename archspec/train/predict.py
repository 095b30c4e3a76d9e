"""Prediction by a run's model."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from archspec.train.run import MODEL, About, Run, RunError


class Prediction(NamedTuple):
    """What a model says of a picture."""

    path: str
    classes: list[tuple[str, float]]
    """Names of classes with their probabilities, the best first; empty for scores."""
    scores: list[float]
    """Scores; empty for classes."""
    problem: str = ""
    """Why the picture cannot be read."""


def load_run(run: Run) -> tuple[Any, About]:
    """The model of a run, and what is known of it.

    Raises:
        RunError: there is none.
        ModelError: Keras cannot load it.
    """
    about = run.about()
    from archspec.emit.keras.models import load_model

    return load_model(run.file(MODEL)), about


def predict(run: Run, paths: Sequence[str], top: int = 5) -> Iterator[Prediction]:
    """Predictions for pictures, one by one: the model resizes and prepares them itself.

    Args:
        run: the run.
        paths: files of pictures.
        top: most classes for each.

    Raises:
        RunError: there is no model, or it takes no pictures.
        ModelError: Keras cannot load it.
    """
    model, about = load_run(run)
    if about.channels is None:
        raise RunError(run.path, "this model takes arrays, not pictures")
    from archspec.train.data.decode import PictureError, open_picture, picture_array

    for path in paths:
        try:
            picture = picture_array(open_picture(path, about.channels).image)
        except PictureError as error:
            yield Prediction(path, [], [], str(error))
            continue
        yield answer(path, outputs(model, picture), about, top)


def outputs(model: Any, picture: Any) -> list[float]:
    """What the model gives for one picture (height, width, channels)."""
    import keras

    found = model(picture[None].astype("float32"), training=False)
    return [float(v) for v in keras.ops.convert_to_numpy(found)[0].ravel()]


def answer(path: str, values: list[float], about: About, top: int) -> Prediction:
    """A prediction of a model's outputs."""
    if about.outputs == "scores":
        return Prediction(path, [], values)
    if about.outputs == "probability":
        values = [1 - values[0], values[0]]
    names = about.class_names or [str(n) for n in range(len(values))]
    ranked = sorted(zip(names, values, strict=True), key=lambda pair: -pair[1])
    return Prediction(path, ranked[:top], [])
