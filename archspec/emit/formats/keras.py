"""A Keras model in one file."""

from archspec.emit.formats import Format

FORMAT = Format(".keras", "Keras model", lambda model, path: model.save(path), config=True)
