"""Constructs of random lists of layers: repeat, parallel, residual, dense_block."""

from typing import Any

from tests.random_entries import ALL, KIND, SPACE, Entries, Frame, Place
from tests.random_formulas import Formulas
from tests.random_items import MERGES, State


class Constructs(Entries):
    """Draws constructs; None where there can be none."""

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
            if random.random() < 0.4:
                self.made["rows"] += 1
                own["rows"] = [list(row) for row in zip(*own["for"].values(), strict=True)]
                own["for"] = list(own["for"])
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
                random.choice((f"{around}_${{{index}}}", f"{around}_$({index} + 1)"))
                if around is not None and index and index not in place.names.rounds
                else None
            )
        inner = self.inside(place, keep, named, True, suffix, **more)
        if random.random() < 0.25:
            f_let = self.formulas(inner.names.plus(asks=("",) if random.random() < 0.5 else ()))
            let, names = f_let.derived((*own.get("for", ()), index or ""))
            names = names._replace(asks=())
            if let:
                self.made["let"] += 1
                own["let"], inner = let, inner._replace(names=names)
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
        layers.append(self.written("repeat", {**common, **own}))
        return after

    def table(self, f: Formulas) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
        """The columns of a repeat, and what they are in formulas."""
        random = self.random
        rows = random.randint(1, 3)
        columns: dict[str, Any] = {}
        more: dict[str, tuple[str, ...]] = {}
        draws = f.by_kind()
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
        if random.random() < 0.2:
            self.made["skip"] += 1
            own["skip"] = self.formulas(place.names.plus(asks=("",))).truth()
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
