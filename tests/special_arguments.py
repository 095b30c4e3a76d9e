"""Arguments of layers that chance would not meet: text with a grammar, shapes that must fit."""

from collections.abc import Callable
from math import prod
from random import Random
from typing import Any, NamedTuple

from archspec.layers import Layer, layer_types
from archspec.records.field_values import takes
from archspec.records.record import fields
from archspec.shapes.shape import Shape

NOT_NESTED = frozenset(("Input", *(n for n, t in layer_types().items() if t.operation)))
"""Layers that no wrapper is given: Keras wraps no operations."""
STEPPING = frozenset(("TimeDistributed",))
"""Wrappers that hand on inputs without their first axis."""


class Call(NamedTuple):
    """A layer type with plain arguments, before anything has checked them."""

    type: type[Layer]
    arguments: dict[str, Any]

    def make(self) -> Layer:
        """The layer; raises as its class does."""
        values = {k: v.make() if isinstance(v, Call) else v for k, v in self.arguments.items()}
        return self.type(**values)

    def __repr__(self) -> str:
        inner = ", ".join(f"{k}={v!r}" for k, v in self.arguments.items())
        return f"{self.type.__name__}({inner})"


def _target_shape(random: Random, shape: Shape, values: dict[str, Any]) -> list[int]:
    """The factors of the number of values, shuffled into some axes; often one of them is -1."""
    factors = []
    rest = prod(s or 1 for s in shape)
    for prime in (2, 3, 5, 7):
        while rest % prime == 0 and rest > 1:
            factors.append(prime)
            rest //= prime
    target = [rest] + [1] * random.randint(0, 3)
    for factor in factors:
        target[random.randrange(len(target))] *= factor
    if random.random() < 0.5:
        target[random.randrange(len(target))] = -1
    return target


def _order(random: Random, shape: Shape, values: dict[str, Any]) -> list[int]:
    order = list(range(1, len(shape) + 1))
    random.shuffle(order)
    return order


def _noise_shape(random: Random, shape: Shape, values: dict[str, Any]) -> list[int | None]:
    noise = [random.choice((None, 1, size)) for size in (None, *shape)]
    return noise[random.choice((0, 0, 0, 1)) :]


def _equation(random: Random, shape: Shape, values: dict[str, Any]) -> str:
    letters = "abcdefg"[: len(shape) + 1]
    summed = [c for c in letters[1:] if random.random() < 0.5]
    new = list("xyz"[: random.randint(0, 2)])
    output = [c for c in letters if c not in summed] + new
    if random.random() < 0.3:
        output[1:] = random.sample(output[1:], len(output) - 1)
    shared = [c for c in output[1:] if c not in new and random.random() < 0.2]
    kernel = random.sample(summed + new + shared, len(summed + new + shared)) or ["b"]
    text = "".join(letters), "".join(kernel), "".join(output)
    if random.random() < 0.3 and len(letters) > 1:
        cut = random.randint(1, min(2, len(letters) - 1))
        gone = letters[:cut]
        if all(c in output[:cut] for c in gone) and not set(gone) & set(kernel):
            return f"...{text[0][cut:]},{text[1]}->...{text[2][cut:]}"
    return f"{text[0]},{text[1]}->{text[2]}"


def _einsum_output(random: Random, shape: Shape, values: dict[str, Any]) -> list[int | None]:
    equation = values.get("equation", "")
    left, _, output = equation.partition("->")
    letters = left.partition(",")[0]
    if not letters.startswith("..."):
        output = output[1:]
    known = dict(zip(reversed(letters), reversed(shape), strict=False))
    return [
        random.choice((None, known[c], known[c])) if c in known else random.randint(1, 4)
        for c in output.replace(".", "")
    ]


def _bias_axes(random: Random, shape: Shape, values: dict[str, Any]) -> str | None:
    output = values.get("equation", "").partition("->")[2].replace(".", "")
    return "".join(c for c in output[1:] if random.random() < 0.5) or None


def _backward_layer(random: Random, shape: Shape, values: dict[str, Any]) -> Call | None:
    forward = values["layer"]
    backwards = not forward.arguments.get("go_backwards", False)
    changes = {"go_backwards": backwards} if random.random() < 0.9 else {}
    return Call(forward.type, {**forward.arguments, **changes})


def _axes(random: Random, shape: Shape, values: dict[str, Any]) -> list[int]:
    """All axes with the batch, mostly as an operation takes them: it stays the first."""
    order = list(range(1, len(shape) + 1))
    random.shuffle(order)
    order = [0, *order]
    if random.random() < 0.1:
        random.shuffle(order)
    return [n - len(order) if random.random() < 0.1 else n for n in order]


def draw_axis(random: Random, type: type[Layer], shape: Shape) -> Any:
    """An axis of an operation, or several: mostly some that there are, seldom the batch."""
    if random.random() < 0.08:
        nowhere = (None,) if takes(type, "axis", None) else ()
        return random.choice((*nowhere, 0, len(shape) + 1, -len(shape) - 1))
    known = [*range(1, len(shape) + 1), *range(-len(shape), 0)] or [0]
    if type.__name__ == "Squeeze" and 1 in shape and random.random() < 0.7:
        known = [n + 1 for n, size in enumerate(shape) if size == 1]
    axis = random.choice(known)
    if not takes(type, "axis", [1, 2]) or random.random() < 0.5:
        return axis
    return list({axis, random.choice(known)})


def _shift(random: Random, shape: Shape, values: dict[str, Any]) -> Any:
    return [random.randint(-4, 4) for _ in range(random.choice((1, 1, 2)))]


def _roll_axis(random: Random, shape: Shape, values: dict[str, Any]) -> Any:
    shifts = values["shift"] if isinstance(values["shift"], list | tuple) else [0]
    axes = random.sample(range(1, len(shape) + 1), min(len(shifts), len(shape)))
    axes = [n - len(shape) - 1 if random.random() < 0.3 else n for n in axes]
    return axes if axes and random.random() < 0.95 else random.choice((None, [0], [len(shape) + 1]))


def _repeats(random: Random, shape: Shape, values: dict[str, Any]) -> Any:
    counts = [random.choice((1, 1, 2, 3)) for _ in range(len(shape) + random.choice((0, 0, 0, 1)))]
    return [1, *counts] if random.random() < 0.5 or not counts else counts


def _widths(random: Random, shape: Shape, values: dict[str, Any]) -> Any:
    pairs = [(random.choice((0, 0, 1, 2)), random.choice((0, 0, 1, 3))) for _ in shape]
    return [(0, 0 if random.random() < 0.95 else 1), *pairs]


def _positions(random: Random, shape: Shape, values: dict[str, Any]) -> Any:
    most = min([size or 3 for size in shape], default=1)
    if random.random() < 0.2:
        return random.randrange(most)
    return [random.randint(-most, most - 1) for _ in range(random.randint(1, 4))]


def _cuts(random: Random, shape: Shape, values: dict[str, Any]) -> Any:
    if random.random() < 0.6:
        return random.choice((1, 2, 2, 3))
    return sorted({random.randint(1, 5) for _ in range(random.randint(1, 3))})


def _subscripts(random: Random, shape: Shape, values: dict[str, Any]) -> str:
    """The letters of the first input, those of others that share some, and some for the output."""
    letters = "bcdefghij"[: len(shape) + 1]
    parts = [letters]
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        shared = [c for c in letters[1:] if random.random() < 0.6]
        parts.append("b" + "".join([*shared, *random.sample("xyz", random.randint(0, 1))]))
    known = sorted(set("".join(parts)) - {"b"})
    output = random.sample(known, random.randint(0, len(known)))
    text = f"{','.join(parts)}->b{''.join(output)}"
    return text.replace("b", "...") if random.random() < 0.2 else text


def _has_kernel(type: type[Layer]) -> bool:
    return "kernel_size" in fields(type) or type.family in ("dense", "embedding")


SENSIBLE: dict[str, Callable[[type[Layer]], bool]] = {
    "Bidirectional": lambda type: "go_backwards" in fields(type),
    "SpectralNormalization": _has_kernel,
}
"""Wrapper → whether it wraps a layer type at all; others are drawn now and then."""

_Draw = Callable[[Random, Shape, dict[str, Any]], Any]
SPECIAL: dict[tuple[str, str], _Draw] = {
    ("Reshape", "target_shape"): _target_shape,
    ("Permute", "dims"): _order,
    ("", "noise_shape"): _noise_shape,
    ("Bidirectional", "backward_layer"): _backward_layer,
    ("EinsumDense", "equation"): _equation,
    ("EinsumDense", "output_shape"): _einsum_output,
    ("EinsumDense", "bias_axes"): _bias_axes,
    ("Transpose", "axes"): _axes,
    ("Roll", "shift"): _shift,
    ("Roll", "axis"): _roll_axis,
    ("Tile", "repeats"): _repeats,
    ("Pad", "pad_width"): _widths,
    ("Take", "indices"): _positions,
    ("Split", "indices_or_sections"): _cuts,
    ("Einsum", "subscripts"): _subscripts,
}
"""Layer, or "" for any, and argument → how it is drawn."""


def _of_letters(random: Random, call: Call, first: Shape) -> list[Shape]:
    """Inputs with the sizes that the letters of an Einsum have in the first one."""
    parts = str(call.arguments.get("subscripts")).partition("->")[0].replace("...", "b").split(",")
    sizes = dict(zip(parts[0][1:], first, strict=False))
    sizes |= {c: random.randint(1, 4) for c in "xyz"}
    return [tuple([sizes.get(c, 2) for c in part[1:]]) for part in parts[1:]]


def _right_matrix(random: Random, call: Call, first: Shape) -> list[Shape]:
    if len(first) < 2:
        return [first]
    ahead = [1 if random.random() < 0.2 else size for size in first[:-2]]
    return [(*ahead, first[-1], random.randint(1, 4))]


FURTHER: dict[str, Callable[[Random, Call, Shape], list[Shape]]] = {
    "Einsum": _of_letters,
    "Matmul": _right_matrix,
}
"""Layer → the shapes of its further inputs, mostly."""
