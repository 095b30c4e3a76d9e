"""Values of arguments while a network is folded: plain ones, and formulas of one name."""

from typing import Any, NamedTuple

CHANNELS, INPUT_CHANNELS = "channels()", "channels(input)"


class Scaled(NamedTuple):
    """A formula: ``times*base//over + plus`` of a parameter, a column or a number of channels."""

    base: str
    times: int = 1
    over: int = 1
    plus: int = 0

    @property
    def text(self) -> str:
        found = f"{self.times}*{self.base}" if self.times > 1 else self.base
        found = f"{found}//{self.over}" if self.over > 1 else found
        return f"{found} {'+' if self.plus > 0 else '-'} {abs(self.plus)}" if self.plus else found

    @property
    def is_open(self) -> bool:
        """Whether it has the name of a parameter or column, which only its own body knows."""
        return self.base not in (CHANNELS, INPUT_CHANNELS)

    @property
    def is_name(self) -> bool:
        """Whether it is the name alone."""
        return self.times == self.over == 1 and not self.plus

    def of(self, value: Any) -> Any:
        """What it is if its base has a value; None if that cannot be said."""
        if self.is_name:
            return value
        if type(value) is int:
            return value * self.times // self.over + self.plus
        if not isinstance(value, Scaled) or value.plus:
            return None
        if value.is_name:
            return self._replace(base=value.base)
        if value.over == 1 and self.over == 1:
            return Scaled(value.base, value.times * self.times, 1, self.plus)
        if value.times == 1 and self.times == 1:
            return Scaled(value.base, 1, value.over * self.over, self.plus)
        times, over = value.times * self.times, value.over * self.over
        if value.over == 1 and times % over == 0:  # first multiplied: nothing is lost
            return Scaled(value.base, times // over, 1, self.plus)
        return None


def plain_key(value: Any) -> Any:
    """A value as a key: equal for equal ones; 1, 1.0 and True differ."""
    if isinstance(value, Scaled):
        return value
    if isinstance(value, list | tuple):
        return ("list", *map(plain_key, value))
    if isinstance(value, dict):
        return ("map", *sorted((name, plain_key(inner)) for name, inner in value.items()))
    return (type(value).__name__, value)


def put_in(value: Any, known: dict[str, Any]) -> Any:
    """A value with others for the names in it.

    Raises:
        ValueError: it cannot be said then.
    """
    if isinstance(value, Scaled):
        if value.base not in known:
            return value
        found = value.of(known[value.base])
        if found is None:
            raise ValueError(f"{value.text} of {known[value.base]}")
        return found
    if isinstance(value, list):
        return [put_in(inner, known) for inner in value]
    if isinstance(value, dict):
        return {name: put_in(inner, known) for name, inner in value.items()}
    return value


def size(value: Any) -> int:
    """How much a value takes to read, in words."""
    if isinstance(value, Scaled):
        return 1
    if isinstance(value, list):
        return sum(map(size, value))
    if isinstance(value, dict):
        return sum(1 + size(inner) for inner in value.values())
    return 1


class Chosen(NamedTuple):
    """A formula: one value where another name has a certain value, and else another one."""

    base: str
    at: Any
    then: Any
    otherwise: Any

    @property
    def text(self) -> str:
        return f"{as_term(self.then)} if {self.condition} else {as_term(self.otherwise)}"

    @property
    def condition(self) -> str:
        """Where it is the first value."""
        return f"{self.base} == {as_term(self.at)}"


class When(NamedTuple):
    """A layer that stands where another name has a certain value: ``when: strides == 2``."""

    base: str
    at: Any
    then: Any
    otherwise: Any = None

    @property
    def condition(self) -> str:
        """Where it stands."""
        return self.base if self.at is True else f"{self.base} == {as_term(self.at)}"


class Either(NamedTuple):
    """One layer where another name is true, and else another one, each as ``{word: arguments}``."""

    base: str
    at: Any
    then: dict[str, Any]
    otherwise: dict[str, Any]

    @property
    def condition(self) -> str:
        """Where it is the first one."""
        return self.base


Formula = Scaled | Chosen
"""What is written as the text of a formula."""
Choice = Chosen | When | Either
"""What depends on a parameter or a column."""


def asks(value: Any) -> bool:
    """Whether a value asks for channels, so that it means something where it stands only."""
    if isinstance(value, Scaled):
        return not value.is_open
    return isinstance(value, list) and any(asks(inner) for inner in value)


def is_open(value: Any) -> bool:
    """Whether a value has names in it that only its own body knows."""
    if isinstance(value, Choice):
        return True
    if isinstance(value, Scaled):
        return value.is_open
    if isinstance(value, list):
        return any(is_open(inner) for inner in value)
    if isinstance(value, dict):
        return any(is_open(inner) for inner in value.values())
    return False


def as_term(value: Any) -> str:
    """A value in a formula: words are text there."""
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) and not value.isidentifier() else str(value)
