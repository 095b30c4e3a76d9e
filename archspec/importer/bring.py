"""From a flat graph to the text of a spec that says the same network, which is proved first."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.selection import Selection
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import FlatGraph, flat_graph
from archspec.importer.fold.fold import fold
from archspec.importer.layer_names import named
from archspec.importer.model_as_spec import shape_flat
from archspec.importer.prove import differences
from archspec.infer.infer import ShapedGraph
from archspec.parse.yaml import parse_yaml
from archspec.pipeline import no_collection, shape_document
from archspec.spec.written import document, flow

_TEXT = "<the spec>"
REPORT = "please report it, with the model or with what `archspec import --flat` says of it"
"""What to do about a network that did not come out the same."""


class Wanted(NamedTuple):
    """What the spec shall be like."""

    flat: bool = False
    """Whether every layer shall stand by itself."""
    original: bool = True
    """Whether layers of the flat spec have the names of the model, all that can."""
    head: Mapping[str, Any] = {}
    """Keys to stand behind the name."""


class Brought(NamedTuple):
    """The text of a spec, and what it came to."""

    text: str
    shaped: ShapedGraph
    unfolded: str = ""
    """Why it is the flat spec although the folded one was wanted."""


Expect = Callable[[ShapedGraph], Any]
"""What a spec shall expect of its network; None for nothing."""


def bring(
    graph: FlatGraph, name: str, expect: Expect, sink: Sink, wanted: Wanted | None = None
) -> Brought | None:
    """The spec of a graph, folded if that comes out the same; None after reporting that it does not.

    What is wrong with the network itself is told instead, if that is why.

    Args:
        graph: the network.
        name: what it is read from, for messages.
        expect: gives what the spec shall expect.
        sink: takes AS705.
        wanted: what the spec shall be like.
    """
    wanted = wanted or Wanted()
    unfolded = ""
    with no_collection():
        if not wanted.flat:
            found = _folded(graph, wanted)
            if isinstance(found, Brought):
                return _expecting(found, expect)
            unfolded = found
        tried = _proved(graph, flat_data(graph, original=wanted.original), wanted)
    if isinstance(tried, str):
        if _is_wrong_itself(graph, name, sink):
            return None
        message = f"the network did not come out the same: {tried}"
        sink.report("AS705", SourcePlace(Source(name, "")), message, help=[REPORT])
        return None
    return _expecting(tried._replace(unfolded=unfolded), expect)


def _is_wrong_itself(graph: FlatGraph, name: str, sink: Sink) -> bool:
    """Whether a network has shapes that do not fit, which is told; no spec of it can be right."""
    found = Sink()
    shape_flat(graph, name, found)
    errors = [d for d in found.found if is_error(d.code)]
    if not errors or not all(d.code.startswith("AS4") for d in errors):
        return False
    for d in errors:
        sink.report(d.code, d.place, d.message, notes=d.notes, help=d.help)
    return True


def totals(source: str) -> Expect:
    """What an imported spec expects: parameters, operations if they are known, and their source."""

    def expect(shaped: ShapedGraph) -> dict[str, Any]:
        macs = {"macs": shaped.macs} if shaped.macs_known else {}
        return {"params": shaped.params, **macs, "source": source}

    return expect


def own_expectation(shaped: ShapedGraph) -> Expect:
    """What a spec expects of its network already; nothing if that was not asked."""
    expect = shaped.graph.spec.expect
    if expect is None:
        return lambda _: None
    values = expect.values.evaluate(shaped.graph.values)
    if expect.source is not None:
        values = {**values, "source": expect.source}
    return lambda _: values


def _folded(graph: FlatGraph, wanted: Wanted) -> Brought | str:
    """The folded spec, or why there is none: what folding does wrong must cost nobody the network."""
    try:
        found = _proved(graph, fold(graph), wanted)
        if isinstance(found, Brought) and "from: " in found.text:
            # Names that wires need come back as the model's: folded with them it stays as it is.
            again = _proved(graph, fold(flat_graph(found.shaped)), wanted)
            found = found if isinstance(again, str) else again
    except Exception as error:
        return f"folding failed with {type(error).__name__}: {error}"
    return found


def _proved(graph: FlatGraph, data: dict[str, Any], wanted: Wanted) -> Brought | str:
    """The spec as it will be read by others, or what is another network in it."""
    first = {name: data[name] for name in ("archspec", "name")}
    rest = {name: value for name, value in data.items() if name not in first}
    text = document({**first, **wanted.head, **rest})
    sink = Sink(selection=Selection(ignore=["ALL"]))
    read = parse_yaml(Source(_TEXT, text), sink)
    shaped = None if read is None else shape_document(read, sink)
    if shaped is None:
        told = [named(d, _TEXT, data).message for d in sink.found]
        return told[0] if told else "it has no layers"
    found = differences(graph, shaped)
    return found[0] if found else Brought(text, shaped)


def _expecting(brought: Brought, expect: Expect) -> Brought:
    found = expect(brought.shaped)
    if found is None:
        return brought
    return brought._replace(text=f"{brought.text}expect: {_grouped(found)}\n")


def _grouped(value: Any) -> str:
    """A value on a line, with the digits of whole numbers in groups: ``{params: 25_636_712}``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_grouped(v)}" for k, v in value.items()) + "}"
    return f"{value:_}" if type(value) is int else flow(value)
