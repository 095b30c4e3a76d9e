"""The comparison of graphs: what is the same, what is so in another form, what differs, and why."""

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from keras import layers as k
from keras import ops

import archspec
from archspec.weights.comparison.compare import Comparison, compare
from archspec.weights.comparison.outputs import randomize
from archspec.weights.pairing.same import one_to_one
from archspec.weights.structure.structure import StructureError, structure_of, structure_of_config
from tests.conftest import Run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

Maker = Callable[[Any], Any]


def picture(make: Maker) -> Any:
    """A model of (8, 8, 4)."""
    inputs = keras.Input((8, 8, 4))
    return keras.Model(inputs, make(inputs))


def compared(first: Maker, second: Maker) -> Comparison:
    """How two models compare; the weights of the second are no longer as they were drawn."""
    ours, theirs = picture(first), picture(second)
    randomize(theirs)
    return compare(ours, theirs, [np.random.default_rng(0).standard_normal((2, 8, 8, 4), "f4")])


SAME: dict[str, tuple[Maker, Maker]] = {
    "whole numbers": (lambda x: k.ReLU(3)(x), lambda x: k.ReLU(3.0)(x)),
    "axes of a product": (
        lambda x: k.Dot(1)([k.Flatten()(x), k.Flatten()(x)]),
        lambda x: k.Dot((-1, -1))([k.Flatten()(x), k.Flatten()(x)]),
    ),
    "a sum": (lambda x: k.Add()([x, k.ReLU()(x)]), lambda x: ops.add(x, ops.relu(x))),
    "a difference": (lambda x: k.Subtract()([x, k.ReLU()(x)]), lambda x: x - ops.relu(x)),
    "a constant added": (lambda x: x + 3.0, lambda x: k.Rescaling(1.0, 3.0)(x)),
    "a constant before": (lambda x: 3.0 + x, lambda x: x + 3),
    "a factor": (lambda x: x * 0.5, lambda x: k.Rescaling(0.5)(x)),
    "taken from a constant": (lambda x: 2.0 - x, lambda x: k.Rescaling(-1.0, 2.0)(x)),
    "an array": (
        lambda x: x * np.array([1, 2, 3, 4], "f4"),
        lambda x: k.Rescaling([1.0, 2.0, 3.0, 4.0])(x),
    ),
    "activations": (lambda x: ops.silu(x), lambda x: k.Activation("swish")(x)),
    "a slope": (lambda x: ops.leaky_relu(x, 0.3), lambda x: k.LeakyReLU()(x)),
    "a limit": (lambda x: ops.clip(x, 0, 6), lambda x: k.Activation("relu6")(x)),
    "gelu": (lambda x: ops.gelu(x, approximate=False), lambda x: k.Activation("gelu")(x)),
    "reshaped": (lambda x: ops.reshape(x, (-1, 64, 4)), lambda x: k.Reshape((64, 4))(x)),
    "transposed": (lambda x: ops.transpose(x, (0, 2, 1, 3)), lambda x: k.Permute((2, 1, 3))(x)),
    "joined": (lambda x: ops.concatenate([x, x], 3), lambda x: k.Concatenate()([x, x])),
    "means": (lambda x: ops.mean(x, (1, 2)), lambda x: k.GlobalAveragePooling2D()(x)),
    "pooled": (lambda x: ops.max_pool(x, 2), lambda x: k.MaxPooling2D()(x)),
    "frozen": (
        lambda x: k.BatchNormalization(trainable=False)(x),
        lambda x: k.BatchNormalization()(x, training=False),
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_same(case: str) -> None:
    found = compared(*SAME[case])
    assert found.differences == []
    assert found.verdict == "same"
    assert found.gap == pytest.approx(0, abs=1e-6)


FORM: dict[str, tuple[Maker, Maker]] = {
    "keepdims": (
        lambda x: k.Reshape((1, 1, 4))(k.GlobalAveragePooling2D()(x)),
        lambda x: k.GlobalAveragePooling2D(keepdims=True)(x),
    ),
    "padding": (
        lambda x: k.Conv2D(5, 3)(k.ZeroPadding2D()(x)),
        lambda x: k.Conv2D(5, 3, padding="same")(x),
    ),
    "padding of windows that fit": (
        lambda x: k.MaxPooling2D()(x),
        lambda x: k.MaxPooling2D(padding="same")(x),
    ),
    "groups": (
        lambda x: k.Conv2D(8, 3, groups=4, name="a")(x),
        lambda x: k.DepthwiseConv2D(3, depth_multiplier=2, name="b")(x),
    ),
    "a point": (lambda x: k.Dense(3)(x), lambda x: k.Conv2D(3, 1)(x)),
    "a quotient": (lambda x: x / 2, lambda x: k.Rescaling(0.5)(x)),
    "flat": (lambda x: k.Flatten()(x), lambda x: k.Reshape((256,))(x)),
    "layers in another order": (
        lambda x: k.Conv2D(3, 1, name="a")(k.Conv2D(2, 1, name="b")(k.AveragePooling2D(2)(x))),
        lambda x: k.AveragePooling2D(2)(k.Conv2D(3, 1, name="d")(k.Conv2D(2, 1, name="c")(x))),
    ),
    "an array and a number": (lambda x: x * np.array([2, 2, 2, 2], "f4"), lambda x: x * 2.0),
}


@pytest.mark.parametrize("case", FORM)
def test_another_form(case: str) -> None:
    found = compared(*FORM[case])
    assert found.differences
    assert found.verdict == "form", found
    assert found.sound
    assert found.gap == pytest.approx(0, abs=1e-5)


DIFFERENT: dict[str, tuple[Maker, Maker, list[str]]] = {
    "a constant": (
        lambda x: k.Rescaling(2.0, name="a")(x * 3.0),
        lambda x: k.Rescaling(2.0, name="a")(x * 5.0),
        ["scale 3 → 5"],
    ),
    "a constant by name": (
        lambda x: ops.where(x > 0.5, x, 2.0),
        lambda x: ops.where(x > 0.5, x, 2.5),
        ["call.2 2.0 → 2.5"],
    ),
    "three layers": (
        lambda x: k.Dense(3, name="c")(k.Conv2D(4, 3, name="b")(k.Conv2D(5, 1, name="a")(x))),
        lambda x: k.Dense(4, name="c")(
            k.Conv2D(4, 5, name="b")(k.Conv2D(6, 1, activation="relu", name="a")(x))
        ),
        [
            "`a` Conv2D: filters 5 → 6",
            "`b` Conv2D: kernel_size 3 → 5, reads `a` → `a`",
            "`c` Dense: units 3 → 4",
            "only in theirs: `a` Activation",
        ],
    ),
    "a wire": (
        lambda x: k.Subtract(name="s")([k.Conv2D(4, 1, name="a")(x), k.ReLU(name="b")(x)]),
        lambda x: k.Subtract(name="s")([k.ReLU(name="b")(x), k.Conv2D(4, 1, name="a")(x)]),
        ["`s` Subtract: reads `a`, `b` → `b`, `a`"],
    ),
    "another padding": (
        lambda x: k.Conv2D(4, 3, padding="same", name="a")(x),
        lambda x: k.Conv2D(4, 3, name="a")(x),
        ["`a` Conv2D: padding same → default"],
    ),
    "a small number": (
        lambda x: k.LayerNormalization(epsilon=1e-7, name="a")(x),
        lambda x: k.LayerNormalization(epsilon=1e-8, name="a")(x),
        ["`a` LayerNormalization: epsilon 1e-07 → 1e-08"],
    ),
    "what acts in training only": (
        lambda x: k.Flatten(name="f")(k.Dropout(0.5, name="a")(x)),
        lambda x: k.Flatten(name="f")(x),
        ["only in ours: `a` Dropout", "`f` Flatten: reads `a` → `keras_tensor`"],
    ),
    "called as in training": (
        lambda x: k.BatchNormalization(name="a")(x, training=True),
        lambda x: k.BatchNormalization(name="a")(x),
        ["`a` BatchNormalization: training true → default"],
    ),
    "precision": (
        lambda x: k.Dense(3, dtype="mixed_float16", name="a")(x),
        lambda x: k.Dense(3, name="a")(x),
        ["`a` Dense: dtype mixed_float16 → default"],
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_different(case: str) -> None:
    first, second, told = DIFFERENT[case]
    found = compared(first, second)
    assert found.verdict == "differs"
    assert not found.sound
    assert len(found.differences) == len(told), found.differences
    for line, wanted in zip(found.differences, told, strict=True):
        assert wanted.partition("keras_tensor")[0] in line


def test_whole_numbers_stay_whole() -> None:
    """Times 3.0 makes floats of integers, times 3 does not."""
    models = []
    for factor in (3, 3.0):
        x = keras.Input((4,), dtype="int32")
        models.append(structure_of(keras.Model(x, x * factor)))
    assert one_to_one(*models)[1]


def test_not_known() -> None:
    """Weights that cannot be carried over leave it open; a model that cannot run too."""
    found = compared(
        lambda x: k.Dense(4, use_bias=False)(k.Dense(4, use_bias=False)(x)),
        lambda x: k.Conv2D(4, 1, use_bias=False)(x),
    )
    assert found.verdict == "unknown"
    assert "has no counterpart" in found.uncompared or "have no counterpart" in found.uncompared
    assert not found.sound
    ours = picture(lambda x: k.Flatten()(x))
    theirs = picture(lambda x: k.Reshape((256,))(x))
    assert compare(ours, theirs, []).verdict == "unknown"


def test_a_form_is_seen_with_weights_that_are_not_zero() -> None:
    """A branch that is multiplied by zeros looks as if it did nothing."""

    def gated(x: Any, kind: Any) -> Any:
        y = k.Dense(4, kernel_initializer="zeros", use_bias=False, name="gate")(kind(x))
        return k.Add()([x, y])

    found = compared(lambda x: gated(x, k.Identity()), lambda x: gated(x, k.Reshape((8, 8, 4))))
    assert found.verdict == "form"
    found = compared(
        lambda x: gated(x, k.Permute((2, 1, 3))), lambda x: gated(x, k.Reshape((8, 8, 4)))
    )
    assert found.verdict == "differs"


def tf_entry(name: str, function: str, node: Any) -> dict[str, Any]:
    """An operation of TensorFlow, as Keras 2 wrote it."""
    config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
    return {"class_name": "TFOpLambda", "name": name, "config": config, "inbound_nodes": [node]}


def old_model(*entries: dict[str, Any]) -> Any:
    """The structure of a model of Keras 2 with a chain of such."""
    start = {"batch_input_shape": [None, 8, 8, 4], "dtype": "float32", "name": "x"}
    first = {"class_name": "InputLayer", "name": "x", "config": start, "inbound_nodes": []}
    config = {
        "layers": [first, *entries],
        "input_layers": [["x", 0, 0]],
        "output_layers": [[entries[-1]["name"], 0, 0]],
    }
    return structure_of_config("Functional", config)


def test_operations_in_lists() -> None:
    three = tf_entry("m", "math.multiply", ["x", 0, 0, {"y": 3.0, "name": None}])
    five = tf_entry("m", "math.multiply", ["x", 0, 0, {"y": 5.0, "name": None}])
    assert one_to_one(old_model(three), old_model(five))[1]
    assert not one_to_one(old_model(three), structure_of(picture(lambda x: x * 3.0)))[1]
    before = tf_entry("m", "math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0]}])
    assert not one_to_one(old_model(before), structure_of(picture(lambda x: 1.0 - x)))[1]
    joined = tf_entry("m", "concat", [["x", 0, 0, {"axis": 3}], ["x", 0, 0, {"axis": 3}]])
    wanted = structure_of(picture(lambda x: k.Concatenate()([x, x])))
    assert not one_to_one(old_model(joined), wanted)[1]


@pytest.mark.parametrize(
    "node",
    [
        3.0,
        [],
        "x",
        [[]],
        ["x", 0],
        ["x", 0, 0, {"y": 3.0}, 4],
        [["x", 0, 0, {"y": 3.0}], ["x", 0, 0, {"y": 4.0}]],
        [["x", 0, 0, {}], 3.0],
        ["x", 0, 0, {"y": ["z", 0, 0]}],
        ["x", 0, 0, 3.0],
        {"args": [], "kwargs": {}, "more": 3.0},
        {"positional": []},
    ],
)
def test_what_is_not_understood_is_refused(node: Any) -> None:
    with pytest.raises(StructureError):
        old_model(tf_entry("m", "math.multiply", node))


def test_nothing_is_left_out_in_silence() -> None:
    reads_itself = tf_entry("a", "nn.relu", ["a", 0, 0, {}])
    with pytest.raises(StructureError, match="`a` reads nothing that is there"):
        old_model(reads_itself, tf_entry("m", "nn.relu", ["x", 0, 0, {}]))
    with pytest.raises(StructureError, match="same name"):
        old_model(*2 * [tf_entry("m", "nn.relu", ["x", 0, 0, {}])])


SPEC = """\
archspec: 1
input: [8, 8, 4]
layers:
  - Conv2D: {name: first, filters: 4, kernel_size: 3, padding: same}
  - {MaxPooling2D: {name: pool}}
"""


def test_words_of_the_command(run: Run, tmp_path: Any) -> None:
    spec, file = str(tmp_path / "a.yaml"), str(tmp_path / "a.keras")
    (tmp_path / "a.yaml").write_text(SPEC)
    assert run("compile", spec, "-o", file).status == 0
    (tmp_path / "a.yaml").write_text(SPEC.replace("name: pool", "name: pool, padding: same"))
    form = run("verify", "-q", spec, "--against", file)
    assert form.status == 0
    assert "`pool` MaxPooling2D: padding same → default\n" in form.out
    assert "differs in form only, as far as outputs tell: 3 operations, 148 parameters" in form.out
    many = "".join(f"  - Dense: {{name: d{n}, units: {n + 1}}}\n" for n in range(50))
    (tmp_path / "a.yaml").write_text(SPEC + many)
    differs = run("verify", "-q", spec, "--against", file)
    assert differs.status == 1
    assert "only in ours: `d28` Dense\n" in differs.out
    assert "and 21 more differences" in differs.out
    net = archspec.loads(
        SPEC.replace("Conv2D", "Conv2D").replace(
            "padding: same}", "padding: same, use_bias: false}"
        )
    )
    archspec.build(net).save(file)
    (tmp_path / "a.yaml").write_text(SPEC)
    other = run("verify", "-q", spec, "--against", file)
    assert other.status == 1
    assert "`first` Conv2D: use_bias default → false\n" in other.out
    assert "parameters: 148 against 144" in other.out
