"""Charts and grids of pictures, drawn with matplotlib; its modules can be imported only with it."""

from archspec.emit.extras import install


def lacking() -> str:
    """Why nothing can be drawn here; empty if it can."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        if error.name == "matplotlib":
            return f"matplotlib is not installed: {install('keras')}"
        return f"matplotlib cannot be imported ({error}); install it again: {install('keras')}"
    return ""
