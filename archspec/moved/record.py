"""Now `archspec.records.record`."""

import sys

import archspec.records.record

sys.modules[__name__] = archspec.records.record
