"""Weights into models, and whole models.

Knows files and pairs.
"""
