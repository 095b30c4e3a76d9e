"""Weights that were asked for arrive, or are an error: each kind of file, each command."""

from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
import pytest

import archspec
from archspec.weights.comparison.compare import randomize
from archspec.weights.stored.error import ModelError
from tests.conftest import Run
from tests.damage_models import repacked
from tests.forked import ForkServer
from tests.keras2_files import functional_config, weights_of, write_keras2
from tests.training_data import write_recipe

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

BASE = """\
archspec: 1
name: small
params: {classes: 3, top: true}
input: [8, 8, 2]
layers:
  - Conv2D: {name: conv1, filters: 4, kernel_size: 3, activation: relu}
  - BatchNormalization: {name: norm1}
  - Flatten
  - Dense: {name: head, units: classes, when: top}
"""
TRANSFER = """\
archspec: 1
name: transfer
input: [8, 8, 2]
use: {small: base.yaml}
layers: [small: {name: base, top: false}, Dense: {name: mine, units: 2}]
"""
CONV = {
    "data_format": "channels_last",
    "filters": 4,
    "kernel_size": [3, 3],
    "strides": [1, 1],
    "padding": "valid",
}
LAYERS: list[tuple[str, str, Any]] = [
    ("Conv2D", "conv1", {**CONV, "dilation_rate": [1, 1], "activation": "relu", "use_bias": True}),
    (
        "BatchNormalization",
        "norm1",
        {"axis": 3, "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True},
    ),
    ("Flatten", "flatten", {"data_format": "channels_last"}),
    ("Dense", "head", {"units": 3, "activation": "linear", "use_bias": True}),
]


def base(**params: Any) -> Any:
    """The small network with weights of its own."""
    model = archspec.build(archspec.loads(BASE, **params))
    randomize(model, seed=7)
    return model


def same(first: Any, second: Any) -> bool:
    """Whether the weights of two models, or lists of weights, are equal."""
    mine, others = (x if isinstance(x, list) else x.get_weights() for x in (first, second))
    return len(mine) == len(others) and all(map(np.array_equal, mine, others))


def test_compile_in_a_process(tmp_path: Path, forks: ForkServer) -> None:
    """Weights that reach nothing, not all, or all: the status says which."""
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    model = base()
    write_keras2(tmp_path / "old.h5", weights_of(model))
    write_keras2(tmp_path / "other.h5", {"x": {"x/kernel:0": np.ones((5, 7))}})
    compiled = ("compile", "base.yaml", "-o", "new.keras", "--weights", "old.h5")
    status, said = forks.run(*compiled, cwd=tmp_path)
    assert status == 0, said
    assert "3 of 3 layers took weights" in said
    assert same(archspec.load_model(tmp_path / "new.keras"), model)
    more = ("compile", "base.yaml", "-o", "other.keras", "--weights", "other.h5")
    status, said = forks.run(*more, cwd=tmp_path)
    assert status == 2
    assert "`other.h5`" in said
    assert "no layer" in said
    assert not (tmp_path / "other.keras").exists()


def test_compile_names_all_layers_that_took_none(tmp_path: Path, run: Run) -> None:
    spec, target = tmp_path / "base.yaml", tmp_path / "new.keras"
    spec.write_text(BASE, encoding="utf-8")
    base(classes=5).save(tmp_path / "five.keras")
    command = ("compile", str(spec), "-o", str(target), "--weights", str(tmp_path / "five.keras"))
    told = run(*command)
    assert told.status == 2
    assert "head" in told.err
    assert "--partial" in told.err
    assert not target.exists()
    told = run(*command, "--partial")
    assert told.status == 0, told.err
    assert "2 of 3 layers took weights" in told.out
    write_keras2(tmp_path / "other.h5", {"x": {"x/kernel:0": np.ones((5, 7))}})
    none = ("compile", str(spec), "-o", str(tmp_path / "none.keras"), "--partial", "--weights")
    told = run(*none, str(tmp_path / "other.h5"))
    assert told.status == 2  # of no layer is not a part
    assert "reach no layer" in told.err
    assert not (tmp_path / "none.keras").exists()
    assert run(*none[:-1]).status == 2  # part of nothing


@pytest.mark.parametrize("whole", [False, True])
def test_keras_2(whole: bool, tmp_path: Path) -> None:
    """By name; and by what is calculated, where the file says that."""
    model = base()
    config = functional_config("model_1", [8, 8, 2], LAYERS) if whole else None
    write_keras2(tmp_path / "old.h5", weights_of(model), config)
    ours = base()
    assert archspec.load_weights(ours, tmp_path / "old.h5").loaded == ["conv1", "norm1", "head"]
    assert same(ours, model)
    renamed = archspec.build(archspec.loads(BASE.replace("norm1", "scaled")))
    report = archspec.load_weights(renamed, tmp_path / "old.h5")
    assert report.renamed == [("scaled", "norm1")]
    assert same(renamed, model)


def test_keras_2_sequential(tmp_path: Path) -> None:
    """A list of layers without an Input; its first one has the shape."""
    model = base()
    layers = [{"class_name": k, "config": {"name": n, **c}} for k, n, c in LAYERS]
    layers[0]["config"]["batch_input_shape"] = [None, 8, 8, 2]  # type: ignore[index]
    for config in (layers, {"name": "sequential_1", "layers": layers}):
        whole = {"class_name": "Sequential", "config": config}
        write_keras2(tmp_path / "old.h5", weights_of(model), whole)
        renamed = archspec.build(archspec.loads(BASE.replace("norm1", "scaled")))
        assert archspec.load_weights(renamed, tmp_path / "old.h5").complete
        assert same(renamed, model)


def test_keras_2_order_of_weights(tmp_path: Path) -> None:
    """Vectors of one length are told apart by their names."""
    layers = weights_of(base())
    layers["norm1"] = dict(reversed(layers["norm1"].items()))
    write_keras2(tmp_path / "old.h5", layers)
    ours, model = base(top=False), base()
    archspec.load_weights(ours, tmp_path / "old.h5")
    assert same(ours.get_layer("norm1").get_weights(), model.get_layer("norm1").get_weights())


@pytest.mark.parametrize("whole", [False, True])
def test_keras_2_model_in_a_model(whole: bool, tmp_path: Path) -> None:
    """A base in a model is one group there, what is trained before what is not."""
    import keras

    model = base(top=False)
    inputs = keras.Input((8, 8, 2))
    x = keras.layers.Dense(2, name="top")(model(inputs))
    outer = keras.Model(inputs, x)
    config = None
    if whole:
        inner = functional_config("small", [8, 8, 2], LAYERS[:3])
        top = ("Dense", "top", {"units": 2, "activation": "linear", "use_bias": True})
        nested = ("Model", "small", inner["config"])
        config = functional_config("outer", [8, 8, 2], [nested, top])
    write_keras2(tmp_path / "old.h5", weights_of(outer), config)
    ours = base(top=False)
    archspec.load_weights(ours, tmp_path / "old.h5")
    assert same(ours, model)


def test_a_whole_model_that_keras_wrote_as_h5(tmp_path: Path) -> None:
    model = base()
    model.save(tmp_path / "whole.h5")
    ours = base(classes=3)
    assert archspec.load_weights(ours, tmp_path / "whole.h5").complete
    assert same(ours, model)
    assert same(archspec.load_model(tmp_path / "whole.h5"), model)


@pytest.mark.parametrize("ending", [".weights.h5", ".keras", "2.h5"])
def test_base_into_a_block_and_back(ending: str, tmp_path: Path) -> None:
    """The base is a network, then a block of another; its names get a prefix, or lose it."""
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "net.yaml").write_text(TRANSFER, encoding="utf-8")

    def save(model: Any, path: Path) -> None:
        if ending == "2.h5":
            write_keras2(path, weights_of(model))
        else:
            (model.save if ending == ".keras" else model.save_weights)(path)

    small, ours = base(), archspec.build(tmp_path / "net.yaml")
    save(small, tmp_path / f"small{ending}")
    report = archspec.load_weights(ours, tmp_path / f"small{ending}")
    assert report.renamed == [("base.conv1", "conv1"), ("base.norm1", "norm1")]
    assert report.new == ["mine"]
    assert report.unused == ["head"]
    assert same(ours.get_weights()[:6], small.get_weights()[:6])
    randomize(ours, seed=9)
    save(ours, tmp_path / f"back{ending}")
    report = archspec.load_weights(small, tmp_path / f"back{ending}")
    assert report.renamed == [("conv1", "base.conv1"), ("norm1", "base.norm1")]
    assert same(ours.get_weights()[:6], small.get_weights()[:6])


def test_blocks_that_cannot_be_told_apart(tmp_path: Path) -> None:
    """A base for two blocks is not guessed where nothing says which is which."""
    text = (
        "archspec: 1\ninput: [4]\nblocks: {unit: {layers: [Dense: {name: a, units: 4},"
        " Dense: {name: b, units: 4}]}}\nlayers: [unit: {name: left}, unit: {name: right}]\n"
    )
    one = (
        "archspec: 1\ninput: [4]\nlayers: [Dense: {name: a, units: 4}, Dense: {name: b, units: 4}]"
    )
    archspec.build(archspec.loads(one)).save_weights(tmp_path / "one.weights.h5")
    with pytest.raises(ModelError, match=r"one\.weights\.h5"):
        archspec.load_weights(archspec.build(archspec.loads(text)), tmp_path / "one.weights.h5")


def test_weights_that_reach_nothing(tmp_path: Path) -> None:
    """In Python it is an error too, for files and for models; and nothing has changed."""
    import keras

    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(7, name="x")])
    other.save(tmp_path / "other.keras")
    other.save_weights(tmp_path / "other.weights.h5")
    write_keras2(tmp_path / "other.h5", weights_of(other))
    ours = base()
    before = ours.get_weights()
    for source in (other, *(tmp_path / f"other{e}" for e in (".keras", ".weights.h5", ".h5"))):
        with pytest.raises(ModelError, match="no layer"):
            archspec.load_weights(ours, source)
    with pytest.raises(ModelError, match="no layer"):  # of its name, but of other shapes
        archspec.load_weights(
            ours,
            keras.Sequential([keras.Input((3,), name="i"), keras.layers.Dense(9, name="head")]),
        )
    assert same(ours, before)


def strip_names(path: Path, old: bool) -> None:
    """As Keras 3.0 to 3.6 wrote it, or TensorFlow 2.12: layers by class and number."""
    with h5py.File(path, "r+") as file:
        found: list[Any] = []
        file.visititems(lambda _, item: found.append(item))
        for item in found:
            item.attrs.pop("name", None)
        if old:
            file.move("layers", "_layer_checkpoint_dependencies")


@pytest.mark.parametrize("old", [False, True])
def test_files_without_names(old: bool, tmp_path: Path) -> None:
    """The config says which layer is which; without one, only the same layers are."""
    text = BASE.replace(
        "  - Flatten\n", "  - Conv2D: {name: conv2, filters: 4, kernel_size: 3}\n  - Flatten\n"
    )
    model = archspec.build(archspec.loads(text))
    model.save_weights(tmp_path / "old.weights.h5")
    model.save(tmp_path / "old.keras")
    strip_names(tmp_path / "old.weights.h5", old)
    data = (tmp_path / "old.keras").read_bytes()
    weights = {"model.weights.h5": (tmp_path / "old.weights.h5").read_bytes()}
    (tmp_path / "old.keras").write_bytes(repacked(data, weights))
    for name in ("old.weights.h5", "old.keras"):
        ours = archspec.build(archspec.loads(text))
        assert archspec.load_weights(ours, tmp_path / name).complete
        assert same(ours, model)
    without = archspec.build(archspec.loads(BASE.replace("conv1", "conv2")))
    report = archspec.load_weights(without, tmp_path / "old.keras")
    assert report.unused == ["conv1"]
    assert report.different[0].name == "conv2"


RECIPE: dict[str, Any] = {"epochs": 1, "batch_size": 500}
MINE = """\
archspec: 1
input: [28, 28, 1]
use: {net: net.yaml}
layers: [net: {name: base}, Dense: {name: mine, units: 10, activation: softmax}]
"""


def test_train_here_and_use_it_here(tmp_path: Path, run: Run, forks: ForkServer) -> None:
    """A run's model goes on in `compile`, `verify`, and in another recipe."""
    recipe = write_recipe(tmp_path / "recipe.yaml", **RECIPE)
    assert run("train", str(recipe), "-o", str(tmp_path / "run")).status == 0
    model, spec = tmp_path / "run" / "model.keras", str(tmp_path / "net.yaml")
    trained = archspec.load_model(model)
    told = run("compile", spec, "-o", str(tmp_path / "new.keras"), "--weights", str(model))
    assert told.status == 0, told.err
    assert "2 of 2 layers took weights" in told.out
    assert same(archspec.load_model(tmp_path / "new.keras"), trained)
    told = run("verify", "-q", spec, "--against", str(model))
    assert told.status == 0, told.out + told.err
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    again = write_recipe(tmp_path / "again.yaml", spec="mine.yaml", weights=str(model), **RECIPE)
    told = run("train", str(again), "-o", str(tmp_path / "second"))
    assert told.status == 0, told.err
    assert "2 of 3 layers took weights" in told.out
    assert "new      mine" in told.out
    told = run(
        "verify",
        "-q",
        str(tmp_path / "mine.yaml"),
        "--against",
        str(tmp_path / "second" / "model.keras"),
    )
    assert told.status == 0, told.out + told.err
    # Weights that reach nothing are an error at the key, before anything is trained.
    write_keras2(tmp_path / "other.h5", {"x": {"x/kernel:0": np.ones((5, 7))}})
    write_recipe(tmp_path / "recipe.yaml", weights="other.h5", **RECIPE)
    status, said = forks.run("train", "recipe.yaml", "-o", "third", cwd=tmp_path)
    assert status == 1
    assert "error[AS606]" in said
    assert "no layer" in said
    assert "weights: other.h5" in said
    assert not (tmp_path / "third" / "model.keras").exists()


def test_old_configs_are_read(tmp_path: Path) -> None:
    """`verify --against` takes a whole model of Keras 2, with nodes in lists."""
    from archspec.weights.comparison.compare import isomorphic
    from archspec.weights.pairing.match import match
    from archspec.weights.structure.structure import structure_of, structure_of_config

    whole = functional_config("old", [8, 8, 2], LAYERS)
    old = structure_of_config(whole["class_name"], whole["config"])
    ours = structure_of(base())
    found = match(ours, old)
    assert not found.conflict
    assert isomorphic(ours, old, found.pairs)
