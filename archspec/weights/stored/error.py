"""The errors of whoever reads models and weights."""


class ModelError(Exception):
    """A model that cannot be had, or weights that cannot be loaded; one line that names it."""


class StructureError(Exception):
    """A model that is no graph of layers, or whose config holds what is not understood."""
