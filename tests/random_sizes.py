"""Random networks that do not fit their input, and the smallest inputs that do, by brute force."""

import json
import re
from itertools import product
from math import prod
from random import Random
from typing import Any, NamedTuple

from archspec.diagnostics.sink import REPORTED, Sink
from archspec.diagnostics.source import Source
from archspec.expand.expand import expand
from archspec.expand.graph import Graph
from archspec.infer.changes import Change, shapes_with
from archspec.infer.fixes import find_fixes
from archspec.infer.trials import Work
from archspec.layers.core import Input
from archspec.layers.measure import measure
from archspec.parse import parse
from archspec.pipeline import read_spec
from archspec.shapes.shape import Shape, ShapeError

LARGEST = {1: 90, 2: 28, 3: 12}
"""Number of axes → sizes that brute force tries."""
_TOLD = re.compile(r"(the smallest inputs? that fits?|an input of|no size of the input)(.*)")


class Net(NamedTuple):
    """A network that does not fit, and what would mend it."""

    text: str
    graph: Graph
    shape: Shape
    says: dict[int, str]
    """For each layer that does not fit the help that is about sizes of the input, if any."""


def draw(random: Random) -> Net | None:
    """A random network of windows, steps, skips and branches, if it does not fit."""
    rank = random.choice((1, 2, 2, 2, 3))
    channels = random.choice((1, 2, 6))
    shape = (*[random.randint(1, 12 if rank < 3 else 8) for _ in range(rank)], channels)
    entries = _Entries(random, rank, channels)
    last = "input"
    for _ in range(random.randint(1, 5)):
        last = entries.part(last, 2)
    ends = [last]
    if random.random() < 0.3:  # another end, which may fail by itself
        ends.append(entries.part(random.choice(entries.names), 1))
    text = json.dumps(
        {
            "archspec": 1,
            "input": list(shape),
            "layers": entries.found,
            "outputs": list(dict.fromkeys(ends)),
        }
    )
    graph = graph_of(text)
    says = _mends(graph)
    return Net(text, graph, shape, says) if says else None


def _mends(graph: Graph) -> dict[int, str]:
    found: list[tuple[Shape, ...] | None] = []
    says: dict[int, str] = {}
    for index, node in enumerate(graph.nodes):
        before = [found[source] for source, _ in node.inputs]
        shapes = tuple([outputs[0] for outputs in before if outputs])
        if len(shapes) < len(before):
            found.append(None)
            continue
        try:
            found.append(measure(node.layer, shapes).outputs)
        except ShapeError as error:
            found.append(None)
            help = find_fixes(error, graph, index, shapes, Work(graph))
            lines = [h if isinstance(h, str) else h.message for h in help]
            says[index] = next((line for line in lines if _TOLD.match(line)), "")
    return says


def graph_of(text: str) -> Graph:
    """The graph of a spec."""
    sink = Sink()
    document = parse(Source("net", text), sink)
    assert document is not None
    spec, validator = read_spec(document, sink)
    assert spec is not None
    graph = expand(spec, sink, validator.maker)
    assert graph is not REPORTED, sink.diagnostics
    return graph


class _Entries:
    """The layers so far."""

    def __init__(self, random: Random, rank: int, channels: int) -> None:
        self.random = random
        self.rank = rank
        self.channels = channels
        self.found: list[dict[str, Any]] = []
        self.names = ["input"]

    def add(self, word: str, source: str | list[str], **arguments: Any) -> str:
        name = f"n{len(self.found)}"
        self.found.append({word: {"name": name, "from": source, **arguments}})
        if word != "Concatenate":  # which has more channels than the others
            self.names.append(name)
        return name

    def sizes(self, least: int, most: int) -> Any:
        """A size for all axes, or one for each."""
        draw = self.random.randint
        if self.random.random() < 0.6:
            return draw(least, most)
        return [draw(least, most) for _ in range(self.rank)]

    def part(self, source: str, depth: int, keep: bool = False) -> str:
        """A layer, a residual, a U with its skip, or branches; the name of its last layer.

        ``keep``: of the same size as the source, if it has one that fits, but for a mistake here
        and there.
        """
        rank, kind = self.rank, self.random.random()
        if depth and kind < 0.25:
            inner = self.part(self.part(source, depth - 1, True), 0, True)
            other = self.part(source, 0, True) if self.random.random() < 0.5 else source
            return self.add("Add", [inner, other])
        if depth and kind < 0.6:
            factor = self.sizes(1, 3) if rank > 1 else self.random.randint(2, 3)
            down = self.add(f"MaxPooling{rank}D", source, pool_size=factor)
            up = self.add(f"UpSampling{rank}D", self.part(down, depth - 1, True), size=factor)
            joined = self.add("Concatenate", [up, source])
            return self.add(f"Conv{rank}D", joined, filters=self.channels, kernel_size=1)
        if depth and kind < 0.7:
            # Two windows that go different ways to the same size.
            twice = self.conv(self.conv(source, 3, "valid"), 3, "valid")
            return self.add("Add", [twice, self.conv(source, 5, "valid")])
        return self.layer(source, keep and self.random.random() < 0.97)

    def conv(self, source: str, size: Any, padding: str, **more: Any) -> str:
        arguments = {"filters": self.channels, "kernel_size": size, "padding": padding}
        return self.add(f"Conv{self.rank}D", source, **arguments, **more)

    def layer(self, source: str, keep: bool) -> str:
        """A single layer."""
        rank, random = self.rank, self.random
        kind = random.choice(("conv", "other") if keep else ("conv", "conv", "pool", "up", "ends"))
        padding = "same" if keep else random.choice(("valid", "valid", "valid", "same"))
        if kind == "conv":
            steps = {} if keep or random.random() < 0.6 else {"strides": self.sizes(1, 2)}
            return self.conv(source, self.sizes(1, 7), padding, **steps)
        if kind == "pool":
            word = random.choice(("MaxPooling", "AveragePooling"))
            return self.add(f"{word}{rank}D", source, pool_size=self.sizes(1, 3), padding=padding)
        if kind == "up":
            arguments = {"filters": self.channels, "kernel_size": random.randint(1, 3)}
            arguments["strides"] = random.randint(1, 2)
            return self.add(f"Conv{rank}DTranspose", source, **arguments, padding=padding)
        if kind == "ends":
            word = random.choice(("ZeroPadding", "Cropping", "Cropping"))
            argument = "padding" if word == "ZeroPadding" else "cropping"
            return self.add(f"{word}{rank}D", source, **{argument: random.randint(0, 2)})
        return self.add(random.choice(("BatchNormalization", "ReLU", "Identity")), source)


def brute_force(net: Net) -> list[Shape]:
    """The smallest inputs that fit: those with the fewest values, no axis smaller than given.

    None if there are none up to the largest size that is tried.
    """
    (at,) = net.graph.inputs.values()
    *sizes, channels = [size or 0 for size in net.shape]
    tried = list(product(*[range(size, LARGEST[len(sizes)] + 1) for size in sizes]))
    tried.sort(key=prod)
    found: list[Shape] = []
    for some in tried:
        if found and prod(some) > prod(size or 0 for size in found[0][:-1]):
            break
        if _fits(net.graph, at, (*some, channels)):
            found.append((*some, channels))
    return found


def _fits(graph: Graph, at: int, shape: Shape) -> bool:
    return None not in shapes_with(graph, {at: Change(Input(shape=shape))}).shapes


def disagreement(net: Net) -> tuple[str, str]:
    """What is wrong with what is said of the net's first window, and what kind of thing that is."""
    (at,) = net.graph.inputs.values()
    told = next(iter(net.says.values()))
    said = {tuple(map(int, text.split("×"))) for text in re.findall(r"\d+(?:×\d+)+", told)}
    if told.startswith("an input of"):
        wrong = [shape for shape in said if not _fits(net.graph, at, shape)]
        return f"{told}, but not {wrong}" if wrong else "", "another input"
    smallest = brute_force(net)
    if not told:
        return "", "nothing, though there is one" if smallest else "nothing"
    if not said:
        return f"{told}, but {smallest}" if smallest else "", "no size"
    if max(size for shape in said for size in shape[:-1]) > LARGEST[len(net.shape) - 1]:
        return f"{told}, but {smallest}" if smallest else "", "larger ones than were tried"
    right = len(said) == 3 and said < {*smallest} if "more" in told else said == {*smallest}
    kind = "several smallest ones" if len(said) > 1 else "the smallest one"
    return "" if right else f"{told}, but {smallest}", kind
