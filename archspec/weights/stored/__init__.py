"""Files of models and weights, opened and looked through before Keras sees them.

Knows bytes, and neither Keras nor layers.
"""
