"""Pictures of networks: what is to be seen, where it stands, how it is painted.

Knows shaped graphs, and nothing of models.
"""
