"""Networks in wrappers as blocks of a flat spec: a wrapper's layer has no other way to be written."""

from typing import Any

from archspec.emit.flat_entries import called, flat_names, wires
from archspec.layers import Layer
from archspec.layers.network import Network, network_in
from archspec.spec.written import arguments, item


class FlatNetworks:
    """The blocks that a flat spec needs."""

    def __init__(self) -> None:
        self.blocks: dict[str, Any] = {}
        """As they are written; those that others call come first."""
        self._names: dict[int, str] = {}

    def entry(self, layer: Layer, **keys: Any) -> Any:
        """A layer as an entry; one around a network calls its block."""
        written = item(layer, **keys)
        if network_in(layer) is not None:
            written[type(layer).__name__].update(self._arguments(layer))
        return written

    def _arguments(self, layer: Layer) -> dict[str, Any]:
        inner: Any = layer.__dict__["layer"]
        if isinstance(inner, Network):
            called: Any = self._block(inner)
        else:
            called = {type(inner).__name__: self._arguments(inner)}
        return {**arguments(layer), "layer": called}

    def _block(self, network: Network) -> str:
        name = self._names.get(network.number)
        if name is None:
            written = self._written(network)
            name, count = network.title, 1
            while name in self.blocks:
                count += 1
                name = f"{network.title}_{count}"
            self._names[network.number] = name
            self.blocks[name] = written
        return name

    def _written(self, network: Network) -> dict[str, Any]:
        nodes = network.nodes
        names = flat_names(nodes)
        layers = []
        current: tuple[tuple[int, int], ...] = ((0, 0),)
        for index, node in enumerate(nodes[1:], 1):
            keys: dict[str, Any] = {"name": names[index]}
            if node.inputs != current or node.layer.roles:
                found = [_wire(network, ref, names) for ref in node.inputs]
                keys["from_"] = wires(node.layer, found)
            if node.shares >= 0:
                again = {"name": keys["name"], "layer": names[node.shares]}
                if "from_" in keys:
                    again["from"] = keys["from_"]
                layers.append({"apply": {**again, **called(nodes[node.shares].layer, node.layer)}})
            else:
                if not node.trainable:
                    keys["trainable"] = False
                layers.append(self.entry(node.layer, **keys))
            current = ((index, 0),)
        if network.output[0] == 0:  # a block has a layer
            return {"layers": [{"Identity": {"when": False}}]}
        found_block: dict[str, Any] = {"layers": layers}
        if (network.output,) != current:
            found_block["outputs"] = _wire(network, network.output, names)
        return found_block


def _wire(network: Network, ref: tuple[int, int], names: list[str]) -> str:
    index, output = ref
    which = network.nodes[index].layer.output_names()[output]
    return f"{names[index]}.{which}" if which else names[index]
