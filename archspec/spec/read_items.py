"""Lists of layers: from plain values to items."""

from typing import Any

from archspec.diagnostics.sink import Note, Place, Sink
from archspec.diagnostics.spelling import did_you_mean, nearest
from archspec.formulas.expressions import is_name
from archspec.formulas.read import read_template
from archspec.formulas.templates import Template
from archspec.formulas.values import key_of
from archspec.layers import Layer
from archspec.layers.plugins import find_layer
from archspec.records.record import fields
from archspec.spec.check_values import Maker, check_names, check_some, make_record, show
from archspec.spec.parameters import ELSEWHERE
from archspec.spec.types import (
    ApplyItem,
    Block,
    Body,
    CallItem,
    Expect,
    Item,
    LayerItem,
    ParallelItem,
    RepeatItem,
)
from archspec.spec.words import CONSTRUCTS, Construct, Expectation, ItemKeys, Repeat

_ITEM_KEYS = frozenset(fields(ItemKeys))


class ItemReader:
    """Reads the lists of layers of one document."""

    def __init__(self, sink: Sink, maker: Maker, blocks: dict[str, Block]) -> None:
        self.sink = sink
        self.maker = maker
        self.blocks = blocks
        self.called: set[str] = set()
        self.broken: set[str] = set()
        """Blocks that could not be read; what calls them is silent."""
        self._seen: set[tuple[str, str | None]] = set()

    def body(self, values: Any, place: Place, scope: frozenset[str]) -> Body:
        """A list of items; ``scope`` holds the names that formulas may use."""
        if values is None:
            values = []
        if not isinstance(values, list):
            message = f"a list of layers is needed here, not {show(values)}"
            self.sink.report("AS206", place, message, help=["begin each layer with `- `"])
            return Body((), place)
        items = []
        for number, value in enumerate(values):
            item = self.item(value, place.at(number), scope)
            if item is not None:
                items.append(item)
        return Body(tuple(items), place)

    def item(self, value: Any, place: Place, scope: frozenset[str]) -> Item | None:
        """One item: a word, or a one-key map of a word and its arguments."""
        if isinstance(value, str):
            word, arguments, at = value, None, place
        elif isinstance(value, dict) and len(value) == 1:
            word, arguments = next(iter(value.items()))
            at = place.at(word)
        else:
            from archspec.spec.unknown_words import refuse_item  # for what is wrong only

            meant = refuse_item(value, place, self.blocks, self.sink)
            return self.item(meant, place, scope) if meant else None
        kind: Any = find_layer(word)
        if kind is not None:
            return self._layer(kind, arguments, at, scope)
        if word in CONSTRUCTS:
            return self._construct(CONSTRUCTS[word], arguments, at, scope)
        if word in self.blocks:
            return self._call(self.blocks[word], arguments, at, scope)
        if word not in self.broken:
            from archspec.spec.unknown_words import refuse_word

            refuse_word(word, at.key() if isinstance(value, dict) else at, self.blocks, self.sink)
        return None

    # Layers

    def _layer(
        self, type: type[Layer], value: Any, place: Place, scope: frozenset[str]
    ) -> Item | None:
        if type.inputs == (0, 0):
            from archspec.spec.unknown_words import refuse_input

            refuse_input(place.key(), self.sink)
            return None
        item = LayerItem(type, place)
        own = self._own_arguments(item, value, next(iter(fields(type)), None), scope)
        if own is None:
            return None
        item.layer = self.maker.known(type, own)
        if item.layer is not None:
            return item
        known = fields(type)
        sound = check_names(type, own, place, self.sink, item.word, also=_ITEM_KEYS)
        names: set[str] = set()
        values, plain = {}, {}
        for name, argument in own.items():
            if name not in known:
                continue
            kind = known[name].type
            template = self._template(argument, kind.text or kind.nested, place, scope, name)
            if template is None:
                sound = False
                continue
            values[name] = template.value
            names |= template.names
            if not template.names and not kind.nested:
                plain[name] = template.value
        if sound and not names:
            item.layer = self.maker.layer(type, values, place, scope)
            return item if item.layer else None
        self._check_some(type, plain, place, scope)
        item.arguments = Template(values, frozenset(names))
        item.names |= names
        return item if sound else None

    def _check_some(
        self, type: type[Layer], plain: dict[str, Any], place: Place, scope: frozenset[str]
    ) -> None:
        """Look at the values that are known while others wait for parameters."""
        key = (type.__name__, key_of(plain))
        if plain and key not in self._seen:
            before = self.sink.count
            check_some(type, plain, place, self.sink, scope)
            if self.sink.count == before and key[1] is not None:
                self._seen.add(key)

    def _own_arguments(
        self, item: Item, value: Any, first: str | None, scope: frozenset[str]
    ) -> dict[str, Any] | None:
        """The item's own arguments; the keys that every item has go into the item."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            if first is None:
                message = f"`{item.word}` takes no arguments, but has {show(value)}"
                help = []
                if item.word in CONSTRUCTS:
                    names = ", ".join(fields(CONSTRUCTS[item.word]))
                    message = f"`{item.word}` needs its arguments by name, not {show(value)}"
                    help = [f"it takes {names}"]
                self.sink.report("AS204", item.place, message, help=help)
                return None
            return {first: value}
        if _ITEM_KEYS.isdisjoint(value):
            return value
        own: dict[str, Any] = {}
        common: dict[str, Any] = {}
        for key, argument in value.items():
            (common if key in _ITEM_KEYS else own)[key] = argument
        self._common(item, common, scope)
        return own

    def _common(self, item: Item, values: dict[str, Any], scope: frozenset[str]) -> None:
        place = item.place
        if not make_record(ItemKeys, values, place, self.sink, f"`{item.word}`"):
            return
        found: list[Template] = []
        if values.get("name") is not None:
            item.name = self._template(values["name"], True, place.at("name"), scope)
            found += [item.name] if item.name else []
        if values.get("from") is not None:
            sources = values["from"] if isinstance(values["from"], list) else [values["from"]]
            templates = []
            for number, source in enumerate(sources):
                at = (
                    place.at("from", number)
                    if isinstance(values["from"], list)
                    else place.at("from")
                )
                template = self._template(source, True, at, scope)
                if template:
                    templates.append(template)
            item.sources = tuple(templates)
            found += templates
        if values.get("when") is not None:
            item.when = self._template(values["when"], False, place.at("when"), scope)
            found += [item.when] if item.when else []
        if values.get("trainable", True) is not True:
            item.trainable = self._template(
                values["trainable"], False, place.at("trainable"), scope
            )
            found += [item.trainable] if item.trainable else []
        if values.get("expect") is not None:
            item.expect = self.expectation(values["expect"], place.at("expect"), scope)
            found += [item.expect.values] if item.expect else []
        item.names = item.names.union(*(t.names for t in found))

    def expectation(self, value: Any, place: Place, scope: frozenset[str]) -> Expect | None:
        """``[55, 55, 96]``, or ``{params: 61_706, source: "by hand"}``."""
        if not isinstance(value, dict):
            value = {"shape": value}
        subject = "`expect`"
        if not check_names(Expectation, value, place, self.sink, subject, codes=("AS102", "AS103")):
            return None
        record = make_record(Expectation, value, place, self.sink, subject, code="AS104")
        if record is None:
            return None
        numbers = {k: v for k, v in value.items() if k not in ("source", "note") and v is not None}
        shape = numbers.get("shape", [])
        if not isinstance(shape, list | str):
            message = f"an expected shape is a list such as [55, 55, 96], not {show(shape)}"
            self.sink.report("AS104", place, message)
            return None
        template = self._template(numbers, False, place, scope)
        return Expect(template, place, record.source) if template else None

    # Blocks and constructs

    def _call(self, block: Block, value: Any, place: Place, scope: frozenset[str]) -> Item | None:
        self.called.add(block.name)
        item = CallItem(block, {}, place)
        own = self._own_arguments(item, value, next(iter(block.params), None), scope)
        if own is None:
            return None
        sound = True
        unknown = missing = []
        if not (block.params.keys() >= own.keys() and block.required <= own.keys()):
            unknown = [n for n in own if n not in block.params]
            missing = [n for n in block.params if n in block.required and n not in own]
        hidden = self.sink.withholds(block.body.place)
        for name in unknown:
            near = nearest(name, [*block.params, *_ITEM_KEYS])
            if near in missing:
                missing.remove(near)
            takes = ", ".join(block.params) or "no parameters"
            help = [did_you_mean(near) if near else f"`{block.name}` takes {takes}"]
            help = [ELSEWHERE] if hidden else help
            message = f"block `{block.name}` has no parameter `{name}`"
            notes = [Note("the block is here", block.place.key())]
            self.sink.report("AS210", place.at(name, part="key"), message, help=help, notes=notes)
        if missing:
            words = ", ".join(f"`{m}`" for m in missing)
            notes = [Note("the block is here", block.place.key())]
            message = f"block `{block.name}` needs {words}"
            help = [f"`{m}` is of type {block.params[m].type}" for m in missing]
            if hidden:
                message, help = f"block `{block.name}` needs more parameters", [ELSEWHERE]
            self.sink.report("AS210", place.key(), message, notes=notes, help=help)
        if unknown or missing:
            return None
        for name, argument in own.items():
            text = block.params[name].takes_text
            template = self._template(argument, text, place, scope, name)
            if template is None:
                sound = False
                continue
            item.arguments[name] = template
            item.names |= template.names
        return item if sound else None

    def _construct(
        self, type: type[Construct], value: Any, place: Place, scope: frozenset[str]
    ) -> Item | None:
        word = type.word
        probe = Item(word, place)  # holds the common keys until the item is made
        at = place.at
        own = self._own_arguments(probe, value, type.short, scope)
        if own is None:
            return None
        if value is not None and not isinstance(value, dict):
            # Short form: `- residual: [layers]`; the path of the value has one step less.
            def at(*steps: str | int, part: str = "value") -> Place:
                return place.at(*steps[1:], part=part)

        if not check_names(type, own, place, self.sink, f"`{word}`", also=_ITEM_KEYS):
            return None
        record: Any = make_record(type, own, place, self.sink, f"`{word}`")
        if record is None:
            return None
        item: Item | None
        if word == "repeat":
            item = self._repeat(record, place, scope)
        elif word == "dense_block":
            item = self._dense_block(record, place, scope)
        elif word == "apply":
            target = self._template(record.layer, True, at("layer"), scope)
            item = ApplyItem(target, place) if target else None
        else:
            if word == "residual":
                bodies = {
                    "": (record.layers, at("layers")),
                    "shortcut": (record.shortcut, at("shortcut")),
                }
            else:
                bodies = {n: (v, at("branches", n)) for n, v in record.branches.items()}
            branches = {n: self.body(v, p, scope) for n, (v, p) in bodies.items()}
            item = self._parallel(word, branches, record.merge, place, scope)
        if item is not None:
            for slot in ("name", "sources", "when", "expect", "trainable"):
                setattr(item, slot, getattr(probe, slot))
            item.names |= probe.names
        return item

    def _repeat(self, record: Repeat, place: Place, scope: frozenset[str]) -> Item | None:
        if (record.times is None) == (record.for_ is None):
            both = record.times is not None
            message = f"`repeat` has {'both' if both else 'neither'} `times` {'and' if both else 'nor'} `for`"
            help = ["`times: 3` is a number of rounds; `for: {width: [64, 128]}` a table of them"]
            self.sink.report("AS306", place.key(), message, help=help)
            return None
        inner = set(scope)
        times = None
        columns: dict[str, Template] = {}
        if record.times is not None:
            times = self._template(record.times, False, place.at("times"), scope)
            if times is None:
                return None
        for name, values in (record.for_ or {}).items():
            if not is_name(name):
                message = f"`{name}` cannot be used in a formula"
                self.sink.report("AS106", place.at("for", name, part="key"), message)
                return None
            if isinstance(values, list):
                values = [_quoted(value, scope) for value in values]
            column = self._template(values, False, place.at("for", name), scope)
            if column is None:
                return None
            columns[name] = column
            inner.add(name)
        index = record.as_
        if index:
            inner.add(index)
        body = self.body(record.layers, place.at("layers"), frozenset(inner))
        return _repeat_item(times, columns, index, body, place)

    def _dense_block(self, record: Any, place: Place, scope: frozenset[str]) -> Item | None:
        times = self._template(record.times, False, place.at("times"), scope)
        inner = scope | {record.as_} if record.as_ else scope
        new = self.body(record.layers, place.at("layers"), inner)
        branches = {"identity": Body((), place), "": new}
        parallel = self._parallel("dense_block", branches, record.merge, place, inner)
        if times is None or parallel is None:
            return None
        item = _repeat_item(times, {}, record.as_, Body((parallel,), place), place)
        item.word = "dense_block"
        return item

    def _parallel(
        self, word: str, branches: dict[str, Body], merge: Any, place: Place, scope: frozenset[str]
    ) -> Item | None:
        layer: LayerItem | None = None
        if merge is not None:
            at = place.at("merge")
            found = self.item(merge, at, scope)
            if found is None:
                return None
            if not isinstance(found, LayerItem):
                self.sink.report("AS206", at, "`merge` takes a layer")
                return None
            layer = found
            layer.place = at if isinstance(merge, str) else layer.place
        item = ParallelItem(word, branches, layer, place)
        item.names = frozenset().union(*(b.names for b in branches.values()))
        if layer is not None:
            item.names |= layer.names
        return item

    def _template(
        self, value: Any, text: bool, place: Place, scope: frozenset[str], *steps: str | int
    ) -> Template | None:
        """A template whose formulas are sound and whose names are known, or None after reporting."""
        kind = type(value)
        if kind is int or kind is bool or (text and kind is str and "$" not in value):
            return Template(value)
        return read_template(value, text, place.at(*steps), scope, self.sink)


def _quoted(value: Any, scope: frozenset[str]) -> Any:
    """An entry of a column: a word that is no parameter is text, and needs no quotes."""
    if isinstance(value, str) and value.isidentifier() and value not in scope:
        return f"'{value}'"
    return value


def _repeat_item(
    times: Template | None,
    columns: dict[str, Template],
    index: str | None,
    body: Body,
    place: Place,
) -> RepeatItem:
    item = RepeatItem(times, columns, index, body, place)
    inner = body.names - columns.keys() - {index}
    item.names = inner.union(*(t.names for t in (times, *columns.values()) if t))
    return item
