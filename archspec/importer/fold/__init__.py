"""Folding: from a flat graph to a spec that a person would have written."""
