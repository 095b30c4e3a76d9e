"""Document to spec: the top of the file, parameters, blocks, and the files that it refers to."""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Note, Place, Sink
from archspec.diagnostics.spelling import suggest
from archspec.formulas.expressions import is_name
from archspec.formulas.read import read_template
from archspec.formulas.templates import Template
from archspec.layers import layer_type, registered
from archspec.layers.core import Input
from archspec.parse.document import Document
from archspec.records.cache import BoundedCache
from archspec.records.record import Record, fields
from archspec.spec.check_values import Maker, check_names, make_record, show, sound_values
from archspec.spec.lint import Declared, lint
from archspec.spec.parameters import better_name, declared_parameters, set_parameters
from archspec.spec.read_items import ItemReader
from archspec.spec.recursion import refuse_recursion
from archspec.spec.types import (
    Block,
    Body,
    InputDeclaration,
    Parameter,
    Spec,
)
from archspec.spec.words import CONSTRUCTS, BlockKeys, SpecKeys, is_wire_name

Open = Callable[[str, Place | None], Document | None]
"""Opens another file for ``extends`` and ``use``; reports at the place and returns None if it cannot."""

MAX_FILES = 30
"""Longest chain of files of which each refers to the next one."""

_VERSION = 1
_INPUT = "write `input: [224, 224, 3]`: height, width, channels, without the batch"


class _Known(NamedTuple):
    """A sound spec that other files use, and all that it was made of."""

    spec: Spec
    files: tuple[tuple[str, Document], ...]
    """The files that it refers to, directly or not, as they were."""
    layers: int
    """How many layers of one's own had been registered."""


_LIBRARY: BoundedCache[Document, _Known] = BoundedCache(500)
"""Files that others extend or use are validated once, as long as they do not change."""


def forget_library() -> None:
    """Validate files that others refer to anew."""
    _LIBRARY.clear()


class Validator:
    """Validates documents; files that several specs use are read once."""

    def __init__(self, sink: Sink, open: Open) -> None:
        self.sink = sink
        self.maker = Maker(sink)
        self._open = open
        self._specs: dict[str, Spec | None] = {}
        self._stack: list[str] = []
        self._opened: list[tuple[str, Document]] = []

    def spec(self, document: Document) -> Spec | None:
        """The spec of a document, or None after reporting why there is none."""
        name = _absolute(document.source.name)
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
            message = "a spec is a mapping with `archspec`, `input` and `layers`, not "
            help = [f"begin with `archspec: {_VERSION}`"]
            if isinstance(values, list):
                help.append("and put this list under `layers:`")
            self.sink.report("AS101", place, message + show(values), help=help)
            return None
        if "spec" in values:
            message = "this file is a recipe, which trains a network: a spec has no key `spec`"
            network = values["spec"]
            help = [f"the network is in `{network}`"] if isinstance(network, str) else []
            self.sink.report("AS102", place.at("spec").key(), message, help=help)
            return None
        lost = self._check_keys(values, place)
        known = {k: v for k, v in values.items() if k in fields(SpecKeys)}
        version = known.pop("archspec", _VERSION)
        if version != _VERSION or isinstance(version, bool):
            message = f"format version {show(version)} is not known"
            help = [f"this archspec reads version {_VERSION}: `archspec: {_VERSION}`"]
            self.sink.report("AS105", place.at("archspec"), message, help=help)
        keys = self._keys(known, place)
        if keys is None:
            return None
        if keys.extends is not None:
            return self._extending(keys, place)
        params = declared_parameters(keys.params or {}, place.at("params"), self.sink)
        blocks, broken = self._blocks(keys, place)
        reader = ItemReader(self.sink, self.maker, blocks)
        reader.broken = broken | lost
        self._read_blocks(keys, blocks, reader, place)
        if _is_library(values):
            return self._assemble(keys, params, (), Body((), place), blocks, place, None)
        scope = lost.union(params)
        inputs = self._inputs(keys, scope, place)
        body = Body((), place)
        if keys.layers:
            body = reader.body(keys.layers, place.at("layers"), scope)
        elif "layers" in values and values["layers"] in (None, []):
            help = ["a network has at least one layer: `- Flatten`"]
            self.sink.report("AS104", place.at("layers"), "`layers` is empty", help=help)
        refuse_recursion(blocks, self.sink)
        expect = None
        if keys.expect is not None:
            expect = reader.expectation(keys.expect, place.at("expect"), scope)
        self._warn_unused(keys, blocks, reader, params, inputs, body, expect)
        return self._assemble(keys, params, inputs, body, blocks, place, expect)

    def _check_keys(self, values: dict[str, Any], place: Place) -> frozenset[str]:
        """Report unknown and missing keys.

        Gives the names under unknown keys: they may be meant as parameters or blocks, so what uses
        them is not reported too.
        """
        needs = {"archspec"}
        if "extends" not in values and not _is_library(values):
            needs |= {"layers"} if "inputs" in values else {"input", "layers"}
        check_names(
            SpecKeys,
            values,
            place,
            self.sink,
            "a spec",
            codes=("AS102", "AS103"),
            needs=frozenset(needs),
        )
        return _names_under_unknown(SpecKeys, values)

    def _keys(self, known: dict[str, Any], place: Place) -> SpecKeys | None:
        """The keys without those whose values are wrong; None if names are missing with them."""
        complete = {**known, "archspec": _VERSION}
        keys = make_record(SpecKeys, complete, place, self.sink, "a spec", "AS104")
        if keys is None:
            sound = sound_values(SpecKeys, complete)
            if any(key in known and key not in sound for key in ("params", "blocks", "use")):
                return None
            keys = SpecKeys(**sound)
        return keys

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
        spec = set_parameters(base, values, {n: params_place.at(n) for n in values}, self.sink)
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
        if "\0" in file:
            self.sink.report("AS108", place, f"{show(file)} cannot be the name of a file")
            return None
        path = os.path.join(os.path.dirname(place.document.source.name), file)
        real = _absolute(path)
        if real in self._stack:
            names = [os.path.basename(n) for n in [*self._stack[self._stack.index(real) :], real]]
            message = "these files refer to each other: " + " → ".join(names)
            self.sink.report("AS109", place, message)
            return None
        if real in self._specs:
            return self._specs[real]
        if len(self._stack) >= MAX_FILES:
            message = f"more than {MAX_FILES} files refer to the next one"
            self.sink.report("AS108", place, message, help=["refer to the last one of them"])
            return None
        document = self._open(path, place)
        if document is None:
            return None
        self._opened.append((path, document))
        known = _LIBRARY.get(document)
        if known is not None and known.layers == registered() and self._unchanged(known, place):
            self._opened += known.files
            self._specs[real] = known.spec
            return known.spec
        start, told = len(self._opened), self.sink.reports
        spec = self.spec(document)
        if self.sink.found_fault(document.source.name):
            spec = self._specs[real] = None  # none of its names may be told
        if spec is not None and self.sink.reports == told:
            _LIBRARY[document] = _Known(spec, tuple(self._opened[start:]), registered())
        return spec

    def _unchanged(self, known: _Known, place: Place) -> bool:
        """Whether the files that a spec refers to are still the same documents."""
        return all(self._open(path, place) is document for path, document in known.files)

    def _blocks(self, keys: SpecKeys, place: Place) -> tuple[dict[str, Block], set[str]]:
        """The blocks by name, their bodies still empty, those of other files; and broken ones."""
        blocks: dict[str, Block] = {}
        broken: set[str] = set()
        for name, file in (keys.use or {}).items():
            at = place.at("use", name)
            block = self._used(name, file, at) if self._check_block_name(name, at) else None
            if block is None:
                broken.add(name)
            else:
                blocks[name] = block
        for name, value in (keys.blocks or {}).items():
            at = place.at("blocks", name)
            if not self._check_block_name(name, at):
                broken.add(name)
                continue
            if name in blocks:
                message = f"block `{name}` comes by `use` already"
                notes = [Note("it is used here", place.at("use", name).key())]
                help = ["give one of them another name"]
                self.sink.report("AS302", at.key(), message, notes=notes, help=help)
            if not isinstance(value, dict):
                message = f"block `{name}` must be a mapping with `layers`, not {show(value)}"
                self.sink.report("AS104", at, message)
                broken.add(name)
                continue
            declared = value.get("params")
            params = {}
            if isinstance(declared, dict):
                params = declared_parameters(declared, at.at("params"), self.sink)
            if declared is not None and not isinstance(declared, dict):
                broken.add(name)
            blocks[name] = Block(name, params, at)
        return {n: b for n, b in blocks.items() if n not in broken}, broken

    def _check_block_name(self, name: str, place: Place) -> bool:
        if is_name(name) and layer_type(name) is None and name not in CONSTRUCTS:
            return True
        message = f"`{name}` cannot be the name of a block"
        help = ["use lower-case words with `_`" + (better_name(name) or ", such as conv_bn")]
        if layer_type(name) is not None or name in CONSTRUCTS:
            help = [f"`{name}` is a word of the language; choose one such as `my_{name.lower()}`"]
        self.sink.report("AS106", place.key(), message, help=help)
        return False

    def _used(self, name: str, file: str, place: Place) -> Block | None:
        """A block of another file, or its whole network as a block."""
        other = self._other(file, place)
        if other is None:
            return None
        if name in other.blocks:
            return other.blocks[name]
        if not other.body.items:
            listed = ", ".join(f"`{n}`" for n in other.blocks)
            help = [suggest(name, list(other.blocks), f"it has {listed or 'none'}")]
            help = [] if self.sink.withholds(other.body.place) else help
            self.sink.report("AS108", place, f"`{file}` has no block `{name}`", help=help)
            return None
        params = {p.name: p._replace(default=other.values[p.name]) for p in other.params.values()}
        block = Block(name, params, place)
        block.body, block.whole, block.title = other.body, other, other.title
        block.inputs = tuple(i.name for i in other.inputs)
        return block

    def _read_blocks(
        self, keys: SpecKeys, blocks: dict[str, Block], reader: ItemReader, place: Place
    ) -> None:
        for name, value in (keys.blocks or {}).items():
            block, at = blocks.get(name), place.at("blocks", name)
            if not isinstance(value, dict):
                continue
            subject = f"block `{name}`"
            check_names(BlockKeys, value, at, self.sink, subject, codes=("AS102", "AS103"))
            lost = _names_under_unknown(BlockKeys, value)
            if lost:
                reader.broken.add(name)
                blocks.pop(name, None)
            known = {k: v for k, v in value.items() if k in fields(BlockKeys)}
            if "layers" not in known:
                continue
            record = make_record(BlockKeys, known, at, self.sink, subject, "AS104")
            if record is None or block is None or block.place != at:
                continue
            if record.inputs is not None:
                inputs = record.inputs
                block.inputs = (inputs,) if isinstance(inputs, str) else tuple(inputs)
                self._check_input_names(block.inputs, at.at("inputs"))
            block.title = record.title
            scope = lost.union(block.params)
            block.body = reader.body(record.layers, at.at("layers"), scope)

    def _check_input_names(self, names: tuple[str, ...], place: Place) -> None:
        for number, name in enumerate(names):
            at = place.at(number) if len(names) > 1 else place
            if not is_wire_name(name):
                message = f"`{name}` cannot be the name of an input"
                self.sink.report("AS106", at, message, help=["use letters, digits and `_`"])
            elif name in names[:number]:
                self.sink.report("AS302", at, f"the name `{name}` stands twice")

    # Inputs

    def _inputs(
        self, keys: SpecKeys, scope: frozenset[str], place: Place
    ) -> tuple[InputDeclaration, ...]:
        if keys.input is not None and keys.inputs is not None:
            message = "a spec has either `input` or `inputs`"
            help = ["`input: [28, 28, 1]` is one; `inputs: {left: [8], right: [8]}` are several"]
            self.sink.report("AS102", place.at("inputs", part="key"), message, help=help)
            return ()
        if keys.inputs is not None and not keys.inputs:
            self.sink.report("AS104", place.at("inputs"), "`inputs` is empty")
        if keys.input is None and keys.inputs is None:
            given = place.document.at(place.path)
            if "input" in given and given["input"] is None:
                self.sink.report("AS104", place.at("input"), "`input` is empty", help=[_INPUT])
            return ()
        declared = [("input", keys.input, place.at("input"))]
        if keys.inputs is not None:
            declared = [(n, v, place.at("inputs", n)) for n, v in keys.inputs.items()]
        found = []
        for name, value, at in declared:
            if not is_wire_name(name):
                message = f"`{name}` cannot be the name of an input"
                help = ["use letters, digits and `_`"]
                self.sink.report("AS106", at.key(), message, help=help)
                continue
            short = not isinstance(value, dict)
            arguments: Any = {"shape": value} if short else value
            if short and not isinstance(value, list | str):
                message = f"an input is a list of sizes such as [224, 224, 3], not {show(value)}"
                help = [f"one axis of that size is `[{value}]`"] if type(value) is int else []
                self.sink.report("AS104", at, message, help=help)
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
        used = body.names.union(*(i.arguments.names for i in inputs))
        if expect is not None:
            used |= expect.values.names
        lint(Declared(blocks, reader.called, params, used), self.sink)


def _is_library(values: dict[str, Any]) -> bool:
    """Whether a spec has blocks only, for others to use."""
    return "blocks" in values and not any(k in values for k in ("layers", "input", "inputs"))


def _names_under_unknown(type: type[Record], values: dict[str, Any]) -> frozenset[str]:
    known = fields(type)
    unknown = (v for k, v in values.items() if k not in known and isinstance(v, dict))
    return frozenset(name for value in unknown for name in value)


def _absolute(path: str) -> str:
    """The absolute path, by which files are told apart; the path itself in a removed folder."""
    try:
        return os.path.abspath(path)
    except OSError:
        return path


def default_name(path: str) -> str:
    """The name of a network whose file gives none: the file's."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return "network" if stem.startswith("<") else stem
