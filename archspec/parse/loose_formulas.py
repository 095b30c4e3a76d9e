"""Formulas with brackets in them, which YAML does not hold without quotes."""

import re

_LIST = re.compile(r"\[[^\[\]{}:]*\] *[*+](?=[\s\w\[(])")
_BEFORE_LIST = re.compile(r"[\w)\]] *[*+] *")


def end_of_lists(text: str, at: int) -> int:
    """Where a formula ends that begins with a list: ``[relu]*6 + [gelu]*2``; 0 if it is only one."""
    return _end(text, at) if _LIST.match(text, at) else 0


def end_of_formula(text: str, start: int, end: int) -> int:
    """Where a formula ends whose text is cut at a bracket; 0 if the bracket does not belong to it.

    ``sum([1, 2])`` and ``$([a, b][i])`` have an open parenthesis before it, ``2*[a] + [b]`` a sign.
    """
    if text[end : end + 1] != "[":
        return 0
    before = text[start:end]
    is_open = before.count("(") > before.count(")")
    if not is_open and not _BEFORE_LIST.fullmatch(before[-4:].lstrip()):
        return 0
    found = _end(text, start)
    return found if found > end else 0


def _end(text: str, start: int) -> int:
    """Where a comma or a bracket stands that closes what is around, or the end of the line."""
    depth, quote = 0, ""
    for at in range(start, len(text)):
        sign = text[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([":
            depth += 1
        elif depth and sign in ")]":
            depth -= 1
        elif not depth and sign in ",]}":
            return start + len(text[start:at].rstrip())
        elif sign in "{}":
            return 0
    return start + len(text[start:].rstrip()) if not depth else 0
