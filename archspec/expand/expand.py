"""Spec to graph: repeats unrolled, blocks inlined, names given, wires connected."""

from archspec.diagnostics.sink import REPORTED, Reported, Sink
from archspec.expand.graph import Graph, Node, Ref, Scope
from archspec.expand.names import Frame, Refs, lookup
from archspec.expand.nodes import Expander
from archspec.expand.operations import OpenOperations
from archspec.expand.resolve import NetworkMaker, Resolver
from archspec.expand.work import TooLarge
from archspec.layers.core import Input
from archspec.spec.check_values import Maker
from archspec.spec.types import Spec


def expand(spec: Spec, sink: Sink, maker: Maker) -> Graph | Reported:
    """The graph of a spec."""
    before = sink.count
    root = Scope(None, "root", spec.name, "", title=spec.title)
    lost = list(spec.lost_inputs)
    nodes: list[Node] = []
    inputs: dict[str, int] = {}
    resolver = Resolver(sink, maker)
    resolver.networks = lambda: _networks(spec, resolver, sink)
    values = spec.values
    if spec.body.lets:
        values = resolver.let_values(spec.body, values, None)
    for declared in spec.inputs:
        arguments = resolver.input(declared, values)
        layer = None
        if arguments is not REPORTED:
            layer = maker.layer(Input, arguments, declared.place)
        if layer is None:
            lost.append(declared.name)
        else:
            inputs[declared.name] = len(nodes)
            nodes.append(Node(declared.name, layer, (), root, None, True, -1))
    try:
        operations = resolver.body(spec.body, spec.values)
    except TooLarge:
        return REPORTED
    expander = Expander(nodes, sink, resolver)
    frame = Frame("", None)
    frame.names.update(inputs)
    frame.names.update(dict.fromkeys(filter(None, lost), REPORTED))
    frame.open = ("",) if "" in lost else ()
    current: Refs | Reported = REPORTED if lost else tuple((n, 0) for n in inputs.values())
    try:
        current = expander.run(operations, current, frame, root, True)
    except TooLarge:
        return REPORTED
    if len(nodes) == len(inputs) and not sink.errors and not expander.losses:
        sink.report(
            "AS104",
            spec.body.place.key(),
            "no layer is left: every entry of `layers` is left out here",
            help=["a `when` that is true, or a `repeat` of one round or more, leaves one"],
        )
    outputs: Refs = () if current is REPORTED else current
    if spec.outputs is not None:
        found: list[Ref] = []
        for number, name in enumerate(spec.outputs):
            place = spec.outputs_place
            place = place.at(number) if spec.outputs_listed else place
            refs, _ = lookup(frame, name, nodes)
            if refs is None:
                from archspec.diagnostics.fixes import remove
                from archspec.expand.wire_help import WireHelp  # for what is wrong only

                unread = _unread(frame, nodes)
                if lost or expander.losses:  # what could read the others is not there
                    unread = unread[-1:]
                help = WireHelp(frame, nodes, sink, reads=spec.outputs, unread=unread).say(
                    name, place
                )
                if len(spec.outputs) > 1:
                    help.append(remove("leave it out", place))
                sink.report("AS309", place, f"there is no layer `{name}`", help=help)
                expander.losses += 1
            elif refs is not REPORTED:
                found += refs
        outputs = tuple(found)
    if spec.given and sink.errors:
        from archspec.expand.values_from_outside import tell_at_values  # for what is wrong only

        tell_at_values(spec, sink, before, expand)
    missing = frozenset(expander.lost)
    whole = not (lost or expander.losses)
    if isinstance(operations, OpenOperations):
        values = operations.values
    return Graph(spec, values, nodes, inputs, outputs, expander.expected, root, missing, whole)


def _networks(spec: Spec, resolver: Resolver, sink: Sink) -> NetworkMaker:
    from archspec.expand.nested import Networks  # for blocks in wrappers, which few specs have

    return Networks(spec, resolver, sink)


def _unread(frame: Frame, nodes: list[Node]) -> tuple[str, ...]:
    """The names of layers that nothing reads."""
    read = {source for node in nodes for source, _ in node.inputs}
    return tuple([n for n, at in frame.names.items() if isinstance(at, int) and at not in read])
