"""Names of Keras layers: the paths of nodes, as far as Keras and its backends take them."""

import re
from collections.abc import Iterable

_FORBIDDEN = re.compile(r"[^A-Za-z0-9_.>\\-]")
"""TensorFlow's scopes take these characters, and Keras refuses `/`."""


def layer_names(paths: Iterable[str], separator: str = ".") -> list[str]:
    """A name for each path: the path itself, ``stage2.unit1.add``.

    What no backend takes becomes `_`. PyTorch refuses dots, so that models on it have another
    separator. Paths that become equal by this get a number.
    """
    given = list(paths)
    plain = set(given)
    used: set[str] = set()
    names = []
    for path in given:
        name = _FORBIDDEN.sub("_", path).replace(".", separator)
        if not name[:1].isalnum():  # where TensorFlow's scopes begin
            name = f"x{name}"
        base, number = name, 0
        while name in used or (name != path and name in plain):
            number += 1
            name = f"{base}_{number}"
        used.add(name)
        names.append(name)
    return names
