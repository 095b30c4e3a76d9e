"""A rehearsal: runs source that builds a model with stand-ins for Keras, and compares the graph."""

import ast
import math
from types import SimpleNamespace
from typing import Any

from archspec.emit.keras.names import layer_names
from archspec.expressions import make_divisible
from archspec.infer import ShapedGraph, ShapedNode
from archspec.layers import Layer, layer_types
from archspec.record import fields

_BUILTINS = {f.__name__: f for f in (abs, enumerate, int, len, max, min, range, round, sum, zip)}
"""All that the source may call of Python: words of a spec are text in it, and this holds if they are not."""

Made = tuple[str, Layer | None, bool, tuple[Any, ...], tuple[tuple[str, Any], ...]]


def rehearse(source: str, shaped: ShapedGraph) -> bool:
    """Whether the source makes the layers of the graph, with their names and wires."""
    try:
        found, outputs = _run(source)
    except Exception:
        return False
    names = layer_names(n.name for n in shaped.nodes)
    wanted = {names[n.index]: _wanted(n, names, shaped) for n in shaped.nodes if n.live}
    results = tuple(_ref(names, shaped, i, o) for i, o in shaped.graph.outputs)
    return found == wanted and outputs == results


class _Tensor:
    def __init__(self, ref: str) -> None:
        self.ref = ref


class _Recorder:
    def __init__(self) -> None:
        self.made: dict[str, Any] = {}

    def input(self, shape: Any, name: str = "input", dtype: str | None = None) -> _Tensor:
        self.made[name] = ("Input", tuple(shape), dtype)
        return _Tensor(name)

    def layer(self, kind: str) -> Any:
        def make(*positional: Any, name: str = "", trainable: bool = True, **named: Any) -> Any:
            type = layer_types()[kind]
            order = list(fields(type))
            values = {**dict(zip(order, positional, strict=False)), **named}
            layer = type(**values)
            if not name:  # a layer inside a layer
                return layer
            return _Use(self, name, layer, trainable)

        return make


class _Use:
    def __init__(self, recorder: _Recorder, name: str, layer: Layer, trainable: bool) -> None:
        self.recorder = recorder
        self.name = name
        self.layer = layer
        self.trainable = trainable

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        calls = (_refs(inputs), tuple((k, _refs(v)) for k, v in named.items()))
        if self.name in self.recorder.made:
            raise ValueError(self.name)
        self.recorder.made[self.name] = (_form(self.layer), self.trainable, *calls)
        found = [_Tensor(f"{self.name}:{n}" if n else self.name) for n in self.layer.output_names()]
        return found[0] if len(found) == 1 else found


def _run(source: str) -> tuple[dict[str, Any], tuple[Any, ...]]:
    recorder = _Recorder()
    modules = {word + "s": _Settings(word) for word in ("initializer", "regularizer", "constraint")}
    results: list[Any] = []

    def model(inputs: Any, outputs: Any, name: str) -> Any:
        results.append(_refs(outputs if isinstance(outputs, list) else [outputs]))
        return None

    keras = SimpleNamespace(Input=recorder.input, Model=model, **modules)
    stand_ins: dict[str, Any] = {"keras": keras, "layers": _Layers(recorder), "math": math}
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
    return recorder.made, results[0]


class _Layers:
    def __init__(self, recorder: _Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, kind: str) -> Any:
        return self._recorder.layer(kind)


class _Settings:
    def __init__(self, word: str) -> None:
        self._word = word

    def __getattr__(self, kind: str) -> Any:
        return lambda **settings: {kind: settings}


def _form(layer: Layer) -> tuple[str, str]:
    return type(layer).__name__, repr(_plain(layer.arguments()))


def _plain(value: Any) -> Any:
    if isinstance(value, Layer):
        return _form(value)
    if isinstance(value, dict):
        return {
            k: _plain({} if v is None else v) if len(value) == 1 else _plain(v)
            for k, v in value.items()
        }
    return value


def _refs(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_refs(v) for v in value)
    return value.ref


def _wanted(node: ShapedNode, names: list[str], shaped: ShapedGraph) -> Any:
    if not node.node.inputs:
        values = node.layer.arguments()
        return ("Input", tuple(values["shape"]), values.get("dtype"))
    refs = [_Tensor(_ref(names, shaped, i, o)) for i, o in node.node.inputs]
    positional, named = node.layer.keras_call(refs)
    calls = (_refs(positional), tuple((k, _refs(v)) for k, v in named.items()))
    return (_form(node.layer), node.node.trainable, *calls)


def _ref(names: list[str], shaped: ShapedGraph, index: int, output: int) -> str:
    label = shaped.graph.nodes[index].layer.output_names()[output]
    return f"{names[index]}:{label}" if label else names[index]
