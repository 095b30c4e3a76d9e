"""A file for each format: a scene, or a diagram, becomes text or bytes.

Knows shapes and colours; what a network is it is told.
"""
