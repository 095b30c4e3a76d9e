"""Classes whose annotated fields say what they take; the only place where pydantic's core is.

Knows nothing of layers or specs.
"""
