"""What to say of a shape that cannot be: how it came about, and what would mend it."""

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import Note, Place, Sink
from archspec.expand.graph import Graph, Node
from archspec.expand.walks import main_path
from archspec.infer.blame import Blame
from archspec.infer.fixes import find_fixes
from archspec.infer.path_text import path_text
from archspec.infer.trials import Work
from archspec.layers.measure import Facts
from archspec.layers.network import network_in
from archspec.records.record import bare_field, fields
from archspec.shapes.shape import Shape, ShapeError, format_shape
from archspec.spec.check_values import bears_on_shape
from archspec.spec.defaults import defaulted

_MOST_WITH_FIXES = 40
"""Errors for which mends are tried; the further ones often go away with the first."""
_MANY_NODES = 2_000
_MOST_WITH_SIZES = 50
_VERY_MANY_NODES = 20_000
_FEW = 3
_MOST_CHAINS = 1_000_000
"""Longest way back, all branches together, that is told."""
_MOST_INPUTS = 6


class ShapeErrors:
    """Reports layers of a graph that cannot take their input shapes."""

    def __init__(self, graph: Graph, facts: list[Facts], sink: Sink) -> None:
        self.graph = graph
        self.facts = facts
        """Those of the nodes before the one that is reported."""
        self.sink = sink
        self.work = Work(graph)
        self.blame = Blame(graph, self.work, sink)

    def _wants(self, sink: Sink) -> bool:
        """Whether what takes longer is told too."""
        return sink.count < (_MOST_WITH_FIXES if len(self.graph.nodes) < _MANY_NODES else 1)

    def report(self, error: ShapeError, node: Node, shapes: tuple[Shape, ...]) -> None:
        """Report a layer."""
        graph, facts, sink = self.graph, self.facts, self.sink
        if node.item is None:  # an input
            declared = next(d for d in graph.spec.inputs if d.name == node.name)
            sink.report(error.code, declared.place, error.message)
            return
        place = node.item.place
        at = place.key()
        if error.argument and error.argument in _written(node):
            at = place.at(error.argument)
        elif error.argument and _is_alone(node, error.argument):
            at = place
        elif error.code == "AS404" and len(shapes) > 1 and "from" in _written(node):
            at = place.at("from")  # two of what it reads do not go together
        cause = self.blame.cause(len(facts), error.code) if self._wants(sink) else None
        if cause is not None:
            at = cause.place
        if sink.again(error.code, at, node.name):
            return
        message = error.message
        if error.arithmetic:
            message += f": {error.arithmetic}"
        if error.code == "AS402":
            message = f"{type(node.layer).__name__} cannot merge its inputs: {message}"
        help: list[Fix | str] = [*cause.fixes] if cause else []
        if sink.helps and self._wants(sink):
            help += find_fixes(error, graph, len(facts), shapes, self.work)
        if error.code == "AS401" and help and _is_of_input(help[0]):
            at = _place_of(help[0], at)  # where the channels stand first
        if error.code == "AS407":
            help += _help_for_unknown(graph, node, facts)[: 1 if help else 2]
        if not help and error.help:
            help.append(error.help)
        notes: list[Note | str] = [*_inside(node), *_surroundings(node)]
        kind = type(node.layer)
        bearing = [name for name in fields(kind) if bears_on_shape(kind, name)]
        notes += defaulted(kind, bearing, place).values()
        if cause is not None:
            notes = [Note(cause.message, place.key())]
        if sink.count < (_MOST_WITH_SIZES if len(graph.nodes) < _VERY_MANY_NODES else _FEW):
            notes = [*_sizes(error, graph, node, facts, shapes), *notes]
        sink.report(error.code, at, message, notes=notes, help=help, node=node.name)


def _sizes(
    error: ShapeError, graph: Graph, node: Node, facts: list[Facts], shapes: tuple[Shape, ...]
) -> list[Note | str]:
    """How the shapes came about."""
    if not shapes:
        return []
    if error.code == "AS303":
        read = [
            f"`{graph.nodes[index].name}` {format_shape(shape)}"
            for (index, _), shape in zip(node.inputs, shapes, strict=True)
        ]
        more = [f"{len(read) - _MOST_INPUTS} more"] if len(read) > _MOST_INPUTS else []
        return ["it reads " + ", ".join([*read[:_MOST_INPUTS], *more])]
    if len(shapes) > 1:
        return _branches(graph, node, facts)
    return [f"sizes: {path_text(graph, facts, node.inputs[0][0])} → {node.name}"]


def _branches(graph: Graph, node: Node, facts: list[Facts]) -> list[Note | str]:
    """Each input of a layer with several, from where the branches parted."""
    if len(node.inputs) * len(facts) > _MOST_CHAINS:
        return []
    chains = [main_path(graph, index) for index, _ in node.inputs]
    common = 0
    while all(len(c) > common for c in chains) and len({c[common] for c in chains}) == 1:
        common += 1
    notes: list[Note | str] = []
    inside = "".join(node.name.rpartition(".")[:2])
    if common:
        parted = graph.nodes[chains[0][common - 1]]
        shape = format_shape(facts[chains[0][common - 1]].outputs[0])
        notes.append(f"the inputs part after `{parted.name}`, {shape}")
    for number, ((index, _), path) in enumerate(zip(node.inputs, chains, strict=True), 1):
        if number > _MOST_INPUTS:
            notes.append(f"and {len(chains) - _MOST_INPUTS} inputs more")
            break
        steps = [
            f"{graph.nodes[at].name.removeprefix(inside)} {format_shape(facts[at].outputs[0])}"
            for at in path[common:]
        ]
        if len(steps) > 6:
            steps = [steps[0], "…", *steps[-4:]]
        text = " → ".join(steps) or f"{graph.nodes[index].name} itself"
        notes.append(f"input {number}: {text}")
    return notes


def _is_alone(node: Node, argument: str) -> bool:
    """Whether the layer of a wrapper is written without the name of the argument."""
    assert node.item is not None
    value = node.item.place.document.at(node.item.place.path)
    field = fields(type(node.layer)).get(argument)
    return field is not None and field.type.nested and isinstance(value, dict)


def _inside(node: Node) -> list[Note]:
    """The layer in a network that cannot take what it reads."""
    network = network_in(node.layer)
    if network is None:
        return []
    index = network.failing(network.nodes[0].layer.output_shape())
    item = None if index is None else network.graph.nodes[index].item
    if index is None or item is None:
        return []
    return [Note(f"`{network.nodes[index].name}` is here", item.place.key())]


def _surroundings(node: Node) -> list[Note]:
    """The innermost call and the innermost round that the node belongs to."""
    notes: dict[str, Note] = {}
    for scope in node.scope.chain():
        if scope.item is None:
            continue
        place = scope.item.place.key()
        if scope.kind == "block":
            notes["block"] = Note(f"it stands in `{scope.path}`, which is called here", place)
        elif scope.kind == "round" and scope.count > 1:
            message = f"it is round {scope.index + 1} of {scope.count} of this `{scope.word}`"
            notes["round"] = Note(message, place)
    return list(notes.values())


def _help_for_unknown(graph: Graph, node: Node, facts: list[Facts]) -> list[str]:
    """Where the unknown size comes from, and what leaves it behind."""
    path = main_path(graph, node.inputs[0][0]) if node.inputs else []
    unknown = [at for at in path if facts[at].outputs and None in facts[at].outputs[0]]
    if not unknown:
        return []
    first = unknown[0]
    shape = facts[first].outputs[0]
    help = [f"the size becomes unknown in `{graph.nodes[first].name}`"]
    if graph.nodes[first].item is None:
        help = [f"write sizes instead of null in the input `{graph.nodes[first].name}`"]
    if any(graph.nodes[at].layer.auto_name() == "flatten" for at in path):
        help.append(
            f"or a GlobalAveragePooling{max(len(shape) - 1, 1)}D instead of the Flatten:"
            " it takes maps of any size"
        )
    return help


def _written(node: Node) -> frozenset[str]:
    """Arguments that the item gives itself."""
    assert node.item is not None
    value = node.item.place.document.at(node.item.place.path)
    if isinstance(value, dict):
        return frozenset(value)
    first = bare_field(type(node.layer))
    return frozenset() if value is None or isinstance(value, str) else frozenset([first])


def _is_of_input(help: Fix | str) -> bool:
    """Whether a fix says for certain that the channels of the input stand first."""
    return isinstance(help, Fix) and help.certain and help.message.startswith("channels come last")


def _place_of(help: Fix | str, place: Place) -> Place:
    """Where a fix changes the document."""
    found = help.edits[0].place if isinstance(help, Fix) and help.edits else place
    return found if isinstance(found, Place) else place
