"""Arrays in npz files: of regular files only, headers first, and sizes bounded before they are read.

Headers are read without NumPy. Nothing in them is evaluated, and no object is ever unpickled.
"""

import re
from math import prod
from typing import IO, Any, NamedTuple, cast

from archspec.files.archives import Archive, ArchiveError, open_archive

_MAGIC = b"\x93NUMPY"
_LENGTHS = {1: 2, 2: 4, 3: 4}
"""Version of the format → bytes of the header's length."""
_LONGEST_HEADER = 10_000
_DESCR = re.compile(r"""['"]descr['"]\s*:\s*['"]([<>=|]?)([a-zA-Z?])([0-9]{0,9})[^'"]{0,9}['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)""")
_SIZES = {"b": (1,), "u": (1, 2, 4, 8), "i": (1, 2, 4, 8), "f": (2, 4, 8, 12, 16)}
NUMBERS = "".join(_SIZES)
"""Kinds of arrays that hold numbers: truth values, whole ones without and with a sign, real ones."""
_MOST_DIMENSIONS = 32
_CHUNK = 2**20


class Header(NamedTuple):
    """What an array says of itself."""

    kind: str
    """As NumPy's ``dtype.kind``: one of :data:`NUMBERS`, or a letter of something else."""
    dtype: str
    """As NumPy writes it: ``<f4``."""
    fortran: bool
    shape: tuple[int, ...]
    start: int
    """Bytes before the values."""


def read_headers(path: str) -> dict[str, Header]:
    """The headers of all arrays in an npz file, by name.

    Raises:
        ArchiveError: the file cannot be read, or is none.
    """
    with open_archive(path) as archive:
        found = {n: _header(archive, n) for n in archive.members if n.endswith(".npy")}
    return {name.removesuffix(".npy"): header for name, header in found.items()}


def read_arrays(path: str, names: tuple[str, ...]) -> list[Any]:
    """Arrays of an npz file, found to be whole; in the machine's own order of bytes.

    Raises:
        ArchiveError: the file cannot be read, is none, or lacks one, or one holds no numbers.
    """
    with open_archive(path) as archive:
        return [_array(archive, f"{name}.npy") for name in names]


def read_octets(path: str, name: str, most: int) -> bytes:
    """An array of bytes, without NumPy.

    Raises:
        ArchiveError: the file cannot be read, is none, or lacks it, or it is another kind of array.
    """
    with open_archive(path) as archive:
        header = _header(archive, f"{name}.npy")
        if (header.kind, header.dtype[1:], len(header.shape)) != ("u", "u1", 1):
            raise ArchiveError(f"`{name}` holds no bytes")
        return archive.read(f"{name}.npy", most)[header.start :]


def _array(archive: Archive, name: str) -> Any:
    import numpy as np

    header = _header(archive, name)
    if header.kind not in NUMBERS:
        told = "objects" if header.kind == "O" else header.dtype or "records"
        raise ArchiveError(f"`{name.removesuffix('.npy')}` holds {told}, not numbers")
    kept = header.shape[::-1] if header.fortran else header.shape
    array = np.empty(kept, "u1" if header.kind == "b" else header.dtype)
    with archive.open(name) as file:
        _exactly(file, header.start)
        place = memoryview(cast(Any, array.reshape(-1).view("u1")))
        while place:
            place = place[_read_into(file, place[:_CHUNK]) :]
        if file.read(1):  # at its end the sum of the bytes is compared
            raise ArchiveError("it is damaged")
    if header.kind == "b":
        array = array != 0
    if header.fortran:
        array = array.T
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _read_into(file: IO[bytes], place: memoryview) -> int:
    data = _exactly(file, len(place))
    place[:] = data
    return len(data)


def _header(archive: Archive, name: str) -> Header:
    with archive.open(name) as file:
        start = _exactly(file, 8)
        count = _LENGTHS.get(start[6], 0)
        if start[:6] != _MAGIC or not count:
            raise ArchiveError("this is not a npz file of NumPy")
        length = int.from_bytes(_exactly(file, count), "little")
        if length > _LONGEST_HEADER:
            raise ArchiveError(f"a header in it has {length:,} bytes")
        text = _exactly(file, length).decode("latin1")
    header = _parsed(text, 8 + count + length)
    values = archive.members[name].file_size - header.start
    size = int(header.dtype[2:]) if header.kind in NUMBERS else 0
    if size and prod(header.shape) * size != values:
        raise ArchiveError("an array in it is shorter or longer than its header says")
    return header


def _parsed(text: str, start: int) -> Header:
    descr, order, shape = _DESCR.search(text), _ORDER.search(text), _SHAPE.search(text)
    sizes = re.findall("[0-9]+", shape[1]) if shape else []
    if (
        not order
        or not shape
        or len(sizes) > _MOST_DIMENSIONS
        or max(map(len, sizes), default=0) > 18
    ):
        raise ArchiveError("this is not a npz file of NumPy")
    kind, dtype = "V", ""
    if descr:
        order_of_bytes, letter, size = descr.groups()
        kind, dtype = letter, f"{order_of_bytes or '='}{letter}{size}"
        if letter in _SIZES and size not in map(str, _SIZES[letter]):
            kind = "V"
    return Header(kind, dtype, order[1] == "True", tuple(int(s) for s in sizes), start)


def _exactly(file: IO[bytes], count: int) -> bytes:
    """So many bytes of a file.

    Raises:
        ArchiveError: there are fewer.
    """
    data = file.read(count)
    while len(data) < count:
        more = file.read(count - len(data))
        if not more:
            raise ArchiveError("it is cut off")
        data += more
    return data
