"""Spec → Graph: formulas worked out, repeats unrolled, blocks inlined, wires connected.

Knows names and items, and no shapes.
"""
