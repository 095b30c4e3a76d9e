"""A network as one spec with its blocks and repeats, the values of its parameters put in."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.spelling import near_words
from archspec.emit.flat import flat_data, head
from archspec.emit.flat_entries import by_role
from archspec.emit.substitute import (
    bare_formula,
    bare_text,
    has_references,
    substitute,
    substitute_formula,
)
from archspec.expand.graph import Node
from archspec.formulas.explain import ExpressionError
from archspec.formulas.templates import Template
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer, layer_types
from archspec.records.record import fields
from archspec.spec.check_values import Maker
from archspec.spec.types import (
    ApplyItem,
    Block,
    Body,
    CallItem,
    Expect,
    Item,
    LayerItem,
    LostItem,
    ParallelItem,
    Parameter,
    RepeatItem,
    Spec,
    outer,
    values_outside,
)
from archspec.spec.words import CONSTRUCTS, Apply
from archspec.spec.written import arguments, document

Values = Mapping[str, Any]


def blocks_spec(shaped: ShapedGraph) -> str:
    """The spec as YAML: what it extends and uses is in it, its own parameters have their values.

    A valid spec of the same nodes under the same names. Blocks that are not called are left out.
    """
    return document(blocks_data(shaped))


class _OpenError(Exception):
    """A block sees a name of its file whose value only its callers know, or loses its own name."""


def blocks_data(shaped: ShapedGraph) -> dict[str, Any]:
    """The spec as plain values.

    It is the flat one if a block sees names of a file that is used with values which are open.
    """
    spec = shaped.graph.spec
    found = head(shaped)
    try:
        writer = _Writer(_names(spec), shaped.graph.nodes)
        written = writer.body(spec.body, spec.values)
        if not writer.kept.isdisjoint(writer.words):  # what stays a parameter is no word
            writer = _Writer(_names(spec) | writer.kept, shaped.graph.nodes)
            written = writer.body(spec.body, spec.values)
    except _OpenError:
        return flat_data(shaped)
    kept = {name: value for name, value in spec.values.items() if name in writer.kept}
    if kept:
        found["params"] = kept
    if "let" in written:
        found["let"] = written["let"]
    if writer.blocks:
        found["blocks"] = writer.blocks
    found["layers"] = written["layers"]
    if spec.outputs is not None:
        found["outputs"] = list(spec.outputs) if len(spec.outputs) > 1 else spec.outputs[0]
    if spec.expect is not None:
        found["expect"] = writer.expectation(spec.expect, shaped.graph.values)
    return found


class _Writer:
    def __init__(self, names: set[str], nodes: Sequence[Node]) -> None:
        self.names = names
        self.nodes = nodes
        self.words: set[str] = set()
        """Words that stand in tables without quotes."""
        self.blocks: dict[str, Any] = {}
        """The blocks that are called, as they are written; those that others call come first."""
        self.kept: set[str] = set()
        """Parameters of the spec that stand in formulas still."""
        self._names: dict[tuple[int, str], str] = {}

    def call(self, block: Block, around: Values) -> str:
        """The name of a block, which is written when it is called first.

        One that sees other values of its file ``around`` it is another block.
        """
        key = id(block), repr(around)
        name = self._names.get(key)
        if name is None:
            name, count = block.name, 1
            while name in self._names.values():  # of another file
                count += 1
                name = f"{block.name}_{count}"
            self._names[key] = name
            self.blocks[name] = self.block(block, around)
        return name

    def block(self, block: Block, around: Values) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if block.title is not None:
            found["title"] = block.title
        if block.params and not _is_filled_in(block):
            found["params"] = {p.name: _declared(p) for p in block.params.values()}
        if block.inputs != ("input",):
            found["inputs"] = list(block.inputs) if len(block.inputs) != 1 else block.inputs[0]
        inner = around
        if not _is_filled_in(block):
            inner = {n: v for n, v in around.items() if n not in block.params}
        found |= self.body(block.body, inner)
        if block.outputs is not None:
            inner, _ = self.lets(block.body, inner)
            wires = [(o.name, self.value(o.wire, inner)) for o in block.outputs]
            named = any(name is not None for name, _ in wires)
            found["outputs"] = dict(wires) if named else [wire for _, wire in wires]
        return found

    def body(self, body: Body, values: Values) -> dict[str, Any]:
        """The layers, and before them the names that are worked out: those that are known are put in."""
        found: dict[str, Any] = {}
        known, let = self.lets(body, values)
        if body.top:
            known |= {outer(n): known[n] for n in body.module.outer if n in known}
        if let:
            found["let"] = let
        written = (self.item(i, known) for i in body.items)
        found["layers"] = [w for w in written if w is not None]
        return found

    def lets(self, body: Body, values: Values) -> tuple[dict[str, Any], dict[str, Any]]:
        """The values with those of a `let` that are known, and what the others are made of."""
        known = dict(values)
        let = {}
        for name, template in body.lets:
            try:
                known[name] = template.evaluate(known)
            except (ExpressionError, KeyError):
                let[name] = self.cell(template, known)
                known.pop(name, None)
        return known, let

    def item(self, item: Item, values: Values) -> Any:
        """An item as it is written; None if its condition is known to be false."""
        when = self.value(item.when, values)
        if when is False:
            return None
        written: dict[str, Any] = {}
        if item.name is not None:
            written["name"] = self.value(item.name, values)
        if item.sources is not None:
            sources = [self.value(s, values) for s in item.sources]
            written["from"] = sources[0] if len(sources) == 1 else sources
            if item.roles:
                written["from"] = by_role(item.roles, sources)
        if when is not None and when is not True:
            written["when"] = when
        word, own = self.own(item, values)
        if isinstance(item, CallItem) and item.name is None and word != item.block.name:
            written = {"name": self.automatic_name(item), **written}
        trainable = self.value(item.trainable, values)
        if trainable is not None and trainable is not True:
            written["trainable"] = trainable
        expect = {}
        if item.expect is not None:
            expect["expect"] = self.expectation(item.expect, values)
        holds_layers = "layers" in own or "branches" in own
        written |= {**expect, **own} if holds_layers else {**own, **expect}
        return {word: written} if written else word

    def automatic_name(self, item: CallItem) -> str:
        """The name that a call has by itself, whose block is written under another one."""
        names = {
            scope.path.rpartition(".")[2]
            for node in self.nodes
            for scope in node.scope.chain()
            if scope.item is item and scope.kind == "block"
        }
        if len(names) != 1:
            raise _OpenError
        return names.pop()

    def own(self, item: Item, values: Values) -> tuple[str, dict[str, Any]]:
        """The word of an item and its own arguments."""
        match item:
            case LayerItem():
                return item.word, self.layer(item, values)
            case CallItem():
                block, params = item.block, item.block.params
                if _is_filled_in(block):
                    return self.call(block, _filled_in(item, values)), {}
                given = {
                    n: self.value(t, values) if params[n].takes_text else self.formula(t, values)
                    for n, t in item.arguments.items()
                }
                return self.call(block, _around(block, values)), given
            case RepeatItem():
                return item.word, self.repeat(item, values)
            case ParallelItem():
                return item.word, self.parallel(item, values)
            case ApplyItem():
                given = {n: self.formula(t, values) for n, t in item.arguments.items()}
                return Apply.word, {"layer": self.value(item.target, values), **given}
            case LostItem():
                raise AssertionError("specs with errors are not written")
            case _:
                assert_never(item)

    def layer(self, item: LayerItem, values: Values) -> dict[str, Any]:
        """The arguments of a layer: the shortest if all of them are known.

        What is never made may have values that no layer takes: its formulas stay.
        """
        if item.layer is not None:
            return arguments(item.layer)
        assert item.arguments is not None
        kept: set[str] = set()
        found: dict[str, Any] = substitute(item.arguments, values, kept)
        if item.call is not None:
            self.kept |= kept
            called: dict[str, Any] = self.wrapped(found, values)
            return called
        if any(_is_open(item.type, name, value) for name, value in found.items()):
            self.kept |= kept
            return {name: self.in_texts(value) for name, value in found.items()}
        layer = Maker(Sink()).layer(item.type, found, item.place)
        if layer is not None:
            return arguments(layer)
        self.kept |= item.arguments.names & values.keys()
        unchanged: dict[str, Any] = self.value(item.arguments, {})
        return unchanged

    def wrapped(self, value: Any, values: Values) -> Any:
        """The arguments of a wrapper, with the call of its block as it is written."""
        if isinstance(value, dict):
            return {n: self.wrapped(v, values) for n, v in value.items()}
        if not isinstance(value, CallItem):
            return self.in_texts(value)
        word, given = self.own(value, values)
        return {word: given} if given else word

    def repeat(self, item: RepeatItem, values: Values) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if item.times is not None:
            found["times"] = self.value(item.times, values)
        if item.rows is not None:
            found["for"] = [*item.columns]
            found["rows"] = self.rows(item.rows, values)
        elif item.columns:
            found["for"] = {n: self.column(c, values) for n, c in item.columns.items()}
        if item.index is not None:
            found["as"] = item.index
        columns = [] if item.rows is not None else found.get("for", {}).values()
        if found.get("times") == 0 or found.get("rows") == [] or [] in columns:
            return {**found, "layers": []}  # which have never been looked at
        own = {item.index, *item.columns}
        inner = {n: v for n, v in values.items() if n not in own}
        if item.word == "dense_block":
            (parallel,) = item.body.items
            assert isinstance(parallel, ParallelItem)
            found |= self.parallel(parallel, inner)
        else:
            found |= self.body(item.body, inner)
        return found

    def rows(self, rows: Template | tuple[tuple[Template, ...], ...], values: Values) -> Any:
        """The rows of a table; those that a formula gives are known, or it stays."""
        if not isinstance(rows, Template):
            return [[self.cell(c, values) for c in row] for row in rows]
        found = self.value(rows, values)
        if not isinstance(found, list):
            return found
        return [[self.bare(v) for v in row] for row in found]

    def parallel(self, item: ParallelItem, values: Values) -> dict[str, Any]:
        found: dict[str, Any] = {}
        default = fields(CONSTRUCTS[item.word])["merge"].default
        merge = None if item.merge is None else self.item(item.merge, values)
        if merge != default:
            found["merge"] = merge
        skip = self.value(item.skip, values)
        if skip is not None and skip is not True:
            found["skip"] = skip
        bodies = {n: self.body(b, values)["layers"] for n, b in item.branches.items()}
        if item.word == "parallel":
            found["branches"] = bodies
            return found
        found["layers"] = bodies[""]
        if bodies.get("shortcut"):
            found["shortcut"] = bodies["shortcut"]
        return found

    def expectation(self, expect: Expect, values: Values) -> Any:
        written = self.value(expect.values, values)
        if expect.source is None and written.keys() == {"shape"}:
            return written["shape"]
        return {**written, "source": expect.source} if expect.source is not None else written

    def value(self, template: Any, values: Values) -> Any:
        """A template as it is written, with the values that are known."""
        if template is None:
            return None
        return self.in_texts(substitute(template, values, self.kept))

    def in_texts(self, value: Any) -> Any:
        """A value with words in the formulas of its texts."""
        if isinstance(value, dict):
            return {name: self.in_texts(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.in_texts(inner) for inner in value]
        return bare_text(value, self.is_free) if isinstance(value, str) and "$(" in value else value

    def formula(self, template: Any, values: Values) -> Any:
        """The same for what is read as a formula."""
        return substitute_formula(template, values, self.kept)

    def cell(self, template: Any, values: Values) -> Any:
        """What is read as a formula in which a word that is no parameter is text."""
        found = self.formula(template, values)
        if isinstance(found, list):
            return [bare_formula(v, self.is_free) for v in found]
        return bare_formula(found, self.is_free)

    def column(self, template: Any, values: Values) -> Any:
        """A column of a table, in which a word that is no parameter needs no quotes."""
        found = self.formula(template, values)
        return [self.bare(v) for v in found] if isinstance(found, list) else found

    def bare(self, text: Any) -> Any:
        word = text[1:-1] if isinstance(text, str) and text[:1] == "'" else ""
        if not word.isidentifier() or word in self.names:
            return bare_formula(text, self.is_free)
        self.words.add(word)
        return word

    def is_free(self, word: str) -> bool:
        """Whether a word in a formula can mean nothing else than itself, and is near to no name."""
        if near_words(word, sorted(self.names), elsewhere=False).certain:
            return False
        self.words.add(word.partition(".")[0])
        return word.partition(".")[0] not in self.names


def _names(spec: Spec) -> set[str]:
    """What a word in a formula may mean somewhere in a spec, but for its own parameters."""
    found: set[str] = set()
    bodies, seen = [spec.body], set[Block]()
    while bodies:
        body = bodies.pop()
        found.update(name for name, _ in body.lets)
        for item in body.walk():
            if isinstance(item, RepeatItem):
                found.update((item.index or "", *item.columns, *(n for n, _ in item.body.lets)))
            elif isinstance(item, CallItem) and item.block not in seen:
                seen.add(item.block)
                found.update(item.block.params)
                bodies.append(item.block.body)
    return found


def _is_filled_in(block: Block) -> bool:
    """Whether a block is written with the values of its parameters: a network whose blocks see them."""
    return block.whole is not None and bool(block.body.module.outer)


def _filled_in(item: CallItem, values: Values) -> Values:
    """The values of the parameters of a network that is called.

    Raises:
        _OpenError: one of them is not known.
    """
    try:
        given = {n: t.evaluate(values) for n, t in item.arguments.items()}
    except (KeyError, ExpressionError):
        raise _OpenError from None
    return {**item.block.defaults, **given}


def _around(block: Block, values: Values) -> Values:
    """What a block sees of its file.

    Raises:
        _OpenError: a value of it is not known.
    """
    try:
        if block.whole is not None:
            return {}
        if block.given is None:
            found = {n: values[outer(n)] for n in block.module.outer}
        else:
            known = values_outside(values)
            found = {n: t.evaluate(known) for n, t, _ in block.given.params}
            for name, template in block.given.lets:
                found[name] = template.evaluate(found)
    except KeyError:
        raise _OpenError from None
    return {**found, **{outer(n): v for n, v in found.items()}}


def _is_open(type: type[Layer], name: str, value: Any) -> bool:
    """Whether there is a formula in a written argument."""
    kind = fields(type)[name].type
    if kind.nested and isinstance(value, dict):
        ((word, given),) = value.items()
        return any(_is_open(layer_types()[word], n, v) for n, v in given.items())
    if kind.text or kind.nested:
        return has_references(value)
    inner = value if isinstance(value, list) else [value]
    return any(isinstance(v, str) or (v is not value and _is_open(type, name, v)) for v in inner)


def _declared(param: Parameter) -> Any:
    return param.type if param.required else param.default
