"""Weights of Keras models: loaded by name and by structure, with a report.

Importing this package imports no Keras; its functions do.
"""

from archspec.weights.load import load_weights
from archspec.weights.report import WeightsReport

__all__ = ["WeightsReport", "load_weights"]
