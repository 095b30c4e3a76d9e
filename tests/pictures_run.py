"""Random networks as pictures, each read back and compared with its graph.

``python tests/pictures_run.py --count 10000 --seed 1``; it prints what is wrong and ends with 1 then.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archspec.diagnostics.sink import Sink
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.drawing.complete import collisions, findings
from tests.random_specs import draw_spec
from tests.svg_picture import read_svg

_MANY = 250


def random_findings(seed: int, count: int, view: str) -> list[str]:
    """What is wrong with the pictures of random networks, each with the seed that draws it."""
    found = []
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        shaped = _network(chance)
        if shaped is None:
            continue
        detail = chance.choice(DETAILS)
        options = Options(view=view, detail=detail)
        if view == "graph":
            options = options._replace(dot="bundled", direction=chance.choice(("TB", "LR")))
        parts = read_svg(render(picture(shaped, options), "svg"))
        wrong = findings(shaped, parts, view)
        wrong += collisions(parts, view) if len(parts) < _MANY else []
        found += [f"{seed} {number} {view} {detail}: {sentence}" for sentence in wrong]
    return found


def _network(chance: random.Random) -> ShapedGraph | None:
    drawn = draw_spec(chance)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in drawn.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return shape_file(str(Path(folder, drawn.path)), Sink())


def main() -> int:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = [s for v in ("graph", "volumes") for s in random_findings(given.seed, given.count, v)]
    for sentence in found:
        print(sentence)
    print(f"{given.count:,} networks, both views: {len(found)} findings")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
