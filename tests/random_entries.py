"""Entries of random lists of layers: a layer of a kind, with names and the keys of every entry."""

from collections import Counter
from random import Random
from typing import Any, NamedTuple

from archspec.layers import layer_types
from tests.random_formulas import Formulas, Names
from tests.random_items import LAYERS, Kind, State

PLAIN = ("conv", "a", "Left", "y", "stage2", "out", "n", "x", "left_1")
WORDS: tuple[str, ...] = (
    *("conv", "a", "Left", "x", "a-b", "größe", "class", "name", "inputs", "layers", "1st", "y"),
    *("n", "stage2", "keras", "lambda", "dense_1", "conv2d", "_x", "out"),
)
FREE, KIND, SPACE, ALL = range(4)
"""How much of what a body reads must be the same in what it gives: nothing, the kind, all sizes but
the channels, everything."""


class Frame:
    """The names in one place: what wires can read, and what is taken."""

    def __init__(
        self, parent: "Frame | None" = None, own: bool = True, suffix: str | None = ""
    ) -> None:
        self.parent = parent
        self.wires: dict[str, State] = {}
        self.targets: dict[str, tuple[State, ...]] = {}
        """What can be applied again, and what it reads."""
        self.taken: set[str] = set() if own or parent is None else parent.taken
        """Names, and those that automatic names begin with."""
        self.suffix = suffix
        """What makes a name another one in each round; None where there is nothing."""

    def sight(self, targets: bool = False) -> dict[str, Any]:
        """Everything that can be read, or applied."""
        around = self.parent.sight(targets) if self.parent else {}
        return {**around, **(self.targets if targets else self.wires)}


class Body(NamedTuple):
    """The body of a block."""

    inputs: list[str]
    layers: list[Any]
    state: State
    """What it reads."""
    end: State
    """What it gives."""
    frame: Frame


class Called(NamedTuple):
    """A block: how it is written, and how it is called."""

    name: str
    data: dict[str, Any] | None
    """None if it stands in another file."""
    kinds: dict[str, str]
    """Its parameters, and what each is."""
    required: set[str]
    body: Body


class Place(NamedTuple):
    """Where an entry stands."""

    frame: Frame
    names: Names
    keep: int
    depth: int
    sure: bool
    """Whether it is there once in its frame, whatever the parameters are."""


class Entries:
    """Draws entries; ``item`` draws one of any kind."""

    def __init__(self, random: Random, made: Counter[str]) -> None:
        self.random = random
        self.made = made
        self.blocks: list[Called] = []
        self.words = WORDS if random.random() < 0.25 else PLAIN
        """Names: those that source and Keras have another use for, or no use at all, in some specs only."""
        self.inputs = ("in", "Right", "a-c", "é")[: 2 if self.words is PLAIN else None]
        self.callees = ("b", "unit", "conv_bn", "größe_")[: 3 if self.words is PLAIN else None]
        self.wires = random.random() < 0.5
        """Whether anything is read but the entry before; then some entries lead nowhere."""
        self._count = 0

    def fresh(self) -> int:
        """A number for sizes that equal no others."""
        self._count += 1
        return self._count

    def formulas(self, names: Names) -> Formulas:
        return Formulas(self.random, names)

    def item(self, layers: list[Any], state: State, place: Place) -> State:
        """Add an entry, or a few that belong together; gives what the last one gives."""
        raise NotImplementedError

    def items(self, layers: list[Any], state: State, place: Place, count: int) -> State:
        """Add entries to a list; gives what the last one gives."""
        start = len(layers)
        while count > 0 or len(layers) == start:
            count -= 1
            state = self.item(layers, state, place)
        return state

    def layer(self, layers: list[Any], state: State, place: Place) -> State:
        random, f = self.random, self.formulas(self.asking(state, place))
        kinds = [k for k in LAYERS[state.kind] if _fits(k, state, place.keep)]
        if (
            place.depth
        ):  # its sizes are not known any more, and whoever is around would have to know
            kinds = [k for k in kinds if k.word != "EinsumDense"]
        kind = random.choice(kinds)
        arguments = kind.arguments(f)
        when = place.keep < ALL or not (kind.channels or kind.space)
        common = self.common(f, when and not kind.to)
        space = (
            0 if kind.to == "vector" or (state.kind == "vector" and not kind.to) else self.fresh()
        )
        end = State(
            kind.to or state.kind,
            space if kind.space else state.space,
            self.fresh() if kind.channels else state.channels,
            state.known and kind.word != "EinsumDense",
            _shortest(kind, state),
        )
        first = layer_types()[kind.word].auto_name()
        if kind.inputs > 1:
            wire = self.wire_of(state, place)
            if wire is None:
                return self.named(layers, state, place)
            common["from"] = [wire] * kind.inputs
        self.name(common, place, first, end, (state,) * kind.inputs, "when" not in common)
        units = next((arguments[n] for n in ("units", "filters") if n in arguments), None)
        rank = {"vector": 0, "sequence": 1, "image": 2, "video": 3}.get(end.kind)
        if (
            units is not None
            and rank is not None
            and random.random() < 0.15
            and kind.word[:4] in ("Dens", "Conv")
        ):
            self.made["expect"] += 1
            common["expect"] = [*[None] * rank, units]
        self.made[kind.word] += 1
        self.made["formulas"] += f.drawn
        written = self.written(kind.word, {**common, **arguments})
        if "channels(" in str(written):
            self.made["asks"] += 1
        layers.append(written)
        return end

    def asking(self, state: State, place: Place) -> Names:
        """The names of a place, and what an entry there may ask for."""
        if state.kind == "tokens" or self.random.random() < 0.6:
            return place.names
        seen = [n for n, s in place.frame.sight().items() if s.kind != "tokens" and "(" not in n]
        return place.names.plus(asks=("", *self.random.sample(seen, min(len(seen), 2))))

    def named(self, layers: list[Any], state: State, place: Place) -> State:
        """Give what comes out a name, so that others can read it twice."""
        if place.frame.suffix is None:
            place.frame.taken.add("identity")
            layers.append("Identity")
        else:
            name = self.free(place)
            layers.append({"Identity": {"name": name}})
            place.frame.wires[name] = state
        return state

    def common(self, f: Formulas, when: bool, trainable: float = 0.08) -> dict[str, Any]:
        """Keys that every entry takes."""
        found = {}
        if when and self.random.random() < 0.15:
            self.made["when"] += 1
            found["when"] = f.truth()
        if self.random.random() < trainable:
            self.made["trainable"] += 1
            found["trainable"] = f.truth() if self.random.random() < 0.3 else False
        return found

    def written(self, word: str, arguments: dict[str, Any]) -> Any:
        """An entry in one of its forms."""
        if not arguments and self.random.random() < 0.8:
            return word
        keys = list(arguments)
        if self.random.random() < 0.2:
            self.random.shuffle(keys)
        return {word: {k: arguments[k] for k in keys} or None}

    def name(
        self,
        common: dict[str, Any],
        place: Place,
        base: str,
        end: State | None,
        reads: tuple[State, ...],
        sure: bool,
    ) -> str | None:
        """Perhaps a name for an entry; what can be read of it from now on."""
        frame = place.frame
        name = None
        if frame.suffix is not None and self.random.random() < 0.35:
            name = common["name"] = self.free(place)
            self.made["names"] += 1
        elif place.sure and sure and base not in frame.taken:
            name = base
        if "name" not in common:
            frame.taken.add(base)
        if name is not None and sure and end is not None:
            frame.wires[name] = end
            frame.targets[name] = reads
        return name

    def free(self, place: Place) -> str:
        """A name that nothing has."""
        frame = place.frame
        word = self.random.choice(
            [w for w in self.words if w.rpartition("_")[0] not in frame.taken]
        )
        number = 1
        base = word
        while base in frame.taken:
            number += 1
            base = f"{word}{'abcdefghijklmnopqrstuvwxyz'[number % 26] * (number // 26 + 1)}"
        frame.taken.add(base)
        return f"{base}{frame.suffix or ''}"

    def wire_of(self, state: State, place: Place) -> str | None:
        """The name of something that has these sizes."""
        found = [n for n, s in place.frame.sight().items() if same(s, state)]
        return self.random.choice(found) if found else None


def _fits(kind: Kind, state: State, keep: int) -> bool:
    if kind.known and not state.known:
        return False
    if kind.least > state.least or (kind.to and keep > FREE):
        return False
    if keep >= SPACE and (kind.space or kind.to):
        return False
    return keep < ALL or not kind.channels


def _shortest(kind: Kind, state: State) -> int:
    if not kind.space:
        return state.least
    if kind.to or kind.word.startswith("Global"):
        return 1
    if kind.least == 3:
        return state.least - 2
    return state.least // 2 if kind.least == 2 else (state.least + 1) // 2


def same(one: State, other: State) -> bool:
    return (one.kind, one.space, one.channels) == (other.kind, other.space, other.channels)


def with_key(item: Any, key: str, value: Any) -> Any:
    """An entry with one more key."""
    if isinstance(item, str):
        return {item: {key: value}}
    ((word, own),) = item.items()
    if own is None:
        return {word: {key: value}}
    if isinstance(own, list):
        return {word: {key: value, "layers": own}}
    return (
        {word: {key: value, **own}} if isinstance(own, dict) else {word: {key: value, "layer": own}}
    )
