"""Document to spec: the top of the file, parameters, blocks, and the files that it refers to."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from archspec.constructs import BlockKeys, SpecKeys
from archspec.diagnostics import Note, Place, Sink
from archspec.items import ItemReader, read_template
from archspec.layers import layer_types, nearest
from archspec.layers.core import Input
from archspec.make import Maker, check_names, make_record, show
from archspec.parse.document import Document
from archspec.record import fields
from archspec.spec import (
    Block,
    Body,
    CallItem,
    InputDeclaration,
    Item,
    Parameter,
    ParallelItem,
    RepeatItem,
    Spec,
)
from archspec.templates import Template

Open = Callable[[str, Place | None], Document | None]
"""Opens another file for ``extends`` and ``use``; reports at the place and returns None if it cannot."""

TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "list": (list,),
}
_VERSION = 1


class Validator:
    """Validates documents; files that several specs use are read once."""

    def __init__(self, sink: Sink, open: Open) -> None:
        self.sink = sink
        self.maker = Maker(sink)
        self._open = open
        self._specs: dict[str, Spec | None] = {}
        self._stack: list[str] = []

    def spec(self, document: Document) -> Spec | None:
        """The spec of a document, or None after reporting why there is none."""
        name = os.path.abspath(document.source.name)
        if name in self._specs:
            return self._specs[name]
        self._stack.append(name)
        try:
            result = self._specs[name] = self._spec(document)
        finally:
            self._stack.pop()
        return result

    def _spec(self, document: Document) -> Spec | None:
        values, place = document.value, document.root
        if not isinstance(values, dict):
            message = (
                f"a spec is a mapping with `archspec`, `input` and `layers`, not {show(values)}"
            )
            self.sink.report("AS101", place, message)
            return None
        subject = "a spec"
        names_ok = check_names(
            SpecKeys, values, place, self.sink, subject, codes=("AS102", "AS103")
        )
        known = {k: v for k, v in values.items() if k in fields(SpecKeys)}
        version = known.pop("archspec", _VERSION)
        if version != _VERSION or isinstance(version, bool):
            message = f"format version {show(version)} is not known"
            help = [f"this archspec reads version {_VERSION}: `archspec: {_VERSION}`"]
            self.sink.report("AS105", place.at("archspec"), message, help=help)
        keys = make_record(
            SpecKeys, {**known, "archspec": _VERSION}, place, self.sink, subject, "AS104"
        )
        if keys is None:
            return None
        if keys.extends is not None:
            return self._extending(keys, place)
        params = self._parameters(keys.params or {}, place.at("params"), declare=True)
        blocks = self._blocks(keys, place)
        reader = ItemReader(self.sink, self.maker, blocks)
        self._read_blocks(keys, blocks, reader, place)
        if (
            keys.layers is None
            and keys.input is None
            and keys.inputs is None
            and keys.blocks is not None
        ):
            return self._assemble(keys, params, (), Body((), place), blocks, place, None)
        scope = frozenset(params)
        inputs = self._inputs(keys, scope, place)
        body = Body((), place)
        if keys.layers is None:
            if names_ok:
                self.sink.report("AS103", place.key(), "a spec needs `layers`")
        else:
            body = reader.body(keys.layers, place.at("layers"), scope)
        self._refuse_recursion(blocks)
        expect = None
        if keys.expect is not None:
            expect = reader.expectation(keys.expect, place.at("expect"), scope)
        self._warn_unused(keys, blocks, reader, params, inputs, body, expect)
        return self._assemble(keys, params, inputs, body, blocks, place, expect)

    def _assemble(
        self,
        keys: SpecKeys,
        params: dict[str, Parameter],
        inputs: tuple[InputDeclaration, ...],
        body: Body,
        blocks: dict[str, Block],
        place: Place,
        expect: Any,
    ) -> Spec:
        outputs = keys.outputs
        return Spec(
            name=keys.name or default_name(place.document.source.name),
            title=keys.title,
            description=keys.description,
            params=params,
            values={p.name: p.default for p in params.values()},
            inputs=inputs,
            body=body,
            blocks=blocks,
            outputs=(outputs,) if isinstance(outputs, str) else tuple(outputs) if outputs else None,
            outputs_place=place.at("outputs"),
            outputs_listed=isinstance(outputs, list),
            expect=expect,
            place=place,
        )

    # Parameters

    def _parameters(
        self, values: dict[str, Any], place: Place, declare: bool
    ) -> dict[str, Parameter]:
        params = {}
        for name, value in values.items():
            at = place.at(name)
            if not name.isidentifier():
                message = f"`{name}` cannot be the name of a parameter"
                self.sink.report("AS106", at.key(), message, help=["use letters, digits and `_`"])
                continue
            words = type_words(value)
            if isinstance(value, dict):
                message = f"parameter `{name}` must be a number, a truth value, text or a list"
                self.sink.report("AS107", at, message)
                continue
            params[name] = Parameter(
                name,
                words or type_name(value),
                None if words else value,
                words is not None,
                at,
            )
        return params

    def set_parameters(
        self, spec: Spec, values: Mapping[str, Any], places: Mapping[str, Place]
    ) -> Spec:
        """The spec with other values for its parameters; reports those that it does not have.

        Its expectations hold for its own values only, so they are dropped if any value changes.
        """
        merged = dict(spec.values)
        for name, value in values.items():
            place = places[name]
            param = spec.params.get(name)
            if param is None:
                near = nearest(name, list(spec.params))
                help = (
                    [f"did you mean `{near}`?"]
                    if near
                    else [f"it has {', '.join(spec.params) or 'none'}"]
                )
                message = f"`{spec.name}` has no parameter `{name}`"
                self.sink.report("AS110", place.key(), message, help=help)
            elif check_type(param, value, place, self.sink):
                merged[name] = value
        return spec._replace(values=merged)

    # Other files

    def _extending(self, keys: SpecKeys, place: Place) -> Spec | None:
        for key in ("layers", "blocks", "input", "inputs", "outputs", "use"):
            if getattr(keys, key) is not None:
                message = f"a spec that extends another has no `{key}` of its own"
                help = [
                    "`extends` changes the values of `params`; what differs more is another spec"
                ]
                self.sink.report("AS102", place.at(key, part="key"), message, help=help)
        base = self._other(str(keys.extends), place.at("extends"))
        if base is None:
            return None
        values = keys.params or {}
        params_place = place.at("params")
        spec = self.set_parameters(base, values, {n: params_place.at(n) for n in values})
        expect = None
        if keys.expect is not None:
            reader = ItemReader(self.sink, self.maker, {})
            expect = reader.expectation(keys.expect, place.at("expect"), frozenset(spec.params))
        return spec._replace(
            name=keys.name or default_name(place.document.source.name),
            title=keys.title or base.title,
            description=keys.description or base.description,
            expect=expect,
            place=place,
            base=base,
        )

    def _other(self, file: str, place: Place) -> Spec | None:
        path = os.path.join(os.path.dirname(place.document.source.name), file)
        real = os.path.abspath(path)
        if real in self._stack:
            names = [os.path.basename(n) for n in [*self._stack[self._stack.index(real) :], real]]
            self.sink.report(
                "AS109", place, "these files refer to each other: " + " → ".join(names)
            )
            return None
        if real in self._specs:
            return self._specs[real]
        document = self._open(path, place)
        return self.spec(document) if document else None

    def _blocks(self, keys: SpecKeys, place: Place) -> dict[str, Block]:
        """The blocks by name, their bodies still empty, and those of other files."""
        blocks: dict[str, Block] = {}
        for name, file in (keys.use or {}).items():
            at = place.at("use", name)
            other = self._other(file, at)
            if other is None:
                continue
            if name in other.blocks:
                blocks[name] = other.blocks[name]
            elif other.body.items:
                block = Block(
                    name,
                    {
                        p.name: p._replace(default=other.values[p.name])
                        for p in other.params.values()
                    },
                    at,
                )
                block.body, block.whole, block.title = other.body, other, other.title
                block.inputs = tuple(i.name for i in other.inputs)
                blocks[name] = block
            else:
                message = f"`{file}` has no block `{name}`"
                near = nearest(name, list(other.blocks))
                help = (
                    [f"did you mean `{near}`?"] if near else [f"it has {', '.join(other.blocks)}"]
                )
                self.sink.report("AS108", at, message, help=help)
        for name, value in (keys.blocks or {}).items():
            at = place.at("blocks", name)
            if not name.isidentifier() or name in layer_types():
                message = f"`{name}` cannot be the name of a block"
                help = [
                    "use lower-case words with `_`, such as conv_bn; layers have CamelCase names"
                ]
                self.sink.report("AS106", at.key(), message, help=help)
                continue
            if name in blocks:
                self.sink.report("AS302", at.key(), f"block `{name}` comes by `use` already")
            declared = value.get("params") if isinstance(value, dict) else None
            params = (
                self._parameters(declared, at.at("params"), declare=True)
                if isinstance(declared, dict)
                else {}
            )
            blocks[name] = Block(name, params, at)
        return blocks

    def _read_blocks(
        self, keys: SpecKeys, blocks: dict[str, Block], reader: ItemReader, place: Place
    ) -> None:
        for name, value in (keys.blocks or {}).items():
            block, at = blocks.get(name), place.at("blocks", name)
            if block is None or block.place != at:
                continue
            subject = f"block `{name}`"
            if not isinstance(value, dict):
                message = f"{subject} must be a mapping with `layers`, not {show(value)}"
                self.sink.report("AS104", at, message)
                continue
            check_names(BlockKeys, value, at, self.sink, subject, codes=("AS102", "AS103"))
            known = {k: v for k, v in value.items() if k in fields(BlockKeys)}
            if "layers" not in known:
                continue
            record = make_record(BlockKeys, known, at, self.sink, subject, "AS104")
            if record is None:
                continue
            if record.inputs is not None:
                block.inputs = (
                    (record.inputs,) if isinstance(record.inputs, str) else tuple(record.inputs)
                )
            block.title = record.title
            block.body = reader.body(record.layers, at.at("layers"), frozenset(block.params))

    def _refuse_recursion(self, blocks: dict[str, Block]) -> None:
        calls = {name: _called(block.body) for name, block in blocks.items() if block.whole is None}
        clear: set[str] = set()
        for start in calls:
            trail: list[tuple[str, list[CallItem]]] = [(start, list(calls[start]))]
            while trail:
                name, rest = trail[-1]
                if not rest:
                    clear.add(name)
                    trail.pop()
                    continue
                call = rest.pop()
                target = call.block.name
                names = [n for n, _ in trail]
                if target in names:
                    circle = " → ".join([*names[names.index(target) :], target])
                    message = f"block `{target}` calls itself: {circle}"
                    self.sink.report(
                        "AS211",
                        call.place.key(),
                        message,
                        help=["a block that repeats is a `repeat`"],
                    )
                elif target not in clear and target in calls:
                    trail.append((target, list(calls[target])))

    # Inputs

    def _inputs(
        self, keys: SpecKeys, scope: frozenset[str], place: Place
    ) -> tuple[InputDeclaration, ...]:
        if (keys.input is None) == (keys.inputs is None):
            if keys.input is None:
                help = ["write `input: [224, 224, 3]`: height, width, channels, without the batch"]
                self.sink.report("AS103", place.key(), "a spec needs `input`", help=help)
            else:
                message = "a spec has either `input` or `inputs`"
                self.sink.report("AS102", place.at("inputs", part="key"), message)
            return ()
        declared = [("input", keys.input, place.at("input"))]
        if keys.inputs is not None:
            declared = [(n, v, place.at("inputs", n)) for n, v in keys.inputs.items()]
        found = []
        for name, value, at in declared:
            short = not isinstance(value, dict)
            arguments = {"shape": value} if short else value
            if short and not isinstance(value, list | str):
                message = f"an input is a list of sizes such as [224, 224, 3], not {show(value)}"
                self.sink.report("AS104", at, message)
                continue
            if not check_names(Input, arguments, at, self.sink, f"input `{name}`"):
                continue
            shape = read_template(
                arguments["shape"], False, at if short else at.at("shape"), scope, self.sink
            )
            dtype = read_template(arguments.get("dtype"), True, at.at("dtype"), scope, self.sink)
            if shape and dtype:
                values = {"shape": shape.value, "dtype": dtype.value}
                found.append(
                    InputDeclaration(name, Template(values, shape.names | dtype.names), at)
                )
        return tuple(found)

    def _warn_unused(
        self,
        keys: SpecKeys,
        blocks: dict[str, Block],
        reader: ItemReader,
        params: dict[str, Parameter],
        inputs: tuple[InputDeclaration, ...],
        body: Body,
        expect: Any,
    ) -> None:
        if self.sink.errors or len(self._stack) > 1:
            return
        for name, block in blocks.items():
            if name not in reader.called:
                self.sink.report("AS902", block.place.key(), f"block `{name}` is never used")
        used = body.names.union(*(i.arguments.names for i in inputs))
        if expect is not None:
            used |= expect.values.names
        for name, param in params.items():
            if name not in used:
                self.sink.report("AS903", param.place.key(), f"parameter `{name}` is never used")


def _called(body: Body) -> list[CallItem]:
    found: list[CallItem] = []
    bodies = [body]
    while bodies:
        for item in bodies.pop().items:
            found += [item] if isinstance(item, CallItem) else []
            bodies += _inner(item)
    return found


def _inner(item: Item) -> list[Body]:
    if isinstance(item, RepeatItem):
        return [item.body]
    return list(item.branches.values()) if isinstance(item, ParallelItem) else []


def type_words(value: Any) -> str | None:
    """``int``, or several types such as ``int | list``, if the value of a parameter is that."""
    if not isinstance(value, str):
        return None
    words = [w.strip() for w in value.split("|")]
    return " | ".join(words) if all(w in TYPES for w in words) else None


def type_name(value: Any) -> str:
    """The type of a parameter with that default; null takes anything."""
    if value is None:
        return "any"
    return "float" if isinstance(value, float) else type(value).__name__


def check_type(param: Parameter, value: Any, place: Place, sink: Sink) -> bool:
    """Whether a value has the type of a parameter; reports if not."""
    words = param.type.split(" | ")
    wanted = tuple([t for w in words for t in TYPES.get(w, ())])
    if not wanted or (param.default is None and value is None and not param.required):
        return True
    if isinstance(value, wanted) and ("bool" in words or not isinstance(value, bool)):
        return True
    help = []
    if param.type == "int" and isinstance(value, float):
        help = [f"for fractions, declare the default of `{param.name}` as {param.default}.0"]
    message = f"parameter `{param.name}` is of type {param.type}, not {show(value)}"
    notes = [Note("it is declared here", param.place.key())]
    sink.report("AS111", place, message, help=help, notes=notes)
    return False


def default_name(path: str) -> str:
    """The name of a network whose file gives none: the file's."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return "network" if stem.startswith("<") else stem
