"""Operations of keras.ops and functions of TensorFlow as archspec's operations and layers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.importer.read.values import plain
from archspec.layers import Layer, layer_type
from archspec.records.record import ArgumentError, ValidationError, fields
from archspec.shapes.dtypes import DTYPES
from archspec.weights.structure.activations import activation
from archspec.weights.structure.calls import CallArguments, leaves
from archspec.weights.structure.operations import OPERATION, Operand, Step, is_operation, step_of

__all__ = ["Part", "UnknownOperation", "UnsayableOperation", "is_operation", "parts_of"]


class UnknownOperation(Exception):
    """An operation that neither an operation nor a layer of archspec does; the text is its name."""


class UnsayableOperation(Exception):
    """An operation that archspec has, called so that a spec cannot say it; the text says how."""


class Part(NamedTuple):
    """A layer that does an operation, or a part of it."""

    layer: Layer
    inputs: tuple[Operand, ...]
    """What it reads; nothing for the output of the part before it."""
    roles: tuple[str, ...] = ()


_SAME = {
    "TrueDivide": "Divide",
    "Abs": "Absolute",
    "Amax": "Max",
    "Amin": "Min",
    "Swapaxes": "Transpose",
    "Invert": "LogicalNot",
}
"""Operations that have another name in archspec."""
_TURNED = {"Greater": "Less", "Less": "Greater", "GreaterEqual": "LessEqual"}
_TURNED |= {"LessEqual": "GreaterEqual", "Equal": "Equal", "NotEqual": "NotEqual"}
"""What a comparison is with its sides changed."""
_NAMES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("Power", "Divide", *_TURNED), ("x1", "x2")),
    "Where": ("condition", "x1", "x2"),
    "Take": ("x", "indices"),
    "Pad": ("x", "constant_values"),
}
"""Names of the arguments of a call, of operations that may have constants among them."""
_IDENTITY = ("Identity", "StopGradient", "Copy")

_TENSORFLOW: dict[str, tuple[str, dict[str, str]]] = {
    "__operators__.pow": ("Power", {"y": "x2"}),
    "math.pow": ("Power", {"y": "x2"}),
    "pow": ("Power", {"y": "x2"}),
    "__operators__.truediv": ("Divide", {"y": "x2"}),
    "math.truediv": ("Divide", {"y": "x2"}),
    "math.divide": ("Divide", {"y": "x2"}),
    "realdiv": ("Divide", {"y": "x2"}),
    "divide": ("Divide", {"y": "x2"}),
    "math.greater": ("Greater", {"y": "x2"}),
    "math.greater_equal": ("GreaterEqual", {"y": "x2"}),
    "math.less": ("Less", {"y": "x2"}),
    "math.less_equal": ("LessEqual", {"y": "x2"}),
    "math.equal": ("Equal", {"y": "x2"}),
    "math.not_equal": ("NotEqual", {"y": "x2"}),
    "__operators__.eq": ("Equal", {"other": "x2"}),
    "__operators__.ne": ("NotEqual", {"other": "x2"}),
    "math.logical_and": ("LogicalAnd", {"y": "x2"}),
    "math.logical_or": ("LogicalOr", {"y": "x2"}),
    "math.logical_not": ("LogicalNot", {}),
    "where": ("Where", {"x": "x1", "y": "x2"}),
    "linalg.matmul": ("Matmul", {"b": "x2"}),
    "matmul": ("Matmul", {"b": "x2"}),
    "__operators__.matmul": ("Matmul", {"y": "x2"}),
    "einsum": ("Einsum", {}),
    "math.square": ("Square", {}),
    "math.sqrt": ("Sqrt", {}),
    "math.rsqrt": ("Rsqrt", {}),
    "math.reciprocal": ("Reciprocal", {}),
    "math.exp": ("Exp", {}),
    "math.log": ("Log", {}),
    "math.log1p": ("Log1p", {}),
    "math.sin": ("Sin", {}),
    "math.cos": ("Cos", {}),
    "math.erf": ("Erf", {}),
    "math.abs": ("Absolute", {}),
    "math.negative": ("Negative", {}),
    "__operators__.neg": ("Negative", {}),
    "math.sign": ("Sign", {}),
    "math.floor": ("Floor", {}),
    "math.ceil": ("Ceil", {}),
    "math.round": ("Round", {}),
    "clip_by_value": ("Clip", {"clip_value_min": "x_min", "clip_value_max": "x_max"}),
    "math.reduce_mean": ("Mean", {}),
    "math.reduce_sum": ("Sum", {}),
    "math.reduce_max": ("Max", {}),
    "math.reduce_min": ("Min", {}),
    "math.reduce_prod": ("Prod", {}),
    "math.reduce_std": ("Std", {}),
    "math.reduce_variance": ("Var", {}),
    "math.reduce_logsumexp": ("Logsumexp", {}),
    "math.argmax": ("Argmax", {}),
    "math.argmin": ("Argmin", {}),
    "math.cumsum": ("Cumsum", {}),
    "math.cumprod": ("Cumprod", {}),
    "transpose": ("Transpose", {"perm": "axes"}),
    "expand_dims": ("ExpandDims", {}),
    "squeeze": ("Squeeze", {}),
    "reverse": ("Flip", {}),
    "roll": ("Roll", {}),
    "tile": ("Tile", {"multiples": "repeats"}),
    "stack": ("Stack", {}),
    "split": ("Split", {"num_or_size_splits": "indices_or_sections"}),
    "pad": ("Pad", {"paddings": "pad_width"}),
    "gather": ("Take", {}),
    "identity": ("Identity", {}),
    "stop_gradient": ("StopGradient", {}),
    "cast": ("Cast", {}),
    "concat": ("Concatenate", {}),
    "reshape": ("Reshape", {"shape": "newshape"}),
}
"""Functions of TensorFlow in files of Keras 2, and the operations of Keras that they are.

Source: keras/layers/core/tf_op_layer.py of Keras 2.11, and the operators of its KerasTensor.
"""
_TO_LAYERS = {
    "math.add": "__operators__.add",
    "add": "__operators__.add",
    "__operators__.radd": "__operators__.add",
    "subtract": "math.subtract",
    "__operators__.sub": "math.subtract",
    "multiply": "math.multiply",
    "__operators__.mul": "math.multiply",
    "__operators__.rmul": "math.multiply",
    "math.maximum": "math.maximum",
    "maximum": "math.maximum",
    "minimum": "math.minimum",
    "math.softplus": "nn.softplus",
    "keras.activations.relu": "nn.relu",
    "keras.activations.sigmoid": "nn.sigmoid",
}
"""Functions of TensorFlow that are others under another name, which become layers."""


def parts_of(entry: dict[str, Any], call: CallArguments) -> list[Part]:
    """The layers that an operation is, in order; none if it gives on what it reads.

    Raises:
        UnknownOperation: there are none.
        UnsayableOperation: they cannot be called so.
    """
    name, config, plainly = _plain_call(entry, call)
    if name == "GetItem":
        return _items(plainly)
    if name in _IDENTITY or _casts_to_the_same(name, config, plainly):
        return []
    if name == "Cast":
        return [_cast(config, plainly)]
    problem: Exception | None = None
    type = layer_type(name)
    if type is not None and type.operation:
        try:
            return [_own(type, config, plainly)]
        except UnsayableOperation as error:
            problem = error
    found = _layer(step_of(entry, call) if not _of_tensorflow(entry) else _step(entry, call))
    if found is not None:
        return [found]
    raise problem or UnknownOperation(_title(entry))


def _title(entry: dict[str, Any]) -> str:
    if _of_tensorflow(entry):
        return f"tf.{entry['config'].get('function')}"
    return f"keras.ops {entry['class_name']}"


def _of_tensorflow(entry: dict[str, Any]) -> bool:
    return entry["class_name"] in ("TFOpLambda", "SlicingOpLambda")


def _step(entry: dict[str, Any], call: CallArguments) -> Step:
    function = str(entry["config"].get("function"))
    function = _TO_LAYERS.get(function, function)
    config = {"function": function}  # its own type is that of what it reads
    return step_of({**entry, "config": config}, call)


def _plain_call(
    entry: dict[str, Any], call: CallArguments
) -> tuple[str, dict[str, Any], CallArguments]:
    """Name, config and call of an operation, as Keras 3 has them."""
    if not _of_tensorflow(entry):
        name = entry["class_name"]
        own = ("name",) if name == "Cast" else ("name", "dtype")
        config = {k: plain(v) for k, v in entry["config"].items() if k not in own}
        return _SAME.get(name, name), {k: v for k, v in config.items() if v is not None}, call
    function = str(entry["config"].get("function"))
    named = {k: v for k, v in call.named.items() if k != "name" and v is not None}
    if function == "__operators__.getitem":
        return (
            "GetItem",
            {},
            CallArguments([*call.positional, named.pop("slice_spec", None)], named),
        )
    name, names = _TENSORFLOW.get(function.removeprefix("compat.v1."), (f"tf.{function}", {}))
    named = {names.get(key, key): value for key, value in named.items()}
    order = _NAMES.get(name, ("x1", "x2") if name in ("Matmul", "LogicalAnd", "LogicalOr") else ())
    positional = list(call.positional)
    behind = [argument for argument in order[len(positional) :] if argument in named]
    positional += [named.pop(argument) for argument in behind]
    config = {k: plain(v) for k, v in named.items() if not list(leaves(v, Operand))}
    rest = {k: v for k, v in named.items() if k not in config}
    if name == "Matmul":
        config = {k: v for k, v in config.items() if v is not False}
    if name == "Einsum" and positional and isinstance(positional[0], str):
        config["subscripts"] = positional.pop(0)
    return name, config, CallArguments(positional, rest)


def _own(type: type[Layer], config: dict[str, Any], call: CallArguments) -> Part:
    """An operation of archspec."""
    kind = type.__name__
    positional = list(call.positional)
    named = {k: v for k, v in call.named.items() if v is not None}
    if len(positional) == 1 and isinstance(positional[0], list) and kind in ("Stack", "Einsum"):
        positional = list(positional[0])
    names = _NAMES.get(kind, ())
    if len(positional) == 2 and kind in _TURNED and not isinstance(positional[0], Operand):
        positional.reverse()
        turned = layer_type(_TURNED[kind])
        assert turned is not None
        type = turned
    values = {k: v for k, v in config.items() if k in fields(type)}
    for key in config.keys() - values.keys():
        if config[key] not in (False, [], 0) or config[key] is True:
            raise UnsayableOperation(f"`{key}: {config[key]}`")
    inputs: list[Operand] = []
    for number, argument in enumerate(positional):
        if isinstance(argument, Operand):
            inputs.append(argument)
        elif number < len(names):
            values[names[number]] = plain(argument)
        else:
            raise UnsayableOperation("a constant where it reads another layer")
    for key, argument in named.items():
        if isinstance(argument, Operand) or key not in fields(type):
            raise UnsayableOperation(f"`{key}`")
        values[key] = plain(argument)
    if "x1" in values and "x1" not in fields(type):
        raise UnsayableOperation("a constant before what it reads")
    unknown = values.keys() - fields(type).keys()
    if unknown:
        raise UnsayableOperation(f"`{min(unknown)}`")
    return Part(_make(type, values), tuple(inputs))


def _make(type: type[Layer], values: dict[str, Any]) -> Layer:
    if "axis" in values and isinstance(values["axis"], list) and len(values["axis"]) == 1:
        values = {**values, "axis": values["axis"][0]}
    try:
        return type(**values)
    except (ValidationError, ArgumentError, TypeError, ValueError) as error:
        told = ", ".join(f"`{name}: {value}`" for name, value in values.items())
        raise UnsayableOperation(told or type.__name__) from error


def _layer(step: Step) -> Part | None:
    """The layer that an operation is."""
    if step.kind.startswith((OPERATION, "tf.")):
        return None
    kind, config = step.kind, {k: plain(v) for k, v in step.config.items() if v is not None}
    dtype = {"dtype": config.pop("dtype")} if "dtype" in config else {}
    if dtype.get("dtype") == "float32":
        dtype = {}
    if kind == "Activation":
        found = _activation(config)
        if found is None:
            return None
        kind, config = found
    type = layer_type(kind)
    inputs = tuple(leaves([*step.call], Operand))
    if type is None or step.call.named:
        return None
    if kind == "Concatenate" and _rank(inputs) and config.get("axis") == _rank(inputs) - 1:
        config["axis"] = -1
    return Part(_make(type, {**config, **dtype}), inputs)


def _rank(inputs: tuple[Operand, ...]) -> int:
    shape = inputs[0].shape if inputs else None
    return 0 if shape is None else len(shape)


_AS_LAYERS = {"relu": "ReLU", "elu": "ELU", "softmax": "Softmax"}


def _activation(config: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The layer for an activation with arguments; None if none does it."""
    config = dict(config)
    name = config.pop("activation")
    if not config:
        return "Activation", {"activation": name}
    found = activation(name, config)
    if isinstance(found, str):
        return "Activation", {"activation": found}
    rest = {key: value for key, value in found.items() if key != "activation"}
    kind = _AS_LAYERS.get(found["activation"])
    if kind == "ReLU" and {*rest} == {"negative_slope"}:
        kind = "LeakyReLU"
    type = layer_type(kind) if kind else None
    if kind is None or type is None or not {*rest} <= {*fields(type)}:
        return None
    return kind, rest


def _casts_to_the_same(name: str, config: dict[str, Any], call: CallArguments) -> bool:
    tensors = list(leaves([*call], Operand))
    return name == "Cast" and len(tensors) == 1 and tensors[0].dtype == config.get("dtype")


def _cast(config: dict[str, Any], call: CallArguments) -> Part:
    """A cast to floats: what Rescaling by 1 does."""
    dtype = config.get("dtype")
    tensors = tuple(leaves([*call], Operand))
    type = layer_type("Rescaling")
    if type is None or DTYPES.get(str(dtype)) != "float" or len(tensors) != 1:
        raise UnsayableOperation(f"`dtype: {dtype}`")
    return Part(
        _make(type, {"scale": 1, **({} if dtype == "float32" else {"dtype": dtype})}), tensors
    )


def _items(call: CallArguments) -> list[Part]:
    """`x[key]` as an operation for each axis of which it takes a part."""
    if len(call.positional) != 2 or not isinstance(call.positional[0], Operand):
        raise UnsayableOperation("other than `x[…]`")
    tensor, key = call.positional
    steps = list(key) if isinstance(key, list | tuple) else [key]
    found = list(_parts(steps, tensor))
    return [Part(layer, (tensor,) if not n else ()) for n, layer in enumerate(found)]


def _parts(steps: list[Any], tensor: Operand) -> Iterator[Layer]:
    kinds = [_kind(step) for step in steps]
    if kinds.count("ellipsis") > 1 or "other" in kinds:
        raise UnsayableOperation("what is no part of an axis")
    named: list[tuple[int, str, Any]] = []
    if "ellipsis" in kinds:
        at = kinds.index("ellipsis")
        if any(kind != "whole" for kind in kinds[:at]) and tensor.shape is None:
            raise UnsayableOperation("a part of an axis that cannot be counted")
        after = len([k for k in kinds[at + 1 :] if k != "new"])
        named += [(n, kinds[n], steps[n]) for n in range(at)]
        named += [(n - len(kinds), kinds[n], steps[n]) for n in range(at + 1, len(kinds))]
        if "new" in kinds and after != len(kinds) - at - 1:
            raise UnsayableOperation("a new axis behind `...`")
    else:
        named = [(n, kinds[n], steps[n]) for n in range(len(kinds))]
    yield from _in_order(named, tensor)


def _in_order(named: list[tuple[int, str, Any]], tensor: Operand) -> Iterator[Layer]:
    """Slices first, which leave the axes where they are, then positions from the last axis on."""
    item, expand = layer_type("GetItem"), layer_type("ExpandDims")
    assert item is not None
    assert expand is not None
    new = [axis for axis, kind, _ in named if kind == "new"]
    axes = [(axis - len([n for n in new if 0 <= n < axis]), k, s) for axis, k, s in named]
    for axis, kind, step in axes:
        if kind in ("slice", "position") and not axis:
            raise UnsayableOperation("a part of the batch")
        if kind == "slice":
            yield _make(item, {"axis": axis, **_ends(step)})
    before = [(axis, step) for axis, kind, step in axes if kind == "position" and axis > 0]
    behind = [(axis, step) for axis, kind, step in axes if kind == "position" and axis < 0]
    for axis, step in [*reversed(before), *behind]:
        yield _make(item, {"axis": axis, "index": step})
    if new:
        if any(kind == "position" for _, kind, _ in named) or 0 in new:
            raise UnsayableOperation("new axes beside positions")
        for axis in new:
            yield _make(expand, {"axis": axis})


def _kind(step: Any) -> str:
    if step is None:
        return "new"
    if type(step) is int:
        return "position"
    if step in ("...", "Ellipsis"):
        return "ellipsis"
    if isinstance(step, dict):
        kind = step.get("class_name", "__slice__")
        if kind == "__ellipsis__":
            return "ellipsis"
        if kind == "__slice__":
            return "slice" if _ends(step) else "whole"
    return "other"


def _ends(step: dict[str, Any]) -> dict[str, Any]:
    """Where a slice begins and ends, without what it would do anyway."""
    inner = step.get("config", step)
    found = {name: inner.get(name) for name in ("start", "stop", "step")}
    if any(v is not None and type(v) is not int for v in found.values()):
        raise UnsayableOperation("a part whose ends are calculated")
    found = {name: value for name, value in found.items() if value is not None}
    if found.get("step") == 1:
        del found["step"]
    if found == {"start": 0}:
        return {}
    return found
