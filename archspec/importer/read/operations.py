"""Operations of keras.ops and functions of TensorFlow as archspec's operations and layers."""

from typing import Any

from archspec.importer.read.items import items
from archspec.importer.read.parts import Part, UnknownOperation, UnsayableOperation, make
from archspec.importer.read.values import plain
from archspec.layers import Layer, layer_type
from archspec.records.record import fields
from archspec.shapes.dtypes import DTYPES
from archspec.weights.structure.activations import activation
from archspec.weights.structure.calls import CallArguments, leaves
from archspec.weights.structure.operations import OPERATION, TURNED, Operand, Step, step_of
from archspec.weights.structure.tensorflow import as_of_keras, of_node

_SAME = {
    "TrueDivide": "Divide",
    "Abs": "Absolute",
    "Amax": "Max",
    "Amin": "Min",
}
"""Operations that have another name in archspec."""
_NAMES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("Power", "Divide", *TURNED), ("x1", "x2")),
    "Where": ("condition", "x1", "x2"),
    "Take": ("x", "indices"),
    "Pad": ("x", "constant_values"),
}
"""Names of the arguments of a call, of operations that may have constants among them."""
_IDENTITY = ("Identity", "StopGradient", "Copy")


def parts_of(entry: dict[str, Any], call: CallArguments) -> list[Part]:
    """The layers that an operation is, in order; none if it gives on what it reads.

    Raises:
        UnknownOperation: there are none.
        UnsayableOperation: they cannot be called so.
    """
    name, config, plainly = _plain_call(entry, call)
    if name == "GetItem":
        return items(plainly)
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
    if _of_tensorflow(entry):  # which calculates with the type of what it reads
        config = {k: v for k, v in entry["config"].items() if k != "dtype"}
        entry = {**entry, "config": config}
    found = _layer(step_of(entry, call))
    if found is not None:
        return [found]
    raise problem or UnknownOperation(_title(entry))


def _title(entry: dict[str, Any]) -> str:
    if _of_tensorflow(entry):
        node = entry["config"].get("node_def")
        op = node.get("op") if isinstance(node, dict) else "operation of another form"
        return f"tf.{entry['config'].get('function') or op}"
    return f"keras.ops {entry['class_name']}"


def _of_tensorflow(entry: dict[str, Any]) -> bool:
    return entry["class_name"] in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")


def _plain_call(
    entry: dict[str, Any], call: CallArguments
) -> tuple[str, dict[str, Any], CallArguments]:
    """Name, config and call of an operation, as Keras 3 has them."""
    name, config = entry["class_name"], entry["config"]
    if _of_tensorflow(entry):
        if name == "TensorFlowOpLayer":
            name, config, call = of_node(config, call)
        else:
            name, config, call = as_of_keras(str(config.get("function")), call)
        tensors = {k: v for k, v in config.items() if list(leaves(v, Operand))}
        call = CallArguments(call.positional, {**call.named, **tensors})
        config = {k: v for k, v in config.items() if k not in tensors}
    config = {k: plain(v) for k, v in config.items() if k != "name" and v is not None}
    return _SAME.get(name, name), config, call


def _own(type: type[Layer], config: dict[str, Any], call: CallArguments) -> Part:
    """An operation of archspec."""
    kind = type.__name__
    positional = list(call.positional)
    named = {k: v for k, v in call.named.items() if v is not None}
    if len(positional) == 1 and isinstance(positional[0], list) and kind in ("Stack", "Einsum"):
        positional = list(positional[0])
    names = _NAMES.get(kind, ())
    if len(positional) == 2 and kind in TURNED and not isinstance(positional[0], Operand):
        positional.reverse()
        turned = layer_type(TURNED[kind])
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
    return Part(make(type, values), tuple(inputs))


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
    return Part(make(type, {**config, **dtype}), inputs)


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
        make(type, {"scale": 1, **({} if dtype == "float32" else {"dtype": dtype})}), tensors
    )
