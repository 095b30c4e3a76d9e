"""Compare many random networks with themselves after an edit: ``python tests/diff_run.py --count 5000``.

Case number i of a seed is always the same. Of each comparison holds what tests/diff/holding.py says; of
one edit, that it is told in few lines: how many is counted by the kind of edit.
"""

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import yaml

from archspec.diagnostics.sink import Sink
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.diff.holding import compare_both_ways, equal_graphs
from tests.diff.random_edits import Edit, draw_edit
from tests.random_specs import RandomSpec, draw_spec

_MOST_SHOWN = 5


def shaped_with(
    folder: Path, spec: RandomSpec, data: dict[str, Any] | None = None
) -> ShapedGraph | None:
    """The network of a random spec, or of it with other data; None if it is refused."""
    for name, text in spec.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / spec.path
    if data is not None:
        path = folder / "edited.json"
        path.write_text(json.dumps(data), encoding="utf-8")
    return shape_file(str(path), Sink(), spec.values)


def draw_case(random: Random, folder: Path) -> tuple[ShapedGraph, ShapedGraph, Edit] | None:
    """A network, itself after an edit, and the edit; None if nothing sound was drawn."""
    spec = draw_spec(random)
    before = shaped_with(folder, spec)
    data = yaml.safe_load(spec.files[spec.path])
    edit = draw_edit(random, data) if before is not None else None
    if before is None or edit is None:
        return None
    after = shaped_with(folder, spec, edit.data)
    return None if after is None else (before, after, edit)


def main() -> int:
    """Run the cases; 1 if something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--show", help="kind of edit of which cases with several lines are shown")
    given = parser.parse_args()
    counted: Counter[tuple[str, int]] = Counter()
    failed = shown = 0
    last: ShapedGraph | None = None
    with tempfile.TemporaryDirectory(prefix="diff-") as name:
        for number in range(given.first, given.first + given.count):
            random = Random(f"{given.seed}/{number}")
            case = draw_case(random, Path(name))
            for file in Path(name).iterdir():
                os.unlink(file)
            if case is None:
                continue
            before, after, edit = case
            try:
                found = compare_both_ways(before, after)
                assert found.same == equal_graphs(before, after), "the verdict is wrong"
                if last is not None:
                    compare_both_ways(last, before)
            except Exception:
                failed += 1
                print(f"case {number}: {edit.kind} {edit.detail}")
                traceback.print_exc(limit=-4)
                continue
            finally:
                last = before
            counted[edit.kind, len(found.lines)] += 1
            if edit.kind == given.show and len(found.lines) > 1 and shown < _MOST_SHOWN:
                shown += 1
                from archspec.diff.text import text

                print(f"case {number}: {edit.detail}")
                for sign, line in text(found):
                    print("  ", sign, line)
    for (kind, lines), times in sorted(counted.items()):
        print(f"{kind:14}{lines:4} lines {times:6}")
    print(f"{sum(counted.values())} compared, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
