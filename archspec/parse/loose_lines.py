"""The lines of a text that is not quite YAML, and what is wrong with the signs in them.

Tabs, signs of a word processor or of another keyboard, comments of other languages and the fences
of Markdown become what was meant, in the same columns.
"""

import re

from archspec.parse.loose_keys import is_layer
from archspec.parse.loose_margins import take_margins, take_numbered_entries
from archspec.parse.slips import Slips

_WIDE = str.maketrans("：，｛｝［］（）；＂＇“”„‟«»‘’‚‛", ':,{}[]();"\'""""""\'\'\'\'')
_ODD = re.compile("[：，｛｝［］（）；＂＇“”„‟«»‘’‚‛]")
_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_OPENING = re.compile(r"\s*(?:- +)?(?:[\w.-]+ *[:：]\s*)?[{\[｛［(（]")
_WIDE_KEY = re.compile(r"\s*(?:-\s+)?[\w.-]+\s*：")
_QUOTED_VALUE = re.compile(r"\s*(?:-\s+)?(?:([\w.-]+):\s+)?[“”„‟«»‘’‚‛＂＇]\S*[“”„‟«»‘’‚‛＂＇]\s*$")
_TITLES = ("title", "description", "note", "source")
_FENCE = re.compile(r"\s*(?:```+|~~~+)\s*[\w.+-]*\s*$")
_BULLET = re.compile(r"\s*([–—−•*])(?= +\S)")
_COMMENT_OF_OTHERS = re.compile(r"\s*(//|/\*|<!--|--(?!-)|;|%)")
_COMMENT = re.compile(
    r"""(?<![\w)\]}])"(?:[^"\\]|\\.)*"|(?<![\w)\]}])'(?:[^']|'')*'|(?:^|(?<=\s))#"""
)


class Line:
    """A line with something in it: without its comment, and with what is meant by its signs."""

    __slots__ = ("indent", "is_free", "row", "start", "text")

    def __init__(self, row: int, text: str, start: int, indent: int) -> None:
        self.row = row
        """Its number, from 0."""
        self.text = text
        """Its characters, in the columns where they stand in the file."""
        self.start = start
        """Where its content begins."""
        self.indent = indent
        """How far it is indented, or is meant to be."""
        self.is_free = False
        """Whether a tab stands in its indentation, so that this may be of any width."""


def read_lines(texts: list[str], slips: Slips, tab: int) -> list[Line]:
    """The lines that have content; a tab stands for so many spaces."""
    texts = list(texts)
    meant = take_margins(texts, slips)
    _take_conflict(texts, slips)
    _take_fences(texts, slips)
    said = {row: texts[row] for row in _rows_of_texts(texts)}
    for row in said:  # nothing in them is a slip
        texts[row] = ""
    _take_comments(texts, slips)
    _take_entities(texts, slips)
    _take_signs(texts, slips)
    take_numbered_entries(texts, slips)
    for row, text in said.items():
        texts[row] = text
    lines = []
    for row, text in enumerate(texts):
        content = text.lstrip(" \t")
        if not content or content[0] == "#":
            continue
        start = len(text) - len(content)
        indent = meant.get(row, len(text[:start].expandtabs(tab)))
        lines.append(Line(row, _without_comment(text), start, indent))
        lines[-1].is_free = "\t" in text[:start]
    indented = [line for line in lines if line.start]
    free = sum(line.is_free for line in indented)
    if free * 2 >= len(indented):  # the tabs of the whole text are of one width
        for line in lines:
            line.is_free = False
    return lines


_TEXT_BELOW = re.compile(r"(\s*)(?:- +)*[\w.-]+: *[|>][-+0-9]* *(?:#.*)?$")


def _rows_of_texts(texts: list[str]) -> list[int]:
    """The lines of texts that ``|`` and ``>`` begin."""
    rows = []
    indent = -1
    for row, text in enumerate(texts):
        width = len(text) - len(text.lstrip())
        if indent >= 0 and (not text.strip() or width > indent):
            rows.append(row)
            continue
        begins = _TEXT_BELOW.match(text)
        indent = len(begins[1]) if begins else -1
    return rows


def tell_tabs(lines: list[Line], texts: list[str], slips: Slips) -> None:
    """Take note of tabs in the indentation of lines, once it is known what is meant."""
    tabs = [line for line in lines if "\t" in texts[line.row][: line.start]]
    if tabs:
        edits = [slips.edit(t.row, 0, t.start, " " * max(t.indent, 0)) for t in tabs]
        fix = slips.fix("indent with spaces", *edits)
        notes = (f"{len(tabs):,} lines have one",) if len(tabs) > 1 else ()
        row = tabs[0].row
        column = texts[row].index("\t")
        slips.add(row, column, 1, "a tab stands in the indentation", fix, code="AS018", notes=notes)


def _without_comment(text: str) -> str:
    for match in _COMMENT.finditer(text):
        if match[0] == "#":
            return text[: match.start()].rstrip()
    return text.rstrip()


def _take_conflict(texts: list[str], slips: Slips) -> None:
    """Blank one side of a conflict that a version control system has left."""
    rows = [
        next((row for row, text in enumerate(texts) if text.startswith(sign)), -1)
        for sign in ("<<<<<<< ", "=======", ">>>>>>> ")
    ]
    first, middle, last = rows
    if not 0 <= first < middle < last:
        return
    fixes = []
    for side, gone in (
        ("first", [first, *range(middle, last + 1)]),
        ("second", [*range(first, middle + 1), last]),
    ):
        edits = [slips.edit(row, 0, len(texts[row]), "") for row in gone]
        fixes.append(slips.fix(f"keep the {side} side", *edits, certain=False))
    slips.add(first, 0, 7, "a conflict of two versions is left here", *fixes)
    for row in (first, *range(middle, last + 1)):
        texts[row] = ""


def _take_fences(texts: list[str], slips: Slips) -> None:
    """Blank the fences of Markdown, and what stands outside of them."""
    fences = [row for row, text in enumerate(texts) if text.strip()[:3] in ("```", "~~~")]
    fences = [row for row in fences if _FENCE.match(texts[row])]
    if not fences:
        return
    first, last = fences[0], fences[1] if len(fences) > 1 else len(texts)
    before = any(re.match(r"\s*[\w-]+: ", text) for text in texts[:first])
    if before:  # only the closing one is left
        first, last = -1, fences[0]
    row = max(first, 0) if not before else last
    outside = [*range(max(first, -1) + 1), *range(last, len(texts))]
    edits = [slips.edit(r, 0, len(texts[r]), "") for r in outside if texts[r].strip()]
    sign = texts[row].strip()
    message = f"`{sign}` belongs to Markdown, not to the spec"
    slips.add(row, 0, len(texts[row]), message, slips.fix("delete it, and what is outside", *edits))
    for r in outside:
        texts[r] = ""


def _take_comments(texts: list[str], slips: Slips) -> None:
    """Blank comments as other languages have them."""
    end = ""
    for row, text in enumerate(texts):
        if end:
            before, found, after = text.partition(end)
            texts[row] = "" if not found else " " * (len(before) + len(end)) + after
            end = "" if found else end
            continue
        match = _COMMENT_OF_OTHERS.match(text)
        if match is None or text.startswith("%YAML"):
            continue
        sign, column = match[1], match.start(1)
        if sign == "--" and is_layer(text[match.end() :].strip()):
            edit = slips.edit(row, column, match.end(), "-")
            said = "one dash begins an entry of a list"
            fix = slips.fix(f"write `- {text[match.end() :].strip()}`", edit)
            slips.add(row, column, 2, said, fix)
            texts[row] = f"{text[:column]}- {text[match.end() :].strip()}"
            continue
        closing = {"/*": "*/", "<!--": "-->"}.get(sign, "")
        edits = [slips.edit(row, column, match.end(), "#")]
        texts[row] = ""
        if closing and closing not in text:
            end = closing
            for below in range(row + 1, len(texts)):
                blank = len(texts[below]) - len(texts[below].lstrip())
                edits.append(slips.edit(below, blank, blank, "# "))
                if closing in texts[below]:
                    break
        elif closing:
            _, _, after = text.partition(closing)
            if after.strip():  # content behind it
                texts[row] = " " * (len(text) - len(after)) + after
                edits = [slips.edit(row, column, len(text) - len(after), "")]
        help = slips.fix("a comment begins with `#`", *edits)
        slips.add(row, column, len(sign), f"`{sign}` does not begin a comment", help)


_ENTITY = re.compile(r"&(quot|apos|#39|amp|lt|gt);")
_ENTITIES = {"quot": '"', "apos": "'", "#39": "'", "amp": "&", "lt": "<", "gt": ">"}


def _take_entities(texts: list[str], slips: Slips) -> None:
    """Replace signs as HTML writes them; spaces keep what is behind them in its column."""
    edits = []
    for row, text in enumerate(texts):
        opens = True

        def meant(match: re.Match[str]) -> str:
            nonlocal opens
            sign = _ENTITIES[match[1]]
            width = len(match[0])
            padded = sign.rjust(width) if opens else sign.ljust(width)
            opens = opens != (sign in "\"'")
            return padded

        for match in _ENTITY.finditer(text):
            column = match.start()
            edits.append((row, slips.edit(row, column, match.end(), _ENTITIES[match[1]]), column))
        texts[row] = _ENTITY.sub(meant, text)
    if edits:
        row, _, column = edits[0]
        fix = slips.fix("write the signs themselves", *(edit for _, edit, _ in edits))
        slips.add(row, column, 1, "a sign stands here as HTML writes it", fix, in_yaml=True)


def _take_signs(texts: list[str], slips: Slips) -> None:
    """Replace spaces, punctuation and quotes of other kinds where YAML's own are meant."""
    spaces, signs = [], []
    for row, text in enumerate(texts):
        if bullet := _BULLET.match(text):
            column = bullet.start(1)
            signs.append((row, column, "-"))
            text = texts[row] = f"{text[:column]}-{text[column + 1 :]}"
        if text.isascii():
            continue
        found = [m.start() for m in _SPACES.finditer(text) if _is_structural(text, m.start())]
        if found:
            spaces += [(row, column, " ") for column in found]
            text = "".join(" " if n in found else c for n, c in enumerate(text))
        if _ODD.search(text) and _means_signs(text):
            meant = text.translate(_WIDE)
            for column, (old, new) in enumerate(zip(text, meant, strict=True)):
                if old != new:
                    glued = new in ":," and meant[column + 1 : column + 2] not in ("", " ")
                    signs.append((row, column, new + " " * glued))
                    slips.replaced.add((row, column))
            text = meant
        texts[row] = text
    odd = "`{}` is not a sign of YAML", "write `{}`"
    kinds: dict[str, list[tuple[int, int, str]]] = {}  # one mistake each
    several = all(each[2] in "-\"'" for each in signs)  # else they are of another keyboard
    for each in signs:
        kinds.setdefault(each[2] if several else "", []).append(each)
    kept = [(spaces, "this space is not the one of the keyboard", "write plain spaces")]
    for all_of_them, message, say in (
        *(kept if spaces else ()),
        *((k, *odd) for k in kinds.values()),
    ):
        row, column, meant = all_of_them[0]
        sign = slips.source.text.split("\n")[row][column]
        edits = [slips.edit(r, c, c + 1, t) for r, c, t in all_of_them]
        notes = (f"{len(edits):,} signs are such",) if len(edits) > 1 else ()
        fix = slips.fix(say.format(meant.strip()), *edits)
        slips.add(row, column, 1, message.format(sign), fix, notes=notes, in_yaml=True)


def has_odd_signs(text: str) -> bool:
    """Whether signs of another kind stand where YAML's own are meant."""
    return any(
        _means_signs(line) or any(_is_structural(line, m.start()) for m in _SPACES.finditer(line))
        for line in text.split("\n")
        if not line.isascii()
    )


def _is_structural(text: str, column: int) -> bool:
    """Whether a space stands where it separates: in the indentation or beside a sign."""
    before, after = text[:column].rstrip(), text[column + 1 :].lstrip()
    return not before or before[-1] in ":-,[{" or (bool(after) and after[0] in "]}#")


def _means_signs(text: str) -> bool:
    quoted = _QUOTED_VALUE.match(text)
    if quoted and quoted[1] not in _TITLES:
        return True
    return bool(_WIDE_KEY.match(text) or _OPENING.match(text))
