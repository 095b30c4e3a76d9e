"""Keys that every entry may have: each is read for every kind of entry, kept, and on the page."""

import json
from typing import Any

import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.emit.blocks import blocks_data
from archspec.parse import parse
from archspec.pipeline import shape_document
from archspec.records.record import fields
from archspec.spec.words import CONSTRUCTS, ItemKeys
from tests.conftest import ROOT

KEYS: dict[str, Any] = {
    "name": "named",
    "from": "first",
    "when": "i == 0",
    "expect": [4],
    "trainable": False,
}
"""A value for each, in an entry that stands in a repeat with the number ``i``."""

ENTRIES: dict[str, Any] = {
    "Dense": {"units": 4},
    "b": {"n": 4},
    "residual": {"layers": [{"Dense": 4}]},
    "parallel": {"branches": {"x": [{"Dense": 4}], "y": []}, "merge": "Add"},
    "repeat": {"times": 1, "layers": [{"Dense": 4}]},
    "dense_block": {"times": 1, "merge": "Add", "layers": [{"Dense": 4}]},
    "apply": {"layer": "first"},
}


def test_every_key_and_every_kind_of_entry_is_here() -> None:
    assert {name.rstrip("_") for name in fields(ItemKeys)} == set(KEYS)
    assert set(ENTRIES) - {"Dense", "b"} == set(CONSTRUCTS)


@pytest.mark.parametrize("word", ENTRIES)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_kept(key: str, word: str) -> None:
    entry = {word: {**ENTRIES[word], key: KEYS[key]}}
    spec = {
        "archspec": 1,
        "input": [4],
        "blocks": {"b": {"params": {"n": "int"}, "layers": [{"Dense": "n"}]}},
        "layers": [
            {"Dense": {"units": 4, "name": "first"}},
            # Only in the first round: what is calculated there has a name.
            {"repeat": {"times": 1, "as": "i", "layers": [entry]}},
        ],
    }
    sink = Sink()
    document = parse(Source("net.json", json.dumps(spec)), sink)
    assert document is not None
    shaped = shape_document(document, sink)
    assert shaped is not None, sink.diagnostics
    (written,) = blocks_data(shaped)["layers"][-1]["repeat"]["layers"]
    assert written[word][key] == KEYS[key]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_on_the_page(key: str) -> None:
    page = (ROOT / "docs" / "language.md").read_text("utf-8")
    assert f"| `{key}` |" in page
