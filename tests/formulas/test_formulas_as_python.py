"""Formulas against Python's own evaluation of the same texts."""

import math
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import MAX_LENGTH, parse_expression

LARGEST = 2**63 - 1
VALUES: dict[str, Any] = {"width": 64, "alpha": 0.75, "i": 0, "depths": [3, 4, 6, 3]}


class Piece(NamedTuple):
    """A formula, those that it was made of, and how."""

    text: str
    parts: tuple["Piece", ...] = ()
    pattern: str = ""

    def too_large(self) -> bool:
        """Whether it, or a part of it, is no real number or beyond what formulas have."""
        return (
            any(p.too_large() for p in self.parts)
            or out_of_bounds(self.text)
            or (self.pattern == POWER and not -64 <= python(self.parts[0].text) <= 64)
        )


POWER = "(2**({}))"


def joined(pattern: str, *parts: Piece) -> Piece:
    return Piece(pattern.format(*(p.text for p in parts)), parts, pattern)


leaves = st.one_of(
    st.integers(0, 40).map(str),
    st.floats(0, 40, allow_nan=False).map(lambda f: repr(round(f, 3))),
    st.sampled_from(["width", "alpha", "i", "depths[1]", "depths[-2]", "len(depths)"]),
).map(Piece)


def numbers(inner: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    binary = st.sampled_from(
        ["{} + {}", "({} - {})", "{}*{}", "({})/({})", "({} // {})", "({}) % ({})"]
    )
    calls = st.sampled_from(["min({}, {})", "max({}, {})", "sum([{}, {}])", "[{}, {}][i]"])
    return st.one_of(
        st.builds(joined, binary, inner, inner),
        st.builds(joined, calls, inner, inner),
        st.builds(joined, st.sampled_from(["-{}", "+{}", "({})", "abs({})"]), inner),
        st.builds(joined, st.sampled_from(["round({})", "floor({})", "ceil({})"]), inner),
        st.builds(
            joined, st.sampled_from(["({})**2", "({})**-1", "({})**0.5", "(2**({}))"]), inner
        ),
        st.builds(joined, st.just("({} if {} else {})"), inner, truths(inner), inner),
        st.builds(joined, st.sampled_from(["({} or {})", "({} and {})"]), inner, inner),
    )


def truths(inner: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    compare = st.sampled_from(["{} == {}", "{} < {}", "{} >= {}", "{} != {}", "not {} <= {}"])
    several = st.sampled_from(["{} < {} <= {}", "{} in [{}, {}]", "{} not in depths and {} > {}"])
    return st.one_of(
        st.builds(joined, compare, inner, inner), st.builds(joined, several, inner, inner, inner)
    )


formulas = st.recursive(leaves, numbers, max_leaves=12)
PYTHON: dict[str, Any] = {
    "min": min,
    "max": max,
    "sum": sum,
    "abs": abs,
    "round": round,
    "len": len,
    "floor": math.floor,
    "ceil": math.ceil,
}


def python(text: str) -> Any:
    """What Python makes of it."""
    value = eval(text, {"__builtins__": {}}, {**PYTHON, **VALUES})
    return int(value) if isinstance(value, float) and value.is_integer() else value


def out_of_bounds(text: str) -> bool:
    """Whether Python makes no real number of it, or one that is too large."""
    try:
        value = eval(text, {"__builtins__": {}}, {**PYTHON, **VALUES})
    except (ArithmeticError, TypeError, ValueError):
        return True
    return isinstance(value, complex) or not -LARGEST <= value <= LARGEST


@settings(derandomize=True, deadline=None, max_examples=700)
@given(formulas | truths(formulas))
def test_as_python(piece: Piece) -> None:
    found = outcome(piece.text)
    if isinstance(found, ExpressionError):
        if found.code == "AS207":
            assert len(piece.text) > MAX_LENGTH or "too deep" in found.message
        else:
            assert piece.too_large()
    else:
        wanted = python(piece.text)
        assert found == wanted
        assert type(found) is type(wanted)


def outcome(text: str) -> Any:
    """The value, or the error."""
    try:
        formula = parse_expression(text)
        return formula.evaluate({name: VALUES.get(name, 2) for name in formula.names})
    except ExpressionError as error:
        return error


@settings(derandomize=True, deadline=None, max_examples=700)
@given(st.text("aidepths019.+-*/%()[]<>=!'\"{}$, \n:@~^&|_élmnortuw", max_size=24))
def test_any_text(text: str) -> None:
    """Any text is a formula or an error of ours, and no formula hangs or crashes."""
    found = outcome(text)
    if isinstance(found, ExpressionError):
        assert found.code in ("AS207", "AS209")
        assert 0 <= found.start <= len(text)
