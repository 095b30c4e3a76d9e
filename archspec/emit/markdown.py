"""Pieces of Markdown: words in which nothing is markup, also not HTML, and code."""

import re

from archspec.diagnostics.characters import visible

_ACTS = re.compile(
    r"[\\`*\[\]|~$]"  # wherever they stand
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word an underline is one
    r"|(?<!\S)#"  # the end of a heading
    r"|^(?:[-+=](?![^\s=-])|\d+(?=[.)](?:\s|$)))"  # a list or a rule, at the start
)
_HTML = re.compile(r"[<>]|&(?=[#\w])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_ENDS = re.compile(r"^\s+|\s+$")
_TICKS = re.compile("`+")


def words(text: str) -> str:
    """Text as it is, in one line: CommonMark's and GitHub's signs do nothing in it."""
    said = visible(text)
    if said.isalnum():
        return said
    said = _ENDS.sub(lambda m: "␠" * len(m[0]), said)  # emphasis does not begin at a space
    return _HTML.sub(lambda m: _ENTITIES[m[0]], _ACTS.sub(_escaped, said))


def code(text: str) -> str:
    """Text as code, between as many backticks as it takes."""
    said = visible(text)
    ticks = "`" * (1 + max((len(m[0]) for m in _TICKS.finditer(said)), default=0))
    space = " " if len(ticks) > 1 else ""
    return f"{ticks}{space}{said}{space}{ticks}"


def _escaped(match: re.Match[str]) -> str:
    sign = match[0]
    return f"{sign}\\" if sign[0].isdigit() else f"\\{sign}"
