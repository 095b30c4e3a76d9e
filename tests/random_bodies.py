"""Lists of layers for random specs: entries, constructs, calls of blocks, wires, shared weights."""

from collections import Counter
from random import Random
from typing import Any, NamedTuple

from archspec.layers import layer_types
from tests.random_formulas import Formulas, Names
from tests.random_items import LAYERS, MERGES, Kind, State

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


class Bodies:
    """Draws lists of layers."""

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

    # Whole lists

    def network(self, inputs: dict[str, State], names: Names) -> tuple[list[Any], list[str]]:
        """The layers of a network, and its outputs, if they are not the last one."""
        frame = Frame()
        frame.wires.update(inputs)
        frame.taken.update(inputs)
        place = Place(frame, names, FREE, 0, True)
        layers: list[Any] = []
        ends = []
        for name, state in inputs.items():
            start = len(layers)
            end = self.items(layers, state, place, self.random.randint(1, 5))
            if not any(_certain(entry) for entry in layers):
                layers.append("Identity")
            if len(inputs) > 1:
                layers[start] = _with(layers[start], "from", name)
                next(iter(layers[start].values())).pop("when", None)
                last = self.free(place)
                layers.append({"Identity": {"name": last}})
                frame.wires[last] = end
                ends.append(last)
        if len(ends) > 1 and self.random.random() < 0.6:
            vectors = [self.to_vector(layers, end, place) for end in ends]
            layers.append({"Concatenate": {"from": vectors}})
            frame.taken.add("concatenate")
            state = State("vector", 0, self.fresh(), all(frame.wires[v].known for v in vectors))
            self.items(layers, state, place, self.random.randint(0, 3))
            return layers, []
        if len(ends) > 1:
            return layers, ends
        readable = [n for n, s in frame.wires.items() if n not in inputs and s.kind != "tokens"]
        if readable and self.wires and self.random.random() < 0.4:
            return layers, self.random.sample(
                readable, self.random.randint(1, min(3, len(readable)))
            )
        return layers, []

    def to_vector(self, layers: list[Any], name: str, place: Place) -> str:
        """Pool what a name stands for to a vector; gives the new name."""
        state = place.frame.wires[name]
        rank = {"vector": 0, "sequence": 1, "image": 2, "video": 3}[state.kind]
        if not rank:
            return name
        new = self.free(place)
        layers.append({f"GlobalAveragePooling{rank}D": {"name": new, "from": name}})
        place.frame.wires[new] = State("vector", 0, state.channels, True)
        return new

    def block(self, names: Names, inputs: list[str] | None = None) -> Body:
        """The body of a block that takes inputs of any size."""
        random = self.random
        one = random.choice(("input", "input", "x", "first"))
        inputs = inputs or random.choice(([one], [one], [one], ["left", "right"]))
        kind = random.choice(("vector", "sequence", "image", "image", "video"))
        space = 0 if kind == "vector" else self.fresh()
        state = State(kind, space, self.fresh(), False, 1)
        frame = Frame()
        frame.wires.update(dict.fromkeys(inputs, state))
        frame.taken.update(inputs)
        place = Place(frame, names, random.choice((FREE, KIND, SPACE, ALL)), 1, True)
        layers: list[Any] = []
        current = state
        if len(inputs) > 1:
            self.made["inputs of a block"] += 1
            layers.append({random.choice(MERGES): {"from": random.sample(inputs, 2)}})
            frame.taken.update(m.lower() for m in MERGES)
        end = self.items(layers, current, place, random.randint(1, 4))
        return Body(inputs, layers, state, end, frame)

    def items(self, layers: list[Any], state: State, place: Place, count: int) -> State:
        """Add entries to a list; gives what the last one gives."""
        start = len(layers)
        while count > 0 or len(layers) == start:
            count -= 1
            state = self.item(layers, state, place)
        return state

    # Entries

    def item(self, layers: list[Any], state: State, place: Place) -> State:
        """Add an entry, or a few that belong together."""
        chance = self.random.random()
        if state.kind != "tokens" and chance < 0.45:
            draw = self.random.choice(
                (self.repeat, self.repeat, self.parallel, self.residual, self.dense_block)
                + (self.call,) * 4
                + (self.merge, self.apply, self.apply, self.states, self.other)
            )
            found = draw(layers, state, place)
            if found is not None:
                return found
        return self.layer(layers, state, place)

    def layer(self, layers: list[Any], state: State, place: Place) -> State:
        random, f = self.random, self.formulas(place.names)
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
        layers.append(self.written(kind.word, {**common, **arguments}))
        return end

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

    # Names

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
        found = [n for n, s in place.frame.sight().items() if _same(s, state)]
        return self.random.choice(found) if found else None

    # Constructs

    def inside(
        self,
        place: Place,
        keep: int,
        own: bool,
        sure: bool = True,
        suffix: str | None = "",
        **more: tuple[str, ...],
    ) -> Place:
        frame = Frame(place.frame, own, suffix)
        return Place(frame, place.names.plus(**more), keep, place.depth + 1, own and sure)

    def repeat(self, layers: list[Any], state: State, place: Place) -> State | None:
        random, f = self.random, self.formulas(place.names)
        if place.depth > 2:
            return None
        keep = max(place.keep, random.choice((KIND, SPACE, ALL)))
        common = self.common(f, True, 0.05)
        own: dict[str, Any] = {}
        more: dict[str, tuple[str, ...]] = {}
        if random.random() < 0.45:
            own["for"], more = self.table(f)
        else:
            own["times"] = f.size(3) if random.random() < 0.85 else 0
            if f.names.sizes and isinstance(own["times"], str):
                own["times"] = f"min({own['times']}, 4)"
        index = None
        if random.random() < 0.5:
            index = own["as"] = random.choice(("i", "j", "k"))
            more["rounds"] = (index,)
        named = place.frame.suffix is not None and random.random() < 0.5
        suffix: str | None = ""
        if named:
            common["name"] = self.free(place)
        else:
            around = place.frame.suffix
            suffix = (
                f"{around}_${{{index}}}"
                if around is not None and index and index not in place.names.rounds
                else None
            )
        inner = self.inside(place, keep, named, True, suffix, **more)
        start = (
            state
            if keep > KIND
            else state._replace(least=1, space=self.fresh() if state.kind != "vector" else 0)
        )
        if keep < ALL:
            start = start._replace(channels=self.fresh())
        body: list[Any] = []
        end = self.items(body, start, inner, random.randint(1, 3))
        own["layers"] = body
        self.made["repeat of a table" if "for" in own else "repeat"] += 1
        self.made["formulas"] += f.drawn
        after = self.after(state, end, keep)
        if "name" in common and "when" not in common:
            place.frame.wires[common["name"]] = after
            del place.frame.wires[common["name"]]  # a repeat of no rounds has no output to read
        layers.append(self.written("repeat", {**common, **own}))
        return after

    def table(self, f: Formulas) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
        """The columns of a repeat, and what they are in formulas."""
        random = self.random
        rows = random.randint(1, 3)
        columns: dict[str, Any] = {}
        more: dict[str, tuple[str, ...]] = {}
        draws = {
            "sizes": f.size,
            "truths": f.truth,
            "rates": f.rate,
            "words": f.activation,
            "lists": f.sizes,
        }
        for _ in range(random.randint(1, 3)):
            kind = random.choice(("sizes", "sizes", "truths", "rates", "words", "lists"))
            name = {"sizes": "c", "truths": "last", "rates": "q", "words": "how", "lists": "some"}[
                kind
            ]
            if kind == "sizes" and random.random() < 0.3 and f.names.sizes:
                name = f.names.sizes[0]  # hides a parameter
            columns[name] = [draws[kind]() for _ in range(rows)]
            # A column holds formulas, and a word that is no parameter is text.
            if kind == "words":
                columns[name] = [w.strip("${}") for w in columns[name]]
            columns[name] = [True if v == "true" else v for v in columns[name]]
            more[kind] = (*more.get(kind, ()), name)
        return columns, more

    def after(self, state: State, end: State, keep: int) -> State:
        """What a repeat gives."""
        if keep == ALL:
            return state
        space = state.space if keep == SPACE or state.kind == "vector" else self.fresh()
        least = state.least if keep == SPACE else 1
        return State(state.kind, space, self.fresh(), state.known, least)

    def last(self, state: State, units: Any) -> Any:
        """A layer that gives so many channels."""
        rank = {"sequence": 1, "image": 2, "video": 3}.get(state.kind)
        if rank and self.random.random() < 0.5:
            return {f"Conv{rank}D": {"filters": units, "kernel_size": 3, "padding": "same"}}
        return {"Dense": {"units": units}}

    def parallel(self, layers: list[Any], state: State, place: Place) -> State | None:
        random, f = self.random, self.formulas(place.names)
        if place.keep == ALL or place.depth > 2:
            return None
        add = random.random() < 0.4
        units = f.size()
        branches: dict[str, Any] = {}
        common = self.common(f, False, 0.05)
        named = place.frame.suffix is not None and random.random() < 0.3
        around = place
        if named:
            common["name"] = self.free(place)
            around = self.inside(place, SPACE, True)
        for label in random.sample(
            ("one", "two", "three", "a-b", "größe", "conv", "dense"), random.randint(2, 3)
        ):
            around.frame.taken.add(label)
            body: list[Any] = []
            if random.random() < 0.85 or add:
                self.items(body, state, self.inside(around, SPACE, True), random.randint(1, 2))
                if add:
                    body.append(self.last(state, units))
            branches[label] = body
        merge = random.choice(MERGES) if add else "Concatenate"
        own: dict[str, Any] = {"branches": branches}
        if merge != "Concatenate" or random.random() < 0.5:
            own["merge"] = random.choice(
                (merge, {merge: {"axis": -1}} if not add else {merge: None}, {merge: {}})
            )
        if random.random() < 0.1:
            own["merge"] = None
        around.frame.taken.add(merge.lower())
        layers.append(self.written("parallel", {**common, **own}))
        if own.get("merge", merge) is None:
            layers.append(merge)
            place.frame.taken.add(merge.lower())
        self.made["parallel"] += 1
        self.made["formulas"] += f.drawn
        end = state._replace(channels=self.fresh())
        if "name" in common and own.get("merge", merge) is not None:
            place.frame.wires[common["name"]] = end
            place.frame.targets[common["name"]] = (state,)
        return end

    def residual(self, layers: list[Any], state: State, place: Place) -> State | None:
        random, f = self.random, self.formulas(place.names)
        if place.depth > 2:
            return None
        common = self.common(f, True, 0.05)
        keep = ALL if place.keep == ALL or random.random() < 0.5 else SPACE
        named = place.frame.suffix is not None and random.random() < 0.3
        if named:
            common["name"] = self.free(place)
        suffix = "" if named else place.frame.suffix
        main = self.inside(place, keep, named, True, suffix)
        body: list[Any] = []
        self.items(body, state, main, random.randint(1, 3))
        own: dict[str, Any] = {"layers": body}
        end = state
        if keep == SPACE:
            units = f.size()
            body.append(self.last(state, units))
            short: list[Any] = []
            if random.random() < 0.4:
                self.items(short, state, self.inside(main, SPACE, True), 1)
            own["shortcut"] = [*short, self.last(state, units)]
            end = state._replace(channels=self.fresh())
        if random.random() < 0.3:
            own["merge"] = random.choice(MERGES)
        main.frame.taken.update(
            ("add", "shortcut", "conv2d", "dense", "conv1d", "conv3d", *(m.lower() for m in MERGES))
        )
        self.made["residual"] += 1
        self.made["formulas"] += f.drawn
        if list(own) == ["layers"] and not common and random.random() < 0.5:
            layers.append({"residual": body})
        else:
            layers.append(self.written("residual", {**common, **own}))
        if named and "when" not in common:
            place.frame.wires[common["name"]] = end
            place.frame.targets[common["name"]] = (state,)
        return end

    def dense_block(self, layers: list[Any], state: State, place: Place) -> State | None:
        random, f = self.random, self.formulas(place.names)
        if place.keep == ALL or place.depth > 2:
            return None
        common = self.common(f, True, 0.05)
        own: dict[str, Any] = {
            "times": random.choice((0, 1, 2, 3))
            if random.random() < 0.6
            else f"min({f.size(3)}, 3)"
        }
        more: dict[str, tuple[str, ...]] = {}
        index = random.choice((None, "i", "k"))
        if index:
            own["as"] = index
            more["rounds"] = (index,)
        named = place.frame.suffix is not None and random.random() < 0.4
        if named:
            common["name"] = self.free(place)
        inner = self.inside(place, SPACE, named, True, "" if named else None, **more)
        body: list[Any] = []
        self.items(body, state._replace(channels=self.fresh()), inner, random.randint(1, 2))
        own["layers"] = body
        place.frame.taken.add("concatenate")
        self.made["dense_block"] += 1
        self.made["formulas"] += f.drawn
        layers.append(self.written("dense_block", {**common, **own}))
        return state._replace(channels=self.fresh())

    # Blocks, wires and shared weights

    def call(self, layers: list[Any], state: State, place: Place) -> State | None:
        random, f = self.random, self.formulas(place.names)
        fitting = [b for b in self.blocks if self._takes(b, state, place)]
        if not fitting:
            return None
        block = random.choice(fitting)
        draws = {
            "sizes": f.size,
            "truths": f.truth,
            "rates": f.rate,
            "words": f.activation,
            "lists": f.sizes,
        }
        own: dict[str, Any] = {
            name: draws[kind]()
            for name, kind in block.kinds.items()
            if name in block.required or random.random() < 0.5
        }
        body = block.body
        common = self.common(f, body.end.kind == state.kind)
        if len(body.inputs) > 1:
            wires = [self.wire_of(state, place) for _ in body.inputs]
            if None in wires:
                return None
            common["from"] = wires
        same = body.end.space == body.state.space
        end = State(
            body.end.kind,
            0 if body.end.kind == "vector" else state.space if same else self.fresh(),
            state.channels if body.end.channels == body.state.channels else self.fresh(),
            state.known,
            state.least if same else 1,
        )
        name = self.name(
            common, place, block.name, end, (state,) * len(body.inputs), "when" not in common
        )
        if name is not None and "when" not in common and place.sure:
            for inner, wire in body.frame.wires.items():
                if wire is not body.state and inner not in body.inputs:
                    place.frame.wires[f"{name}.{inner}"] = State(
                        wire.kind,
                        self.fresh() if wire.kind != "vector" else 0,
                        self.fresh(),
                        state.known,
                        1,
                    )
        self.made["call"] += 1
        self.made["formulas"] += f.drawn
        layers.append(self.written(block.name, {**common, **own}))
        return end

    def _takes(self, block: Called, state: State, place: Place) -> bool:
        start, end = block.body.state, block.body.end
        if start.kind != state.kind or (place.keep and end.kind != state.kind):
            return False
        if place.keep >= SPACE and end.space != start.space:
            return False
        return place.keep < ALL or end.channels == start.channels

    def merge(self, layers: list[Any], state: State, place: Place) -> State | None:
        """A layer that reads several wires."""
        random = self.random
        seen = place.frame.sight()
        alike = [n for n, s in seen.items() if _same(s, state)]
        beside = [n for n, s in seen.items() if s.kind == state.kind and s.space == state.space]
        if len(alike) > 1 and (place.keep == ALL or random.random() < 0.5):
            word = random.choice(MERGES)
            layers.append({word: {"from": random.sample(alike, 2)}})
            end = state
        elif len(beside) > 1 and place.keep < ALL:
            word = "Concatenate"
            layers.append(
                {word: {"from": random.sample(beside, random.randint(2, min(3, len(beside))))}}
            )
            end = state._replace(channels=self.fresh())
        else:
            return None
        place.frame.taken.add(word.lower())
        self.made["merge of wires"] += 1
        return end

    def other(self, layers: list[Any], state: State, place: Place) -> State | None:
        """A layer that reads something else than the one before it."""
        seen = {n: s for n, s in place.frame.sight().items() if s.kind != "tokens"}
        if place.keep > FREE or not seen or not self.wires:
            return None
        name = self.random.choice(sorted(seen))
        start = len(layers)
        end = self.layer(layers, seen[name], place)
        if len(layers) > start + 1 or "from" in str(layers[start]):
            return end
        layers[start] = _with(layers[start], "from", name)
        self.made["from"] += 1
        if isinstance(layers[start], dict) and "when" in next(iter(layers[start].values())):
            return self.joined(layers, end, place)
        return end

    def joined(self, layers: list[Any], state: State, place: Place) -> State:
        """What follows an entry that reads elsewhere, and may not be there: it reads a name."""
        entry = next(iter(layers[-1].values()))
        del entry["when"]
        return state

    def apply(self, layers: list[Any], state: State, place: Place) -> State | None:
        random = self.random
        fitting = [
            (n, reads)
            for n, reads in place.frame.sight(targets=True).items()
            if n in place.frame.sight() and self._again(place.frame.sight()[n], reads, state, place)
        ]
        if not fitting:
            return None
        target, reads = random.choice(fitting)
        own: dict[str, Any] = {"layer": target}
        if len(reads) > 1:
            wires = [self.wire_of(reads[0], place) for _ in reads]
            if None in wires:
                return None
            own["from"] = wires
        end: State = place.frame.sight()[target]
        if place.frame.suffix is not None and random.random() < 0.7:
            own["name"] = self.free(place)
            if place.sure:
                place.frame.wires[own["name"]] = end
        else:
            place.frame.taken.add(target)
        self.made["apply"] += 1
        short = list(own) == ["layer"] and random.random() < 0.5
        layers.append({"apply": target if short else own})
        return end

    def _again(self, end: State, reads: tuple[State, ...], state: State, place: Place) -> bool:
        if not all(_same(r, state) for r in reads):
            return False
        if place.keep and end.kind != state.kind:
            return False
        if place.keep >= SPACE and end.space != state.space:
            return False
        return place.keep < ALL or end.channels == state.channels

    def states(self, layers: list[Any], state: State, place: Place) -> State | None:
        """A recurrent layer with further outputs, and a layer that reads one of them."""
        f = self.formulas(place.names)
        if state.kind != "sequence" or place.keep > FREE or place.frame.suffix is None:
            return None
        name = self.free(place)
        word, outputs = self.random.choice((("LSTM", ("state_h", "state_c")), ("GRU", ("state",))))
        found = {"name": name, "units": f.size(), "return_state": True, "return_sequences": True}
        layers.append({word: found})
        end = state._replace(channels=self.fresh())
        vector = State("vector", 0, end.channels, True)
        place.frame.wires[name] = end
        for output in outputs:
            place.frame.wires[f"{name}.{output}"] = vector
        self.made["several outputs of a layer"] += 1
        self.made["formulas"] += f.drawn
        return end


def _certain(entry: Any) -> bool:
    """Whether an entry makes a layer, whatever the parameters are."""
    word, own = next(iter(entry.items())) if isinstance(entry, dict) else (entry, None)
    return word in layer_types() and (not isinstance(own, dict) or "when" not in own)


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


def _same(one: State, other: State) -> bool:
    return (one.kind, one.space, one.channels) == (other.kind, other.space, other.channels)


def _with(item: Any, key: str, value: Any) -> Any:
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
