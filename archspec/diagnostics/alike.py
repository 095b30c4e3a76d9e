"""Which of some words are spelt much like another one, or mean the same: for misspelt words only."""

import re
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 60
_BEST = 12
_SLIPS = ((2, 1.0), (4, 1.3), (7, 2.1))
"""Up to so many letters, so much may differ; of longer words a third, at most `_MOST_SLIPS`."""
_MOST_SLIPS = 4.0
_SURE = 0.26
"""A word is certain if less than this share of its letters differs."""
_AS_NEAR = 0.15
"""Two words that differ from a third one by nearly the same are about equally near to it."""
_SWAP, _TWICE, _LAST, _LEFT_OUT, _OTHER, _FIRST = 0.9, 0.8, 0.9, 1.0, 1.0, 0.25
_SMALL = 0.35
"""What is added for a short word that begins with a capital, where a small letter stands: `bad`, `Pad`."""
_SHORT = 5
_SAME_BEGINNING = 5

Found = tuple[tuple[str, ...], bool]
"""Words, best first, and whether it can hardly be another one than the first."""


class _Words(NamedTuple):
    by_bare: dict[str, str]
    by_pair: dict[str, list[str]]
    """Two neighbouring letters → the bare words that have them."""


@lru_cache(1000)
def find_alike(word: str, words: tuple[str, ...], elsewhere: bool) -> Found:
    """What :func:`archspec.diagnostics.spelling.near_words` gives."""
    bare = _bare(word)
    if not bare or len(bare) > _LONGEST:
        return (), False
    known = _index(words)
    if bare in known.by_bare:
        return (known.by_bare[bare],), True
    for other in _called(word) if elsewhere else ():
        if _bare(other) in known.by_bare:
            return (known.by_bare[_bare(other)],), False
    pieces = _pieces(word)
    turned = [w for w in known.by_bare.values() if _pieces(w) == pieces] if len(pieces) > 1 else []
    if turned:
        return (turned[0],), True
    alike = _alike(bare, known, word[0].islower())
    slips = alike[0][0] if alike else 0.0
    if alike and slips < 2 and slips <= _most_slips(min(len(bare), len(alike[0][1]))):
        return _near(bare, alike, known)
    parts = [w for w in known.by_bare.values() if bare in w.lower().split("_")]
    if not parts and len(bare) > 2:
        parts = [w for b, w in known.by_bare.items() if b.startswith(bare)]
    if not parts:
        parts = [w for b, w in known.by_bare.items() if _begin_alike(bare, b)]
    if parts:
        return (min(parts, key=len),), False
    if alike and slips <= _most_slips(min(len(bare), len(alike[0][1]))):
        return _near(bare, alike, known)
    return (), False


def _bare(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).lower()


def _called(word: str) -> tuple[str, ...]:
    from archspec.diagnostics.elsewhere import called  # tables, for what is wrong only

    return called(word)


@lru_cache(16)
def _index(words: tuple[str, ...]) -> _Words:
    by_bare: dict[str, str] = {}
    by_pair: dict[str, list[str]] = {}
    for word in words:
        bare = _bare(word)
        if bare in by_bare or len(bare) > _LONGEST:
            continue
        by_bare[bare] = word
        for pair in _pairs(bare):
            by_pair.setdefault(pair, []).append(bare)
    return _Words(by_bare, by_pair)


@lru_cache(4096)
def _pieces(word: str) -> list[str]:
    """The words in a word, in order of the alphabet: `AverageGlobal`, `uniform_random`."""
    found = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+[A-Za-z]?", word)
    return sorted(piece.lower() for piece in found)


def _pairs(bare: str) -> set[str]:
    framed = f"^{bare}$"
    return {framed[n : n + 2] for n in range(len(framed) - 1)}


def _most_slips(letters: int) -> float:
    for length, slips in _SLIPS:
        if letters <= length:
            return slips
    return min(letters / 3, _MOST_SLIPS)


def _alike(bare: str, known: _Words, small: bool) -> list[tuple[float, str]]:
    """The words that are spelt most alike, nearest first, with what differs.

    ``small``: whether it begins with a small letter.
    """
    shared: dict[str, int] = {}
    for pair in _pairs(bare):
        for candidate in known.by_pair.get(pair, ()):
            shared[candidate] = shared.get(candidate, 0) + 1
    # Of equals, the one that stands first among the words, which is the one for more people.
    among = [w for w in known.by_bare if w in shared]
    best = sorted(among, key=lambda w: abs(len(w) - len(bare)) - 2 * shared[w])[:_BEST]
    found = [(_slips(bare, w), w) for w in best]
    if small:
        capitals = {w for w in best if len(w) <= _SHORT and known.by_bare[w][0].isupper()}
        found = [(slips + _SMALL * (w in capitals), w) for slips, w in found]
    return sorted(found, key=lambda near: (near[0], *_rather(bare, near[1])))


def _rather(bare: str, known: str) -> tuple[bool, int, int]:
    """Which of two words that are equally near comes first: two axes, a near number, the longer."""
    numbers = bare[-1].isdigit() and known[-1].isdigit()
    apart = abs(int(bare[-1]) - int(known[-1])) if numbers and bare[-1].isascii() else 9
    return known.endswith(("1d", "3d")), apart, -len(known)


def _begin_alike(bare: str, known: str) -> bool:
    """Whether one goes on where the other ends, or before: `rescaling`, `output_activation`."""
    if len(known) > _SAME_BEGINNING and (bare.endswith(known) or bare.startswith(known)):
        return True
    same = 0
    while same < min(len(bare), len(known)) and bare[same] == known[same]:
        same += 1
    return same >= _SAME_BEGINNING and same >= 0.65 * max(len(bare), len(known))


def _near(bare: str, alike: list[tuple[float, str]], known: _Words) -> Found:
    """The nearest word, and those that are about as near."""
    slips, first = alike[0]
    as_near = [
        w
        for s, w in alike[1:]
        if s <= slips + _AS_NEAR
        or (s <= slips + 1.2 and w.startswith(first) and w[len(first) :].isalpha())
    ]
    words = tuple(known.by_bare[w] for w in (first, *as_near[:2]))
    return words, not as_near and slips < _SURE * max(len(bare), len(first))


@lru_cache(20_000)  # the same words are asked for again while fixes are tried
def _slips(word: str, known: str) -> float:
    """What it takes to make a word of another: letters left out, doubled, swapped, or others."""
    before: list[float] = []
    last = [n * _LEFT_OUT for n in range(len(known) + 1)]
    for i, letter in enumerate(word):
        row = [last[0] + _LEFT_OUT]
        for j, wanted in enumerate(known):
            if letter == wanted:
                cost = last[j]
            else:
                cost = last[j] + _OTHER
                if i and j and letter == known[j - 1] and word[i - 1] == wanted:
                    cost = min(cost, before[j - 1] + _SWAP)
            more = _TWICE if i and letter == word[i - 1] else _LEFT_OUT
            if i == len(word) - 1:
                more = min(more, _LAST)
            less = _TWICE if j and wanted == known[j - 1] else _LEFT_OUT
            row.append(min(cost, last[j + 1] + more, row[j] + less))
        before, last = last, row
    swapped = word[:2] == known[1::-1]
    return last[-1] + (_FIRST if word[0] != known[0] and not swapped else 0)
