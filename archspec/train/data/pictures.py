"""Pictures: read by Pillow, resized, and kept as one array in memory or on disk."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import prod
from typing import Any, NamedTuple

from PIL import Image, ImageOps

from archspec.train.data.errors import DataError
from archspec.train.data.parts import ALIGNMENT
from archspec.train.data.watch import Watch, unwatched

BAD_PICTURE = (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError)
"""What Pillow's readers raise."""
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


class Bad(NamedTuple):
    """A picture that cannot be read."""

    path: str
    reason: str


class Pictures(NamedTuple):
    """Pictures of one size, (pictures, height, width, channels) as uint8."""

    array: Any
    rows: list[int]
    """For each picture its place in the list of files."""
    bad: list[Bad]
    on_disk: bool


def open_picture(path: str, channels: int) -> Any:
    """A picture as Pillow has it, upright, with that many channels.

    Raises:
        Bad pictures raise OSError or one of the errors of Pillow's readers.
    """
    with Image.open(path) as image:
        image.load()
        upright = ImageOps.exif_transpose(image)
    if upright.mode in ("I;16", "I", "F"):  # 16 bits: convert would cut them off at 255
        upright = upright.convert("F").point(lambda value: value / 257.0)
    return upright.convert(_MODES[channels])


def picture_array(image: Any) -> Any:
    """Values (height, width, channels) as uint8."""
    import numpy as np

    array = np.asarray(image, dtype="uint8")
    return array[..., None] if array.ndim == 2 else array


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
    bad: list[Bad] = []
    for number, found in enumerate(watch(_decoded(paths, shape), len(paths), "pictures")):
        if isinstance(found, Bad):
            bad.append(found)
        else:
            array[len(rows)] = found
            rows.append(number)
    if bad and not skip_bad:
        first = "; ".join(f"`{b.path}`: {b.reason}" for b in bad[:3])
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        message = f"{len(bad)} of {len(paths)} pictures cannot be read: {first}{more}"
        raise DataError(message, "mend or remove them, or write `bad_pictures: skip`", "AS607")
    if not rows:
        raise DataError(f"none of {len(paths)} pictures can be read", code="AS607")
    return Pictures(array[: len(rows)], rows, bad, on_disk)


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
        reason = (error.strerror or str(error)).lower()
        message = f"the resized pictures take {size / 1e9:.1f} GB in `{folder}`: {reason}"
        help = "another --output, a smaller `size`, or more `memory_mb`"
        raise DataError(message, help) from None


def reason_of(error: Exception, path: str) -> str:
    """Why a picture cannot be read: the first line of what Pillow says, without the path."""
    reason: str = getattr(error, "strerror", None) or str(error).partition("\n")[0]
    reason = reason.replace(f" {path!r}", "")
    return reason[:1].lower() + reason[1:]


def _decoded(paths: Sequence[str], shape: tuple[int, ...]) -> Iterator[Any]:
    """The pictures in order, some of them read ahead in threads: Pillow gives way in its readers."""
    height, width, channels = shape

    def decode(path: str) -> Any:
        try:
            image = open_picture(path, channels)
            if image.size != (width, height):
                image = image.resize((width, height), Image.Resampling.BILINEAR)
            return picture_array(image)
        except BAD_PICTURE as error:
            return Bad(path, reason_of(error, path))

    workers = min(16, (os.cpu_count() or 1) + 2)
    ahead = 64
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(paths), ahead):
            yield from pool.map(decode, paths[start : start + ahead])
