"""What is wrong, where, and how it is said: sources, codes, the sink that collects, reports.

Knows files, and nothing of networks.
"""

from archspec.diagnostics.sink import Diagnostic, Place, Sink, SourcePlace

__all__ = ["Diagnostic", "Place", "Sink", "SourcePlace"]
