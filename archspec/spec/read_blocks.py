"""The blocks of a spec: first what is declared, then the lists of layers in them."""

from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.formulas.expressions import is_name
from archspec.formulas.templates import Template
from archspec.layers import layer_type
from archspec.parse.document import holds_hole
from archspec.records.record import Record, fields
from archspec.spec.check_values import check_names, make_record, show
from archspec.spec.other_files import OtherFiles
from archspec.spec.parameters import better_name, declared_parameters, name_help
from archspec.spec.read_arguments import wire_steps
from archspec.spec.read_items import ItemReader
from archspec.spec.read_lets import read_lets
from archspec.spec.types import Block, BlockOutput
from archspec.spec.words import CONSTRUCTS, BlockKeys, SpecKeys, UseKeys, is_wire_name


def declare_blocks(
    keys: SpecKeys, place: Place, files: OtherFiles, reader: ItemReader, scope: frozenset[str]
) -> dict[str, Block | Reported]:
    """The blocks of a spec by name, their own bodies still empty, and those of other files.

    ``scope`` holds the names of the file, of which values for other files' parameters may be made.
    """
    sink = reader.sink
    blocks: dict[str, Block | Reported] = {}
    for name, value in (keys.use or {}).items():
        at = place.at("use", name)
        sound = _check_block_name(name, at, sink)
        blocks[name] = _used(name, value, at, files, reader, scope) if sound else REPORTED
    flat = _too_far_left(keys.blocks or {}, place, sink)
    for name, value in (keys.blocks or {}).items():
        at = place.at("blocks", name)
        if name in flat or not _check_block_name(name, at, sink):
            blocks[name] = REPORTED
            continue
        by_use = blocks.get(name)
        if isinstance(by_use, Block):
            message = f"block `{name}` comes by `use` already"
            notes = [Note("it is used here", place.at("use", name).key())]
            used = place.at("use") if len(keys.use or {}) == 1 else place.at("use", name)
            help: list[str | Fix] = [
                "give one of them another name",
                remove(f"leave out `use: {name}`", used),
            ]
            sink.report("AS302", at.key(), message, notes=notes, help=help)
        lost = by_use is REPORTED or value is REPORTED
        blocks[name] = REPORTED if lost else _declare(name, value, at, reader)
    return blocks


def _used(
    name: str,
    value: str | dict[str, Any],
    place: Place,
    files: OtherFiles,
    reader: ItemReader,
    scope: frozenset[str],
) -> Block | Reported:
    """A block of another file, whose parameters may get values: `{from: FILE, params: {…}}`."""
    if isinstance(value, str):
        return files.block(name, value, place)
    if not check_names(UseKeys, value, place, reader.sink, "`use`", codes=("AS102", "AS103")):
        return REPORTED
    keys = make_record(UseKeys, value, place, reader.sink, "`use`", "AS104")
    if keys is None:
        return REPORTED
    values: dict[str, Template] = {}
    at = place.at("params")
    for param, given in (keys.params or {}).items():
        template = reader.template(given, False, at.at(param), scope, asks=False)
        if template is REPORTED:
            return REPORTED
        values[param] = template
        reader.module.outer |= template.names
    return files.block(name, keys.from_, place.at("from"), values, at)


def _too_far_left(values: dict[str, Any], place: Place, sink: Sink) -> frozenset[str]:
    """Report the keys of a block that stand beside its name, not below it; the names they cost."""
    owner, own = _beside(values)
    if owner is None:
        return frozenset()
    at = place.at("blocks")
    meant = {**(values[owner] or {}), **own}
    edits = (Edit(at.at(owner), meant), *(Edit(at.at(n), how=How.REMOVE) for n in own))
    fix = Fix(f"indent them under `{owner}`", edits)
    if len(values) == len(own) + 1:
        fix = replace(fix.message, at, {owner: meant})
    listed = ", ".join(f"`{n}`" for n in own)
    belong = "belong" if len(own) > 1 else "belongs"
    stand = "stand" if len(own) > 1 else "stands"
    message = f"{listed} {belong} to the block `{owner}`, but {stand} beside it"
    sink.report("AS104", at.at(next(iter(own))).key(), message, help=[fix])
    return frozenset((owner, *own))


def _beside(values: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """A name without layers, and the keys behind it that a block has, `layers` among them."""
    own = {n: v for n, v in values.items() if n in fields(BlockKeys)}
    names = list(values)
    first = names.index(next(iter(own))) if own else 0
    owner = names[first - 1] if first else None
    if owner is None or not isinstance(own.get("layers"), list):
        return None, {}
    value = values[owner]
    bare = value is None or (isinstance(value, dict) and value.keys() <= fields(BlockKeys).keys())
    return (owner, own) if bare and "layers" not in (value or ()) else (None, {})


def _declare(name: str, value: Any, at: Place, reader: ItemReader) -> Block | Reported:
    sink = reader.sink
    if isinstance(value, list) and value:  # its layers alone
        return Block(name, {}, at, reader.module)
    if not isinstance(value, dict):
        message = f"block `{name}` must be a mapping with `layers`, or a list, not {show(value)}"
        return sink.report("AS104", at, message)
    declared = value.get("params")
    if holds_hole(declared) or value.get("layers") is REPORTED:
        return REPORTED
    if declared is None:
        return Block(name, {}, at, reader.module)
    if not isinstance(declared, dict):
        return REPORTED  # its record tells it
    return Block(name, declared_parameters(declared, at.at("params"), sink), at, reader.module)


def _check_block_name(name: str, place: Place, sink: Sink) -> bool:
    layer = layer_type(name)
    free = layer is None or layer.gives_way  # words that came later than files with such blocks
    if is_name(name) and free and name not in CONSTRUCTS:
        return True
    message = f"`{name}` cannot be the name of a block"
    help: list[str | Fix] = ["use lower-case words with `_`, such as conv_bn"]
    if better_name(name):
        help = [name_help(name, place.key())]
    if layer_type(name) is not None or name in CONSTRUCTS:
        other = f"my_{name.lower()}"
        message = f"`{name}` is a word of the language; choose one such as `{other}`"
        layers = place.document.at(("layers",))
        calls = [
            Edit(Place(place.document, ("layers", n, name), "key"), other)
            for n, entry in enumerate(layers if isinstance(layers, list) else ())
            if isinstance(entry, dict) and name in entry
        ]
        help = [Fix(message, (Edit(place.key(), other), *calls))] if calls else [message]
        message = f"`{name}` cannot be the name of a block"
    sink.report("AS106", place.key(), message, help=help)
    return False


def read_blocks(keys: SpecKeys, reader: ItemReader, place: Place, scope: frozenset[str]) -> None:
    """Read the bodies of the blocks that were declared; ``scope`` holds the names of the file."""
    blocks, sink = reader.blocks, reader.sink
    owner, own = _beside(keys.blocks or {})
    for name, value in (keys.blocks or {}).items():
        if name == owner or name in own:
            continue  # which has been told
        block, at = blocks.get(name), place.at("blocks", name)
        if isinstance(value, list) and isinstance(block, Block) and block.place == at:
            reader.outer = scope
            block.body = reader.body(value, at, scope)
            reader.module.outer |= block.body.names & scope
            continue
        if not isinstance(value, dict):
            continue
        if isinstance(block, Block):
            block.lost = True  # until all of it has been read
        subject = f"block `{name}`"
        check_names(BlockKeys, value, at, sink, subject, codes=("AS102", "AS103"))
        lost = names_under_unknown(BlockKeys, value)
        if lost:
            blocks[name] = REPORTED
        known = {k: v for k, v in value.items() if k in fields(BlockKeys)}
        if "layers" not in known:
            continue
        record = make_record(BlockKeys, known, at, sink, subject, "AS104")
        if record is None or not isinstance(block, Block) or block.place != at:
            continue
        block.lost = bool(lost)
        _read_block(block, record, reader, scope - block.params.keys(), lost)
    reader.outer = frozenset()


def _read_block(
    block: Block,
    record: BlockKeys,
    reader: ItemReader,
    around: frozenset[str],
    lost: frozenset[str],
) -> None:
    """The body of a block, which sees the names of its file ``around`` it too."""
    at = block.place
    if record.inputs is not None:
        inputs = record.inputs
        block.inputs = (inputs,) if isinstance(inputs, str) else tuple(inputs)
        _check_input_names(block.inputs, at.at("inputs"), reader.sink)
    block.title = record.title
    scope = lost.union(block.params, around)
    own = {name: param.place for name, param in block.params.items()}
    lets, within = read_lets(record.let, at.at("let"), scope, own, reader)
    reader.outer = around.difference(name for name, _ in lets)
    reader.hidden = frozenset(own).union(name for name, _ in lets)
    block.body = reader.body(record.layers, at.at("layers"), within, lets)
    reader.hidden = frozenset()
    if record.outputs is not None:
        block.outputs = _outputs(block, record.outputs, reader, within)
    reader.module.outer |= block.names & around


def _outputs(
    block: Block, written: Any, reader: ItemReader, scope: frozenset[str]
) -> tuple[BlockOutput, ...] | None:
    """What a block gives: wires, and the names that they have outside if it gives them names."""
    place = block.place.at("outputs")
    found = []
    for at in wire_steps(written):
        name = str(at[0]) if isinstance(written, dict) else None
        wire = written if not at else written[at[0]]
        if name is not None and not is_wire_name(name):
            message = f"`{name}` cannot be the name of an output"
            help = ["use letters, digits and `_`"]
            reader.sink.report("AS106", place.at(name).key(), message, help=help)
            continue
        template = reader.template(wire, True, place.at(*at), scope, asks=False)
        if template is REPORTED:
            block.lost = True
        else:
            found.append(BlockOutput(name, template, place.at(*at)))
    return tuple(found)


def _check_input_names(names: tuple[str, ...], place: Place, sink: Sink) -> None:
    for number, name in enumerate(names):
        at = place.at(number) if len(names) > 1 else place
        if not is_wire_name(name):
            message = f"`{name}` cannot be the name of an input"
            sink.report("AS106", at, message, help=["use letters, digits and `_`"])
        elif name in names[:number]:
            sink.report("AS302", at, f"the name `{name}` stands twice")


def names_under_unknown(type: type[Record], values: dict[str, Any]) -> frozenset[str]:
    """The names under keys that are not known: they may be meant as parameters or blocks."""
    known = fields(type)
    unknown = (v for k, v in values.items() if k not in known and isinstance(v, dict))
    return frozenset(name for value in unknown for name in value)


def names_among(layers: Any) -> frozenset[str]:
    """The names under `params` or `blocks` that stand among the layers, where that is told."""
    entries = (e for e in layers if isinstance(e, dict)) if isinstance(layers, list) else ()
    maps = (e[key] for e in entries for key in ("params", "blocks", "use") if key in e)
    return frozenset(name for value in maps if isinstance(value, dict) for name in value)
