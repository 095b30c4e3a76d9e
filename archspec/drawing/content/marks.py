"""Squares with a letter for what is fused into a pill; no two kinds of one network look alike."""

from collections.abc import Iterable
from string import ascii_letters, digits

from archspec.drawing.content.art import Mark
from archspec.drawing.content.pill_text import fused_text
from archspec.drawing.content.words import activation_word, own_activation, title
from archspec.layers import Layer

_LETTERS = {"Sigmoid": "σ", "Tanh": "t", "Swish": "~", "Hard sigmoid": "h", "ReLU6": "6"}
"""What is not marked by the first letter of its name."""
_SAME = {"SiLU": "Swish", "Hard silu": "Hard swish"}
"""Two names of one function."""
_SQUARES = frozenset(("norm", "activation", "dropout"))


class Marks:
    """The marks of a network: the same at every level of detail."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.letters: dict[tuple[str, str], str] = {}
        taken: set[tuple[str, str]] = set()
        seen: set[int] = set()
        for layer in layers:
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            kinds = [_kind(layer)] if layer.family in _SQUARES else []
            if own := own_activation(layer):
                kinds.append(_kind_of_activation(own))
            for family, name, wanted in kinds:
                if (family, name) not in self.letters:
                    choices = (*wanted, *_in_name(name), *ascii_letters, *digits, "?")
                    letter = next((c for c in choices if (family, c) not in taken), "?")
                    self.letters[family, name] = letter
                    taken.add((family, letter))

    def of_layer(self, layer: Layer) -> Mark:
        """The mark of a layer that is fused into another one."""
        family, name, wanted = _kind(layer)
        return Mark(family, self.letters.get((family, name), wanted[0]), fused_text(layer))

    def of_activation(self, layer: Layer) -> Mark | None:
        """The mark of the activation that a layer has as an argument."""
        if own := own_activation(layer):
            family, name, wanted = _kind_of_activation(own)
            letter = self.letters.get((family, name), wanted[0])
            return Mark(family, letter, activation_word(own))
        return None


def _kind(layer: Layer) -> tuple[str, str, str]:
    """Family, name, and the letters that it would have, the best one first."""
    if layer.family == "activation":
        name = fused_text(layer)
        name = _SAME.get(name, name)
        return layer.family, name, _LETTERS.get(name) or title(layer)[0].upper()
    name = type(layer).__name__
    wanted = layer.symbol or name
    return layer.family, name, f"D{wanted}" if "Dropout" in name else wanted.upper()


def _kind_of_activation(value: str) -> tuple[str, str, str]:
    name = _SAME.get(word := activation_word(value), word)
    return "activation", name, _LETTERS.get(name) or name[0].upper()


def _in_name(name: str) -> str:
    return "".join([c for c in name.upper() if c.isalnum()])
