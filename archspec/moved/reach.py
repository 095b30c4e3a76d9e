"""Now `archspec.shapes.reach`."""

import sys

import archspec.shapes.reach

sys.modules[__name__] = archspec.shapes.reach
