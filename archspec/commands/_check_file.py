"""A file, checked: what it is, what is wrong with it, what is said of it if nothing is."""

import os
from typing import Any, NamedTuple

from archspec.commands._options import Chosen, Examine, is_model, open_spec, try_fixes
from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Sink
from archspec.emit.sound_line import recipe_line, spec_line
from archspec.parse import Document
from archspec.pipeline import shape_document
from archspec.records.record import fields
from archspec.spec.words import SpecKeys

_LARGE = 50_000
"""Bytes of a file in a folder that is looked at before it is parsed."""


class How(NamedTuple):
    """How files are checked."""

    values: dict[str, str]
    roots: tuple[str, ...]
    chosen: Chosen
    strict: bool | None
    """Whether warnings count as errors; None: as the project says."""
    projects: ProjectSettings


class Checked:
    """What became of a file."""

    __slots__ = ("line", "recipe", "sink", "strict")

    def __init__(self, recipe: bool, sink: Sink, strict: bool, line: str = "") -> None:
        self.recipe = recipe
        self.sink = sink
        self.strict = strict
        """Whether a warning is as bad as an error."""
        self.line = line
        """What is said of it if it is sound."""

    @property
    def is_bad(self) -> bool:
        """Whether it has an error, or a warning that counts as one."""
        warned = self.strict and any(d.severity == "warning" for d in self.sink.diagnostics)
        return self.sink.errors or warned


def check_file(path: str, how: How, sifted: bool, data: bytes | None = None) -> Checked | None:
    """What becomes of a file; None if it was ``sifted`` and is neither spec nor recipe.

    ``data`` is what is in it, if that was read already or is not written.
    """
    if sifted and _is_large(path):
        from archspec.commands._others import is_other

        if is_other(path):
            return None
    sink = Sink()
    sink.roots = how.roots
    document = open_spec(path, sink, data)
    model = not sifted and data is None and is_model(path, document, sink, 0)
    if sifted and not (document and type(document.value) is dict and "archspec" in document.value):
        from archspec.commands._others import is_meant

        if not is_meant(path, document):
            return None
    settings = how.projects.of(path, sink)
    sink.selection = how.chosen.selection(settings.selection)
    strict = settings.strict if how.strict is None else how.strict
    recipe, found = False, None
    if model:
        from archspec.importer.model_as_spec import shape_model

        found = shape_model(path, sink, how.values)
    else:
        if document is not None:
            recipe, found = _examine(document, sink, how.values)
        try_fixes(path, sink, examiner(how.values))
    if sink.errors or (recipe and found is None):
        return Checked(recipe, sink, strict)
    return Checked(recipe, sink, strict, (recipe_line if recipe else spec_line)(found))


def _examine(document: Document, sink: Sink, values: dict[str, str]) -> tuple[bool, Any]:
    """Whether a document is a recipe, and the recipe or the network of it."""
    if not is_recipe(document.value):
        return False, shape_document(document, sink, values)
    from archspec.train.check.read import read_recipe

    return True, read_recipe(document, sink, values, needed=False)


def examiner(values: dict[str, str]) -> Examine:
    """Finds what is wrong with a spec or a recipe."""
    return lambda document, sink: _examine(document, sink, values)


def _is_large(path: str) -> bool:
    """Whether parsing a file to find out that it is something else would take long."""
    try:
        return os.path.getsize(path) > _LARGE
    except OSError:
        return False


def is_recipe(value: Any) -> bool:
    """Whether a document is a recipe; modules of recipes are loaded only where it may be one."""
    if not isinstance(value, dict):
        return False
    if "spec" not in value and ("layers" in value or fields(SpecKeys).keys() >= value.keys()):
        return False
    from archspec.train.recipe import kind

    return kind.is_recipe(value)
