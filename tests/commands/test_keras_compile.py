"""``archspec compile``: every kind of file, and nothing half-written when something is wrong."""

import json
import os
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

import archspec
from archspec.emit import extras
from archspec.emit.extras import install
from archspec.emit.formats import FORMATS, Format, format_of
from archspec.emit.keras import backend as backends
from archspec.emit.keras.target import write_beside
from archspec.files.writing import WriteError
from tests.conftest import ROOT, Run, RunProcess

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

SPEC = """\
archspec: 1
name: small
params: {classes: 3}
input: [8, 8, 2]
layers:
  - Conv2D: {name: first, filters: 4, kernel_size: 3, activation: relu}
  - LocalResponseNormalization
  - Flatten
  - Dense: {name: last, units: classes}
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """Path of a small spec, alone in its folder."""
    path = tmp_path / "small.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def left(tmp_path: Path) -> list[str]:
    """What is in the folder beside the spec."""
    return sorted(name for name in os.listdir(tmp_path) if name != "small.yaml")


def test_keras_file(spec: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "small.keras"
    outcome = run("compile", spec, "-o", str(target), "--set", "classes=5", "--seed", "1")
    assert outcome.status == 0
    assert outcome.out == f"wrote {target}  Keras model, 801 params\n"
    assert left(tmp_path) == ["small.keras"]
    model = archspec.load_model(target)
    assert model.output_shape == (None, 5)
    keras.utils.set_random_seed(1)
    again = archspec.build(spec, classes=5)
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_config(spec: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "small.json"
    assert run("compile", spec, "-o", str(target)).status == 0
    config = json.loads(target.read_text(encoding="utf-8"))
    assert config["class_name"] == "Functional"
    model = keras.models.model_from_json(target.read_text(encoding="utf-8"))
    assert model.count_params() == archspec.load(spec).params


def test_weights(spec: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "small.weights.h5"
    assert run("compile", spec, "-o", str(target), "--seed", "2").status == 0
    model = archspec.build(spec)
    model.load_weights(target)
    keras.utils.set_random_seed(2)
    assert np.array_equal(model.layers[1].kernel, archspec.build(spec).layers[1].kernel)


def test_saved_model(spec: str, run: Run, tmp_path: Path) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    target = tmp_path / "served"
    assert run("compile", spec, "-o", str(target), "--seed", "3").status == 0
    assert left(tmp_path) == ["served"]
    served = tensorflow.saved_model.load(str(target))
    x = np.ones((1, 8, 8, 2), "float32")
    keras.utils.set_random_seed(3)
    assert np.allclose(served.serve(x), archspec.build(spec)(x), rtol=1e-5)
    # Only a folder that is one is replaced.
    assert run("compile", spec, "-o", str(target)).status == 2
    assert run("compile", spec, "-o", str(target), "--force").status == 0
    other = tmp_path / "precious"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    refused = run("compile", spec, "-o", str(other), "--force")
    assert refused.status == 2
    assert "AS502" in refused.err
    assert os.listdir(other) == ["thesis.txt"]


@pytest.mark.parametrize("extra", ["keras", "jax", "onnx"])
def test_what_to_install(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where archspec is not installed, the packages are those of pyproject.toml all the same."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = told["project"]["optional-dependencies"][extra]
    wanted = {re.split("[<>=]", package)[0] for package in packages}

    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(extras, "requires", missing)
    assert set(install(extra).split()[2:]) == wanted


def test_onnx(spec: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "small.onnx"
    outcome = run("compile", spec, "-o", str(target))
    if find_spec("tf2onnx") is None and keras.backend.backend() == "tensorflow":
        assert outcome.status == 2
        assert "AS501" in outcome.err
        assert "tf2onnx" in outcome.err
        assert left(tmp_path) == []
        return
    onnx = pytest.importorskip("onnx")
    assert outcome.status == 0
    onnx.checker.check_model(onnx.load(target))


def test_an_existing_file_is_kept(spec: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "small.keras"
    target.write_text("old")
    outcome = run("compile", spec, "-o", str(target))
    assert outcome.status == 2
    assert outcome.err.startswith("error[AS502]: this file exists already")
    assert "--force" in outcome.err
    assert target.read_text() == "old"
    assert run("compile", spec, "-o", str(target), "--force").status == 0
    assert archspec.load_model(target).name == "small"
    assert left(tmp_path) == ["small.keras"]


@pytest.mark.parametrize("place", ["missing/small.keras", "small.yaml/small.keras"])
def test_no_folder(spec: str, run: Run, tmp_path: Path, place: str) -> None:
    outcome = run("compile", spec, "-o", str(tmp_path / place))
    assert outcome.status == 2
    assert "AS503" in outcome.err
    assert left(tmp_path) == []


def test_a_folder_stands_there(spec: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "small.keras").mkdir()
    outcome = run("compile", spec, "-o", str(tmp_path / "small.keras"), "--force")
    assert outcome.status == 2
    assert "AS503" in outcome.err


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    target = tmp_path / "model.keras"
    target.write_text("old")

    def write(path: str) -> None:
        Path(path).write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(WriteError, match="no space left") as raised:
        write_beside(str(target), write, force=True)
    assert raised.value.code == "AS503"
    assert target.read_text() == "old"
    assert left(tmp_path) == ["model.keras"]


def test_an_error_while_writing(tmp_path: Path) -> None:
    def write(path: str) -> None:
        Path(path).write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_beside(str(tmp_path / "model.keras"), write)
    assert left(tmp_path) == []


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "model.keras"
    link.symlink_to(tmp_path / "real" / "model.keras")
    (tmp_path / "real" / "model.keras").write_text("old")
    write_beside(str(link), lambda path: Path(path).write_text("new"), force=True)
    assert link.is_symlink()
    assert (tmp_path / "real" / "model.keras").read_text() == "new"


def test_an_unknown_ending(spec: str, run: Run, tmp_path: Path) -> None:
    outcome = run("compile", spec, "-o", str(tmp_path / "small.pkl"))
    assert outcome.status == 2
    assert ".json, .keras, .onnx, .py, .weights.h5, or none" in outcome.err


@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("a.keras", ".keras"),
        ("a.b.weights.h5", ".weights.h5"),
        ("A.KERAS", ".keras"),
        ("folder", ""),
        ("folder.v2/", ""),
        ("a.h5", None),
        ("a.py", ".py"),
        (".py", None),
    ],
)
def test_format_of(path: str, ending: str | None) -> None:
    format = format_of(path)
    assert (format.ending if format else None) == ending


def test_formats_have_different_endings() -> None:
    assert len({format.ending for format in FORMATS}) == len(FORMATS)
    assert all(isinstance(format, Format) for format in FORMATS)


def test_errors_of_the_spec(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(SPEC.replace("Flatten", "Flaten"))
    outcome = run("compile", str(bad), "-o", str(tmp_path / "bad.keras"))
    assert outcome.status == 1
    assert "AS201" in outcome.err
    assert not (tmp_path / "bad.keras").exists()


def test_warnings_are_shown(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "dead.yaml"
    path.write_text(SPEC + "  - Dense: {name: dead, units: 1}\noutputs: last\n")
    outcome = run("compile", str(path), "-o", str(tmp_path / "dead.json"))
    assert outcome.status == 0
    assert "warning[AS901]" in outcome.err


NOTHING: list[str] = []


def hide(monkeypatch: pytest.MonkeyPatch, *there: str) -> None:
    """Make Keras and all backends but those named look as if they were not installed."""
    monkeypatch.setattr(backends, "_found", lambda name: name in there)
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.delenv("KERAS_BACKEND", raising=False)


@pytest.mark.parametrize(
    ("there", "wanted", "told"),
    [
        ([], None, ["Keras is not installed", "tensorflow>=2.21"]),
        (["keras"], None, ["Keras has no backend here", "tensorflow>=2.21"]),
        (
            ["keras", "tensorflow"],
            "jax",
            ["the backend jax is not installed", "jax>=0.10"],
        ),
        (["keras", "jax"], "tensorflow", ["tensorflow is not installed", "tensorflow>=2.21"]),
    ],
)
def test_no_backend(
    there: list[str],
    wanted: str | None,
    told: list[str],
    spec: str,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hide(monkeypatch, *there)
    options = ["--backend", wanted] if wanted else []
    outcome = run("compile", spec, "-o", str(tmp_path / "small.keras"), *options)
    assert outcome.status == 2
    assert outcome.err.startswith("error[AS501]")
    assert all(text in outcome.err for text in told)
    assert left(tmp_path) == []


def test_the_backend_that_is_there_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_BACKEND", "")
    hide(monkeypatch, "keras", "jax")
    backends._choose(None)
    assert os.environ["KERAS_BACKEND"] == "jax"


def test_another_backend_than_the_running_one() -> None:
    running = keras.backend.backend()
    other = next(name for name in backends.BACKENDS if name != running)
    assert backends.use_backend(running) == running
    with pytest.raises(backends.BackendError, match=f"already runs on {running}"):
        backends.use_backend(other)


def test_a_fresh_process_is_quiet(spec: str, run_process: RunProcess, tmp_path: Path) -> None:
    """TensorFlow's log does not reach the terminal."""
    done = run_process("compile", spec, "-o", str(tmp_path / "small.keras"), timeout=120)
    assert done.status == 0
    assert done.err == ""
    assert done.out.startswith("wrote ")


def test_weights_of_another_file(spec: str, run: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "trained.keras", tmp_path / "new.keras"
    assert run("compile", spec, "-o", str(source), "--seed", "4").status == 0
    command = ["compile", spec, "-o", str(target), "--set", "classes=2", "--weights", str(source)]
    refused = run(*command)
    assert refused.status == 2
    assert "no weights for the layer `last`" in refused.err
    assert not target.exists()
    outcome = run(*command, "--partial")
    assert outcome.status == 0
    assert "1 of 2 layers took weights" in outcome.out
    assert "shape    last: 144×2, 2, not 144×3, 3" in outcome.out
    missing = run("compile", spec, "-o", str(target), "--force", "--weights", "nowhere.keras")
    assert missing.status == 2
    assert "there is no file `nowhere.keras`" in missing.err


def test_alexnet(run: Run, tmp_path: Path) -> None:
    """The first command of the README."""
    target = tmp_path / "alexnet.keras"
    outcome = run("compile", str(ROOT / "specs" / "alexnet.yaml"), "-o", str(target))
    assert outcome.status == 0
    assert "62,378,344 params" in outcome.out
    assert target.stat().st_size > 4 * 62_378_344


def test_python_source_needs_no_keras(
    spec: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec("archspec.emit.python") is None:
        pytest.skip("no emitter of Python source yet")
    hide(monkeypatch)
    target = tmp_path / "small.py"
    outcome = run("compile", spec, "-o", str(target))
    assert outcome.status == 0
    compile(target.read_text(encoding="utf-8"), str(target), "exec")


def test_arguments_are_not_lost() -> None:
    def kept(text: str) -> Any:
        return archspec.build(archspec.loads(text)).layers[1].get_config()

    found = kept(
        "archspec: 1\ninput: [9, 9, 4]\nlayers:\n  - Conv2D: {filters: 8, kernel_size: [3, 5],"
        " strides: [1, 2], padding: same, dilation_rate: 1, groups: 2, use_bias: false}\n"
    )
    assert found["kernel_size"] == (3, 5)
    assert found["strides"] == (1, 2)
    assert found["groups"] == 2
    assert found["padding"] == "same"
    assert found["use_bias"] is False


def test_what_keras_thaws_is_told(tmp_path: Path, run: Run) -> None:
    """A config has no room for what a MultiHeadAttention makes inside itself."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "archspec: 1\ninput: [4, 3]\nlayers:\n  - Dense: {units: 3, trainable: false}\n"
        "  - MultiHeadAttention: {name: look, num_heads: 1, key_dim: 2, trainable: false}\n"
    )
    for name, told in (("a.json", True), ("a.keras", True), ("a.weights.h5", False)):
        done = run("compile", str(path), "-o", str(tmp_path / name))
        assert done.status == 0
        assert ("`look` is frozen, but not in what Keras reads" in done.err) is told
        assert "dense" not in done.err
    model = keras.models.load_model(tmp_path / "a.keras")
    assert model.trainable_weights, "when this fails, Keras has learnt it, and nothing need be told"
    model.get_layer("look").trainable = True
    model.get_layer("look").trainable = False
    assert not model.trainable_weights, "what the warning advises"
