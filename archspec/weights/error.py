"""The one error of whoever reads models and weights."""


class ModelError(Exception):
    """A model that cannot be had, or weights that cannot be loaded; one line that names it."""
