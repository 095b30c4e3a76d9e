"""Pictures: read by Pillow, resized, and kept as one array in memory or on disk."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import prod
from typing import Any, NamedTuple

from PIL import Image

from archspec.emit.keras.interrupts import check_interrupt
from archspec.files.reading import reason
from archspec.train.data.decode import PictureError, open_picture, picture_array
from archspec.train.data.errors import DataError
from archspec.train.data.folders import LeftOut
from archspec.train.data.parts import ALIGNMENT
from archspec.train.data.watch import Watch, unwatched


class Pictures(NamedTuple):
    """Pictures of one size, (pictures, height, width, channels) as uint8."""

    array: Any
    rows: list[int]
    """For each picture its place in the list of files."""
    bad: list[LeftOut]
    on_disk: bool
    on_white: int = 0
    """How many are transparent, and lie on white."""


def read_pictures(
    paths: Sequence[str],
    shape: tuple[int, ...],
    memory: int,
    folder: str,
    skip_bad: bool,
    watch: Watch = unwatched,
) -> Pictures:
    """Read and resize pictures, each once.

    Args:
        paths: the files.
        shape: height, width, channels.
        memory: most bytes in memory; more than that go to a file.
        folder: where that file lies. It has no name, so nothing of it is left when the process
            ends, however it ends.
        skip_bad: whether pictures that cannot be read are left out.
        watch: shows how far it is.

    Raises:
        DataError: a picture cannot be read (AS607), or none can, or the disk is full.
    """

    size = (len(paths), *shape)
    on_disk = prod(size) > memory
    array = _array_on_disk(folder, size) if on_disk else _array_in_memory(size)
    rows: list[int] = []
    bad: list[LeftOut] = []
    on_white = 0
    for number, found in enumerate(watch(_decoded(paths, shape), len(paths), "pictures")):
        check_interrupt()
        if isinstance(found, LeftOut):
            bad.append(found)
        else:
            array[len(rows)] = found.values
            on_white += found.on_white
            rows.append(number)
    if bad and not skip_bad:
        first = "; ".join(f"`{b.path}`: {b.reason}" for b in bad[:3])
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        plain = f"{len(bad)} of {len(paths)} pictures cannot be read"
        help = "mend or remove them, or write `bad_pictures: skip`"
        named = tuple(b.path for b in bad[:3])
        raise DataError(f"{plain}: {first}{more}", help, "AS607", without=plain, paths=named)
    if not rows:
        raise DataError(f"none of {len(paths)} pictures can be read", code="AS607")
    return Pictures(array[: len(rows)], rows, bad, on_disk, on_white)


def _array_in_memory(shape: tuple[int, ...]) -> Any:
    """An array that begins where a backend can use it as it is, without a copy."""
    import numpy as np

    raw = np.empty(prod(shape) + ALIGNMENT, "uint8")
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + prod(shape)].reshape(shape)


def _array_on_disk(folder: str, shape: tuple[int, ...]) -> Any:
    """An array in a file without a name, all of whose bytes the disk has promised.

    Raises:
        DataError: it has not so many.
    """
    import numpy as np

    size = prod(shape)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.truncate(size)
            return np.asarray(np.memmap(file, "uint8", "r+", shape=shape))
    except OSError as error:
        message = f"the resized pictures take {size / 1e9:.1f} GB in `{folder}`: {reason(error)}"
        help = "another --output, a smaller `size`, or more `memory_mb`"
        raise DataError(message, help) from None


class _Decoded(NamedTuple):
    values: Any
    """(height, width, channels) as uint8."""
    on_white: bool


def _decoded(paths: Sequence[str], shape: tuple[int, ...]) -> Iterator[_Decoded | LeftOut]:
    """The pictures in order, some of them read ahead in threads: Pillow gives way in its readers."""
    height, width, channels = shape

    def decode(path: str) -> _Decoded | LeftOut:
        try:
            image, on_white = open_picture(path, channels)
            if image.size != (width, height):
                image = image.resize((width, height), Image.Resampling.BILINEAR)
            return _Decoded(picture_array(image), on_white)
        except (PictureError, MemoryError, ValueError) as error:
            return LeftOut(path, str(error) or "there is not enough memory")

    workers = min(16, (os.cpu_count() or 1) + 2)
    ahead = 64
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(paths), ahead):
            yield from pool.map(decode, paths[start : start + ahead])
