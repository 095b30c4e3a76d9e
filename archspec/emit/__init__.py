"""Emitters: a shaped graph in, text or a model out; each is one file."""
