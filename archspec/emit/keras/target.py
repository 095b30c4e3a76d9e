"""Files and folders that Keras writes itself: beside the place where they shall be, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Callable

from archspec.files import WriteError


def check_target(path: str, force: bool = False, mark: str | None = None) -> None:
    """Find out, before the work, whether its result could be written.

    Args:
        path: the file, or the folder if ``mark`` is given.
        force: whether something that is there already may be replaced.
        mark: a file that a folder must hold to be replaced; None if the path is a file's.

    Raises:
        WriteError: it exists already (AS502), or could not be written (AS503).
    """
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise WriteError("AS503", path, f"there is no folder {folder}", f"mkdir -p {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WriteError("AS503", path, f"the folder {folder} cannot be written to")
    if os.path.isdir(path):
        if mark is None:
            raise WriteError("AS503", path, "this is a folder")
        there = os.listdir(path)
        if not there:
            return
        if mark not in there:
            hint = "name a folder that does not exist yet"
            raise WriteError("AS502", path, "this folder holds something else", hint)
        if not force:
            raise WriteError("AS502", path, "this folder exists already", "--force replaces it")
    elif os.path.lexists(path):
        if mark is not None or (os.path.exists(path) and not os.path.isfile(path)):
            raise WriteError("AS503", path, "something else stands here")
        if not force:
            hint = "--force writes over it"
            raise WriteError("AS502", path, "this file exists already", hint)


def write_beside(
    path: str, write: Callable[[str], object], force: bool = False, mark: str | None = None
) -> None:
    """Call ``write`` with a path of the same name in a folder beside, then rename the result.

    A link keeps leading where it leads.

    Raises:
        WriteError: see :func:`check_target`; AS503 too where the system refuses, for example
            because the disk is full.
    """
    check_target(path, force, mark)
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    try:
        beside = tempfile.mkdtemp(prefix=".archspec-", dir=folder)
    except OSError as error:
        raise _refused(path, error) from None
    try:
        new = os.path.join(beside, name)
        write(new)
        if os.path.isdir(target):  # a folder takes the place of an empty one only
            os.rename(target, os.path.join(beside, "old"))
        os.replace(new, target)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refused(path: str, error: OSError) -> WriteError:
    reason = (error.strerror or str(error)).lower()
    return WriteError("AS503", path, f"cannot write this: {reason}")
