"""What the headers of HDF5 objects say: shapes, types, where the data lie, attributes."""

import math
import struct
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

_FLOATS = {
    (16, 10, 5, 10, 15): "f2",
    (16, 7, 8, 7, 127): "bfloat16",
    (32, 23, 8, 23, 127): "f4",
    (64, 52, 11, 52, 1023): "f8",
}
"""Precision, place and size of the exponent, size of the mantissa, bias → NumPy's name."""
_FILTERS = {1: "deflate", 2: "shuffle", 3: "fletcher32"}

HeapObject = Callable[[int, int, int], bytes]
"""Gives text of variable length: address of a heap, number in it, length."""


class Hdf5Error(Exception):
    """A file that is damaged, or that holds what Keras does not write; the file is "it"."""


class Type(NamedTuple):
    """A type of values: NumPy's name, ``text`` (fixed length) or ``texts`` (any length)."""

    name: str
    size: int
    """Bytes of a value."""


class Layout(NamedTuple):
    """Where the values of a dataset are."""

    data: bytes | None
    """They themselves, if they stand in the header."""
    address: int
    size: int
    """Bytes there, of one piece; 0 for chunks."""
    chunk: tuple[int, ...]
    """Shape of a chunk; empty if the data are in one piece."""


def _unpack(form: str, data: bytes, at: int = 0) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, data, at)
    except struct.error:
        raise Hdf5Error("it is damaged: a header is too short") from None


def dataspace(data: bytes) -> tuple[int, ...]:
    """The shape of a dataset or an attribute."""
    version, rank, _ = _unpack("<BBB", data)
    if version not in (1, 2) or rank > 32:
        raise Hdf5Error("it is damaged: a shape is none")
    if version == 2 and _unpack("<B", data, 3)[0] == 2:
        return (0,)
    shape = _unpack(f"<{rank}Q", data, 8 if version == 1 else 4)
    if math.prod(axis or 1 for axis in shape) > 1 << 60:
        raise Hdf5Error("it is damaged: a shape is too large for any file")
    return shape


def datatype(data: bytes) -> Type:
    """A type of values, as far as Keras uses them."""
    head, bits, size = _unpack("<BBxxI", data)
    kind, order = head & 15, ">" if bits & 1 else "<"
    if kind == 0 and size in (1, 2, 4, 8):
        return Type(f"{order}{'i' if bits & 8 else 'u'}{size}", size)
    if kind == 1:
        _, precision, exponent, width, _, mantissa, bias = _unpack("<HHBBBBI", data, 8)
        name = _FLOATS.get((precision, exponent, width, mantissa, bias))
        if name and size * 8 == precision:
            return Type(name if name == "bfloat16" else order + name, size)
    if kind == 3 and 0 < size < 1 << 20:
        return Type("text", size)
    if kind == 5 and size == 2:
        return Type("bfloat16", 2)  # Keras writes these as bytes, and says so beside them
    if kind == 8 and size == 1:
        return Type("?", 1)
    if kind == 9 and bits & 15 == 1 and size == 16:
        return Type("texts", 16)
    raise Hdf5Error("it holds values of a type that Keras does not write")


def check_filters(data: bytes) -> tuple[int, ...]:
    """How chunks are packed."""
    version, count = _unpack("<BB", data)
    at = 8 if version == 1 else 2
    found = []
    for _ in range(count):
        number, name, _, values = _unpack("<HHHH", data, at)
        if version != 1 or number not in _FILTERS:
            raise Hdf5Error("it is packed in a way that Keras does not use")
        found.append(number)
        at += 8 + (name + 7 & ~7) + 4 * (values + values % 2)
    return tuple(found)


def layout(data: bytes, rank: int) -> Layout:
    """Where the values are, which must be in the file."""
    version, kind = _unpack("<BB", data)
    if kind == 3:
        raise Hdf5Error("its data lie in another file (a virtual dataset)")
    if version != 3 or kind > 2:
        raise Hdf5Error("it is damaged, or newer than what Keras writes")
    if kind == 0:
        (size,) = _unpack("<H", data, 2)
        return Layout(data[4 : 4 + size], 0, size, ())
    if kind == 1:
        address, size = _unpack("<QQ", data, 2)
        return Layout(None, address, size, ())
    dimensions, address = _unpack("<BQ", data, 2)
    chunk = _unpack(f"<{rank}I", data, 11)
    if dimensions != rank + 1 or 0 in chunk:
        raise Hdf5Error("it is damaged: chunks have no shape")
    return Layout(None, address, 0, chunk)


def refuse_link(data: bytes) -> NoReturn:
    """Say what kind of link it is; groups of Keras have none of their own."""
    flags, kind = _unpack("<BB", data, 1)
    what = {1: "soft links", 64: "external links"}.get(kind if flags & 8 else 0, "newer links")
    raise Hdf5Error(f"it has {what}, which Keras does not write")


def attribute(data: bytes, heap_object: HeapObject) -> tuple[str, Any]:
    """The name and the value of an attribute: text, a list of texts, or None for anything else."""
    version, _, name_size, type_size, space_size = _unpack("<BBHHH", data)
    if version not in (1, 2, 3):
        raise Hdf5Error("it is damaged: an attribute is none")
    at, pad = (9 if version == 3 else 8), (7 if version == 1 else 0)
    name = data[at : at + name_size].rstrip(b"\0").decode("utf-8", "replace")
    at += name_size + pad & ~pad
    type_data, at = data[at : at + type_size], at + (type_size + pad & ~pad)
    space, at = data[at : at + space_size], at + (space_size + pad & ~pad)
    shape = dataspace(space)
    kind, bits = _unpack("<BB", type_data)
    if len(shape) > 1 or not (kind & 15 == 3 or (kind & 15 == 9 and bits & 15 == 1)):
        return name, None
    found = _texts(datatype(type_data), shape[0] if shape else 1, data[at:], heap_object)
    return name, found if shape else found[0]


def _texts(type_: Type, count: int, data: bytes, heap_object: HeapObject) -> list[str]:
    if count * type_.size > len(data):
        raise Hdf5Error("it is damaged: an attribute is cut off")
    found = []
    for at in range(0, count * type_.size, type_.size):
        if type_.name == "text":
            value = data[at : at + type_.size].rstrip(b"\0 ")
        else:
            length, address, index = struct.unpack_from("<IQI", data, at)
            value = heap_object(address, index, length) if length else b""
        found.append(value.rstrip(b"\0").decode("utf-8", "replace"))
    return found
