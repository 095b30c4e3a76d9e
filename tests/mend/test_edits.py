"""Edits of values as edits of text: the text means what was meant, and all else stays."""

import copy
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.fixes import Edit, Fix, How, add, insert, remove, replace, retype
from archspec.diagnostics.place import Place, SourcePlace, Span
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.files.shipped import shipped_recipes, shipped_specs
from archspec.mend.edits import Editor, apply
from archspec.mend.layout import Elsewhere, Impossible
from archspec.parse import Document, parse

STRANGE = {
    "flow.yaml": """\
archspec: 1   # the version
input: [28, 28,
  1]
layers: [Flatten, {Dense: 3}, Dense: {units: 4}, # many
  {Conv2D: {filters: 6, # filters
            kernel_size: [3, 3],   # window
            padding: 'same'  # no border
           }},
  [a, "b, c", 'd # e'],
  ReLU,
]
empty: {}
none: []
""",
    "blocks.yaml": """\
# a comment
archspec: 1

layers:   # what follows
- Conv2D:
    filters: 6   # six
    # between
    kernel_size: 3

  name: first
-
  # above
  Dense:
     units: 64*width
- Flatten
- - nested
  - list: 1
    of: maps
  -   - deep
- ReLU:
# at the left
-
title: a title, with commas; no # but this
text: |
  several
  lines

other: >-
  folded
  text
'quoted key':  "some text"
empty:
last:
  a: 1
  b:   # nothing
""",
    "indented.json": """\
{
  "archspec": 1,
  "layers": [
    {"Conv2D": {"filters": 6, "kernel_size": [3, 3]}},
    "Flatten",
    {
      "Dense": {
        "units": 10,
        "activation": null
      },
      "name": "ä \\u00e4"
    }
  ],
  "empty": {}, "none": [ ],
  "last": true
}
""",
    "tight.json": '{"archspec":1,"layers":["Flatten",{"Dense":{"units":3}},[1,2]],"a":{"b":{}}}',
}
VALUES: tuple[Any, ...] = (
    7,
    -0.25,
    1e-06,
    True,
    None,
    "same",
    "a, b",
    "64*width",
    "on",
    "12",
    "0x1F",
    "-",
    "# none",
    "it's",
    'say "so"',
    "back\\slash",
    "ends: ",
    "",
    "$act",
    "ä ö",
    [3, 3],
    [],
    {},
    {"filters": 6, "kernel_size": [3, 3]},
    {"Dense": {"units": 3, "name": "x, y"}},
    {"Flatten": None},
    [{"Conv2D": {"filters": 3}}, "ReLU", "a b"],
)


def _texts() -> dict[str, str]:
    found = dict(STRANGE)
    for name, path in {**shipped_specs(), **shipped_recipes()}.items():
        text = Path(path).read_text("utf-8")
        found[f"{name}.yaml"] = text
        document = _parsed(Source(path, text))
        found[f"{name}.json"] = json.dumps(document.value, indent=1)
    return found


def _parsed(source: Source) -> Document:
    sink = Sink()
    document = parse(source, sink)
    assert document is not None, f"{sink.diagnostics}\n{source.text}"
    return document


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if not isinstance(value, dict | list):
        return found
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        found += _paths(inner, (*path, step))
    return found


def _random_edit(document: Document, rng: random.Random) -> Edit | None:
    path = rng.choice(_paths(document.value))
    place, value = Place(document, path), rng.choice(VALUES)
    how = rng.choice(list(How))
    if how is How.ADD:
        return Edit(place, value, how, rng.choice(("new", "an other", "on", "1")))
    if not path or how is How.TEXT:
        return None
    if how is How.REPLACE and isinstance(path[-1], str) and rng.random() < 0.4:
        return Edit(place.key(), rng.choice(("renamed", "on", "a b")))
    if how in (How.BEFORE, How.AFTER) and isinstance(path[-1], str):
        return None
    return Edit(place, value, how)


def _with(value: Any, edit: Edit) -> Any:
    """The value that is meant; raises TypeError for an edit that makes no sense."""
    assert isinstance(edit.place, Place)
    whole = [copy.deepcopy(value)]
    path: tuple[str | int, ...] = (0, *edit.place.path)
    around: Any = whole
    for each in path[:-1]:
        around = around[each]
    step: Any = path[-1]
    here = around[step]
    if edit.how is How.REPLACE and edit.place.part == "key":
        entries = {(edit.value if k == step else k): v for k, v in around.items()}
        if len(entries) < len(around):
            raise TypeError
        around.clear()
        around.update(entries)
    elif edit.how is How.REPLACE:
        around[step] = edit.value
    elif edit.how is How.REMOVE:
        del around[step]
    elif edit.how is How.ADD:
        if here is None:
            around[step] = {edit.name: edit.value}
        elif isinstance(here, str) and here.isidentifier():
            around[step] = {here: {edit.name: edit.value}}
        elif isinstance(here, dict) and edit.name not in here:
            here[edit.name] = edit.value
        else:
            raise TypeError
    else:
        around.insert(step + (edit.how is How.AFTER), edit.value)
    return whole[0]


def _comments(text: str) -> list[str]:
    found = re.findall(r"(?:^|\s)#[^\n]*", text, re.MULTILINE)
    return [c for c in found if "# none" not in c and "# e'" not in c]


@pytest.mark.parametrize("name", STRANGE)
def test_strange_texts(name: str) -> None:
    _try_random_edits(name, STRANGE[name], 3000)


def test_shipped_texts() -> None:
    for name, text in _texts().items():
        _try_random_edits(name, text, 25)


def _try_random_edits(name: str, text: str, times: int) -> None:
    source = Source(name, text)
    document = _parsed(source)
    rng = random.Random(name)
    made = 0
    for _ in range(times):
        edit = _random_edit(document, rng)
        if edit is None:
            continue
        try:
            meant = _with(document.value, edit)
        except TypeError:
            with pytest.raises(Impossible):
                Editor(source).replacements(Fix("", (edit,)))
            continue
        assert isinstance(edit.place, Place)
        told = (
            f"{name} {edit.place.path} {edit.place.part} {edit.how.name} {edit.name} {edit.value!r}"
        )
        changed = apply(text, Editor(source).replacements(Fix("", (edit,))))
        assert _parsed(Source(name, changed)).value == meant, f"{told}\n{changed}"
        if edit.how in (How.ADD, How.BEFORE, How.AFTER) and not name.endswith(".json"):
            assert _comments(changed) == _comments(text), f"{told}\n{changed}"
        made += 1
    assert made > times / 8


SPEC = """\
archspec: 1
layers:
  - Conv2D: {filters: 6, kernal: 3}  # sharp
  - Flaten
  - Dense:
      unitz: "ten"
      activation: softmxa
"""
LAYERS = ("layers",)


@pytest.mark.parametrize(
    ("edits", "changed"),
    [
        (
            [((0, "Conv2D", "kernal"), "key", "kernel_size", How.REPLACE, "")],
            "{filters: 6, kernel_size: 3}  # sharp",
        ),
        (
            [((0, "Conv2D", "kernal"), "value", None, How.REMOVE, "")],
            "- Conv2D: {filters: 6}  # sharp\n",
        ),
        (
            [((0, "Conv2D", "filters"), "value", None, How.REMOVE, "")],
            "- Conv2D: {kernal: 3}  # sharp\n",
        ),
        (
            [
                ((0, "Conv2D", "kernal"), "key", "kernel_size", How.REPLACE, ""),
                ((0, "Conv2D"), "value", "same", How.ADD, "padding"),
                ((0, "Conv2D"), "value", 2, How.ADD, "strides"),
                ((0,), "value", "Flatten", How.AFTER, ""),
            ],
            "- Conv2D: {filters: 6, kernel_size: 3, padding: same, strides: 2}  # sharp\n  - Flatten\n  - Fla",
        ),
        ([((1,), "value", "Flatten", How.REPLACE, "")], "  - Flatten\n  - Dense:\n"),
        (
            [((1,), "value", 3, How.ADD, "a"), ((1,), "value", 4, How.ADD, "b")],
            "  - Flaten: {a: 3, b: 4}\n",
        ),
        (
            [((1,), "value", {"Dense": {"units": 3}}, How.BEFORE, "")],
            "sharp\n  - Dense: {units: 3}\n  - Flaten\n",
        ),
        ([((1,), "value", None, How.REMOVE, "")], "# sharp\n  - Dense:\n"),
        (
            [((2, "Dense", "unitz"), "value", "eleven", How.REPLACE, "")],
            '      unitz: "eleven"\n',
        ),
        (
            [((2, "Dense"), "value", "a, b", How.ADD, "name")],
            "      activation: softmxa\n      name: a, b\n",
        ),
        (
            [((2, "Dense"), "value", 10, How.REPLACE, "")],
            "  - Flaten\n  - Dense: 10\n",
        ),
        (
            [((1,), "value", {"Dense": {"units": 3}}, How.REPLACE, "")],
            "sharp\n  - Dense: {units: 3}\n  - Dense:\n",
        ),
        (
            [((2, "Dense"), "value", [{"Dense": 3}, "ReLU"], How.REPLACE, "")],
            "  - Dense:\n      - Dense: 3\n      - ReLU\n",
        ),
        (
            [
                ((2, "Dense", "unitz"), "value", None, How.REMOVE, ""),
                ((2, "Dense", "activation"), "value", "softmax", How.REPLACE, ""),
            ],
            "  - Dense:\n      activation: softmax\n",
        ),
    ],
)
def test_edited_text(edits: list[tuple[Any, ...]], changed: str) -> None:
    source = Source("a.yaml", SPEC)
    root = _parsed(source).root.at("layers")
    made = tuple(
        Edit(root.at(*path, part=part), value, how, name) for path, part, value, how, name in edits
    )
    assert changed in apply(SPEC, Editor(source).replacements(Fix("", made)))


def test_a_version_comes_first() -> None:
    for name, text, meant in (
        ("a.yaml", "# a\ninput: 3\n", "# a\narchspec: 1\ninput: 3\n"),
        ("a.json", '{"input": 3}', '{"archspec": 1, "input": 3}'),
        ("a.json", '{\n  "input": 3\n}', '{\n  "archspec": 1,\n  "input": 3\n}'),
    ):
        source = Source(name, text)
        fix = add("", _parsed(source).root, "archspec", 1)
        assert apply(text, Editor(source).replacements(fix)) == meant


def test_pieces_and_characters() -> None:
    source = Source("a.yaml", "a: 'x = 3'\nb: 3,5\n")
    document = _parsed(source)
    within = Place(document, ("a",), within=(2, 3))
    both = Fix("", (Edit(within, "=="), Edit(Place(document, ("b",)), "3.5", How.TEXT)))
    assert apply(source.text, Editor(source).replacements(both)) == "a: 'x == 3'\nb: 3.5\n"
    quoted = replace("", SourcePlace(source, Span(1, 4, 1, 11)), "y")
    assert apply(source.text, Editor(source).replacements(quoted)) == "a: 'y'\nb: 3,5\n"
    put_in = retype("", SourcePlace(source, Span(2, 7, 2, 7)), " # c")
    assert apply(source.text, Editor(source).replacements(put_in)) == "a: 'x = 3'\nb: 3,5 # c\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_did(end: str) -> None:
    source = Source("a.yaml", SPEC)
    place = _parsed(source).root.at("layers", 2)
    changes = Editor(source).replacements(insert("", place, "Flatten", after=True))
    raw = SPEC.removesuffix("\n").replace("\n", end)
    assert apply(raw, changes) == raw + f"{end}  - Flatten"


def test_impossible() -> None:
    source = Source("a.yaml", SPEC)
    root = _parsed(source).root
    conv = root.at("layers", 0, "Conv2D")
    for fix in (
        Fix("", ()),
        remove("", root),
        remove("", root.at("layers", 9)),
        add("", conv.at("filters"), "a", 1),
        add("", conv, "filters", 1),
        insert("", conv, "Flatten"),
        retype("", SourcePlace(source), "a"),
        retype("", SourcePlace(source, Span(1, 1, 99, 1)), "a"),
        retype("", SourcePlace(source, Span(1, 1, 1, 99)), "a"),
        replace("", Place(conv.document, conv.path, within=(0, 90)), "a"),
        Fix("", (Edit(conv, 3), Edit(conv.at("filters"), 4))),
    ):
        with pytest.raises(Impossible):
            Editor(source).replacements(fix)


def test_anchors_and_other_texts() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: {e: 1}\nf: &y word\n"
    source = Source("a.yaml", text)
    root = _parsed(source).root
    for place in (root.at("a", "b"), root.at("c", "b"), root.at("a"), root.at("f")):
        with pytest.raises(Elsewhere):
            Editor(source).replacements(replace("", place, 3))
    with pytest.raises(Elsewhere):
        Editor(Source("b.yaml", text)).replacements(replace("", root.at("d"), 3))
    assert "c: 3\n" in apply(text, Editor(source).replacements(replace("", root.at("c"), 3)))
