"""Rows of whole numbers, written short."""


def ranges(numbers: tuple[int, ...]) -> str:
    """Whole numbers in order, rows of them as ``first-last``: ``0-4 7``."""
    found: list[list[int]] = []
    for value in numbers:
        if found and value == found[-1][1] + 1:
            found[-1][1] = value
        else:
            found.append([value, value])
    return " ".join([str(a) if a == b else f"{a}-{b}" for a, b in found])
