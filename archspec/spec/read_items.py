"""Lists of layers: from plain values to items."""

from typing import Any

from archspec.diagnostics.fixes import Fix, add, remove, renamed
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.diagnostics.spelling import near_words, nearest
from archspec.formulas.expressions import is_name
from archspec.formulas.templates import Template
from archspec.formulas.values import key_of
from archspec.layers import Layer, layer_types
from archspec.layers.plugins import find_layer
from archspec.parse.document import holds_hole
from archspec.records.record import fields, required_fields, snake_case
from archspec.spec.check_values import (
    Maker,
    bears_on_shape,
    check_names,
    check_some,
    fits,
    harmless,
    make_record,
    show,
    sound_values,
)
from archspec.spec.parameters import ELSEWHERE
from archspec.spec.read_arguments import ITEM_KEYS, ArgumentReader
from archspec.spec.types import (
    COMMON,
    ApplyItem,
    Block,
    Body,
    CallItem,
    Entry,
    Item,
    LayerItem,
    LostItem,
    ParallelItem,
    RepeatItem,
)
from archspec.spec.words import CONSTRUCTS, Construct, ItemKeys, Repeat


class ItemReader(ArgumentReader):
    """Reads the lists of layers of one document."""

    def __init__(self, sink: Sink, maker: Maker, blocks: dict[str, Block | Reported]) -> None:
        super().__init__(sink, maker)
        self.blocks = blocks
        """Those that could not be read too: what calls them is silent."""
        self.called: set[str] = set()
        self._seen: set[tuple[str, str | None]] = set()

    def body(self, values: Any, place: Place, scope: frozenset[str]) -> Body:
        """A list of items; ``scope`` holds the names that formulas may use."""
        if values is None:
            values = []
        if not isinstance(values, list):
            message = f"a list of layers is needed here, not {show(values)}"
            self.sink.report("AS206", place, message, help=["begin each layer with `- `"])
            return Body((), place)
        items = [self.item(value, place.at(n), scope) for n, value in enumerate(values)]
        return Body(tuple(items), place)

    def item(self, value: Any, place: Place, scope: frozenset[str]) -> Item:
        """One item: a word, or a one-key map of a word and its arguments."""
        if value is REPORTED:
            return LostItem("", place, open=True)
        if isinstance(value, str):
            word, arguments, at = value, None, place
        elif isinstance(value, dict) and len(value) == 1:
            word, arguments = next(iter(value.items()))
            at = place.at(word)
        else:
            from archspec.spec.unknown_words import refuse_item  # for what is wrong only

            meant = refuse_item(value, place, self.blocks, self.sink)
            return self.item(meant, place, scope) if meant else LostItem("", place, open=True)
        kind: Any = find_layer(word)
        block = self.blocks.get(word)
        if kind is not None and block is None:
            item = self._layer(kind, arguments, at, scope)
            return _lost_or_not(item, kind.auto_name(), arguments)
        if word in CONSTRUCTS:
            return self._construct(CONSTRUCTS[word], arguments, at, scope)
        if isinstance(block, Block):
            item = self._call(block, arguments, at, scope)
            return _lost_or_not(item, block.name, arguments)
        if block is None:
            from archspec.spec.unknown_words import refuse_word

            refuse_word(word, at.key() if isinstance(value, dict) else at, self.blocks, self.sink)
        return self._lost(word, arguments, at, scope)

    def _lost(self, word: str, value: Any, place: Place, scope: frozenset[str]) -> LostItem:
        """In the place of an entry whose word means nothing; wires and conditions are looked at."""
        entry = Entry(word, place)
        if isinstance(value, dict):
            common = {k: v for k, v in value.items() if k in ("name", "from", "when")}
            self.common(entry, sound_values(ItemKeys, common), scope)
        near = nearest(word, layer_types())
        return LostItem.of(entry, snake_case(near or word))

    # Layers

    def _layer(self, type: type[Layer], value: Any, place: Place, scope: frozenset[str]) -> Item:
        if type.inputs == (0, 0):
            from archspec.spec.unknown_words import refuse_input

            refuse_input(place.key(), self.sink)
            return self._lost(type.__name__, value, place, scope)
        item = LayerItem(type, place)
        own = self.own_arguments(item, value, next(iter(fields(type)), None), scope)
        if own is REPORTED:
            return LostItem.of(item, type.auto_name(), open=value is REPORTED)
        item.layer = self.maker.known(type, own)
        if item.layer is not None:
            return item
        several = isinstance(value, str) and ("," in value or "=" in value)
        if (several or isinstance(value, list)) and not fits(type, own):
            from archspec.spec.misplaced import refuse_position

            if refuse_position(type, value, place, self.sink):
                return LostItem.of(item, type.auto_name(), open=type.inputs[1] > 1)
        known = fields(type)
        check_names(type, own, place, self.sink, item.word, also=ITEM_KEYS)
        names: set[str] = set()
        values, plain = {}, {}
        bears = not all(name in known or harmless(type, name) for name in own)
        bears = bears or not required_fields(type) <= own.keys()
        for name, argument in own.items():
            if name not in known:
                continue
            kind = known[name].type
            template = self.template(argument, kind.text or kind.nested, place, scope, name)
            if template is REPORTED:
                bears = bears or bears_on_shape(type, name)
                continue
            values[name] = template.value
            names |= template.names
            if not template.names and not kind.nested:
                plain[name] = template.value
        if len(values) < len(own):
            self.maker.stood_in = True
        if not bears and not names:
            item.layer = self.maker.layer(type, values, place, scope)
            return item if item.layer else LostItem.of(item, type.auto_name())
        self._check_some(type, plain, place, scope)
        item.arguments = Template(values, frozenset(names))
        item.names |= names
        return LostItem.of(item, type.auto_name()) if bears else item

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

    # Blocks and constructs

    def _call(self, block: Block, value: Any, place: Place, scope: frozenset[str]) -> Item:
        self.called.add(block.name)
        item = CallItem(block, {}, place)
        own = self.own_arguments(item, value, next(iter(block.params), None), scope)
        if own is REPORTED:
            return LostItem.of(item, block.name, open=value is REPORTED)
        unknown = missing = []
        if not (block.params.keys() >= own.keys() and block.required <= own.keys()):
            unknown = [n for n in own if n not in block.params]
            missing = [n for n in block.params if n in block.required and n not in own]
        pair = missing[0] if len(missing) == len(unknown) == 1 else None
        hidden = self.sink.withholds(block.body.place)
        for name in unknown:
            free = [n for n in (*block.params, *ITEM_KEYS) if n not in own]
            near = near_words(name, free, elsewhere=False)
            missing = [m for m in missing if m not in near.words]
            takes = ", ".join(block.params) or "no parameters"
            at = place.at(name).key()
            help: list[str | Fix] = [renamed(at, word, near.certain) for word in near.words]
            if not near.words and pair:  # it lacks one, and has one too many
                help, missing = [renamed(at, pair)], []
            if not help:
                help = [
                    f"`{block.name}` takes {takes}",
                    remove(f"leave out `{name}`", place.at(name)),
                ]
            help = [ELSEWHERE] if hidden else help
            message = f"block `{block.name}` has no parameter `{name}`"
            notes = [Note("the block is here", block.place.key())]
            self.sink.report("AS210", at, message, help=help, notes=notes)
        if missing:
            words = ", ".join(f"`{m}`" for m in missing)
            notes = [Note("the block is here", block.place.key())]
            message = f"block `{block.name}` needs {words}"
            help = [f"`{m}` is of type {block.params[m].type}" for m in missing]
            from archspec.spec.wrong_names import example_fixes

            help += example_fixes(missing, place)
            if hidden:
                message, help = f"block `{block.name}` needs more parameters", [ELSEWHERE]
            self.sink.report("AS210", place.key(), message, notes=notes, help=help)
        sound = not unknown and not missing
        for name, argument in own.items():
            if name not in block.params:
                continue
            text = block.params[name].takes_text
            template = self.template(argument, text, place, scope, name)
            if template is REPORTED:
                sound = False
                continue
            item.arguments[name] = template
            item.names |= template.names
        return item if sound else LostItem.of(item, block.name)

    def _construct(
        self, type: type[Construct], value: Any, place: Place, scope: frozenset[str]
    ) -> Item:
        word = type.word
        probe = Entry(word, place)  # holds the common keys until the item is made
        at = place.at
        own = self.own_arguments(probe, value, type.short, scope)
        if own is REPORTED:
            return LostItem.of(probe, open=True)
        if value is not None and not isinstance(value, dict):
            # Short form: `- residual: [layers]`; the path of the value has one step less.
            def at(*steps: str | int, part: str = "value") -> Place:
                return place.at(*steps[1:], part=part)

        sound = check_names(type, own, place, self.sink, f"`{word}`", also=ITEM_KEYS)
        record: Any = None
        if sound or required_fields(type) <= own.keys():
            known = {n: v for n, v in own.items() if n in fields(type)}
            record = make_record(type, known, place, self.sink, f"`{word}`")
        if record is None or not sound:
            self._look_inside(type, own, place, scope)
            return LostItem.of(probe, open=True)
        item: Item | Reported
        if word == "repeat":
            item = self._repeat(record, place, scope)
        elif word == "dense_block":
            item = self._dense_block(record, place, scope)
        elif word == "apply":
            target = self.template(record.layer, True, at("layer"), scope)
            item = REPORTED if target is REPORTED else ApplyItem(target, place)
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
        if item is REPORTED or probe.unsure:
            return LostItem.of(probe, open=True)
        for slot in COMMON:
            setattr(item, slot, getattr(probe, slot))
        item.names |= probe.names
        return item

    def _look_inside(
        self, type: type[Construct], own: dict[str, Any], place: Place, scope: frozenset[str]
    ) -> None:
        """Read the lists of layers of a construct that cannot be made itself."""
        if "for" in own and not isinstance(own["for"], dict):
            return  # its columns would be names in them
        inner = scope.union(own.get("for", ()), [n for n in [own.get("as")] if isinstance(n, str)])
        known = [
            (name, own[name], place.at(name)) for name in ("layers", "shortcut") if name in own
        ]
        if isinstance(own.get("branches"), dict) and "branches" in fields(type):
            known += [(n, v, place.at("branches", n)) for n, v in own["branches"].items()]
        for _, value, at in known:
            if isinstance(value, list):
                self.body(value, at, inner)

    def _repeat(self, record: Repeat, place: Place, scope: frozenset[str]) -> Item | Reported:
        if (record.times is None) == (record.for_ is None):
            self._look_inside(Repeat, record.arguments(), place, scope)
            both = record.times is not None
            message = f"`repeat` has {'both' if both else 'neither'} `times` {'and' if both else 'nor'} `for`"
            help: list[str | Fix] = [
                "`times: 3` is a number of rounds; `for: {width: [64, 128]}` a table of them"
            ]
            if not both:
                help.append(add("for example `times: 2`", place, "times", 2))
            else:
                help += [remove(f"leave out `{n}`", place.at(n)) for n in ("times", "for")]
            at = place.at("for", part="key") if both else place.key()
            return self.sink.report("AS306", at, message, help=help)
        inner = set(scope)
        times = None
        columns: dict[str, Template] = {}
        if record.times is not None:
            given = self.template(record.times, False, place.at("times"), scope)
            if given is REPORTED:
                self._look_inside(Repeat, record.arguments(), place, scope)
                return REPORTED
            times = given
        for name, values in (record.for_ or {}).items():
            if not is_name(name):
                message = f"`{name}` cannot be used in a formula"
                return self.sink.report("AS106", place.at("for", name, part="key"), message)
            if isinstance(values, list):
                values = [_quoted(value, scope) for value in values]
            column = self.template(values, False, place.at("for", name), scope)
            if column is REPORTED:
                self._look_inside(Repeat, record.arguments(), place, scope)
                return REPORTED
            columns[name] = column
            inner.add(name)
        index = record.as_
        if index:
            inner.add(index)
        body = self.body(record.layers, place.at("layers"), frozenset(inner))
        return _repeat_item(times, columns, index, body, place)

    def _dense_block(self, record: Any, place: Place, scope: frozenset[str]) -> Item | Reported:
        times = self.template(record.times, False, place.at("times"), scope)
        inner = scope | {record.as_} if record.as_ else scope
        new = self.body(record.layers, place.at("layers"), inner)
        branches = {"identity": Body((), place), "": new}
        parallel = self._parallel("dense_block", branches, record.merge, place, inner)
        if times is REPORTED or parallel is REPORTED:
            return REPORTED
        item = _repeat_item(times, {}, record.as_, Body((parallel,), place), place)
        item.word = "dense_block"
        return item

    def _parallel(
        self, word: str, branches: dict[str, Body], merge: Any, place: Place, scope: frozenset[str]
    ) -> Item | Reported:
        layer: LayerItem | LostItem | None = None
        if merge is not None:
            at = place.at("merge")
            found = self.item(merge, at, scope)
            if not isinstance(found, LayerItem | LostItem):
                self.sink.report("AS206", at, "`merge` takes a layer")
                found = LostItem(found.word, found.place)
            layer = found
            layer.place = at if isinstance(merge, str) else layer.place
        item = ParallelItem(word, branches, layer, place)
        item.names = frozenset().union(*(b.names for b in branches.values()))
        if layer is not None:
            item.names |= layer.names
        return item


def _lost_or_not(item: Item, base: str, arguments: Any) -> Item:
    """An entry, or what stands in its place if a mistake hides what it reads or its name."""
    if not item.unsure:
        return item
    unnamed = isinstance(arguments, dict) and holds_hole(arguments.get("name"))
    return LostItem.of(item, base, open=unnamed)


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
