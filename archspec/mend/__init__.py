"""Mends: fixes become replacements of characters, are tried, and applied.

A stage says what would mend a mistake as plain values at places; here it becomes text, in the
style of what stands around it, and nobody is told of a fix after which the mistake is still there.
"""
