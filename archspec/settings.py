"""Initializers, regularizers and constraints: Keras's names for them, and their arguments.

A name may be that of the class or the same in snake_case, as ``keras.initializers.get`` and its
two sisters have it (keras/src/initializers/, keras/src/regularizers/, keras/src/constraints/).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.record import snake_case

_FANS = ("seed", "input_axes", "output_axes")


class Kinds(NamedTuple):
    """The classes of one family with their arguments, and other names that Keras has for them."""

    article: str
    word: str
    classes: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, str]

    def names(self) -> list[str]:
        """Every name that can stand alone."""
        return [*self.classes, *map(_snake, self.classes), *self.aliases]

    def find(self, name: str) -> str | None:
        """The class of a name, or None."""
        if name in self.classes:
            return name
        found = self.aliases.get(name)
        return found or next((c for c in self.classes if _snake(c) == name), None)

    def check(self, value: Any) -> Any:
        """A name, or one name with its arguments, as it is.

        Raises:
            ValueError: it is neither.
        """
        if isinstance(value, str):
            if self.find(value) is None:
                raise ValueError(f"there is no {self.word} `{value}`")
            return value
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError("neither a name nor a map with one key")
        ((name, arguments),) = value.items()
        found = self.find(name) if isinstance(name, str) else None
        if found is None:
            raise ValueError(f"there is no {self.word} `{name}`")
        known = self.classes[found]
        if arguments is None or (isinstance(arguments, dict) and arguments.keys() <= {*known}):
            return value
        raise ValueError(f"{name} takes {', '.join(known) or 'no arguments'}")


def _snake(name: str) -> str:
    return snake_case(name) if name not in ("L1L2", "STFT") else name.lower()


INITIALIZERS = Kinds(
    "an",
    "initializer",
    {
        "Constant": ("value",),
        "GlorotNormal": _FANS,
        "GlorotUniform": _FANS,
        "HeNormal": _FANS,
        "HeUniform": _FANS,
        "Identity": ("gain",),
        "LecunNormal": _FANS,
        "LecunUniform": _FANS,
        "Ones": (),
        "Orthogonal": ("gain", "seed"),
        "RandomNormal": ("mean", "stddev", "seed"),
        "RandomUniform": ("minval", "maxval", "seed"),
        "STFT": ("side", "window", "scaling", "periodic"),
        "TruncatedNormal": ("mean", "stddev", "seed"),
        "VarianceScaling": ("scale", "mode", "distribution", *_FANS),
        "Zeros": (),
    },
    {
        "IdentityInitializer": "Identity",
        "OrthogonalInitializer": "Orthogonal",
        "STFTInitializer": "STFT",
        "normal": "RandomNormal",
        "one": "Ones",
        "uniform": "RandomUniform",
        "zero": "Zeros",
    },
)
REGULARIZERS = Kinds(
    "a",
    "regularizer",
    {
        "L1": ("l1",),
        "L1L2": ("l1", "l2"),
        "L2": ("l2",),
        "OrthogonalRegularizer": ("factor", "mode"),
    },
    {},
)
CONSTRAINTS = Kinds(
    "a",
    "constraint",
    {
        "MaxNorm": ("max_value", "axis"),
        "MinMaxNorm": ("min_value", "max_value", "rate", "axis"),
        "NonNeg": (),
        "UnitNorm": ("axis",),
    },
    {},
)
