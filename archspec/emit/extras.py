"""What to install for what archspec itself does without."""

import re
from importlib.metadata import PackageNotFoundError, requires

_OTHERWISE = {
    "keras": "keras matplotlib tensorflow",
    "jax": "keras jax matplotlib",
    "onnx": "onnx tf2onnx",
}
"""Where archspec runs from its folder and is not installed."""


def install(extra: str) -> str:
    """The command that brings the packages of an extra of pyproject.toml.

    They are named one by one: archspec may have been installed from a folder, a wheel or an index,
    so that its own name means nothing to pip.
    """
    try:
        lines = requires("archspec-nn") or []
    except PackageNotFoundError:
        lines = []
    found = [
        re.sub(r"\s", "", line.partition(";")[0])
        for line in lines
        if re.search(rf"extra\s*==\s*['\"]{extra}['\"]", line)
    ]
    if not found:
        return f"pip install {_OTHERWISE[extra]}"
    return "pip install " + " ".join(f'"{package}"' for package in found)
