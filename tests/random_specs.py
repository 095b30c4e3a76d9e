"""Random sound specs: blocks, parameters, conditions, formulas, tables, files that use each other.

Everything is drawn from a ``random.Random``. What is read by what is kept track of, so that nearly
every spec is sound whatever its parameters are; ``made`` counts the constructs in it.
"""

import json
from collections import Counter
from random import Random
from typing import Any, NamedTuple

import yaml

from tests.random_bodies import Bodies
from tests.random_entries import Called
from tests.random_formulas import ACTIVATIONS, Formulas, Names
from tests.random_items import State
from tests.random_layer_specs import draw_layer_spec

TITLES = (
    "A net",
    "Größe: 2 # x",
    "\"quoted\" 'title' {x}",
    "$n and ${m}",
    "two\nlines",
    "日本 🙂 \\n",
    " é ",
)
NETS = (
    "net",
    "my-net",
    "keras",
    "größe",
    "layers",
    "1st",
    "a_b",
    "x",
    "numbered",
    "class",
    "model",
)
_PARAMETERS = {
    "sizes": ("n", "width", "filters", "größe", "x", "layers", "keras", "inputs", "_n", "match"),
    "truths": ("top", "deep", "use_it", "True_"),
    "rates": ("rate", "r", "alpha"),
    "lists": ("depths", "many", "type"),
    "words": ("act", "how"),
}


class RandomSpec(NamedTuple):
    """A spec, perhaps of several files."""

    files: dict[str, str]
    """Texts by the name of the file; the first is the spec."""
    values: dict[str, Any]
    """Other values for its parameters, as `--set` gives them."""
    made: Counter[str]
    """How often each construct stands in it."""

    @property
    def path(self) -> str:
        """The name of the file that is the spec."""
        return next(iter(self.files))


def draw_spec(random: Random) -> RandomSpec:
    """A random spec."""
    if random.random() < 0.15:
        made: Counter[str] = Counter()
        data = draw_layer_spec(random, made)
        return RandomSpec({"net.json": json.dumps(data)}, {}, made)
    return _Files(random).spec()


class _Files:
    """The files of one spec while they are drawn."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.made: Counter[str] = Counter()
        self.files: dict[str, Any] = {}
        self.bodies = Bodies(random, self.made)

    def spec(self) -> RandomSpec:
        random = self.random
        network, params = self.network(whole=False)
        values = {}
        if params and random.random() < 0.2:
            self.made["--set"] += 1
            values = self.other_values(params)
        if random.random() < 0.12:
            self.made["extends"] += 1
            base = self.file_name("base")
            self.files[base] = network
            network = {"archspec": 1, "extends": base, **self.texts()}
            if params and random.random() < 0.8:
                network["params"] = self.other_values(params)
        files = {self.file_name("net"): network, **self.files}
        texts = {name: self.text(name, self.shortened(value)) for name, value in files.items()}
        return RandomSpec(texts, values, self.made)

    def shortened(self, value: Any) -> Any:
        """The same spec, with some of the wrappers that have nothing but a layer as `{LSTM: …}`."""
        if isinstance(value, list):
            return [self.shortened(v) for v in value]
        if not isinstance(value, dict):
            return value
        found = {n: self.shortened(v) for n, v in value.items()}
        for word in ("Bidirectional", "SpectralNormalization", "TimeDistributed"):
            held: Any = found.get(word)
            alone = isinstance(held, dict) and held.keys() == {"layer"} and len(found) == 1
            if alone and isinstance(held["layer"], dict) and self.random.random() < 0.5:
                self.made["a layer alone in a wrapper"] += 1
                found[word] = held["layer"]
        return found

    def file_name(self, stem: str) -> str:
        ending = self.random.choice((".yaml", ".yaml", ".json"))
        return f"{stem}{len(self.files)}{ending}"

    def text(self, name: str, value: Any) -> str:
        if name.endswith(".json"):
            return json.dumps(value, ensure_ascii=self.random.random() < 0.5, indent=1)
        wide = self.random.choice((80, 1000))
        style = self.random.choice((None, None, True))
        dumped: str = yaml.safe_dump(
            value, sort_keys=False, allow_unicode=True, width=wide, default_flow_style=style
        )
        return dumped

    def texts(self) -> dict[str, Any]:
        found = {}
        for key, texts in (("name", NETS), ("title", TITLES), ("description", TITLES)):
            if self.random.random() < 0.3:
                found[key] = self.random.choice(texts)
        return found

    # Parameters

    def parameters(self, most: int) -> tuple[dict[str, Any], Names]:
        """Parameters with plain values, and what they are in formulas."""
        random = self.random
        values: dict[str, Any] = {}
        names: dict[str, tuple[str, ...]] = {}
        for _ in range(random.randint(0, most)):
            kind = random.choice(("sizes", "sizes", "truths", "rates", "lists", "words"))
            name = random.choice(_PARAMETERS[kind])
            if name not in values:
                values[name] = self.value(kind)
                names[kind] = (*names.get(kind, ()), name)
        return values, Names(**names)

    def value(self, kind: str) -> Any:
        """A plain value of a kind."""
        plain = Formulas(self.random, Names(), 0)
        draw: dict[str, Any] = {"sizes": plain.size, "truths": plain.truth, "lists": plain.sizes}
        if kind == "rates":
            return self.random.choice((0.0, 0.125, 0.25, 0.5))
        return self.random.choice(ACTIVATIONS) if kind == "words" else draw[kind]()

    def other_values(self, params: dict[str, Any]) -> dict[str, Any]:
        kinds = {name: kind for kind, names in _PARAMETERS.items() for name in names}
        chosen = self.random.sample(sorted(params), self.random.randint(1, len(params)))
        return {name: self.value(kinds[name]) for name in chosen}

    # Networks and blocks

    def network(self, whole: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """A network and its parameters; ``whole`` if it is to be used as a block."""
        random = self.random
        params, names = self.parameters(4)
        blocks, use = self.blocks(not whole, names)
        found: dict[str, Any] = {"archspec": 1, **self.texts()}
        if params:
            found["params"] = params
        if use:
            found["use"] = use
        own = {b.name: b.data for b in blocks if b.data is not None}
        if own:
            found["blocks"] = own
        let, names = Formulas(random, names).derived() if random.random() < 0.3 else ({}, names)
        if let:
            self.made["let"] += 1
            found["let"] = let
        if random.random() < 0.2:
            self.made["defaults"] += 1
            found["defaults"] = self.defaults()
        formulas = Formulas(random, names)
        count = 1 if whole else random.choice((1, 1, 1, 2, 2, 3))
        inputs = {
            f"{random.choice(self.bodies.inputs)}{n}": self.input(formulas, whole)
            for n in range(count)
        }
        if count == 1 and random.random() < 0.8:
            inputs = {"input": next(iter(inputs.values()))}
            found["input"] = inputs["input"][0]
        else:
            self.made["inputs"] += 1
            found["inputs"] = {n: v for n, (v, _) in inputs.items()}
        states = {n: s for n, (_, s) in inputs.items()}
        self.bodies.blocks = blocks
        layers, outputs = self.bodies.network(states, names)
        found["layers"] = layers
        if outputs:
            self.made["outputs"] += 1
            found["outputs"] = outputs if len(outputs) > 1 or random.random() < 0.5 else outputs[0]
        self.made["formulas"] += formulas.drawn
        return found, params

    def defaults(self) -> dict[str, Any]:
        """Defaults that change no sizes."""
        random = self.random
        values = {"use_bias": "not true", "kernel_initializer": "he_normal", "activation": "tanh"}
        words = random.sample(("Dense", "Conv1D", "Conv2D", "LSTM"), random.randint(1, 3))
        return {w: dict(random.sample(sorted(values.items()), random.randint(1, 2))) for w in words}

    def input(self, f: Formulas, whole: bool) -> tuple[Any, State]:
        """An input as it is written, and its state."""
        random = self.random
        kind = random.choice(("vector", "sequence", "image", "image", "video", "tokens"))
        rank = {"vector": 0, "tokens": 1, "sequence": 1, "image": 2, "video": 3}[kind]
        least = random.randint(2, 8)
        known = random.random() < 0.85 or rank == 0
        sizes: list[Any] = [least + random.randint(0, 2) for _ in range(rank)]
        if not known:
            self.made["sizes of null"] += 1
            sizes[random.randrange(rank)] = None
        if known and rank and random.random() < 0.15:
            sizes[0] = f"{f.size()} + {least}" if isinstance(f.size(), int) else least
        channels = [] if kind == "tokens" else [f.size()]
        shape: Any = [*sizes, *channels]
        space = 0 if kind == "vector" else self.bodies.fresh()
        state = State(kind, space, self.bodies.fresh(), known, 1 if whole or not known else least)
        dtype = {"tokens": ("int32", "int64", "uint8")}.get(kind, ("float32", "float64", "float16"))
        if kind == "tokens" or random.random() < 0.1:
            self.made["dtype"] += 1
            return {"shape": shape, "dtype": random.choice(dtype)}, state
        return ({"shape": shape} if random.random() < 0.1 else shape), state

    def blocks(self, deep: bool, around: Names) -> tuple[list[Called], dict[str, str]]:
        """Blocks, some of them in other files, and the names of those files.

        Blocks of the file itself may see the names ``around`` them.
        """
        random = self.random
        found: list[Called] = []
        use: dict[str, str] = {}
        for number in range(random.choice((0, 0, 1, 2, 3))):
            name = random.choice(self.bodies.callees) + str(number)
            self.made["blocks"] += 1
            if deep and random.random() < 0.2:
                block = self.used_network(name, use)
            else:
                self.bodies.blocks = found if deep else []
                sees = random.random() < 0.3
                block = self.block(name, around if sees else Names())
                if sees:
                    self.made["names of the file in a block"] += 1
                calls = json.dumps(block.data, ensure_ascii=False)
                if (
                    deep
                    and not sees
                    and random.random() < 0.2
                    and not any(f'"{b.name}"' in calls for b in found)
                ):
                    use[name] = self.file_name("library")
                    self.files[use[name]] = {"archspec": 1, "blocks": {name: block.data}}
                    block = block._replace(data=None)
                    self.made["use of a block"] += 1
            found.append(block)
        return found, use

    def block(self, name: str, around: Names) -> Called:
        random = self.random
        params, names = self.parameters(3)
        types = {
            "sizes": "int",
            "truths": "bool",
            "rates": "float",
            "lists": "list",
            "words": "str",
        }
        kinds = {n: kind for kind, found in names._asdict().items() for n in found}
        given = {n for n in params if random.random() < 0.5}
        declared = {n: types[kinds[n]] if n in given else v for n, v in params.items()}
        data: dict[str, Any] = {"params": declared} if declared else {}
        names = around.plus(**names._asdict())
        if random.random() < 0.25:
            let, names = Formulas(random, names).derived(params)
            if let:
                self.made["let"] += 1
                data["let"] = let
        body = self.bodies.block(names)
        if body.inputs != ["input"]:
            data["inputs"] = body.inputs if len(body.inputs) > 1 else body.inputs[0]
        if random.random() < 0.2:
            data["title"] = random.choice(TITLES)
        data["layers"] = body.layers
        if random.random() < 0.2:
            self.made["outputs of a block"] += 1
            body.layers.append({"Identity": {"name": "final"}})
            data["outputs"] = random.choice(("final", ["final"], {"given": "final"}))
            if isinstance(data["outputs"], dict):
                body.frame.wires["given"] = body.end
        return Called(name, data, kinds, given, body)

    def used_network(self, name: str, use: dict[str, str]) -> Called:
        """A network in a file of its own that becomes a block."""
        self.made["use of a network"] += 1
        before = self.bodies.blocks
        self.bodies.blocks = []
        params, names = self.parameters(3)
        kinds = {n: kind for kind, found in names._asdict().items() for n in found}
        body = self.bodies.block(names, inputs=["input"])
        rank = {"vector": 0, "sequence": 1, "image": 2, "video": 3}[body.state.kind]
        data: dict[str, Any] = {"archspec": 1, **self.texts()}
        if params:
            data["params"] = params
        data |= {"input": [6] * rank + [3], "layers": body.layers}
        use[name] = self.file_name("other")
        self.files[use[name]] = data
        self.bodies.blocks = before
        return Called(name, None, kinds, set(), body)
