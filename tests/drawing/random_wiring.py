"""Random networks of layers that are wired every which way, in blocks, repeats and branches."""

from random import Random
from typing import Any

Entry = dict[str, Any]


class Wires:
    """A network whose layers all give 8×8×4, so that any of them reads any other."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0
        self.nameless = False
        self.blocks: Entry = {}
        self.names = ["input"]
        """What may be read where the network is now."""

    def spec(self) -> Entry:
        layers = self.body(0, self.random.randint(2, 7))
        data: Entry = {"archspec": 1, "name": "net", "input": [8, 8, 4], "layers": layers}
        if self.blocks:
            data["blocks"] = self.blocks
        if self.random.random() < 0.3:
            data["outputs"] = self.random.sample(self.names, min(len(self.names), 2))
        return data

    def name(self) -> str:
        self.count += 1
        return "v" + "".join(chr(ord("a") + int(digit)) for digit in str(self.count))

    def body(self, depth: int, size: int) -> list[Entry]:
        return [entry for _ in range(size) for entry in self.part(depth)]

    def part(self, depth: int) -> list[Entry]:
        kinds = ["layer", "layer", "layer", "merge", "merge", "joined"]
        if depth < 3:
            kinds += ["parallel", "residual", "repeat", "repeat", "call", "call"]
        kind = self.random.choice(kinds)
        made: list[Entry] = getattr(self, kind)(depth)
        return made

    def sources(self, count: int) -> list[str]:
        near = self.names[-4:] if self.random.random() < 0.7 else self.names
        return [self.random.choice(near) for _ in range(count)]

    def layer(self, depth: int) -> list[Entry]:
        choices: list[tuple[str, Entry]] = [
            ("Conv2D", {"filters": 4, "kernel_size": 1}),
            ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same", "groups": 2}),
            ("Conv2D", {"filters": 4, "kernel_size": 1, "activation": "sigmoid"}),
            ("Conv2D", {"filters": 4, "kernel_size": 1, "activation": "tanh"}),
            ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "dilation_rate": 2}),
            ("BatchNormalization", {}),
            ("Activation", {"activation": self.random.choice(["relu", "swish", "tanh"])}),
            ("Dropout", {"rate": 0.5}),
        ]
        word, arguments = self.random.choice(choices)
        entry = dict(arguments)
        if self.random.random() < 0.25:
            entry["from"] = self.sources(1)[0]
        return [self.named(word, entry)]

    def named(self, word: str, arguments: Entry) -> Entry:
        if not self.nameless and self.random.random() < 0.5:
            arguments["name"] = self.name()
            self.names.append(arguments["name"])
        return {word: arguments}

    def fresh(self, depth: int) -> tuple[list[Entry], str]:
        """A layer, and the name by which to read it; the last one that has a name, if none may."""
        made = self.layer(depth)
        arguments = next(iter(made[0].values()))
        if not self.nameless and "name" not in arguments:
            arguments["name"] = self.name()
            self.names.append(arguments["name"])
        return made, self.names[-1]

    def merge(self, depth: int) -> list[Entry]:
        word = self.random.choice(["Add", "Multiply", "Maximum", "Average"])
        made, last = self.fresh(depth)
        return [*made, self.named(word, {"from": [last, *self.sources(self.random.randint(1, 2))]})]

    def joined(self, depth: int) -> list[Entry]:
        made, last = self.fresh(depth)
        others = self.sources(self.random.randint(1, 3))
        if self.random.random() < 0.2:
            others = [last] * 2
        join = {"Concatenate": {"from": [last, *others]}}
        return [*made, join, self.named("Conv2D", {"filters": 4, "kernel_size": 1})]

    def parallel(self, depth: int) -> list[Entry]:
        before = list(self.names)
        branches: Entry = {}
        for number in range(self.random.choice([2, 2, 3, 4, 6, 9])):
            self.names = list(before)
            branches[f"b{number}"] = self.body(depth + 2, self.random.randint(1, 2))
        self.names = before
        arguments: Entry = {"branches": branches}
        if not self.nameless and self.random.random() < 0.3:
            arguments["name"] = self.name()
        return [{"parallel": arguments}, self.named("Conv2D", {"filters": 4, "kernel_size": 1})]

    def call(self, depth: int) -> list[Entry]:
        """A call of a block with one input or two."""
        word = f"block_{self.random.choice('abc')}"
        if word not in self.blocks:
            before, nameless, blocks = self.names, self.nameless, dict(self.blocks)
            inputs = self.random.choice([["x"], ["x", "y"]])
            self.names, self.nameless = list(inputs), False
            first = {"Conv2D": {"from": "x", "filters": 4, "kernel_size": 1}}
            body = [first, *self.body(3, self.random.randint(1, 5))]
            self.names, self.nameless, self.blocks = before, nameless, blocks
            self.blocks[word] = {"inputs": inputs, "layers": body}
        arguments: Entry = {"from": self.sources(len(self.blocks[word]["inputs"]))}
        return [self.named(word, arguments)]

    def residual(self, depth: int) -> list[Entry]:
        before = list(self.names)
        arguments: Entry = {"layers": self.body(depth + 1, self.random.randint(1, 3))}
        self.names = before
        return [{"residual": arguments}]

    def repeat(self, depth: int) -> list[Entry]:
        before, nameless = list(self.names), self.nameless
        arguments: Entry = {"times": self.random.randint(1, 4)}
        # Without a name of its own, a repeat would have each name in it several times.
        self.nameless = nameless or self.random.random() < 0.5
        layers = self.body(depth + 1, self.random.randint(1, 4))
        inner = [name for name in self.names if name not in before]
        self.names = before
        if not self.nameless:
            arguments["name"] = self.name()
            self.names += [f"{arguments['name']}1.{name}" for name in inner]
        self.nameless = nameless
        return [{"repeat": {**arguments, "layers": layers}}]
