"""How much of the input a value depends on, followed from layer to layer."""
