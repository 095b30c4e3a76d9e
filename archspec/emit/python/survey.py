"""What can be seen in a body before it is written: parameters, wires, names that are counted."""

import re
from typing import Any

from archspec.emit.python.formulas import Names, render
from archspec.emit.python.naming import Count, UnstructuredError
from archspec.emit.python.text import Code
from archspec.formulas.asks import is_ask, parse_ask
from archspec.formulas.templates import Template, Text
from archspec.spec.types import (
    Body,
    CallItem,
    Item,
    LayerItem,
    ParallelItem,
    RepeatItem,
    bodies_of,
)


def some(body: Body, names: Names) -> bool:
    """Whether anything of a body is certain or possible."""
    return any(
        i.when is None or _asks(i.when) or render(i.when, names) is not False for i in body.items
    )


def _asks(template: Template) -> bool:
    """Whether a shape decides, which is known only where the source runs."""
    return any(map(is_ask, template.names))


def labelled(body: Body, names: Names) -> bool:
    """Whether a branch with a label has its label among the names: not if nothing is in it.

    Raises:
        UnstructuredError: that depends on a parameter, or on the round.
    """
    if not some(body, names):
        return False
    if all(
        i.when is not None and (_asks(i.when) or render(i.when, names) is not True)
        for i in body.items
    ):
        raise UnstructuredError("a branch that may be empty")
    return True


def derived(body: Body, names: Names) -> Names:
    """With what the `let` of a body works out, under its own names if it is code."""
    for name, template in body.lets:
        value = render(template, names)
        names = names.extended({name: Code(name) if is_open(value) else value}, set())
    return names


def is_open(value: Any) -> bool:
    """Whether there is code in a value."""
    if isinstance(value, list | tuple):
        return any(map(is_open, value))
    return isinstance(value, Code)


def increments(body: Body, names: Names) -> dict[str, Count]:
    """What a round of a repeat without a name adds to the counts of automatic names."""
    found: dict[str, Count] = {}
    names = derived(body, names)

    def add(base: str, count: Count) -> None:
        found[base] = found.get(base, Count()).plus(count)

    for item in body.items:
        condition = render(item.when, names) if item.when is not None else True
        if condition is False:
            continue
        if isinstance(item, RepeatItem) and item.name is None:
            times = render(item.times, names) if item.times is not None else None
            if condition is not True or times is None:
                raise UnstructuredError("a conditional repeat without a name")
            # What its own names decide comes to a count that depends on two things.
            own = {n: Code(n) for n in (item.index or "", *item.columns)}
            for base, count in increments(item.body, names.extended(own, set())).items():
                add(base, count.times(times))
            continue
        if item.name is not None:
            continue
        base = item.type.auto_name() if isinstance(item, LayerItem) else item.word
        if isinstance(item, LayerItem | CallItem):
            add(base, Count(1) if condition is True else Count(0, (f"int({condition})",)))
        elif isinstance(item, ParallelItem) and condition is True:
            if item.skip is not None and render(item.skip, names) is not True:
                raise UnstructuredError("a shortcut with a condition")
            for label, branch in item.branches.items():
                if label:
                    if labelled(branch, names):
                        add(label, Count(1))
                else:
                    for inner, count in increments(branch, names).items():
                        add(inner, count)
            if isinstance(item.merge, LayerItem):
                add(item.merge.type.auto_name(), Count(1))
        else:
            raise UnstructuredError("shared weights")
    return found


def structural(body: Body) -> set[str]:
    """Names that decide which layers there are; they are folded into the source.

    What blocks see of the file is too.
    """
    found = set(body.module.outer)
    for item in body.walk():
        templates: list[Template | None] = [item.when]
        if isinstance(item, RepeatItem):
            templates += [item.times, *item.columns.values()]
        if isinstance(item, ParallelItem):
            templates.append(item.skip)
        for template in templates:
            if template is not None:
                found |= template.names
    bodies = [body, *(inner for item in body.walk() for inner in bodies_of(item))]
    made_of = [(name, template.names) for inner in bodies for name, template in inner.lets]
    count = -1
    while count != len(found):
        count = len(found)
        found = found.union(*(names for name, names in made_of if name in found))
    return found


def referenced(body: Body) -> set[str]:
    """Names that wires and formulas read, and outputs of layers by the layer's name."""
    bodies = [body, *(inner for item in body.walk() for inner in bodies_of(item))]
    asks = [ask for inner in bodies for ask in inner.asks]
    for item in body.walk():
        asks += item.asks
        if isinstance(item, ParallelItem) and isinstance(item.merge, LayerItem):
            asks += item.merge.asks
    found = {parse_ask(ask).wire for ask in asks}
    for item in body.walk():
        for source in item.sources or ():
            if isinstance(source.value, str):
                found.add(source.value)
                found.add(source.value.partition(".")[0])
    return found


def refuse_what_waits(body: Body) -> None:
    """Raise UnstructuredError for what functions and loops do not follow yet."""
    bodies, seen = [body], {id(body)}
    while bodies:
        around = bodies.pop()
        if around.top and around.asks:
            raise UnstructuredError("derived values of a network that ask for shapes")
        for item in around.walk():
            if isinstance(item, LayerItem) and item.call is not None:
                raise UnstructuredError("a block in a wrapper")
            if isinstance(item, RepeatItem) and isinstance(item.rows, Template):
                raise UnstructuredError("rows that a formula gives")
            if item.roles:
                raise UnstructuredError("inputs with roles")
            if any("*" in str(source.value) for source in item.sources or ()):
                raise UnstructuredError("a wire to all rounds")
            if isinstance(item, CallItem):
                block = item.block
                if block.outputs is not None:
                    raise UnstructuredError("a block with outputs")
                if id(block.body) not in seen:
                    seen.add(id(block.body))
                    bodies.append(block.body)


def refuse_mixed_names(body: Body) -> None:
    """Raise UnstructuredError if a name in a frame is such as an automatic one of the same frame.

    Then it decides how the automatic ones are counted, and Python does not count so.
    """
    frames = [[body]]
    while frames:
        automatic: set[str] = set()
        given: set[str] = set()
        bodies = frames.pop()
        while bodies:
            for item in bodies.pop().items:
                _note_names(item, automatic, given)
                inside = _bodies(item)
                if isinstance(item, ParallelItem) and item.name is None:
                    automatic.update(label for label in item.branches if label)
                    bodies += [b for label, b in inside.items() if not label]
                    frames += [[b] for label, b in inside.items() if label]
                elif item.name is None:
                    bodies += inside.values()
                else:
                    frames += [[b] for b in inside.values()]
        found = {re.sub(r"_\d+$", "", name) for name in given} & automatic
        if found or given & automatic:
            raise UnstructuredError(f"a name such as those that layers get: {min(found or given)}")


def _note_names(item: Item, automatic: set[str], given: set[str]) -> None:
    if isinstance(item, ParallelItem) and isinstance(item.merge, LayerItem):
        automatic.add(item.merge.type.auto_name())
    if item.name is None:
        if isinstance(item, LayerItem):
            automatic.add(item.type.auto_name())
        elif isinstance(item, CallItem):
            automatic.add(item.word)
        return
    value = item.name.value
    text = value
    if isinstance(value, Text):
        text = "".join(p.written if p.meaning is None else "0" for p in value.pieces)
    given.add(text + "0" if isinstance(item, RepeatItem) else text)
    given.add(text)


def _bodies(item: Item) -> dict[str, Body]:
    """The bodies in an item by their labels."""
    if isinstance(item, ParallelItem):
        return item.branches
    return {"": item.body} if isinstance(item, RepeatItem) else {}
