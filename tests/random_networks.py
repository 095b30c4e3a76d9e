"""Random small networks as text: chains and branches of any layers, for oracles of whole networks."""

import json
from random import Random
from typing import Any

from archspec.layers import Layer, layer_types
from archspec.layers.measure import measure
from archspec.shapes.shape import Shape, elements
from tests.random_layers import _draw_call, _fits_rank
from tests.special_arguments import Call

HEAD = {"archspec": 1, "name": "net"}


def as_data(value: Any) -> Any:
    """A call, or a value in one, as a spec has it."""
    if isinstance(value, Call):
        return {value.type.__name__: {k: as_data(v) for k, v in value.arguments.items()}}
    if isinstance(value, list | tuple):
        return [as_data(item) for item in value]
    return value


def single(call: Call, shapes: tuple[Shape, ...]) -> str:
    """A spec of one layer."""
    names = [f"in{n}" for n in range(len(shapes))]
    ((word, arguments),) = as_data(call).items()
    entry = {word: {"name": "it", "from": names, **arguments}}
    inputs = {name: list(shape) for name, shape in zip(names, shapes, strict=True)}
    return json.dumps({**HEAD, "inputs": inputs, "layers": [entry], "outputs": ["it"]})


MOST_VALUES = 900


def network(random: Random, types: list[type[Layer]], most: int = 6) -> tuple[str, Shape]:
    """A spec of up to so many layers of these types, and its input's shape: a chain with branches."""
    sizes = [random.choice((4, 6, 8, 9, 12)) for _ in range(random.choice((1, 2, 2)))]
    shape = (*sizes, random.choice((1, 2, 3, 4)))
    nodes: list[tuple[str, Shape]] = [("input", shape)]
    entries: list[dict[str, Any]] = []
    wanted = random.randint(2, most)
    for _ in range(20 * wanted):
        if len(entries) >= wanted:
            break
        drawn = _merge(random, nodes) if random.random() < 0.3 else _layer(random, nodes, types)
        if drawn is None:
            continue
        call, sources = drawn
        out = _shape_after(call, tuple(found for _, found in sources))
        if out is None or unfit(call, sources[0][1], out):
            continue
        if not 0 < (elements(out) or 0) <= MOST_VALUES:
            continue
        name = f"n{len(entries)}"
        ((word, arguments),) = as_data(call).items()
        entries.append({word: {"name": name, "from": [n for n, _ in sources], **arguments}})
        nodes.append((name, out))
    text = {**HEAD, "input": list(shape), "layers": entries, "outputs": [nodes[-1][0]]}
    return json.dumps(text), shape


def unfit(call: Call, shape: Shape, out: Shape) -> bool:
    """Whether gradients would say something else of a layer than what it depends on."""
    text = repr(call).lower()
    calls = [call, *[v for v in call.arguments.values() if isinstance(v, Call)]]
    normalises = any(word in text for word in ("softmax", "sparsemax", "normalization"))
    return (
        any(_mixes_examples(one, dims) for one in calls for dims in (len(shape), len(shape) - 1))
        # A single value that is normalised is constant; powers of numbers below 0 are none.
        or (normalises and 1 in (*shape, *out[-1:]))
        or any(one.type.__name__.startswith("LocalResponse") and _below_zero(one) for one in calls)
        or any(_spread(one, min([size or 0 for size in shape], default=0)) for one in calls)
    )


def _below_zero(call: Call) -> bool:
    return any(call.arguments.get(name, 1) <= 0 for name in ("bias", "alpha"))


def _mixes_examples(call: Call, dims: int) -> bool:
    """Whether a layer looks along the batch."""
    axis = call.arguments.get("axis")
    return not {0, -dims - 1}.isdisjoint(axis if isinstance(axis, list | tuple) else [axis])


def _spread(call: Call, size: int) -> bool:
    """Whether the points of a dilated window may lie on either side of an input, none in it."""
    dilation, kernel = (
        max(value) if isinstance(value, list | tuple) else value or 1
        for value in (call.arguments.get(name) for name in ("dilation_rate", "kernel_size"))
    )
    return bool(dilation > 1 and dilation * kernel > size)


Node = tuple[str, Shape]


def _layer(
    random: Random, nodes: list[Node], types: list[type[Layer]]
) -> tuple[Call, list[Node]] | None:
    source = nodes[-1] if random.random() < 0.8 else random.choice(nodes)
    fitting = [t for t in types if t.inputs == (1, 1) and _fits_rank(t, len(source[1]))]
    return (_draw_call(random, random.choice(fitting), source[1]), [source]) if fitting else None


def _merge(random: Random, nodes: list[Node]) -> tuple[Call, list[Node]] | None:
    kinds = layer_types()
    name = random.choice(("Add", "Multiply", "Maximum", "Concatenate", "Concatenate"))
    last = nodes[-1]
    other = random.choice(nodes[:-1] or nodes)
    axis = {"axis": random.choice((-1, 1, len(last[1]) or 1))} if name == "Concatenate" else {}
    return Call(kinds[name], axis), random.sample([last, other], 2)


def _shape_after(call: Call, shapes: tuple[Shape, ...]) -> Shape | None:
    try:
        return measure(call.make(), shapes).outputs[0]
    except Exception:  # a layer that does not fit
        return None
