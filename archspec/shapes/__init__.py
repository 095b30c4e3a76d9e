"""Shapes, windows, axes, types of values, and how far a position looks: arithmetic of integers.

Knows nothing else of archspec.
"""

from archspec.shapes.shape import (
    Shape,
    ShapeError,
    Size,
    Weight,
    Window,
    elements,
    format_shape,
    known,
    product,
)

__all__ = [
    "Shape",
    "ShapeError",
    "Size",
    "Weight",
    "Window",
    "elements",
    "format_shape",
    "known",
    "product",
]
