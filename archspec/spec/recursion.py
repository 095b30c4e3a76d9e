"""Blocks that call themselves: refused, for there is nothing that would end it."""

from archspec.diagnostics.fixes import Fix, remove
from archspec.diagnostics.sink import Reported, Sink
from archspec.spec.types import Block, Body, CallItem


def refuse_recursion(blocks: dict[str, Block], sink: Sink) -> Reported | None:
    """Report every circle of calls, once; None if there is none."""
    found: Reported | None = None
    calls = {name: _called(block.body) for name, block in blocks.items() if block.whole is None}
    clear: set[str] = set()
    for start in calls:
        if start in clear:
            continue
        trail = {start: list(calls[start])}
        names = [start]
        while names:
            rest = trail[names[-1]]
            if not rest:
                clear.add(names[-1])
                del trail[names.pop()]
                continue
            call = rest.pop()
            target = call.block.name
            if target in trail:
                circle = " → ".join([*names[names.index(target) :], target])
                message = f"block `{target}` calls itself: {circle}"
                path = call.place.path
                entry = call.place._replace(path=path if isinstance(path[-1], int) else path[:-1])
                help: list[str | Fix] = [
                    "layers that come again and again are a `repeat`",
                    remove("or leave this call out", entry),
                ]
                found = sink.report("AS211", call.place.key(), message, help=help)
            elif target not in clear and target in calls:
                trail[target] = list(calls[target])
                names.append(target)
    return found


def _called(body: Body) -> list[CallItem]:
    return [item for item in body.walk() if isinstance(item, CallItem)]
