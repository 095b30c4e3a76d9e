"""Modules of a package as they lie in its folder: what is found there needs no list."""

from collections.abc import Iterable


def modules_in(path: Iterable[str]) -> list[str]:
    """Names of the modules and packages in a package's ``__path__``, sorted.

    Those that begin with an underline are its own and left out.
    """
    from pkgutil import iter_modules

    return sorted(m.name for m in iter_modules(path) if not m.name.startswith("_"))


def formats_in(path: Iterable[str]) -> tuple[str, ...]:
    """The same for formats: ``text``, which is what people read, comes first."""
    return tuple(sorted(modules_in(path), key=lambda name: name != "text"))
