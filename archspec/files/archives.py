"""Archives of files, such as ``.keras`` and ``.npz``, opened without trust in what they say of themselves."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast

from archspec.files.reading import open_regular, reason

MOST_BYTES = 128 * 2**20
"""So much an archive may hold, however small it is itself."""
MOST_GROWTH = 200
"""A larger one may hold so many times its own size: what is measured or learnt does not shrink so."""
_MOST_AT_ONCE = 4 * 2**20
"""Most bytes of one read: its table of contents is read in one, and makes objects ten times its size."""


class ArchiveError(Exception):
    """An archive that cannot be used; the text is the reason, without the path."""


class Archive:
    """An archive that is open for reading; what is declared in it has been bounded."""

    def __init__(self, file: zipfile.ZipFile, size: int) -> None:
        self._file = file
        self.members: dict[str, zipfile.ZipInfo] = {}
        """Files of the archive by name."""
        for info in file.infolist():
            if info.filename in self.members:
                raise ArchiveError("the same name stands twice in it")
            if info.flag_bits & 1:
                raise ArchiveError("it is encrypted")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ArchiveError("it is compressed in a way that is not read here")
            self.members[info.filename] = info
        declared = sum(info.file_size for info in self.members.values())
        if declared > max(MOST_BYTES, MOST_GROWTH * size):
            raise ArchiveError(f"its {size:,} bytes would become {declared:,}")

    def open(self, name: str) -> IO[bytes]:
        """One of its files, unpacked.

        Raises:
            ArchiveError: there is none of that name.
        """
        if name not in self.members:
            raise ArchiveError(f"`{name}` is not in it")
        return self._file.open(self.members[name])

    def read(self, name: str, most: int) -> bytes:
        """All of a file, found to be whole.

        Raises:
            ArchiveError: there is none of that name, or it has more than ``most`` bytes.
        """
        with self.open(name) as file:
            if self.members[name].file_size > most:
                raise ArchiveError(f"its `{name}` has more than {most:,} bytes")
            return b"".join(iter(lambda: file.read(2**20), b""))


class _Sparing:
    """A file that is read in pieces only: one read of gigabytes is refused."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, _MOST_AT_ONCE + 1) if size >= 0 else _MOST_AT_ONCE + 1)
        if len(data) > _MOST_AT_ONCE:
            raise ArchiveError("its table of contents is too large")
        return data


@contextmanager
def archive_of(file: BinaryIO, size: int) -> Iterator[Archive]:
    """An open file that is an archive; ``size`` are the bytes that it takes on the disk.

    Raises:
        ArchiveError: as for :func:`open_archive`.
    """
    try:
        with zipfile.ZipFile(cast(Any, _Sparing(file))) as archive:
            yield Archive(archive, size)
    except ArchiveError:
        raise
    except OSError as error:
        raise ArchiveError(reason(error)) from None
    except zipfile.BadZipFile as error:
        damaged = "crc" in str(error).lower()
        why = "it is damaged" if damaged else "this is not a zip archive, or a part is missing"
        raise ArchiveError(why) from None
    except Exception as error:  # readers of damaged files raise anything, EOFError above all
        raise ArchiveError(f"it is damaged ({type(error).__name__})") from None


@contextmanager
def open_archive(path: str) -> Iterator[Archive]:
    """A regular file that is an archive. Whatever goes wrong with it inside the ``with`` is told in one way.

    Raises:
        ArchiveError: there is no such file, it is no archive, it is damaged, or it would become
            far larger than it is.
    """
    try:
        file = open_regular(path)
    except (OSError, ValueError) as error:
        raise ArchiveError(reason(error)) from None
    with file, archive_of(file, file.seek(0, 2)) as archive:
        yield archive
