"""Codes of warnings and notes as people write them: a number, a beginning, ``ALL``."""

import re
from functools import lru_cache

from archspec.diagnostics.codes import CODES, is_error


class CodeError(ValueError):
    """What stands for codes of warnings and notes, and is none."""

    def __init__(self, message: str, meant: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.meant = meant
        """The code that it may be instead."""


@lru_cache(256)
def find_code(written: str) -> str:
    """The code, or the beginning of codes, of warnings or notes that is meant.

    Raises:
        CodeError: there is none, or errors alone have it.
    """
    code = written.strip().upper()
    if code == "ALL":
        return code
    if code.isdigit():
        code = f"AS{code}"
    fitting = [c for c in CODES if code and c.startswith(code)]
    if not fitting:
        raise CodeError(f"there is no code `{written.strip()}`", _meant(code))
    if all(is_error(c) for c in fitting):
        what = "is an error" if fitting == [code] else "stands for errors"
        raise CodeError(f"`{code}` {what}: only warnings and notes can be chosen")
    return code


def _meant(code: str) -> str:
    """The code with the same number, or the only one with these words in its title."""
    number = "".join(re.findall(r"\d", code.replace("O", "0").replace("I", "1")))
    if f"AS{number}" in CODES and not is_error(f"AS{number}"):
        return f"AS{number}"
    words = re.findall(r"[A-Z]{3,}", code)
    fitting = [
        c
        for c, t in CODES.items()
        if words and not is_error(c) and all(w in t.upper() for w in words)
    ]
    return fitting[0] if len(fitting) == 1 else ""
