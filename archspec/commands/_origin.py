"""Networks of model files and of keras.applications, for commands."""

from archspec.commands._leave import leave, refuse, refuse_error
from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Sink
from archspec.emit.keras.backend import BackendError, use_backend
from archspec.importer.sources import Origin, read_source
from archspec.weights.loading.applications import KERAS
from archspec.weights.stored.error import ModelError


def origin_or_leave(source: str, sink: Sink) -> Origin:
    """The network; prints why there is none and leaves."""
    try:
        if source.startswith(KERAS):
            use_backend(quiet=True)
        origin = read_source(source, sink)
    except BackendError as error:
        refuse_error(error, "AS501", source)
    except ModelError as error:
        refuse("AS507", source, visible(str(error)))
    return origin or leave(sink, source)
