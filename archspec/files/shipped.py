"""What ships with archspec: specs, recipes, explanations; in a wheel, or in the checkout around it."""

import os

_HERE = os.path.dirname(os.path.dirname(__file__))
_ROOTS = (os.path.join(_HERE, "_shipped"), os.path.dirname(_HERE))
"""Where they lie in a wheel, and in a checkout."""


def shipped_specs() -> dict[str, str]:
    """Path of each spec that ships, by name: ``alexnet``, ``families/resnet``.

    Those at the top come first. Empty if none are found.
    """
    return _named("specs")


def shipped_recipes() -> dict[str, str]:
    """Path of each recipe that ships, by name: ``recipes/lenet5_mnist``."""
    return {f"recipes/{name}": path for name, path in _named("recipes").items()}


def find_shipped(name: str) -> str | None:
    """Path of the spec or recipe of a name; ``resnet`` finds ``families/resnet``.

    So short a name finds a spec only, and only if there is one of it.
    """
    specs = shipped_specs()
    if name in specs:
        return specs[name]
    found = [path for full, path in specs.items() if full.rpartition("/")[2] == name]
    return found[0] if len(found) == 1 else shipped_recipes().get(name)


def shipped_folders() -> list[str]:
    """The folders of the specs and the recipes that ship."""
    return [path for path in map(_folder, ("specs", "recipes")) if path is not None]


def error_page(code: str) -> str | None:
    """The page that explains a code, in Markdown; None if there is none."""
    path = error_page_path(code)
    if path is None:
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def error_page_path(code: str) -> str | None:
    """Path of the page that explains a code; None if there is none."""
    root = _folder(os.path.join("docs", "errors"))
    if root is None or not code.isalnum():
        return None
    path = os.path.join(root, code + ".md")
    return path if os.path.isfile(path) else None


def _folder(name: str) -> str | None:
    paths = [os.path.join(root, name) for root in _ROOTS]
    return next((path for path in paths if os.path.isdir(path)), None)


def _named(kind: str) -> dict[str, str]:
    """Paths of the files in a folder and those below, by their names in it without the ending."""
    root = _folder(kind)
    if root is None:
        return {}
    found = {}
    for folder, below, names in os.walk(root):
        below.sort()
        for name in sorted(names):
            stem, ending = os.path.splitext(name)
            if ending in (".yaml", ".yml", ".json"):
                path = os.path.join(folder, name)
                inner = os.path.relpath(os.path.join(folder, stem), root)
                found[inner.replace(os.sep, "/")] = path
    return found
