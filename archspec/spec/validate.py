"""Document to spec: the top of the file, parameters, blocks, and the files that it refers to."""

import os
from typing import Any

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.sink import REPORTED, Diagnostic, Place, Reported, Sink
from archspec.diagnostics.spelling import nearest
from archspec.parse.document import Document
from archspec.records.record import fields
from archspec.spec.check_values import Maker, check_names, make_record, show, sound_values
from archspec.spec.defaults import DEFAULTS
from archspec.spec.lint import Declared, lint
from archspec.spec.other_files import Open, OtherFiles, absolute
from archspec.spec.parameters import declared_parameters, set_parameters
from archspec.spec.read_blocks import declare_blocks, names_among, names_under_unknown, read_blocks
from archspec.spec.read_inputs import has_input_among, read_inputs
from archspec.spec.read_items import ItemReader
from archspec.spec.read_lets import read_lets, waiting
from archspec.spec.recursion import refuse_recursion
from archspec.spec.types import (
    Block,
    Body,
    Expect,
    InputDeclaration,
    Module,
    Parameter,
    Spec,
)
from archspec.spec.words import SpecKeys

_VERSION = 1


class Validator:
    """Validates documents; files that several specs use are read once."""

    def __init__(self, sink: Sink, open: Open) -> None:
        self.sink = sink
        self.maker = Maker(sink)
        self.files = OtherFiles(sink, open, self.spec)

    def spec(self, document: Document) -> Spec | Reported:
        """The spec of a document."""
        name, files = absolute(document.source.name), self.files
        if name in files.specs:
            return files.specs[name]
        files.stack.append(name)
        try:
            result = files.specs[name] = self._spec(document)
        finally:
            files.stack.pop()
        return result

    def _spec(self, document: Document) -> Spec | Reported:
        values, place = document.value, document.root
        if not isinstance(values, dict):
            from archspec.spec import other_tops  # for what is wrong only

            return other_tops.refuse_no_mapping(values, place, self.sink)
        if "spec" in values:
            message = "this file is a recipe, which trains a network: a spec has no key `spec`"
            network = values["spec"]
            help = [f"the network is in `{network}`"] if isinstance(network, str) else []
            return self.sink.report("AS102", place.at("spec").key(), message, help=help)
        layers = "layers"
        if not fields(SpecKeys).keys() >= values.keys():
            from archspec.spec import other_tops  # for what is wrong only

            if other_tops.is_none(values):
                return other_tops.refuse_none(values, place, self.sink)
            layers = other_tops.key_of_layers(values) or layers
            if layers != "layers":
                other_tops.refuse_key_of_layers(layers, place, self.sink)
                values = {"layers" if k == layers else k: v for k, v in values.items()}
        lost = self._check_keys(values, place)
        known = {k: v for k, v in values.items() if k in fields(SpecKeys) and v is not REPORTED}
        if any(values.get(key) is REPORTED for key in ("params", "blocks", "use")):
            return REPORTED
        version = known.pop("archspec", _VERSION)
        if version != _VERSION or isinstance(version, bool):
            message = f"format version {show(version)} is not known"
            said = f"this archspec reads version {_VERSION}: `archspec: {_VERSION}`"
            at = place.at("archspec")
            self.sink.report("AS105", at, message, help=[replace(said, at, _VERSION, certain=True)])
        keys = self._keys(known, place)
        if keys is REPORTED:
            return REPORTED
        if keys.lint is not None:
            from archspec.spec.read_lint import check_lint  # few specs have it

            check_lint(keys.lint, place.at("lint"), self.sink)
        if keys.extends is not None:
            return self._extending(keys, place)
        params = declared_parameters(keys.params or {}, place.at("params"), self.sink)
        reader = ItemReader(self.sink, self.maker, {}, Module(place))
        scope = lost.union(params)
        own = {name: param.place for name, param in params.items()}
        lets, scope = read_lets(keys.let, place.at("let"), scope, own, reader)
        known_blocks = reader.blocks = declare_blocks(keys, place, self.files, reader, scope)
        for word in lost | self.files.missed:
            known_blocks.setdefault(word, REPORTED)
        sooner = scope.difference(waiting(lets))
        if keys.defaults:
            from archspec.spec.read_defaults import read_defaults  # few specs have them

            at = place.at(DEFAULTS)
            reader.defaults = read_defaults(keys.defaults, at, sooner, known_blocks, self.sink)
        read_blocks(keys, reader, place, sooner)
        blocks = {n: block for n, block in known_blocks.items() if block is not REPORTED}
        body = Body((), place, lets, reader.module, True)
        if _is_library(values):
            return self._assemble(keys, params, (), body, blocks, place, None)
        inputs, lost_inputs = read_inputs(keys, sooner, place, self.sink)
        if keys.layers:
            body = reader.body(keys.layers, place.at(layers), scope, lets, True)
        elif "layers" in values and values["layers"] in (None, []):
            said = "a network has at least one layer, for example `- Flatten`"
            at = place.at("layers")
            fix = replace(said, at, ["Flatten"])
            self.sink.report("AS104", at, "`layers` is empty", help=[fix])
        if refuse_recursion(blocks, self.sink) is REPORTED:
            return REPORTED
        expect = None
        if keys.expect is not None:
            expect = _sound(reader.expectation(keys.expect, place.at("expect"), scope, asks=False))
        self._warn_unused(keys, blocks, reader, params, inputs, body, expect)
        spec = self._assemble(keys, params, inputs, body, blocks, place, expect)
        values = {**dict.fromkeys(lost, REPORTED), **spec.values}
        return spec._replace(lost_inputs=lost_inputs, values=values)

    def _check_keys(self, values: dict[str, Any], place: Place) -> frozenset[str]:
        """Report unknown and missing keys.

        Gives the names under unknown keys: they may be meant as parameters or blocks, so what uses
        them is not reported too.
        """
        needs = {"archspec"}
        if "extends" not in values and not _is_library(values):
            needs |= {"layers"} if "inputs" in values else {"input", "layers"}
            if not needs <= values.keys() and has_input_among(values.get("layers")):
                needs -= {"input"}  # it is told there
        if "layers" not in values and _holds_layers(values.get("input")):
            needs -= {"layers"}  # it is told there
        unknown = values.keys() - fields(SpecKeys).keys()
        if any(_holds_layers(values[name]) for name in unknown):
            needs &= {"archspec"}  # it stands too deep, under a key that is told
        if any(nearest(name, fields(SpecKeys)) == "extends" for name in unknown):
            needs &= {"archspec"}
        if self.sink.errors and any(_is_slip(d, place) for d in self.sink.found):
            needs = set()  # it may be what could not be read
        check_names(
            SpecKeys,
            values,
            place,
            self.sink,
            "a spec",
            codes=("AS102", "AS103"),
            needs=frozenset(needs),
        )
        return names_under_unknown(SpecKeys, values).union(names_among(values.get("layers")))

    def _keys(self, known: dict[str, Any], place: Place) -> SpecKeys | Reported:
        """The keys without those whose values are wrong; not if names are missing with them."""
        complete = {**known, "archspec": _VERSION}
        keys = make_record(SpecKeys, complete, place, self.sink, "a spec", "AS104")
        if keys is None:
            sound = sound_values(SpecKeys, complete)
            if any(key in known and key not in sound for key in ("params", "blocks", "use")):
                return REPORTED
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

    def _extending(self, keys: SpecKeys, place: Place) -> Spec | Reported:
        for key in ("layers", "blocks", "input", "inputs", "outputs", "use", "let", "defaults"):
            if getattr(keys, key) is not None:
                message = f"a spec that extends another has no `{key}` of its own"
                help: list[str | Fix] = [
                    "`extends` changes the values of `params`; what differs more is another spec"
                ]
                if key == "layers" and not keys.params:
                    help = [*help, remove("leave out `extends`", place.at("extends"))]
                help = [*help, remove(f"leave out `{key}`", place.at(key))]
                self.sink.report("AS102", place.at(key, part="key"), message, help=help)
        base = self.files.spec(str(keys.extends), place.at("extends"))
        if base is REPORTED:
            return REPORTED
        values = keys.params or {}
        params_place = place.at("params")
        spec = set_parameters(base, values, {n: params_place.at(n) for n in values}, self.sink)
        expect = None
        if keys.expect is not None and values.keys() <= base.params.keys():
            reader = ItemReader(self.sink, self.maker, {}, Module(place))
            names = frozenset(spec.params).union(n for n, _ in spec.body.lets)
            expect = _sound(reader.expectation(keys.expect, place.at("expect"), names, asks=False))
        return spec._replace(
            name=keys.name or default_name(place.document.source.name),
            title=keys.title or base.title,
            description=keys.description or base.description,
            expect=expect,
            place=place,
            base=base,
        )

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
        if self.sink.errors or len(self.files.stack) > 1:
            return
        used = body.names.union(body.module.outer, *(i.arguments.names for i in inputs))
        if expect is not None:
            used |= expect.values.names
        lint(Declared(blocks, reader.called, params, used, body, reader.defaults), self.sink)


def _holds_layers(value: Any) -> bool:
    """Whether the layers stand too far right, below something else."""
    return isinstance(value, dict) and isinstance(value.get("layers"), list)


def _is_slip(found: Diagnostic, place: Place) -> bool:
    """Whether something tells of text that could not be read."""
    return found.code.startswith("AS0") and found.source == place.document.source


def _sound(expect: Expect | Reported) -> Expect | None:
    return None if expect is REPORTED else expect


def _is_library(values: dict[str, Any]) -> bool:
    """Whether a spec has blocks only, for others to use."""
    return "blocks" in values and not any(k in values for k in ("layers", "input", "inputs"))


def default_name(path: str) -> str:
    """The name of a network whose file gives none: the file's."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return "network" if stem.startswith("<") else stem
