"""What would mend mistakes of graphs and shapes: the first fix of the first error is applied.

mends.yaml has a spec for each, and the lines that come with the fix. None that is told may fail.
"""

import difflib
import time
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.diagnostics.tried import Outcome, Tried
from archspec.mend.edits import apply
from archspec.mend.trying import rechecks, try_fixes
from archspec.parse import parse
from archspec.pipeline import open_document, shape_document
from tests.entries import read_entries

HEAD = "archspec: 1\n"
ROWS = read_entries(Path(__file__).parent / "mends.yaml")


def check(text: str) -> Sink:
    """What is wrong with a spec, its fixes tried."""
    sink = untried(text)
    try_fixes(Source("spec.yaml", text), sink, rechecks(sink, shape_document))
    return sink


def untried(text: str) -> Sink:
    """What is wrong with a spec, its fixes as the stages propose them."""
    sink = Sink()
    document = parse(Source("spec.yaml", text), sink)
    assert document is not None
    shape_document(document, sink)
    return sink


def errors(sink: Sink) -> list[Diagnostic]:
    """The errors, in the order of lines."""
    return [d for d in sink.diagnostics if d.severity == "error"]


@pytest.mark.parametrize("row", ROWS, ids=[f"{n}-{row['code']}" for n, row in enumerate(ROWS)])
def test_the_first_fix_mends(row: dict[str, Any]) -> None:
    text = HEAD + row["spec"]
    proposed = errors(untried(text))[0]
    found = errors(check(text))
    error = found[0]
    assert error.code == row["code"]
    fixes = [a for a in error.advice if isinstance(a, Tried)]
    assert [f for f in fixes if f.outcome is not Outcome.MENDS] == []
    # Stages try what they propose: nearly nothing is left to be dropped.
    assert len(fixes) >= len(proposed.fixes) - 1
    mended = apply(text, fixes[0].replacements)
    left = errors(untried(mended))
    assert len(left) < len(found), left
    lines = difflib.ndiff(text.split("\n"), mended.split("\n"))
    new = [line[2:].strip() for line in lines if line.startswith("+")]
    if "rewritten" not in row:  # so much of it that its layout is tested elsewhere
        assert new == row.get("mended", "").splitlines()


def test_there_are_many() -> None:
    assert len(ROWS) > 120


BLOCK = """\
input: [32, 32, 16]
blocks:
  unit:
    params: {filters: int}
    layers:
      - Conv2D: {filters: filters, kernel_size: 3, padding: same, groups: 4}
layers:
  - unit: {filters: 16}
  - Conv2D: {filters: 18, kernel_size: 1}
  - unit: {filters: 32}
"""


def test_the_call_is_to_blame() -> None:
    """A layer that fits in another call of its block is right."""
    (error,) = errors(check(HEAD + BLOCK))
    assert error.span is not None
    assert (error.code, error.span.line) == ("AS404", 11)
    assert error.notes[-1].place is not None
    assert error.notes[-1].place.span().line == 7


def test_the_block_is_to_blame() -> None:
    """A residual without a shortcut lacks one, whichever calls go well."""
    text = """\
input: [32, 32, 16]
blocks:
  unit:
    params: {filters: 16, strides: 1}
    layers:
      - residual:
          layers:
            - Conv2D: {filters: filters, kernel_size: 3, strides: strides, padding: same}
layers:
  - unit
  - unit: {filters: 32, strides: 2}
"""
    (error,) = errors(check(HEAD + text))
    assert error.span is not None
    assert error.span.line == 7
    assert error.help[0] == (
        "`shortcut: [{Conv2D: {filters: filters, kernel_size: 1, strides: strides}}]`"
        " in the residual would fit"
    )


def test_the_apply_is_to_blame() -> None:
    text = """\
inputs: {left: [28, 28, 1], right: [28, 28, 3]}
blocks:
  tower: {layers: [{Conv2D: {filters: 8, kernel_size: 3}}, GlobalAveragePooling2D]}
layers:
  - tower: {name: a, from: left}
  - apply: {layer: a, name: b, from: right}
  - Subtract: {from: [a, b]}
"""
    (error,) = errors(check(HEAD + text))
    assert error.span is not None
    assert (error.code, error.span.line) == ("AS308", 7)


FILES = {
    "base.yaml": """\
archspec: 1
params: {depth: 2, size: 32}
input: [size, size, 1]
layers:
  - repeat: {times: depth, layers: [{Conv2D: {filters: 4, kernel_size: 5}}]}
  - Flatten
  - Dense: 3
""",
    "deep.yaml": "archspec: 1\nextends: base.yaml\nparams:\n  depth: 20\n",
    "uses.yaml": """\
archspec: 1
use: {base: base.yaml}
input: [6, 6, 1]
layers:
  - base
  - Dense: 2
""",
}


def in_files(folder: Path, name: str, **values: str) -> list[Diagnostic]:
    """The errors of one of :data:`FILES`."""
    for file, text in FILES.items():
        (folder / file).write_text(text, encoding="utf-8")
    sink = Sink()
    document = open_document(str(folder / name), sink)
    assert document is not None
    shape_document(document, sink, values)
    return errors(sink)


def test_the_value_is_to_blame(tmp_path: Path) -> None:
    (error,) = in_files(tmp_path, "deep.yaml")
    assert error.span is not None
    assert error.source.name.endswith("deep.yaml")
    assert error.span.line == 4
    assert error.help[0] == "`depth: 7` would fit"
    assert all(
        edit.place.document.source.name.endswith("deep.yaml")  # type: ignore[union-attr]
        for fix in error.fixes
        for edit in fix.edits
    )


def test_the_option_is_to_blame(tmp_path: Path) -> None:
    (error,) = in_files(tmp_path, "base.yaml", depth="9")
    assert error.source.name == "--set"


def test_the_call_of_a_network_is_to_blame(tmp_path: Path) -> None:
    (error,) = in_files(tmp_path, "uses.yaml")
    assert error.span is not None
    assert error.source.name.endswith("uses.yaml")
    assert error.span.line == 5


def test_a_batch_is_told_at_the_input() -> None:
    text = "input: [null, 28, 28, 1]\nlayers:\n  - Conv2D: {filters: 4, kernel_size: 3}\n"
    (error,) = errors(check(HEAD + text))
    assert error.span is not None
    assert error.span.line == 2


def test_one_mistake_is_one_error() -> None:
    """What follows from a layer whose shape is not as expected is not told."""
    text = """\
input: [32, 32, 1]
layers:
  - Conv2D: {filters: 6, kernel_size: 3, expect: {shape: [28, 28, 6], macs: 117_600}}
  - MaxPooling2D: {pool_size: 2, expect: [14, 14, 6]}
  - Flatten
  - Dense: {units: 10, expect: {shape: [10], params: 11_770}}
expect: {params: 11_926}
"""
    (error,) = errors(check(HEAD + text))
    assert error.help[0] == "with `kernel_size: 5` it would be as expected"


def test_comments_are_not_lost() -> None:
    """A short residual becomes a map: not if that would take comments with it."""
    text = """\
input: [8, 8, 4]
layers:
  - residual:
      # the only one
      - Conv2D: {filters: 8, kernel_size: 3, padding: same}
"""
    (error,) = errors(check(HEAD + text))
    told = [a.message for a in error.advice if isinstance(a, Tried)]
    assert told
    assert not any("shortcut:" in message for message in told)


def test_many_errors_are_quick() -> None:
    layers = [
        f"  - Conv2D: {{name: c{n}, filters: 4, kernel_size: 9, from: input}}" for n in range(500)
    ]
    ends = "outputs: [" + ", ".join(f"c{n}" for n in range(500)) + "]\n"
    text = HEAD + "input: [8, 8, 1]\nlayers:\n" + "\n".join(layers) + "\n" + ends
    start = time.process_time()
    found = errors(untried(text))
    assert len(found) == 500
    assert time.process_time() - start < 2  # 1 where nothing else runs
