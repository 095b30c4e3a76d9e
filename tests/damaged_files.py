"""Damage of every kind that files suffer, drawn at random; it knows nothing of their formats."""

from collections.abc import Callable
from random import Random

_NUMBERS = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
    1 << 40,
    (1 << 64) - 1,
)
_FILLS = (b"\0", b"\xff", b" ", b"\n", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n")


def damaged(data: bytes, random: Random) -> bytes:
    """Other bytes than were given: one to three kinds of damage, one after the other.

    Args:
        data: a sound file, not empty.
        random: what is drawn; the same state gives the same damage.
    """
    found = data
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        found = random.choice(KINDS)(found, random) or b"\0"
    return found if found != data else _flip_bit(data, random)


def _place(data: bytes, random: Random) -> int:
    """Somewhere; headers stand at both ends of a file, so these are drawn more often."""
    near = min(len(data), 512)
    kind = random.randrange(4)
    if kind == 0:
        return random.randrange(near)
    if kind == 1:
        return len(data) - 1 - random.randrange(near)
    return random.randrange(len(data))


def _length(data: bytes, random: Random) -> int:
    """A length; short ones more often."""
    return min(len(data), 1 << random.randrange(13))


def _flip_bit(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _set_bytes(data: bytes, random: Random) -> bytes:
    found = bytearray(data)
    for _ in range(random.choice((1, 2, 5, 20, 100))):
        found[_place(data, random)] = random.randrange(256)
    return bytes(found)


def _truncate(data: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def _behead(data: bytes, random: Random) -> bytes:
    return data[_place(data, random) :]


def _remove(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + data[at + _length(data, random) :]


def _insert(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + random.randbytes(_length(data, random)) + data[at:]


def _repeat(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[: at + _length(data, random)] + data[at:]


def _splice(data: bytes, random: Random) -> bytes:
    """A piece of the file over another place of it."""
    start, at = _place(data, random), _place(data, random)
    piece = data[start : start + _length(data, random)]
    return data[:at] + piece + data[at + len(piece) :]


def _fill(data: bytes, random: Random) -> bytes:
    """A run of one byte or of a format's first bytes."""
    at, length = _place(data, random), _length(data, random)
    fill = random.choice(_FILLS)
    return data[:at] + (fill * length)[:length] + data[at + length :]


def _number(data: bytes, random: Random) -> bytes:
    """What may be a length or an address, now an extreme one."""
    at, size = _place(data, random), random.choice((1, 2, 4, 8))
    number = random.choice(_NUMBERS) & ((1 << 8 * size) - 1)
    order = random.choice(("little", "big"))
    return data[:at] + number.to_bytes(size, order) + data[at + size :]  # type: ignore[arg-type]


def _append(data: bytes, random: Random) -> bytes:
    return data + random.choice((data, random.randbytes(100), b"\0" * 1000))


KINDS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip_bit,
    _set_bytes,
    _truncate,
    _behead,
    _remove,
    _insert,
    _repeat,
    _splice,
    _fill,
    _number,
    _number,
    _append,
)
