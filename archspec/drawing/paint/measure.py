"""How wide a box must be for a text, whichever font the text is shown in."""

from archspec.drawing.style.text_width import broadest, text_width


def fitting(said: str, size: float, bold: bool, margin: float) -> float:
    """Width in points of a box that holds a line of text.

    Helvetica has the whole margin at both sides; DejaVu Sans, a fifth wider, at least two points.
    """
    return max(text_width(said, size, bold) + 2 * margin, broadest(said, size, bold) + 4)
