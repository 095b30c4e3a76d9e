"""Keras models of shaped graphs.

Importing this package imports no Keras; its functions do. Its module `extra` is only
imported from inside functions, after a backend has been chosen.
"""

from archspec.emit.keras.backend import BACKENDS, BackendError, use_backend
from archspec.emit.keras.build import Built, build_model

__all__ = ["BACKENDS", "BackendError", "Built", "build_model", "use_backend"]
