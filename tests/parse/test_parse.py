"""Text to values and spans: YAML by its 1.2 rules, and JSON."""

import json
import math
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.diagnostics.sink import Sink, Span
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.parse.document import Marks, to_span
from archspec.parse.quick_marks import Astray, find_marks
from archspec.parse.quick_yaml import Unusual, read_quickly
from archspec.parse.scalars import OddNumber
from archspec.parse.yaml import read_with_marks
from tests.conftest import ROOT, examples
from tests.random_documents import write_document
from tests.reading import cut, read

SETTINGS = settings(derandomize=True, deadline=None, max_examples=400)


# --- scalars --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, None) for word in ("null", "Null", "NULL", "~", "")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *(
            (word, word)
            for word in ("yes", "Yes", "no", "NO", "on", "off", "y", "n", "nuLL", "tRue")
        ),
        *(("0", 0), ("-0", 0), ("12", 12), ("-19", -19), ("+7", 7), ("1_000", 1000)),
        *(("0o7", 7), ("0o17", 15), ("0x3A", 58), ("0xff", 255)),
        *(("0.", 0.0), ("-0.0", -0.0), (".5", 0.5), ("+12e03", 12000.0), ("-2E+05", -200000.0)),
        *(("1e-3", 0.001), ("1e3", 1000.0), ("6.02e23", 6.02e23), ("1_0.5", 10.5), ("00.5", 0.5)),
        *((".inf", math.inf), ("-.Inf", -math.inf), ("+.INF", math.inf)),
        *(
            (text, text)
            for text in ("0b1", "1:30", "1e", "e3", ".", "+", "..5", "0x", "0o8", "0xG")
        ),
        *(
            (text, text)
            for text in ("1.2.3", "_1", "1-2", "2020-01-01", "12abc", "-0o7", "1e5.0", ".e3")
        ),
        *((text, text) for text in ("=", "<", "64*width", "-.", ".inf2", "+.nan", "٣", "1²")),
    ],
)
def test_plain_scalar(text: str, value: Any) -> None:
    for whole in (f"a: {text}", f"{{a: {text} }}" if text else "a:"):
        found = read(whole).value["a"]
        assert found == value
        assert type(found) is type(value)
        assert str(found) == str(value)  # the sign of zero


def test_not_a_number() -> None:
    for text in (".nan", ".NaN", ".NAN"):
        assert math.isnan(read(f"a: {text}").value["a"])


@pytest.mark.parametrize("text", ["'1'", '"1"', '"\\x31"', "|-\n  1", ">-\n  1"])
def test_quoted_is_text(text: str) -> None:
    assert read(f"a: {text}").value == {"a": "1"}


def test_keys_are_text() -> None:
    value = read("{1: a, null: b, true: c, 1.5: d, ~: e, no: f}").value
    assert list(value) == ["1", "null", "true", "1.5", "~", "no"]


def test_texts_of_several_lines() -> None:
    assert read("a: |\n  x\n  y\nb: >\n  x\n  y\nc: x\n  y").value == {
        "a": "x\ny\n",
        "b": "x y\n",
        "c": "x y",
    }


def test_alias() -> None:
    document = read("a: &x {k: [1, 2]}\nb: *x\nc: [*x]\n")
    assert document.value == {"a": {"k": [1, 2]}, "b": {"k": [1, 2]}, "c": [{"k": [1, 2]}]}
    assert document.span(("b",)) == Span(2, 4, 2, 6)


# --- against references ---------------------------------------------------------------------------


def resembles(found: Any, reference: Any) -> bool:
    """Whether values agree, but for plain scalars that YAML 1.1 reads in another way."""
    if isinstance(found, dict) and isinstance(reference, dict):
        return len(found) == len(reference) and all(
            map(resembles, found.values(), reference.values())
        )
    if isinstance(found, list) and isinstance(reference, list):
        return len(found) == len(reference) and all(map(resembles, found, reference))
    if isinstance(found, str) and isinstance(reference, str):
        return found == reference
    return type(found) not in (dict, list) and type(reference) not in (dict, list)


def test_random_document() -> None:
    """Values, the span of every value and key, and libyaml's own structure."""
    for number in range(400):
        written = write_document(Random(number))
        document = read(written.text)
        assert document.value == written.value
        assert json.dumps(document.value) == json.dumps(written.value)  # 1, 1.0 and true differ
        for (path, part), piece in written.pieces.items():
            assert cut(written.text, document.span(path, part)) == piece
        assert resembles(document.value, yaml.safe_load(written.text))


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=15,
)


@SETTINGS
@given(
    values,
    st.sampled_from([None, 0, 2]),
    st.booleans(),
    st.sampled_from([(",", ":"), (" , ", " : ")]),
)
def test_random_json(
    value: Any, indent: int | None, ascii: bool, separators: tuple[str, str]
) -> None:
    """Values as Python reads them; every span holds the JSON of its value."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii, separators=separators)
    document = read(text, "test.json")
    assert document.value == value
    assert json.dumps(document.value) == json.dumps(json.loads(text))
    for path, inner in every(value):
        if indent is None or not isinstance(inner, dict):  # a block is shown by its first key
            assert json.loads(cut(text, document.span(path))) == inner
        if path and isinstance(path[-1], str):
            assert json.loads(cut(text, document.span(path, "key"))) == path[-1]


def every(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """Paths and values of everything in a value."""
    found = [(path, value)]
    items = value.items() if isinstance(value, dict) else ()
    for step, inner in enumerate(value) if isinstance(value, list) else items:
        found += every(inner, (*path, step))
    return found


def test_json_as_yaml() -> None:
    """JSON is YAML and means the same, but for odd characters."""
    for number in range(400):
        text = json.dumps(write_document(Random(number)).value, ensure_ascii=False)
        text = text.replace("Infinity", "0")
        values = [read(text, f"test.{ending}").value for ending in ("yaml", "json")]
        assert json.dumps(values[0]) == json.dumps(values[1])


@SETTINGS
@given(st.text("ab:,-[]{}#&*!|>'\"%@`~?. \n\t012_", max_size=30) | st.text(max_size=20))
def test_any_text(text: str) -> None:
    """Any text is a document or has errors in it; both readers of YAML agree."""
    for name in ("test.yaml", "test.json"):
        source, sink = Source(name, text), Sink()
        document = parse(source, sink)
        assert (document is None or not document.sound) == bool(sink.diagnostics)
        for diagnostic in sink.diagnostics:
            span = diagnostic.span
            assert span is None or 1 <= span.line <= text.count("\n") + 1
        if document is not None:
            for path, _ in every(document.value):
                span = document.span(path)
                assert (span.line, span.column) <= (span.end_line, span.end_column)
    readers_agree(text)


def readers_agree(text: str) -> bool:
    """Whether the quick reader reads a text; if so, the careful one finds the same and no fault."""
    try:
        quick = read_quickly(text)
    except (Unusual, OddNumber):  # the careful reader reads it
        return False
    sink = Sink()
    careful, marks, _ = read_with_marks(Source("test.yaml", text), sink)
    assert not sink.diagnostics
    assert repr(quick) == repr(careful)
    assert places(find_marks(text, quick)) == places(marks)
    return True


def places(marks: Marks) -> Any:
    """Lines and columns of a value, of what it holds, and of its keys."""
    items: Any = marks.items
    if isinstance(items, dict):
        items = {key: places(inner) for key, inner in items.items()}
    elif isinstance(items, list):
        items = [places(inner) for inner in items]
    keys = {key: to_span(at) for key, at in (marks.keys or {}).items()}
    return to_span(marks.value), items, keys


_SCALARS = (
    *(
        "a",
        "b",
        "c d",
        "1",
        "-1",
        "1.5",
        "0x1F",
        "1e-3",
        "-x",
        "+",
        "$p",
        "2*w",
        "f(x)",
        "it's",
        "a#b",
    ),
    *(
        "true",
        "null",
        "~",
        "no",
        "x:y",
        "(3, 3)",
        "max(8, c)",
        "'q'",
        '"r s"',
        "'it''s'",
        '"\\n"',
        "''",
    ),
    *(
        "'a: b'",
        '"# c"',
        "größe",
        "深",
        "x y  z",
        "a|b",
        "=",
        "a = b",
        "-",
        "?",
        "&a",
        "*a",
        "!t",
        "%",
    ),
    *("<<", "a:", ": a", "#", "...", "---", "-- x", "'", '"', "`", "@", ">", "|", "|-"),
)
_KEYS = (
    "a: ",
    "b: ",
    "c: ",
    "'d': ",
    '"e": ',
    "f : ",
    "g:",
    "1: ",
    "<<: ",
    "x y: ",
    "h:  ",
    "ü: ",
    "i.j: ",
)
_SIGNS = (
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    " #",
    " # x, [",
    "# ",
    "- ",
    "-",
    "  ",
    "\n",
    ",\n",
    "[\n",
    "\n\n  ",
)


def _nearly_yaml(random: Random) -> str:
    """Text of which most is YAML, some of it wrong."""
    one = random.choice

    def flow(depth: int) -> str:
        """A scalar, or a collection in brackets."""
        kind = random.randrange(6 if depth < 3 else 3)
        if kind < 3:
            return one(_SCALARS if random.random() < 0.1 else _SCALARS[:26])
        comma = one((", ", ", ", ",", ",\n    ", " , "))
        parts = [flow(depth + 1) for _ in range(random.randrange(4))]
        if kind == 3:
            return "[" + comma.join(parts) + "]"
        pairs = comma.join(one(_KEYS[:5] * 3 + _KEYS) + part for part in parts)
        return f"[{pairs}]" if kind == 5 else "{" + pairs + "}"

    def block(indent: int, depth: int) -> list[str]:
        """Lines of a mapping or a sequence; often with the wrong indentation."""
        lines = []
        keys = random.sample(_KEYS[:5] * 4 + _KEYS, random.randint(1, 4))
        is_list = random.random() < 0.4
        for key in keys:
            here = " " * max(indent + one((0,) * 40 + (1, -1, 2)), 0)
            start = one(("- ", "- ", "-  ")) if is_list else key
            if is_list and random.random() < 0.5:
                start += key
            end = one(("", "", "", "", " ", " # c", "  # [", "#"))
            if depth < 3 and random.random() < 0.4:
                lines.append(here + start.rstrip(" ") + end)
                lines += block(indent + one((2, 2, 4, 2, 3, 0)), depth + 1)
            elif random.random() < 0.1:
                lines += [here + start.rstrip(" "), here + "  " + flow(1) + end]
            else:
                lines.append(here + start + flow(1) + end)
        return lines

    text = one(("\n", "\n", "\n", "\r\n", "\n\n", "\n# x\n")).join(block(0, 0))
    if random.random() < 0.4:
        at = random.randrange(len(text))
        text = text[:at] + one((*_SIGNS, *_SCALARS, "")) + text[at + random.randrange(2) :]
    return text


def test_the_quick_reader_reads_as_the_careful_one() -> None:
    texts = [_nearly_yaml(Random(seed)) for seed in range(examples(5000))]
    assert sum(map(readers_agree, texts)) > len(texts) / 20, "it reads some of them"


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: 1}  # see [\nc: 2",
        'a: ["x,\n\n y"]',
        'a: [x"y, "z,\n\n w"]',
        "a: ['x,\n# y\n z']",
        "a: b\n  c",
        "- a\n- b\n  c",
        "a:\n- b\nc",
        "a: {" + "k" * 1100 + ": 1}",
        "k" * 1100 + ": 1",
    ],
)
def test_what_the_quick_reader_leaves_alone_or_reads_right(text: str) -> None:
    readers_agree(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb: 2\n", {"a": 1, "c": 2}),
        ("a: 1\n", {"a": 1, "b": 2}),
        ("a: 1\n", ["a"]),
        ("a: [1, 2]\n", {"a": [1]}),
        ("a: [1, 2]\n", {"a": {"b": 1}}),
        ("a: {b: 1}\n", {"a": {"c": {"d": 1}}}),
        ("- a\n", ["a", "b"]),
        ("a:\n", {"a": {}}),
    ],
)
def test_a_value_that_the_text_does_not_hold_has_no_marks(text: str, value: Any) -> None:
    with pytest.raises(Astray):
        find_marks(text, value)


def test_the_quick_reader_reads_what_ships() -> None:
    paths = [*(ROOT / "specs").rglob("*.yaml"), *(ROOT / "recipes").rglob("*.yaml")]
    quick = [readers_agree(path.read_text(encoding="utf-8")) for path in paths]
    assert sum(quick) > 0.9 * len(paths)


# --- spans ----------------------------------------------------------------------------------------

SPEC = """\
archspec: 1
layers:  # all of them
  - Conv2D: {filters: 64*width, name: "größe"}
  - Flatten
  - Dense:
      units: 10
"""


@pytest.mark.parametrize(
    ("path", "part", "piece"),
    [
        (("archspec",), "value", "1"),
        (("archspec",), "key", "archspec"),
        (("layers",), "key", "layers"),
        (("layers", 0, "Conv2D"), "key", "Conv2D"),
        (("layers", 0, "Conv2D"), "value", '{filters: 64*width, name: "größe"}'),
        (("layers", 0, "Conv2D", "name"), "value", '"größe"'),
        (("layers", 1), "value", "Flatten"),
        (("layers", 1), "key", "Flatten"),
        (("layers", 2), "value", "Dense"),
        (("layers", 2, "Dense"), "value", "units"),
        (("layers", 2, "Dense", "units"), "value", "10"),
        (("layers", 2, "Dense", "rate"), "value", "units"),
        (("layers", 2, "Dense", "units", "x"), "value", "10"),
    ],
)
def test_span(path: tuple[Any, ...], part: str, piece: str) -> None:
    """A block is shown by its first key; what is not there by what should have it."""
    assert cut(SPEC, read(SPEC).span(path, part)).startswith(piece)


def test_at() -> None:
    document = read(SPEC)
    assert document.at(("layers", 2, "Dense", "units")) == 10
    for path in (("layers", 9), ("nothing",), ("archspec", "x"), ("layers", "x")):
        assert document.at(path) is None


@pytest.mark.parametrize(
    "space", ["\u2028", "\u2029", "\x85", "\u00a0", "\u3000", "\x0b", "\x0c", "\t"]
)
def test_a_line_of_other_spaces_among_broken_ones(space: str) -> None:
    """What begins where a line ends: nothing is to be looked at there."""
    text = f"archspec: 1\ninput: [2]\nlayers:\n  - Dense: 2\n    {space} \n- Dense: 3\n  - ReLU\n{space}\n"
    sink = Sink()
    parse(Source("x.yaml", text), sink)
    assert all(found.span is not None for found in sink.diagnostics)
    assert sink.errors
