"""The backend that Keras runs on, and what is said if there is none."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec

from archspec.emit.extras import install
from archspec.emit.keras.interrupts import catch_interrupts

BACKENDS = ("tensorflow", "jax", "torch")
"""Backends of Keras that can train, the default one first."""


class BackendError(Exception):
    """Keras or a backend is not there, or cannot be imported."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(f"{message}\n{help}")
        self.message = message
        self.help = help


def installed_backends() -> list[str]:
    """Those that can be found, without importing them."""
    return [name for name in BACKENDS if _found(name)]


def use_backend(name: str | None = None, quiet: bool = False) -> str:
    """Import Keras on a backend, and give the backend's name.

    Without a name it is the one that Keras would choose (``KERAS_BACKEND``, ``keras.json``), or
    another if that one is not installed. ``quiet`` is for commands: it drops what the backend
    writes to standard error while it is imported, and TensorFlow's warnings.

    Raises:
        BackendError: Keras or the backend is not installed, or Keras already runs on another one.
    """
    if "keras" not in sys.modules:
        _choose(name)
    if quiet:
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
        catch_interrupts()
    try:
        with mute(2) if quiet else nullcontext():
            import keras
    except ImportError as error:
        message = f"Keras cannot be imported: {error}"
        raise BackendError(message, f"install it again: {install('keras')}") from error
    running = str(keras.backend.backend())
    if name not in (None, running):
        message = f"Keras already runs on {running} here"
        raise BackendError(message, f"set KERAS_BACKEND={name} before Keras is imported")
    return running


def _install(backend: str) -> str:
    """The command that brings a backend."""
    extra = {"tensorflow": "keras", "jax": "jax"}.get(backend)
    return install(extra) if extra else f"pip install keras {backend}"


def _choose(name: str | None) -> None:
    installed = installed_backends()
    if not _found("keras"):
        help = f"install it with a backend: {_install(name or 'tensorflow')}"
        raise BackendError("Keras is not installed", help)
    if name is not None:
        if name not in installed:
            raise BackendError(f"the backend {name} is not installed", _install(name))
        os.environ["KERAS_BACKEND"] = name
    elif not installed:
        message = "Keras has no backend here: TensorFlow, JAX or PyTorch"
        raise BackendError(message, f"for TensorFlow: {install('keras')}")
    elif not ("KERAS_BACKEND" in os.environ or "tensorflow" in installed or _has_settings()):
        os.environ["KERAS_BACKEND"] = installed[0]
    if "tensorflow" in installed:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its log is not ours


@contextmanager
def mute(stream: int) -> Iterator[None]:
    """Nothing reaches standard output (1) or standard error (2), not even from C++."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        kept = os.dup(stream)
    except OSError:  # there is none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream)
    try:
        yield
    finally:
        os.dup2(kept, stream)
        os.close(kept)
        os.close(nowhere)


def _has_settings() -> bool:
    """Whether there is a file of settings in which Keras looks for its backend."""
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    return os.path.exists(os.path.join(home, "keras.json"))


def _found(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
