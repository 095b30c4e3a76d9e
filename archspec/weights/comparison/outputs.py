"""What models give for random input, with the weights of one carried over to the other."""

from typing import Any

from archspec.diagnostics.characters import visible
from archspec.weights.pairing.named import weighted_layers
from archspec.weights.pairing.same import layer_pairs
from archspec.weights.structure.vertices import Structure


class UncomparedError(Exception):
    """Outputs that cannot be compared, and why, in a few words."""


_LOUD = 30.0
"""Factor of inputs that are far from 0, where limits and saturation show."""


def carry_over(ours: Any, theirs: Any, pairs: dict[str, str]) -> None:
    """Give our layers the weights of theirs, by the pairs of their names.

    The weights of two layers fit if they are as many, of as many values each: a depthwise
    convolution has the values of a grouped one in their order, and a Dense those of a 1×1 kernel.

    Raises:
        UncomparedError: a layer is left without, on either side; nothing has been changed.
    """
    mine, others = dict(weighted_layers(ours)), dict(weighted_layers(theirs))
    chosen = {a: b for a, b in pairs.items() if a in mine and b in others}
    left = [name for name in mine if name not in chosen]
    rest = [name for name in others if name not in {*chosen.values()}]
    chosen |= dict(zip(left, rest, strict=False))  # in their order, if they fit
    for whose, lone in (("our", left[len(rest) :]), ("their", rest[len(left) :])):
        if lone:
            raise UncomparedError(
                f"the weights of {whose} `{visible(lone[0])}` have no counterpart"
            )
    if len({*chosen.values()}) < len(chosen):
        raise UncomparedError("the layers with weights do not correspond one to one")
    for a, b in chosen.items():
        if _sizes(mine[a]) != _sizes(others[b]):
            told = f"`{visible(a)}` cannot take the weights of `{visible(b)}`"
            raise UncomparedError(told)
    for a, b in chosen.items():
        values = zip(mine[a].weights, others[b].get_weights(), strict=True)
        mine[a].set_weights([value.reshape(tuple(w.shape)) for w, value in values])


def _sizes(layer: Any) -> list[int]:
    import math

    return [math.prod(weight.shape) for weight in layer.weights]


def layers_of(first: Structure, second: Structure, pairs: dict[int, int]) -> dict[str, str]:
    """Layers that are taken for each other, each only once."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for ours, theirs in layer_pairs(first, second, pairs).items():
        if theirs not in taken:
            found[ours] = theirs
            taken.add(theirs)
    return found


def gap(ours: Any, theirs: Any, batches: list[list[Any]]) -> float:
    """The largest relative difference of the outputs of two models.

    Args:
        ours: a model.
        theirs: another one, of as many inputs.
        batches: arrays, one for each input.

    Raises:
        UncomparedError: a model cannot calculate them, or gives values that are no numbers.
    """
    found = 0.0
    for batch in batches:
        first, second = _outputs(ours, batch), _outputs(theirs, batch)
        for a, b in zip(first, second, strict=True):
            if not (is_finite(a) and is_finite(b)):
                raise UncomparedError("not all outputs are finite numbers")
            found = max(found, difference(a, b))
    return found


def gap_of_form(
    ours: Any, theirs: Any, pairs: dict[str, str], batches: list[list[Any]], seed: int = 0
) -> float:
    """The same for models that differ in form, with inputs far from 0 too, and weights that are not.

    What a weight of 0 multiplies would not be seen, so that for this they are moved by chance.

    Raises:
        UncomparedError: a model cannot calculate them, or weights have no counterpart.
    """
    batches = [*batches, *([_loud(value) for value in batch] for batch in batches)]
    carry_over(ours, theirs, pairs)
    found = gap(ours, theirs, batches)
    kept = theirs.get_weights()
    randomize(theirs, seed, kernels=True)
    carry_over(ours, theirs, pairs)
    try:
        return max(found, gap(ours, theirs, batches))
    finally:
        theirs.set_weights(kept)
        carry_over(ours, theirs, pairs)


def _loud(value: Any) -> Any:
    return value * value.dtype.type(_LOUD) if value.dtype.kind == "f" else value


def _outputs(model: Any, inputs: list[Any]) -> list[Any]:
    import keras

    from archspec.emit.keras.raised import first_lines

    given = inputs[0] if len(inputs) == 1 else inputs
    try:
        found = keras.tree.flatten(model(given, training=False))
        return [keras.ops.convert_to_numpy(value) for value in found]
    except Exception as error:  # each backend has its own
        told = visible(" ".join(first_lines(error, 2)))
        raise UncomparedError(f"Keras cannot calculate them: {told}") from error


def is_finite(values: Any) -> bool:
    """Whether all values are finite, if they are floats."""
    import numpy as np

    floats = values.dtype.kind in "fc" or values.dtype.name == "bfloat16"
    return not floats or bool(np.isfinite(values).all())


def difference(first: Any, second: Any) -> float:
    """Largest difference of two arrays, relative to the largest value.

    It is infinite if shapes differ, and for what is no number if anything does.
    """
    import numpy as np

    if first.shape != second.shape:
        return float("inf")
    if not first.size:
        return 0.0
    if first.dtype.kind not in "fiubc" and first.dtype.name != "bfloat16":
        return 0.0 if np.array_equal(first, second) else float("inf")
    kind = "complex128" if first.dtype.kind == "c" else "float64"
    one, other = first.astype(kind), second.astype(kind)
    scale = max(float(np.abs(other).max()), 1e-30)
    return float(np.abs(one - other).max()) / scale


def randomize(model: Any, seed: int = 0, kernels: bool = False) -> None:
    """Draw vectors anew, so that no two of zeros or ones can be taken for each other.

    They become theirs plus a tenth of a normal value, above 0 where they were 1. Kernels stay,
    or get a hundredth of a normal value.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    for weight in model.weights:
        value = np.asarray(weight.numpy() if hasattr(weight, "numpy") else weight)
        if np.issubdtype(value.dtype, np.floating) and (value.ndim < 2 or kernels):
            drawn = random.standard_normal(value.shape)
            moved = 0.1 * np.abs(drawn) if value.ndim < 2 else 0.01 * drawn
            weight.assign((value + moved).astype(value.dtype))
