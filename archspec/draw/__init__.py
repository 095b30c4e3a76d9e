"""Pictures of networks. The package can be called: ``archspec.draw("specs/resnet50.yaml")``."""

import os
import sys
from types import ModuleType
from typing import Any

from archspec.infer import ShapedGraph


def draw(
    spec: ShapedGraph | str | os.PathLike[str],
    *,
    detail: str = "auto",
    expand: tuple[str, ...] = (),
    direction: str = "TB",
    theme: str = "light",
) -> Any:
    """A network as a ``graphviz.Digraph``: to look at in a notebook, to change, to render.

    Where the system has no Graphviz, the ``graphviz`` package is told to use the bundled one.

    Args:
        spec: a checked network, or the path of a spec.
        detail: ``auto``, ``layers``, ``fused``, ``blocks`` or ``stages``.
        expand: paths, or words, of blocks to draw opened.
        direction: ``TB`` or ``LR``.
        theme: ``light`` or ``dark``.

    Raises:
        SpecError: the spec has errors.
        LookupError: there is no block to open of that name.
    """
    from archspec.draw.cards import diagram
    from archspec.draw.dot import digraph
    from archspec.draw.engine import use_bundled
    from archspec.draw.theme import THEMES

    if not isinstance(spec, ShapedGraph):
        from archspec.api import load

        spec = load(spec)
    use_bundled()
    return digraph(diagram(spec, detail, expand), THEMES[theme], direction)


class _Callable(ModuleType):
    """The package itself, which also is the function."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return draw(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
