"""The keys of recipes, as records, and their JSON Schema.

Knows what a recipe names, and no data.
"""
