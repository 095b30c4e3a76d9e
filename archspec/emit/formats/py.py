"""Python source that builds the model."""

from archspec.emit.formats import Format, Warn
from archspec.infer.infer import ShapedGraph


def _write(shaped: ShapedGraph, warn: Warn) -> str:
    from archspec.emit.python import write

    source = write(shaped)
    if source.fault:
        message = f"its blocks and loops did not come out right ({source.fault})"
        warn(
            f"the source has a line for each layer, since {message};",
            "that is a bug of archspec, please report it; the source is right",
        )
    return source.text


FORMAT = Format(".py", "Python source", write=_write, weights=False)
