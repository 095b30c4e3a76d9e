"""What ships with archspec: specs and pages of explanation, in a wheel or beside a checkout."""

import os
from collections.abc import Iterator

_HERE = os.path.dirname(__file__)


def shipped_specs() -> dict[str, str]:
    """Path of each spec that ships, by name: ``alexnet``, ``families/resnet``.

    Those at the top come first. Empty if none are found.
    """
    root = _folder("_specs", "specs")
    if root is None:
        return {}
    found = {}
    for path in _files(root, (".yaml", ".yml", ".json")):
        name = os.path.splitext(os.path.relpath(path, root))[0]
        found[name.replace(os.sep, "/")] = path
    return found


def find_shipped(name: str) -> str | None:
    """Path of the spec with a name; ``resnet`` finds ``families/resnet`` if it is the only one."""
    specs = shipped_specs()
    if name in specs:
        return specs[name]
    found = [path for full, path in specs.items() if full.rpartition("/")[2] == name]
    return found[0] if len(found) == 1 else None


def error_page(code: str) -> str | None:
    """The page that explains a code, in Markdown; None if there is none."""
    root = _folder("_errors", os.path.join("docs", "errors"))
    if root is None or not code.isalnum():
        return None
    try:
        with open(os.path.join(root, code + ".md"), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _folder(inside: str, beside: str) -> str | None:
    """The folder in the package, as in a wheel, or beside it, as in a checkout."""
    for path in (os.path.join(_HERE, inside), os.path.join(os.path.dirname(_HERE), beside)):
        if os.path.isdir(path):
            return path
    return None


def _files(root: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    for folder, below, names in os.walk(root):
        below.sort()
        for name in sorted(names):
            if name.endswith(suffixes):
                yield os.path.join(folder, name)
