"""Graph → ShapedGraph: shapes, types of values, receptive fields; what is wrong and would mend it.

Knows how layers are connected, and nothing of what is made of them.
"""
