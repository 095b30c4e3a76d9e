"""Random lists of layers: those of networks and of blocks; calls, wires, shared weights."""

from typing import Any

from archspec.layers import layer_types
from tests.random_constructs import Constructs
from tests.random_entries import ALL, FREE, KIND, SPACE, Body, Called, Frame, Place, same, with_key
from tests.random_formulas import Names
from tests.random_items import MERGES, State


class Bodies(Constructs):
    """Draws lists of layers."""

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
                frame.taken.add("identity")
            if len(inputs) > 1:
                layers[start] = with_key(layers[start], "from", name)
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

    def item(self, layers: list[Any], state: State, place: Place) -> State:
        """Add an entry, or a few that belong together."""
        chance = self.random.random()
        if state.kind != "tokens" and chance < 0.45:
            draw = self.random.choice(
                (self.repeat, self.repeat, self.parallel, self.residual, self.dense_block)
                + (self.call,) * 4
                + (
                    self.wrapped,
                    self.wrapped,
                    self.merge,
                    self.apply,
                    self.apply,
                    self.states,
                    self.other,
                )
            )
            found = draw(layers, state, place)
            if found is not None:
                return found
        return self.layer(layers, state, place)

    def call(self, layers: list[Any], state: State, place: Place) -> State | None:
        random, f = self.random, self.formulas(place.names)
        fitting = [b for b in self.blocks if self._takes(b, state, place)]
        if not fitting:
            return None
        block = random.choice(fitting)
        draws = f.by_kind()
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
            if random.random() < 0.85:
                self.made["roles"] += 1
                pairs = list(zip(body.inputs, wires, strict=True))
                common["from"] = dict(random.sample(pairs, len(pairs)))
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

    def wrapped(self, layers: list[Any], state: State, place: Place) -> State | None:
        """A block, for each step."""
        random, f = self.random, self.formulas(place.names)
        step = {"sequence": "vector", "image": "sequence", "video": "image"}.get(state.kind)
        around = {"vector": "sequence", "sequence": "image", "image": "video"}
        inner = state._replace(kind=step or "")
        fitting = [
            b
            for b in self.blocks
            if len(b.body.inputs) == 1
            and b.body.end.kind in around
            and self._takes(b, inner, place)
        ]
        if not fitting:
            return None
        block = random.choice(fitting)
        draws = f.by_kind()
        own = {n: draws[kind]() for n, kind in block.kinds.items() if n in block.required}
        start, last = block.body.state, block.body.end
        kind = around[last.kind]
        kept = kind == state.kind and last.space == start.space
        end = State(
            kind,
            state.space if kept else self.fresh(),
            state.channels if last.channels == start.channels else self.fresh(),
            state.known,
            state.least if kept else 1,
        )
        common = self.common(f, kind == state.kind)
        self.name(common, place, "time_distributed", end, (state,), "when" not in common)
        self.made["a block in a wrapper"] += 1
        layer: Any = {block.name: own} if own else block.name
        layers.append(self.written("TimeDistributed", {**common, "layer": layer}))
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
        alike = [n for n, s in seen.items() if same(s, state)]
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
        layers[start] = with_key(layers[start], "from", name)
        self.made["from"] += 1
        if isinstance(layers[start], dict) and "when" in next(iter(layers[start].values())):
            del next(iter(layers[start].values()))["when"]  # what follows reads it
        return end

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
        if not all(same(r, state) for r in reads):
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
