"""Which format a path is written in."""

import pytest

from archspec.emit.formats import format_of


@pytest.mark.parametrize(
    ("path", "ending"),
    [("x.py", ".py"), ("a.b/x.PY", ".py"), ("x.weights.h5", ".weights.h5"), ("x.keras", ".keras")],
)
def test_an_ending_names_a_file(path: str, ending: str) -> None:
    found = format_of(path)
    assert found is not None
    assert found.ending == ending


@pytest.mark.parametrize("path", ["x", "x/", "x.py/", "a.b/x", "x.keras/", "x.odd/"])
def test_what_ends_in_a_slash_or_in_nothing_is_a_folder(path: str) -> None:
    found = format_of(path)
    assert found is not None
    assert found.folder


@pytest.mark.parametrize("path", [".py", "x.odd", "a/.keras"])
def test_nothing_is_written_otherwise(path: str) -> None:
    assert format_of(path) is None
