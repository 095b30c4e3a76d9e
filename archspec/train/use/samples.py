"""Ten training pictures, and what augmentation makes of them."""

import random
from collections import Counter
from typing import Any

from archspec.emit.keras.layers import make_layer
from archspec.train.data.parts import Part
from archspec.train.fit.chance import set_chance
from archspec.train.recipe.keys import Recipe

_MOST_LOOKED_AT = 5000
"""Examples among which those that are shown are looked for."""


def sample_rows(part: Part, seed: int, count: int = 10) -> list[int]:
    """Rows of examples drawn by a seed, from as many classes as there can be, in their order."""
    import numpy as np

    drawn = np.random.default_rng(seed).permutation(part.examples)[:_MOST_LOOKED_AT]
    if part.y.ndim != 1:  # scores
        return sorted(
            (int(row) for row in drawn[:count]), key=lambda row: float(part.y[row].flat[0])
        )
    seen: Counter[int] = Counter()
    turns: list[tuple[int, int, int, int]] = []
    for row in drawn:
        label = int(part.y[row])
        turns.append((seen[label], len(turns), label, int(row)))
        seen[label] += 1
    return [row for _, _, _, row in sorted(sorted(turns)[:count], key=lambda turn: turn[2])]


def augmented(pictures: Any, recipe: Recipe, variants: int = 3) -> list[Any]:
    """Arrays (examples, height, width, channels) of pictures as training would get them.

    The layers are new ones with a chance of their own, so that a training that goes on is not
    changed by it.
    """
    import keras
    import numpy as np

    state = random.getstate()  # Keras draws the seeds of new layers from here
    try:
        layers = [make_layer(layer) for layer in recipe.augment]
    finally:
        random.setstate(state)
    model = keras.Sequential([keras.Input(pictures.shape[1:]), *layers])
    found = []
    for variant in range(variants):
        set_chance(model, recipe.keys.seed, variant)
        changed = model(pictures.astype("float32"), training=True)
        found.append(np.asarray(keras.ops.convert_to_numpy(changed)))
    return found
