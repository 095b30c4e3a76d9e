"""Random formulas for random specs: whatever values the parameters have, the formula has one that fits."""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any, NamedTuple

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear", "gelu", "softmax")


class Names(NamedTuple):
    """What formulas may use in one place, by what it stands for."""

    sizes: tuple[str, ...] = ()
    """Whole numbers above 0."""
    rounds: tuple[str, ...] = ()
    """Whole numbers from 0 on."""
    truths: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()
    """Numbers from 0 to below 1."""
    lists: tuple[str, ...] = ()
    """Lists of one to three sizes."""
    words: tuple[str, ...] = ()
    """Names of activations."""
    asks: tuple[str, ...] = ()
    """Wires whose channels may be asked for; an empty one is what is read."""

    def plus(self, **more: tuple[str, ...]) -> "Names":
        """With further names, which hide those of the same name."""
        new = {name for names in more.values() for name in names}
        kept = {k: tuple(n for n in v if n not in new) for k, v in self._asdict().items()}
        return Names(**{k: kept[k] + more.get(k, ()) for k in kept})


class Formulas:
    """Draws formulas with some names; counts those that have one."""

    def __init__(self, random: Random, names: Names, share: float = 0.5) -> None:
        self.random = random
        self.names = names
        self.share = share
        self.drawn = 0

    def size(self, most: int = 5) -> Any:
        """A whole number above 0, or a formula for one."""
        names, k = self.names, self.random.randint(1, most)
        forms = [str(k), f"{k} + {self.random.randint(0, 2)}"]
        for n in names.sizes:
            forms += [n, n, f"{n} + {k}", f"2*{n}", f"max({n}, {k})", f"{n} // 2 + 1"]
            forms += [f"round({n}/2) + 1", f"abs(-{n})", f"min({n}, {k})", f"ceil({n}*1.5)"]
            forms += [f"make_divisible({n}, 4)", f"{n} ** 2 % 3 + 1", f"({n} + 1)*2/2"]
            forms += [f"{n} if {c} else {k}" for c in names.truths]
            forms += [f"floor({n}*{r}) + 1" for r in names.rates]
        for i in names.rounds:
            forms += [f"{k} + {i}", f"{k}*({i} + 1)", f"{k} if {i} == 0 else {k + 1}"]
            forms += [f"{n}[{i} % len({n})]" for n in names.lists]
        for n in names.lists:
            forms += [f"{n}[0]", f"{n}[-1]", f"sum({n})", f"len({n})", f"max({n})"]
        forms += self._of_channels("{} % 5 + 1", f"min({{}}, {k})", "max({}//2, 1) % 9 + 1")
        return self._one(k, forms)

    def truth(self) -> Any:
        """A truth value, or a formula for one."""
        names, k = self.names, self.random.randint(1, 4)
        forms = ["true", "not false", "1 < 2"]
        for n in names.truths:
            forms += [n, n, f"not {n}", f"{n} or {k} > 2", f"{n} and true", f"{n} == true"]
        for n in names.sizes:
            forms += [f"{n} > {k}", f"{n} % 2 == 0", f"1 <= {n} < {k}", f"{n} in [1, 2, {k}]"]
            forms += [f"{c} and {n} != {k}" for c in names.truths]
        forms += [f"{i} {op} {k - 1}" for i in names.rounds for op in ("==", ">", "!=")]
        forms += [f"len({n}) > 1" for n in names.lists]
        forms += [f'{n} == "relu"' for n in names.words]
        forms += self._of_channels("{} > 2", f"{{}} % 2 == 0 or {k} > 2")
        return self._one(self.random.random() < 0.5, forms)

    def rate(self) -> Any:
        """A number from 0 to below 1, or a formula for one."""
        forms = ["1/4", "0.5"]
        for n in self.names.rates:
            forms += [n, n, f"{n}/2", f"min({n}, 0.5)"]
            forms += [f"{n} if {c} else 0.25" for c in self.names.truths]
        forms += [f"1/(1 + {n})" for n in self.names.sizes]
        return self._one(self.random.choice((0.0, 0.1, 0.25, 0.5)), forms)

    def activation(self) -> Any:
        """The name of an activation, or a parameter that has one."""
        forms = [f for n in self.names.words for f in (f"${n}", f"${{{n}}}", f"$({n})")]
        a, b = self.random.sample(ACTIVATIONS, 2)
        forms += [f"$({a} if {c} else '{b}')" for c in self.names.truths]
        forms += [f"$([{a}, {b}][{i} % 2])" for i in self.names.rounds]
        forms += [f"$({a} if {n} > 2 else {m})" for n in self.names.sizes for m in self.names.words]
        forms += self._of_channels(f"$({a} if {{}} > {len(a)} else {b})")
        return self._one(self.random.choice(ACTIVATIONS), forms)

    def sizes(self) -> Any:
        """A list of sizes, or a parameter or a formula that is one."""
        plain = [self.random.randint(1, 4) for _ in range(self.random.randint(1, 3))]
        return self._one(plain, [f for n in self.names.lists for f in (n, n)])

    def derived(self, taken: Iterable[str] = ()) -> tuple[dict[str, Any], Names]:
        """Names under `let`, none of those that are taken, and all names with them."""
        found: dict[str, Any] = {}
        f = self
        for kind, name in (
            ("sizes", "hidden"),
            ("truths", "odd"),
            ("words", "how_"),
            ("sizes", "twice"),
        ):
            if name not in taken and self.random.random() < 0.4:
                value = f.by_kind()[kind]()
                found[name] = value.strip("${}") if kind == "words" else value
                more: dict[str, tuple[str, ...]] = {kind: (name,)}
                f = Formulas(self.random, f.names.plus(**more), self.share)
        return found, f.names

    def by_kind(self) -> dict[str, Callable[[], Any]]:
        """What draws a value for each kind of name."""
        return {
            "sizes": self.size,
            "truths": self.truth,
            "rates": self.rate,
            "words": self.activation,
            "lists": self.sizes,
        }

    def _of_channels(self, *forms: str) -> list[str]:
        """Formulas that ask for channels."""
        return [form.format(f"channels({wire})") for wire in self.names.asks for form in forms]

    def _one(self, plain: Any, forms: list[str]) -> Any:
        if forms and self.random.random() < self.share:
            self.drawn += 1
            return self.random.choice(forms)
        return plain
