"""Names beside parameters: what a `let` works out, and what a block sees of its file."""

from typing import Any

from archspec.diagnostics.sink import REPORTED, Reported
from archspec.expand.evaluate import AskFor, Evaluator, Values
from archspec.formulas.asks import is_ask
from archspec.spec.parameters import check_type
from archspec.spec.read_lets import waiting
from archspec.spec.types import Block, Body, outer, values_outside


def let_values(body: Body, values: Values, ask: AskFor | None, evaluator: Evaluator) -> Values:
    """The values with those of its `let`, of which a later one may use an earlier one.

    What asks for shapes is left out if nothing is there to ``ask``.
    """
    found = values.copy()
    late = waiting(body.lets) if ask is None else ()
    for name, template in body.lets:
        if name in late:
            continue
        place = body.place._replace(path=(*body.place.path[:-1], "let"))
        asked: Values | Reported = {}
        if ask is not None:
            asks = [n for n in template.names if is_ask(n)]
            asked = ask(asks, found, place.at(name)) if asks else {}
        value: Any = REPORTED
        if asked is not REPORTED and template.value is not REPORTED:
            value = evaluator.value(template, {**found, **asked} if asked else found, place, name)
        if value is REPORTED:
            evaluator.some_lost = True
        found[name] = value
    return found


def seen_of_file(block: Block, values: Values, evaluator: Evaluator) -> Values | Reported:
    """What a block sees of its file: each value as a name, and as one that goes on to blocks."""
    if block.given is None:
        found = {n: values[outer(n)] for n in block.module.outer}
    else:
        known = values_outside(values)
        found = {}
        for name, template, place in block.given.params:
            value = evaluator.value(template, known, place)
            param = block.given.declared[name]
            if value is REPORTED or (
                template.names and not check_type(param, value, place, evaluator.sink)
            ):
                return REPORTED
            found[name] = value
        for name, template in block.given.lets:
            found[name] = evaluator.value(template, found, block.place)
    return {**found, **{outer(n): value for n, value in found.items()}}


def values_of_file(body: Body, values: Values) -> list[Any]:
    """The values of its file on which the blocks depend that it may call."""
    names = sorted(body.module.outer)
    if not body.top:
        return [values[outer(n)] for n in names]
    return [values[n] for n in names if n in values]  # those of its `let` follow from others
