"""What may be expected, and whether a shape is as it is expected."""

from archspec.shapes.shape import Shape

COUNTS = ("params", "trainable_params", "macs")
"""What may be expected beside a shape."""


def matches(shape: Shape, wanted: object) -> bool:
    """Whether a shape is as it is expected; null stands for any size."""
    if not isinstance(wanted, list) or len(wanted) != len(shape):
        return False
    return all(w is None or w == s for w, s in zip(wanted, shape, strict=True))
