"""Masks that Keras has put into a graph by itself: a spec leaves them to it too.

In a functional model of Keras 3, an Embedding with `mask_zero` or a Masking gives its output a
mask, which layers behind it hand on and read; the file has the operations that make it, and the
mask as an argument of each call that reads it. What stands in a call is left out if it is what
Keras would put there anyway.

Sources: `Layer.__call__` and the `compute_mask` of keras/src/layers, of Keras 3.15.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.weights.structure.calls import CallArguments
from archspec.weights.structure.operations import Operand

Ref = tuple[int, int]
"""Index of a node, and which of its outputs."""
Mask = int
"""The number of an expression: equal ones are the same mask."""

_MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
_RECURRENT = ("SimpleRNN", "GRU", "LSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Bidirectional")
_HAND_ON = frozenset(
    (
        *("Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dense"),
        *("Dropout", "ELU", "GaussianDropout", "GaussianNoise", "GroupNormalization"),
        *("GroupQueryAttention", "Identity", "LayerNormalization", "LayerScale", "LeakyReLU"),
        *("LocalResponseNormalization", "MultiHeadAttention", "Normalization", "PReLU", "ReLU"),
        *("Attention", "AdditiveAttention", "Rescaling", "Softmax", "SpatialDropout1D"),
        *("SpatialDropout2D", "SpatialDropout3D", "TimeDistributed", "UnitNormalization"),
    )
)
"""Layers whose output has the mask of their first input (`supports_masking`)."""


class Masks:
    """What mask each output has by itself, and which operations make masks."""

    def __init__(self) -> None:
        self._numbers: dict[Any, Mask] = {}
        self._made: dict[Ref, Mask] = {}
        """The expressions of outputs of operations."""
        self._own: dict[Ref, Mask] = {}
        """The masks that outputs have without being told."""
        self.left_out: set[Ref] = set()
        """Masks that were left out of calls."""

    def note_operation(
        self, name: str, config: dict[str, Any], call: CallArguments, ref: Ref
    ) -> None:
        """Note what an operation makes."""
        self._made[ref] = self._operation(name, config, [*call.positional, *call.named.values()])

    def note_layer(
        self,
        entry: Mapping[str, Any],
        inputs: Sequence[Ref],
        given: Mask | None,
        ref: Ref,
    ) -> None:
        """Note the mask that the output of a layer has.

        Args:
            entry: its class and its config.
            inputs: what it reads.
            given: the mask that it is given, if it is given one.
            ref: its first output.
        """
        found = self._after(entry["class_name"], entry["config"], inputs, given)
        if found is not None:
            self._own[ref] = found

    def hand_on(self, source: Ref, ref: Ref) -> None:
        """Note that an output has the mask of another one."""
        if source in self._own:
            self._own[ref] = self._own[source]

    def without_own(self, call: CallArguments) -> tuple[CallArguments, Mask | None]:
        """A call without the masks that Keras puts there, and the first of those that it has."""
        named = dict(call.named)
        given: Mask | None = None
        for name in [name for name in named if name.endswith("mask")]:
            value = named[name]
            masks = value if isinstance(value, list) else [value]
            if not any(isinstance(mask, Operand) for mask in masks):
                continue
            given = self._number_of(masks[0]) if given is None else given
            tensors = self._masked_by(name, call)
            if len(tensors) == len(masks) and all(
                self._is_own(mask, tensor) for mask, tensor in zip(masks, tensors, strict=True)
            ):
                named[name] = None
                self.left_out |= {mask.source for mask in masks if isinstance(mask, Operand)}
        return CallArguments(call.positional, named), given

    def _masked_by(self, name: str, call: CallArguments) -> list[Any]:
        """The tensors of a call that an argument is the mask of."""
        if name == "mask":
            first = call.positional[0] if call.positional else next(iter(call.named.values()), None)
            return first if isinstance(first, list) else [first]
        of = name.removesuffix("_mask")
        places = {"query": 0, "value": 1, "key": 2}
        place = places.get(of, 99)
        found = call.positional[place] if place < len(call.positional) else call.named.get(of)
        return [found]

    def _is_own(self, mask: Any, tensor: Any) -> bool:
        if not isinstance(tensor, Operand):
            return False
        own = self._own.get(tensor.source)
        return own is None if mask is None else self._number_of(mask) == own

    def _number_of(self, value: Any) -> Mask:
        """The number of a tensor: of what made it, if that is an operation."""
        if isinstance(value, Operand):
            made = self._made.get(value.source)
            return self._number(("tensor", value.source)) if made is None else made
        if isinstance(value, list):
            return self._number(("list", *[self._number_of(v) for v in value]))
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return self._number(("constant", repr(float(value) if number else value)))

    def _operation(self, name: str, config: dict[str, Any], arguments: Sequence[Any]) -> Mask:
        said = sorted((k, _plain(v)) for k, v in config.items() if v not in (None, False))
        said = [(k, v) for k, v in said if k != "name"]
        return self._number((name, tuple(said), *[self._number_of(a) for a in arguments]))

    def _number(self, key: Any) -> Mask:
        return self._numbers.setdefault(key, len(self._numbers))

    def _after(
        self, kind: str, config: Mapping[str, Any], inputs: Sequence[Ref], given: Mask | None
    ) -> Mask | None:
        if not inputs:
            return None
        if kind in ("Embedding", "ReversibleEmbedding"):
            return self._unequal(inputs[0], 0) if config.get("mask_zero") else None
        if kind == "Masking":
            unequal = self._unequal(inputs[0], config.get("mask_value", 0.0))
            return self._number(("Any", (("axis", "-1"),), unequal))
        masks = [self._own.get(ref) for ref in inputs]
        if kind in _MERGES:
            return self._merged(masks)
        if kind == "Concatenate":
            return self._joined(inputs, masks, config.get("axis", -1))
        mask = masks[0] if given is None else given
        if kind in _RECURRENT:
            inner = config.get("layer") or {}
            return mask if (inner.get("config") or config).get("return_sequences") else None
        return mask if kind in _HAND_ON else None

    def _unequal(self, ref: Ref, value: Any) -> Mask:
        tensor = self._number_of(Operand(ref, None, ""))
        return self._number(("NotEqual", (), tensor, self._number_of(value)))

    def _merged(self, masks: list[Mask | None]) -> Mask | None:
        found, *others = masks
        for mask in others:
            if mask is None or found is None:
                return None
            found = self._number(("LogicalOr", (), found, mask))
        return found

    def _joined(self, inputs: Sequence[Ref], masks: list[Mask | None], axis: int) -> Mask | None:
        if all(mask is None for mask in masks):
            return None
        parts = []
        for ref, mask in zip(inputs, masks, strict=True):
            tensor = self._number_of(Operand(ref, None, ""))
            if mask is None:
                parts.append(self._number(("OnesLike", (("dtype", "bool"),), tensor)))
                continue
            wider = self._number(("ExpandDims", (("axis", "-1"),), mask))
            zeros = self._number(("ZerosLike", (("dtype", "bool"),), tensor))
            parts.append(self._number(("LogicalOr", (), wider, zeros)))
        joined = self._number(
            ("Concatenate", (("axis", str(axis)),), self._number(("list", *parts)))
        )
        return self._number(("Any", (("axis", "-1"),), joined))


def _plain(value: Any) -> str:
    """A value of a config as text; a list of one is the one."""
    return str(value[0] if isinstance(value, list) and len(value) == 1 else value)


def without_masks(
    sources: Sequence[Sequence[Ref]], outputs: Sequence[Ref], masks: set[Ref], operations: set[int]
) -> list[int]:
    """The nodes that stay: operations go of which only masks were made that nobody reads any more.

    Args:
        sources: what each node reads.
        outputs: the outputs of the graph.
        masks: the masks that were left out.
        operations: the nodes that are operations.
    """
    live = _live(sources, [index for index, _ in outputs])
    of_masks = _live(sources, [index for index, _ in masks]) & operations
    return [index for index in range(len(sources)) if index in live or index not in of_masks]


def _live(sources: Sequence[Sequence[Ref]], ends: list[int]) -> set[int]:
    """The nodes on which some depend, and these."""
    found = {*ends}
    for index in range(len(sources) - 1, -1, -1):
        if index in found:
            found.update(source for source, _ in sources[index])
    return found
