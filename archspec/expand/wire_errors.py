"""What is reported of wires and names: of what is not there, stands later, or stands twice."""

from collections.abc import Sequence

from archspec.diagnostics.fixes import Fix, replace
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.expand.graph import Node, Scope
from archspec.expand.names import Frame
from archspec.expand.operations import ApplyOperation, Operation
from archspec.expand.wire_help import (
    WireHelp,
    block_help,
    later_help,
    other_name,
    repeat_help,
    visible,
)
from archspec.spec.read_arguments import wire_steps
from archspec.spec.types import BlockOutput, CallItem, Item

_MOST_WITH_HELP = 100
"""Errors for which the names in sight are searched."""


def report_source(
    operation: Operation,
    number: int,
    trail: str,
    frame: Frame,
    nodes: list[Node],
    sink: Sink,
    around: Sequence[Operation],
) -> Reported:
    """Report a name in `from`, by its number, of which only ``trail`` is known."""
    sources = operation.sources or ()
    source = sources[number]
    place = operation.item.place.at("from")
    written = place.document.at(place.path)
    steps = wire_steps(written)
    place = place.at(*steps[number]) if 1 < len(sources) == len(steps) else place
    label = frame.prefix + (operation.name or "")
    if sink.again("AS301", place, label) or sink.again("AS304", place, label):
        return REPORTED
    if frame.has_missed(source):
        return REPORTED
    later = [o for o in around if o.name == source.partition(".")[0]]
    if later and not trail:
        message = f"`{source}` does not stand before this layer"
        help = later_help(operation, later[0], place, visible(frame))
        return sink.report("AS304", place, message, help=help, node=label)
    frame.missed |= {source}
    message = f"no layer before this one is called `{source}`"
    if trail:
        message = f"there is no `{source}`: `{trail}` has nothing of that name"
    help = []
    if sink.count < _MOST_WITH_HELP:
        help = WireHelp(frame, nodes, sink, around, sources).say(source, place)
    return sink.report("AS301", place, message, help=help, node=label)


def report_target(
    operation: ApplyOperation,
    frame: Frame,
    nodes: list[Node],
    sink: Sink,
    around: Sequence[Operation],
) -> None:
    """Report an `apply` of something that is not there."""
    place = operation.item.place.at("layer")
    later = [o for o in around if o.name == operation.target]
    if later:
        message = f"`{operation.target}` does not stand before this layer"
        help = later_help(operation, later[0], place, visible(frame))
        sink.report("AS304", place, message, help=help)
        return
    message = f"no layer or block before this one is called `{operation.target}`"
    help = WireHelp(frame, nodes, sink, unread=()).say(operation.target, place)
    called = [n for n in visible(frame) if isinstance(frame.names.get(n), Frame)]
    written = place.as_it_stands()
    plain = written.document.at(written.path) == operation.target
    if plain and len(called) == 1 and not any(isinstance(h, Fix) for h in help):
        said = did_you_mean(called[0], "the only block that is called before")
        help = [replace(said, written, called[0])]
    sink.report("AS301", place, message, help=help)


def _missing_name(name: str, place: Place) -> list[Fix]:
    """The name that another entry of the list reads, and none has, if one is much alike."""
    entries = place.document.at(place.path[:-3])
    inner = (
        [i for e in entries if isinstance(e, dict) for i in e.values()]
        if isinstance(entries, list)
        else []
    )
    given = [i for i in inner if isinstance(i, dict)]
    names = [i.get("name") for i in given]
    read = [i["from"] for i in given if "from" in i]
    wires = [w for each in read for w in (each if isinstance(each, list) else [each])]
    free = [w for w in dict.fromkeys(filter(is_text, wires)) if w not in names and "." not in w]
    near = [w for w in free if w.rstrip("0123456789") == name.rstrip("0123456789")]
    return [replace(f"`{w}` is read, and nothing is called so", place, w) for w in near[:1]]


def is_text(value: object) -> bool:
    return isinstance(value, str)


def report_output(
    output: BlockOutput, wire: str, trail: str, frame: Frame, nodes: list[Node], sink: Sink
) -> None:
    """Report an output of a block that is none of its layers."""
    if sink.again("AS309", output.place, frame.prefix):
        return
    message = f"there is no layer `{wire}` in the block"
    if trail:
        message = f"there is no `{wire}`: `{trail}` has nothing of that name"
    help = WireHelp(frame, nodes, sink, reads=()).say(wire, output.place)
    sink.report("AS309", output.place, message, help=help)


def report_output_name(name: str, place: Place, frame: Frame, sink: Sink) -> Reported:
    """Report an output of a block that bears the name of something else in it."""
    what = "an input" if isinstance(frame.names[name], tuple) else "an inner layer"
    other = other_name(frame, name)
    help: list[str | Fix] = [
        "names must differ within a block",
        replace(f"`{other}` is free", place.key(), other),
    ]
    return sink.report("AS302", place.key(), f"{what} is called `{name}` too", help=help)


def report_inputs(item: CallItem, count: int, frame: Frame, sink: Sink) -> None:
    """Report a call that reads another number of layers than its block has inputs."""
    block = item.block
    message = f"block `{block.name}` has the inputs {', '.join(block.inputs)}, but reads {count}"
    help = block_help(item, count, visible(frame))
    if sink.withholds(block.body.place):
        message, help = f"block `{block.name}` reads {len(block.inputs)}, not {count}", []
    sink.report("AS303", item.place.key(), message, help=help)


def report_name(
    item: Item, name: str, frame: Frame, scope: Scope, sink: Sink, first: Item | None
) -> Reported:
    """Report a name that stands twice; ``first`` is the entry that has it already."""
    notes = []
    help: list[str | Fix] = ["names must differ within a block"]
    place = item.place.at("name")
    if first is item:
        help = repeat_help(scope)
    elif first is not None:
        notes = [Note("the first one is here", first.place.key())]
    if first is not item and place.document.at(place.path) == name:
        other = other_name(frame, name)
        help += _missing_name(name, place)
        help.append(replace(f"`{other}` is free", place, other))
    message = f"the name `{name}` stands twice"
    return sink.report("AS302", place, message, notes=notes, help=help)
