"""Initializers, regularizers and constraints: what a layer's arguments name besides numbers and words.

A file for each family, a record for each class. They are imported when a spec names one: most name
none, and a layer's default is Keras's own word for it.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, ClassVar

from archspec.records.cache import once_per_class
from archspec.records.objects import KerasObject, Kinds
from archspec.records.record import (
    ArgumentError,
    ArgumentType,
    Record,
    ValidationError,
    fields,
)
from archspec.records.schemas import read_by
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape

WORDS = ("initializer", "regularizer", "constraint")
"""Last words of the arguments that take one; Keras's module has the word in the plural."""


def takes_setting(argument: str) -> bool:
    """Whether an argument such as ``kernel_initializer`` of a layer of Keras takes a setting."""
    return argument.rpartition("_")[2] in WORDS


class Setting(KerasObject):
    """An initializer, a regularizer or a constraint with its arguments."""

    lacks: ClassVar[frozenset[str]] = frozenset()
    """Floating-point types with which Keras does not calculate it."""

    def check_shape(self, shape: Shape) -> None:
        """Look at the shape of what it is to act on.

        Raises:
            ValueError: it cannot act on such a shape; the text goes on after "on".
        """


class SettingType(ArgumentType):
    """A name (`he_normal`) or a one-key map of a name and its arguments (`{L2: {l2: 1e-4}}`)."""

    __slots__ = ("module",)

    def __init__(self, module: str, word: str, example: str) -> None:
        schema = read_by(self.read, self.json_schema)
        expects = f"the name of {word}, or one with its arguments such as {example}"
        super().__init__(schema, expects, text=True, choices=self._names)
        self.module = module

    @property
    def kinds(self) -> Kinds:
        """The classes of the family."""
        known: Kinds = import_module(f"archspec.layers.settings.{self.module}").KINDS
        return known

    def _names(self) -> tuple[str, ...]:
        return tuple(self.kinds.names)

    def find(self, value: Any) -> tuple[str, type[Record], Any] | None:
        """Word, class and arguments of a name or of a one-key map; None if it is neither."""
        if isinstance(value, str):
            word, arguments = value, None
        elif isinstance(value, dict) and len(value) == 1:
            ((word, arguments),) = value.items()
        else:
            return None
        kind = self.kinds.names.get(word) if isinstance(word, str) else None
        return None if kind is None else (word, kind, arguments)

    def read(self, value: Any) -> Any:
        """A name as it is, or the class with its arguments as its record takes them.

        Raises:
            ValueError: there is no such thing, or it does not take the arguments.
        """
        found = self.find(value)
        if found is None:
            raise ValueError("neither a name nor a map with one known key")
        word, kind, arguments = found
        if not isinstance(arguments, dict | None):
            raise ValueError(f"the arguments of {word} are a map")
        made = _record(kind, arguments or {})
        return {kind.__name__: _plain(made.arguments())} if arguments else value

    def make(self, value: Any) -> Any:
        """The Keras object of a value that was read. Imports Keras."""
        found = self.find(value)
        assert found is not None
        _, kind, arguments = found
        made = kind(**(arguments or {}))
        assert isinstance(made, Setting)
        return made.make()

    def json_schema(self) -> dict[str, Any]:
        """A name of those that need no argument, or one key with its arguments."""
        from archspec.records.json_schema import convert

        names = self.kinds.names
        bare = [name for name, kind in names.items() if not any_required(kind)]
        return {
            "anyOf": [
                {"enum": bare},
                {"type": "string", "pattern": r"\$"},
                {
                    "type": "object",
                    "properties": {
                        name: {
                            "type": ["object"] if any_required(kind) else ["object", "null"],
                            "properties": {
                                f.name: convert(f.type.schema_for(kind), formulas=not f.type.text)
                                for f in fields(kind).values()
                            },
                            "additionalProperties": False,
                        }
                        for name, kind in names.items()
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ]
        }


def any_required(kind: type[Record]) -> bool:
    """Whether a class cannot be named without arguments."""
    return any(field.required for field in fields(kind).values())


def _record(kind: type[Record], arguments: Mapping[str, Any]) -> Record:
    try:
        return kind(**arguments)
    except (ValidationError, ArgumentError, TypeError) as error:
        raise ValueError(f"{kind.__name__}: {error}") from None


def _plain(value: Any) -> Any:
    """Lists for tuples: Keras writes the latter into files as objects of their own."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


Initializer = Annotated[Any, SettingType("initializers", "an initializer", "{HeNormal: {seed: 1}}")]
Regularizer = Annotated[Any, SettingType("regularizers", "a regularizer", "{L2: {l2: 0.01}}")]
Constraint = Annotated[Any, SettingType("constraints", "a constraint", "{MaxNorm: {max_value: 2}}")]


def setting_type(annotation: Any) -> SettingType | None:
    """The setting that a field takes, if it takes one; it may be null too."""
    for inner in (annotation, *getattr(annotation, "__args__", ())):
        for data in getattr(inner, "__metadata__", ()):
            if isinstance(data, SettingType):
                return data
    return None


@once_per_class
def settings_of(layer: type[Record]) -> tuple[tuple[str, str, Any, SettingType], ...]:
    """Arguments of a layer that take a setting: name, attribute, default and type."""
    return tuple(_settings(layer))


def _settings(layer: type[Record]) -> Iterator[tuple[str, str, Any, SettingType]]:
    for field in fields(layer).values():
        found = setting_type(field.annotation)
        if found is not None:
            yield field.name, field.attribute, field.default, found


def check_settings(layer: Record, outputs: tuple[Shape, ...], weights: tuple[Weight, ...]) -> None:
    """Look whether the settings of a layer can act on its weights, or on its outputs.

    Raises:
        ShapeError: one cannot.
    """
    values = layer.__dict__
    for name, attribute, default, type in settings_of(layer.__class__):
        value = values[attribute]
        # What Keras has itself as default fits.
        if value is None or value == default:
            continue
        found = type.find(value)
        if found is None:
            continue
        word, kind, arguments = found
        made = kind(**(arguments or {}))
        if isinstance(made, Setting):
            _check_one(made, word, name, outputs, weights)


def check_types(layer: Record, weights: str, outputs: str) -> None:
    """Look whether the settings of a layer can act on values of these types.

    Raises:
        ShapeError: one cannot.
    """
    for name, attribute, _, type in settings_of(layer.__class__):
        found = type.find(layer.__dict__[attribute])
        kind = found[1] if found else None
        dtype = outputs if name.startswith("activity_") else weights
        if kind is not None and issubclass(kind, Setting) and dtype in kind.lacks:
            message = f"{kind.__name__} calculates with no {dtype}"
            mixed = dtype == weights and f"mixed_{dtype}" in ("mixed_float16", "mixed_bfloat16")
            help = f"`dtype: mixed_{dtype}` keeps weights in float32" if mixed else ""
            raise ShapeError(message, argument=name, help=help)


def _check_one(
    made: Setting, word: str, name: str, outputs: tuple[Shape, ...], weights: tuple[Weight, ...]
) -> None:
    stem = name.rpartition("_")[0]
    acts_on: list[tuple[str, Shape]] = [
        (f"the {weight.name}, {format_shape(weight.shape)}", weight.shape)
        for weight in weights
        if is_of(weight.name, name)
    ]
    if stem == "activity":
        acts_on = [(f"an output of {format_shape(o)} with the batch", (None, *o)) for o in outputs]
    for what, shape in acts_on:
        try:
            made.check_shape(shape)
        except ValueError as error:
            message = f"{word} cannot act on {what}: {error}"
            raise ShapeError(message, argument=name, code="AS404") from None


def is_of(weight: str, name: str) -> bool:
    """Whether an argument such as ``depthwise_initializer`` acts on a weight."""
    stem, _, word = name.rpartition("_")
    if not stem:  # a layer with one weight
        return True
    last = weight.rpartition("/")[2]
    known = {stem, f"{stem}_kernel"}
    if stem == "depthwise":
        known.add("kernel")  # of a DepthwiseConv
    if stem == "moving_mean":
        known.add("renorm_mean")  # of a BatchNormalization that renormalises
    if word == "regularizer":
        known |= {f"lora_{stem}_a", f"lora_{stem}_b"}
    return last in known
