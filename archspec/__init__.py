"""A compiler for neural networks written as YAML or JSON layer graphs.

``load`` gives a checked network, ``check`` a list of what is wrong with a spec, ``fix`` its
text with that mended, and ``build`` a Keras model; ``load_weights`` and ``load_model`` are for such models, and
``import_model`` gives the text of a spec of one. The names are imported when they are first used: ``import archspec`` alone costs next to nothing. Their types stand in
``__init__.pyi``.
"""

__all__ = [
    "Diagnostic",
    "Network",
    "SpecError",
    "build",
    "check",
    "draw",
    "fix",
    "import_model",
    "load",
    "load_model",
    "load_weights",
    "loads",
]

__path__ += [f"{__path__[0]}/moved"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from archspec import api

    value = globals()[name] = getattr(api, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
