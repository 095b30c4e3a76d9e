"""Functions of TensorFlow in configs of Keras 2, as the operations of Keras that they are.

Source: keras/layers/core/tf_op_layer.py of Keras 2.11, and the operators of its KerasTensor.
"""

from itertools import accumulate
from typing import Any

from archspec.weights.structure.calls import CallArguments

_FUNCTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "__operators__.add": ("Add", {"y": "x2"}),
    "__operators__.eq": ("Equal", {"other": "x2"}),
    "__operators__.matmul": ("Matmul", {"y": "x2"}),
    "__operators__.mul": ("Multiply", {"y": "x2"}),
    "__operators__.ne": ("NotEqual", {"other": "x2"}),
    "__operators__.neg": ("Negative", {}),
    "__operators__.pow": ("Power", {"y": "x2"}),
    "__operators__.radd": ("Add", {"y": "x2"}),
    "__operators__.rmul": ("Multiply", {"y": "x2"}),
    "__operators__.sub": ("Subtract", {"y": "x2"}),
    "__operators__.truediv": ("Divide", {"y": "x2"}),
    "add": ("Add", {"y": "x2"}),
    "cast": ("Cast", {}),
    "clip_by_value": ("Clip", {"clip_value_min": "x_min", "clip_value_max": "x_max"}),
    "concat": ("Concatenate", {}),
    "divide": ("Divide", {"y": "x2"}),
    "einsum": ("Einsum", {}),
    "expand_dims": ("ExpandDims", {}),
    "gather": ("Take", {}),
    "identity": ("Identity", {}),
    "keras.activations.relu": ("Relu", {}),
    "keras.activations.sigmoid": ("Sigmoid", {}),
    "linalg.matmul": ("Matmul", {"b": "x2"}),
    "math.abs": ("Absolute", {}),
    "math.add": ("Add", {"y": "x2"}),
    "math.argmax": ("Argmax", {}),
    "math.argmin": ("Argmin", {}),
    "math.ceil": ("Ceil", {}),
    "math.cos": ("Cos", {}),
    "math.cumprod": ("Cumprod", {}),
    "math.cumsum": ("Cumsum", {}),
    "math.divide": ("Divide", {"y": "x2"}),
    "math.equal": ("Equal", {"y": "x2"}),
    "math.erf": ("Erf", {}),
    "math.exp": ("Exp", {}),
    "math.floor": ("Floor", {}),
    "math.greater": ("Greater", {"y": "x2"}),
    "math.greater_equal": ("GreaterEqual", {"y": "x2"}),
    "math.less": ("Less", {"y": "x2"}),
    "math.less_equal": ("LessEqual", {"y": "x2"}),
    "math.log": ("Log", {}),
    "math.log1p": ("Log1p", {}),
    "math.logical_and": ("LogicalAnd", {"y": "x2"}),
    "math.logical_not": ("LogicalNot", {}),
    "math.logical_or": ("LogicalOr", {"y": "x2"}),
    "math.maximum": ("Maximum", {"y": "x2"}),
    "math.minimum": ("Minimum", {"y": "x2"}),
    "math.multiply": ("Multiply", {"y": "x2"}),
    "math.negative": ("Negative", {}),
    "math.not_equal": ("NotEqual", {"y": "x2"}),
    "math.pow": ("Power", {"y": "x2"}),
    "math.reciprocal": ("Reciprocal", {}),
    "math.reduce_logsumexp": ("Logsumexp", {}),
    "math.reduce_max": ("Max", {}),
    "math.reduce_mean": ("Mean", {}),
    "math.reduce_min": ("Min", {}),
    "math.reduce_prod": ("Prod", {}),
    "math.reduce_std": ("Std", {}),
    "math.reduce_sum": ("Sum", {}),
    "math.reduce_variance": ("Var", {}),
    "math.round": ("Round", {}),
    "math.rsqrt": ("Rsqrt", {}),
    "math.sigmoid": ("Sigmoid", {}),
    "math.sign": ("Sign", {}),
    "math.sin": ("Sin", {}),
    "math.softplus": ("Softplus", {}),
    "math.sqrt": ("Sqrt", {}),
    "math.square": ("Square", {}),
    "math.subtract": ("Subtract", {"y": "x2"}),
    "math.tanh": ("Tanh", {}),
    "math.truediv": ("Divide", {"y": "x2"}),
    "matmul": ("Matmul", {"b": "x2"}),
    "maximum": ("Maximum", {"y": "x2"}),
    "minimum": ("Minimum", {"y": "x2"}),
    "multiply": ("Multiply", {"y": "x2"}),
    "nn.elu": ("Elu", {}),
    "nn.gelu": ("Gelu", {}),
    "nn.leaky_relu": ("LeakyRelu", {"alpha": "negative_slope"}),
    "nn.log_softmax": ("LogSoftmax", {}),
    "nn.relu": ("Relu", {}),
    "nn.relu6": ("Relu6", {}),
    "nn.selu": ("Selu", {}),
    "nn.sigmoid": ("Sigmoid", {}),
    "nn.silu": ("Silu", {}),
    "nn.softmax": ("Softmax", {}),
    "nn.softplus": ("Softplus", {}),
    "nn.swish": ("Silu", {}),
    "nn.tanh": ("Tanh", {}),
    "pad": ("Pad", {"paddings": "pad_width"}),
    "pow": ("Power", {"y": "x2"}),
    "realdiv": ("Divide", {"y": "x2"}),
    "reshape": ("Reshape", {"shape": "newshape"}),
    "reverse": ("Flip", {}),
    "roll": ("Roll", {}),
    "split": ("Split", {"num_or_size_splits": "indices_or_sections"}),
    "squeeze": ("Squeeze", {}),
    "stack": ("Stack", {}),
    "stop_gradient": ("StopGradient", {}),
    "subtract": ("Subtract", {"y": "x2"}),
    "tile": ("Tile", {"multiples": "repeats"}),
    "transpose": ("Transpose", {"perm": "axes"}),
    "where": ("Where", {"x": "x1", "y": "x2"}),
}
"""The operation, and what arguments are called there that have other names."""
_BINARY: tuple[str, ...] = (
    "Add",
    "Subtract",
    "Multiply",
    "Maximum",
    "Minimum",
    "Power",
    "Divide",
    "Matmul",
)
_BINARY += ("LogicalAnd", "LogicalOr", "Greater", "GreaterEqual", "Less", "LessEqual")
_POSITIONAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*_BINARY, "Equal", "NotEqual"), ("x1", "x2")),
    "Where": ("condition", "x1", "x2"),
    "Take": ("x", "indices"),
}
"""Arguments that stand by position in a call of Keras 3."""


def as_of_keras(function: str, call: CallArguments) -> tuple[str, dict[str, Any], CallArguments]:
    """A function of TensorFlow as Keras 3 would have it: class, config and call.

    One that is not known has a name that begins with ``tf.``.
    """
    named = {k: v for k, v in call.named.items() if k != "name" and v is not None}
    positional = list(call.positional)
    if function == "__operators__.getitem":
        return "GetItem", {}, CallArguments([*positional, named.pop("slice_spec", None)], named)
    name, others = _FUNCTIONS.get(function.removeprefix("compat.v1."), ("", {}))
    if not name:
        return f"tf.{function}", {}, CallArguments(positional, named)
    named = {others.get(key, key): value for key, value in named.items()}
    order = _POSITIONAL.get(name, ())[len(positional) :]
    positional += [named.pop(argument) for argument in order if argument in named]
    if name == "Matmul":  # which has no transposed ones in Keras
        named = {key: value for key, value in named.items() if value is not False}
    if name == "Einsum" and positional and isinstance(positional[0], str):
        named["subscripts"] = positional.pop(0)
    if name == "Pad" and isinstance(named.get("mode"), str):
        named["mode"] = named["mode"].lower()
    sizes = named.get("indices_or_sections")
    if name == "Split" and isinstance(sizes, list):  # sizes, where Keras has positions
        if not sizes or not all(type(size) is int and size > 0 for size in sizes):
            return f"tf.{function}", {}, CallArguments(positional, named)
        named["indices_or_sections"] = list(accumulate(sizes[:-1]))
    return name, named, CallArguments(positional, {})


_NODES = {
    "Add": "math.add",
    "AddV2": "math.add",
    "Sub": "math.subtract",
    "Mul": "math.multiply",
    "RealDiv": "math.truediv",
    "Maximum": "math.maximum",
    "Minimum": "math.minimum",
    "Pow": "math.pow",
    "Greater": "math.greater",
    "GreaterEqual": "math.greater_equal",
    "Less": "math.less",
    "LessEqual": "math.less_equal",
    "Relu": "nn.relu",
    "Relu6": "nn.relu6",
    "Sigmoid": "math.sigmoid",
    "Tanh": "math.tanh",
    "Softmax": "nn.softmax",
    "Softplus": "math.softplus",
    "Exp": "math.exp",
    "Log": "math.log",
    "Sqrt": "math.sqrt",
    "Rsqrt": "math.rsqrt",
    "Square": "math.square",
    "Abs": "math.abs",
    "Neg": "math.negative",
    "Identity": "identity",
    "StopGradient": "stop_gradient",
}
"""Operations that depend on nothing but what they read, of graphs of TensorFlow."""


def of_node(
    config: dict[str, Any], call: CallArguments
) -> tuple[str, dict[str, Any], CallArguments]:
    """A TensorFlowOpLayer, which TensorFlow 2.1 to 2.3 has for an operation, as Keras 3 would have it.

    Its config has the node of the graph, and what is constant of its inputs by their numbers.
    """
    node, constants = config.get("node_def"), config.get("constants") or {}
    op = str(node.get("op")) if isinstance(node, dict) else "operation"
    first = call.positional[0] if call.positional else []
    tensors = list(first) if isinstance(first, list) else [first]
    places = {str(place): value for place, value in constants.items()}
    inputs = [
        places[str(n)] if str(n) in places else tensors.pop(0)
        for n in range(len(tensors) + len(places))
        if str(n) in places or tensors
    ]
    if op not in _NODES or tensors or call.named:
        return f"tf.{op}", {}, call
    return as_of_keras(_NODES[op], CallArguments(inputs, {}))
