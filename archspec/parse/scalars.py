"""Plain scalars by YAML 1.2's core rules: ``no`` and ``on`` are text, ``1e-3`` is a number."""

import re
from typing import Any

from archspec.parse.document import MAX_DIGITS

WORDS: dict[str, Any] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBER_START = frozenset("0123456789+-.")
"""What a number can begin with."""

_NUMBER = re.compile(
    r"""(?P<int>[-+]?[0-9]+(_[0-9]+)*)$
      | 0o(?P<octal>[0-7]+)$ | 0x(?P<hex>[0-9a-fA-F]+)$
      | (?P<float>[-+]?(\.[0-9]+|[0-9]+(_[0-9]+)*(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$
      | (?P<special>[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$""",
    re.VERBOSE,
)


class OddNumber(ValueError):
    """A number that is too long, or that could be read in two ways."""

    def __init__(self, message: str, value: int, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.value = value
        self.help = help


def read_number(text: str) -> Any:
    """The number that a plain scalar stands for, or the text if it is none.

    Raises:
        OddNumber: a leading zero, or too many digits.
    """
    if text.isdigit() and text[0] != "0" and len(text) <= MAX_DIGITS and text.isascii():
        return int(text)
    match = _NUMBER.match(text)
    if match is None:
        return text
    kind = match.lastgroup
    if len(text) > MAX_DIGITS:
        raise OddNumber(f"a number with {len(text)} characters is too long", 0)
    if kind == "int":
        digits = text.lstrip("+-")
        value = int(text.replace("_", "").lstrip("+"))
        if digits[0] == "0" and len(digits) > 1:
            plain = digits.lstrip("0_") or "0"
            help = f"write {plain}, or 0o{plain} if base 8 is meant"
            raise OddNumber(f"`{text}` could be read in base 8 or 10", value, help)
        return value
    if kind == "octal":
        return int(match["octal"], 8)
    if kind == "hex":
        return int(match["hex"], 16)
    plain = text.replace("_", "").lower()
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))
