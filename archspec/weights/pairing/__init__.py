"""Which layer of one model is which of another.

Knows graphs and shapes of weights.
"""
