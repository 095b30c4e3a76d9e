"""Files and folders that Keras writes itself: beside the place where they shall be, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable

from archspec.emit.keras.backend import BackendError
from archspec.emit.keras.raised import first_lines
from archspec.files.folders import MARK, check_folder, files_in, is_marked, open_folder
from archspec.files.writing import WriteError, check_file, check_parent, real, replacing, unwritable


def check_target(
    path: str, force: bool = False, kind: str | None = None, inputs: Iterable[str] = ()
) -> None:
    """Find out, before the work, whether its result could be written.

    Args:
        path: the file, or the folder if ``kind`` is given.
        force: whether what archspec wrote there already may be replaced.
        kind: what the folder is; None if the path is a file's.
        inputs: files that are read, which the result must not replace.

    Raises:
        WriteError: it exists already (AS502), or could not be written (AS503).
    """
    if kind is None:
        check_file(path, force, inputs)
        return
    target = check_folder(path, inputs)
    check_parent(target, path)
    if is_marked(target):
        if not force:
            raise WriteError("AS502", path, "this folder exists already", "--force replaces it")
        open_folder(target, kind, path).close()


def write_beside(
    path: str,
    write: Callable[[str], object],
    force: bool = False,
    kind: str | None = None,
    inputs: Iterable[str] = (),
) -> None:
    """Call ``write`` with a path beside, of the same ending, then put the result in its place.

    A link keeps leading where it leads. In a folder only what archspec wrote is replaced.

    Raises:
        WriteError: see :func:`check_target`; AS503 too where the system refuses, for example
            because the disk is full.
    """
    check_target(path, force, kind, inputs)
    target = real(path)
    if kind is None:
        with replacing(target, path, force) as new:
            _call(write, new, path)
        return
    try:
        beside = tempfile.mkdtemp(prefix=".archspec-", dir=os.path.dirname(target))
    except OSError as error:
        raise unwritable(path, error) from None
    made = os.path.join(beside, os.path.basename(target))
    try:
        _call(write, made, path)
        new_folder = open_folder(made, kind, path)
        new_folder.take_in(name for name in files_in(made) if name != MARK)
        final = open_folder(target, kind, path)
        new_folder.become(final)
        final.close()
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _call(write: Callable[[str], object], new: str, path: str) -> None:
    """Let Keras write; what its backends raise, on a full disk for example, is not of our making."""
    try:
        write(new)
    except (OSError, BackendError):
        raise
    except Exception as error:
        message = f"Keras cannot write this: {first_lines(error, 1)[0]}"
        raise WriteError("AS503", path, message) from error
