"""Names for blocks and parameters: from the names of the model's layers, or from what is in them."""

import re
from collections import Counter
from functools import cache

from archspec.formulas.expressions import is_name
from archspec.importer.flat_data import free_name
from archspec.importer.fold.tree import Blocks, Call, Item, Leaf, Loop, Split
from archspec.layers import layer_types
from archspec.records.record import fields
from archspec.spec.words import CONSTRUCTS, ItemKeys

_PLAIN = frozenset(
    [
        "conv",
        "bn",
        "relu",
        "activation",
        "act",
        "add",
        "concat",
        "concatenate",
        "dense",
        "pool",
        "norm",
        "batch",
        "normalization",
        "layer",
        "out",
        "pad",
        "depthwise",
        "separable",
        "dwise",
        "project",
        "expand",
        "input",
        "output",
        "block0",
        "multiply",
        "reduce",
    ]
)
"""Words in names of layers that say what a layer is, not of what it is part."""
_SHORT = {
    "Conv2D": "conv",
    "Conv1D": "conv",
    "BatchNormalization": "bn",
    "LayerNormalization": "ln",
    "Activation": "act",
    "ReLU": "relu",
    "LeakyReLU": "leaky",
    "PReLU": "prelu",
    "DepthwiseConv2D": "depthwise",
    "SeparableConv2D": "separable",
    "ZeroPadding2D": "pad",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
}
_LONGEST = 24
_TAKEN = frozenset(("layer", "layers", "inputs", "input", "times", "merge", "outputs"))


def parameter_name(argument: str, taken: set[str]) -> str:
    """A free name for a parameter that is given to an argument."""
    name = argument.rstrip("0123456789_")
    name = {"target_shape": "channels_", "before": "padded", "re_lu": "relu"}.get(name, name)
    if name in fields(ItemKeys) or name in _TAKEN or not is_name(name):
        name += "_"
    count, base = 1, name
    while name in taken:
        count += 1
        name = f"{base.rstrip('_')}{count}"
    taken.add(name)
    return name


def block_name(items: list[Item], windows: list[list[Item]], blocks: Blocks) -> str:
    """A free name for a block."""
    said, seen = _said(windows), _seen(items)
    said = "" if said in _automatic() else said
    name = said or seen
    if name in blocks and said.endswith(seen):
        pass
    elif name in blocks and seen != "unit" and said and not seen.startswith(said):
        name = f"{said}_{seen}"
    elif name in blocks and said:
        name = seen
    if name in CONSTRUCTS or name in layer_types() or name in _TAKEN or not is_name(name):
        name = f"{name}_block"
    return free_name(name, blocks)


@cache
def _automatic() -> frozenset[str]:
    """Names that layers get by themselves."""
    return frozenset(kind.auto_name() for kind in layer_types().values())


def _said(windows: list[list[Item]]) -> str:
    """What the names of the model's layers have in common, in most of the windows."""
    votes: Counter[str] = Counter()
    for window in windows:
        layers = [name for item in window for name in item.layers]
        if len(layers) > 1:
            votes[_common(layers)] += 1
    if not votes:
        return ""
    name, often = votes.most_common(1)[0]
    return name if often * 2 > len(windows) else ""


def _common(layers: list[str]) -> str:
    """What names have in common: the innermost scope of paths, or the words that nearly all have."""
    if all("." in name for name in layers):
        scopes = [
            [re.sub(r"(_out)?(_\d+|\d+)?$", "", part) for part in name.split(".")[:-1]]
            for name in layers
        ]
        shared = [part for part in scopes[0] if all(part in other for other in scopes[1:])]
        return shared[-1] if shared and shared[-1].isidentifier() and shared[-1][1:] else ""
    words = [re.findall(r"[^\W\d_]{2,}", name.lower()) for name in layers]
    counts = Counter(word for found in words for word in {*found})
    good = [
        word
        for word in dict.fromkeys([*words[0], *words[-1]])
        if counts[word] >= 0.9 * len(layers) and word not in _PLAIN
    ]
    name = "_".join(good)
    return name if len(name) < _LONGEST else ""


def _seen(items: list[Item]) -> str:
    """What the layers are."""
    splits = [item for item in items if isinstance(item, Split)]
    if len(splits) == 1:
        split = splits[0]
        empty = any(not branch.items for branch in split.branches)
        if split.merge.word == "Add":
            return "residual_unit" if empty else "residual_projected"
        if split.merge.word == "Multiply" and empty:
            return "squeeze_excite"
        if len(items) == 1 and split.merge.word == "Concatenate":
            return "dense_layer" if empty else "inception"
    if all(isinstance(item, Leaf) for item in items) and len(items) <= 4:
        words = [_SHORT.get(i.word, i.layer.auto_name()) for i in items if isinstance(i, Leaf)]
        name = "_".join(dict.fromkeys(words))
        if len(name) < _LONGEST:
            return name
    return "stage" if any(isinstance(item, Loop) for item in items) else "unit"


def option_name(items: list[Item]) -> str:
    """What says whether some layers are there."""
    first = items[0]
    if isinstance(first, Leaf):
        return f"with_{_SHORT.get(first.word, first.layer.auto_name())}"
    return f"with_{first.word if isinstance(first, Call) else _seen(items)}"
