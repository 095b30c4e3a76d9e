"""One layer that slides a window: which cells the window covers, and what that gives.

Knows layers and shapes, no other part of a network.
"""
