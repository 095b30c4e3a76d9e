"""``archspec verify``: it finds what differs, and nothing where nothing does."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.emit.keras import Built, build_model
from archspec.shapes.shape import Weight
from archspec.weights.comparison.compare import compare, randomize
from archspec.weights.comparison.verify import difference, verify
from archspec.weights.pairing.match import match, match_parts
from archspec.weights.structure.structure import StructureError, structure_of
from tests.conftest import ROOT, Run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

SPEC = """\
archspec: 1
name: small
input: [8, 8, 2]
layers:
  - Conv2D: {name: first, filters: 4, kernel_size: 3, activation: relu}
  - BatchNormalization: {name: norm}
  - Flatten
  - Dense: {name: last, units: 3}
"""


def both() -> tuple[archspec.Network, Built]:
    """A network and its model."""
    network = archspec.loads(SPEC)
    built = build_model(network, Sink())
    assert built is not None
    return network, built


def test_sound() -> None:
    verdict = verify(*both())
    assert verdict.sound
    assert [row.name for row in verdict.rows] == ["input", "first", "norm", "flatten", "last"]


def problems(network: archspec.Network, built: Built) -> str:
    """All that is found, as one text."""
    vars(network).pop("nodes", None)  # made of the old facts
    verdict = verify(network, built)
    assert not verdict.sound
    return "\n".join(
        [*verdict.problems, *(f"{r.name}: {p}" for r in verdict.rows for p in r.problems)]
    )


def test_a_wrong_shape_is_found() -> None:
    network, built = both()
    network.facts[1] = network.facts[1]._replace(outputs=((6, 6, 5),))
    found = problems(network, built)
    assert "first: Keras says 6×6×4, not 6×6×5" in found
    assert "first: Keras gave 6×6×4, not 6×6×5" in found


def test_a_wrong_weight_is_found() -> None:
    network, built = both()
    facts = network.facts[4]
    network.facts[4] = facts._replace(weights=(Weight("kernel", (144, 4)), facts.weights[1]))
    assert "last: weights in Keras: 144×3, 3" in problems(network, built)


def test_wrong_trainability_is_found() -> None:
    network, built = both()
    weights = network.facts[2].weights
    changed = (*weights[:2], weights[2]._replace(trainable=True), weights[3])
    network.facts[2] = network.facts[2]._replace(weights=changed)
    assert "norm: trainable in one, frozen in the other: moving_mean" in problems(network, built)


def test_a_wrong_total_is_found() -> None:
    network, built = both()
    network.facts[1] = network.facts[1]._replace(params=77)
    params = 3 * 3 * 2 * 4 + 4
    total = params + 4 * 4 + 144 * 3 + 3
    assert f"parameters: {total} in Keras, not {total - params + 77}" in problems(network, built)


def test_a_wrong_wire_is_found() -> None:
    network, built = both()
    inputs = keras.Input((8, 8, 2))
    x = built.layers[3](built.layers[1](inputs))  # without the normalisation
    other = keras.Model(inputs, built.layers[4](x))
    built.layers[2].set_weights([np.full(4, v) for v in (3.0, 1.0, 0.0, 1.0)])
    found = problems(network, built._replace(model=other))
    assert "output `last`: the model and its layers differ by" in found


def test_values_that_are_no_numbers_are_found() -> None:
    network, built = both()
    kernel, bias = built.layers[4].get_weights()
    built.layers[4].set_weights([np.full_like(kernel, np.nan), bias])
    assert "output `last`: not all values are finite" in problems(network, built)


def test_what_keras_cannot_calculate_is_told() -> None:
    network, built = both()

    def fail(inputs: Any) -> Any:
        raise RuntimeError("\x1b[1mnot on this machine\x1b[0m\n\nmore")

    built.layers[3].call = fail
    found = problems(network, built)
    assert "flatten: Keras cannot calculate it:" in found
    assert "not on this machine" in found
    assert "\x1b" not in found


def test_layers_that_act_at_random_do_not_while_verified() -> None:
    network = archspec.loads(
        "archspec: 1\ninput: [8, 8, 3]\nlayers: [RandomInvert, RandomFlip, Dropout: 0.5, Flatten]\n"
    )
    built = build_model(network, Sink())
    assert built is not None
    assert verify(network, built).sound


def test_numbers_fit_the_table_that_they_are_looked_up_in() -> None:
    network = archspec.loads(
        "archspec: 1\ninput: {shape: [5], dtype: int32}\n"
        "layers: [Embedding: {input_dim: 1, output_dim: 2}, Flatten]\n"
    )
    built = build_model(network, Sink())
    assert built is not None
    assert verify(network, built).sound


def test_command(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SPEC)
    outcome = run("verify", str(path))
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[1].split() == ["first", "Conv2D", "6×6×4", "76", "ok"]
    assert lines[-1] == (
        "ok small: 5 layers, 527 parameters: as inferred, with random input too;"
        " its Python source makes the same model"
    )
    assert run("verify", "--quiet", str(path)).out.count("\n") == 1


def test_command_against_a_file(run: Run, tmp_path: Path) -> None:
    path, file = tmp_path / "small.yaml", tmp_path / "small.keras"
    path.write_text(SPEC)
    assert run("compile", str(path), "-o", str(file)).status == 0
    same = run("verify", "-q", str(path), "--against", str(file))
    assert same.status == 0
    assert f"ok {file}: same graph of 6 operations, 527 parameters" in same.out
    path.write_text(SPEC.replace("relu", "tanh"))
    other = run("verify", "-q", str(path), "--against", str(file))
    assert other.status == 1
    assert "`first` Activation: activation tanh → relu\n" in other.out
    assert run("verify", str(path), "--against", "nowhere.keras").status == 2


def test_command_against_keras(run: Run) -> None:
    spec = str(ROOT / "specs" / "mobilenet_025.yaml")
    outcome = run("verify", "-q", spec, "--against", "keras:MobileNet(alpha=0.25)")
    assert outcome.status == 0
    assert "475,544 parameters" in outcome.out
    wrong = run("verify", "-q", spec, "--against", "keras:MobilNet")
    assert wrong.status == 2
    assert "did you mean `MobileNet`" in wrong.err
    assert run("verify", "-q", spec, "--against", "keras:MobileNet(1)").status == 2


def functional(make: Any) -> Any:
    """A model of (8, 8, 4)."""
    inputs = keras.Input((8, 8, 4))
    return keras.Model(inputs, make(inputs, keras.layers))


def same(first: Any, second: Any) -> bool:
    """Whether two models have the same structure."""
    return match(structure_of(functional(first)), structure_of(functional(second))).conflict == ""


def test_activations_inside_and_after() -> None:
    assert same(
        lambda x, k: k.Conv2D(4, 3, activation="relu")(x),
        lambda x, k: k.ReLU()(k.Conv2D(4, 3)(x)),
    )
    assert same(lambda x, k: k.ReLU(6.0)(x), lambda x, k: k.Activation("relu6")(x))
    assert same(lambda x, k: k.Softmax()(x), lambda x, k: k.Activation("softmax")(x))
    assert not same(lambda x, k: k.ReLU(negative_slope=0.1)(x), lambda x, k: k.ReLU()(x))
    assert not same(lambda x, k: k.Softmax(axis=1)(x), lambda x, k: k.Softmax()(x))


def test_axes_from_both_ends() -> None:
    assert same(
        lambda x, k: k.Concatenate(axis=3)([x, k.BatchNormalization(axis=3)(x)]),
        lambda x, k: k.Concatenate()([x, k.BatchNormalization()(x)]),
    )
    assert not same(
        lambda x, k: k.Concatenate(axis=1)([x, x]), lambda x, k: k.Concatenate(axis=2)([x, x])
    )


def test_padding_of_a_point() -> None:
    assert same(
        lambda x, k: k.Conv2D(4, 1, strides=2, padding="same")(x),
        lambda x, k: k.Conv2D(4, 1, strides=2)(x),
    )
    assert not same(lambda x, k: k.Conv2D(4, 3, padding="same")(x), lambda x, k: k.Conv2D(4, 3)(x))


def test_order_matters_where_it_does() -> None:
    def one(x: Any, k: Any) -> tuple[Any, Any]:
        return k.Conv2D(4, 1)(x), k.Conv2D(4, 1, use_bias=False)(x)

    assert same(lambda x, k: k.Add()(list(one(x, k))), lambda x, k: k.Add()(list(one(x, k))[::-1]))
    assert not same(
        lambda x, k: k.Concatenate()(list(one(x, k))),
        lambda x, k: k.Concatenate()(list(one(x, k))[::-1]),
    )
    assert not same(
        lambda x, k: k.Subtract()(list(one(x, k))),
        lambda x, k: k.Subtract()(list(one(x, k))[::-1]),
    )


def test_equal_branches_are_told_apart_by_what_reads_them() -> None:
    """Two equal convolutions, of which one is normalised: their weights must not be swapped."""

    def make(x: Any, k: Any, flip: bool) -> Any:
        a, b = k.Conv2D(4, 1)(x), k.Conv2D(4, 1)(x)
        a, b = (b, a) if flip else (a, b)
        return k.Concatenate()([a, k.BatchNormalization()(b)])

    ours, theirs = (
        functional(lambda x, k: make(x, k, False)),
        functional(lambda x, k: make(x, k, True)),
    )
    randomize(theirs)
    x = np.random.default_rng(0).standard_normal((2, 8, 8, 4)).astype("float32")
    found = compare(ours, theirs, [x])
    assert found.sound
    assert found.gap is not None
    assert found.gap <= 1e-6


def test_sharing_matters() -> None:
    def shared(x: Any, k: Any) -> Any:
        layer = k.Conv2D(4, 1)
        return k.Concatenate()([layer(x), layer(k.ReLU()(x))])

    def separate(x: Any, k: Any) -> Any:
        return k.Concatenate()([k.Conv2D(4, 1)(x), k.Conv2D(4, 1)(k.ReLU()(x))])

    x = np.ones((1, 8, 8, 4), "float32")
    assert compare(functional(shared), functional(shared), [x]).sound
    found = compare(functional(shared), functional(separate), [x])
    assert not found.same
    assert "do not share their weights" in found.differences[0]


def test_models_in_models() -> None:
    inner = functional(lambda x, k: k.ReLU()(k.Conv2D(4, 3, padding="same")(x)))
    chain = keras.Sequential([keras.Input((8, 8, 4)), inner, keras.layers.Conv2D(2, 1)])
    flat = functional(
        lambda x, k: k.Conv2D(2, 1)(k.Conv2D(4, 3, padding="same", activation="relu")(x))
    )
    x = np.random.default_rng(0).standard_normal((2, 8, 8, 4)).astype("float32")
    assert compare(flat, chain, [x]).sound


def test_parts_are_found() -> None:
    base = functional(lambda x, k: k.GlobalMaxPooling2D()(k.Conv2D(4, 3, name="a")(x)))
    whole = functional(lambda x, k: k.Dense(2)(k.GlobalMaxPooling2D()(k.Conv2D(4, 3, name="b")(x))))
    first, second = structure_of(whole, sizes=False), structure_of(base, sizes=False)
    assert len(match_parts(first, second)) == 3
    assert match(first, second).conflict != ""


def test_other_models_have_no_structure() -> None:
    class Other(keras.Model):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            return inputs

        def get_config(self) -> dict[str, Any]:
            return {}

    with pytest.raises(StructureError):
        structure_of(Other())


def test_difference() -> None:
    one = np.array([1.0, 2.0], "float32")
    assert difference(one, one) == 0
    assert difference(one, one * 1.001) == pytest.approx(0.001, rel=0.01)
    assert difference(one, np.ones(3)) == float("inf")
