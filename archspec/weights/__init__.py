"""Weights of Keras models: loaded by name and by structure, with a report. No Keras on import."""
