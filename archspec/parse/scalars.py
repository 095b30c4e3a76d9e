"""Plain scalars by YAML 1.2's core rules: ``no`` and ``on`` are text, ``1e-3`` is a number."""

import re
from collections.abc import Sequence
from functools import cache
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

_NUMBER = r"""(?x)
        (?P<int>[-+]?[0-9]+(_[0-9]+)*)$
      | 0o(?P<octal>[0-7]+)$ | 0x(?P<hex>[0-9a-fA-F]+)$
      | (?P<float>[-+]?(\.[0-9]+|[0-9]+(_[0-9]+)*(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$
      | (?P<special>[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$"""
_NUMBERS = r"[-+]?[0-9.]+(?:\s*,\s*[-+]?[0-9.]+)+,?$"


class OddNumber(ValueError):
    """A number that is too long, that could be read in two ways, or that has commas in it."""

    def __init__(self, message: str, meant: Sequence[str] = (), help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.meant = meant
        """What may be meant, as it would be written; it is certain if there is only one."""
        self.help = help


def read_number(text: str) -> Any:
    """The number that a plain scalar stands for, or the text if it is none.

    Raises:
        OddNumber: a leading zero, too many digits, or commas.
    """
    if len(text) <= MAX_DIGITS and text.isascii():  # nearly all are such
        if text.isdigit() and text[0] != "0":
            return int(text)
        whole, _, part = text.partition(".")
        if whole.isdigit() and part.isdigit():
            return float(text)
    match = _number_pattern().match(text)
    if match is None:
        if "," in text and re.match(_NUMBERS, text):
            raise _with_commas(text)
        return text
    kind = match.lastgroup
    if len(text) > MAX_DIGITS:
        raise OddNumber(f"a number with {len(text)} characters is too long")
    if kind == "int":
        digits = text.lstrip("+-")
        value = int(text.replace("_", "").lstrip("+"))
        if digits[0] == "0" and len(digits) > 1:
            plain = digits.lstrip("0_") or "0"
            help = f"write {plain}, or 0o{plain} if base 8 is meant"
            meant = [f"{text[: len(text) - len(digits)]}{plain}", f"0o{plain}"]
            raise OddNumber(f"`{text}` could be read in base 8 or 10", meant, help)
        return value
    if kind == "octal":
        return int(match["octal"], 8)
    if kind == "hex":
        return int(match["hex"], 16)
    plain = text.replace("_", "").lower()
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))


@cache  # few texts need it, and to compile it takes time
def _number_pattern() -> re.Pattern[str]:
    return re.compile(_NUMBER)


def _with_commas(text: str) -> OddNumber:
    """A fraction as it is written in many languages, or a list that lacks its brackets."""
    parts = [part.strip() for part in text.rstrip(",").split(",")]
    message = f"`{text}` is not a number"
    listed = f"[{', '.join(parts)}]"
    whole = len(parts) == 2 and parts[1].isdigit() and parts[0].lstrip("+-").isdigit()
    if not whole or ", " in text:
        return OddNumber(message, [listed], f"a list stands in brackets: `{listed}`")
    fraction = ".".join(parts)
    if parts[0].lstrip("+-") == "0":
        return OddNumber(message, [fraction], f"a fraction has a point: `{fraction}`")
    meant = [listed, fraction]
    if len(parts[1]) == 3:
        meant = ["".join(parts), fraction]
    return OddNumber(message, meant)
