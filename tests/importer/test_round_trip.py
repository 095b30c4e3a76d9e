"""Specs to graphs, folded, and back: the same networks.

``python tests/importer_run.py round-trip`` does it for all, and for many random ones.
"""

from random import Random

import pytest

from archspec.diagnostics.sink import Sink
from archspec.importer.flat_graph import flat_graph
from archspec.pipeline import shape_file
from tests.conftest import ROOT, examples
from tests.importer.round_trip import round_trip
from tests.importer_run import networks

QUICK = (
    "lenet5",
    "alexnet",
    "vgg16",
    "resnet50",
    "siamese",
    "seq2seq",
    "squeezenet",
    "mobilenet_v2",
)


def test_shipped_specs(full: bool) -> None:
    done = 0
    for file in sorted((ROOT / "specs").rglob("*.yaml")):
        shaped = shape_file(str(file), Sink())
        if shaped is not None and (full or file.stem in QUICK):
            found = round_trip(flat_graph(shaped))
            assert found.wrong == [], file
            assert found.shaped is not None
            assert found.shaped.params == shaped.params
            assert found.shaped.macs == shaped.macs
            done += 1
    assert done >= len(QUICK)


def test_random_specs() -> None:
    drawn = networks(Random("round trip"), shipped=0)
    wrong = []
    for number in range(examples(20)):
        found = round_trip(flat_graph(next(drawn)))
        wrong += [f"{number}: {line}" for line in found.wrong]
    assert wrong == []


@pytest.mark.parametrize("spec", ["lenet5", "siamese", "seq2seq"])
def test_by_the_json_of_the_built_model(spec: str) -> None:
    pytest.importorskip("keras")
    from tests.importer.round_trip import keras_round_trip

    file = next((ROOT / "specs").rglob(f"{spec}.yaml"))
    shaped = shape_file(str(file), Sink())
    assert shaped is not None
    found = keras_round_trip(shaped)
    assert found.wrong == []
    assert found.text
