"""Graphs of configs with nothing in another form, to compare with a search for isomorphisms.

What the comparison calls the same, networkx must call the same too, of labels that are texts of
the config: an oracle that shares no code with the comparison.
"""

import copy
import json
from typing import Any

from tests.config_places import MODELS, SUMS, Config, counts, references

Tensor = tuple[Any, int]
"""A node of the graph, and which of its outputs."""


def isomorphic(first: Config, second: Config) -> bool:
    """Whether two configs of functional models are the same up to names, by networkx alone."""
    import networkx as nx

    def equal(a: Any, b: Any) -> bool:
        return bool(a == b)

    graphs = _Raw(first).graph, _Raw(second).graph
    return bool(nx.is_isomorphic(*graphs, node_match=equal, edge_match=equal))


class _Raw:
    """The graph of a config: calls, layers that share weights by calls, inputs, outputs."""

    def __init__(self, config: Config) -> None:
        import networkx as nx

        self.graph: Any = nx.DiGraph()
        self.wires: dict[tuple[Any, Any], list[str]] = {}
        by_name = {entry["name"]: entry for entry in config["layers"]}
        starts: list[Tensor] = []
        for number, (name, *_) in enumerate(references(config["input_layers"])):
            starts.append((("start", number), 0))
            told = [number, stripped(by_name[name]["config"])]
            self.graph.add_node(("start", number), told=json.dumps(told))
        for place, (source, which) in enumerate(self.model(config, "", starts)):
            self.graph.add_node(("end", place), told=f"end {place}")
            self.wires.setdefault((source, ("end", place)), []).append(str(which))
        for (source, reader), which_ones in self.wires.items():
            self.graph.add_edge(source, reader, told=sorted(which_ones))

    def model(self, config: Config, path: str, given: list[Tensor]) -> list[Tensor]:
        """Add a model's calls, those of models in it in their place; gives its outputs."""
        if "input_layers" not in config:  # a chain
            current = given[0]
            for number, entry in enumerate(config["layers"]):
                if entry["class_name"] != "InputLayer":
                    current = (self.call(entry, f"{path}{number}", None, [current]), 0)
            return [current]
        starts = zip(references(config["input_layers"]), given, strict=True)
        done = {(name, number): [tensor] for (name, number, *_), tensor in starts}
        entries = {entry["name"]: entry for entry in config["layers"]}
        for name, entry in entries.items():
            for number, _ in enumerate(entry.get("inbound_nodes") or ()):
                self.value(entries, done, path, (name, number))
        outputs = references(config["output_layers"])
        return [self.value(entries, done, path, _key(t, entries, True))[t[2]] for t in outputs]

    def value(
        self, entries: dict[str, Config], done: Any, path: str, key: tuple[str, int]
    ) -> list[Tensor]:
        """The outputs of a call, which is added if it is new."""
        name, number = key
        if key not in done:
            entry = entries[name]
            node = entry["inbound_nodes"][number]
            given = [
                self.value(entries, done, path, _key(tensor, entries))[tensor[2]]
                for tensor in references(node)
            ]
            if entry["class_name"] in MODELS:
                done[key] = self.model(entry["config"], f"{path}{name}/", given)
            else:
                found = self.call(entry, path + name, node, given)
                done[key] = [(found, output) for output in range(9)]
        outputs: list[Tensor] = done[key]
        return outputs

    def call(self, entry: Config, layer: str, node: Any, given: list[Tensor]) -> Any:
        """Add one call of a layer."""
        rest = copy.deepcopy(node)
        for tensor in references(rest):
            tensor[:3] = ["", 0, 0]
        told = [entry["class_name"], entry.get("module"), stripped([entry["config"], rest])]
        key = (layer, len(self.graph))
        self.graph.add_node(key, told=json.dumps(told, sort_keys=True))
        self.graph.add_node((layer, ""), told="layer")  # its calls share its weights
        self.wires.setdefault(((layer, ""), key), []).append("call")
        for place, (source, which) in enumerate(given):
            where = -1 if entry["class_name"] in SUMS else place
            self.wires.setdefault((source, key), []).append(f"{where} {which}")
        return key


def _key(tensor: Any, entries: dict[str, Config], listed: bool = False) -> tuple[str, int]:
    """The call that a tensor is of; those of models in the model are counted from 1 in lists."""
    name, number = tensor[:2]
    old = any("batch_input_shape" in entry["config"] for entry in entries.values())
    inside = entries[name]["class_name"] in MODELS and (listed or old)
    return name, number - 1 if inside and number else number


def stripped(value: Any) -> Any:
    """A part of a config without what is no change, and without the tensors."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return "tensor"
        return {key: stripped(inner) for key, inner in value.items() if counts(key)}
    return [stripped(inner) for inner in value] if isinstance(value, list) else value
