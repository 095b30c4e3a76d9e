"""What a layer is called with: its inputs in archspec's order, their roles, and other arguments.

Source of the signatures: the `call` of keras/src/layers/, of Keras 3.15, and of 2.15 for what a
file of Keras 2 gives by position.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.layers import Layer
from archspec.records.record import fields
from archspec.weights.structure.calls import CallArguments, leaves
from archspec.weights.structure.operations import Operand

_RECURRENT = ("sequences", "initial_state", "mask", "training")
_ATTENTION = ("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask")
_SIGNATURES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("SimpleRNN", "GRU", "LSTM", "Bidirectional"), _RECURRENT),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _RECURRENT),
    **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), _ATTENTION),
    **dict.fromkeys(("Attention", "AdditiveAttention"), ("inputs", "mask", "training")),
    **dict.fromkeys(("Softmax", "GlobalAveragePooling1D"), ("inputs", "mask")),
    **dict.fromkeys(("BatchNormalization", "TimeDistributed"), ("inputs", "training", "mask")),
    "ReversibleEmbedding": ("inputs", "reverse"),
    "PositionEmbedding": ("inputs", "start_index"),
}
"""Names of the arguments of a call, by position; of all others `inputs`, `training`."""
_LISTED = ("query", "value", "key")
"""What a list of inputs has, of those layers that take one."""
_UNSAID = frozenset(
    (
        *("BatchNormalization", "Bidirectional", "TimeDistributed"),
        *("MultiHeadAttention", "GroupQueryAttention"),
    )
)
"""Layers whose call has no default for `training`, so that False has been said.

Keras writes the default of the others into the file: False, and True of those that change pictures.
"""


class Called(NamedTuple):
    """What a layer reads, and how it is called."""

    inputs: tuple[Operand, ...]
    roles: tuple[str, ...]
    """A name for each input; none if their order tells what they are."""
    options: dict[str, Any]
    """Other arguments of the call."""


class CallError(Exception):
    """A call that a spec cannot say; the text says why."""


def called(type: type[Layer], call: CallArguments, training: Any) -> Called:
    """The call of a layer that is no operation.

    Args:
        type: its class.
        call: what it is called with.
        training: whether the model around it is called as in training; None if that is not said.

    Raises:
        CallError: a spec cannot say it.
    """
    given = _by_name(type, call)
    said = given.pop("training", None)
    training = said if training is None else training
    options = {} if training is None else _training(type, training)
    tensors: list[tuple[str, Operand]] = []
    for name, value in given.items():
        found = list(leaves(value, Operand))
        if found and name in ("", "inputs", *type.role_names):
            if value is not found[0] and not _is_flat(value):
                raise CallError(f"`{name or 'inputs'}` has more than tensors")
            tensors += [(name, tensor) for tensor in found]
        elif found:
            raise CallError(f"it is given `{name}`, which it does not read in a spec")
        elif name in type.call_arguments:
            default = fields(type)[name].default
            if value is not None and not (value is False and default is None):
                options[name] = value
        elif not _is_nothing(value):
            raise CallError(f"it is called with `{name}: {value}`")
    tensors.sort(key=lambda pair: _order(type, pair[0]))
    return _shortest(type, tensors, {k: v for k, v in options.items() if v is not None})


def _by_name(type: type[Layer], call: CallArguments) -> dict[str, Any]:
    """The arguments of a call by their names; tensors that no name is known for have an empty one."""
    kind = type.__name__
    names = _SIGNATURES.get(kind, ("inputs", "training"))
    found: dict[str, Any] = {}
    positional = list(call.positional)
    first = positional[0] if positional else None
    if kind in ("MultiHeadAttention", "GroupQueryAttention") and isinstance(first, list):
        positional = [*first, *positional[1:]]  # as Keras 2 wrote it at times
    elif names is _RECURRENT and isinstance(first, list):
        sequence, *states = first  # as Keras 2 wrote a sequence with its initial states
        positional[0] = sequence
        found |= {"initial_state": states} if states else {}
    if len(positional) > len(names):
        raise CallError("it is called with more than it takes")
    for name, value in zip(names, positional, strict=False):
        found[name] = value
    for name, value in call.named.items():
        if found.get(name) is None:
            found[name] = value
        elif value is not None:
            raise CallError(f"`{name}` is given twice")
    if kind in ("Attention", "AdditiveAttention"):
        found = dict(_attention(found))
    elif not type.role_names and "inputs" in found:
        found[""] = found.pop("inputs")
    elif type.role_names and "inputs" in found and "inputs" not in type.role_names:
        found[type.role_names[0]] = found.pop("inputs")
    return found


def _attention(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Query, value and key out of their list, and the masks of the first two."""
    for name, value in given.items():
        if name == "inputs" and isinstance(value, list):
            yield from zip(_LISTED, value, strict=False)
        elif name == "mask" and isinstance(value, list):
            yield from zip(("query_mask", "value_mask"), value, strict=False)
        else:
            yield name, value


def _training(type: type[Layer], value: Any) -> dict[str, Any]:
    if "training" not in type.call_arguments:
        return {}
    if type.__name__ in _UNSAID:
        return {"training": value}
    pictures = any(base.__name__ == "Augmentation" for base in type.__mro__)
    return {} if value is pictures else {"training": value}


def _order(type: type[Layer], name: str) -> int:
    known = type.role_names
    return known.index(name) if name in known else 0


def _shortest(
    type: type[Layer], tensors: list[tuple[str, Operand]], options: dict[str, Any]
) -> Called:
    """The inputs without those that are said twice, and without roles if their order says enough."""
    known = type.role_names
    if known[:3] == _LISTED:
        by_role = {name: tensor.source for name, tensor in tensors}
        if by_role.get("key") == by_role.get("value"):
            tensors = [(n, t) for n, t in tensors if n != "key"]
        least = type.inputs[0]
        if (
            least == 1
            and by_role.get("value") == by_role.get("query")
            and "key" not in {n for n, _ in tensors}
        ):
            tensors = [(n, t) for n, t in tensors if n != "value"]
    names = tuple([name for name, _ in tensors])
    inputs = tuple([tensor for _, tensor in tensors])
    if not known or names[:1] == ("",):
        return Called(inputs, (), options)
    plain = known[: len(names)]
    if known[:2] == ("sequences", "initial_state"):
        plain = ("sequences", *["initial_state"] * (len(names) - 1))
    elif known[:3] != _LISTED:
        plain = known[:1]
    return Called(inputs, () if names == plain and _in_order(plain) else names, options)


def _in_order(names: tuple[str, ...]) -> bool:
    """Whether the order of inputs says what they are: masks have to be named."""
    return not any(name.endswith("mask") for name in names)


def _is_flat(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(v, Operand) for v in value.values())
    return isinstance(value, list | tuple) and all(isinstance(v, Operand) for v in value)


def _is_nothing(value: Any) -> bool:
    """Whether an argument is not given: null, False, or a list or map of nothing."""
    if isinstance(value, dict):
        return all(_is_nothing(v) for v in value.values())
    if isinstance(value, list | tuple):
        return all(_is_nothing(v) for v in value)
    return value is None or value is False
