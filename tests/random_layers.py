"""Random layers and input shapes, derived from what the fields of a layer are annotated with.

Everything is drawn from a ``random.Random``, so that hypothesis and a plain loop use the same
generator. A layer type needs nothing here; what chance would never meet is drawn by
``special_arguments.py``.
"""

from random import Random
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

from pydantic_core import SchemaValidator, ValidationError

from archspec.infer.infer import measure
from archspec.layers import Layer, layer_types
from archspec.layers.settings import SettingType
from archspec.records.arguments import LARGEST, NestedLayer
from archspec.records.objects import Kinds
from archspec.records.record import Field, Record, argument_type, fields
from archspec.shapes.dtypes import DTYPES
from archspec.shapes.shape import Shape
from tests.special_arguments import (
    FURTHER,
    NOT_NESTED,
    SENSIBLE,
    SPECIAL,
    STEPPING,
    Call,
    draw_axis,
)

MOST_DIMENSIONS = 6
EXCLUDED = frozenset(("dtype", "outputs"))
"""Arguments that say nothing of shapes: those with values of their own in each backend, names."""

_NESTED = argument_type(NestedLayer)


class Case(NamedTuple):
    """A layer to be made and the shapes of its inputs, without the batch."""

    call: Call
    shapes: tuple[Shape, ...]
    bad: str = ""
    """The argument that was given a value of a wrong kind, if one was."""
    dtypes: tuple[str, ...] = ()
    """Types of the inputs' values, if they are not all float32."""


class Wrong(dict[str, Any]):
    """Arguments of an initializer or the like, one of which has a value of a wrong kind."""


def draw_case(random: Random, type: type[Layer], bad: float = 0.04) -> Case:
    """A layer of that type and input shapes, most of which fit; ``bad``: share of wrong values."""
    first = _draw_shape(random, _draw_rank(random, type)) if type.inputs[1] else None
    call = _draw_call(random, type, first or ())
    wrong = ""
    if random.random() < bad and call.arguments:
        wrong = random.choice(sorted(call.arguments))
        known = fields(type)[wrong]
        call.arguments[wrong] = random.choice(_wrong_values(known, call.arguments[wrong]))
    shapes = () if first is None else (first, *_draw_further(random, call, first))
    return Case(call, shapes, wrong, _draw_dtypes(random, len(shapes)))


def _draw_dtypes(random: Random, count: int) -> tuple[str, ...]:
    """Mostly floats; else one type for all inputs, which is what differs between layers."""
    if random.random() < 0.9:
        return ()
    return (random.choice([name for name in DTYPES if name != "float32"]),) * count


def _draw_call(random: Random, type: type[Layer], shape: Shape, depth: int = 0) -> Call:
    values: dict[str, Any] = {}
    for name, field in fields(type).items():
        if name in EXCLUDED or (depth and name in type.call_arguments):
            continue  # a wrapper calls its layer itself
        least = 0.05 if type.operation and name == "axis" else _left_out(field)
        if not field.required and random.random() < least:
            continue
        special = SPECIAL.get((type.__name__, name)) or SPECIAL.get(("", name))
        if special and random.random() < 0.9:
            value = special(random, shape, values)
        elif type.operation and name == "axis" and random.random() < 0.95:
            value = draw_axis(random, type, shape)
        else:
            value = _Values(random, type, shape, depth).of(field.annotation)
        listed = isinstance(value, tuple) and not isinstance(value, Call)
        values[name] = list(value) if listed and random.random() < 0.4 else value
    return Call(type, values)


def _left_out(field: Field) -> float:
    base = field.annotation
    for inner in get_args(base) if get_origin(base) in (Union, UnionType) else (base,):
        if inner is not type(None) and isinstance(argument_type(inner), SettingType):
            return 0.85
    return 0.45


class _Values:
    """Draws a value for an annotation."""

    def __init__(self, random: Random, owner: type[Record], shape: Shape, depth: int) -> None:
        self.random = random
        self.owner = owner
        self.shape = shape
        self.depth = depth

    def of(self, annotation: Any) -> Any:
        if get_origin(annotation) in (Union, UnionType):
            inner = [a for a in get_args(annotation) if a is not type(None)]
            return None if self.random.random() < 0.25 else self.of(inner[0])
        kind = argument_type(annotation)
        if isinstance(kind, SettingType):
            return self.setting(kind.kinds)
        if kind is _NESTED:
            return self.nested()
        return self.from_schema(kind.schema_for(self.owner))

    def setting(self, kinds: Kinds) -> Any:
        """A name alone, or one with arguments, one of them now and then of a wrong kind."""
        random = self.random
        name = random.choice(sorted(kinds.names))
        if random.random() < 0.3:
            return name
        kind = kinds.names[name]
        drawn = _Values(random, kind, self.shape, self.depth)
        arguments = {
            f.name: drawn.of(f.annotation)
            for f in fields(kind).values()
            if f.required or random.random() < 0.6
        }
        if arguments and random.random() < 0.05:
            wrong = random.choice(sorted(arguments))
            values = _wrong_values(fields(kind)[wrong], arguments[wrong])
            return {name: Wrong({**arguments, wrong: random.choice(values)})}
        return {name: arguments or None}

    def nested(self) -> Call:
        """A layer for a wrapper: mostly one that goes with the wrapper's own input."""
        shape = self.shape[1:] if self.owner.__name__ in STEPPING else self.shape
        types = [t for t in layer_types().values() if _depth(t) + self.depth < 2]
        types = [t for t in types if t.__name__ not in NOT_NESTED]
        sensible = SENSIBLE.get(self.owner.__name__)
        fitting = [t for t in types if sensible is None or sensible(t)]
        fitting = [t for t in fitting if _fits_rank(t, len(shape))]
        mostly = fitting and self.random.random() < 0.95
        return _draw_call(
            self.random, self.random.choice(fitting if mostly else types), shape, self.depth + 1
        )

    def from_schema(self, schema: Any) -> Any:
        """A value that a core schema takes."""
        random = self.random
        match schema["type"]:
            case "int":
                return self.integer(schema)
            case "float":
                return self.number(schema)
            case "bool":
                return random.random() < 0.3
            case "literal":
                return random.choice(schema["expected"])
            case "nullable":
                return None if random.random() < 0.25 else self.from_schema(schema["schema"])
            case "tuple":
                items = schema["items_schema"]
                if schema.get("variadic_item_index") is not None:
                    least = schema.get("min_length") or 0
                    items = items * random.choice([max(least, n) for n in (1, 1, 2, 2, 3, 0)])
                return tuple(self.from_schema(item) for item in items)
            case "function-before" | "function-wrap":
                value = self.from_schema(schema["schema"])
                if isinstance(value, tuple) and value and random.random() < 0.5:
                    single = value[0]
                    if _takes(schema, single):
                        return single
                return value
            case "function-after":
                drawn = (self.from_schema(schema["schema"]) for _ in range(30))
                return next((v for v in drawn if _takes(schema, v)), 1)
            case "union":
                return self.from_schema(random.choice(schema["choices"]))
            case "typed-dict":
                entries = schema["fields"].items()
                return {
                    name: self.from_schema(entry["schema"])
                    for name, entry in entries
                    if entry.get("required") or random.random() < 0.6
                }
            case "str":
                return random.choice(["a", "ab", "mean", "x y", ""])
            case "none":
                return None
        raise TypeError(f"no values for {schema['type']}: see random_layers.py")

    def integer(self, schema: Any) -> int:
        random = self.random
        least = schema.get("ge", schema["gt"] + 1 if "gt" in schema else None)
        if least is None or least < -9:  # mostly an axis
            least, most = -len(self.shape), len(self.shape)
            if random.random() < 0.2:
                least, most = -4, 5
        else:
            most = least + random.choice((0, 1, 1, 2, 3, 6))
        top = schema.get("le", LARGEST)
        most = min(most, top)
        sizes = [s for s in self.shape if s is not None and least <= s <= top]
        if sizes and random.random() < 0.2:
            return random.choice(sizes)
        return random.randint(least, most)

    def number(self, schema: Any) -> float:
        least = schema.get("ge", schema.get("gt", -2.0))
        most = schema.get("le", schema.get("lt", 2.0))
        least, most = max(least, -2.0), min(most, max(least, 0.0) + 2.0)
        edges = [v for k, v in schema.items() if k in ("ge", "le") and abs(v) < 1e9]
        if edges and self.random.random() < 0.2:
            return float(self.random.choice(edges))
        return float(round(least + (most - least) * self.random.uniform(0.1, 0.9), 3))


def _takes(schema: Any, value: Any) -> bool:
    try:
        SchemaValidator(schema).validate_python(value)
    except ValidationError:
        return False
    return True


def _wrong_values(field: Field, value: Any) -> list[Any]:
    """Values of another kind, or out of any sensible bounds, by the kind of the right one."""
    if isinstance(value, list | tuple):
        return [0, -1, "many", [*value, 1, 1], [0, *value[1:]], [*value[:-1], -2]]
    if isinstance(value, bool):
        return ["yes", [1, 2]]
    if isinstance(value, int):
        return [0, -1, -3, "many", [value] * 7, None]
    if isinstance(value, float):
        return [-1.5, "half", None]
    if isinstance(value, str):
        return ["nonsense", 7]
    return ["nonsense"]


def _depth(type: type[Layer]) -> int:
    """1 for a wrapper, which takes a layer; 0 for other layers."""
    return int(any(f.type.nested for f in fields(type).values()))


# --- shapes ---------------------------------------------------------------------------------------


def _draw_rank(random: Random, type: type[Layer]) -> int:
    if random.random() < 0.06:
        return random.randint(0, MOST_DIMENSIONS)
    return random.choices(range(MOST_DIMENSIONS + 1), _rank_weights(type))[0]


def _draw_shape(random: Random, rank: int) -> Shape:
    sizes = (1, 2, 3, 4, 5, 6, 8, 9, 12) if rank < 4 else (1, 2, 3, 4, 6)
    unknown = random.choice((0.0, 0.0, 0.0, 0.2))
    shape = [None if random.random() < unknown else random.choice(sizes) for _ in range(rank)]
    if rank == 3 and random.random() < 0.5:
        shape[2] = 3  # RGB
    return tuple(shape)


_weights: dict[type[Layer], list[float]] = {}


def _rank_weights(type: type[Layer]) -> list[float]:
    """How often each number of dimensions fits: by ``dims``, or by trying if a layer has none."""
    if type not in _weights:
        _weights[type] = _find_rank_weights(type)
    return _weights[type]


def _fits_rank(type: type[Layer], rank: int) -> bool:
    return rank <= MOST_DIMENSIONS and _rank_weights(type)[rank] > 0


def _find_rank_weights(type: type[Layer]) -> list[float]:
    if type.dims is not None and not _depth(type):
        least, most = type.dims
        return [float(least <= rank <= most) for rank in range(MOST_DIMENSIONS + 1)]
    random = Random(0)
    weights = []
    for rank in range(MOST_DIMENSIONS + 1):
        fits = 0
        for _ in range(40 if not _depth(type) else 0):
            shape = _draw_shape(random, rank)
            call = _draw_call(random, type, shape)
            fits += _outputs(call, (shape,) * max(type.inputs[0], 1)) is not None
        weights.append(fits / 40)
    return weights if any(weights) else [0, 0.5, 1, 1, 1, 1, 0]


def _outputs(call: Call, shapes: tuple[Shape, ...]) -> tuple[Shape, ...] | None:
    try:
        return measure(call.make(), shapes).outputs
    except Exception:  # whatever is wrong is for the test to say, not for the generator
        return None


def _draw_further(random: Random, call: Call, first: Shape) -> list[Shape]:
    """Further inputs: like the first, like it but for an axis or two, or like the output."""
    least, most = call.type.inputs
    if call.type.__name__ in FURTHER and random.random() < 0.85:
        return FURTHER[call.type.__name__](random, call, first)
    if random.random() < 0.03:
        count = random.randint(0, 3)
    elif random.random() < 0.4:
        count = least - 1
    else:
        count = random.randint(max(least, 1), min(most, least + 4)) - 1
    if count < 1:
        return []
    outputs = _outputs(call, (first,) * max(least, 1)) or (first,)
    likely = [outputs[-1][1:]] if len(outputs[-1]) > 1 else []
    models: list[Shape] = [first, first, *outputs, *likely]
    if random.random() < 0.6:
        return [random.choice(models)] * count
    return [_varied(random, random.choice(models)) for _ in range(count)]


def _varied(random: Random, shape: Shape) -> Shape:
    sizes = list(shape)
    for _ in range(random.choice((0, 1, 1, 2))):
        change = random.randrange(5)
        if change == 0 and sizes:
            sizes[random.randrange(len(sizes))] = 1
        elif change == 1 and sizes:
            sizes[random.randrange(len(sizes))] = random.choice((None, 2, 3, 4))
        elif change == 2 and sizes:
            del sizes[0]
        elif change == 3 and len(sizes) < MOST_DIMENSIONS:
            sizes.insert(0, random.choice((1, 2, 3)))
        elif sizes:
            sizes[-1] = random.choice((1, 2, 3, 4))
    return tuple(sizes)
