"""Random sound specs through all commands; many more with ``python tests/commands_run.py``."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests import fuzz_commands
from tests.commands_run import Result, one, run
from tests.conftest import examples
from tests.random_specs import draw_spec

COUNT = examples(160)
MOST_REFUSED = 0.01
"""Share of the specs that may be refused: what is refused proves nothing."""


def test_all_commands_say_the_same_of_random_specs() -> None:
    result = run(seed=0, first=0, count=COUNT, step=1, keras=0.0, processes=False)
    breaks = {kind: told for kind, told in result.breaks.items() if not kind.startswith("refused")}
    assert not breaks
    assert result.ends["refused"] <= MOST_REFUSED * COUNT
    constructs: tuple[str, ...] = (
        "blocks",
        "when",
        "formulas",
        "repeat",
        "repeat of a table",
        "parallel",
    )
    constructs += ("residual", "dense_block", "apply", "use of a block", "use of a network")
    constructs += (
        "extends",
        "inputs",
        "outputs",
        "trainable",
        "dtype",
        "expect",
        "TimeDistributed",
        "a layer alone in a wrapper",
        "let",
        "rows",
        "defaults",
        "a block in a wrapper",
        "asks",
        "skip",
        "roles",
        "outputs of a block",
        "names of the file in a block",
    )
    rare = [word for word in constructs if result.made[word] < COUNT // 50]
    assert not rare, "all constructs are met"
    assert result.plain["blocks and loops"] > COUNT // 4, "blocks and loops are written at all"


def test_random_specs_are_built_the_same(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    result = Result(Counter(), Counter(), Counter(), {}, Counter())
    for number in range(examples(4)):
        random = Random(f"keras/{number}")
        one(number, draw_spec(random), tmp_path, random, 1.0, False, result)
    assert not result.breaks


@pytest.mark.parametrize("name", ["compare", "worksheet", "flat_spec", "summary"])
def test_the_fuzz_finds_what_is_wrong(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that breaks, or says another number, is found."""
    spec = draw_spec(Random("0/3"))
    assert fuzz_commands.compare(spec, tmp_path, Random(0)).breaks == []
    if name == "compare":
        monkeypatch.setattr("archspec.infer.infer.ShapedGraph.macs_known", True)
        monkeypatch.setattr("archspec.infer.infer.ShapedNode.macs_known", False)
    elif name == "flat_spec":
        written = fuzz_commands.STYLES["flat"]
        changed = lambda shaped: written(shaped).replace("layers:\n", "layers:\n  - Flatten\n", 1)  # noqa: E731
        monkeypatch.setitem(fuzz_commands.STYLES, "flat", changed)
    else:
        monkeypatch.setattr(fuzz_commands, name, lambda *arguments: "total  12,345  678\n")
    assert fuzz_commands.compare(spec, tmp_path, Random(0)).breaks
