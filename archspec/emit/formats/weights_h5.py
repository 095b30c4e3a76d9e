"""The weights of a Keras model."""

from archspec.emit.formats import Format

FORMAT = Format(".weights.h5", "Keras weights", lambda model, path: model.save_weights(path))
