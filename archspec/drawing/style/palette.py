"""The colours of one picture: each role as the colour that is written into a file."""

from archspec.drawing.style.theme import DARK, LIGHT, Theme


class Palette:
    """Roles as ``#rrggbb``; with a twin, so that a style sheet can turn every colour into the twin's."""

    def __init__(self, theme: Theme, twin: Theme | None = None) -> None:
        self._theme = theme
        self._twin = twin
        self._of: dict[str, str] = {}
        self._turned: dict[str, str] = {}

    def color(self, role: str) -> str:
        """The colour of a role.

        Two roles that are turned into different colours are never written alike: one of them is
        written with a little more or less blue.
        """
        known = self._of.get(role)
        if known is not None:
            return known
        written = self._theme.color(role).lower()
        if self._twin is not None:
            other = self._twin.color(role).lower()
            step = 0
            first = written
            while self._turned.setdefault(written, other) != other:
                step += 1
                blue = int(first[5:], 16)
                blue += step if blue < 128 else -step
                written = f"{first[:5]}{blue:02x}"
        self._of[role] = written
        return written

    def turned(self) -> dict[str, str]:
        """Written colour → the twin's, for those that have been asked for."""
        return dict(self._turned)


def palette(theme: str) -> Palette:
    """The palette of a theme: ``light``, ``dark``, or ``auto``, which follows the page."""
    if theme == "auto":
        return Palette(LIGHT, DARK)
    return Palette(DARK if theme == "dark" else LIGHT)
