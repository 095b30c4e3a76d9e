"""One layer of a spec whose arguments may be open: its arguments as code, and how it is called."""

from typing import Any, NamedTuple

from archspec.emit.python.calls import call_text
from archspec.emit.python.formulas import Names, render
from archspec.emit.python.naming import UnstructuredError
from archspec.emit.python.text import Code, nested
from archspec.layers import Layer
from archspec.records.field_values import takes
from archspec.records.record import REQUIRED, fields
from archspec.spec.types import LayerItem


class WrittenLayer(NamedTuple):
    """A layer as it is written."""

    arguments: dict[str, Any]
    layer: Layer
    """One that it makes; if it makes none in this graph, one with what is known of its arguments."""
    outputs: tuple[str, ...]

    def call(self, inputs: list[str]) -> str:
        """The arguments of its call with variables."""
        told = self.layer.call_arguments & self.arguments.keys()
        given = {name: self.arguments[name] for name in fields(type(self.layer)) if name in told}
        return call_text(
            self.layer, inputs, {n: v for n, v in given.items() if isinstance(v, Code)}
        )


def entry(item: LayerItem, made: set[Layer], names: Names) -> WrittenLayer:
    """The entry of an item of which the graph has these layers.

    Raises:
        UnstructuredError: what comes out of it depends on its arguments.
    """
    if item.layer is not None:
        return WrittenLayer(item.layer.arguments(), item.layer, item.layer.output_names())
    assert item.arguments is not None
    given = item.arguments.value
    arguments = _rendered(item.type, given, names)
    if any(isinstance(arguments.get(name), Code) for name in item.type.constants):
        raise UnstructuredError("a constant that is worked out")
    found = {layer.output_names() for layer in made}
    if len(found) > 1:
        raise UnstructuredError("a layer whose outputs depend on parameters")
    if made:
        return WrittenLayer(arguments, next(iter(made)), found.pop())
    layer = _unmade(item.type, given)
    try:
        return WrittenLayer(arguments, layer, layer.output_names())
    except (ValueError, TypeError, AttributeError) as error:
        reason = "a layer that is always left out, and whose outputs depend on parameters"
        raise UnstructuredError(reason) from error


def _rendered(type: type[Layer], given: dict[str, Any], names: Names) -> dict[str, Any]:
    """Arguments as code, those of layers in them too."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if fields(type)[name].type.nested and isinstance(value, dict):
            inner, arguments = nested(value)
            found[name] = {inner.__name__: _rendered(inner, arguments, names)}
            continue
        value = render(value, names, whole=_whole(type, name))
        if fields(type)[name].type.nested and isinstance(value, Code):
            raise UnstructuredError("a layer whose word is a parameter")
        found[name] = tuple(value) if isinstance(value, list) else value
    return found


def _whole(type: type[Layer], name: str) -> bool:
    """Whether an argument takes whole numbers only; truth values are none."""
    return name in fields(type) and not takes(type, name, 0.5) and not takes(type, name, True)


def _unmade(type: type[Layer], given: dict[str, Any]) -> Layer:
    """A layer that nothing has checked, with the values that are known and the defaults of others."""
    layer = object.__new__(type)
    for name, field in fields(type).items():
        value = given.get(name, None if field.default is REQUIRED else field.default)
        if field.type.nested and isinstance(value, dict | str):
            value = _unmade(*nested(value))
        layer.__dict__[field.attribute] = value
    return layer
