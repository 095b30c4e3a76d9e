"""Chance that follows from the seed and the number of the epoch."""

from typing import Any


def set_chance(model: Any, seed: int, epoch: int) -> None:
    """Set every generator of a model (augmentation, dropout) to its state at an epoch's start."""
    import numpy as np

    for number, generator in enumerate(generators(model)):
        words = np.random.SeedSequence([seed, epoch, number]).generate_state(2)
        shape, dtype = generator.state.shape, str(generator.state.dtype)
        state = np.zeros(tuple(shape), dtype)
        state[...] = (words >> 2).astype(dtype)  # below 2**30: fits every backend's integers
        generator.state.assign(state)


def generators(model: Any) -> list[Any]:
    """The generators of all layers, in the order of the layers, each once."""
    import keras

    found: list[Any] = []
    for layer in model._flatten_layers():
        for value in vars(layer).values():
            if isinstance(value, keras.random.SeedGenerator) and all(value is not f for f in found):
                found.append(value)
        for value in getattr(layer, "_seed_generators", ()):
            if all(value is not f for f in found):
                found.append(value)
    return found


def order(count: int, seed: int, epoch: int) -> Any:
    """The order of the examples in an epoch."""
    import numpy as np

    return np.random.default_rng([seed, epoch]).permutation(count)
