"""What to say of a shape that cannot be: how it came about, and changes that would mend it.

Every change is tried, by inferring the whole graph again, before it is shown.
"""

from collections.abc import Iterator

from archspec.diagnostics import Note, Sink
from archspec.graph import Graph, Node
from archspec.infer import Facts, measure
from archspec.layers import Layer
from archspec.layers.core import Input
from archspec.record import ArgumentError, ValidationError, fields
from archspec.shapes import Shape, ShapeError, format_shape

_MOST_NODES = 20_000
"""Above this, no mends are tried: an error must not take seconds."""
_MOST_MENDS = 3
_MOST_TRIES = 12
_LARGEST_INPUT = 4096


def report_shape_error(
    error: ShapeError,
    graph: Graph,
    node: Node,
    facts: list[Facts],
    shapes: tuple[Shape, ...],
    sink: Sink,
) -> None:
    """Report a layer that cannot take its input shapes."""
    index = len(facts)
    notes: list[Note | str] = []
    help: list[str] = []
    if node.item is None:  # an input
        declared = next(d for d in graph.spec.inputs if d.name == node.name)
        sink.report(error.code, declared.place, error.message)
        return
    place = node.item.place
    message = error.message
    if error.arithmetic:
        message += f": {error.arithmetic}"
    if len(shapes) > 1 and error.code == "AS402":
        notes += _branches(graph, node, facts)
    elif shapes:
        notes.append("sizes: " + _chain_text(graph, node.inputs[0][0], facts) + f" → {node.name}")
    if sink.count < 10 and len(graph.nodes) <= _MOST_NODES:
        help += _mends(error, graph, index)
    if error.help and not help:
        help.append(error.help)
    at = place.key()
    if error.argument and error.argument in _written(node):
        at = place.at(error.argument)
    sink.report(error.code, at, message, notes=notes, help=help, node=node.name)


def chain(graph: Graph, index: int) -> list[int]:
    """The main path from an input to a node: always the first of the inputs."""
    found = [index]
    while graph.nodes[index].inputs:
        index = graph.nodes[index].inputs[0][0]
        found.append(index)
    return found[::-1]


def _chain_text(graph: Graph, index: int, facts: list[Facts]) -> str:
    """``input 224×224×3 → conv1 112×112×64 → …``: the layers at which the shape changes."""
    steps: list[str] = []
    last: Shape | None = None
    for at in chain(graph, index):
        shape = facts[at].outputs[0] if facts[at].outputs else None
        if shape is not None and shape != last:
            steps.append(f"{graph.nodes[at].name} {format_shape(shape)}")
        last = shape
    if len(steps) > 9:
        steps = [*steps[:3], "…", *steps[-5:]]
    return " → ".join(steps)


def _branches(graph: Graph, node: Node, facts: list[Facts]) -> list[Note | str]:
    """Each input of a merging layer, from where the branches parted."""
    chains = [chain(graph, index) for index, _ in node.inputs]
    common = 0
    while all(len(c) > common for c in chains) and len({c[common] for c in chains}) == 1:
        common += 1
    notes: list[Note | str] = []
    if common:
        parted = graph.nodes[chains[0][common - 1]]
        shape = format_shape(facts[chains[0][common - 1]].outputs[0])
        notes.append(f"the inputs part after `{parted.name}`, {shape}")
    for (index, _), path in zip(node.inputs, chains, strict=True):
        steps = [
            f"{graph.nodes[at].name} {format_shape(facts[at].outputs[0])}" for at in path[common:]
        ]
        if len(steps) > 6:
            steps = [steps[0], "…", *steps[-4:]]
        text = " → ".join(steps) or f"{graph.nodes[index].name} itself"
        notes.append(f"one input: {text}")
    return notes


def _written(node: Node) -> frozenset[str]:
    """Arguments that the item gives itself."""
    assert node.item is not None
    value = node.item.place.document.at(node.item.place.path)
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _mends(error: ShapeError, graph: Graph, index: int) -> list[str]:
    """Changes of one argument, or of the input's size, under which nothing fails any more."""
    baseline = _failing(graph, {}, {})
    found: list[str] = []
    tries = 0
    for at, argument, value in _candidates(error, graph, index):
        node = graph.nodes[at]
        tries += 1
        if tries > _MOST_TRIES or len(found) >= _MOST_MENDS:
            break
        try:
            changed = node.layer.replace(**{argument: value})
        except (ArgumentError, ValidationError):
            continue
        if _better(_failing(graph, {node.item: changed}, {}), baseline, index):
            shown = value if not isinstance(value, tuple) or len(set(value)) > 1 else value[0]
            shown = list(shown) if isinstance(shown, tuple) else shown
            where = "" if at == index else f" of `{node.name}`"
            found.append(f"`{argument}: {shown}`{where} would fit")
    if error.code == "AS401" and len(found) < _MOST_MENDS:
        found += _larger_input(graph, index, baseline)
    return found


def _candidates(error: ShapeError, graph: Graph, index: int) -> Iterator[tuple[int, str, object]]:
    layer = graph.nodes[index].layer
    if error.code == "AS401":
        yield index, "padding", "same"
        window = layer.windows()
        if window and error.argument:
            yield index, error.argument, tuple(max(1, w.kernel // 2) for w in window)
        return
    if error.code == "AS402":
        chains = [chain(graph, i) for i, _ in graph.nodes[index].inputs]
        shared = set(chains[0]).intersection(*chains[1:])
        for path in chains:
            for at in reversed([p for p in path if p not in shared]):
                node = graph.nodes[at]
                if node.layer.windows() is None:
                    continue
                names = fields(type(node.layer))
                for argument, value in (("padding", "same"), ("strides", (1,) * node.layer.rank)):
                    if argument in names and getattr(node.layer, argument) != value:
                        yield at, argument, value
                if "filters" in names:
                    for other in chains:
                        if other is not path:
                            size = _measure_all(graph, {}, {})[other[-1]]
                            if size and size[0][-1]:
                                yield at, "filters", size[0][-1]
    if error.argument == "groups":
        yield index, "groups", 1


def _larger_input(graph: Graph, index: int, baseline: frozenset[int]) -> list[str]:
    """The smallest square input, found by bisection, that leaves something for the layer."""
    inputs = list(graph.inputs.values())
    if len(inputs) != 1:
        return []
    node = graph.nodes[inputs[0]]
    layer = node.layer
    assert isinstance(layer, Input)
    if len(layer.shape) < 2 or None in layer.shape[:-1]:
        return []

    def fits(size: int) -> bool:
        shape = (size,) * (len(layer.shape) - 1) + layer.shape[-1:]
        changed = {inputs[0]: Input(shape=list(shape))}
        return _better(_failing(graph, {}, changed), baseline, index)

    low = max(s for s in layer.shape[:-1] if s is not None)
    high = low * 2
    while high <= _LARGEST_INPUT and not fits(high):
        low, high = high, high * 2
    if high > _LARGEST_INPUT:
        return []
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    shape = (high,) * (len(layer.shape) - 1) + layer.shape[-1:]
    return [f"the smallest input that fits is {format_shape(shape)}"]


def _better(failing: frozenset[int], baseline: frozenset[int], index: int) -> bool:
    return index not in failing and failing < baseline


def _failing(graph: Graph, items: dict[object, Layer], nodes: dict[int, Layer]) -> frozenset[int]:
    """The nodes that cannot be shaped when some layers are others."""
    found = _measure_all(graph, items, nodes)
    return frozenset(n for n, shapes in enumerate(found) if shapes is None)


def _measure_all(
    graph: Graph, items: dict[object, Layer], nodes: dict[int, Layer]
) -> list[tuple[Shape, ...] | None]:
    known: dict[tuple[Layer, tuple[Shape, ...]], tuple[Shape, ...] | None] = {}
    found: list[tuple[Shape, ...] | None] = []
    for index, node in enumerate(graph.nodes):
        layer = nodes.get(index) or (items.get(node.item) if node.item else None) or node.layer
        shapes: list[Shape] = []
        for source, output in node.inputs:
            outputs = found[source] if source >= 0 else None
            if outputs is None:
                break
            shapes.append(outputs[output])
        if len(shapes) < len(node.inputs):
            found.append(None)
            continue
        key = (layer, tuple(shapes))
        if key not in known:
            try:
                known[key] = measure(layer, tuple(shapes)).outputs
            except ShapeError:
                known[key] = None
        found.append(known[key])
    return found
