from archspec.api import Diagnostic as Diagnostic
from archspec.api import Network as Network
from archspec.api import SpecError as SpecError
from archspec.api import check as check
from archspec.api import load as load
from archspec.api import loads as loads

__all__ = ["Diagnostic", "Network", "SpecError", "check", "load", "loads"]
