"""The inside of a block as a table of pills, with lines where branches part and meet."""

from archspec.drawing.content.art import Branches, Pill, Repeated, Row, Rows
from archspec.drawing.paint.markup import badge, badge_width, box, fixed, text
from archspec.drawing.style.text_width import shorten, text_width
from archspec.drawing.style.theme import Theme

_SIZE = 9
_WIDEST = 170.0
_HEIGHT, _STEP = 17, 20
"""Height of a pill, and of its row."""
_GAP, _FORK = 8, 6
"""Space between columns; height of the line from which they hang."""
_DOT = 8
_SHORTCUT = 16
_SLACK = 1.05
"""Other fonts than Helvetica are wider."""


def stack(rows: Rows, theme: Theme) -> str:
    """Rows under each other, all of one width."""
    return _stack(rows, width_of(rows), theme)


def width_of(rows: Rows) -> int:
    """Width of a column in points; even, for lines come down in its middle."""
    return max([_row_width(row) for row in rows], default=_SHORTCUT)


def height_of(rows: Rows) -> int:
    """Height of a column in points."""
    return sum(_row_height(row) for row in rows)


def _stack(rows: Rows, width: int, theme: Theme) -> str:
    lines = []
    for row in rows:
        height = _row_height(row)
        content = _row(row, width, theme)
        lines.append(
            f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}">{content}</TD></TR>'
        )
    return fixed("".join(lines), width, height_of(rows))


def _row(row: Row, width: int, theme: Theme) -> str:
    if isinstance(row, Pill):
        return _pill(row, width, theme)
    if isinstance(row, Repeated):
        return _frame(row, width, theme)
    return _branches(row, width, theme)


def _row_width(row: Row) -> int:
    if isinstance(row, Pill):
        wide = text_width(_said(row), _SIZE) * _SLACK + _DOT * len(row.marks) + 14
        return _even(wide)
    if isinstance(row, Repeated):
        return width_of(row.rows) + _even(badge_width(row.times) + 14)
    return sum(width_of(c) for c in row.columns) + _GAP * (len(row.columns) - 1)


def _row_height(row: Row) -> int:
    if isinstance(row, Pill):
        return _STEP
    if isinstance(row, Repeated):
        return height_of(row.rows) + 10
    return _FORK + max(height_of(c) for c in row.columns)


def _even(width: float) -> int:
    return 2 * -(-int(width + 0.999) // 2)


def _frame(row: Repeated, width: int, theme: Theme) -> str:
    rest = _even(badge_width(row.times) + 14)
    inner = width - rest
    height = height_of(row.rows) + 6
    cells = (
        f'<TD FIXEDSIZE="TRUE" WIDTH="{inner + 4}" HEIGHT="{height}">{_stack(row.rows, inner, theme)}</TD>'
        f'<TD FIXEDSIZE="TRUE" WIDTH="{rest - 8}" HEIGHT="{height}">{badge(row.times, theme)}</TD>'
    )
    return (
        f'<TABLE BORDER="1" STYLE="ROUNDED" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
        f' FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height + 2}"'
        f' COLOR="{theme.edge}"><TR>{cells}</TR></TABLE>'
    )


def _branches(row: Branches, width: int, theme: Theme) -> str:
    """Columns hanging from a line; what a column does not fill is a line down to its end."""
    wide = [width_of(c) for c in row.columns]
    spare = width - sum(wide) - _GAP * (len(wide) - 1)
    if len(wide) > 1 and row.columns[-1]:
        share = spare // len(wide) // 2 * 2
        wide = [w + share for w in wide]
        spare -= share * len(wide)
    wide[0] += spare // 2 * 2
    height = max(height_of(c) for c in row.columns)
    last = len(wide) - 1
    fork, below = [], []
    for k, column in enumerate(row.columns):
        half = wide[k] // 2
        fork.append(_line("T" if k else "", half, _FORK, theme))
        fork.append(_line("LT" if k < last else "L", half, _FORK, theme))
        below.append(
            f'<TD COLSPAN="2" FIXEDSIZE="TRUE" WIDTH="{wide[k]}" HEIGHT="{height}">'
            f"{_column(column, wide[k], height, theme)}</TD>"
        )
        if k < last:
            fork.append(_line("T", _GAP, _FORK, theme))
            below.append(f'<TD FIXEDSIZE="TRUE" WIDTH="{_GAP}" HEIGHT="{height}"></TD>')
    rows = f"<TR>{''.join(fork)}</TR><TR>{''.join(below)}</TR>"
    whole = sum(wide) + _GAP * last
    return fixed(rows, whole, _FORK + height)


def _column(rows: Rows, width: int, height: int, theme: Theme) -> str:
    rest = height - height_of(rows)
    if not rest:
        return _stack(rows, width, theme)
    above = rest // 2 if rows else 0
    lines = []
    if above:
        lines.append(_drop(width, above, theme))
    if rows:
        inner = height_of(rows)
        content = _stack(rows, width, theme)
        lines.append(
            f'<TR><TD COLSPAN="2" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{inner}">{content}</TD></TR>'
        )
    lines.append(_drop(width, rest - above, theme))
    return fixed("".join(lines), width, height)


def _drop(width: int, height: int, theme: Theme) -> str:
    """A line down the middle."""
    half = width // 2
    return f"<TR>{_line('', half, height, theme)}{_line('L', half, height, theme)}</TR>"


def _line(sides: str, width: int, height: int, theme: Theme) -> str:
    size = f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'
    if not sides:
        return f"<TD {size}></TD>"
    return f'<TD {size} BORDER="1" SIDES="{sides}" COLOR="{theme.edge}"></TD>'


def _said(pill: Pill) -> str:
    said = f"{pill.text}  ×{pill.times}" if pill.times > 1 else pill.text
    return shorten(said, _SIZE, _WIDEST)


def _pill(pill: Pill, width: int, theme: Theme) -> str:
    colors = theme.family(pill.family) if pill.family else theme.group
    dots = "".join(
        f'<TD FIXEDSIZE="TRUE" WIDTH="{_DOT}" HEIGHT="15">'
        f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE"'
        f' WIDTH="6" HEIGHT="6" STYLE="ROUNDED" BGCOLOR="{theme.family(d.family).line}"><TR><TD></TD></TR>'
        f"</TABLE></TD>"
        for d in pill.marks
    )
    rest = _DOT * len(pill.marks) + (4 if dots else 0)
    said = text(_said(pill), _SIZE, colors.ink)
    inner = f'<TD FIXEDSIZE="TRUE" WIDTH="{width - rest - 2}" HEIGHT="15">{said}</TD>{dots}'
    if dots:
        inner += '<TD FIXEDSIZE="TRUE" WIDTH="4" HEIGHT="15"></TD>'
    return box(inner, width, _HEIGHT, colors)
