"""Readers: a file for each format, each from a file to a flat graph."""
