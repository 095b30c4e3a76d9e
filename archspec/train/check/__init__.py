"""Document → recipe: whether its parts are right and suit each other, before anything heavy loads.

Knows the data by a look at it, and no run.
"""
