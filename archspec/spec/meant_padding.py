"""A padding that is written as a number, as PyTorch, Caffe and darknet have it."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Padding(NamedTuple):
    """The same padding as a spec has it."""

    word: str | None
    """None: the argument is left out."""
    before: dict[str, Any] | None = None
    """The entry that puts the border on."""
    certain: bool = False


def meant_padding(layer: str, given: Mapping[str, Any], amount: Any) -> list[Padding]:
    """What puts ``amount`` zeros on each side of what the layer reads, best first.

    `same` with stride 1 if that is so many; else another layer before, as `same` puts the odd one
    at the end only.
    """
    rank = {"1D": 1, "2D": 2, "3D": 3}.get(layer.removesuffix("Transpose")[-2:])
    sizes = _per_axis(amount, rank)
    if rank is None or sizes is None:
        return []
    if not any(sizes):
        return [Padding("valid", certain=True)]
    pools = "Pooling" in layer
    kernel = _per_axis(given.get("pool_size", 2) if pools else given.get("kernel_size"), rank)
    strides = _per_axis(given.get("strides", kernel if pools else 1), rank)
    dilation = _per_axis(given.get("dilation_rate", 1), rank)
    border = Padding(None, {f"ZeroPadding{rank}D": amount})
    if kernel is None or strides is None or dilation is None:
        return [] if layer.endswith("Transpose") else [border]
    if layer.endswith("Transpose"):
        extra = _per_axis(given.get("output_padding") or 0, rank) or [0] * rank
        zipped = zip(sizes, kernel, strides, extra, strict=True)
        fits = all(k - 2 * p + more == s for p, k, s, more in zipped)
        return [Padding("same")] if fits else []
    whole = all(2 * p == d * (k - 1) for p, k, d in zip(sizes, kernel, dilation, strict=True))
    if whole and all(s == 1 for s in strides):
        return [Padding("same", certain=True)]
    if layer.startswith("Max"):
        return [Padding("same"), border] if whole else [border]
    return [border, Padding("same")] if whole else [border]


def _per_axis(value: Any, rank: int | None) -> list[int] | None:
    if rank is None:
        return None
    values = value if isinstance(value, list | tuple) else [value] * rank
    sound = len(values) == rank and all(type(v) is int and v >= 0 for v in values)
    return list(values) if sound else None
