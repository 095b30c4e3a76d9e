"""Types of values, by Keras's names, and their kinds: what a layer can calculate with.

Source: ``ALLOWED_DTYPES`` of keras/src/backend/common/variables.py. Complex numbers and 8-bit
floats, with which hardly a layer of Keras calculates, are left out.
"""

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


def common(dtypes: tuple[str, ...]) -> str:
    """The type of what is made of values of several types: ``float32`` if one is a float.

    Raises:
        DtypeError: text is among others.
    """
    kinds = {DTYPES[dtype] for dtype in dtypes}
    if len(set(dtypes)) == 1:
        return dtypes[0]
    if "string" in kinds:
        raise DtypeError("text cannot be merged with numbers")
    if "float" in kinds or ("uint64" in dtypes and any(d.startswith("int") for d in dtypes)):
        return "float32"  # no whole number of Keras holds both uint64 and what is below 0
    # Keras has rules of its own for each pair; what follows asks for the kind only.
    return "int64" if "int" in kinds else "bool"
