"""What `archspec compile` writes: a file for each kind of file, with a ``FORMAT``, found by folder.

Keras itself is imported only when a model is written.
"""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from archspec.files.modules import modules_in
from archspec.infer.infer import ShapedGraph

Warn = Callable[..., object]
"""Says a warning, in one or more lines."""


class Format(NamedTuple):
    """A kind of file: made of a Keras model by ``save``, or of a graph, as text, by ``write``."""

    ending: str
    """With its dot, in small letters; empty for a folder."""
    title: str
    save: Callable[[Any, str], object] | None = None
    """Writes a Keras model to a path."""
    write: Callable[[ShapedGraph, Warn], str] | None = None
    """The text; needs no Keras."""
    folder: bool = False
    weights: bool = True
    """Whether it holds the weights."""
    config: bool = False
    """Whether Keras makes the layers anew when it reads it."""


FORMATS: tuple[Format, ...] = tuple(
    import_module(f"{__name__}.{name}").FORMAT for name in modules_in(__path__)
)
ENDINGS = tuple(sorted(format.ending for format in FORMATS if format.ending))


def format_of(path: str) -> Format | None:
    """The format for a path's ending; a path without one is a folder.

    None if nothing is written with that ending, or if the ending is all there is of a name.
    """
    name = os.path.basename(os.path.normpath(path)).lower()
    is_folder = path.endswith(("/", os.sep))
    for format in FORMATS:
        if (
            not is_folder
            and format.ending
            and name.endswith(format.ending)
            and name != format.ending
        ):
            return format
    folder = is_folder or "." not in name or name in (".", "..")
    return next((f for f in FORMATS if f.folder), None) if folder else None
