"""Config of a Keras model → its graph in one form, without names.

Knows layers, and no weights.
"""
