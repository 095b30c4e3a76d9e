"""What can be said of a text while it is written: one answer for all editors.

Nothing is printed, and no other file is read but through a function that the caller gives, so that
buffers which are not saved count. Lines and columns count from 1, in code points.
"""
