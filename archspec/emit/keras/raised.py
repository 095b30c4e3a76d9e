"""What Keras says when it raises an error."""

import re

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def first_lines(error: BaseException, most: int) -> list[str]:
    """The first lines of the message, without colour and blank ones; the class if there is none."""
    lines = [line.strip() for line in _STYLE.sub("", str(error)).splitlines()]
    return [line for line in lines if line][:most] or [type(error).__name__]
