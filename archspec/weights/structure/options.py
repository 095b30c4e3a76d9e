"""The arguments of a layer's call beside its tensors, in one form."""

from typing import Any

from archspec.weights.stored.error import StructureError
from archspec.weights.structure.calls import CallArguments, leaves, replaced
from archspec.weights.structure.operations import OPERATION, Operand
from archspec.weights.structure.plain import plain_config

_QUERIES = ("MultiHeadAttention", "GroupQueryAttention")
"""Layers that are called with a query, a value and a key."""
_COMPARISONS = frozenset(
    f"{OPERATION}{name}"
    for name in ("Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual")
)
"""Operations that give the same with a small whole number as with the float of that value."""
_TENSOR = {"tensor": "·"}
"""What stands in the place of a tensor."""


def training_of(call: CallArguments, outer: Any) -> Any:
    """Whether a layer is called as in training: True, False, or None if that is not said.

    What is said of a model in the model is said of its layers, whatever they are told themselves.
    """
    return call.named.get("training") if outer is None else outer


def given_inputs(call: CallArguments, names: list[str] | None, count: int | None) -> list[Operand]:
    """The tensors with which a model in the model is called, in the order of its inputs.

    Args:
        call: the call.
        names: the names of the inputs, by which a map of tensors is read; None if the inputs are
            a map themselves.
        count: how many inputs there are, if that is known.

    Raises:
        StructureError: it is called with more than tensors, or with too many or too few.
    """
    first = call.positional[0] if call.positional else None
    rest = [*call.positional[1:], *(v for k, v in call.named.items() if k != "training")]
    if isinstance(first, dict) and names is not None:
        first = [first[name] for name in names]
    found = list(leaves(first, Operand))
    if count is None and len(call.positional) > 1:  # a chain's own way to hand on several
        found, rest = list(leaves(call.positional, Operand)), []
    if not all(_is_empty(value) for value in rest) or len(found) != (count or len(found)):
        raise StructureError("a model in the model is called with other inputs than it has")
    return found


def one_form(kind: str, call: CallArguments) -> CallArguments:
    """A call with the tensors in one place that may be given by position and by name."""
    positional, named = list(call.positional), dict(call.named)
    states = named.get("initial_state")
    if states is not None and _are_tensors(states):  # of a recurrent layer
        positional += list(leaves(named.pop("initial_state"), Operand))
    if kind in _QUERIES:
        if len(positional) == 1 and isinstance(positional[0], list):
            positional = list(positional[0])
        for place, name in ((1, "value"), (2, "key")):
            if len(positional) == place and isinstance(named.get(name), Operand):
                positional.append(named.pop(name))
        if len(positional) == 3 and positional[1] == positional[2]:
            positional.pop()
    return CallArguments(positional, named)


def _are_tensors(value: Any) -> bool:
    inner = value if isinstance(value, list) else [value]
    return all(isinstance(v, Operand) for v in inner)


def options_of(kind: str, call: CallArguments, own: bool, training: Any) -> dict[str, Any]:
    """What a call says beside the order of its tensors.

    Args:
        kind: class of the layer or operation.
        call: the call.
        own: whether the layer is Keras's own, where False is the default of all such arguments.
        training: whether it is called as in training; if it is not, that need not be said.
    """
    found: dict[str, Any] = {} if training in (None, False) else {"training": True}
    named = {
        key: value
        for key, value in call.named.items()
        if key != "training" and not _is_empty(value) and not (own and value is False)
    }
    positional = call.positional
    if len(positional) == 1 and isinstance(positional[0], list):
        positional = positional[0]
    if named or not positional or not all(isinstance(v, Operand) for v in positional):
        told = {**{str(n): value for n, value in enumerate(call.positional)}, **named}
        told = replaced(told, Operand, lambda _: _TENSOR)
        whole = any("int" in o.dtype or o.dtype == "bool" for o in leaves(call, Operand))
        if whole and not (kind in _COMPARISONS and _are_small(told)):
            told = replaced(told, float, repr)  # times 3.0 makes floats of them, times 3 does not
        found["call"] = plain_config(told)
    return found


def _are_small(told: dict[str, Any]) -> bool:
    """Whether all numbers are held by a 32-bit float, as whole numbers next to them are."""
    numbers = [v for v in told.values() if isinstance(v, int | float)]
    return all(abs(number) < 2**23 for number in numbers)


def _is_empty(value: Any) -> bool:
    """Whether it is nothing, or a map or list of nothing."""
    if isinstance(value, Operand):
        return False
    if isinstance(value, dict):
        return bool(value) and all(_is_empty(v) for v in value.values())
    if isinstance(value, list | tuple):
        return bool(value) and all(_is_empty(v) for v in value)
    return value is None
