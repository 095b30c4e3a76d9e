"""A rehearsal: runs source that builds a model with stand-ins for Keras, and compares the graph.

Compared are the layers with their arguments, names and wires in the order of the calls, which of
them are frozen, the inputs with their sizes and types, the outputs, and the name of the model.
"""

import ast
import math
from types import SimpleNamespace
from typing import Any, NamedTuple

from archspec.emit.keras.names import layer_names
from archspec.emit.python.naming import BUILTINS
from archspec.emit.python.networks import frozen_in, inner_names
from archspec.emit.python.text import OPERATIONS
from archspec.formulas.expressions import make_divisible
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer, layer_types
from archspec.layers.network import Network, live, network_in
from archspec.layers.settings import WORDS
from archspec.records.field_values import read
from archspec.records.record import fields
from archspec.shapes.shape import Shape

_BUILTINS = {function.__name__: function for function in BUILTINS}
"""Words of a spec are text in the source: it has no way to anything else."""


class Call(NamedTuple):
    """One call of a layer, or an input."""

    name: str
    layer: tuple[str, str]
    inputs: Any
    """What it reads, each as the name of a layer, the number of its call, and of its output."""
    named: tuple[tuple[str, Any], ...] = ()
    """Arguments of the call by name."""


class Model(NamedTuple):
    """What a source makes."""

    name: str
    inputs: Any
    outputs: Any
    calls: list[Call]
    frozen: set[str]


def difference(source: str, shaped: ShapedGraph) -> str:
    """The first difference between what a source makes and the graph; empty if there is none.

    The source is ours: an error in it is a difference too.
    """
    try:
        found = _run(source, shaped)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    wanted = _wanted(shaped)
    for number, call in enumerate(wanted.calls):
        if number >= len(found.calls) or found.calls[number] != call:
            other = found.calls[number] if number < len(found.calls) else "nothing"
            return f"{other} instead of {call}"
    for what, one, other in zip(Model._fields, found, wanted, strict=True):
        if one != other:
            return f"{what}: {one} instead of {other}"
    return ""


# What the source makes


class _Tensor(NamedTuple):
    layer: str
    call: int
    output: int


class _Sized(_Tensor):
    """One that says its shape, the batch before the rest; it is as equal as others."""

    shape: tuple[int | None, ...]

    def of(self, output: int, shape: Shape) -> "_Sized":
        """A further output."""
        found = self._replace(output=output)
        found.shape = (None, *shape)
        return found


class _Recorder:
    def __init__(self, shapes: list[tuple[Shape, ...]]) -> None:
        self.shapes = shapes
        """The shapes that come out of each call: those that should, while it is the same call."""
        self.calls: list[Call] = []
        self.called: dict[str, int] = {}
        """How many times each layer has been called."""
        self.uses: dict[str, _Use] = {}
        self.model = Model("", None, None, self.calls, set())

    def input(self, shape: Any, name: str = "input", dtype: str | None = None) -> _Tensor:
        values = {"shape": tuple(shape), **({"dtype": dtype} if dtype is not None else {})}
        return self.add(name, ("Input", repr(values)), (), ())[0]

    def layer(self, kind: str) -> Any:
        def make(*positional: Any, name: str = "", **named: Any) -> Any:
            type = layer_types()[kind]
            order = type.constructor_fields()
            given = {**dict(zip(order, positional, strict=False)), **named}
            layer = _unchecked(type, given) if type.operation else type(**given)
            if not name:  # a layer inside a layer
                return layer
            if name in self.uses:
                raise ValueError(f"two layers are called {name}")
            self.uses[name] = _Use(self, name, layer)
            return self.uses[name]

        return make

    def add(
        self, name: str, form: tuple[str, str], inputs: Any, named: Any, outputs: int = 1
    ) -> list[_Sized]:
        """Note a call; gives its outputs."""
        number = self.called.get(name, 0)
        self.called[name] = number + 1
        shapes = self.shapes[len(self.calls)] if len(self.calls) < len(self.shapes) else ()
        self.calls.append(Call(name, form, inputs, named))
        sized = [*shapes, *[()] * outputs][:outputs]
        return [_Sized(name, number, n).of(n, shape) for n, shape in enumerate(sized)]

    def finish(self, inputs: Any, outputs: Any, name: str) -> Any:
        first = inputs[0] if isinstance(inputs, list) else inputs
        start = next(n for n, call in enumerate(self.calls) if call.name == first.layer)
        if start:  # a network in a wrapper: it has begun after the inputs of the model
            made = Network(name, (), (0, 0), None)
            made.__dict__["form"] = _network_form(name, self.calls[start:], outputs)
            made.__dict__["get_layer"] = self.uses.__getitem__
            del self.calls[start:]
            return made
        self.model = self.model._replace(name=name, inputs=inputs, outputs=outputs)
        return SimpleNamespace(get_layer=self.uses.__getitem__)


class _Use:
    """A layer, and its calls."""

    def __init__(self, recorder: _Recorder, name: str, layer: Layer) -> None:
        self._recorder = recorder
        self._name = name
        self._layer = layer

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        own = {n: v for n, v in named.items() if n in self._layer.call_arguments}
        layer = self._layer.replace(**own) if own else self._layer
        told = {n: v for n, v in named.items() if n not in own} | layer.call_options()
        outputs = len(layer.output_names())
        found = self._recorder.add(self._name, _form(layer), inputs, tuple(told.items()), outputs)
        return found[0] if len(found) == 1 else found

    @property
    def trainable(self) -> bool:
        return self._name not in self._recorder.model.frozen

    @trainable.setter
    def trainable(self, value: bool) -> None:
        # Before its first call, what a layer makes inside itself would not be frozen with it.
        if self._name not in self._recorder.called:
            raise ValueError(f"{self._name} is frozen too early")
        frozen = self._recorder.model.frozen
        (frozen.discard if value else frozen.add)(self._name)


class _Layers:
    def __init__(self, recorder: _Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, kind: str) -> Any:
        return self._recorder.layer(kind)


class _Settings:
    def __getattr__(self, kind: str) -> Any:
        return lambda **settings: {kind: settings}


def _run(source: str, shaped: ShapedGraph) -> Model:
    recorder = _Recorder([n.facts.outputs for n in shaped.nodes if n.live])
    modules = {f"{word}s": _Settings() for word in WORDS}
    keras = SimpleNamespace(Input=recorder.input, Model=recorder.finish, **modules)
    stand_ins: dict[str, Any] = {"keras": keras, "layers": _Layers(recorder), "math": math}
    stand_ins |= dict.fromkeys(OPERATIONS.values(), stand_ins["layers"])
    stand_ins |= {"make_divisible": make_divisible, "__builtins__": _BUILTINS}
    tree = ast.parse(source)
    own = [n for n in tree.body if isinstance(n, ast.ClassDef)]
    tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    if any(isinstance(n, ast.Attribute) and n.attr[0] == "_" for n in ast.walk(tree)):
        raise ValueError("what is Python's own is not needed")
    for node in own:
        stand_ins[node.name] = recorder.layer(node.name)
    exec(compile(tree, "<source>", "exec"), stand_ins)
    stand_ins[tree.body[-1].name]()  # type: ignore[attr-defined]
    return recorder.model


def _unchecked(type: type[Layer], given: dict[str, Any]) -> Layer:
    """An operation without the arguments of its call, which may be what it lacks."""
    layer = object.__new__(type)
    known = fields(type)
    layer.__dict__.update({f.attribute: f.default for f in known.values()})
    layer.__dict__.update({known[n].attribute: read(type, n, v) for n, v in given.items()})
    return layer


def _network_form(name: str, calls: list[Call], output: _Tensor) -> tuple[str, str]:
    return name, repr((calls, output)).replace(_Sized.__name__, _Tensor.__name__)  # as equal


def _form(layer: Layer, inner: Any = None) -> tuple[str, str]:
    """``inner`` is the form of a network in it, if that is not one of the source."""
    if isinstance(layer, Network):
        form: tuple[str, str] = inner or layer.__dict__["form"]
        return form
    known = layer.constructor_fields()
    made = {n: v for n, v in layer.arguments().items() if n in known}
    return type(layer).__name__, repr(_plain(made, inner))


def _plain(value: Any, inner: Any = None) -> Any:
    if isinstance(value, Layer):
        return _form(value, inner)
    if isinstance(value, dict):
        return {
            k: _plain({} if v is None and len(value) == 1 else v, inner) for k, v in value.items()
        }
    return value


# What it should make


def _wanted(shaped: ShapedGraph) -> Model:
    nodes, graph = shaped.nodes, shaped.graph
    names = layer_names(n.name for n in nodes)
    tensors: dict[int, _Tensor] = {}
    times: dict[str, int] = {}
    types: dict[int, str] = {}
    calls: list[Call] = []
    frozen: set[str] = set()
    for node in nodes:
        if not node.live:
            continue
        owner = node.index if node.node.shares < 0 else node.node.shares
        name = names[owner]
        tensors[node.index] = _Tensor(name, times.get(name, 0), 0)
        times[name] = times.get(name, 0) + 1
        read = [tensors[i]._replace(output=o) for i, o in node.node.inputs]
        positional, named = node.layer.keras_call(read) if read else ((), {})
        types[node.index] = node.layer.output_dtype(*[types[i] for i, _ in node.node.inputs])
        reads = types[node.node.inputs[0][0]] if read else ""
        form = _form(node.layer, _wanted_network(node.layer, name, reads, frozen))
        calls.append(Call(name, form, positional, tuple(named.items())))
        if not graph.nodes[owner].trainable and not node.layer.operation:
            frozen.add(name)
    inputs = [tensors[i] for i in graph.inputs.values()]
    outputs = [tensors[i]._replace(output=o) for i, o in graph.outputs]
    model = layer_names([shaped.name])[0]
    return Model(model, _one(inputs), _one(outputs), calls, frozen)


def _wanted_network(
    layer: Layer, around: str, reads: str, frozen: set[str]
) -> tuple[str, str] | None:
    """The form of the network in a wrapper; None if there is none."""
    network = network_in(layer)
    if network is None:
        return None
    nodes = network.nodes
    names = inner_names(network, around)
    frozen.update(names[n] for n in frozen_in(network))
    first = {**nodes[0].layer.arguments(), **({"dtype": reads} if reads != "float32" else {})}
    calls = [Call(names[0], ("Input", repr(first)), ())]
    tensors = {0: _Tensor(names[0], 0, 0)}
    types = {0: reads}
    times: dict[str, int] = {}
    for index in live(nodes, network.output[0])[1:]:
        node = nodes[index]
        name = names[index if node.shares < 0 else node.shares]
        tensors[index] = _Tensor(name, times.get(name, 0), 0)
        times[name] = times.get(name, 0) + 1
        types[index] = node.layer.output_dtype(*[types[i] for i, _ in node.inputs])
        read = [tensors[i]._replace(output=o) for i, o in node.inputs]
        positional, named = node.layer.keras_call(read)
        inner = _wanted_network(node.layer, name, types[node.inputs[0][0]], frozen)
        calls.append(Call(name, _form(node.layer, inner), positional, tuple(named.items())))
    index, output = network.output
    return _network_form(network.title, calls, tensors[index]._replace(output=output))


def _one(found: list[_Tensor]) -> Any:
    return found[0] if len(found) == 1 else found
