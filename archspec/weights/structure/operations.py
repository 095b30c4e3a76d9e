"""Operations of keras.ops, and those of TensorFlow in configs of Keras 2, as the layers they are.

``ops.add(a, b)`` is the layer Add, ``x * 3.0`` is Rescaling, ``ops.relu(x)`` an activation. What
is the same only for some inputs stays an operation: sums of tensors of different ranks, which the
layer aligns otherwise, and constants with whole numbers, of which Rescaling makes floats.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from archspec.layers import merging
from archspec.records.record import snake_case
from archspec.shapes.dtypes import DTYPES
from archspec.weights.structure.activations import is_activation
from archspec.weights.structure.calls import CallArguments, leaves, replaced
from archspec.weights.structure.items import new_axis, part_of
from archspec.weights.structure.operand import Operand as Operand
from archspec.weights.structure.tensorflow import as_of_keras, of_node


class Step(NamedTuple):
    """A layer or an operation, its config, and the arguments of its call."""

    kind: str
    config: dict[str, Any]
    call: CallArguments


_FLOATS = {name for name, kind in DTYPES.items() if kind == "float"}
MERGES = ("Add", "Subtract", "Multiply", "Maximum", "Minimum")
"""Operations of two tensors, or of a tensor and a constant, that are layers."""
_NOT_OWN = ("name", "trainable", "dtype")
COMMUTATIVE = frozenset([layer.__name__ for layer in merging.COMMUTATIVE])
"""Layers, and operations, for which the order of the inputs does not matter."""
TURNED = {"Greater": "Less", "Less": "Greater", "GreaterEqual": "LessEqual"}
TURNED |= {"LessEqual": "GreaterEqual", "Equal": "Equal", "NotEqual": "NotEqual"}
"""What a comparison is with its sides changed."""
OPERATION = "ops."
"""What stands before the names of operations that no layer does."""


def is_operation(entry: dict[str, Any]) -> bool:
    """Whether an entry of a config is an operation, not a layer."""
    module = str(entry.get("module") or "")
    return module.startswith(("keras.src.ops.", "keras.ops.")) or entry["class_name"] in (
        "TFOpLambda",
        "SlicingOpLambda",
        "TensorFlowOpLayer",
    )


def step_of(entry: dict[str, Any], call: CallArguments) -> Step:
    """The layer that an operation is, or the operation under a name that no layer has."""
    kind = entry["class_name"]
    config, *call_ = replaced([entry["config"], *call], Operand, lambda tensor: tensor)
    call = CallArguments(*call_)
    own = {"dtype": config["dtype"]} if config.get("dtype") else {}
    if "function" in config and kind in ("TFOpLambda", "SlicingOpLambda"):
        kind, config, call = as_of_keras(str(config["function"]), call)
    if kind == "TensorFlowOpLayer":
        kind, config, call = of_node(config, call)
    kind = "Divide" if kind == "TrueDivide" else kind  # `x / y`, and the function of that name
    if kind == "Cast" and (cast := _cast(config.get("dtype"), call)) is not None:
        return cast
    if kind == "GetItem" and (axis := new_axis(call)) is not None:
        kind, config, call = "ExpandDims", {"axis": axis}, CallArguments(call.positional[:1], {})
    config = {key: value for key, value in config.items() if key not in _NOT_OWN}
    tensors = [a for a in call.positional if isinstance(a, Operand)]
    found = None
    if kind in (*MERGES, "Negative") and not config and not call.named:
        found = _merge(kind, call, tensors)
    elif len(tensors) == len(call.positional) == 1 and not call.named:
        found = _of_one(kind, config, tensors[0])
    elif kind == "Concatenate" and len(call.positional) == 1 and not call.named:
        found = Step(kind, config, call)
    if kind in TURNED and len(call.positional) == 2 and not isinstance(call.positional[0], Operand):
        kind, call = TURNED[kind], CallArguments(call.positional[::-1], call.named)
    if found is None:
        config, call = _one_form(kind, config, call)
        return Step(OPERATION + kind, {**config, **own}, _constants_last(kind, call))
    return found._replace(config={**found.config, **_dtype(call), **own})


def _cast(dtype: Any, call: CallArguments) -> Step | None:
    """A cast to floats: nothing if the values are such already, and else Rescaling by 1."""
    tensor = call.positional[0] if len(call.positional) == 1 else None
    if not isinstance(tensor, Operand) or dtype not in _FLOATS:
        return None
    if tensor.dtype == dtype:
        return Step("Activation", {"activation": "linear"}, call)
    return Step("Rescaling", {"scale": 1, "dtype": dtype}, call)


def _one_form(
    kind: str, config: dict[str, Any], call: CallArguments
) -> tuple[dict[str, Any], CallArguments]:
    """An operation that no layer is, in one of the forms in which it may be written."""
    operand = call.positional[0] if call.positional else None
    shape = operand.shape if isinstance(operand, Operand) else None
    if kind == "Roll" and shape is not None and config.get("axis") is not None:
        axes, shifts = (_listed(config.get(name)) for name in ("axis", "shift"))
        moved = sorted([axis % len(shape), by] for axis, by in zip(axes, shifts, strict=False))
        return {"moved": moved}, call
    if kind == "Where" and len(call.positional) == 3:
        condition, *both = call.positional
        if any(isinstance(v, Operand) and v.dtype in _FLOATS for v in both):
            both = [float(v) if type(v) is int else v for v in both]
        return config, CallArguments([condition, *both], call.named)
    if kind == "Pad" and len(call.positional) > 1:
        named = {**call.named, "constant_values": call.positional[1]}
        return config, CallArguments([operand], named)
    if kind == "Tile":
        return {"repeats": _listed(config.get("repeats"))}, call
    if kind == "GetItem" and shape is not None and len(call.positional) == 2:
        return config, CallArguments([operand, part_of(call.positional[1], shape)], call.named)
    return config, call


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _dtype(call: CallArguments) -> dict[str, Any]:
    """The dtype that a layer must have to do the same: that of the tensors, if it is a float."""
    known = {t.dtype for t in leaves(call, Operand)} & (_FLOATS - {"float32"})
    return {"dtype": max(known)} if known else {}


def _constants_last(kind: str, call: CallArguments) -> CallArguments:
    if kind not in COMMUTATIVE or len(call.positional) != 2:
        return call
    return CallArguments(
        sorted(call.positional, key=lambda a: not isinstance(a, Operand)), call.named
    )


def _merge(kind: str, call: CallArguments, tensors: list[Operand]) -> Step | None:
    if kind == "Negative":
        return _rescaled(tensors[0], -1, 0) if len(tensors) == len(call.positional) == 1 else None
    if len(call.positional) != 2:
        return None
    if len(tensors) == 2:
        ranks = {None if t.shape is None else len(t.shape) for t in tensors}
        return Step(kind, {}, call) if len(ranks) == 1 and None not in ranks else None
    if len(tensors) == 1 and kind in ("Add", "Subtract", "Multiply"):
        first = call.positional[0] is tensors[0]
        constant = _numbers(call.positional[1 if first else 0])
        if constant is None:
            return None
        if kind == "Multiply":
            return _rescaled(tensors[0], constant, 0)
        if kind == "Add":
            return _rescaled(tensors[0], 1, constant)
        return (
            _rescaled(tensors[0], 1, _negative(constant))
            if first
            else _rescaled(tensors[0], -1, constant)
        )
    return None


def _rescaled(tensor: Operand, scale: Any, offset: Any) -> Step | None:
    if tensor.dtype and tensor.dtype not in _FLOATS:
        return None
    return Step("Rescaling", {"scale": scale, "offset": offset}, CallArguments([tensor], {}))


def _numbers(value: Any) -> Any:
    """A constant as numbers, or lists of them; None if it is something else."""
    if isinstance(value, dict):
        inner = value.get("config")
        arrays = ("__numpy__", "__tensor__")
        if value.get("class_name") not in arrays or not isinstance(inner, dict):
            return None
        return _numbers(inner.get("value")) if inner.get("dtype") == "float32" else None
    if isinstance(value, list):
        found = [_numbers(v) for v in value]
        return None if None in found or not found else found
    return None if isinstance(value, bool) or not isinstance(value, int | float) else value


def _negative(value: Any) -> Any:
    return [_negative(v) for v in value] if isinstance(value, list) else -value


def _of_one(kind: str, config: dict[str, Any], tensor: Operand) -> Step | None:
    """An operation of one tensor."""
    call = CallArguments([tensor], {})
    name = {"Exp": "exponential"}.get(kind) or snake_case(kind)
    if is_activation(name):
        return Step("Activation", {"activation": name, **config}, call)
    rule = _RULES.get(kind)
    found = rule(config, len(tensor.shape or ())) if rule else None
    return Step(*found, call) if found else None


_Layer = tuple[str, dict[str, Any]] | None


def _reshape(config: dict[str, Any], rank: int) -> _Layer:
    sizes = config.get("newshape")
    if not isinstance(sizes, list) or len(sizes) < 2 or sizes[0] != -1 or -1 in sizes[1:]:
        return None
    return "Reshape", {"target_shape": sizes[1:]}


def _transpose(config: dict[str, Any], rank: int) -> _Layer:
    axes = config.get("axes")
    if not isinstance(axes, list) or len(axes) != rank or not all(type(a) is int for a in axes):
        return None
    batch, *dims = (axis % rank for axis in axes)
    return None if batch else ("Permute", {"dims": dims})


def _clip(config: dict[str, Any], rank: int) -> _Layer:
    least, most = config.get("x_min"), config.get("x_max")
    if least != 0 or isinstance(most, bool) or not isinstance(most, int | float):
        return None
    return "ReLU", {"max_value": most}


def _over_all(what: str) -> Callable[[dict[str, Any], int], _Layer]:
    """A mean, or a maximum, over all axes but the batch and the channels."""

    def rule(config: dict[str, Any], rank: int) -> _Layer:
        axis = config.get("axis")
        axes: list[Any] = axis if isinstance(axis, list) else [axis]
        inner = [*range(1, rank - 1)]
        if config.get("initial") is not None or not 1 <= len(inner) <= 3:
            return None
        if not all(type(a) is int for a in axes) or sorted(a % rank for a in axes) != inner:
            return None
        return f"Global{what}Pooling{len(inner)}D", {"keepdims": config.get("keepdims", False)}

    return rule


def _over_windows(what: str) -> Callable[[dict[str, Any], int], _Layer]:
    def rule(config: dict[str, Any], rank: int) -> _Layer:
        return (f"{what}Pooling{rank - 2}D", config) if 3 <= rank <= 5 else None

    return rule


_RULES: dict[str, Callable[[dict[str, Any], int], _Layer]] = {
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Clip": _clip,
    "Mean": _over_all("Average"),
    "Max": _over_all("Max"),
    "AveragePool": _over_windows("Average"),
    "MaxPool": _over_windows("Max"),
}
"""Operations of one tensor, and the layer with its config for one of that rank."""
