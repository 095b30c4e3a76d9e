"""What Graphviz writes as SVG, made smaller, readable on every machine, and with tooltips."""

import re
from html import escape, unescape

from archspec.drawing.paint.stamp import Stamp
from archspec.drawing.style.text_width import engine_width, text_width
from archspec.drawing.style.theme import DARK, LIGHT, by_role

FONTS = "Helvetica,Arial,'Liberation Sans','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"

_HEAD = re.compile(
    r".*?<svg width=\"[\d.]+pt\" height=\"[\d.]+pt\"\s+viewBox=\"([^\"]*)\"[^>]*>", re.S
)
_COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
_TIP = re.compile(r'<g id="a_[^"]*"><a xlink:title="([^"]*)"[^>]*>\n?(.*?)</a>\n</g>\n', re.S)
_GROUP = re.compile(
    r'<g id="[^"]*" class="(node|edge|cluster|graph)"([^>]*)>\n<title>(.*?)</title>\n?', re.S
)
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>\n?")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_PATH = re.compile(r'<path ([^>]*?)d="([^"]*)"/>\n?')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TWIN = re.compile(r'(<rect [^>]*)fill="([^"]*)" stroke="none"/><rect \1fill="none"')


Widths = dict[tuple[str, float], float]
"""Text and size → width."""


def polish(
    svg: str, stamp: Stamp, labels: dict[str, str], widths: Widths | None, auto: bool
) -> str:
    """The SVG as it is written to a file.

    Args:
        svg: from Graphviz.
        stamp: what it shows, for its metadata.
        labels: for each wire ``source->target`` what its tooltip says.
        widths: how wide Graphviz has taken texts to be; None for the bundled one, whose way of
            measuring is known.
        auto: whether it has to follow the page: dark where the page is dark.
    """
    match = _HEAD.match(svg)
    if match is None:
        raise ValueError("this is no SVG of Graphviz")
    body = svg[match.end() :]
    body = _COMMENT.sub("", body)
    pieces = re.split(r'(?=<g id="(?:node|edge|clust|graph)\d+")', body)
    body = "".join([_described(piece, stamp, labels) for piece in pieces])
    body = _TEXT.sub(lambda m: _text(m, widths), body)
    body = _PATH.sub(_path, body)
    body = _TWIN.sub(r'\1fill="\2"', body)
    body = body.replace('fill="white"', f'fill="{LIGHT.page.lower()}"').replace(">\n<", "><")
    size = match[1].split()
    width, height = (f"{float(n):g}" for n in size[2:])
    style = f"<style>{_follow(body)}</style>" if auto else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="archspec" width="{width}pt"'
        f' height="{height}pt" viewBox="0 0 {width} {height}" role="img"'
        f' font-family="{FONTS}">\n{stamp.svg()}{style}\n{body.strip()}\n'
    )


def _described(piece: str, stamp: Stamp, labels: dict[str, str]) -> str:
    """A group of Graphviz with a tooltip that browsers show."""
    tip = _TIP.search(piece)
    inner = _TIP.sub(lambda m: m[2], piece)
    match = _GROUP.search(inner)
    if match is None:
        return inner
    said = _group(match, tip[1] if tip else None, stamp, labels)
    return inner[: match.start()] + said + inner[match.end() :]


def _group(match: re.Match[str], tip: str | None, stamp: Stamp, labels: dict[str, str]) -> str:
    kind, rest, title = match[1], match[2], unescape(match[3])
    if kind == "graph":
        said = escape(stamp.title)
    elif kind == "edge":
        said = escape(labels.get(title, ""))
    else:
        said = escape(unescape(tip), quote=False) if tip and tip.strip() else ""
    key = f' id="{escape(title)}"' if kind in ("node", "edge") and title.isascii() else ""
    inner = f"<title>{said}</title>" if said else ""
    return f'<g class="{kind}"{key}{rest}>{inner}\n'


def _text(match: re.Match[str], widths: Widths | None) -> str:
    """A line of text that keeps its middle, whatever font a machine has."""
    values = dict(_ATTRIBUTE.findall(match[1]))
    text = unescape(match[2])
    if not text.strip():
        return ""
    size = float(values.get("font-size", "14"))
    bold = values.get("font-weight") == "bold"
    x = float(values["x"])
    if values.get("text-anchor") != "middle":
        # Graphviz writes a space after a space as one that does not collapse.
        said = text.replace("\xa0", " ")
        if widths is None:
            wide = engine_width(said, size, bold)
        else:
            wide = widths.get((said, size)) or text_width(said, size, bold)
        x += wide / 2
    weight = ' font-weight="bold"' if bold else ""
    fill = f' fill="{values["fill"]}"' if "fill" in values else ""
    return (
        f'<text text-anchor="middle" x="{x:.2f}" y="{float(values["y"]):g}"'
        f' font-size="{size:g}"{weight}{fill}>{escape(text.strip(), quote=False)}</text>'
    )


def _path(match: re.Match[str]) -> str:
    """Graphviz's rounded boxes are eight curves; as rectangles they are a sixth as long."""
    numbers = [float(n) for n in _NUMBER.findall(match[2])]
    xs, ys = numbers[::2], numbers[1::2]
    attributes = match[1].strip()
    closed = len(xs) >= 25 and (xs[0], ys[0]) == (xs[-1], ys[-1])
    if not closed:
        return f'<path {attributes} d="{match[2]}"/>'
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    radius = min(abs(y - edge) for y in (ys[0],) for edge in (top, bottom)) or min(
        abs(x - edge) for x in (xs[0],) for edge in (left, right)
    )
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{right - left:.2f}" height="{bottom - top:.2f}"'
        f' rx="{radius:g}" {attributes}/>'
    )


def _follow(body: str) -> str:
    """The style sheet that makes every colour of the light palette the one of the dark."""
    dark = by_role(DARK)
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]+)"', body))
    rules: dict[str, None] = {}
    for role, color in by_role(LIGHT).items():
        for written in (color.lower(), color):
            if written in used:
                rules[f'.archspec [fill="{written}"]{{fill:{dark[role]}}}'] = None
                rules[f'.archspec [stroke="{written}"]{{stroke:{dark[role]}}}'] = None
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
