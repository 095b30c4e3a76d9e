"""Tables of pictures and their scores: CSV files, read row by row within bounds."""

import csv
import io
import math
import os
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.files.reading import open_regular, reason
from archspec.train.data.errors import DataError
from archspec.train.objects.data import ImageTable

_MOST_BYTES = 2**30
_LONGEST_LINE = 2**20
_MOST_ROWS = 10_000_000


class ScoredPicture(NamedTuple):
    """A picture and its score."""

    path: str
    score: float


def read_table(data: ImageTable) -> list[ScoredPicture]:
    """Paths of pictures and their scores.

    Raises:
        DataError: the table is missing, lacks a column, has no rows, or a score is no number.
    """
    return list(table_rows(data))


def look_at_table(data: ImageTable) -> int:
    """Whether a table can be used; nothing of it is kept.

    Raises:
        DataError: as for :func:`read_table`.
    """
    return sum(1 for _ in table_rows(data))


def table_rows(data: ImageTable) -> Iterator[ScoredPicture]:
    """The rows of a table, one after another.

    Raises:
        DataError: as for :func:`read_table`.
    """
    try:
        with open_regular(data.path) as file:
            yield from _rows(data, csv.reader(_lines(file)))
    except UnicodeDecodeError:
        raise DataError(f"cannot read `{data.path}`: its text is not UTF-8", key="path") from None
    except csv.Error as error:
        raise DataError(f"cannot read `{data.path}`: {error}", key="path") from None
    except (OSError, ValueError) as error:
        raise DataError(f"cannot read `{data.path}`: {reason(error)}", key="path") from None


def _lines(file: BinaryIO) -> Iterator[str]:
    """The lines of a table, with their ends."""
    if file.seek(0, os.SEEK_END) > _MOST_BYTES:
        raise OSError(f"it has more than {_MOST_BYTES:,} bytes")
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    while line := text.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise OSError(f"a line has more than {_LONGEST_LINE:,} characters")
        yield line


def _rows(data: ImageTable, reader: Any) -> Iterator[ScoredPicture]:
    columns: list[str] = next(reader, [])
    scores = [data.score] if isinstance(data.score, str) else list(data.score)
    image = _place(data, columns, data.image, "image")
    places = [(name, _place(data, columns, name, "score")) for name in scores]
    folder = os.path.join(os.path.dirname(data.path), data.images)
    count = 0
    for row in reader:
        if not row:
            continue
        count += 1
        if count == 1 and not os.path.isdir(folder):
            raise DataError(f"there is no folder `{folder}`", key="images")
        if count > _MOST_ROWS:
            raise DataError(f"`{data.path}` has more than {_MOST_ROWS:,} rows", key="path")
        line = reader.line_num
        found = [_score(row, place, name, data.path, line) for name, place in places]
        name = row[image] if image < len(row) else ""
        if not name and data.bad_pictures == "error":
            message = f"line {line} of `{data.path}`: there is no name under `{data.image}`"
            raise DataError(message, code="AS607")
        yield ScoredPicture(os.path.join(folder, f"{name}{data.ending}"), sum(found) / len(found))
    if not count:
        raise DataError(f"`{data.path}` has no rows", key="path")


def _place(data: ImageTable, columns: list[str], name: str, key: str) -> int:
    """Where a column stands in a row."""
    if columns.count(name) == 1:
        return columns.index(name)
    if name in columns:
        raise DataError(f"`{data.path}` has several columns `{name}`", key=key)
    near = next(iter(near_words(name, columns, elsewhere=False).words), "")
    help = did_you_mean(near) if near else f"it has {', '.join(columns)}"
    message = f"`{data.path}` has no column `{name}`"
    raise DataError(message, help, key=key, without=message, meant=near)


def _score(row: list[str], place: int, column: str, path: str, line: int) -> float:
    text = row[place] if place < len(row) else None
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        where = f"line {line} of `{path}`: `{column}` is"
        told = None if text is None else text[:100]
        message = f"{where} {told!r}, not a number"
        raise DataError(message, code="AS607", without=f"{where} not a number")
    return value
