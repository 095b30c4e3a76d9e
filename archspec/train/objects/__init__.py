"""What a recipe names: classes of Keras with their arguments, and kinds of data.

Knows records only.
"""
