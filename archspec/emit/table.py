"""Tables for a terminal: columns aligned by what is seen, not by the number of characters."""

from collections.abc import Sequence

from archspec.diagnostics.characters import visible

Row = Sequence[str]


def width(text: str) -> int:
    """Columns that a text takes: East Asian wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    total = 0
    for char in text:
        if category(char) not in ("Mn", "Me", "Cf"):
            total += 2 if east_asian_width(char) in "WF" else 1
    return total


def pad(text: str, columns: int, right: bool = False) -> str:
    """The text filled up with spaces, at its start if it stands on the right."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def cut(text: str, columns: int) -> str:
    """The text shortened to a number of columns, with ``…`` at its end."""
    if width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > columns - 1:
            break
        kept += char
    return kept + "…"


def table(
    header: Row,
    parts: Sequence[Sequence[Row]],
    *,
    right: Sequence[int] = (),
    flexible: Sequence[int] = (),
    widest: int | None = None,
    color: bool = False,
) -> str:
    """Rows under a header, with a rule between the parts.

    ``right`` columns are aligned on the right. If the table is wider than ``widest``, the
    ``flexible`` columns are shortened, down to eight each. With ``color``, header and rules are
    dim. Characters that would act on a terminal are made visible. Ends with a line break.
    """
    parts = [[[visible(cell) for cell in row] for row in part] for part in parts]
    rows = [row for part in parts for row in part]
    columns = [max(width(row[n]) for row in (header, *rows)) for n in range(len(header))]
    gap = 2
    if widest is not None:
        _shrink(columns, flexible, sum(columns) + gap * (len(columns) - 1) - widest)
    rule = "─" * (sum(columns) + gap * (len(columns) - 1))
    dim, reset = ("\x1b[2m", "\x1b[0m") if color else ("", "")

    def line(row: Row) -> str:
        cells = [
            pad(cut(text, size), size, n in right)
            for n, (text, size) in enumerate(zip(row, columns, strict=True))
        ]
        return (" " * gap).join(cells).rstrip()

    lines = [f"{dim}{line(header)}{reset}"]
    for part in parts:
        if part:
            lines.append(f"{dim}{rule}{reset}")
            lines += [line(row) for row in part]
    return "\n".join(lines) + "\n"


def _shrink(columns: list[int], flexible: Sequence[int], excess: int) -> None:
    """Take an excess from the flexible columns, a column at a time from the widest."""
    while excess > 0:
        widest = max(flexible, key=lambda n: columns[n], default=None)
        if widest is None or columns[widest] <= 8:
            return
        columns[widest] -= 1
        excess -= 1
