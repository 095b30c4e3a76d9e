"""Random documents, and the shipped specs with random changes: a diagnostic or success, always."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archspec.diagnostics.report import FORMATS, report
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source, decode_source
from archspec.layers import layer_types
from archspec.parse import parse
from archspec.pipeline import shape_document
from archspec.records.record import fields
from archspec.spec.words import CONSTRUCTS, ItemKeys, SpecKeys
from tests.conftest import ROOT, examples

EXAMPLES = examples(120)

LAYERS = sorted(layer_types())
KEYS = sorted(
    {*fields(SpecKeys), *fields(ItemKeys), *CONSTRUCTS, "layers", "times", "for", "units"}
)
ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 70),
    st.sampled_from([10**6, 10**12, 2**63 - 1, 2**63, -(2**64), 10**39]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([*LAYERS, *KEYS, "i", "i + 1", "$i", "${x}", "9**9", "x.y", "relu", "same"]),
    st.text(max_size=8).filter(lambda t: t.isprintable()),
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from([*LAYERS, *KEYS]), inner, max_size=3),
    ),
    max_leaves=12,
)
DOCUMENTS = st.fixed_dictionaries(
    {"archspec": st.just(1)},
    optional={
        "input": st.one_of(st.just([8, 8, 3]), VALUES),
        "params": st.one_of(st.just({"i": 3, "x": [1, 2]}), VALUES),
        "blocks": st.one_of(st.just({"b": {"params": {"i": 3}, "layers": ["Flatten"]}}), VALUES),
        "layers": st.lists(
            st.one_of(
                st.sampled_from(LAYERS),
                st.dictionaries(
                    st.sampled_from([*LAYERS, *CONSTRUCTS, "b"]), VALUES, min_size=1, max_size=1
                ),
                VALUES,
            ),
            max_size=6,
        ),
        "outputs": VALUES,
        "expect": VALUES,
        "use": VALUES,
        "inputs": VALUES,
        "name": VALUES,
    },
)


def run(text: str, name: str) -> None:
    """Check a text, and render what there is to say; any exception is a bug."""
    sink = Sink()
    source = decode_source(name, text.encode())
    document = parse(source, sink)
    if document is not None:
        shaped = shape_document(document, sink)
        library = isinstance(document.value, dict) and "layers" not in document.value
        assert shaped is not None or sink.errors or library, "nothing is said"
    for format in FORMATS:
        report(sink.diagnostics, format).encode()
    for found in sink.diagnostics:
        lines = source.text.split("\n")
        if found.span is not None and found.source.name == name:
            assert 1 <= found.span.line <= len(lines)
            assert 1 <= found.span.column <= len(lines[found.span.line - 1]) + 1


@cache
def specs() -> list[tuple[str, str, Any]]:
    """Names, texts and values of the shipped specs, small ones first."""
    found = []
    for path in sorted((ROOT / "specs").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        document = parse(Source(str(path), text), Sink())
        assert document is not None
        found.append((str(path), text, document.value))
    return sorted(found, key=lambda s: len(s[1]))


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value."""
    found = [path]
    if isinstance(value, dict):
        for key in value:
            found += paths(value[key], (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += paths(inner, (*path, number))
    return found


def change(value: Any, data: st.DataObject) -> None:
    """Drop, replace, repeat, rename or insert something."""
    places = paths(value)[1:]
    if not places:
        return
    *trail, last = data.draw(st.sampled_from(places))
    around = value
    for step in trail:
        around = around[step]
    kind = data.draw(st.sampled_from(["drop", "replace", "repeat", "rename", "insert", "count"]))
    if kind == "drop":
        del around[last]
    elif kind == "replace":
        around[last] = data.draw(VALUES)
    elif kind == "insert":
        if isinstance(around, list):
            around.insert(last, data.draw(VALUES))
        else:
            around[data.draw(st.sampled_from([*LAYERS, *KEYS]))] = data.draw(VALUES)
    elif kind == "repeat" and isinstance(around, list):
        around.append(json.loads(json.dumps(around[last])))
    elif kind == "rename" and isinstance(around, dict):
        around[data.draw(st.sampled_from([*LAYERS, *KEYS]))] = around.pop(last)
    elif kind == "count" and type(around[last]) is int:
        around[last] *= data.draw(st.sampled_from([-1, 0, 2, 1000, 10**9, 10**18]))


@settings(max_examples=EXAMPLES)
@given(DOCUMENTS)
def test_random_documents(value: dict[str, Any]) -> None:
    run(json.dumps(value), "random.json")


@settings(max_examples=EXAMPLES)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_random_text(text: str) -> None:
    run(text.replace("\0", ""), "random.yaml")
    run(text.replace("\0", ""), "random.json")


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.data_too_large])
@given(st.data())
def test_changed_values(data: st.DataObject) -> None:
    name, _, value = data.draw(st.sampled_from(specs()))
    value = json.loads(json.dumps(value))
    for _ in range(data.draw(st.integers(1, 3))):
        change(value, data)
    run(json.dumps(value), str(Path(name).with_suffix(".json")))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_changed_text(data: st.DataObject) -> None:
    name, text, _ = data.draw(st.sampled_from(specs()))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 1, 5, 60])))
        piece = data.draw(
            st.one_of(
                st.just(""),
                st.sampled_from([*"{}[]:,-#&*!|>'\"%@`?=()\\\n\t ", "\n  ", ": ", "- ", "\u2028"]),
                st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3),
            )
        )
        text = text[:start] + piece + text[end:]
    run(text, name)
