"""Random calls of layers whose inputs have names: which of them there are, and their shapes."""

from random import Random
from typing import Any, NamedTuple

from archspec.infer.infer import measure
from archspec.layers import Layer, layer_types
from archspec.records.record import ArgumentError, ValidationError
from archspec.shapes.shape import Shape, ShapeError
from tests.deviations import has
from tests.random_layers import draw_case
from tests.special_arguments import Call


class NamedCase(NamedTuple):
    """A layer to be made, and the shapes of its inputs by role; a role may come several times."""

    call: Call
    inputs: tuple[tuple[str, Shape], ...]
    dtype: str = "bool"
    """Type of the masks."""

    def layer(self) -> Layer:
        """Our layer, reading these inputs."""
        return self.call.make().with_roles(tuple(role for role, _ in self.inputs))

    def shapes(self) -> tuple[Shape, ...]:
        """The shapes alone."""
        return tuple(shape for _, shape in self.inputs)

    def dtypes(self) -> tuple[str, ...]:
        """The type of each input."""
        return tuple(self.dtype if role.endswith("mask") else "float32" for role, _ in self.inputs)


NAMED = sorted(
    name for name, type in layer_types().items() if len(type.role_names) > 1 and not type.operation
)
"""The layers whose inputs have names."""


def draw_named_case(random: Random, type: type[Layer]) -> NamedCase:
    """Inputs most of which fit, without a size that is not known."""
    while True:
        case = draw_case(random, type, bad=0)
        shapes = case.shapes
        if not shapes or any(not s or None in s for s in shapes):
            continue
        if has(case.call, "AdaptiveMax"):
            continue  # with a size of 1 TensorFlow ends the process: a division by zero
        try:
            layer = case.call.make()
            outputs = measure(layer, shapes).outputs
            roles = layer.input_roles()
        except (ArgumentError, ValidationError, ShapeError):
            continue
        return _named(random, case.call, roles, shapes, outputs)


def _named(
    random: Random,
    call: Call,
    roles: tuple[str, ...],
    shapes: tuple[Shape, ...],
    outputs: tuple[Shape, ...],
) -> NamedCase:
    plain = [role for role in roles if not role.endswith("mask")]
    names = [*plain[: len(shapes)], *plain[-1:] * (len(shapes) - len(plain))]
    found: list[tuple[str, Shape]] = list(zip(names, shapes, strict=True))
    own = dict(found)
    masks = [role for role in roles if role.endswith("mask") and random.random() < 0.6]
    found += [(role, _mask(random, role, own, shapes[0], outputs)) for role in masks]
    dtype = random.choice(("bool", "bool", "bool", "int32", "float32"))
    return NamedCase(call, tuple(found), dtype)


def _mask(
    random: Random, role: str, own: dict[str, Shape], first: Shape, outputs: tuple[Shape, ...]
) -> Shape:
    query = own.get("query", first)
    value = own.get("value", query)
    likely: list[Any] = {
        "attention_mask": [(*query[:-1], *value[:-1]), (query[0], value[0]), outputs[-1]],
        "query_mask": [query[:-1]],
        "value_mask": [value[:1], value[:-1]],
        "key_mask": [value[:1]],
    }.get(role, [first[:1], first[:-1], first, first[:2]])
    mask = list(random.choice(likely[: 1 if random.random() < 0.5 else None]))
    if mask and random.random() < 0.2:
        mask[random.randrange(len(mask))] = random.choice((1, 2, 3))
    if random.random() < 0.05:
        mask.insert(0, random.choice((1, 2)))
    return tuple(mask)
