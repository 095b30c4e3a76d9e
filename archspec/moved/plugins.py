"""Now `archspec.layers.plugins`."""

import sys

import archspec.layers.plugins

sys.modules[__name__] = archspec.layers.plugins
