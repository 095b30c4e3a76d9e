"""Formulas: values, errors at their columns, bounds."""

import gc
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import (
    MAX_DEPTH,
    MAX_LENGTH,
    make_divisible,
    parse_expression,
)

VALUES: dict[str, Any] = {
    "width": 64,
    "alpha": 0.75,
    "i": 0,
    "depths": [3, 4, 6, 3],
    "project": True,
    "kind": "basic",
    "nothing": None,
}


def calculate(text: str) -> Any:
    return parse_expression(text).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64*width", 4096),
        ("width * alpha", 48),
        ("7/2", 3.5),
        ("6/2", 3),
        ("-7//2", -4),
        ("-7 % 3", 2),
        ("2**10", 1024),
        ("2**-1", 0.5),
        ("-2**2", -4),
        ("1e-3", 0.001),
        ("0x10 + 0b1 + 0o7", 24),
        ("1_000", 1000),
        ("2 if i == 0 else 1", 2),
        ("2 if i else 1", 1),
        ("depths[2]", 6),
        ("depths[-1]", 3),
        ("[1, 2][i]", 1),
        ("depths * 2", [3, 4, 6, 3, 3, 4, 6, 3]),
        ("2*[i] + depths", [0, 0, 3, 4, 6, 3]),
        ("[kind] * -1", []),
        ("([1, 2] * 2)[3]", 2),
        ("len(depths)", 4),
        ("sum(depths)", 16),
        ("max(depths)", 6),
        ("min(8, width)", 8),
        ("round(2.5)", 2),
        ("round(3.5)", 4),
        ("round(1.256, 2)", 1.26),
        ("floor(2.7) + ceil(2.1)", 5),
        ("abs(-3)", 3),
        ("make_divisible(9)", 16),
        ("i == 0 and project", True),
        ("not project or i > 0", False),
        ("1 <= i + 1 < 3", True),
        ("1 < 2 > 3", False),
        ("3 in depths", True),
        ("5 not in depths", True),
        ("kind == 'basic'", True),
        ('kind != "basic"', False),
        ("true and not false", True),
        ("True", True),
        ("null == nothing", True),
        ("null", None),
        ("kind", "basic"),
        ("depths", [3, 4, 6, 3]),
        ("  width  ", 64),
        ("(1 +\n2)", 3),
        ("0 or 5", 5),
        ("0 and 5", 0),
    ],
)
def test_value(text: str, value: Any) -> None:
    found = calculate(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("64*width", {"width"}),
        ("1 if a else b[c]", {"a", "b", "c"}),
        ("min(a, max(b, true))", {"a", "b"}),
        ("'a' == b", {"b"}),
        ("2 + 3", set()),
    ],
)
def test_names(text: str, names: set[str]) -> None:
    assert parse_expression(text).names == names


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("None", "None"),
        ("width == None", "None"),
        ("width.real", "width.real"),
        ("1 + width.real", "width.real"),
        ("open('f')", "open('f')"),
        ("2*print(1)", "print(1)"),
        ("depths[0](1)", "depths[0](1)"),
        ("depths[0:2]", "0:2"),
        ("lambda: 1", "lambda: 1"),
        ("[x for x in depths]", "[x for x in depths]"),
        ("{1: 2}", "{1: 2}"),
        ("{1, 2}", "{1, 2}"),
        ("1 + (3, 3)", "(3, 3)"),
        ("f'{width}'", "f'{width}'"),
        ("b'a'", "b'a'"),
        ("1j + 1", "1j"),
        ("1 << 3", "1 << 3"),
        ("3 + (5 | 1)", "5 | 1"),
        ("~1", "~1"),
        ("width @ 2", "width @ 2"),
        ("width is 3", "width is 3"),
        ("min(*depths)", "*depths"),
        ("max(1, key=2)", "max(1, key=2)"),
        ("(a := 3)", "a := 3"),
        ("...", "..."),
        ("1 if i else width.real", "width.real"),
    ],
)
def test_not_in_the_grammar(text: str, piece: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert caught.value.code == "AS207"
    assert piece in text[caught.value.start : caught.value.end]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 +",
        "(1",
        "1)",
        "a b",
        "a = 1",
        "import os",
        "3x",
        "$a",
        "${a}",
        "if",
        "a;b",
        "'a",
        "é²",
    ],
)
def test_not_a_formula(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert caught.value.code == "AS207"
    assert 0 <= caught.value.start <= len(text)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("1/0", "1/0"),
        ("8 + 7//i", "7//i"),
        ("8 + 7 % i", "7 % i"),
        ("0**-1", "0**-1"),
        ("1 + depths[4]", "depths[4]"),
        ("depths[-5]", "depths[-5]"),
        ("depths[0.5]", "depths[0.5]"),
        ("depths[true]", "depths[true]"),
        ("width[0]", "width[0]"),
        ("kind[0]", "kind[0]"),
        ("2 * kind", "2 * kind"),
        ("kind + kind", "kind + kind"),
        ("depths * depths", "depths * depths"),
        ("depths * 0.5", "depths * 0.5"),
        ("depths + 2", "depths + 2"),
        ("depths - depths", "depths - depths"),
        ("[0] * 10**9", "[0] * 10**9"),
        ("[depths] * 5000", "[depths] * 5000"),
        ("project + 1", "project + 1"),
        ("nothing + 1", "nothing + 1"),
        ("kind < 3", "kind < 3"),
        ("3 in width", "3 in width"),
        ("-kind", "-kind"),
        ("2**65", "2**65"),
        ("2.0**64 * 2.0**64", "2.0**64"),
        ("1 + (-8)**0.5", "(-8)**0.5"),
        ("9 + min()", "min()"),
        ("max(1, kind)", "max(1, kind)"),
        ("len(3)", "len(3)"),
        ("sum(kind)", "sum(kind)"),
        ("floor(kind)", "floor(kind)"),
        ("make_divisible(3, 0)", "make_divisible(3, 0)"),
        ("round(1, 2, 3)", "round(1, 2, 3)"),
    ],
)
def test_no_value(text: str, piece: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        calculate(text)
    assert caught.value.code == "AS209"
    assert text[caught.value.start : caught.value.end] == piece


def test_columns_count_characters() -> None:
    """Not bytes, as Python's syntax trees do."""
    text = "'größe' == kind and 1/0"
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text).evaluate({"kind": "größe"})
    assert text[caught.value.start : caught.value.end] == "1/0"


def test_one_error_object_for_each_evaluation() -> None:
    """A formula is read once and calculated often; its errors do not pile up."""
    formula = parse_expression("10/n")
    assert formula.evaluate({"n": 5}) == 2
    for _ in range(2):
        with pytest.raises(ExpressionError) as caught:
            formula.evaluate({"n": 0})
        assert (caught.value.start, caught.value.end) == (0, 4)
    assert formula.evaluate({"n": 4}) == 2.5


def test_a_missing_name() -> None:
    with pytest.raises(KeyError):
        parse_expression("a").evaluate({})


LARGEST = 2**63 - 1


@pytest.mark.parametrize("text", ["2**62 - 1 + 2**62", "-(2**62) + 1 - 2**62", str(LARGEST)])
def test_largest(text: str) -> None:
    assert abs(calculate(text)) == LARGEST


@pytest.mark.parametrize(
    "text",
    [
        "2**62 + 2**62",
        "2**63",
        "-(2**62) - 2**62 - 1",
        "9**64",
        "1e300 * 1e300",
        "1e19 + 0",
        "sum([2**62, 2**62])",
        "9223372036854775808",
        "-9223372036854775809",
        "1e400",
        "1e30",
        "min(1e30, 1e31)",
    ],
)
def test_beyond(text: str) -> None:
    with pytest.raises(ExpressionError):
        calculate(text)


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9",
        "9" * 299,
        "9" * 5000,
        "(" * 149 + "1" + ")" * 149,
        "-" * 290 + "1",
        "not " * 70 + "1",
        "[" * 200,
        "1" + "+1" * 149,
        "a" + "[0]" * 90,
        "'a'*10**10",
        "[0]*10**10",
        "round(1, 10**9)",
        "round(1, -10**9)",
        "0.5**-64**-64",
        "make_divisible(1e18, 1e-300)",
        "sum(" * 60 + "1" + ")" * 60,
        "1<" * 140 + "1",
        "1 if " * 50 + "1" + " else 1" * 20,
    ],
)
def test_nothing_takes_long(text: str) -> None:
    gc.disable()  # in a process in which networks have been built, it takes longer than what is tested
    start = time.process_time()
    try:
        value = calculate(text)
    except ExpressionError:
        pass
    else:
        assert value in (0, 1, True, 2**0)
    finally:
        seconds = time.process_time() - start
        gc.enable()
    assert seconds < 0.2


def test_length_and_depth() -> None:
    assert calculate(" " * 500 + "1" + " " * 500) == 1
    assert calculate("1" * 15 + " " * (MAX_LENGTH - 30) + "+" + "1" * 14)
    with pytest.raises(ExpressionError, match="too long"):
        parse_expression("1" + " " * MAX_LENGTH + "+ 1")
    assert calculate("-" * MAX_DEPTH + "1") == 1
    with pytest.raises(ExpressionError, match="too deep"):
        parse_expression("-" * (MAX_DEPTH + 1) + "1")


@settings(derandomize=True, deadline=None)
@given(st.floats(0.5, 5000), st.sampled_from([1, 4, 8, 16]))
def test_make_divisible(value: float, divisor: int) -> None:
    found = make_divisible(value, divisor)
    assert found % divisor == 0
    assert found >= divisor
    assert found >= 0.9 * value
    assert found <= max(divisor, value + divisor)
