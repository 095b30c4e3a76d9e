"""Lists of layers: from plain values to items."""

from typing import Any

from archspec.diagnostics.fixes import Fix, remove, renamed
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.diagnostics.spelling import near_words, nearest
from archspec.formulas.asks import is_ask
from archspec.formulas.expressions import is_name
from archspec.formulas.templates import Template
from archspec.formulas.values import key_of
from archspec.layers import Layer, layer_types
from archspec.layers.plugins import find_layer
from archspec.parse.document import holds_hole
from archspec.records.record import bare_field, fields, required_fields, snake_case
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
from archspec.spec.defaults import Defaults
from archspec.spec.parameters import ELSEWHERE, derived, derived_help
from archspec.spec.read_arguments import ITEM_KEYS, ArgumentReader
from archspec.spec.read_lets import Lets, read_lets
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
    Module,
    ParallelItem,
    RepeatItem,
    Table,
)
from archspec.spec.words import CONSTRUCTS, Construct, ItemKeys, Repeat


class ItemReader(ArgumentReader):
    """Reads the lists of layers of one document."""

    def __init__(
        self, sink: Sink, maker: Maker, blocks: dict[str, Block | Reported], module: Module
    ) -> None:
        super().__init__(sink, maker)
        self.blocks = blocks
        """Those that could not be read too: what calls them is silent."""
        self.module = module
        self.outer: frozenset[str] = frozenset()
        """The names of the file that a block sees, while it is read."""
        self.defaults = Defaults()
        self.hidden: frozenset[str] = frozenset()
        """Names that mean something else here than in the formulas of the file's defaults."""
        self.called: set[str] = set()
        self._seen: set[tuple[str, str | None]] = set()

    def body(
        self,
        values: Any,
        place: Place,
        scope: frozenset[str],
        lets: Lets = (),
        top: bool = False,
    ) -> Body:
        """A list of items; ``scope`` holds the names that formulas may use."""
        if values is None:
            values = []
        if not isinstance(values, list):
            message = f"a list of layers is needed here, not {show(values)}"
            self.sink.report("AS206", place, message, help=["begin each layer with `- `"])
            values = []
        items = [self.item(value, place.at(n), scope) for n, value in enumerate(values)]
        return Body(tuple(items), place, lets, self.module, top)

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
            item = self.call(block, arguments, at, scope)
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
        first = bare_field(type)
        wraps = bool(first) and fields(type)[first].type.nested
        if wraps:
            from archspec.spec.read_nested import held_call, may_call  # few specs have wrappers
            from archspec.spec.short_forms import is_alone

            if is_alone(type, value, self.blocks):
                value = {first: value}
        own = self.own_arguments(item, value, first or None, scope)
        if own is REPORTED:
            return LostItem.of(item, type.auto_name(), open=value is REPORTED)
        if self.defaults.values:
            own = self._with_defaults(type, own, place)
        if not wraps or not may_call(type, own, self.blocks):
            item.layer = self.maker.known(type, own)
        if item.layer is not None:
            return item
        several = isinstance(value, str) and ("," in value or "=" in value)
        if (several or isinstance(value, list)) and not fits(type, own):
            from archspec.spec.misplaced import refuse_position

            if refuse_position(type, value, place, self.sink):
                return LostItem.of(item, type.auto_name(), open=type.inputs[1] > 1)
        known = fields(type)
        sure = check_names(type, own, place, self.sink, item.word, also=ITEM_KEYS)
        names: set[str] = set()
        values, plain = {}, {}
        bears = not all(name in known or harmless(type, name) for name in own)
        bears = bears or not required_fields(type) <= own.keys()
        for name, argument in own.items():
            if name not in known:
                continue
            kind = known[name].type
            template = (
                self._nested(type, argument, place.below(name), scope, sure)
                if kind.nested
                else self.template(argument, kind.text, place, scope, name)
            )
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
        if wraps:
            item.call = held_call(values)
        item.names |= names
        return LostItem.of(item, type.auto_name()) if bears else item

    def _nested(
        self, owner: type[Layer], value: Any, place: Place, scope: frozenset[str], whole: bool
    ) -> Template | Reported:
        from archspec.spec.read_nested import NestedReader

        reader = NestedReader(self, self.blocks, self.call)
        return reader.read(owner, value, place, scope, whole)

    def _with_defaults(
        self, type: type[Layer], own: dict[str, Any], place: Place
    ) -> dict[str, Any]:
        """The arguments of an entry, and of layers in it, with the file's defaults of others."""
        if type.__name__ in self.defaults.values:
            own = self.defaults.fill(type, own, self.hidden, place, self.sink)
        nested = [name for name in own if name in fields(type) and fields(type)[name].type.nested]
        if nested:
            own = {**own}
            for name in nested:
                at = place.at(name)
                own[name] = self.defaults.inside(own[name], self.hidden, at, self.sink)
        return own

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

    def call(self, block: Block, value: Any, place: Place, scope: frozenset[str]) -> Item:
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
            message = f"block `{block.name}` has no parameter `{name}`"
            made_of = derived(block.body, name)
            if made_of is not None:
                message = f"`{name}` is no parameter of block `{block.name}`: `let` works it out"
                help = derived_help(name, made_of, block.params)
            help = [ELSEWHERE] if hidden else help
            notes = [Note("the block is here", block.place.key())]
            self.sink.report("AS210", at, message, help=help, notes=notes)
        if missing:
            words = ", ".join(f"`{m}`" for m in missing)
            notes = [Note("the block is here", block.place.key())]
            message = f"block `{block.name}` needs {words}"
            help = [f"`{m}` is of type {block.params[m].type}" for m in missing]
            from archspec.spec.meant_calls import call_fixes  # for what is wrong only
            from archspec.spec.wrong_names import example_fixes

            help += example_fixes(missing, place) or call_fixes(block, missing, place)
            if hidden:
                message, help = f"block `{block.name}` needs more parameters", [ELSEWHERE]
            bare = isinstance(place.document.at(place.path), str)
            at = place if bare else place.key()
            self.sink.report("AS210", at, message, notes=notes, help=help)
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

        call: dict[str, Any] = {}
        if word == "apply":
            call = {name: value for name, value in own.items() if _is_call_argument(name)}
            own = {name: value for name, value in own.items() if name not in call}
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
            target = self.template(record.layer, True, at("layer"), scope, asks=False)
            item = REPORTED if target is REPORTED else self._apply(target, call, place, scope)
        else:
            if word == "residual":
                bodies = {
                    "": (record.layers, at("layers")),
                    "shortcut": (record.shortcut, at("shortcut")),
                }
            else:
                bodies = {n: (v, at("branches", n)) for n, v in record.branches.items()}
            branches = {n: self.body(v, p, scope) for n, (v, p) in bodies.items()}
            item = parallel = self._parallel(word, branches, record.merge, place, scope)
            if word == "residual" and record.skip is not None:
                skip = self.template(record.skip, False, at("skip"), scope)
                if skip is REPORTED:
                    item = REPORTED
                else:
                    parallel.skip = skip
                    parallel.names |= skip.names
        if item is REPORTED or probe.unsure:
            return LostItem.of(probe, open=True)
        for slot in COMMON:
            setattr(item, slot, getattr(probe, slot))
        item.names |= probe.names
        return item

    def _apply(
        self, target: Template, arguments: dict[str, Any], place: Place, scope: frozenset[str]
    ) -> ApplyItem | Reported:
        item = ApplyItem(target, place)
        item.names = target.names
        for name, value in arguments.items():
            template = self.template(value, False, place, scope, name)
            if template is REPORTED:
                return REPORTED
            item.arguments[name] = template
            item.names |= template.names
        return item

    def _look_inside(
        self, type: type[Construct], own: dict[str, Any], place: Place, scope: frozenset[str]
    ) -> None:
        """Read the lists of layers of a construct that cannot be made itself."""
        named = [own.get("for", ()), own.get("let", ())]
        if not all(isinstance(found, dict | list | tuple) for found in named):
            return  # they would be names in them
        names = [name for found in named for name in found]
        if not all(isinstance(name, str) for name in names):
            return
        # A key that is not known may be meant as `as`, and its value as a name.
        unknown = [v for n, v in own.items() if n not in fields(type) and n not in ITEM_KEYS]
        words = [n for n in (own.get("as"), *unknown) if isinstance(n, str)]
        inner = scope.union(names, words)
        known = [
            (name, own[name], place.at(name)) for name in ("layers", "shortcut") if name in own
        ]
        if isinstance(own.get("branches"), dict) and "branches" in fields(type):
            known += [(n, v, place.at("branches", n)) for n, v in own["branches"].items()]
        for _, value, at in known:
            if isinstance(value, list):
                self.body(value, at, inner)

    def _repeat(self, record: Repeat, place: Place, scope: frozenset[str]) -> Item | Reported:
        times: Template | Reported | None = None
        table: Table | Reported = Table({})
        if record.times is not None and record.for_ is None and record.rows is None:
            times = self.template(record.times, False, place.at("times"), scope)
        else:
            from archspec.spec.read_tables import read_table

            table = read_table(record, place, scope, scope - self.outer, self)
        if times is REPORTED or table is REPORTED:
            self._look_inside(Repeat, record.arguments(), place, scope)
            return REPORTED
        index = record.as_
        own = {
            name: place.at("for", name if table.rows is None else number)
            for number, name in enumerate(table.columns)
        }
        if index:
            own[index] = place.at("as")
        lets, within = read_lets(record.let, place.at("let"), scope.union(own), own, self)
        around = self.outer, self.hidden
        new = frozenset(own).union(name for name, _ in lets)
        self.outer, self.hidden = self.outer - new, self.hidden | new
        body = self.body(record.layers, place.at("layers"), within, lets)
        self.outer, self.hidden = around
        return _repeat_item(times, table, index, body, place)

    def _dense_block(self, record: Any, place: Place, scope: frozenset[str]) -> Item | Reported:
        times = self.template(record.times, False, place.at("times"), scope)
        inner = scope | {record.as_} if record.as_ else scope
        new = self.body(record.layers, place.at("layers"), inner)
        branches = {"identity": self.body([], place, inner), "": new}
        parallel = self._parallel("dense_block", branches, record.merge, place, inner)
        if times is REPORTED:
            return REPORTED
        body = Body((parallel,), place, (), self.module)
        item = _repeat_item(times, Table({}), record.as_, body, place)
        item.word = "dense_block"
        return item

    def _parallel(
        self, word: str, branches: dict[str, Body], merge: Any, place: Place, scope: frozenset[str]
    ) -> ParallelItem:
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
            layer.asks = tuple(sorted(filter(is_ask, layer.names)))
            item.names |= layer.names.difference(layer.asks)
        return item


def _is_call_argument(name: str) -> bool:
    """Whether a key of an `apply` may be an argument of the layer's call, and is no slip."""
    known = (*fields(CONSTRUCTS["apply"]), *ITEM_KEYS)
    return name not in known and is_name(name) and not near_words(name, known).words


def _lost_or_not(item: Item, base: str, arguments: Any) -> Item:
    """An entry, or what stands in its place if a mistake hides what it reads or its name."""
    if not item.unsure:
        return item
    unnamed = isinstance(arguments, dict) and holds_hole(arguments.get("name"))
    return LostItem.of(item, base, open=unnamed)


def _repeat_item(
    times: Template | None, table: Table, index: str | None, body: Body, place: Place
) -> RepeatItem:
    item = RepeatItem(times, table.columns, index, body, place, table.rows)
    inner = body.names - table.columns.keys() - {index}
    item.names = inner.union(*(t.names for t in (times, *table.columns.values()) if t))
    return item
