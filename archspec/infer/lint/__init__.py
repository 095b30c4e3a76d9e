"""Warnings and notes of a network whose shapes are right: rules by subject, over one index."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from archspec.diagnostics.rules import Rule, apply_rules
from archspec.diagnostics.sink import Sink
from archspec.infer.infer import ShapedGraph
from archspec.infer.lint.network import Network

_OVER_AXES = (
    *("BatchNormalization", "LayerNormalization", "RMSNormalization", "UnitNormalization"),
    *("GroupNormalization", "Softmax", "Concatenate", "Reshape", "Conv1D"),
)
_OVER_SEQUENCES = (
    *("LSTM", "GRU", "SimpleRNN", "Bidirectional", "TimeDistributed"),
    *("Embedding", "SpectralNormalization", "MultiHeadAttention"),
)
_COLOURS = (1, 3, 4)


def _has_dead_layers(network: Network) -> bool:
    return not all(network.shaped.live)


def _may_have_odd_inputs(network: Network) -> bool:
    """Whether there are several, or one whose channels may come first."""
    inputs = network.graph.inputs.values()
    first = [shape[0] for index in inputs if (shape := network.shape(index))]
    return len(inputs) > 1 or not {*first}.isdisjoint(_COLOURS)


_SUBJECTS: dict[str, Callable[[Network], bool] | None] = {
    "dead_layers": _has_dead_layers,
    "activations": None,
    "linear": None,
    "inputs": _may_have_odd_inputs,
    "outputs": None,
    "idle": None,
    "windows": None,
    "axes": lambda network: network.has(_OVER_AXES),
    "settings": None,
    "sequences": lambda network: network.has(_OVER_SEQUENCES),
    "weights": None,
}
"""Files beside this one, and whether their rules may find something: few networks have all of it."""


def find_rules(network: Network | None = None) -> tuple[Rule[Any], ...]:
    """All rules, or those that may find something in a network."""
    found: list[Rule[Any]] = []
    for name, may_find in _SUBJECTS.items():
        if network is None or may_find is None or may_find(network):
            found += _rules_in(name)
    return tuple(found)


@cache
def _rules_in(name: str) -> tuple[Rule[Any], ...]:
    rules: tuple[Rule[Any], ...] = import_module(f"{__name__}.{name}").RULES
    return rules


def lint(shaped: ShapedGraph, sink: Sink) -> None:
    """Warn of what is allowed in a network but is probably not meant."""
    network = Network(shaped)
    apply_rules(find_rules(network), network, sink)
