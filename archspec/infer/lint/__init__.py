"""Warnings and notes of a network whose shapes are right: rules by subject, over one index."""

from archspec.diagnostics.rules import apply_rules
from archspec.diagnostics.sink import Sink
from archspec.infer.infer import ShapedGraph
from archspec.infer.lint import (
    activations,
    axes,
    dead_layers,
    idle,
    inputs,
    linear,
    outputs,
    settings,
    weights,
    windows,
)
from archspec.infer.lint.network import Network

RULES = (
    *dead_layers.RULES,
    *activations.RULES,
    *linear.RULES,
    *inputs.RULES,
    *outputs.RULES,
    *idle.RULES,
    *windows.RULES,
    *axes.RULES,
    *settings.RULES,
    *weights.RULES,
)


def lint(shaped: ShapedGraph, sink: Sink) -> None:
    """Warn of what is allowed in a network but is probably not meant."""
    apply_rules(RULES, Network(shaped), sink)
