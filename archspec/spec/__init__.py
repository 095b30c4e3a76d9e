"""Document → Spec: the words of the language, and items made of values that were checked.

Knows layers by their fields, and no shapes.
"""
