"""The data of recipes: what kinds there are, and how each is read."""
