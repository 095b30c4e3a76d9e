"""Networks in wrappers as functions of the source: each makes the model that a wrapper holds."""

from typing import Any

from archspec.emit.keras.names import layer_names
from archspec.emit.python.calls import call_text
from archspec.emit.python.naming import RESERVED
from archspec.emit.python.text import Code, identifier, layer_code, literal, statement, type_of
from archspec.layers import Layer
from archspec.layers.network import Network, live, network_in


class NetworkFunctions:
    """The functions of a source that make networks."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.functions: list[str] = []
        """Each as text; those that others call come first."""
        self.types: set[type[Layer]] = set()

    def arguments(self, layer: Layer, name: str, reads: str) -> dict[str, Any]:
        """The arguments of a layer, with a call of a function for a network in it.

        ``reads`` is the type of what it reads.
        """
        found = layer.arguments()
        if network_in(layer) is None:
            return found
        inner = found["layer"]
        if isinstance(inner, Network):
            found["layer"] = Code(f"{self._function(inner, name, reads)}()")
        else:
            self.types.add(type_of(inner))
            found["layer"] = layer_code(type_of(inner), self.arguments(inner, name, reads))
        return found

    def _function(self, network: Network, around: str, reads: str) -> str:
        function = identifier(f"{around}_{network.title}".replace(".", "_"), self.taken)
        self.taken.add(function)
        names = inner_names(network, around)
        taken = {*RESERVED, function}
        variable = identifier("inputs", taken)
        shape = network.nodes[0].layer.arguments()["shape"]
        dtype = "" if reads == "float32" else f", dtype={literal(reads)}"
        code = f"keras.Input({literal(shape)}{dtype}, name={literal(names[0])})"
        lines = [f"def {function}():", *statement(variable, code, 4)]
        outputs = {0: [variable]}
        types = {0: reads}
        made: dict[int, str] = {}
        shared = {node.shares for node in network.nodes}
        taken.add(variable)
        for index in live(network.nodes, network.output[0])[1:]:
            node = network.nodes[index]
            owner = index if node.shares < 0 else node.shares
            self.types.add(type_of(node.layer))
            found = []
            for name in node.layer.output_names():
                found.append(identifier(node.name + ("_" + name if name else ""), taken))
                taken.add(found[-1])
            outputs[index] = found
            types[index] = node.layer.output_dtype(*[types[i] for i, _ in node.inputs])
            layer = made.get(owner)
            if layer is None:
                given = self.arguments(node.layer, names[owner], types[node.inputs[0][0]])
                layer = layer_code(type_of(node.layer), given, names[owner])
                if owner in shared:
                    made[owner] = identifier(node.name + "_layer", taken)
                    taken.add(made[owner])
                    lines += statement(made[owner], layer, 4)
                    layer = made[owner]
            read = [outputs[i][o] for i, o in node.inputs]
            code = f"{layer}({call_text(node.layer, read)})"
            lines += statement(", ".join(found), code, 4)
        index, output = network.output
        model = f"keras.Model({variable}, {outputs[index][output]}, name={literal(network.title)})"
        frozen = [names[n] for n in frozen_in(network)]
        if frozen:
            lines += statement("model", model, 4)
            lines += [f"    model.get_layer({literal(n)}).trainable = False" for n in frozen]
            model = "model"
        self.functions.append("\n".join([*lines, *statement("", f"return {model}", 4)]) + "\n")
        return function


def inner_names(network: Network, around: str) -> list[str]:
    """The names of the Keras layers of a network, which begin with that of the wrapper."""
    return layer_names(f"{around}.{node.name}" for node in network.nodes)


def frozen_in(network: Network) -> list[int]:
    """The nodes that are frozen by themselves."""
    nodes = network.nodes
    return [
        n
        for n in live(nodes, network.output[0])
        if nodes[n].shares < 0 and not nodes[n].trainable and not nodes[n].layer.operation
    ]
