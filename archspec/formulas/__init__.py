"""Formulas: texts that are worked out with the parameters in sight.

Knows records, and what a name may mean; nothing of graphs.
"""
