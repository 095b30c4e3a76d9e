"""What is done with a model that was trained: evaluate, predict, show.

Knows runs.
"""
