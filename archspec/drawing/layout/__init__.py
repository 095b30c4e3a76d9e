"""Where it stands: Graphviz, the places that it found, columns.

Knows cards by their size only.
"""
