"""Where names are declared and used, and new ones for them."""

import re
from pathlib import Path

import pytest

from archspec.live.answer import Answer, answer
from archspec.live.names import Refused, definition, references, rename, replaced, uses
from tests.conftest import ROOT

TEXT = """archspec: 1
params: {wide: 4}
input: [8, 8, 3]
blocks:
  cb:
    params: {f: int, k: 3}
    layers:
      - Conv2D: {filters: f, kernel_size: k, padding: same}
layers:
  - Conv2D: {name: stem, filters: 2*wide, kernel_size: 3, expect: [6, 6, wide*2]}
  - repeat:
      for: {size: [4, wide]}
      as: i
      layers:
        - cb: {f: size + i}
  - cb: {name: last, f: channels(stem)}
  - Add: {from: [stem, last]}
outputs: [last, add]
"""


def nothing(path: str) -> bytes | None:
    return None


def sound(text: str = TEXT) -> Answer:
    found = answer("/nowhere/x.yaml", text, nothing)
    assert not found.sink.errors
    return found


def at(text: str, word: str, number: int = 0) -> tuple[int, int]:
    """The line and column of a word."""
    start = [match.start() for match in re.finditer(rf"\b{word}\b", text)][number]
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


@pytest.mark.parametrize(
    ("word", "lines", "new"),
    [
        ("wide", [2, 10, 10, 12], "broad"),
        ("cb", [5, 15, 16], "unit"),
        ("f", [6, 8, 15, 16], "count"),
        ("k", [6, 8], "window"),
        ("stem", [10, 16, 17], "first"),
        ("last", [16, 17, 18], "final"),
        ("size", [12, 15], "width"),
        ("i", [13, 15], "round"),
    ],
)
def test_a_name_is_found_everywhere_and_changed(word: str, lines: list[int], new: str) -> None:
    found = sound()
    line, column = at(TEXT, word)
    assert [span.line for span in references(found, line, column)] == lines
    target = definition(found, *at(TEXT, word, len(lines) - 1))
    assert target is not None
    assert (target.file, target.span[:2]) == (found.name, (line, column))
    text = replaced(TEXT, rename(found, line, column, new), new)
    assert text == re.sub(rf"\b{word}\b", new, TEXT)
    sound(text)


@pytest.mark.parametrize(
    ("word", "new", "why"),
    [
        ("wide", "stem", "`stem` stands in this file already"),
        ("wide", "a b", "`a b` cannot be a name"),
        ("Add", "other", "there is no name"),
        ("filters", "other", "there is no name"),
    ],
)
def test_what_is_not_certain_is_refused(word: str, new: str, why: str) -> None:
    with pytest.raises(Refused, match=re.escape(why)):
        rename(sound(), *at(TEXT, word), new)


def test_nothing_is_renamed_while_there_are_errors() -> None:
    text = TEXT.replace("filters: f", "filters: g")
    with pytest.raises(Refused, match="only in a network without errors"):
        rename(answer("/nowhere/x.yaml", text, nothing), *at(text, "wide"), "broad")


def test_an_inner_name_hides_an_outer_one() -> None:
    text = TEXT.replace("f: int, k: 3", "f: int, wide: 3").replace(
        "kernel_size: k", "kernel_size: wide"
    )
    found = sound(text)
    assert [s.line for s in references(found, *at(text, "wide"))] == [2, 10, 10, 12]
    assert [s.line for s in references(found, *at(text, "wide", 1))] == [6, 8]


def test_names_lead_to_other_files() -> None:
    text = "archspec: 1\ninput: [8]\nuse: {head: b.yaml}\nlayers: [head: {units: 4}]\n"
    other = "archspec: 1\nblocks:\n  head:\n    params: {units: int}\n    layers: [Dense: units]\n"
    found = answer("/nowhere/a.yaml", text, lambda path: other.encode())
    for word in ((3, 7), (4, 11)):
        target = definition(found, *word)
        assert target is not None
        assert (target.file, target.span[:2]) == ("/nowhere/b.yaml", (3, 3))
    target = definition(found, 4, 18)
    assert target is not None
    assert target.span[:2] == (4, 14)
    with pytest.raises(Refused, match="another file"):
        rename(found, 4, 11, "tail")
    with pytest.raises(Refused, match="another file"):
        rename(found, 4, 18, "count")
    extending = answer(
        "c.yaml", "archspec: 1\nextends: a.yaml\nparams: {wide: 8}\n", lambda p: TEXT.encode()
    )
    target = definition(extending, 3, 11)
    assert target is not None
    assert (target.file, target.span[:2]) == ("a.yaml", (2, 10))


def test_names_in_other_scripts() -> None:
    text = 'archspec: 1\ntitle: "🎉"\ninput: [8]\nlayers: [Dense: {name: "层", units: 8}, ReLU, Add: {from: ["层", re_lu]}]\n'
    found = sound(text)
    line = text.split("\n")[3]
    column = line.index("层") + 1
    spans = rename(found, 4, column, "schicht")
    assert replaced(text, spans, "schicht") == text.replace("层", "schicht")


@pytest.mark.parametrize(
    "name", ["showcase/unet", "mobilenet_v2", "inception_v1", "families/resnet"]
)
def test_names_of_shipped_specs_can_be_changed(name: str) -> None:
    path = ROOT / f"specs/{name}.yaml"
    text = path.read_text("utf-8")
    found = answer(str(path), text, lambda path: Path(path).read_bytes())
    changed = 0
    declared = [use for use in uses(found) if use.declares]
    for use in declared:
        try:
            spans = rename(found, use.span.line, use.span.column, "fresh_name")
        except Refused:
            continue
        changed += 1
        assert use.span in spans
    assert changed >= len(declared) * 0.6
