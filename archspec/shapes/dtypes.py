"""Types of values, by Keras's names, and their kinds: what a layer can calculate with.

Source: ``ALLOWED_DTYPES`` of keras/src/backend/common/variables.py. Complex numbers and 8-bit
floats, with which hardly a layer of Keras calculates, are left out.
"""

from functools import cache

DTYPES: dict[str, str] = {
    "float32": "float",
    "float16": "float",
    "bfloat16": "float",
    "float64": "float",
    "int8": "int",
    "int16": "int",
    "int32": "int",
    "int64": "int",
    "uint8": "int",
    "uint16": "int",
    "uint32": "int",
    "uint64": "int",
    "bool": "bool",
    "string": "string",
}
"""Name → kind: float, int, bool or string."""

POLICIES = (
    *[name for name, kind in DTYPES.items() if kind == "float"],
    "mixed_float16",
    "mixed_bfloat16",
)
"""What the ``dtype`` of a layer of Keras may be: weights and calculations in a type, or
calculations in the one that is named and weights in float32."""

BYTES = {
    name: int("".join(filter(str.isdigit, name))) // 8 for name in DTYPES if name[-1].isdigit()
}
BYTES["bool"] = 1
"""Bytes of a value; text has no number of its own."""

FLOATS = frozenset({"float"})
NUMBERS = FLOATS | {"int"}
VALUES = NUMBERS | {"bool"}
ANY = VALUES | {"string"}

WIDE_UNSIGNED = frozenset({"uint32", "uint64"})
"""What TensorFlow's pictures and windows do not have."""

WORDS = {
    "float": "floating-point numbers",
    "int": "whole numbers",
    "bool": "truth values",
    "string": "text",
}
"""Kind → what to call it."""


class DtypeError(ValueError):
    """An input whose values a layer cannot take; ``help`` says what would mend it."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


_ABOVE = {
    "bool": {"int8", "uint8"},
    "uint8": {"int16", "uint16"},
    "uint16": {"int32", "uint32"},
    "uint32": {"int64", "uint64"},
    "int8": {"int16"},
    "int16": {"int32"},
    "int32": {"int64"},
    "int64": {"float"},
    "uint64": {"float"},
    "float": {"bfloat16", "float16"},
    "bfloat16": {"float32"},
    "float16": {"float32"},
    "float32": {"float64"},
}
"""The next larger types of each; ``float`` is any, which in the end is float32.

Source: ``_type_promotion_lattice`` of keras/src/backend/common/dtypes.py.
"""


def common(dtypes: tuple[str, ...]) -> str:
    """The type of what is made of values of several types: the smallest that is above them all.

    Raises:
        DtypeError: text is among others.
    """
    if len(set(dtypes)) == 1:
        return dtypes[0]
    if "string" in dtypes:
        raise DtypeError("text cannot be merged with numbers")
    shared = set.intersection(*[_from(dtype) for dtype in dtypes])
    least = next(name for name in shared if shared <= _from(name))
    return {"float": "float32", "uint64": "uint32"}.get(least, least)


@cache
def _from(dtype: str) -> set[str]:
    """A type and all that are above it."""
    return {dtype}.union(*[_from(above) for above in _ABOVE.get(dtype, ())])


def autocast(dtypes: tuple[str, ...], floats: str) -> tuple[str, ...]:
    """The types with all floating-point ones made one of them, as Keras's layers do."""
    return tuple([floats if DTYPES[dtype] == "float" else dtype for dtype in dtypes])
