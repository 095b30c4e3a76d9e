"""Now `archspec.shapes.dtypes`."""

import sys

import archspec.shapes.dtypes

sys.modules[__name__] = archspec.shapes.dtypes
