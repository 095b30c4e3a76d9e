"""The values of HDF5 datasets: in one piece, or in chunks that may be packed."""

import itertools
import math
import struct
import zlib
from typing import Any, Protocol

from archspec.weights.stored.hdf5_messages import Hdf5Error, Layout, Type

_DEFLATE, _SHUFFLE, _FLETCHER = 1, 2, 3
_NOWHERE = (1 << 64) - 1


class ByteSource(Protocol):
    """What values are read from."""

    @property
    def end(self) -> int: ...

    def take(self, address: int, size: int) -> bytes: ...

    def tree(self, address: int, kind: int, key: int, level: int = -1) -> Any: ...


class Described(Protocol):
    """A dataset."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def type(self) -> Type: ...

    @property
    def layout(self) -> Layout: ...

    @property
    def filters(self) -> tuple[int, ...]: ...

    @property
    def bytes(self) -> int: ...


def read_values(source: ByteSource, array: Described) -> Any:
    """An array of NumPy, in its own order of bytes.

    Raises:
        Hdf5Error: the values are not all there, or damaged.
    """
    import numpy as np

    where, dtype = array.layout, _dtype(array.type)
    if where.chunk:
        return _chunks(source, array, dtype)
    if where.data is not None:
        data = where.data
    elif array.bytes and (where.address == _NOWHERE or where.size < array.bytes):
        raise Hdf5Error("it names values that it does not hold")
    else:
        data = source.take(where.address, array.bytes) if array.bytes else b""
    if len(data) < array.bytes:
        raise Hdf5Error("it names values that it does not hold")
    found = np.frombuffer(data, dtype, count=array.bytes // array.type.size).reshape(array.shape)
    return found.astype(dtype.newbyteorder("="), copy=False)


def _dtype(type_: Type) -> Any:
    import numpy as np

    if type_.name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    if type_.name in ("text", "texts"):
        raise Hdf5Error("it holds text where weights should be")
    return np.dtype(type_.name)


def _chunks(source: ByteSource, array: Described, dtype: Any) -> Any:
    import numpy as np

    shape, chunk = array.shape, array.layout.chunk
    count = math.prod(-(-n // c) for n, c in zip(shape, chunk, strict=True))
    if count * 16 > source.end:
        raise Hdf5Error("it names values that it does not hold")
    found = np.zeros(shape, dtype.newbyteorder("="))
    wanted = set(itertools.product(*(range(0, n, c) for n, c in zip(shape, chunk, strict=True))))
    size = array.type.size * math.prod(chunk)
    if size > max(16 * array.bytes, 1 << 20):
        raise Hdf5Error("it is damaged: a chunk is larger than its dataset")
    key = 8 + 8 * (len(shape) + 1)
    for head, address in source.tree(array.layout.address, 1, key) if wanted else ():
        stored, skipped, *at = struct.unpack(f"<II{len(shape) + 1}Q", head)
        start = tuple(at[:-1])
        if start not in wanted:
            raise Hdf5Error("it is damaged: a chunk lies beside its dataset")
        wanted.remove(start)
        data = _unpacked(source.take(address, stored), array.filters, skipped, size, array.type)
        values = np.frombuffer(data, dtype, count=size // array.type.size).reshape(chunk)
        region = tuple(slice(a, min(a + c, n)) for a, c, n in zip(start, chunk, shape, strict=True))
        inside = tuple(slice(0, r.stop - r.start) for r in region)
        found[region] = values[inside]
    if wanted:
        raise Hdf5Error("it names values that it does not hold")
    return found


def _unpacked(data: bytes, filters: tuple[int, ...], skipped: int, size: int, type_: Type) -> bytes:
    for number, filter_ in reversed(list(enumerate(filters))):
        if skipped >> number & 1:
            continue
        if filter_ == _FLETCHER:
            data = data[:-4]
        elif filter_ == _DEFLATE:
            data = _inflated(data, size + 4)
        else:
            data = _unshuffled(data, type_.size)
    if len(data) != size:
        raise Hdf5Error("it is damaged: a chunk has not the size that it should have")
    return data


def _unshuffled(data: bytes, size: int) -> bytes:
    """First bytes of all values stand first, then the second ones, and so on."""
    import numpy as np

    if len(data) % size:
        raise Hdf5Error("it is damaged: a chunk has not the size that it should have")
    return bytes(np.frombuffer(data, "u1").reshape(size, -1).T.tobytes())


def _inflated(data: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        raise Hdf5Error("it is damaged: a chunk cannot be unpacked") from None
