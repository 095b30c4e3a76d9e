"""Warnings of what a spec declares."""

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from archspec.diagnostics.characters import visible
from archspec.diagnostics.rules import Finding, apply_rules, rule
from archspec.diagnostics.sink import Sink
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.spec.types import Block, Parameter

_LONGEST = 200
"""A longer text is none that somebody took for a formula."""


class Declared(NamedTuple):
    """What a spec without errors declares, and what of it is used."""

    blocks: Mapping[str, Block]
    called: Set[str]
    """Names of the blocks that are called."""
    params: Mapping[str, Parameter]
    used: Set[str]
    """Names in the formulas of its layers, inputs and expectations."""


@rule("AS902")
def unused_block(spec: Declared) -> Iterator[Finding]:
    """A block that nothing calls, in a spec that has a network."""
    for name, block in spec.blocks.items():
        if name not in spec.called:
            yield Finding(block.place.key(), f"block `{name}` is never used")


@rule("AS903")
def unused_parameter(spec: Declared) -> Iterator[Finding]:
    """A parameter whose name is in no formula, so that another value changes nothing."""
    for name, param in spec.params.items():
        if name not in spec.used:
            yield Finding(param.place.key(), f"parameter `{name}` is never used")


@rule("AS906")
def default_like_formula(params: Mapping[str, Parameter]) -> Iterator[Finding]:
    """A default that is text and calculates: it is not worked out, but handed on as text."""
    for param in params.values():
        if type(param.default) is str and _looks_like_formula(param.default, params):
            text = f"the default of `{param.name}` is the text `{visible(param.default)}`"
            help = ["formulas are worked out where a number is wanted: write it there"]
            yield Finding(param.place, f"{text}, not a formula", help=help)


RULES = (unused_block, unused_parameter)
"""Rules of a spec as a whole."""
PARAMETER_RULES = (default_like_formula,)
"""Rules of the parameters of a spec or of a block, other files' too, as soon as they are read."""


def lint(spec: Declared, sink: Sink) -> None:
    """Warn of what a spec declares for nothing."""
    apply_rules(RULES, spec, sink)


def lint_parameters(params: Mapping[str, Parameter], sink: Sink) -> None:
    """Warn of parameters whose declaration is probably not meant."""
    apply_rules(PARAMETER_RULES, params, sink)


def _looks_like_formula(text: str, params: Mapping[str, Parameter]) -> bool:
    """Whether a text calculates, with numbers only or with a parameter."""
    if len(text) > _LONGEST or (not any(c in "+-*/%<>(=" for c in text) and " if " not in text):
        return False
    try:
        formula = parse_expression(text)
    except ExpressionError:
        return False
    names = formula.names
    if names:
        return any(name in params for name in names)
    return any(c in "+*/%" for c in text)  # a date is none
