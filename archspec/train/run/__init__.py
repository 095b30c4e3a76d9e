"""A run is a folder: what is kept of a training, and how it goes on.

Knows recipes, and nothing of how a model is fitted.
"""
