"""Cards as shapes: measured, drawn, and put where the layout says.

Knows cards and places, and no graph.
"""
