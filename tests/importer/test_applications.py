"""Networks of keras.applications, imported and proved; all of them: ``tests/importer_run.py``."""

import os
from collections import Counter
from random import Random

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

pytest.importorskip("keras")

from tests.conftest import examples
from tests.importer.applications import TO_REACH, import_application
from tests.importer.file_mutations import EACH, examine

pytestmark = pytest.mark.filterwarnings("ignore")  # of Keras, about models that are odd on purpose


@pytest.mark.parametrize(
    ("call", "outputs"),
    [("MobileNet(alpha=0.25, input_shape=[64, 64, 3])", True), ("VGG16", False)],
)
def test_networks(call: str, outputs: bool) -> None:
    found = import_application(call, outputs)
    assert found.wrong == []
    assert found.lines <= TO_REACH[call.partition("(")[0]]
    assert found.warnings == 0
    assert found.outputs.startswith(("equal outputs", "differ by")) is outputs


def test_every_mutation_of_a_config_is_seen() -> None:
    counts: Counter[str] = Counter()
    wrong = []
    for number in range(examples(4)):
        wrong += examine(Random(f"file/{number}"), counts)
    assert wrong == []
    assert counts["mutations"] >= EACH
    assert counts["seen"] > counts["refused"]
