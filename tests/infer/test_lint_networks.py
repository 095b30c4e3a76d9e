"""Rules about networks: two sets of specs, those that are hardly meant and those that are fine.

Both were written before the rules. Each suspicious one has one fault, and the code that tells it;
of the fine ones, of the networks that ship, and of the page of the language nothing is warned of.
"""

from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.selection import Selection
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.expand.expand import expand
from archspec.expand.graph import Graph, Node
from archspec.infer.infer import ShapedGraph, infer
from archspec.infer.lint import find_rules, lint
from archspec.infer.lint.network import Network
from archspec.mend.applying import mend
from archspec.mend.trying import rechecks
from archspec.parse import parse
from archspec.pipeline import open_document, read_spec, shape_document
from tests.conftest import ROOT, names
from tests.documents import examples, write_example
from tests.entries import read_entries

HERE = Path(__file__).parent
SUSPICIOUS = read_entries(HERE / "suspicious.yaml")
FINE = read_entries(HERE / "fine.yaml")
WARNED = [e for e in SUSPICIOUS if e["code"].startswith("AS9")]
SPECS = sorted((ROOT / "specs").rglob("*.yaml"))
LANGUAGE = ROOT / "docs" / "language.md"

# What a fix would have to guess is asked for in words.
WITHOUT_FIX = {"computed_rows", "sum_with_itself", "one_branch", "bottleneck_of_one"}
WITHOUT_FIX |= {"parameter_of_block_unused"}


def name_of(entry: dict[str, Any]) -> str:
    return str(entry["name"])


def checked(source: Source, selection: Selection | None = None) -> Sink:
    sink = Sink(selection=selection)
    document = parse(source, sink)
    assert document is not None
    shape_document(document, sink)
    return sink


def found_in(source: Source, select: tuple[str, ...] = ()) -> list[Diagnostic]:
    return checked(source, Selection(select)).diagnostics


def graph_of(text: str) -> Graph:
    sink = Sink()
    document = parse(Source("a.yaml", text), sink)
    assert document is not None
    spec, validator = read_spec(document, sink)
    assert spec is not None
    graph = expand(spec, sink, validator.maker)
    assert isinstance(graph, Graph)
    return graph


def test_the_sets_are_large_enough() -> None:
    assert len(SUSPICIOUS) >= 80
    assert len(FINE) >= 60
    assert len({e["text"] for e in SUSPICIOUS}) == len(SUSPICIOUS)


@pytest.mark.parametrize("entry", SUSPICIOUS, ids=name_of)
def test_suspicious_network_is_told(entry: dict[str, Any]) -> None:
    """Once for each kind of fault: a warning is the only one, a note one of those asked for."""
    code = entry["code"]
    found = found_in(Source("a.yaml", entry["text"]), (code,))
    assert {d.code for d in found} == {code}, found


@pytest.mark.parametrize("entry", FINE, ids=name_of)
def test_fine_network_is_not_warned_of(entry: dict[str, Any]) -> None:
    assert found_in(Source("a.yaml", entry["text"])) == []


@pytest.mark.parametrize("path", SPECS, ids=names(SPECS))
def test_shipped_network_is_not_warned_of(path: Path) -> None:
    sink = Sink()
    document = open_document(str(path), sink)
    assert document is not None
    shape_document(document, sink)
    assert [d.code for d in sink.diagnostics] == []


@pytest.mark.parametrize("example", [e for e in examples(LANGUAGE) if "fails" not in e.words])
def test_page_of_the_language_is_not_warned_of(example: Any, tmp_path: Path) -> None:
    if example.language != "yaml":
        return
    sink = Sink()
    document = open_document(str(write_example(example.text, tmp_path)), sink)
    assert document is not None
    shape_document(document, sink)
    assert sink.diagnostics == []


@pytest.mark.parametrize("entry", WARNED, ids=name_of)
def test_warning_says_what_would_mend_it(entry: dict[str, Any]) -> None:
    only = Selection([entry["code"]], ["ALL"])
    mended = mend(
        "a.yaml", entry["text"], rechecks(Sink(selection=only), shape_document), unsafe=True
    )
    assert (not mended.left.diagnostics) == (entry["name"] not in WITHOUT_FIX)


@pytest.mark.parametrize("entry", SUSPICIOUS, ids=name_of)
def test_what_is_certain_changes_no_shape(entry: dict[str, Any]) -> None:
    """`--fix` takes out what does nothing, and changes the type of an input."""
    mended = mend("a.yaml", entry["text"], rechecks(Sink(), shape_document))
    before, after = graph_of(entry["text"]), graph_of(mended.text)
    assert len(after.nodes) >= len(before.nodes) - len(mended.done)
    shapes = [infer(graph, Sink()).shape(graph.outputs[0]) for graph in (before, after)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("entry", [*FINE, *SUSPICIOUS], ids=name_of)
def test_rules_go_on_where_layers_are_lost(entry: dict[str, Any]) -> None:
    """With each layer lost in turn, as after an error, nothing wrong is said of the others."""
    graph = graph_of(entry["text"])
    for lost, node in enumerate(graph.nodes):
        sink = Sink(selection=Selection(() if entry in FINE else ("ALL",)))
        sink.report("AS401", graph.spec.place, "it is lost")
        lint(infer(graph._replace(lost=frozenset({lost})), sink), sink)
        nodes = [*graph.nodes]
        nodes[lost] = Node(node.name, node.layer, (), node.scope, node.item, True, node.shares)
        missing = graph._replace(nodes=nodes, lost=frozenset({lost}), whole=False)
        lint(infer(missing, sink), sink)
        if entry in FINE:
            assert [d.code for d in sink.diagnostics] == ["AS401"]


def test_parameters_decide() -> None:
    """What a parameter makes of a layer is not told: with another value it does something."""
    text = "archspec: 1\nparams: {rate: 0.0}\ninput: [8]\nlayers:\n  - Dense: {units: 4, activation: relu}\n"
    written = text + "  - Dropout: 0\n  - Dense: 2\n"
    assert [d.code for d in found_in(Source("a.yaml", written))] == ["AS903", "AS924"]
    assert found_in(Source("a.yaml", text + "  - Dropout: rate\n  - Dense: 2\n")) == []


def test_a_finding_is_of_an_entry_and_not_of_one_use() -> None:
    """A block whose Flatten is needed in one of its uses keeps it, and is told of only once."""
    head = "blocks:\n  head: {layers: [Flatten, Dense: {units: 4, activation: relu}]}\n"
    uses = "  - head: {name: first, from: input}\n"
    text = f"archspec: 1\ninput: [8, 8, 1]\n{head}layers:\n{uses}  - head\n  - Dense: 2\n"
    assert found_in(Source("a.yaml", text)) == []
    flat = text.replace("[8, 8, 1]", "[64]")
    (found,) = found_in(Source("a.yaml", flat))
    assert (found.code, list(found.repeats)) == ("AS924", ["head.flatten"])


def test_expect_says_that_it_is_meant() -> None:
    text = (
        "archspec: 1\ninput: [28, 28, 1]\nlayers:\n  - Dense: {units: 10, expect: [28, 28, 10]}\n"
    )
    assert found_in(Source("a.yaml", text)) == []
    assert found_in(Source("a.yaml", text.replace(", expect: [28, 28, 10]", ""))) != []


def test_a_comment_on_the_line_ignores_it() -> None:
    (entry,) = [e for e in SUSPICIOUS if e["name"] == "dropout_zero"]
    ignored = entry["text"].replace("Dropout: 0", "Dropout: 0  # archspec: ignore[AS924]")
    assert found_in(Source("a.yaml", ignored)) == []


def test_rules_that_are_not_asked_would_find_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shaped: list[ShapedGraph] = []
    monkeypatch.setattr("archspec.pipeline.lint", lambda found, sink: shaped.append(found))
    for path in [*SPECS, *sorted((ROOT / "tests" / "cases").glob("as[89]*.yaml"))]:
        sink = Sink()
        if document := open_document(str(path), sink):
            shape_document(document, sink)
    for entry in SUSPICIOUS + FINE:
        checked(Source("a.yaml", entry["text"]))
    skipped = 0
    for each in shaped:
        network = Network(each)
        asked = find_rules(network)
        for rule in find_rules():
            if rule not in asked:
                skipped += 1
                assert not list(rule.find(network)), (each.name, rule)
    assert len(shaped) > 250
    assert skipped > 1000
