"""What a saved model says of itself: names of its classes, and what it wants to be given."""

import json
from typing import Any, NamedTuple

MOST_BYTES = 2**20
_OUTPUTS = ("probabilities", "probability", "scores")
_LONGEST_NAME = 1000
_LARGEST = 1e300


class About(NamedTuple):
    """What is known of a saved model beside what Keras saves."""

    class_names: list[str] | None
    channels: int | None
    """Channels of the pictures that it takes; None if it takes none."""
    outputs: str
    """``probabilities``, ``probability`` of the second class, or ``scores``."""
    dtype: str | None = None
    """NumPy's name for the type of what it was trained on; None if it is of an older version."""
    low: float | None = None
    """The smallest value in it."""
    high: float | None = None
    """The largest one."""


def parse_about(data: bytes) -> About:
    """What a file says, each value found to be of its kind.

    Raises:
        ValueError: it says something else; the text is what.
    """
    try:
        values = json.loads(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(values, dict):
        raise ValueError("it is no mapping")
    unknown = values.keys() - set(About._fields)
    missing = [n for n in About._fields if n not in values and n not in About._field_defaults]
    if unknown or missing:
        raise ValueError("it has other keys than archspec writes")
    found = About(**values)
    if wrong := [name for name, sound in _sound(found).items() if not sound]:
        raise ValueError(f"its `{wrong[0]}` is none")
    return found


def _sound(about: About) -> dict[str, bool]:
    """Which of the values are what they should be."""
    names, channels, low, high = about.class_names, about.channels, about.low, about.high
    listed = isinstance(names, list) and bool(names) and all(map(_is_name, names))
    ranged = _is_number(low) and _is_number(high) and float(low or 0) <= float(high or 0)
    return {
        "class_names": names is None or listed,
        "channels": channels is None or (type(channels) is int and channels > 0),
        "outputs": about.outputs in _OUTPUTS,
        "dtype": about.dtype is None or _is_name(about.dtype),
        "low": (low is None and high is None) or ranged,
    }


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_NAME


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < _LARGEST
