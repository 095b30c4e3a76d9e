"""Wires with roles: ``from: {query: x, value: memory}``."""

from archspec.diagnostics.fixes import Edit, Fix, remove, renamed
from archspec.diagnostics.sink import REPORTED, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean_all, near_words
from archspec.expand.names import Refs
from archspec.expand.operations import ApplyOperation, GroupOperation, Operation, Operations
from archspec.layers import Layer
from archspec.records.record import ArgumentError, ValidationError
from archspec.spec.types import CallItem


def _pairs(
    operation: Operation, refs: Refs, counts: list[int]
) -> list[tuple[str, tuple[int, int]]]:
    """Each output that is read, with its role."""
    roles = [r for r, n in zip(operation.roles, counts, strict=True) for _ in range(n)]
    return list(zip(roles, refs, strict=True))


def with_roles(
    operation: Operation, layer: Layer, refs: Refs, counts: list[int], sink: Sink
) -> tuple[Layer, Refs | Reported]:
    """The layer whose inputs have these roles, and the outputs in the order of its own."""
    known = layer.input_roles()
    pairs = _pairs(operation, refs, counts)
    if not _are_known(operation, known, type(layer).__name__, sink):
        return layer, REPORTED
    pairs.sort(key=lambda pair: known.index(pair[0]))
    try:
        return layer.with_roles(tuple(r for r, _ in pairs)), tuple(ref for _, ref in pairs)
    except ArgumentError as error:
        place = operation.item.place.at("from")
        help = [error.help] if error.help else []
        return layer, sink.report("AS303", place, error.message, help=help)


def check_roles(operation: Operation, layer: Layer, sink: Sink) -> None:
    """Report roles that a layer has not, where nothing is known of what it reads."""
    known = layer.input_roles()
    if known:
        _are_known(operation, known, type(layer).__name__, sink)


def block_inputs(
    operation: Operation,
    group: GroupOperation | Operations,
    refs: Refs,
    counts: list[int],
    sink: Sink,
) -> Refs | Reported:
    """The outputs that a group reads, in the order of its inputs, if it is a block."""
    place = operation.item.place.at("from")
    item = group.item if isinstance(group, GroupOperation) else operation.item
    if not isinstance(item, CallItem):
        message = f"the inputs of `{item.word}` have no names"
        help = ["`from` is a name here, or a list of names"]
        return sink.report("AS204", place, message, help=help)
    known = item.block.inputs
    pairs = _pairs(operation, refs, counts)
    if not _are_known(operation, known, f"block `{item.block.name}`", sink):
        return REPORTED
    roles = [role for role, _ in pairs]
    for name in known:
        if name not in roles:
            message = f"block `{item.block.name}` reads nothing as its `{name}`"
            help = [f"`from` names one layer for each of {', '.join(known)}"]
            return sink.report("AS303", place, message, help=help)
        if roles.count(name) > 1:
            message = f"block `{item.block.name}` reads more than one as its `{name}`"
            help = ["an input is one layer: `Concatenate`, `Add` or another one merges several"]
            return sink.report("AS303", place.at(name), message, help=help)
    pairs.sort(key=lambda pair: known.index(pair[0]))
    return tuple(ref for _, ref in pairs)


def _are_known(operation: Operation, known: tuple[str, ...], owner: str, sink: Sink) -> bool:
    """Whether all roles are inputs; reports those that are not."""
    if not known:
        place = operation.item.place.at("from")
        said = ["`from` is a name here, or a list of names"]
        sink.report("AS202", place, f"the inputs of {owner} have no names", help=said)
        return False
    unknown_roles = [r for r in dict.fromkeys(operation.roles) if r not in known]
    free = tuple([name for name in known if name not in operation.roles])
    meant = {role: _short_for(role, free) for role in unknown_roles}
    if unknown_roles and all(meant.values()) and len({*meant.values()}) == len(meant):
        places = [operation.item.place.at("from", role, part="key") for role in unknown_roles]
        edits = [Edit(p, m) for p, m in zip(places, meant.values(), strict=True)]
        listed = " and ".join(f"`{role}`" for role in unknown_roles)
        message = f"{owner} has no input{'s' if len(meant) > 1 else ''} {listed}"
        begins = all(m is not None and m.startswith(role) for role, m in meant.items())
        fix = Fix(did_you_mean_all(edit.value for edit in edits), tuple(edits), certain=begins)
        sink.report("AS202", places[0], message, help=[fix])
        return False
    sound = True
    unknown = {role for role in operation.roles if role not in known}
    missing = [name for name in known if name not in operation.roles]
    for role in dict.fromkeys(operation.roles):
        if role in known:
            continue
        sound = False
        place = operation.item.place.at("from", role, part="key")
        near = near_words(role, [n for n in known if n not in operation.roles], elsewhere=False)
        help: list[str | Fix] = [renamed(place, word, near.certain) for word in near.words]
        if not help and len(unknown) == len(missing) == 1:
            help = [renamed(place, missing[0])]
        if not help:
            listed = ", ".join(f"`{n}`" for n in known)
            help = [f"its inputs are {listed}"]
        sink.report("AS202", place, f"{owner} has no input `{role}`", help=help)
    return sound


def _short_for(role: str, free: tuple[str, ...]) -> str | None:
    """The input that a letter or a part stands for: `q`, `k`, `v` and `mask` of an attention."""
    found = [n for n in free if n.startswith(role) and "_" not in n]
    found = found or [n for n in free[-1:] if n.endswith("_" + role)]
    return found[0] if len(found) == 1 else None


def called(operation: ApplyOperation, layer: Layer, sink: Sink) -> Layer:
    """The layer with other arguments of its call; the layer itself after reporting what is wrong."""
    for name, value in operation.arguments.items():
        try:
            layer = layer.called(**{name: value})
        except (ArgumentError, ValidationError) as error:
            place = operation.item.place.at(name)
            if isinstance(error, ArgumentError):
                help: list[str | Fix] = [error.help] if error.help else []
                help.append(remove("leave it out: it is an argument of the layer itself", place))
                sink.report("AS202", place.key(), error.message, help=help)
            else:
                sink.report("AS204", place, f"`{name}` does not take this value")
    return layer


def refuse_arguments(operation: ApplyOperation, sink: Sink) -> None:
    """Report arguments in an `apply` of what is no layer."""
    for name in operation.arguments:
        place = operation.item.place.at(name)
        message = f"`{operation.target}` is no layer: applied again, it takes no arguments"
        help = [remove(f"leave out `{name}`", place)]
        sink.report("AS202", place.key(), message, help=help)
