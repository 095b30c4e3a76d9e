"""The structure of a Keras model without its names, read from its config.

Two models have the same structure if they calculate the same from the same weights and if one
can see so from the graph. Names, seeds, initial values, regularisation, constraints, the size of
the batch, and what is frozen (by ``trainable``, or called with ``training=False``) do not count.
An activation inside a layer is the same as one after it, and an operation the same as the layer
that does it; arguments are in one form (:mod:`archspec.weights.structure.plain`).
"""

from typing import Any

from archspec.weights.stored.error import StructureError as StructureError
from archspec.weights.structure.activations import activation, activation_of
from archspec.weights.structure.calls import CallArguments, Reference, leaves, read_call, replaced
from archspec.weights.structure.inside import with_graphs
from archspec.weights.structure.items import one_part_each
from archspec.weights.structure.masks import Masks, without_masks
from archspec.weights.structure.nodes import (
    MODELS,
    Entries,
    Key,
    count_layers,
    order,
    output_number,
    references,
    with_its_cell,
)
from archspec.weights.structure.operations import (
    MERGES,
    OPERATION,
    Operand,
    is_operation,
    step_of,
)
from archspec.weights.structure.options import given_inputs, one_form, options_of, training_of
from archspec.weights.structure.plain import (
    applies_it_last,
    foreign_layer,
    is_known,
    plain_layer,
    policy,
)
from archspec.weights.structure.sizes import shapes_after
from archspec.weights.structure.vertices import Output, Structure, Vertices

_Found = int | list[Output]
"""What a call gives: a vertex with its outputs, or the outputs of a model in the model."""
_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
_MOST_CALLS = 20
"""How often the layers of somebody else's model may be called, on average."""


def structure_of(model: Any, sizes: bool = True) -> Structure:
    """The structure of a functional or sequential Keras model.

    Args:
        model: the model.
        sizes: whether inputs of other sizes are other inputs, and numbers of another precision
            other numbers; channels always count.

    Raises:
        StructureError: the model is neither.
    """
    return _structure(type(model).__name__, model.get_config(), sizes)


def structure_of_config(kind: str, config: dict[str, Any], sizes: bool = True) -> Structure:
    """The structure of a model from its config, as in a ``.keras`` file or in one of Keras 2.

    Raises:
        StructureError: the model is neither functional nor sequential, or the config is none.
    """
    return _structure(kind, config, sizes, 1000 + _MOST_CALLS * count_layers(config))


def _structure(
    kind: str, config: dict[str, Any], sizes: bool, most: int | None = None
) -> Structure:
    reader = _Reader(Vertices(sizes, most))
    try:
        inputs, outputs = reader.model(kind, config, "", None)
    except _DAMAGE as error:
        raise StructureError("the config is none of a model that is a graph") from error
    return reader.without_masks([index for index, _ in inputs], outputs)


class _Reader:
    def __init__(self, vertices: Vertices) -> None:
        self.vertices = vertices
        self.masks = Masks()
        self.operations: set[int] = set()
        """Vertices that are operations."""
        self.training: Any = None
        """Whether the model that is read is called as in training, if that is said."""

    def without_masks(self, inputs: list[int], outputs: list[Output]) -> Structure:
        """The structure without the operations of which Keras makes masks by itself."""
        found = self.vertices.all
        sources = [vertex.inputs for vertex in found]
        kept = without_masks(sources, outputs, self.masks.left_out, self.operations)
        new = {old: index for index, old in enumerate(kept)}
        vertices = [
            found[old]._replace(inputs=tuple([(new[i], o) for i, o in found[old].inputs]))
            for old in kept
        ]
        return Structure(vertices, [new[i] for i in inputs], [(new[i], o) for i, o in outputs])

    def model(
        self, kind: str, config: dict[str, Any], path: str, given: CallArguments | None
    ) -> tuple[list[Output], list[Output]]:
        """Add the vertices of a model; its inputs are ``given`` if it is a layer of another one."""
        entries: list[dict[str, Any]] = config.get("layers") or []
        if kind == "Sequential":
            return self._chain(entries, path, given)
        if not entries or "input_layers" not in config:
            raise StructureError(f"{kind} is no functional or sequential model")
        by_name = {e.get("name") or e["config"]["name"]: e for e in entries}
        if len(by_name) < len(entries):
            raise StructureError("several layers have the same name")
        inputs, done = self._inputs(config["input_layers"], by_name, path, given)
        self._calls(by_name, done, path)
        outputs = [
            _pick(done[n, output_number(by_name, n, k)], o)
            for n, k, o in references(config["output_layers"])
        ]
        return inputs, outputs

    def _inside(self, kind: str, config: dict[str, Any]) -> Structure:
        """The structure of a model in a wrapper."""
        reader = _Reader(Vertices(self.vertices.precise, self.vertices.most))
        inputs, outputs = reader.model(kind, config, "", None)
        if self.vertices.most is not None:
            self.vertices.most -= len(reader.vertices.all)
        return Structure(reader.vertices.all, [index for index, _ in inputs], outputs)

    def _inputs(
        self, starts: Any, entries: Entries, path: str, given: CallArguments | None
    ) -> tuple[list[Output], dict[Key, _Found]]:
        keys = [(name, node) for name, node, _ in references(starts)]
        if given is None:
            inputs = [self._input(entries[name]["config"], path + name) for name, _ in keys]
        else:
            names = None if isinstance(starts, dict) else [name for name, _ in keys]
            inputs = [operand.source for operand in given_inputs(given, names, len(keys))]
        return inputs, {key: [source] for key, source in zip(keys, inputs, strict=True)}

    def _calls(self, entries: Entries, done: dict[Key, _Found], path: str) -> None:
        """Add the vertices of all calls, each after those that it reads.

        Raises:
            StructureError: a layer reads what is not there, or itself, or nothing.
        """
        calls: dict[Key, CallArguments] = {}
        for name, entry in entries.items():
            nodes = entry.get("inbound_nodes") or ()
            calls |= {(name, n): read_call(node, entries) for n, node in enumerate(nodes)}
        read = {key: [(r.layer, r.number) for r in leaves(call)] for key, call in calls.items()}

        def operand(reference: Reference) -> Operand:
            found = _pick(done[reference.layer, reference.number], reference.output)
            shape = reference.shape or self.vertices.shapes.get(found)
            return Operand(found, shape, reference.dtype or self.vertices.dtypes.get(found, ""))

        for key in order(read, done):
            call = CallArguments(*replaced(calls[key], Reference, operand))
            shapes = isinstance(entries[key[0]]["inbound_nodes"][key[1]], list)
            done[key] = self._call(entries[key[0]], call, path, shapes)
        lost = {*calls, *((name, 0) for name in entries)} - done.keys()
        if lost:
            raise StructureError(f"`{path}{min(lost)[0]}` reads nothing that is there")

    def _chain(
        self, entries: list[dict[str, Any]], path: str, given: CallArguments | None
    ) -> tuple[list[Output], list[Output]]:
        first = current = None
        if given is not None:
            operands = given_inputs(given, None, None)
            self.vertices.shapes |= {o.source: o.shape for o in operands if o.shape}
            first = current = [operand.source for operand in operands]
        for entry in entries:
            config = entry["config"]
            starts = entry["class_name"] == "InputLayer"
            old = isinstance(config, dict) and "batch_input_shape" in config
            if current is None and (starts or old):
                first = current = [self._input(config, path + str(config.get("name")))]
            if not starts:
                if current is None:
                    raise StructureError("a Sequential model without an Input")
                found = self._call(entry, self._before(entry, current), path, True)
                current = [(found, 0)] if isinstance(found, int) else found
        if first is None or current is None:
            raise StructureError("an empty Sequential model")
        return first, current

    def _before(self, entry: dict[str, Any], current: list[Output]) -> CallArguments:
        """The call of a layer in a chain."""
        shape: Any = (entry.get("build_config") or {}).get("input_shape")
        told = tuple(shape) if len(current) == 1 and _is_shape(shape) else None
        return CallArguments(
            [Operand(o, told or self.vertices.shapes.get(o), "") for o in current], {}
        )

    def _input(self, config: dict[str, Any], name: str) -> Output:
        shape = list(config.get("batch_shape") or config.get("batch_input_shape") or ())[1:]
        whole = shape
        if not self.vertices.precise:
            shape = [None] * (len(shape) - 1) + shape[-1:]
        arguments: dict[str, Any] = {"shape": shape}
        dtype = policy(config.get("dtype"))
        if dtype != "float32":
            arguments["dtype"] = dtype
        arguments |= {key: True for key in ("sparse", "ragged", "optional") if config.get(key)}
        found = self.vertices.add("Input", arguments, [], name), 0
        self.vertices.shapes[found] = (None, *whole)
        self.vertices.dtypes[found] = str(dtype)
        return found

    def _call(self, entry: dict[str, Any], call: CallArguments, path: str, shapes: bool) -> _Found:
        """Add what a layer does; ``shapes`` if its readers are not told the shapes."""
        entry = with_its_cell(entry)
        call, mask = self.masks.without_own(call)
        kind, config = entry["class_name"], entry["config"]
        if isinstance(config, list):  # of a Sequential model before Keras 2.2.3
            config = {"name": "sequential", "layers": config}
        name = path + (entry.get("name") or config["name"])
        if "layers" in config and kind in MODELS:
            before, self.training = self.training, training_of(call, self.training)
            outputs = self.model(kind, config, f"{name}/", call)[1]
            self.training = before
            return outputs
        if kind == "CustomScaleLayer":  # of keras.applications: x + scale·y
            x, y = leaves(call, Operand)
            arguments = plain_layer("Rescaling", {"scale": config["scale"]})
            scaled = self.vertices.add("Rescaling", arguments, [y.source], name)
            return self.vertices.add("Add", {}, [x.source, (scaled, 0)], name)
        if parts := one_part_each(entry, call):
            return self._one_by_one(entry, parts, path)
        config = with_graphs(config, self._inside)
        own = is_known(entry.get("module"))
        operation = is_operation(entry)
        given, before = call, len(self.vertices.all)
        if operation:
            kind, config, call = step_of(entry, call)
        call = one_form(kind, call)
        operands = list(leaves(call, Operand))
        if own:
            arguments = plain_layer(kind, config, [o.shape for o in operands])
        else:
            arguments = foreign_layer(config, entry["module"])
        options = options_of(kind, call, own, training_of(call, self.training))
        layer = "" if operation else name
        found = self._vertices(kind, arguments, options, operands, (name, layer), own)
        if operation:
            self.operations |= {*range(before, len(self.vertices.all))}
            self.masks.note_operation(entry["class_name"], entry["config"], given, _pick(found, 0))
        else:
            self.masks.note_layer(entry, [o.source for o in operands], mask, _pick(found, 0))
        if shapes:
            told = [o.shape for o in operands]
            scaled = len(operands) == 1 and kind.removeprefix(OPERATION) in MERGES
            known = [told[0]] if scaled and told[0] else shapes_after(kind, arguments, told)
            self._note(found, known)
        return found

    def _one_by_one(
        self,
        entry: dict[str, Any],
        parts: list[tuple[CallArguments, tuple[int | None, ...]]],
        path: str,
    ) -> _Found:
        """Add the parts of `x[a, b]`, each of what the one before it gives."""
        found: _Found = []
        for number, (call, shape) in enumerate(parts):
            operand, key = call.positional
            if number:
                operand = Operand(_pick(found, 0), shape, operand.dtype)
            found = self._call(entry, CallArguments([operand, key], {}), path, True)
        return found

    def _vertices(
        self,
        kind: str,
        arguments: dict[str, Any],
        options: dict[str, Any],
        operands: list[Operand],
        names: tuple[str, str],
        own: bool,
    ) -> _Found:
        """A vertex for a layer, and one for the activation that it applies in the end."""
        name, layer = names
        sources = [operand.source for operand in operands]
        dtype = {key: value for key, value in arguments.items() if key == "dtype"}
        form = None
        if own:
            rest = {key: value for key, value in arguments.items() if key != "dtype"}
            form = activation_of(kind, rest)
        if form is not None:
            more = {**options, **dtype}
            return self._activation(form, more, sources, name, layer)
        last = arguments.pop("activation", None) if own and applies_it_last(kind) else None
        found = self.vertices.add(kind, {**arguments, **options}, sources, name, layer)
        if last is None:
            return found
        return self._activation(activation(last), dtype, [(found, 0)], name, "")

    def _activation(
        self, form: Any, more: dict[str, Any], sources: list[Output], name: str, layer: str
    ) -> _Found:
        if form == "linear" and not more:
            return sources
        arguments = form if isinstance(form, dict) else {"activation": form}
        return self.vertices.add("Activation", {**arguments, **more}, sources, name, layer)

    def _note(self, found: _Found, shapes: list[tuple[int | None, ...]]) -> None:
        """Note the shapes of what a call gives."""
        for number, shape in enumerate(shapes):
            output = _pick(found, number) if isinstance(found, int) or number < len(found) else None
            if output is not None:
                self.vertices.shapes.setdefault(output, shape)


def _pick(found: _Found, output: int) -> Output:
    """One output of what was called: a vertex, or a model in the model."""
    return (found, output) if isinstance(found, int) else found[output]


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(v is None or type(v) is int for v in value)
