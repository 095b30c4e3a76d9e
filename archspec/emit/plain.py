"""Markdown as plain text for a terminal."""

import re

_FENCE = re.compile(r"\s*(```|~~~)")
_WIDTH = 88
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def plain(markdown: str, color: bool = False) -> str:
    """Headings without their marks, code indented, links as their text and address.

    Emphasis loses its stars; what stands in backticks keeps them. With ``color``, headings are
    bold and code is dim. Ends with a line break.
    """
    lines: list[str] = []
    code = False
    for line in markdown.strip("\n").split("\n"):
        if _FENCE.match(line):
            code = not code
            continue
        if code:
            lines.append(_styled(f"    {line}" if line else "", "2", color))
            continue
        heading = re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
        if heading:
            lines.append(_styled(heading[1], "1", color))
        else:
            lines += _wrapped(_inline(line))
    return "\n".join(lines) + "\n"


def _wrapped(line: str) -> list[str]:
    """A line of prose in lines that a terminal shows whole; items of lists hang."""
    if len(line) <= _WIDTH:
        return [line]
    import textwrap

    mark = re.match(r"(\s*(?:[-*]|\d+\.)\s+)?", line)
    hang = " " * len(mark[0] if mark else "")
    return textwrap.wrap(
        line, _WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )


def _inline(line: str) -> str:
    """A line without emphasis and links, outside backticks."""
    parts = re.split(r"(`+[^`]*`+)", line)
    return "".join(p if p.startswith("`") else _emphasis(_LINK.sub(_link, p)) for p in parts)


def _link(match: re.Match[str]) -> str:
    text, address = match[1], match[2]
    return f"{text} ({address})" if "://" in address and address != text else text


def _emphasis(text: str) -> str:
    text = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"\1", text)
    return re.sub(r"(?<!\*)\*(?=[^\s*])([^*]+?)(?<=\S)\*(?!\*)", r"\1", text)


def _styled(text: str, style: str, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color and text else text
