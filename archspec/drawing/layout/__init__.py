"""Where it stands: places and ways from Graphviz, columns, rows and pages.

Knows cards by their size only.
"""
