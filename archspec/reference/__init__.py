"""What can be said in a spec, for editors and readers: JSON Schema and docs, from the records.

Knows the words and the layers, and no spec.
"""
