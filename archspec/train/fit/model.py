"""The models of a recipe: the network, what is trained, and what is saved.

What is saved takes pictures of any size with values from 0 to 255 and prepares them itself, so
that nobody can prepare them otherwise than in training.
"""

from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.emit.keras import Built, build_model
from archspec.emit.keras.layers import make_layer
from archspec.train.fit.feed_sequence import targets
from archspec.train.objects.optimizers import Optimizer, Schedule
from archspec.train.recipe.keys import PREPROCESSING, Recipe


class Models(NamedTuple):
    """The models of a recipe; they share their weights."""

    built: Built
    """The network as the spec has it."""
    trained: Any
    """Preparation, augmentation and network."""
    saved: Any
    """Resizing, preparation and network, ending in probabilities or scores."""


def make_models(recipe: Recipe, sink: Sink) -> Models | None:
    """The models, or None after reporting the layer that Keras refuses."""
    import keras

    built = build_model(recipe.shaped, sink)
    if built is None:
        return None
    network = built.model
    preparation = _preparation(recipe)
    dtype = "float32"
    inputs = keras.Input(recipe.picture, dtype=dtype, name="examples")
    x = inputs
    for number, layer in enumerate(recipe.augment):
        made = make_layer(layer)
        if getattr(layer, "seed", None) is None and hasattr(made, "generator"):
            made.generator = keras.random.SeedGenerator(recipe.keys.seed + number)
        x = made(x)
    x = network(_apply(preparation, x))
    trained = keras.Model(inputs, x, name="trained")

    if recipe.is_picture:
        height, width, channels = recipe.picture
        inputs = keras.Input((None, None, channels), dtype=dtype, name="pictures")
        resize = keras.layers.Resizing(height, width, antialias=True, name="resize")
        x = resize(inputs)
    else:
        inputs = x = keras.Input(recipe.picture, dtype=dtype, name="examples")
    x = network(_apply(_preparation(recipe), x))
    if recipe.loss.logits:
        x = keras.layers.Activation(recipe.loss.activation, name=recipe.loss.activation)(x)
    return Models(built, trained, keras.Model(inputs, x, name=_plain(recipe.name)))


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "_.-" else "_" for c in name)


def _apply(layers: list[Any], x: Any) -> Any:
    for layer in layers:
        x = layer(x)
    return x


def _preparation(recipe: Recipe) -> list[Any]:
    """Layers and operations of Keras."""
    import keras

    prepare = recipe.prepare
    found: list[Any] = []
    if prepare.preprocess is not None:
        found += _preprocessing(PREPROCESSING[prepare.preprocess])
    elif prepare.rescale is not None or prepare.offset:
        scale = prepare.rescale if prepare.rescale is not None else 1.0
        found.append(keras.layers.Rescaling(scale, prepare.offset, name="rescale"))
    if prepare.pad:
        found.append(keras.layers.ZeroPadding2D(prepare.pad, name="pad"))
    if prepare.flatten:
        found.append(keras.layers.Flatten(name="flatten"))
    return found


def _preprocessing(mode: str) -> list[Any]:
    """What ``keras.applications.….preprocess_input`` does, as parts of a model."""
    import keras

    if mode == "tf":
        return [keras.layers.Rescaling(1 / 127.5, -1.0, name="preprocess")]
    if mode == "torch":
        means, deviations = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
        scale = [1 / (255 * d) for d in deviations]
        offset = [-m / d for m, d in zip(means, deviations, strict=True)]
        return [keras.layers.Rescaling(scale, offset, name="preprocess")]
    blue_green_red = [-103.939, -116.779, -123.68]
    return [
        lambda x: keras.ops.flip(x, axis=-1),
        keras.layers.Rescaling(1.0, blue_green_red, name="preprocess"),
    ]


def compile_model(
    model: Any, recipe: Recipe, optimizer: Optimizer, steps: int, repeated: int
) -> None:
    """Compile the trained model for a phase.

    Args:
        model: the model.
        recipe: the recipe.
        optimizer: the optimizer of the phase.
        steps: steps of the phase, for schedules that do not say theirs.
        repeated: steps that run in one call of the backend.
    """
    rate = optimizer.learning_rate
    more: dict[str, Any] = {}
    if isinstance(rate, Schedule):
        own = {rate.steps: steps} if rate.steps and getattr(rate, rate.steps) is None else {}
        more["learning_rate"] = rate.make(**own)
    model.compile(
        optimizer=optimizer.make(**more),
        loss=recipe.loss.make(),
        metrics=make_metrics(recipe),
        steps_per_execution=repeated,
        jit_compile=jit(),
    )
    # Variables that first appear while TensorFlow traces a step would have it traced twice.
    model.optimizer.build(model.trainable_variables)
    _build_metrics(model, recipe)


def _build_metrics(model: Any, recipe: Recipe) -> None:
    """Let metrics make their variables: they see two examples, and forget them."""
    import numpy as np

    outputs = np.zeros((2, recipe.outputs), "float32")
    labels = targets(np.zeros(2, "int64") if recipe.loss.classes else outputs, recipe)
    model.compute_metrics(None, labels, outputs)
    model.reset_metrics()


def jit() -> "bool | str":
    """Whether Keras has XLA compile: on a CPU, TensorFlow trained 1.8 times as long with it."""
    import keras

    return False if keras.backend.backend() == "tensorflow" else "auto"


def alone(models: Models, recipe: Recipe) -> Models:
    """The same models on one device, compiled: what comes after training needs no others."""
    import keras

    keras.utils.set_random_seed(recipe.keys.seed)  # Keras's own generator lay on all devices
    found = make_models(recipe, Sink())
    assert found is not None
    found.trained.set_weights(models.trained.get_weights())
    compile_model(found.trained, recipe, recipe.optimizer, 1, 1)
    return found


def make_metrics(recipe: Recipe) -> list[Any]:
    """Keras's metrics, or the words with which Keras chooses one."""
    return [m.string or m.make() for m in recipe.metrics]


def thaw(models: Models, first: int) -> None:
    """Let the layers from a node on learn, but for BatchNormalization, which stays as it is."""
    import keras

    for index, layer in models.built.layers.items():
        if index >= first and not isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = True
