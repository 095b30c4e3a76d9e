"""Fitting: models, batches, callbacks, devices.

Knows everything that is kept, and nothing of what is made of it later.
"""
