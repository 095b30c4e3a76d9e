"""The validator of pydantic's core: its compiled part, without what its package imports.

The package makes some hundred classes of types for type checkers, and imports typing_extensions,
decimal and fractions: a fifth of the time that a cold `archspec check` took. The types of what
stands here are in ``core.pyi``.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType

_PACKAGE = "pydantic_core"
_COMPILED = f"{_PACKAGE}._{_PACKAGE}"


def _compiled() -> ModuleType:
    """The compiled module, under its own name, so that the package will find it if it comes later.

    A release of the package that has it elsewhere is imported as a whole.
    """
    if _PACKAGE not in sys.modules and _COMPILED not in sys.modules:
        package = find_spec(_PACKAGE)
        within = package.submodule_search_locations if package else None
        found = PathFinder.find_spec(_COMPILED, within) if within else None
        if found is not None and found.loader is not None:
            module = module_from_spec(found)
            sys.modules[_COMPILED] = module
            try:
                found.loader.exec_module(module)
            except ImportError:
                del sys.modules[_COMPILED]
    if _COMPILED in sys.modules:
        return sys.modules[_COMPILED]
    import pydantic_core

    return pydantic_core


_core = _compiled()
SchemaValidator = _core.SchemaValidator
ValidationError = _core.ValidationError
