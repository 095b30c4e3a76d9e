"""Reading HDF5 as Keras writes it, without the C library: that one hangs on damaged files.

Of the format that h5py writes by default (superblock 0, groups by symbol tables, HDF5's
specification of 2019, version 3.0) everything is read that Keras makes of it. What else HDF5 can
do is refused by name, above all what leads out of the file: external files, links, virtual data.
Every address is looked at before it is followed, nothing is entered twice, and there is a limit to
the number of steps, which grows with the file.
"""

import math
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from archspec.weights.stored.hdf5_messages import (
    Hdf5Error,
    Layout,
    Type,
    attribute,
    check_filters,
    dataspace,
    datatype,
    layout,
    refuse_link,
)

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_LONGEST_NAME = 4096
_DATASPACE, _DATATYPE, _EXTERNAL, _LAYOUT, _FILTERS, _ATTRIBUTE = 0x01, 0x03, 0x07, 0x08, 0x0B, 0x0C
_CONTINUATION, _SYMBOLS = 0x10, 0x11
_LINKS, _LINK = 0x02, 0x06


class Array(NamedTuple):
    """A dataset that has not been read yet."""

    shape: tuple[int, ...]
    type: Type
    layout: Layout
    filters: tuple[int, ...]
    attributes: dict[str, Any]

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Number of bytes once it is read."""
        return self.size * self.type.size


class Group(NamedTuple):
    """A group with its members in the order of their names."""

    members: "dict[str, Group | Array]"
    attributes: dict[str, Any]

    def group(self, name: str) -> "Group | None":
        """The group of that name."""
        found = self.members.get(name)
        return found if isinstance(found, Group) else None

    def arrays(self, path: str = "") -> "Iterator[tuple[str, Array]]":
        """All datasets below it, by their paths."""
        for name, member in self.members.items():
            if isinstance(member, Array):
                yield path + name, member
            else:
                yield from member.arrays(f"{path}{name}/")


class Hdf5File:
    """An HDF5 file: the tree of groups and arrays, whose values are read when they are wanted."""

    def __init__(self, file: BinaryIO, members: bool = True) -> None:
        """Read the tree.

        Args:
            file: the file.
            members: whether more than the root and its attributes is wanted.

        Raises:
            Hdf5Error: the file is damaged, or uses what Keras does not.
        """
        self._file = file
        self._wants_members = members
        file.seek(0, 2)
        self.end = file.tell()
        self._steps = 10_000 + self.end // 4
        self._entered: set[int] = set()
        self._heaps: dict[int, dict[int, tuple[int, int]]] = {}
        self.root = self._root()

    def read(self, array: Array) -> Any:
        """The values of a dataset, as an array of NumPy.

        Raises:
            Hdf5Error: they are not all there, or damaged.
        """
        from archspec.weights.stored.hdf5_values import read_values

        return read_values(self, array)

    def take(self, address: int, size: int) -> bytes:
        """Bytes of the file.

        Raises:
            Hdf5Error: they do not lie in it.
        """
        if address < 0 or size < 0 or address + size > self.end:
            raise Hdf5Error("it refers to places beyond its end")
        self._file.seek(address)
        data = self._file.read(size)
        if len(data) != size:
            raise Hdf5Error("it has become shorter")
        return data

    def step(self) -> None:
        """Count a step.

        Raises:
            Hdf5Error: there are more than a file of this size can need.
        """
        self._steps -= 1
        if self._steps < 0:
            raise Hdf5Error("it says more than fits into it")

    def enter(self, address: int) -> None:
        """Note that a piece of the file is read.

        Raises:
            Hdf5Error: it has been before: the file leads in a circle, or to a thing twice.
        """
        self.step()
        if address in self._entered:
            raise Hdf5Error("two things in it lie at the same place")
        self._entered.add(address)

    def _root(self) -> Group:
        start = self.take(0, 96)
        if start[:8] != SIGNATURE:
            raise Hdf5Error("it does not begin as HDF5 does")
        version = start[8]
        if version > 1:
            raise Hdf5Error(
                f"it is HDF5 in a form (superblock {version}) that Keras does not write"
            )
        if start[13:15] != b"\x08\x08":
            raise Hdf5Error("its addresses do not have 8 bytes")
        at = 24 + 4 * version
        base, _, end, _ = struct.unpack_from("<QQQQ", start, at)
        if base or end > self.end:
            raise Hdf5Error("it is shorter than it says" if not base else "it has a user block")
        entry = self.take(at + 32, 40)
        found = self._object(struct.unpack_from("<Q", entry, 8)[0], 0)
        if not isinstance(found, Group):
            raise Hdf5Error("its root is no group")
        return found

    def _object(self, address: int, depth: int) -> Group | Array:
        """A group with all that is in it, or a dataset."""
        if depth > 100:
            raise Hdf5Error("its groups are nested more than 100 deep")
        messages: dict[int, bytes] = {}
        attributes: dict[str, Any] = {}
        newer = False
        for kind, data in self._messages(address):
            if kind == _LINK:
                refuse_link(data)
            newer |= kind == _LINKS
            if kind == _EXTERNAL:
                raise Hdf5Error("its data lie in another file (external storage)")
            if kind == _ATTRIBUTE:
                name, value = attribute(data, self._heap_object)
                attributes[name] = value
            else:
                messages.setdefault(kind, data)
        if newer:
            raise Hdf5Error("it has links in their newer form, which Keras does not write")
        if _SYMBOLS in messages:
            wanted = self._wants_members
            return Group(self._members(messages[_SYMBOLS], depth) if wanted else {}, attributes)
        return self._array(messages, attributes)

    def _array(self, messages: dict[int, bytes], attributes: dict[str, Any]) -> Array:
        for kind in (_DATASPACE, _DATATYPE, _LAYOUT):
            if kind not in messages:
                raise Hdf5Error("something in it is neither a group nor a dataset")
        shape = dataspace(messages[_DATASPACE])
        type_ = datatype(messages[_DATATYPE])
        filters = check_filters(messages[_FILTERS]) if _FILTERS in messages else ()
        place = layout(messages[_LAYOUT], len(shape))
        return Array(shape, type_, place, filters, attributes)

    def _messages(self, address: int) -> Iterator[tuple[int, bytes]]:
        """The messages of an object's header: kinds and contents."""
        self.enter(address)
        head = self.take(address, 16)
        if head[0] != 1:
            newer = "an object in its newer form, which Keras does not write"
            raise Hdf5Error(f"it has {newer}" if head[:4] == b"OHDR" else "it is damaged")
        count, size = struct.unpack_from("<HxxxxI", head, 2)
        blocks = [(address + 16, size)]
        while blocks and count > 0:
            start, size = blocks.pop(0)
            block = self.take(start, size)
            at = 0
            while count > 0 and at + 8 <= size:
                self.step()
                kind, length, flags = struct.unpack_from("<HHB", block, at)
                data = block[at + 8 : at + 8 + length]
                at += 8 + length
                count -= 1
                if len(data) != length:
                    raise Hdf5Error("it is damaged: a header is cut off")
                if flags & 2:
                    raise Hdf5Error("it shares types among datasets, which Keras does not")
                if kind == _CONTINUATION:
                    if length < 16:
                        raise Hdf5Error("it is damaged: a header goes on nowhere")
                    more, size_there = struct.unpack_from("<QQ", data)
                    self.enter(more)
                    blocks.append((more, size_there))
                elif kind:
                    yield kind, data

    def _members(self, symbols: bytes, depth: int) -> dict[str, Group | Array]:
        if len(symbols) < 16:
            raise Hdf5Error("it is damaged: a group is cut off")
        tree, heap = struct.unpack_from("<QQ", symbols)
        self.enter(heap)
        head = self.take(heap, 32)
        size, _, names = struct.unpack_from("<QQQ", head, 8)
        if head[:4] != b"HEAP" or size > self.end:
            raise Hdf5Error("it is damaged: names of a group are gone")
        text = self.take(names, size)
        found: dict[str, Group | Array] = {}
        for _, node in self.tree(tree, 0, 8):
            for name_at, address, kind in self._entries(node):
                if kind == 2:
                    raise Hdf5Error("it has soft links, which Keras does not write")
                stop = text.find(b"\0", name_at, name_at + _LONGEST_NAME)
                name = text[name_at:stop].decode("utf-8", "replace") if stop > name_at else ""
                if not name or "/" in name or name in found or name in (".", ".."):
                    raise Hdf5Error("it is damaged: a name is empty or stands twice")
                found[name] = self._object(address, depth + 1)
        return found

    def tree(
        self, address: int, kind: int, key: int, level: int = -1
    ) -> Iterator[tuple[bytes, int]]:
        """Keys and children of the lowest level of a B-tree."""
        self.enter(address)
        head = self.take(address, 24)
        count = struct.unpack_from("<H", head, 6)[0]
        if head[:4] != b"TREE" or head[4] != kind or (level >= 0 and head[5] != level):
            raise Hdf5Error("it is damaged: a tree is no tree")
        entries = self.take(address + 24, count * (key + 8))
        for at in range(0, len(entries), key + 8):
            child = struct.unpack_from("<Q", entries, at + key)[0]
            if head[5]:
                yield from self.tree(child, kind, key, head[5] - 1)
            else:
                yield entries[at : at + key], child

    def _entries(self, address: int) -> Iterator[tuple[int, int, int]]:
        """Entries of a group: where the name is, where the object is, and what kind of link."""
        self.enter(address)
        head = self.take(address, 8)
        if head[:4] != b"SNOD":
            raise Hdf5Error("it is damaged: entries of a group are gone")
        count = struct.unpack_from("<H", head, 6)[0]
        entries = self.take(address + 8, 40 * count)
        for at in range(0, len(entries), 40):
            yield struct.unpack_from("<QQI", entries, at)

    def _heap_object(self, address: int, index: int, length: int) -> bytes:
        """Text of variable length, from a global heap."""
        if address not in self._heaps:
            self._heaps[address] = dict(self._heap(address))
        place, size = self._heaps[address].get(index, (0, -1))
        if length > size:
            raise Hdf5Error("it is damaged: text is gone")
        self._steps -= length // 64
        self.step()
        return self.take(place, length)

    def _heap(self, address: int) -> Iterator[tuple[int, tuple[int, int]]]:
        head = self.take(address, 16)
        size = struct.unpack_from("<Q", head, 8)[0]
        if head[:4] != b"GCOL" or size > self.end:
            raise Hdf5Error("it is damaged: text is gone")
        at, end = address + 16, address + size
        while at + 16 <= end:
            self.step()
            index, _, length = struct.unpack("<HHxxxxQ", self.take(at, 16))
            if index == 0:
                break
            yield index, (at + 16, length)
            at += 16 + (length + 7 & ~7)
