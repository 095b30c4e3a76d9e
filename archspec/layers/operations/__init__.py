"""Operations of keras.ops as words: no weights, compiled to the classes that Keras saves."""
