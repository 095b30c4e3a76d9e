"""Run by compile.mjs in the Python of the playground: compile what has been imported."""

import _imp
import marshal
import sys
import zipfile
from importlib.util import MAGIC_NUMBER


def compile_loaded(path: str, ours: bool) -> None:
    """Put code in place of source into an archive, for each module that is loaded now.

    Code is larger than source, so what is seldom needed stays as it is. What is ours keeps its
    docstrings, which are shown, and is not compressed, for the whole archive will be.
    """
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    how = zipfile.ZIP_STORED if ours else zipfile.ZIP_DEFLATED
    found = {}
    for name, data in files.items():
        stem = name.removesuffix(".py")
        if stem != name and stem.removesuffix("/__init__").replace("/", ".") in sys.modules:
            found[stem + ".pyc"] = _code(name, data, 0 if ours else 2)
        else:
            found[name] = data
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(found, key=lambda name: (name.rpartition(".")[2], name)):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, found[name], how, 9)


def _code(name: str, source: bytes, optimize: int) -> bytes:
    """A .pyc that is never compared with its source."""
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    unchecked = (1).to_bytes(4, "little")
    return MAGIC_NUMBER + unchecked + _imp.source_hash(1, source) + marshal.dumps(code)
