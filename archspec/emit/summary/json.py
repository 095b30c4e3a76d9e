"""The summary of a network as JSON, for other programs."""

import json
from typing import Any

from archspec.diagnostics.characters import visible_json
from archspec.emit.names import output_name
from archspec.emit.summary import Options
from archspec.infer.hierarchy import counts
from archspec.infer.infer import ShapedGraph


def render(shaped: ShapedGraph, options: Options) -> str:
    """Totals, inputs, outputs and every node, a line each."""
    data = summary_data(shaped)
    nodes = ",\n".join("    " + _line(node) for node in data.pop("nodes"))
    lines = [f"  {_line(key)}: {_line(value)}" for key, value in data.items()]
    lines.append(f'  "nodes": [\n{nodes}\n  ]')
    return visible_json("{\n" + ",\n".join(lines) + "\n}\n")


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def summary_data(shaped: ShapedGraph) -> dict[str, Any]:
    """The summary as plain values.

    Shapes are lists without the batch, unknown sizes null. A node's numbers are what it adds to
    the totals: 0 for weights that it shares with an earlier node, and for a layer that leads to
    no output; ``macs`` is null where it depends on a size that is not known. ``block`` is the path of the block around a node, null at the top.
    """
    nodes = shaped.nodes
    graph = shaped.graph
    return {
        "name": shaped.name,
        "params": shaped.params,
        "trainable_params": shaped.trainable_params,
        "non_trainable_params": shaped.non_trainable_params,
        "macs": shaped.macs if shaped.macs_known else None,
        "inputs": {nodes[i].name: list(nodes[i].output_shape) for i in graph.inputs.values()},
        "outputs": {output_name(shaped, ref): list(shaped.shape(ref)) for ref in graph.outputs},
        "nodes": [
            {
                "name": node.name,
                "layer": type(node.layer).__name__,
                "inputs": [output_name(shaped, ref) for ref in node.node.inputs],
                "output_shape": list(node.output_shape),
                "params": own.params,
                "trainable_params": own.trainable_params,
                "macs": own.macs if node.macs_known else None,
                "block": node.node.scope.path or None,
            }
            for node, own in zip(nodes, counts(shaped), strict=True)
        ],
    }
