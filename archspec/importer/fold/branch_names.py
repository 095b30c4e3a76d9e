"""Names of branches, by the windows in them."""

from typing import Any

from archspec.importer.flat_data import free_name
from archspec.importer.fold.tree import Blocks, Body, Call, Leaf, Split

_KERNELS = {1: "one", 2: "two", 3: "three", 5: "five", 7: "seven", 9: "nine"}


def branch_names(item: Split, blocks: Blocks) -> list[str]:
    """Names of branches by their windows: ``one``, ``three``, ``pool``; ``same`` if it is empty."""
    found: list[str] = []
    for branch in item.branches:
        name = _branch_name(branch, blocks)
        found.append(free_name(name, found) if name in found else name)
    return found


def _branch_name(branch: Body, blocks: Blocks) -> str:
    if not branch.items:
        return "same"
    first = branch.items[0]
    while isinstance(first, Call):
        first = blocks[first.word].body.items[0]
    if isinstance(first, Leaf) and first.layer.family == "pool":
        return "pool"
    kernels = _kernels(branch, blocks)
    if kernels and max(kernels) in _KERNELS:
        return _KERNELS[max(kernels)]
    return first.layer.auto_name() if isinstance(first, Leaf) else "way"


def _kernels(body: Body, blocks: Blocks) -> list[int]:
    """The sizes of all windows in a body, as far as they are numbers."""
    found: list[int] = []
    for item in body.items:
        if isinstance(item, Leaf | Call):
            found += _numbers(item.arguments.get("kernel_size"))
        if isinstance(item, Call):
            block = blocks[item.word]
            found += _kernels(block.body, blocks)
            if "kernel_size" not in item.arguments:
                found += _numbers(block.params.get("kernel_size"))
    return found


def _numbers(value: Any) -> list[int]:
    return [v for v in (value if isinstance(value, list) else [value]) if type(v) is int]
