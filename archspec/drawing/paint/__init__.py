"""How it is painted: DOT with labels, Mermaid, SVG, PNG, PDF.

Knows cards and places, and no graph.
"""
