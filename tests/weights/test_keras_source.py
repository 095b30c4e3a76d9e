"""``archspec verify`` runs the Python source of a spec, and finds what differs in its model."""

import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.emit.keras import build_model
from tests.weights.test_keras_verify import both

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("layers.Dense(3", "layers.Dense(4", "`last` Dense: units 3 → 4"),
        ('name="norm"', 'name="normal"', "names: without norm; with normal"),
        ('name="norm"', 'name="norm", trainable=False', "weights: without norm (4,) trained"),
        ("layers.Flatten", "layers.Flat", "it cannot be run: AttributeError"),
        ("import keras", "import kera", "it cannot be run: ModuleNotFoundError"),
        ('activation="relu"', 'activation="tanh"', "`first` Activation: activation relu → tanh"),
    ],
)
def test_the_source_is_run(old: str, new: str, told: str, monkeypatch: Any) -> None:
    from archspec.weights.comparison import python_source as source

    network, built = both()
    assert source.source_problems(network, built) == []
    real = source.emit

    def wrong(shaped: Any) -> str:
        text = real(shaped)
        assert old in text
        return text.replace(old, new)

    monkeypatch.setattr(source, "emit", wrong)
    found = source.source_problems(network, built)
    assert told in "\n".join(found)
    assert all(line.startswith("Python source: ") for line in found)


def test_the_source_may_have_classes_of_its_own() -> None:
    """They are not registered in the place of archspec's."""
    from archspec.emit.keras.extra import LocalResponseNormalization
    from archspec.weights.comparison import python_source as source

    name = "archspec>LocalResponseNormalization"
    # Other tests run sources too, as a file that is run: they may have registered one.
    keras.saving.get_custom_objects()[name] = LocalResponseNormalization
    network = archspec.loads(
        "archspec: 1\ninput: [4, 4, 8]\nlayers: [LocalResponseNormalization, Flatten]\n"
    )
    built = build_model(network, Sink())
    assert built is not None
    assert source.source_problems(network, built) == []
    assert keras.saving.get_registered_object(name) is LocalResponseNormalization
