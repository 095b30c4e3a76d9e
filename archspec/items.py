"""Lists of layers: from plain values to items."""

from typing import Any

from archspec.constructs import CONSTRUCTS, Construct, Expectation, ItemKeys, Repeat
from archspec.diagnostics import Note, Place, Sink
from archspec.expressions import ExpressionError
from archspec.layers import Layer, layer_types, nearest
from archspec.make import Maker, check_names, make_record, show
from archspec.record import fields
from archspec.spec import (
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
from archspec.templates import Template, make_template

_ITEM_KEYS = frozenset(fields(ItemKeys))


class ItemReader:
    """Reads the lists of layers of one document."""

    def __init__(self, sink: Sink, maker: Maker, blocks: dict[str, Block]) -> None:
        self.sink = sink
        self.maker = maker
        self.blocks = blocks
        self.called: set[str] = set()

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
            self._refuse(value, place)
            return None
        kind: Any = layer_types().get(word)
        if kind is not None:
            return self._layer(kind, arguments, at, scope)
        if word in CONSTRUCTS:
            return self._construct(CONSTRUCTS[word], arguments, at, scope)
        if word in self.blocks:
            return self._call(self.blocks[word], arguments, at, scope)
        near = nearest(word, [*layer_types(), *CONSTRUCTS, *self.blocks])
        kinds = "block" if word[:1].islower() else "layer"
        help = [f"did you mean `{near}`?"] if near else ["`archspec layers` lists the layers"]
        where = at.key() if isinstance(value, dict) else at
        self.sink.report("AS201", where, f"there is no {kinds} `{word}`", help=help)
        return None

    def _refuse(self, value: Any, place: Place) -> None:
        help = ["write `- Flatten` or `- Dense: {units: 10}`"]
        if isinstance(value, dict) and value:
            words = list(value)
            message = f"an item has one key, but this has {len(words)}: {', '.join(words[:4])}"
            if value[words[0]] is None:
                help = [f"indent {', '.join(f'`{w}`' for w in words[1:4])} under `{words[0]}`"]
            place = place.at(words[1], part="key")
        else:
            message = f"{show(value)} is not a layer"
        self.sink.report("AS206", place, message, help=help)

    # Layers

    def _layer(
        self, type: type[Layer], value: Any, place: Place, scope: frozenset[str]
    ) -> Item | None:
        if type.inputs == (0, 0):
            help = ["write `input: [28, 28, 1]` at the top of the spec, or `inputs:` for several"]
            self.sink.report(
                "AS206", place.key(), "an input does not stand among the layers", help=help
            )
            return None
        item = LayerItem(type, place)
        own = self._own_arguments(item, value, next(iter(fields(type)), None), scope)
        if own is None:
            return None
        item.layer = self.maker.known(item.word, own)
        if item.layer is not None:
            return item
        if not check_names(type, own, place, self.sink, item.word, also=_ITEM_KEYS):
            return None
        names: set[str] = set()
        templates = {}
        for name, argument in own.items():
            kind = fields(type)[name].type
            template = self._template(argument, kind.text or kind.nested, place, scope, name)
            if template is None:
                return None
            templates[name] = template
            names |= template.names
        if names:
            item.arguments = Template({n: t.value for n, t in templates.items()}, frozenset(names))
            item.names |= names
        else:
            plain = {n: t.value for n, t in templates.items()}
            item.layer = self.maker.layer(type, plain, place)
            if item.layer is None:
                return None
        return item

    def _own_arguments(
        self, item: Item, value: Any, first: str | None, scope: frozenset[str]
    ) -> dict[str, Any] | None:
        """The item's own arguments; the keys that every item has go into the item."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            if first is None:
                message = f"`{item.word}` takes no arguments, but has {show(value)}"
                self.sink.report("AS204", item.place, message)
                return None
            return {first: value}
        if _ITEM_KEYS.isdisjoint(value):
            return value
        own, common = {}, {}
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
        for name in unknown:
            near = nearest(name, [*block.params, *_ITEM_KEYS])
            if near in missing:
                missing.remove(near)
            takes = ", ".join(block.params) or "no parameters"
            help = [f"did you mean `{near}`?" if near else f"`{block.name}` takes {takes}"]
            message = f"block `{block.name}` has no parameter `{name}`"
            notes = [Note("the block is here", block.place.key())]
            self.sink.report("AS210", place.at(name, part="key"), message, help=help, notes=notes)
        if missing:
            words = ", ".join(f"`{m}`" for m in missing)
            notes = [Note("the block is here", block.place.key())]
            self.sink.report(
                "AS210", place.key(), f"block `{block.name}` needs {words}", notes=notes
            )
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
            message = "`repeat` needs either `times` or `for`"
            self.sink.report("AS306", place.key(), message)
            return None
        inner = set(scope)
        times = None
        columns: dict[str, Template] = {}
        if record.times is not None:
            times = self._template(record.times, False, place.at("times"), scope)
            if times is None:
                return None
        for name, values in (record.for_ or {}).items():
            if not name.isidentifier():
                message = f"`{name}` cannot be used in a formula"
                self.sink.report("AS106", place.at("for", name, part="key"), message)
                return None
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
        layer: Item | None = None
        if merge is not None:
            at = place.at("merge")
            layer = self.item(merge, at, scope)
            if layer is None:
                return None
            if not isinstance(layer, LayerItem):
                self.sink.report("AS206", at, "`merge` takes a layer")
                return None
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


def read_template(
    value: Any, text: bool, place: Place, scope: frozenset[str], sink: Sink
) -> Template | None:
    """A template whose formulas are sound and whose names are in scope, or None after reporting."""
    kind = type(value)
    if kind is int or kind is bool or value is None or kind is float:
        return Template(value)
    sound = True

    def problem(error: ExpressionError, path: tuple[str | int, ...]) -> None:
        nonlocal sound
        sound = False
        help = [error.help] if error.help else []
        within = (error.start, error.end) if error.end else None
        at = place.at(*path)
        sink.report(error.code, at._replace(within=within), error.message, help=help)

    template = make_template(value, text, problem)
    for name in sorted(template.names - scope):
        sound = False
        near = nearest(name, sorted(scope))
        help = [f"did you mean `{near}`?"] if near else []
        if not near and scope:
            help = [f"there are {', '.join(sorted(scope))}"]
        elif not near:
            help = [f"declare it at the top: `params: {{{name}: value}}`"]
        sink.report("AS208", place, f"there is no parameter `{name}` here", help=help)
    return template if sound else None
