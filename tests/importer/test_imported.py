"""The specs in docs/imported are what `archspec import keras:NAME` writes."""

import re
from pathlib import Path

import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.importer.bring import bring
from archspec.importer.flat_graph import flat_graph
from tests.conftest import ROOT

IMPORTED = sorted((ROOT / "docs" / "imported").glob("*.yaml"))


@pytest.mark.parametrize("path", IMPORTED, ids=lambda path: path.stem)
def test_it_stays_as_it_is(path: Path) -> None:
    brought = bring(flat_graph(archspec.load(path)), path.stem, lambda _: None, Sink())
    assert brought is not None
    assert brought.text.splitlines() == path.read_text("utf-8").splitlines()[:-1]


@pytest.mark.parametrize("path", IMPORTED, ids=lambda path: path.stem)
def test_it_is_written_again(path: Path, full: bool) -> None:
    if not full:
        pytest.skip("runs with --full: Keras builds it")
    text = path.read_text("utf-8")
    source = re.search(r"imported from (keras:\w+)", text)
    assert source is not None
    found = archspec.import_model(source[1])
    # Another Keras has another number in the last line.
    assert found.splitlines()[:-1] == text.splitlines()[:-1]
