"""Training from recipes.

Reading and checking a recipe imports no TensorFlow, Keras, NumPy or Pillow; what trains does, in
its functions.
"""
