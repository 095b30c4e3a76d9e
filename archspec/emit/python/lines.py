"""The lines of one function of the source: its variables, and what they are read for."""

import re
from collections.abc import Iterable
from typing import Any, Protocol

from archspec.emit.python.formulas import Names, may_be_fraction, render
from archspec.emit.python.naming import RESERVED, Namespace, UnstructuredError
from archspec.emit.python.survey import is_open, referenced
from archspec.emit.python.text import Code, identifier, literal, statement
from archspec.formulas.asks import is_ask, parse_ask
from archspec.formulas.templates import Template
from archspec.layers import Layer
from archspec.spec.types import Block, Body, CallItem, Item

SIZES = {"channels": "-1", "height": "-3", "width": "-2", "shape": "1:"}
"""What a function of wires asks of the shape of a tensor, which begins with the batch."""


class Writer(Protocol):
    """What a function must know of the source around it."""

    @property
    def made(self) -> dict[Item | None, set[Layer]]:
        """The layers that each item has made."""
        ...

    def block(self, block: Block, seen: dict[str, Any]) -> str:
        """The name of the function of a block, which sees these values of its file."""
        ...


class Lines:
    """What is written of one function."""

    def __init__(
        self, writer: Writer, body: Body, parameters: set[str], seen: dict[str, Any]
    ) -> None:
        self.writer = writer
        self.seen = seen
        """What the blocks of its file see of the file."""
        self.lines: list[str] = []
        self.used = set(RESERVED) | parameters
        self.referenced = referenced(body)
        self.functions = {i.block.name for i in body.walk() if isinstance(i, CallItem)}
        """Blocks that are called: a variable of such a name would hide the function."""
        self.frozen = ""
        """The variable of a layer that is frozen after its call."""

    def variable(self, name: str) -> str:
        """A variable that is not used yet."""
        if re.sub(r"_\d+$", "", name) in self.functions:
            name = f"{name}_out"
        found = identifier(name, self.used)
        self.used.add(found)
        return found

    def ask(self, asks: Iterable[str], current: list[str], scope: Namespace, names: Names) -> Names:
        """The names with what is asked of the shapes of variables."""
        if not asks:
            return names
        found: dict[str, Any] = {}
        for name in asks:
            ask = parse_ask(name)
            values = {n: names[n] for n in ask.parameters()}
            if any(map(is_open, values.values())):
                raise UnstructuredError("a wire whose name is worked out")
            variable = (scope.find(ask.wire_for(values)) if ask.wire else current)[0]
            found[name] = Code(f"{variable}.shape[{SIZES[ask.function]}]")
        return names.extended(found, set())

    def condition(self, template: Template, names: Names, word: str, indent: int) -> Any:
        """What a condition comes to; a variable, if it is a matter of shapes, which will be others."""
        found = render(template, names)
        if isinstance(found, Code) and any(map(is_ask, template.names)):
            variable = self.variable(word)
            self.lines += statement(variable, found, indent)
            return Code(variable)
        return found

    def derive(self, body: Body, names: Names, indent: int) -> Names:
        """Write what a `let` works out as variables; gives the names with those."""
        for name, template in body.lets:
            value = render(template, names)
            fractions: set[str] = set()
            if is_open(value):
                variable = self.variable(identifier(name, RESERVED))
                self.lines += statement(variable, literal(value), indent)
                value = Code(variable)
                fractions = {name} if may_be_fraction(template, names) else set()
            names = names.extended({name: value}, fractions)
        return names

    def sources(self, item: Item, scope: Namespace, names: Names) -> list[str]:
        """The variables that an item names; none if it reads what is before it."""
        found: list[str] = []
        for source in item.sources or ():
            text = render(source, names)
            if isinstance(text, Code):
                raise UnstructuredError("a wire whose name is worked out")
            found += scope.find(text)
        return found


def seen_of_file(block: Block, around: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What a block sees of its file, if the file that calls it gives its own blocks ``around``.

    Of a network that is a block its arguments say it.
    """
    found: dict[str, Any] = {}
    if block.given is not None:
        for name, template, _ in block.given.params:
            found[name] = render(template, Names(around))
        for name, template in block.given.lets:
            found[name] = render(template, Names(found))
    elif block.whole is None:
        return around
    else:
        values = Names({**block.defaults, **given})
        for name, template in block.body.lets:
            values = values.extended({name: render(template, values)}, set())
        found = {n: values[n] for n in block.body.module.outer}
    if any(map(is_open, found.values())):
        raise UnstructuredError("a file whose blocks see what depends on a parameter")
    return found
