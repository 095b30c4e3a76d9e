from archspec.api import Diagnostic as Diagnostic
from archspec.api import Network as Network
from archspec.api import SpecError as SpecError
from archspec.api import build as build
from archspec.api import check as check
from archspec.api import draw as draw
from archspec.api import fix as fix
from archspec.api import import_model as import_model
from archspec.api import load as load
from archspec.api import load_model as load_model
from archspec.api import load_weights as load_weights
from archspec.api import loads as loads

__all__ = [
    "Diagnostic",
    "Network",
    "SpecError",
    "build",
    "check",
    "draw",
    "fix",
    "import_model",
    "load",
    "load_model",
    "load_weights",
    "loads",
]
