"""Whether two models are the same, what differs, and whether they calculate the same.

Knows graphs and models.
"""
