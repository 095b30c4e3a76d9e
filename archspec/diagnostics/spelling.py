"""Misspelt words: the known one that someone probably meant."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 60
_CLOSE, _FAR = 0.8, 0.7
_BEST = 6

_ELSEWHERE = {
    # What other tools call it → what Keras calls it.
    "fc": "Dense",
    "fullyconnected": "Dense",
    "connected": "Dense",
    "innerproduct": "Dense",
    "linear": "Dense",
    "conv": "Conv2D",
    "convolution": "Conv2D",
    "convolutional": "Conv2D",
    "convolution1d": "Conv1D",
    "convolution2d": "Conv2D",
    "convolution3d": "Conv3D",
    "convtranspose2d": "Conv2DTranspose",
    "deconvolution": "Conv2DTranspose",
    "maxpool": "MaxPooling2D",
    "pooling": "MaxPooling2D",
    "avgpool": "AveragePooling2D",
    "avgpool2d": "AveragePooling2D",
    "adaptiveavgpool2d": "AdaptiveAveragePooling2D",
    "globalavgpool": "GlobalAveragePooling2D",
    "gap": "GlobalAveragePooling2D",
    "globalavgpool2d": "GlobalAveragePooling2D",
    "upsample": "UpSampling2D",
    "bn": "BatchNormalization",
    "batchnorm": "BatchNormalization",
    "batchnorm2d": "BatchNormalization",
    "layernorm": "LayerNormalization",
    "groupnorm": "GroupNormalization",
    "lrn": "LocalResponseNormalization",
    "route": "Concatenate",
    "concat": "Concatenate",
    "eltwise": "Add",
    "shortcut": "Add",
    "inputshape": "input",
    "inputsize": "input",
    "outchannels": "filters",
    "nbfilter": "filters",
    "bordermode": "padding",
    "subsample": "strides",
    "numoutput": "filters",
    "outfeatures": "units",
    "outputdim": "units",
    "hiddensize": "units",
    "ksize": "kernel_size",
    "p": "rate",
    "prob": "rate",
    "eps": "epsilon",
    "numheads": "num_heads",
    "numembeddings": "input_dim",
    "vocabsize": "input_dim",
    "embeddingdim": "output_dim",
    "embeddim": "output_dim",
    "n": "times",
    "count": "times",
}


class _Words(NamedTuple):
    by_bare: dict[str, str]
    by_pair: dict[str, list[str]]
    """Two neighbouring letters → the bare words that have them."""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The known word that someone probably meant, or None.

    Case and underlines aside, then what another tool calls so, then a word that is spelt much
    alike, has it as a part (`bias` in `use_bias`) or begins with it (`pad` in `padding`).
    """
    bare = _bare(word)
    if not bare or len(bare) > _LONGEST:
        return None
    known = _index(tuple(words))
    if bare in known.by_bare:
        return known.by_bare[bare]
    other = known.by_bare.get(_bare(_ELSEWHERE.get(bare, "")))
    if other:
        return other
    alike, ratio = _alike(bare, known)
    if ratio >= _CLOSE:
        return alike
    parts = [w for w in known.by_bare.values() if bare in w.lower().split("_")]
    if not parts and len(bare) > 2:
        parts = [w for b, w in known.by_bare.items() if b.startswith(bare)]
    if parts:
        return min(parts, key=len)
    return alike if ratio >= _FAR else None


def suggest(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """The help for a word that is not known: the one that was probably meant, or ``otherwise``."""
    near = nearest(word, words)
    return did_you_mean(near) if near else otherwise


def did_you_mean(meant: str) -> str:
    """The help of an error that names what was probably meant."""
    return f"did you mean `{meant}`?"


def as_sentence(help: str) -> str:
    """A help as a sentence that follows another one; empty if there is none."""
    return f" {help[:1].upper()}{help[1:]}" if help else ""


def _bare(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


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


def _pairs(bare: str) -> set[str]:
    framed = f"^{bare}$"
    return {framed[n : n + 2] for n in range(len(framed) - 1)}


def _alike(bare: str, known: _Words) -> tuple[str | None, float]:
    """The word that is spelt most alike among those that share the most pairs of letters."""
    from difflib import SequenceMatcher

    shared: dict[str, int] = {}
    for pair in _pairs(bare):
        for candidate in known.by_pair.get(pair, ()):
            shared[candidate] = shared.get(candidate, 0) + 1
    best = sorted(shared, key=lambda w: abs(len(w) - len(bare)) - 2 * shared[w])[:_BEST]
    matcher = SequenceMatcher(None, "", bare, autojunk=False)
    ratios = []
    for candidate in best:
        matcher.set_seq1(candidate)
        ratios.append((matcher.ratio(), candidate))
    if not ratios:
        return None, 0.0
    ratio, candidate = max(ratios)
    return known.by_bare[candidate], ratio
