"""The summary of a network as JSON, for other programs."""

import json
from math import inf
from typing import Any

from archspec.diagnostics.characters import visible_json
from archspec.emit.names import output_name
from archspec.emit.summary import Options
from archspec.infer.hierarchy import counts, is_frozen
from archspec.infer.infer import ShapedGraph
from archspec.infer.memory import output_bytes, outputs
from archspec.infer.receptive.fields import ReceptiveField, receptive_fields


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
    no output; what depends on a size that is not known is null. A MAC is two FLOPs. Bytes are
    those of the types of values; of outputs for one example. ``block`` is the path of the block
    around a node, null at the top. ``margins`` are what padding puts before and after each spatial
    axis, less than 0 if it cuts off. A receptive field is, for each input that is seen, its extent
    along each axis: "all" for the whole axis, null if it is not known.
    """
    nodes = shaped.nodes
    known = outputs(shaped)
    each = counts(shaped)
    fields = receptive_fields(shaped)
    graph = shaped.graph
    return {
        "name": shaped.name,
        "params": shaped.params,
        "trainable_params": shaped.trainable_params,
        "non_trainable_params": shaped.non_trainable_params,
        "macs": shaped.macs if shaped.macs_known else None,
        "flops": 2 * shaped.macs if shaped.macs_known else None,
        "param_bytes": sum(own.param_bytes for own in each),
        "largest_output": {"name": known.largest.name, "bytes": known.most} if known else None,
        "output_bytes": known.total if known else None,
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
                "flops": 2 * own.macs if node.macs_known else None,
                "dtype": shaped.dtypes[node.index],
                "param_bytes": own.param_bytes,
                "output_bytes": output_bytes(shaped, node),
                "frozen": is_frozen([node]),
                "margins": [list(pair) for pair in node.margins] or None,
                "receptive_field": _field(fields[node.index]),
                "block": node.node.scope.path or None,
            }
            for node, own in zip(nodes, each, strict=True)
        ],
    }


def _field(field: ReceptiveField) -> list[list[int | str | None]]:
    return [list(map(_extent, extents)) for extents in field.extents]


def _extent(extent: float | None) -> int | str | None:
    return None if extent is None else "all" if extent == inf else int(extent)
