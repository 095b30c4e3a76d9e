"""What is refused in a text, and where."""

import pytest

from tests.reading import errors, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3", [("AS012", "a")]),
        ("a: 1\na: 2\na: 3", [("AS012", "a"), ("AS012", "a")]),
        ("- {x: 1, 'x': 2}", [("AS012", "'x'")]),
        ("a: {b: {c: 1, c: 2}}\nd: {e: 1, e: 2}", [("AS012", "c"), ("AS012", "e")]),
        ("a:\n\tb: 1", [("AS018", "\t")]),
        ("a:\n  b: 1\n\tc: 2", [("AS018", "\t")]),
        ("{filters:3}", [("AS013", "filters:3")]),
        ("a: {filters:3, x: 1}", [("AS013", "filters:3")]),
        ("{a: (3, 3)}", [("AS013", "(3, 3)")]),
        ("{a: max(8, c), b: 1}", [("AS013", "max(8, c)")]),
        ("{a: max(8, c, d), b: min(1, 2)}", [("AS013", "max(8, c, d)"), ("AS013", "min(1, 2)")]),
        ("{a}", [("AS013", "a")]),
        ("a: 0755", [("AS017", "0755")]),
        ("a: -012", [("AS017", "-012")]),
        ("a: [1, 08]", [("AS017", "08")]),
        ("a: " + "9" * 41, [("AS017", "9" * 41)]),
        ("a: &x 1\nb: *y", [("AS016", "*y")]),
        ("a: &x [*x]", [("AS016", "*x")]),
        ("a: ! 3", [("AS016", "!")]),
        ("a: !!int 3", [("AS016", "!!int")]),
        ("a: !own {b: 1}", [("AS016", "!own")]),
        ("a: &x {b: 1}\nc:\n  <<: *x", [("AS016", "<<")]),
        ('<<: 1\n"<<": 2', [("AS016", "<<")]),
        ("? [a]\n: 1", [("AS016", "[")]),
        ("{[a]: 1}", [("AS016", "[")]),
        ("a: 1\n---\nb: 2", [("AS016", "---")]),
        ("# only\n", [("AS005", "")]),
        ("", [("AS005", "")]),
        ("  \n", [("AS005", "")]),
    ],
)
def test_refused_yaml(text: str, found: list[tuple[str, str]]) -> None:
    assert errors(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "a: [1",
        "a: {b: 1",
        "a: 'x",
        'a: "x',
        "a: b: c",
        "a: 1\n b: 2",
        "- a\nb: 1",
        "a: @x",
        "a: \x07",
        "]",
        "a: ]",
    ],
)
def test_not_yaml(text: str) -> None:
    ((code, piece),) = errors(text)
    assert code == "AS010"
    assert piece


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1, "a": 2}', [("AS012", '"a"')]),
        ('{"a": 1, "\\u0061": 2}', [("AS012", '"\\u0061"')]),
        ('{"a": {"b": 1,\n "b": 2}}', [("AS012", '"b"')]),
        ('{"a": NaN}', [("AS011", "NaN")]),
        ('{"a": -Infinity}', [("AS011", "-Infinity")]),
        ('{"a": "\\ud800"}', [("AS011", "\\ud800")]),
        ('{"a": ' + "9" * 41 + "}", [("AS017", "9" * 41)]),
        ('{"a": ' + "9" * 5000 + "}", [("AS017", "9" * 5000)]),
        ("", [("AS005", "")]),
    ],
)
def test_refused_json(text: str, found: list[tuple[str, str]]) -> None:
    assert errors(text, "test.json") == found


@pytest.mark.parametrize(
    "text", ["{", "[1,]", "{'a': 1}", "{a: 1}", "[1 2]", "// x", "[1] []", "tru", '"x', "[01]"]
)
def test_not_json(text: str) -> None:
    ((code, piece),) = errors(text, "test.json")
    assert code == "AS011"
    assert piece or text in ("{", '"x')


@pytest.mark.parametrize("name", ["test.yaml", "test.json"])
def test_depth(name: str) -> None:
    assert read("[" * 64 + "]" * 64, name)
    for depth in (65, 1000, 100_000):
        ((code, piece),) = errors("[" * depth + "]" * depth, name)
        assert (code, piece) == ("AS014", "[")


def test_alias_bomb() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    ((code, _),) = errors("\n".join(lines))
    assert code == "AS015"


def test_standard_input() -> None:
    """JSON without a name is known by its brace."""
    assert errors('{"a": NaN}', "<stdin>") == [("AS011", "NaN")]
    assert read("a: .nan", "<stdin>").value
