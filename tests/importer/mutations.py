"""Changes of a flat graph, and of the flat spec of one: each must be seen by the proof.

A mutation is one change of an argument, constant, dtype, wire, role, order, output, input, of what
is trained or shared. What is no change is said by `tests.importer.exactly_same`, by an exact test
of isomorphism: a wire that leads to a twin of what it led to, the order of the inputs of a sum,
what is trained in a layer without weights.
"""

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.expand.graph import Ref
from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import FlatGraph, FlatNode, flat_graph
from archspec.importer.prove import differences
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer, layer_types
from archspec.layers.network import InnerNode, Network
from archspec.parse import parse
from archspec.pipeline import shape_document
from archspec.records.record import fields
from archspec.spec.written import document
from tests.importer.exactly_same import exactly_same, text

MOST_ALARMS = 30
"""Nodes of networks of which it is looked at whether what was seen is a difference at all."""


class NothingToChangeError(Exception):
    """A network in which there is nothing of a kind."""


class Examined(NamedTuple):
    """What became of a mutation."""

    mutation: str
    change: str
    verdict: str
    """seen; the same after all; refused, as the spec is none any more; nothing to change; and what
    must not be: MISSED, or a FALSE ALARM."""
    told: tuple[str, ...]


def load(written: str) -> ShapedGraph | None:
    """The network of a text; None if it has mistakes."""
    sink = Sink()
    found = parse(Source("net.yaml", written), sink)
    return shape_document(found, sink) if found is not None and not sink.errors else None


def weighted(shaped: ShapedGraph) -> list[bool]:
    """Which nodes have weights."""
    return [bool(facts.weights) for facts in shaped.facts]


def examine(random: Random, shaped: ShapedGraph) -> Examined:
    """Change a network, as graph or as spec, and ask the proof."""
    graph = flat_graph(shaped)
    way = random.choice(MUTATIONS)
    try:
        if way in OF_SPECS:
            data = copy.deepcopy(flat_data(graph))
            change = way(random, data)
            changed = load(document(data))
            if changed is None:
                return Examined(way.__name__, change, "refused", ())
            return _judged(way.__name__, change, graph, changed)
        mutated, change = way(random, graph, shaped)
    except NothingToChangeError:
        return Examined(way.__name__, "", "nothing to change", ())
    return _judged(way.__name__, change, mutated, shaped)


def _judged(name: str, change: str, graph: FlatGraph, shaped: ShapedGraph) -> Examined:
    told = tuple(differences(graph, shaped))
    if told and len(graph.nodes) > MOST_ALARMS:
        return Examined(name, change, "seen", told)
    same = exactly_same(graph, flat_graph(shaped), weighted(shaped))
    if told:
        return Examined(name, change, "FALSE ALARM" if same else "seen", told)
    return Examined(name, change, "the same after all" if same else "MISSED", told)


# Of graphs


def argument(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Another argument of a layer, of one in a wrapper too."""
    places = [n for n in range(len(graph.nodes)) if n not in graph.inputs]
    for index in random.sample(places, min(len(places), 20)):
        layer = graph.nodes[index].layer
        for changed, change in _other_arguments(random, layer):
            return _with(graph, index, layer=changed), f"{graph.nodes[index].name}: {change}"
    raise NothingToChangeError


def constant(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Another number in the place of an input, or of a layer that has only numbers."""
    kinds = ("Rescaling", "Normalization")
    for index in _some(random, graph, lambda n: bool(n.layer.constants) or _is(n.layer, *kinds)):
        layer = graph.nodes[index].layer
        names = layer.constants or {*fields(type(layer))}
        for changed, change in _other_arguments(random, layer, names):
            return _with(graph, index, layer=changed), f"{graph.nodes[index].name}: {change}"
    raise NothingToChangeError


def dtype(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Another dtype of a layer or of an input."""
    for index in _some(random, graph, lambda n: True):
        for changed, change in _other_arguments(random, graph.nodes[index].layer, {"dtype"}):
            return _with(graph, index, layer=changed), f"{graph.nodes[index].name}: {change}"
    raise NothingToChangeError


def wire(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Another output of an earlier node is read."""
    for index in _some(random, graph, lambda n: bool(n.inputs)):
        read = [*graph.nodes[index].inputs]
        place = random.randrange(len(read))
        others = [ref for ref in _refs(graph, index) if ref != read[place]]
        if others:
            before, read[place] = read[place], random.choice(others)
            change = f"{graph.nodes[index].name} reads {before} → {read[place]}"
            return _with(graph, index, inputs=tuple(read)), change
    raise NothingToChangeError


def order(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Two inputs of a layer change places."""
    for index in _some(random, graph, lambda n: len({*n.inputs}) > 1):
        read = [*graph.nodes[index].inputs]
        a, b = random.sample(range(len(read)), 2)
        if read[a] != read[b]:
            read[a], read[b] = read[b], read[a]
            change = f"inputs {a} and {b} of {graph.nodes[index].name}"
            return _with(graph, index, inputs=tuple(read)), change
    raise NothingToChangeError


def role(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """An input is something else to a layer, or is not told what it is."""
    for index in _some(random, graph, lambda n: bool(n.layer.input_roles())):
        layer = graph.nodes[index].layer
        known = layer.input_roles()
        given = random.sample(known, min(len(known), len(graph.nodes[index].inputs)))
        roles = tuple(sorted(given, key=known.index))
        if layer.roles and random.random() < 0.3:
            roles = ()
        try:
            changed = layer.with_roles(roles)
        except ValueError:
            continue
        if roles != layer.roles:
            change = f"{graph.nodes[index].name} reads as {layer.roles} → {roles}"
            return _with(graph, index, layer=changed), change
    raise NothingToChangeError


def trained(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """What is trained is frozen, or the other way round."""
    for index in _some(random, graph, lambda n: True):
        now = graph.nodes[index].trainable
        return _with(graph, index, trainable=not now), f"{graph.nodes[index].name} {now}"
    raise NothingToChangeError


def shared(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """A layer has weights of its own, or those of an equal one."""
    nodes = graph.nodes
    for index in _some(random, graph, lambda n: True):
        same = [n for n in range(index) if text(nodes[n].layer) == text(nodes[index].layer)]
        owners = {*(n for n in same if nodes[n].shares < 0), -1} - {nodes[index].shares}
        if owners and not any(n.shares == index for n in nodes):
            owner = random.choice(sorted(owners))
            change = f"{nodes[index].name} shares {nodes[index].shares} → {owner}"
            return _with(graph, index, shares=owner), change
    raise NothingToChangeError


def outputs(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Another output, one more, one less, or another order."""
    found = [*graph.outputs]
    others = [ref for ref in _refs(graph, len(graph.nodes)) if ref not in found]
    ways = ["again"]
    if len({*found}) > 1:
        ways += ["less", "swap", "swap", "swap"]
    if others:
        ways += ["other", "more"]
    way = random.choice(ways)
    if way == "again":
        found.insert(random.randint(0, len(found)), random.choice(found))
    elif way == "less":
        del found[random.randrange(len(found))]
    elif way == "swap":
        a, b = random.sample(range(len(found)), 2)
        found[a], found[b] = found[b], found[a]
    elif way == "more":
        found.insert(random.randint(0, len(found)), random.choice(others))
    else:
        found[random.randrange(len(found))] = random.choice(others)
    return graph._replace(outputs=found), f"{way}: {graph.outputs} → {found}"


def inputs(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Another order of the inputs, another name, size or kind of values."""
    several = len(graph.inputs) > 1
    way = random.choice(("order", "name", "shape", "dtype") if several else ("shape", "dtype"))
    if way == "order":
        a, b = random.sample(range(len(graph.inputs)), 2)
        found = [*graph.inputs]
        found[a], found[b] = found[b], found[a]
        return graph._replace(inputs=found), f"{graph.inputs} → {found}"
    index = random.choice(graph.inputs)
    if way == "name":
        return _with(graph, index, name="another"), f"{graph.nodes[index].name} → another"
    for changed, change in _other_arguments(random, graph.nodes[index].layer, {way}):
        return _with(graph, index, layer=changed), change
    raise NothingToChangeError


def insertion(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """A layer that was not there, between two or beside them."""
    index = random.randrange(1, len(graph.nodes) + 1)
    read = random.choice(_refs(graph, index))
    kind = random.choice(("Identity", "ReLU", "Flatten"))
    new = FlatNode(layer_types()[kind](), (read,), "one_more")
    readers = [n for n in range(index, len(graph.nodes)) if read in graph.nodes[n].inputs]
    found = _moved(graph, index, 1)
    found.nodes.insert(index, new)
    if readers and random.random() < 0.8:
        reader = random.choice(readers) + 1
        node = found.nodes[reader]
        read_now = [*node.inputs]
        read_now[read_now.index(read)] = (index, 0)
        found.nodes[reader] = node._replace(inputs=tuple(read_now))
    return found, f"{kind} at {index} reads {read}"


def removal(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """A layer is left out: who reads it reads what it reads."""
    for index in _some(random, graph, lambda n: bool(n.inputs)):
        node = graph.nodes[index]
        if any(other.shares == index for other in graph.nodes):
            continue
        instead = random.choice(node.inputs)

        def moved(ref: Ref, index: int = index, instead: Ref = instead) -> Ref:
            ref = instead if ref[0] == index else ref
            return ref[0] - (ref[0] > index), ref[1]

        nodes = [
            n._replace(
                inputs=tuple([moved(ref) for ref in n.inputs]), shares=n.shares - (n.shares > index)
            )
            for i, n in enumerate(graph.nodes)
            if i != index
        ]
        starts = [n - (n > index) for n in graph.inputs]
        return FlatGraph(
            graph.name, nodes, starts, [moved(ref) for ref in graph.outputs]
        ), f"{node.name} is left out"
    raise NothingToChangeError


def twin(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """A layer becomes two that read the same, and some of its readers read the second."""
    for index in _some(random, graph, lambda n: bool(n.inputs)):
        readers = [n for n in range(len(graph.nodes)) if index in dict(graph.nodes[n].inputs)]
        if not readers:
            continue
        reader = random.choice(readers)
        found = _moved(graph, index + 1, 1)
        found.nodes.insert(index + 1, found.nodes[index]._replace(name="twin"))
        node = found.nodes[reader + 1]
        read = tuple([(index + 1 if n == index else n, o) for n, o in node.inputs])
        found.nodes[reader + 1] = node._replace(inputs=read)
        return found, f"{graph.nodes[index].name} twice, for {graph.nodes[reader].name}"
    raise NothingToChangeError


def kind(random: Random, graph: FlatGraph, shaped: ShapedGraph) -> tuple[FlatGraph, str]:
    """Another layer that takes the same arguments."""
    others = (
        ("Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract", "Concatenate"),
        ("MaxPooling2D", "AveragePooling2D"),
        ("GlobalMaxPooling2D", "GlobalAveragePooling2D"),
        ("Conv2D", "Conv2DTranspose"),
        ("LSTM", "GRU", "SimpleRNN"),
        ("Dropout", "GaussianDropout", "AlphaDropout", "SpatialDropout2D"),
        ("ReLU", "Flatten", "Softmax", "LayerNormalization", "BatchNormalization", "Identity"),
    )
    for index in _some(random, graph, lambda n: any(type(n.layer).__name__ in o for o in others)):
        layer = graph.nodes[index].layer
        name = type(layer).__name__
        other = random.choice([n for o in others if name in o for n in o if n != name])
        try:
            changed = layer_types()[other](**layer.arguments())
        except ValueError:
            continue
        return _with(graph, index, layer=changed), f"{name} → {other}"
    raise NothingToChangeError


# Of specs

Data = dict[str, Any]


def written_argument(random: Random, data: Data) -> str:
    """Another value in an entry."""
    places = [
        (inner, key)
        for entry in data["layers"]
        for inner, key in _scalars(entry)
        if key not in ("name", "from", "layer")
    ]
    if not places:
        raise NothingToChangeError
    inner, key = random.choice(places)
    before = inner[key]
    inner[key] = _other(random, before)
    return f"{key}: {before} → {inner[key]}"


def written_wire(random: Random, data: Data) -> str:
    """Another name in a `from`, or another order."""
    entries = [e for e in _entries(data) if e.get("from") is not None]
    if not entries:
        raise NothingToChangeError
    entry = random.choice(entries)
    before, read = copy.deepcopy(entry["from"]), entry["from"]
    names = [e["name"] for e in _entries(data) if "name" in e]
    if isinstance(read, list) and len(read) > 1 and random.random() < 0.5:
        random.shuffle(read)
    elif isinstance(read, dict) and len(read) > 1 and random.random() < 0.5:
        values = [*read.values()]
        random.shuffle(values)
        entry["from"] = dict(zip(read, values, strict=True))
    elif isinstance(read, str):
        entry["from"] = random.choice(names)
    else:
        keys = [*read] if isinstance(read, dict) else range(len(read))
        read[random.choice(keys)] = random.choice(names)
    return f"from: {before} → {entry['from']}"


def written_freeze(random: Random, data: Data) -> str:
    """An entry is frozen, or trained."""
    index = random.randrange(len(data["layers"]))
    entry = data["layers"][index]
    ((word, inner),) = entry.items() if isinstance(entry, dict) else ((entry, None),)
    if word == "apply":
        raise NothingToChangeError
    inner = dict(inner) if isinstance(inner, dict) else {}
    inner["trainable"] = not inner.get("trainable", True)
    data["layers"][index] = {word: inner}
    return f"{word} {index}: trainable: {inner['trainable']}"


def written_share(random: Random, data: Data) -> str:
    """A layer that was applied again stands there on its own."""
    own = {e["name"]: w for w, e in _words(data) if "name" in e and w != "apply"}
    again = [n for n, e in enumerate(data["layers"]) if "apply" in e and isinstance(e, dict)]
    again = [n for n in again if data["layers"][n]["apply"]["layer"] in own]
    if not again:
        raise NothingToChangeError
    index = random.choice(again)
    inner = data["layers"][index]["apply"]
    owner = inner["layer"]
    arguments = next(e for w, e in _words(data) if e.get("name") == owner and w != "apply")
    keys = {**arguments, **inner}
    data["layers"][index] = {own[owner]: {k: v for k, v in keys.items() if k != "layer"}}
    return f"{owner} is not applied again"


def written_outputs(random: Random, data: Data) -> str:
    """Other outputs."""
    before = copy.deepcopy(data.get("outputs"))
    names = [e["name"] for e in _entries(data) if "name" in e]
    if isinstance(before, list) and random.random() < 0.5:
        random.shuffle(data["outputs"])
    elif names:
        data["outputs"] = random.sample(names, random.randint(1, min(2, len(names))))
    return f"{before} → {data.get('outputs')}"


def written_line(random: Random, data: Data) -> str:
    """A line is lost, or another one comes in."""
    index = random.randrange(len(data["layers"]))
    if random.random() < 0.5 and len(data["layers"]) > 1:
        return f"without {data['layers'].pop(index)}"
    data["layers"].insert(index, random.choice(("ReLU", "Identity", {"Dropout": 0.5})))
    return f"{data['layers'][index]} at {index}"


def _entries(data: Data) -> list[dict[str, Any]]:
    return [inner for _, inner in _words(data)]


def _words(data: Data) -> list[tuple[str, dict[str, Any]]]:
    found = [next(iter(e.items())) for e in data["layers"] if isinstance(e, dict)]
    return [(word, inner) for word, inner in found if isinstance(inner, dict)]


def _scalars(value: Any) -> Iterator[tuple[Any, Any]]:
    """Where numbers, words and truths stand."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if key in ("from", "name", "layer") and isinstance(inner, str | list | dict):
            if key == "layer" and isinstance(inner, dict):
                yield from _scalars(inner)
        elif isinstance(inner, dict | list):
            yield from _scalars(inner)
        elif isinstance(value, dict | list):
            yield value, key


OfGraphs = Callable[[Random, FlatGraph, ShapedGraph], tuple[FlatGraph, str]]
OF_GRAPHS: tuple[Any, ...] = (
    *(argument, argument, constant, dtype, wire, wire, order, role, trained, shared),
    *(outputs, inputs, insertion, removal, twin, kind),
)
OF_SPECS: tuple[Any, ...] = (
    *(written_argument, written_wire, written_freeze, written_share, written_outputs),
    written_line,
)
MUTATIONS: tuple[Any, ...] = (*OF_GRAPHS, *OF_SPECS)
COUNTED = ("seen", "the same after all", "MISSED", "FALSE ALARM")


def run(random: Random, shaped: ShapedGraph, count: int, counts: Counter[str]) -> list[Examined]:
    """So many mutations of a network, those that there are; gives those that were judged wrongly."""
    wrong = []
    done = tried = 0
    while done < count and tried < 10 * count:
        tried += 1
        found = examine(random, shaped)
        counts[found.verdict] += 1
        if found.verdict in COUNTED:
            done += 1
            counts["mutations"] += 1
            counts[found.mutation] += 1
        if found.verdict == "the same after all":
            counts[f"{found.mutation}, the same"] += 1
        if found.verdict in COUNTED[2:]:
            wrong.append(found)
    return wrong


def _with(graph: FlatGraph, index: int, **changes: Any) -> FlatGraph:
    nodes = [*graph.nodes]
    nodes[index] = nodes[index]._replace(**changes)
    return graph._replace(nodes=nodes)


def _moved(graph: FlatGraph, start: int, by: int) -> FlatGraph:
    """The graph with later numbers for the nodes from ``start`` on."""

    def ref(one: Ref) -> Ref:
        return one[0] + by * (one[0] >= start), one[1]

    nodes = [
        n._replace(
            inputs=tuple([ref(one) for one in n.inputs]), shares=n.shares + by * (n.shares >= start)
        )
        for n in graph.nodes
    ]
    starts = [n + by * (n >= start) for n in graph.inputs]
    return FlatGraph(graph.name, nodes, starts, [ref(one) for one in graph.outputs])


def _some(random: Random, graph: FlatGraph, wanted: Callable[[FlatNode], bool]) -> list[int]:
    found = [n for n, node in enumerate(graph.nodes) if n not in graph.inputs and wanted(node)]
    return random.sample(found, min(20, len(found)))


def _is(layer: Layer, *names: str) -> bool:
    return type(layer).__name__ in names


def _refs(graph: FlatGraph, before: int) -> list[Ref]:
    """All outputs of the nodes before one."""
    return [
        (index, output)
        for index in range(before)
        for output in range(len(graph.nodes[index].layer.output_names()))
    ]


def _other_arguments(random: Random, layer: Layer, only: Any = None) -> Iterator[tuple[Layer, str]]:
    """The layer with one other argument."""
    if isinstance(layer, Network):
        yield from _other_network(random, layer)
        return
    names = [n for n in fields(type(layer)) if only is None or n in only]
    random.shuffle(names)
    values = layer.arguments(defaults=True)
    for name in names:
        value = values[name]
        if isinstance(value, Layer):
            for inner, change in _other_arguments(random, value):
                changed = _replaced(layer, name, inner)
                if changed is not None:
                    yield changed, f"{name}: {change}"
            continue
        for _ in range(3):
            other = _other(random, value)
            changed = _replaced(layer, name, other)
            if changed is not None and text(changed) != text(layer):
                yield changed, f"{name} {value!r} → {other!r}"
                break


def _other_network(random: Random, network: Network) -> Iterator[tuple[Layer, str]]:
    nodes = [*network.nodes]
    index = random.randrange(1, len(nodes))
    node = nodes[index]
    if random.random() < 0.3:
        others = [(n, 0) for n in range(index) if (n, 0) not in node.inputs]
        if others:
            read = (random.choice(others), *node.inputs[1:])
            nodes[index] = node._replace(inputs=read)
            made = Network(network.title, tuple(nodes), network.output, network.written)
            yield made, f"{node.name} reads {node.inputs} → {read}"
            return
    for layer, change in _other_arguments(random, node.layer):
        nodes[index] = InnerNode(node.name, layer, node.inputs, node.trainable, node.shares)
        made = Network(network.title, tuple(nodes), network.output, network.written)
        yield made, f"{node.name}: {change}"
        return


def _replaced(layer: Layer, name: str, value: Any) -> Layer | None:
    try:
        return layer.replace(**{name: value})
    except (ValueError, TypeError):
        return None


_WORDS = {
    "valid": "same",
    "same": "valid",
    "relu": "tanh",
    "float32": "float16",
    "int32": "int64",
    "glorot_uniform": "he_normal",
    "zeros": "ones",
    "ones": "zeros",
}


def _other(random: Random, value: Any) -> Any:
    """A value near to another one, of the same kind or not."""
    if value is None:
        return random.choice((3, 0.5, True, "relu", "he_normal", "float16", "float64", "l2", [1]))
    if isinstance(value, bool):
        return random.choice((not value, int(value), float(value)))
    if isinstance(value, int):
        return random.choice((value + 1, value - 1, -value, value * 2, float(value), bool(value)))
    if isinstance(value, float):
        near = value * (1 + 2**-40) if value else 1e-12
        return random.choice((value + 0.125, value / 2 + 0.01, -value, near, int(value)))
    if isinstance(value, str):
        return random.choice((_WORDS.get(value, "linear"), "float16", "orthogonal", "causal"))
    if isinstance(value, list | tuple) and value:
        found = [*value]
        if random.random() < 0.2 and len(found) > 1:
            random.shuffle(found)
            return type(value)(found)
        index = random.randrange(len(found))
        found[index] = _other(random, found[index])
        return type(value)(found)
    if isinstance(value, dict) and value:
        name = random.choice(sorted(value))
        return {**value, name: _other(random, value[name])}
    return 1
