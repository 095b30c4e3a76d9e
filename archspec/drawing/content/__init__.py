"""What is to be seen: cards and wires between them, folded as far as one can read.

Knows shaped graphs, and no places.
"""
