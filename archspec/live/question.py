"""A question about a text, with the answer to that text."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from archspec.infer.infer import ShapedGraph
from archspec.live.answer import Answer
from archspec.live.texts import Texts

Reply = dict[str, Any]
Given = Mapping[str, Any]


class BadQuestion(ValueError):
    """A question that no page asks; says what is wrong with it."""


class Asked(NamedTuple):
    """A question about a text, and the answer to that text."""

    given: Given
    answer: Answer
    sound: Answer | None
    """The answer without errors: this one, or the last that there was."""
    texts: Texts
    show: Callable[[str], str]
    """A path as the page calls it."""

    @property
    def shown(self) -> Answer:
        """The answer whose network is shown: while it has none, the last that was sound."""
        if self.answer.broken and self.sound is not None:
            return self.sound
        return self.answer

    @property
    def stale(self) -> bool:
        """Whether what is shown is of an earlier text."""
        return self.shown is not self.answer

    @property
    def shaped(self) -> ShapedGraph | None:
        """The network that is shown; None for blocks alone, and if there never was a sound one."""
        return self.shown.shaped

    def number(self, name: str, otherwise: int = 1) -> int:
        """A whole number of the question."""
        value = self.given.get(name, otherwise)
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadQuestion(f"`{name}` must be a whole number")
        return value

    def text(self, name: str, otherwise: str = "") -> str:
        """A text of the question."""
        value = self.given.get(name, otherwise)
        if not isinstance(value, str):
            raise BadQuestion(f"`{name}` must be text")
        return value
