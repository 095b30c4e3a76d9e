"""The ONNX twin of a shaped graph: the same operators, for timing ONNX's own shape inference.

Only what the benchmarks' networks need. Weights are declared as graph inputs with their shapes,
so that the file is small and loading it is not a matter of reading megabytes of numbers.
"""

from typing import Any

from archspec.infer.infer import ShapedGraph, ShapedNode


def onnx_twin(shaped: ShapedGraph) -> Any:
    """An ``onnx.ModelProto`` with the operators of the graph, channels first as ONNX has them."""
    from onnx import TensorProto, helper

    nodes: list[Any] = []
    inputs: list[Any] = []

    def weight(name: str, shape: tuple[int, ...]) -> str:
        inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    names: dict[int, str] = {}
    for node in shaped.nodes:
        read = [names[index] for index, _ in node.node.inputs]
        names[node.index] = name = node.name
        kind = type(node.layer).__name__
        values = node.layer.arguments(defaults=True)
        if kind == "Input":
            *sizes, channels = node.output_shape
            shape = (1, channels, *sizes) if sizes else (1, channels)
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        elif kind == "Conv2D":
            height, width, channels, filters = node.facts.weights[0].shape
            read += [weight(f"{name}.w", (filters, channels, height, width))]
            if values["use_bias"]:
                read += [weight(f"{name}.b", (filters,))]
            nodes.append(
                helper.make_node(
                    "Conv",
                    read,
                    [name],
                    kernel_shape=list(values["kernel_size"]),
                    strides=list(values["strides"]),
                    **_padding(values["padding"]),
                )
            )
            _activate(nodes, names, node, values)
        elif kind == "BatchNormalization":
            (channels,) = node.facts.weights[-1].shape
            read += [weight(f"{name}.{n}", (channels,)) for n in ("s", "b", "m", "v")]
            nodes.append(helper.make_node("BatchNormalization", read, [name]))
        elif kind == "MaxPooling2D":
            strides = values["strides"] or values["pool_size"]
            nodes.append(
                helper.make_node(
                    "MaxPool",
                    read,
                    [name],
                    kernel_shape=list(values["pool_size"]),
                    strides=list(strides),
                    **_padding(values["padding"]),
                )
            )
        elif kind == "ZeroPadding2D":
            (top, bottom), (left, right) = values["padding"]
            pads = [0, 0, top, left, 0, 0, bottom, right]
            tensor = helper.make_tensor(f"{name}.p", TensorProto.INT64, [8], pads)
            nodes.append(helper.make_node("Constant", [], [f"{name}.p"], value=tensor))
            nodes.append(helper.make_node("Pad", [*read, f"{name}.p"], [name]))
        elif kind == "GlobalAveragePooling2D":
            nodes.append(helper.make_node("GlobalAveragePool", read, [f"{name}.4d"]))
            nodes.append(helper.make_node("Flatten", [f"{name}.4d"], [name]))
        elif kind in ("Activation", "ReLU"):
            nodes.append(helper.make_node("Relu", read, [name]))
        elif kind == "Dense":
            read += [weight(f"{name}.w", node.facts.weights[0].shape)]
            read += [weight(f"{name}.b", node.facts.weights[1].shape)]
            nodes.append(helper.make_node("Gemm", read, [name]))
            _activate(nodes, names, node, values)
        elif kind in _SAME:
            nodes.append(helper.make_node(_SAME[kind], read, [name]))
        else:
            raise NotImplementedError(kind)
    outputs = [
        helper.make_tensor_value_info(names[index], TensorProto.FLOAT, None)
        for index, _ in shaped.graph.outputs
    ]
    graph = helper.make_graph(nodes, shaped.name, inputs, outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])


_SAME = {"Add": "Add", "Flatten": "Flatten", "Dropout": "Identity", "Identity": "Identity"}


def _padding(padding: str) -> dict[str, str]:
    return {"auto_pad": "SAME_UPPER" if padding == "same" else "VALID"}


def _activate(
    nodes: list[Any], names: dict[int, str], node: ShapedNode, values: dict[str, Any]
) -> None:
    from onnx import helper

    kinds = {"relu": "Relu", "softmax": "Softmax"}
    if values["activation"] is not None:
        names[node.index] = f"{node.name}.activated"
        nodes.append(
            helper.make_node(kinds[values["activation"]], [node.name], [names[node.index]])
        )
