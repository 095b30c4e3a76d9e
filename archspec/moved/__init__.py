"""Modules that plugins import by the names of version 0.1; this folder is part of the package's path.

Knows where they are now. Nothing of archspec imports it.
"""
