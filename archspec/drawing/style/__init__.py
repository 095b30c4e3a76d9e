"""Colours, and how wide a text is.

Knows no networks.
"""
