"""Characters that would act on a terminal, break a line or turn its direction: shown, not sent."""

import re

_SIGNS = {
    **{n: 0x2400 + n for n in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(
        (
            *range(0x80, 0xA0),
            0x061C,
            0x200E,
            0x200F,
            *range(0x2028, 0x202F),
            *range(0x2066, 0x206A),
            *(0xFFFE, 0xFFFF),  # no characters, and XML refuses them
        ),
        0xFFFD,
    ),
}
_LINES = {code: sign for code, sign in _SIGNS.items() if code != 0x0A}
_ESCAPED = {code: f"\\u{code:04x}" for code in _SIGNS if code >= 0x7F}
_STYLE = "(\x1b\\[[0-9;]*m)"


def visible(text: str) -> str:
    """Text in one line whose characters can all be seen."""
    if text.isascii() and text.isprintable():
        return text
    return _encodable(text.translate(_SIGNS))


def visible_lines(text: str, styled: bool = False) -> str:
    """Text of several lines whose characters can all be seen.

    Args:
        text: what is printed; whoever made it has already put words of the user's into one line.
        styled: whether its colours and bold print are meant.
    """
    if not styled:
        return _encodable(text.translate(_LINES))
    parts = re.split(_STYLE, text)
    parts[::2] = [_encodable(part.translate(_LINES)) for part in parts[::2]]
    return "".join(parts)


def visible_json(text: str) -> str:
    """JSON, whose strings hold the same when read, with the characters that `json` lets through.

    Lone surrogates, as in names of files that are not UTF-8, become escapes too.
    """
    if text.isascii() and "\x7f" not in text:
        return text
    escaped = text.translate(_ESCAPED)
    return re.sub("[\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", escaped)


def drawn(text: str) -> str:
    """Text in one line for a picture: what no font shows becomes a space."""
    if text.isprintable():
        return text
    return "".join([c if c.isprintable() else " " for c in text])


def _encodable(text: str) -> str:
    """Lone surrogates, as in names of files that are not UTF-8, become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
