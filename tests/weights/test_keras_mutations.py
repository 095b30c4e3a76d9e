"""Any one change of a model is noticed, and the same model in other words is the same.

``python tests/mutation_run.py --count 10000`` does the same for many.
"""

import os
from collections import Counter
from random import Random

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

pytest.importorskip("keras")

from tests.conftest import examples
from tests.mutation_run import MUTATIONS_OF_ONE, examine
from tests.mutations import MUTATIONS

pytestmark = pytest.mark.filterwarnings("ignore")  # of Keras, about models that are odd on purpose


def test_every_mutation_is_noticed() -> None:
    counts: Counter[str] = Counter()
    wrong = []
    models = examples(20)
    for number in range(models):
        wrong += examine(Random(f"0/{number}"), counts)
    assert wrong == []
    assert counts["mutations"] == models * MUTATIONS_OF_ONE
    assert {way.__name__ for way in MUTATIONS} <= {*counts}
    assert counts["the same up to names, after all"] < 0.05 * counts["mutations"]
    assert counts["refused"] < 0.2 * counts["mutations"]
    assert counts["as Keras 2"] > 0
    assert counts["models of Keras 2"] > 0
