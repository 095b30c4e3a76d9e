"""Warnings of what a spec declares."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from archspec.diagnostics.characters import visible
from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.place import Place
from archspec.diagnostics.rules import Finding, apply_rules, rule
from archspec.diagnostics.sink import Sink
from archspec.formulas.asks import is_ask, parse_ask, place_of
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.formulas.templates import Template
from archspec.spec.defaults import Defaults, default_place
from archspec.spec.types import Block, Body, ParallelItem, Parameter, RepeatItem

_MOST_ROUNDS = 100
_MOST_TRIES = 20_000
"""How often conditions are worked out, so that files with very many take no time."""
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
    body: Body
    defaults: Defaults


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
    for block in _own_blocks(spec):
        for name, param in block.params.items():
            if name not in block.names:
                message = f"parameter `{name}` of block `{block.name}` is never used"
                yield Finding(param.place.key(), message)
    inside = frozenset[str]().union(*(block.body.names for block in spec.blocks.values()))
    yield from _unused_lets(spec.body, spec.used | inside)
    for block in _own_blocks(spec):
        given = [output.wire.names for output in block.outputs or ()]
        yield from _unused_lets(block.body, frozenset().union(*given))


def _unused_lets(body: Body, used: Set[str]) -> Iterator[Finding]:
    """Names that a `let` of a body, or of a repeat in it, works out for nothing."""
    bodies = [(body, used)]
    bodies += [(i.body, frozenset()) for i in body.walk() if isinstance(i, RepeatItem)]
    for inner, others in bodies:
        found = frozenset(others).union(*(i.names for i in inner.items)) if inner.lets else others
        for name, template in reversed(inner.lets):
            if name in found:
                found |= template.names
            else:
                place = Place(inner.place.document, (*inner.place.path[:-1], "let", name), "key")
                yield Finding(place, f"`{name}` is worked out, and never used")


def _own_blocks(spec: Declared) -> list[Block]:
    """The blocks that stand in the file itself."""
    document = spec.body.place.document
    return [b for b in spec.blocks.values() if b.place.document is document and b.whole is None]


@rule("AS926")
def idle_construct(spec: Declared) -> Iterator[Finding]:
    """A repeat of no rounds, a parallel of one branch, or a condition that no round fulfils.

    What a parameter decides is not told of, but for a round that is missed by one.
    """
    tries = _MOST_TRIES
    for body in (spec.body, *[block.body for block in _own_blocks(spec)]):
        for item in body.walk():
            if isinstance(item, RepeatItem):
                if _rounds(item) == 0:
                    help = [_left_out(item.place, "write how often, or leave it out")]
                    message = "this `repeat` has no rounds: nothing is made"
                    yield Finding(item.place.key(), message, help=help)
                elif item.index and tries > 0:
                    tries -= 2 * _MOST_ROUNDS
                    yield from _never(item, item.index, spec)
            elif isinstance(item, ParallelItem) and len(item.branches) == 1 and item.merge:
                (branch,) = item.branches
                asked = ["is a branch missing? one alone can stand without `parallel`"]
                message = f"`{branch}` is the only branch of this `{item.word}`"
                yield Finding(item.place.key(), message, help=asked)


def _rounds(item: RepeatItem) -> int | None:
    """How often a repeat goes round, if that is written as a number."""
    if item.times is not None:
        found = None if item.times.names else item.times.value
        return found if type(found) is int else None
    columns = [c.value for c in item.columns.values() if not c.names]
    return len(columns[0]) if columns and isinstance(columns[0], list) else None


def _never(item: RepeatItem, index: str, spec: Declared) -> Iterator[Finding]:
    """Entries of a repeat whose condition is true in none of its rounds."""
    asked = [i for i in item.body.items if i.when is not None and i.when.names == {index}][:1]
    if not asked:
        return
    rounds, written = _rounds(item), True
    if rounds is None and item.times is not None:
        param = spec.params.get(str(getattr(item.times.value, "text", "")).strip())
        rounds, written = (param.default if param else None), False
    if type(rounds) is not int or not 0 < rounds <= _MOST_ROUNDS:
        return
    for inner in asked:
        # With other values of a parameter there are more rounds, but `i == 3` in three of them,
        # which are 0, 1 and 2, is off by one.
        held = [n for n in range(2 * rounds + 2) if _holds(inner.when, {index: n})]
        if (not held or held[0] >= rounds) if written else held == [rounds]:
            message = f"`{inner.word}` is in none of the rounds: they are counted from 0"
            place, help = inner.place.at("when"), list[Fix]()
            if held == [rounds]:
                last = f"{index} == {rounds - 1}"
                help = [replace(f"the last one is `{last}`", place, last)]
            yield Finding(place, f"{message} to {rounds - 1}", help=help)


def _left_out(place: Place, message: str) -> Fix:
    """The fix that takes an entry out of its list."""
    path = place.path if isinstance(place.path[-1], int) else place.path[:-1]
    return remove(message, Place(place.document, path))


def _holds(when: Template | None, values: Mapping[str, int]) -> bool:
    """Whether a condition is fulfilled, or has no value, which is told elsewhere."""
    try:
        return when is None or bool(when.evaluate(values))
    except ExpressionError:
        return True


@rule("AS943")
def idle_default(spec: Declared) -> Iterator[Finding]:
    """A default of `defaults` that no layer of the file has: there is none, or each gives a value."""
    for word, values in spec.defaults.values.items():
        for name in values:
            if (word, name) not in spec.defaults.used:
                at = default_place(spec.body.place, word, name)
                message = f"no {word} of this file has the default of `{name}`"
                alone = at._replace(path=at.path[: 3 if len(values) > 1 else 2], part="value")
                help = (
                    [remove("leave it out", alone)]
                    if len(spec.defaults.values) > 1 or len(values) > 1
                    else []
                )
                yield Finding(at, message, help=help)


@rule("AS906")
def default_like_formula(params: Mapping[str, Parameter]) -> Iterator[Finding]:
    """A default that is text and calculates: it is not worked out, but handed on as text."""
    for param in params.values():
        if type(param.default) is str and _looks_like_formula(param.default, params):
            text = f"the default of `{param.name}` is the text `{visible(param.default)}`"
            yield Finding(param.place, f"{text}, not a formula", help=_derived(param))


def _derived(param: Parameter) -> list[str | Fix]:
    """What makes a formula of the default of a parameter: its name under `let`."""
    at = param.place
    around = Place(at.document, at.path[:-2])
    holder = around.document.at(around.path)
    message = "formulas are worked out where a number is wanted: write it there"
    if not isinstance(holder, dict) or at.path[-2:] != ("params", param.name):
        return [message]
    edits = [Edit(around, {param.name: param.default}, How.ADD, "let")]
    if isinstance(holder.get("let"), dict):
        edits = [Edit(around.at("let"), param.default, How.ADD, param.name)]
    gone = at if len(holder.get("params") or ()) > 1 else around.at("params")
    said = f"`let: {{{param.name}: {visible(param.default)}}}` works it out"
    return [Fix(said, (Edit(gone, how=How.REMOVE), *edits)), message]


@rule("AS944")
def ask_beside_residual(spec: Declared) -> Iterator[Finding]:
    """`channels(input)` in a residual that reads something else than the input of its block."""
    bodies = [spec.body, *[b.body for b in _own_blocks(spec) if b.inputs == ("input",)]]
    for body, reads_input in [(body, True) for body in bodies]:
        yield from _beside(body, reads_input, False)


def _beside(body: Body, reads_input: bool, inside: bool) -> Iterator[Finding]:
    """Findings of a body that begins with the input or not, ``inside`` a residual that does not."""
    if inside:
        for name, template in body.lets:
            place = Place(body.place.document, (*body.place.path[:-1], "let", name))
            yield from _asks_input(template.names, place)
    for number, item in enumerate(body.items):
        first = reads_input and number == 0
        if item.sources is not None:
            first = [source.value for source in item.sources] == ["input"]
        if inside:
            yield from _asks_input(item.asks, item.place)
        if isinstance(item, RepeatItem):
            yield from _beside(item.body, False, inside)
        elif isinstance(item, ParallelItem):
            within = inside or (item.word != "parallel" and not first)
            for branch in item.branches.values():
                yield from _beside(branch, first, within)


def _asks_input(names: Iterable[str], place: Place) -> Iterator[Finding]:
    for name in sorted(filter(is_ask, names)):
        ask = parse_ask(name)
        if ask.wire == "input":
            message = f"`{name}` is that of the block's input, not of what the residual reads"
            help = [
                f"`{ask.function}()` of its first entry is that; a `let` outside says the other"
            ]
            yield Finding(place_of(ask, place), message, help=help)


RULES = (
    unused_block,
    unused_parameter,
    idle_construct,
    idle_default,
    ask_beside_residual,
)
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
        return any(name in params or is_ask(name) for name in names)
    return any(c in "+*/%" for c in text)  # a date is none
