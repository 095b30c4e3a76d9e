"""Slips in writing: each is one error, in its line, with a fix that mends it; the rest is read on."""

from typing import Any

import pytest

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.parse import Document, parse

SPEC = """\
archspec: 1
name: net
title: "A small net"
params: {width: 8, depths: [1, 2]}
input: [28, 28, 1]
layers:
  - Conv2D: {filters: 6, kernel_size: 5, padding: same}
  - MaxPooling2D: {pool_size: [2, 2]}
  - Conv2D:
      filters: 2*width
      kernel_size: [3, 3]
      activation: relu
  - Flatten
  - Dropout: {rate: 0.5}
  - Dense: {units: 10, activation: softmax, name: "out"}
expect:
  params: 123
  output: [10]
"""

C = "  - Conv2D: {filters: 6, kernel_size: 5, padding: same}"
P = "  - MaxPooling2D: {pool_size: [2, 2]}"
F = "  - Flatten"
D = "  - Dropout: {rate: 0.5}"
O = '  - Dense: {units: 10, activation: softmax, name: "out"}'  # noqa: E741

YAML = [
    # colons
    ("archspec: 1", "archspec:1"),
    ("archspec: 1", "archspec 1"),
    ("archspec: 1", "archspec = 1"),
    ("archspec: 1", "archspec=1"),
    ("archspec: 1", "archspec := 1"),
    ("archspec: 1", "archspec => 1"),
    ("input: [28, 28, 1]", "input [28, 28, 1]"),
    ("input: [28, 28, 1]", "input:[28, 28, 1]"),
    ("input: [28, 28, 1]", "input = [28, 28, 1]"),
    ("name: net", "name net"),
    ("layers:", "layers"),
    ("expect:", "expect"),
    ("  params: 123", "  params 123"),
    ("  params: 123", "  params:123"),
    ("  params: 123", "  params = 123"),
    ("  - Conv2D:", "  - Conv2D"),
    ("      filters: 2*width", "      filters 2*width"),
    ("      filters: 2*width", "      filters:2*width"),
    ("      filters: 2*width", "      filters = 2*width"),
    ("      kernel_size: [3, 3]", "      kernel_size [3, 3]"),
    ("      kernel_size: [3, 3]", "      kernel_size:[3, 3]"),
    ("      activation: relu", "      activation relu"),
    ("      activation: relu", "      activation=relu"),
    (C, "  - Conv2D {filters: 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D{filters: 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D:{filters: 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D = {filters: 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: filters: 6, kernel_size: 5, padding: same"),
    (C, "  - Conv2D: {filters 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: {filters: 6, kernel_size 5, padding: same}"),
    (C, "  - Conv2D: {filters: 6, kernel_size:5, padding: same}"),
    (C, "  - Conv2D: {filters = 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: {filters: 6, kernel_size=5, padding: same}"),
    (C, "  - Conv2D: {filters := 6, kernel_size: 5, padding: same}"),
    (D, "  - Dropout {rate: 0.5}"),
    ("params: {width: 8, depths: [1, 2]}", "params: {width: 8, depths [1, 2]}"),
    ("params: {width: 8, depths: [1, 2]}", "params: {width: 8, depths[1, 2]}", None),
    (D, "  - Dropout: rate: 0.5"),
    (D, "  - Dropout: {rate:0.5}"),
    (D, "  - Dropout: {rate = 0.5}"),
    (D, "  - Dropout: {rate 0.5}"),
    ('title: "A small net"', "title: A small net: the first"),
    # commas
    (C, "  - Conv2D: {filters: 6 kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: {filters: 6, kernel_size: 5 padding: same}"),
    (C, "  - Conv2D: {filters: 6; kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: {filters: 6; kernel_size: 5; padding: same}", 2),
    (C, "  - Conv2D: {filters: 6,, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: {, filters: 6, kernel_size: 5, padding: same}"),
    (C, C + ","),
    (C, C + ";"),
    (O, '  - Dense: {units: 10, activation: softmax, name: "out"},'),
    (O, '  - Dense: {units: 10, activation: softmax name: "out"}'),
    (F, "  - Flatten,"),
    (F, "  - Flatten;"),
    ("      filters: 2*width", "      filters: 2*width,"),
    ("      filters: 2*width", "      filters: 2*width;"),
    ("      kernel_size: [3, 3]", "      kernel_size: [3, 3],"),
    ("      activation: relu", "      activation: relu,"),
    ("archspec: 1", "archspec: 1,"),
    ("archspec: 1", "archspec: 1;"),
    ("input: [28, 28, 1]", "input: [28, 28, 1],"),
    ("input: [28, 28, 1]", "input: [28, 28; 1]"),
    ("input: [28, 28, 1]", "input: [28,, 28, 1]"),
    ("input: [28, 28, 1]", "input: 28, 28, 1"),
    ("input: [28, 28, 1]", "input: {28, 28, 1}"),
    (P, "  - MaxPooling2D: {pool_size: 2, 2}"),
    (P, "  - MaxPooling2D: {pool_size: (2, 2)}"),
    (P, "  - MaxPooling2D: {pool_size: {2, 2}}"),
    (D, "  - Dropout: {rate: 0,5}"),
    ("      kernel_size: [3, 3]", "      kernel_size: 3, 3"),
    ("      kernel_size: [3, 3]", "      kernel_size: 3,3"),
    # brackets
    ("input: [28, 28, 1]", "input: [28, 28, 1"),
    ("input: [28, 28, 1]", "input: 28, 28, 1]"),
    ("input: [28, 28, 1]", "input: [28, 28, 1]]"),
    ("input: [28, 28, 1]", "input: [28, 28, 1}"),
    ("input: [28, 28, 1]", "input: [28, 28, 1)"),
    (C, "  - Conv2D: {filters: 6, kernel_size: 5, padding: same"),
    (C, "  - Conv2D: {filters: 6, kernel_size: 5, padding: same}}"),
    (C, "  - Conv2D: {filters: 6, kernel_size: 5, padding: same]"),
    (C, "  - Conv2D: {filters: 6, kernel_size: 5, padding: same)", None),
    (P, "  - MaxPooling2D: {pool_size: [2, 2}"),
    (P, "  - MaxPooling2D: {pool_size: [2, 2]"),
    (P, "  - MaxPooling2D: {pool_size: [2, 2"),
    (P, "  - MaxPooling2D: {pool_size: [2, 2]}]"),
    (P, "  - MaxPooling2D: {pool_size: [2, 2]]}"),
    (O, '  - Dense: {units: 10, activation: softmax, name: "out"'),
    (O, '  - Dense: {units: 10, activation: softmax, name: "out"}}'),
    ("      kernel_size: [3, 3]", "      kernel_size: [3, 3"),
    ("  output: [10]", "  output: [10"),
    ("params: {width: 8, depths: [1, 2]}", "params: {width: 8, depths: [1, 2}"),
    ("params: {width: 8, depths: [1, 2]}", "params: {width: 8, depths: [1, 2]"),
    (C, "  - Conv2D: {filters: 6, kernel_size: [5, 5, padding: same}", None),
    # quotes
    ('title: "A small net"', 'title: "A small net'),
    ('title: "A small net"', 'title: "A small" net'),
    ('title: "A small net"', "title: 'A small net\""),
    ('title: "A small net"', "title: 'it's small'"),
    (O, '  - Dense: {units: 10, activation: softmax, name: "out}'),
    (O, "  - Dense: {units: 10, activation: softmax, name: 'out}"),
    (O, "  - Dense: {units: 10, activation: softmax, name: “out”}"),
    (O, "  - Dense: {units: 10, activation: softmax, name: ‘out’}"),
    (O, "  - Dense: {units: 10, activation: “softmax”, name: out}"),
    ("      activation: relu", "      activation: “relu”"),
    ("      activation: relu", "      activation: «relu»"),
    ("      activation: relu", '      activation: "relu'),
    ("      activation: relu", "      activation: 'relu"),
    (O, "  - Dense: {units: 10, activation: softmax, name: \"out'}"),
    (O, "  - Dense: {units: 10, activation: `softmax`, name: out}"),
    # indentation and dashes
    (F, "  – Flatten"),
    (F, "  • Flatten"),
    (F, "  * Flatten"),
    (D, "  — Dropout: {rate: 0.5}"),
    (D, "  - Dropout: 0.5\n      seed: 1", None),
    ("layers:", "---\nlayers:"),
    (F, "  -Flatten"),
    (F, " - Flatten"),
    (F, "    - Flatten"),
    (F, "   - Flatten"),
    (F, "  Flatten"),
    (F, "Flatten"),
    (D, "  -Dropout: {rate: 0.5}"),
    (D, "  Dropout: {rate: 0.5}"),
    (D, " - Dropout: {rate: 0.5}"),
    (D, "   - Dropout: {rate: 0.5}"),
    (D, "Dropout: {rate: 0.5}", None),
    (D, "- Dropout: {rate: 0.5}"),
    (C, "  Conv2D: {filters: 6, kernel_size: 5, padding: same}"),
    (C, "  -Conv2D: {filters: 6, kernel_size: 5, padding: same}"),
    (C, " - Conv2D: {filters: 6, kernel_size: 5, padding: same}"),
    ("  - Conv2D:", "  -Conv2D:"),
    ("  - Conv2D:", "  Conv2D:"),
    ("      kernel_size: [3, 3]", "     kernel_size: [3, 3]"),
    ("      kernel_size: [3, 3]", "       kernel_size: [3, 3]"),
    ("      kernel_size: [3, 3]", "        kernel_size: [3, 3]"),
    ("      activation: relu", "     activation: relu"),
    ("      activation: relu", "       activation: relu"),
    ("      activation: relu", "\tactivation: relu"),
    ("      activation: relu", "\t\t\tactivation: relu"),
    ("      activation: relu", "    \tactivation: relu"),
    ("      activation: relu", "      - activation: relu"),
    ("input: [28, 28, 1]", " input: [28, 28, 1]"),
    ("input: [28, 28, 1]", "  input: [28, 28, 1]"),
    ("name: net", " name: net"),
    ("layers:", " layers:"),
    ("expect:", " expect:"),
    ("  output: [10]", "   output: [10]"),
    ("  output: [10]", " output: [10]"),
    ("input: [28, 28, 1]", "- input: [28, 28, 1]"),
    (F, "\t- Flatten"),
    (F, "\u00a0\u00a0- Flatten"),
    (F, "  -\u00a0Flatten"),
    ("input: [28, 28, 1]", "input:\u00a0[28, 28, 1]"),
    # signs of other keyboards
    ("input: [28, 28, 1]", "input： [28, 28, 1]"),
    ("input: [28, 28, 1]", "input：[28, 28, 1]"),
    ("input: [28, 28, 1]", "input: ［28, 28, 1］"),
    ("input: [28, 28, 1]", "input: [28，28，1]"),
    (C, "  - Conv2D： {filters: 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: {filters： 6, kernel_size: 5, padding: same}"),
    (C, "  - Conv2D: ｛filters: 6, kernel_size: 5, padding: same｝"),
    (D, "  - Dropout: {rate：0.5}"),
    # other languages
    ("name: net", "name: net\n// comment"),
    ("name: net", "// a comment\nname: net"),
    ("name: net", "/* a comment */\nname: net"),
    ("name: net", "/* a comment\n   of two lines */\nname: net"),
    ("name: net", "; a comment\nname: net"),
    ("name: net", "% a comment\nname: net"),
    ("name: net", "<!-- a comment -->\nname: net"),
    (C, C + "  // five by five"),
    (C, C + " /* five */"),
    ("input: [28, 28, 1]", "input: [28, 28, 1] // grey"),
    ("input: [28, 28, 1]", "input: [28, 28, 1] \\"),
    ("      filters: 2*width", "      filters: 2*width \\"),
    ("      filters: 2*width", "      filters: {{ 2*width }}"),
    ("      filters: 2*width", "      filters: {{2*width}}"),
    (D, "  - Dropout: {rate: %50}", None),
    (D, "  - Dropout: {rate: ${0.5}}"),
    ("      filters: 2*width", "      filters: *width", None),
    ("      filters: 2*width", "      filters: @width", None),
    (C, "  - Conv2D: {filters: max(6, 2), kernel_size: 5, padding: same}", None),
    (C, "  - Conv2D: {filters: depths[0], kernel_size: 5, padding: same}", None),
    ("name: net", "name: net input: [28, 28, 1]", None),
    ("archspec: 1", "```yaml\narchspec: 1"),
    ("archspec: 1", "```\narchspec: 1"),
    ("  output: [10]", "  output: [10]\n```"),
    ("  output: [10]", "  output: [10]\n}", None),
    ("archspec: 1", "archspec: 0001", None),
    (F, "<<<<<<< HEAD\n  - Flatten\n=======\n  - ReLU\n>>>>>>> other"),
]


JSON_SPEC = """\
{
  "archspec": 1,
  "title": "A small net",
  "params": {"width": 8, "rate": 0.5},
  "input": [28, 28, 1],
  "layers": [
    {"Conv2D": {"filters": 6, "kernel_size": [5, 5], "padding": "same"}},
    "Flatten",
    {"Dropout": {"rate": 0.5}},
    {
      "Dense": {
        "units": 10,
        "use_bias": false,
        "name": "out"
      }
    }
  ],
  "outputs": ["out"]
}
"""

JC = '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5], "padding": "same"}},'

JSON = [
    ('  "archspec": 1,', '  "archspec": 1'),
    ('  "archspec": 1,', '  "archspec": 1;'),
    ('  "archspec": 1,', '  "archspec" 1,'),
    ('  "archspec": 1,', '  "archspec" = 1,'),
    ('  "archspec": 1,', '  "archspec" => 1,'),
    ('  "archspec": 1,', "  archspec: 1,"),
    ('  "archspec": 1,', "  'archspec': 1,"),
    ('  "archspec": 1,', '  "archspec: 1,'),
    ('  "archspec": 1,', '  archspec": 1,', None),
    ('  "archspec": 1,', "  “archspec”: 1,"),
    ('  "archspec": 1,', '  "archspec": 1,,'),
    ('  "archspec": 1,', '  "archspec": +1,'),
    ('  "archspec": 1,', '  "archspec": 01,'),
    ('  "archspec": 1,', '  "archspec": 1,  // version'),
    ('  "archspec": 1,', '  "archspec": 1,  # version'),
    ('  "archspec": 1,', '  /* version */ "archspec": 1,'),
    ('  "title": "A small net",', '  "title": "A small net,'),
    ('  "title": "A small net",', '  "title": A small net",', None),
    ('  "title": "A small net",', '  "title": A small net,'),
    ('  "title": "A small net",', "  \"title\": 'A small net',"),
    ('  "title": "A small net",', '  "title": "A small net\','),
    ('  "title": "A small net",', '  "title": “A small net”,'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8 "rate": 0.5},'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8; "rate": 0.5},'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8, "rate": 0.5,},'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8, "rate": .5},'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8, "rate": 0,5},'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8, "rate": 0.5,'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8, rate: 0.5},'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 0x8, "rate": 0.5},'),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8, "rate": 0.5]],', None),
    ('  "params": {"width": 8, "rate": 0.5},', '  "params": {"width": 8, "rate": 50%},'),
    ('  "input": [28, 28, 1],', '  "input": [28, 28, 1,],'),
    ('  "input": [28, 28, 1],', '  "input": [28 28, 1],'),
    ('  "input": [28, 28, 1],', '  "input": [28,, 28, 1],'),
    ('  "input": [28, 28, 1],', '  "input": (28, 28, 1),'),
    ('  "input": [28, 28, 1],', '  "input": [28, 28, 1),'),
    ('  "input": [28, 28, 1],', '  "input": [28, 28, 1,'),
    ('  "input": [28, 28, 1],', '  "input": [28, 28, 1'),
    ('  "input": [28, 28, 1],', '  "input": 28, 28, 1],', None),
    ('  "input": [28, 28, 1],', '  "input": [28, 28, 1]],', None),
    ('  "layers": [', '  "layers" ['),
    ('  "layers": [', '  "layers": [,'),
    (JC, JC[:-1]),
    (JC, JC + ","),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5], "padding": "same"},'),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5], "padding": "same",'),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5, "padding": "same"}},'),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5}, "padding": "same"}},', None),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": (5, 5), "padding": "same"}},'),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5], "padding": same}},'),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5] "padding": "same"}},'),
    (JC, '    {"Conv2D": {"filters": 6, "kernel_size": [5, 5], "padding": "same}},'),
    (JC, '    {"Conv2D": {filters: 6, kernel_size: [5, 5], padding: "same"}},'),
    (JC, "    {'Conv2D': {'filters': 6, 'kernel_size': [5, 5], 'padding': 'same'}},"),
    (JC, '    "Conv2D": {"filters": 6, "kernel_size": [5, 5], "padding": "same"},'),
    ('    "Flatten",', '    "Flatten"'),
    ('    "Flatten",', "    Flatten,"),
    ('    "Flatten",', '    "Flatten,'),
    ('    "Flatten",', "    'Flatten',"),
    ('    "Flatten",', '    - "Flatten",', None),
    ('        "use_bias": false,', '        "use_bias": False,'),
    ('        "use_bias": false,', '        "use_bias": FALSE,'),
    ('        "name": "out"', '        "name": "out",'),
    ('        "name": "out"', "        \"name\": 'out'"),
    ('        "name": "out"', '        "name": out'),
    ('  "outputs": ["out"]', '  "outputs": ["out"],'),
    ('  "outputs": ["out"]', '  "outputs": ["out"]}', None),
    ('  "outputs": ["out"]', '  "outputs": ["out"'),
    ("}", "", None),
    ("}", "};", None),
    ("}", "}}", None),
    ("{", "{{", None),
]


def apply(text: str, fix: Fix) -> str:
    """A text with the edits of a fix of characters."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    edits = []
    for edit in fix.edits:
        span = edit.place.span()
        assert span is not None
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        assert text[start:end].count("\n") == span.end_line - span.line
        edits.append((start, end, edit.value))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def look(text: str, name: str = "test.yaml") -> tuple[Document | None, list[Diagnostic]]:
    sink = Sink()
    return parse(Source(name, text), sink), sink.diagnostics


def mended(text: str, found: Diagnostic, name: str = "test.yaml") -> list[Any]:
    """What is read after each fix."""
    values = []
    for fix in found.fixes:
        document, rest = look(apply(text, fix), name)
        values.append(document.value if document and not rest else [str(r) for r in rest])
    return values


def first_difference(one: str, other: str) -> int:
    lines = zip(one.split("\n"), other.split("\n"), strict=False)
    return next(n for n, (a, b) in enumerate(lines, 1) if a != b)


@pytest.mark.parametrize("row", YAML, ids=[str(r[1]).strip() for r in YAML])
def test_slip(row: tuple[Any, ...]) -> None:
    """One error in the very line, and a fix after which the spec is what it was."""
    old, new, *rest = row
    old = old + "\n"
    assert SPEC.count(old) == 1, "the line stands once"
    text = SPEC.replace(old, new + "\n")
    document, found = look(text)
    assert found, "it is not found"
    count = rest[0] if rest else 1
    if count is not None:
        assert len(found) == count, found
    if count == 1:
        assert found[0].span is not None
        assert found[0].span.line == first_difference(SPEC, text)
        wanted = look(SPEC)[0]
        assert wanted is not None
        if "A small net:" in new or "it's" in new or '" net' in new:
            assert any(isinstance(v, dict) for v in mended(text, found[0]))
        else:
            assert wanted.value in mended(text, found[0]), (found, mended(text, found[0]))
    else:
        assert len(found) == 1 or count is not None, found
    assert document is not None
    assert not document.sound


@pytest.mark.parametrize("row", JSON, ids=[str(r[1]).strip() for r in JSON])
def test_slip_of_json(row: tuple[Any, ...]) -> None:
    """The same in JSON."""
    old, new, *rest = row
    at = ("\n" + JSON_SPEC).index("\n" + old + "\n")
    text = JSON_SPEC[:at] + new + JSON_SPEC[at + len(old) :]
    document, found = look(text, "test.json")
    assert found, "it is not found"
    if rest:
        return
    assert len(found) == 1, found
    assert found[0].span is not None
    first = first_difference(JSON_SPEC, text)
    assert found[0].span.line in (
        (first, first + 1) if "missing before" in found[0].message else (first,)
    )
    wanted = look(JSON_SPEC, "test.json")[0]
    assert wanted is not None
    assert wanted.value in mended(text, found[0], "test.json"), found
    assert document is not None
    assert not document.sound


LISTS = {
    "a spec": "layers:\n  - {first}\n  - Flatten\n  - Dense: 3\n",
    "deep": "layers:\n    - {first}\n    - Flatten\n    - Dense: 3\n",
    "a block": "blocks:\n  b:\n    layers:\n      - {first}\n      - Flatten\n      - Dense: 3\nlayers:\n  - b\n",
    "a repeat": "layers:\n  - repeat:\n      times: 2\n      layers:\n        - {first}\n        - Flatten\n        - Dense: 3\n",
}
FIRSTS = [
    "Flatten",
    "Dense: 3",
    "Conv2D: {filters: 6, kernel_size: 3}",
    "Conv2D:\n{inner}filters: 6",
]


@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize("where", LISTS)
def test_first_entry_without_indentation_and_dash(where: str, first: str) -> None:
    """The first layer of a list whose dash and indentation are deleted is one mistake."""
    around, _, rest = LISTS[where].partition("- {first}")
    column = len(around) - around.rindex("\n") - 1
    first = first.replace("{inner}", " " * (column + 4))
    head = "archspec: 1\ninput: [8, 8, 3]\n"
    wanted = look(head + around + "- " + first + rest)
    assert wanted[0] is not None
    assert not wanted[1]
    key = column - 4 if where == "deep" else column - 2
    for left in {0, key}:
        text = head + around[: len(around) - column] + " " * left + first + rest
        found = look(text)[1]
        assert len(found) == 1, (text, found)
        assert found[0].span is not None
        assert found[0].span.line == text[: text.index(first + rest)].count("\n") + 1
        assert wanted[0].value in mended(text, found[0]), (text, mended(text, found[0]))


@pytest.mark.parametrize(
    "text",
    [
        "archspec: 1\nlayers:\ninput: [4]\n  - Flatten\n",
        "archspec: 1\nlayers:\nDense:\n  - Flatten\n",
    ],
)
def test_no_dash_for_what_is_no_first_entry(text: str) -> None:
    """A key of the spec, or one that takes the list below, is given no dash."""
    _, found = look(text)
    assert all(edit.value.strip() != "-" for f in found for fix in f.fixes for edit in fix.edits)
