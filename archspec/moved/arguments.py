"""Now `archspec.records.arguments`."""

import sys

import archspec.records.arguments

sys.modules[__name__] = archspec.records.arguments
