"""Files of others, opened within bounds; files of ours, written whole or not at all.

Knows nothing of archspec but what a file name is.
"""
