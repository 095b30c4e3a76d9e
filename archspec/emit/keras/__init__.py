"""Keras models of shaped graphs.

Importing this package imports no Keras; its functions do. Its modules `extra`, `shapes` and those
of `archspec.weights` are only imported from inside functions, after a backend has been chosen.
"""

from archspec.emit.keras.backend import BACKENDS, BackendError, use_backend
from archspec.emit.keras.build import Built, build_model

__all__ = ["BACKENDS", "BackendError", "Built", "build_model", "use_backend"]
