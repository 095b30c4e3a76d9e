"""Misspelt words: the known one that someone probably meant."""

from collections.abc import Iterable


class Near:
    """The known words that someone probably meant, best first."""

    __slots__ = ("certain", "words")

    def __init__(self, words: tuple[str, ...], certain: bool = False) -> None:
        self.words = words
        self.certain = certain
        """Whether it can hardly be another one than the first."""


def near_words(word: str, words: Iterable[str], elsewhere: bool = True) -> Near:
    """The known words that are about equally near to a word; none, if nothing is near.

    Case and underlines aside, then what another tool calls so, then a word that is spelt much
    alike, has it as a part (`bias` in `use_bias`) or begins with it (`pad` in `padding`).
    Without ``elsewhere`` other tools are not asked: the words are names that someone gave.
    """
    from archspec.diagnostics.alike import find_alike  # for what is wrong only

    return Near(*find_alike(word, tuple(words), elsewhere))


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The known word that someone probably meant, or None."""
    return next(iter(near_words(word, words).words), None)


def suggest(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """The help for a word that is not known: the one that was probably meant, or ``otherwise``."""
    near = nearest(word, words)
    return did_you_mean(near) if near else otherwise


def did_you_mean(meant: str, why: str = "") -> str:
    """The help of an error that names what was probably meant."""
    return f"did you mean `{meant}`{f', {why}' if why else ''}?"


def did_you_mean_all(meant: Iterable[str]) -> str:
    """The help of an error in several words, each with the one that was probably meant."""
    return did_you_mean("`, `".join(meant))


def as_sentence(help: str) -> str:
    """A help as a sentence that follows another one; empty if there is none."""
    return f" {help[:1].upper()}{help[1:]}" if help else ""
