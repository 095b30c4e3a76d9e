"""Shapes on a page, in groups that say which layers they stand for.

Knows no network and no format.
"""
