"""Model files of somebody who means harm, and damaged ones: refused, without what they ask for."""

import io
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
import pytest

import archspec
from archspec.weights.stored.error import ModelError
from archspec.weights.stored.hdf5 import Hdf5File
from archspec.weights.stored.model_file import ModelFile
from tests import damage_models
from tests.conftest import Run, RunProcess, examples
from tests.damage_models import SPEC, repacked
from tests.damage_run import MEGABYTES, Kind, run
from tests.keras2_files import weights_of, write_keras2

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

SECRET = b"A secret of this machine, 0123456789abcdef"


@pytest.mark.parametrize(
    "kind", [damage_models.MODELS, damage_models.INNER], ids=["files", "parts"]
)
def test_damage(kind: Kind) -> None:
    """A result, or one error that names the file; in time and in memory."""
    outcome = run(kind, 1, 0, examples(150))
    assert outcome.told == []
    assert outcome.growth < MEGABYTES


@pytest.fixture(scope="module")
def model() -> Any:
    return archspec.build(archspec.loads(SPEC))


def write_spec(folder: Path) -> str:
    path = folder / "small.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def test_commands_in_processes(tmp_path: Path, run_process: RunProcess) -> None:
    """Not even Keras is imported for what is seen at once, and nothing waits."""
    write_spec(tmp_path)
    (tmp_path / "text.keras").write_text("no model")
    (tmp_path / "empty.h5").touch()
    (tmp_path / "folder.keras").mkdir()
    (tmp_path / "cut.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + 100 * b"\0")
    os.mkfifo(tmp_path / "pipe.keras")
    for name in ("text.keras", "empty.h5", "folder.keras", "cut.h5", "pipe.keras", "none.h5"):
        for words in (("compile", "-o", "new.keras", "--weights"), ("verify", "--against")):
            told = run_process(words[0], "small.yaml", *words[1:], name, cwd=tmp_path)
            assert told.status == 2, told.err
            assert f"`{name}`" in told.err
            assert len(told.err.splitlines()[0]) < 200
            assert told.seconds < 2
            assert told.megabytes < 200
    assert not (tmp_path / "new.keras").exists()


def hdf5_cases(folder: Path) -> dict[str, Callable[[Any], object]]:
    """What leads out of a file, into a circle, or to data that are not there; by what it does."""
    secret = folder / "secret.txt"
    secret.write_bytes(SECRET)
    (folder / "other.h5").unlink(missing_ok=True)
    with h5py.File(folder / "other.h5", "w") as other:
        other["data"] = np.frombuffer(SECRET[:40], "f4")

    def external(group: Any) -> None:
        group.create_dataset("0", (10,), "f4", external=[(str(secret), 0, 40)])

    def link(group: Any) -> None:
        group["0"] = h5py.ExternalLink(str(folder / "other.h5"), "/data")

    def soft(group: Any) -> None:
        group["0"] = h5py.SoftLink("/")

    def virtual(group: Any) -> None:
        layout = h5py.VirtualLayout((10,), "f4")
        layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "data", (10,))
        group.create_virtual_dataset("0", layout)

    def circle(group: Any) -> None:
        group["0"] = group.file["/"]

    def without_data(group: Any) -> None:
        group.create_dataset("0", (1 << 40,), "f4")

    def packed(group: Any) -> None:
        group.create_dataset("0", (1 << 36,), "f4", chunks=(1 << 20,), compression="gzip")

    return {f.__name__: f for f in (external, link, soft, virtual, circle, without_data, packed)}


WHY = {
    "external": "external storage",
    "link": "external links",
    "soft": "soft links",
    "virtual": "virtual dataset",
    "circle": "same place",
    "without_data": "says that it holds 4,398,0",
    "packed": "says that it holds 274,87",
}


def test_hdf5_that_leads_out(tmp_path: Path, model: Any) -> None:
    """Neither form of weights, alone or in a model, gets at another file."""
    model.save(tmp_path / "sound.keras")
    sound = (tmp_path / "sound.keras").read_bytes()
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        weights = archive.read("model.weights.h5")
    for name, put in hdf5_cases(tmp_path).items():
        new, old = tmp_path / f"{name}.weights.h5", tmp_path / f"{name}.h5"
        new.write_bytes(weights)
        with h5py.File(new, "r+") as file:
            del file["layers/conv2d/vars/1"], file["layers/conv2d/vars/0"]
            put(file["layers/conv2d/vars"])
        write_keras2(old, weights_of(model))
        with h5py.File(old, "r+") as file:
            del file["conv/conv/bias:0"]
            put(file["conv/conv"])
            file.move("conv/conv/0", "conv/conv/bias:0")
        archive_ = tmp_path / f"{name}.keras"
        archive_.write_bytes(repacked(sound, {"model.weights.h5": new.read_bytes()}))
        before = model.get_weights()
        for path in (new, old, archive_):
            with pytest.raises(ModelError, match=path.name):
                archspec.load_weights(model, path)
        with pytest.raises(ModelError, match=archive_.name):
            archspec.load_model(archive_)
        assert all(map(np.array_equal, before, model.get_weights()))


def test_bombs(tmp_path: Path, run_process: RunProcess) -> None:
    """What says that it holds far more than it has is refused before any of it is read."""
    write_spec(tmp_path)
    for name in ("config.json", "model.weights.h5"):
        path = tmp_path / f"{name}.keras"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for member in ("config.json", "model.weights.h5"):
                with archive.open(member, "w", force_zip64=True) as file:
                    for _ in range(200 if member == name else 0):
                        file.write(b" " * (1 << 20))
        told = run_process(
            "compile", "small.yaml", "-o", "x.keras", "--weights", path.name, cwd=tmp_path
        )
        assert told.status == 2
        assert f"`{path.name}` cannot be read" in told.err
        assert told.megabytes < 200
    with open(tmp_path / "sparse.h5", "wb") as sparse:  # only holes
        sparse.truncate(1 << 40)
    with pytest.raises(ModelError, match=r"sparse\.h5"):
        ModelFile(tmp_path / "sparse.h5")


def marked(folder: Path) -> dict[str, Any]:
    """Layers whose code, or whose file, leaves a mark if they are used."""
    import keras

    mark = str(folder / "mark")
    layer = keras.layers.Lambda(lambda x: (open(mark, "w"), x)[1], name="l")  # noqa: SIM115
    inputs = keras.Input((2,))
    bad = keras.Model(inputs, layer(inputs))
    bad.save(folder / "lambda.keras")
    bad.save(folder / "lambda.h5")
    (folder / "mark").unlink(missing_ok=True)
    with zipfile.ZipFile(folder / "lambda.keras") as archive:
        config: dict[str, Any] = json.loads(archive.read("config.json"))
    return config


def test_code_is_never_executed(tmp_path: Path, run: Run) -> None:
    """Lambda layers, layers of other packages, tables and programs that lie elsewhere."""
    config = marked(tmp_path)
    sound = (tmp_path / "lambda.keras").read_bytes()
    (tmp_path / "evil_module.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w')\n")
    (tmp_path / "keras_hub").mkdir()
    (tmp_path / "keras_hub" / "__init__.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w')\n")
    (tmp_path / "words.txt").write_bytes(SECRET)
    changes: dict[str, dict[str, Any]] = {
        "module": {"module": "evil_module", "class_name": "Layer", "registered_name": "x>Layer"},
        "hub": {"module": "keras_hub", "class_name": "Layer", "registered_name": "x>Layer"},
        "model": {"module": "keras.saving", "class_name": "load_model", "registered_name": None},
        "program": {"module": "keras.layers", "class_name": "TFSMLayer", "registered_name": None},
        "table": {"module": "keras.layers", "class_name": "StringLookup", "registered_name": None},
    }
    settings = {
        "program": {"filepath": str(tmp_path), "name": "l"},
        "table": {"vocabulary": str(tmp_path / "words.txt"), "name": "l"},
    }
    for name, change in changes.items():
        other = json.loads(json.dumps(config))
        entry = other["config"]["layers"][1]
        entry.update(change)
        entry["config"] = settings.get(name, {"name": "l"})
        data = repacked(sound, {"config.json": json.dumps(other).encode()})
        (tmp_path / f"{name}.keras").write_bytes(data)
    sys.path.insert(0, str(tmp_path))
    try:
        for name in ("lambda.h5", *(f"{n}.keras" for n in ("lambda", *changes))):
            with pytest.raises(ModelError, match=name):
                archspec.load_model(tmp_path / name)
            against = run("verify", "-q", write_spec(tmp_path), "--against", str(tmp_path / name))
            assert against.status == 2
            assert SECRET.decode() not in against.err
        for name in ("hf://somebody/model", "gs://somebody/model.keras"):  # nothing is fetched
            with pytest.raises(ModelError, match="there is no file"):
                archspec.load_model(name)
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("keras_hub", None)
    assert not (tmp_path / "mark").exists()


def test_names_act_on_no_terminal(tmp_path: Path, model: Any, run: Run) -> None:
    """Names of layers in somebody else's file, in what is printed."""
    name = "x\x1b[2J\r\n::error::y\x7f"
    layers = {**weights_of(model), name: {"a/kernel:0": np.ones((5, 7))}}
    write_keras2(tmp_path / "old.h5", layers)
    write_keras2(tmp_path / "none.h5", {name: {"a/kernel:0": np.ones((5, 7))}})
    spec, target = write_spec(tmp_path), str(tmp_path / "new.keras")
    command = ("compile", spec, "-o", target, "--force", "--weights")
    told = [run(*command, str(tmp_path / "old.h5")), run(*command, str(tmp_path / "none.h5"))]
    assert [t.status for t in told] == [0, 2], told
    model.save(tmp_path / "bad.keras")
    data = (tmp_path / "bad.keras").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("config.json").replace(b'"conv"', json.dumps(name).encode())
    text = text.replace(b'"relu"', b'"tanh"')
    (tmp_path / "bad.keras").write_bytes(repacked(data, {"config.json": text}))
    told.append(run("verify", "-q", spec, "--against", str(tmp_path / "bad.keras")))
    assert told[-1].status == 1
    for outcome in told:
        assert not {"\x1b", "\r", "\x7f"} & {*outcome.out, *outcome.err}
        assert "\n::error" not in outcome.out + outcome.err


def test_a_small_file_does_not_make_a_large_model(tmp_path: Path, model: Any) -> None:
    """Before memory is taken the config is compared with the weights that there are."""
    model.save(tmp_path / "sound.keras")
    sound = (tmp_path / "sound.keras").read_bytes()
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        config = archive.read("config.json")
    large = config.replace(b'"units": 3', b'"units": 100000000')
    assert large != config
    (tmp_path / "large.keras").write_bytes(repacked(sound, {"config.json": large}))
    with pytest.raises(ModelError, match=r"large\.keras.*4,900,000,"):
        archspec.load_model(tmp_path / "large.keras")


def test_a_model_without_its_weights(tmp_path: Path, model: Any) -> None:
    """Keras would warn, and leave the layers what chance gives them."""
    model.save(tmp_path / "sound.keras")
    with h5py.File(tmp_path / "empty.h5", "w") as file:
        file.create_group("vars")
    weights = {"model.weights.h5": (tmp_path / "empty.h5").read_bytes()}
    data = repacked((tmp_path / "sound.keras").read_bytes(), weights)
    (tmp_path / "empty.keras").write_bytes(data)
    with pytest.raises(ModelError, match=r"empty\.keras.*it has 0 weights"):
        archspec.load_model(tmp_path / "empty.keras")


def test_models_in_models_that_double(tmp_path: Path, model: Any) -> None:
    """Thirty models, each of which calls the next one twice, are a billion calls."""
    import keras

    inputs = keras.Input((2,))
    inner = keras.Model(inputs, keras.layers.Dense(2, name="d")(inputs), name="m0")
    inner.save(tmp_path / "sound.keras")
    with zipfile.ZipFile(tmp_path / "sound.keras") as archive:
        config = json.loads(archive.read("config.json"))["config"]
    tensor = {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None, 2], "dtype": "float32", "keras_history": ["i", 0, 0]},
    }
    for level in range(1, 30):
        again = json.loads(json.dumps(tensor))
        again["config"]["keras_history"] = [f"m{level - 1}", 0, 0]
        calls = [{"args": [tensor], "kwargs": {}}, {"args": [again], "kwargs": {}}]
        model_ = {"class_name": "Functional", "name": f"m{level - 1}", "config": config}
        first = {**config["layers"][0], "name": "i"}
        config = {
            "name": f"m{level}",
            "layers": [first, {**model_, "inbound_nodes": calls}],
            "input_layers": [["i", 0, 0]],
            "output_layers": [[f"m{level - 1}", 2, 0]],
        }
    whole = json.dumps({"class_name": "Functional", "config": config}).encode()
    sound = (tmp_path / "sound.keras").read_bytes()
    (tmp_path / "double.keras").write_bytes(repacked(sound, {"config.json": whole}))
    with pytest.raises(ModelError):
        archspec.load_weights(model, tmp_path / "double.keras")


def test_names_that_lead_out_of_the_archive(tmp_path: Path, model: Any) -> None:
    """Only parts with known names are read; the others are not even looked at."""
    model.save(tmp_path / "sound.keras")
    for number, name in enumerate(("../out", "/tmp/out", "assets/../../out", "assets//out")):
        path = tmp_path / f"model{number}.keras"
        path.write_bytes((tmp_path / "sound.keras").read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, SECRET)
        if name.startswith("assets"):
            with pytest.raises(ModelError, match="leads out"):
                archspec.load_model(path)
        else:
            assert archspec.load_model(path).count_params() == model.count_params()
    assert not [p for p in (tmp_path.parent / "out", Path("/tmp/out")) if p.exists()]


def test_hdf5_as_the_c_library_reads_it(tmp_path: Path) -> None:
    """All forms that Keras's users may have: packed, old orders of bytes, many groups, long lists."""
    import ml_dtypes

    random = Random(1)
    values: dict[str, Any] = {
        "scalar": np.float64(3),
        "empty": np.zeros((0, 4), "f4"),
        "big": np.arange(6, dtype=">f4").reshape(2, 3),
        "half": np.arange(5, dtype="f2"),
        "brain": np.arange(6).astype(ml_dtypes.bfloat16),
        "bytes": np.arange(5, dtype="u1"),
        "flags": np.array([True, False]),
    }
    path = tmp_path / "all.h5"
    with h5py.File(path, "w") as file:
        for name, value in values.items():
            file[name] = value
        for number in range(600):
            file.create_group(f"group{number}")["x"] = np.float32(number)
        data = np.random.default_rng(0).standard_normal((37, 53)).astype("f4")
        for number in range(8):
            options = {
                "compression": "gzip" if number & 1 else None,
                "shuffle": bool(number & 2),
                "fletcher32": bool(number & 4),
            }
            values[f"chunks{number}"] = data
            size = (random.randrange(1, 37), random.randrange(1, 53))
            file.create_dataset(f"chunks{number}", data=data, chunks=size, **options)
        file.attrs["names"] = [f"n{n}".encode() for n in range(900)]
        file.attrs["text"] = "ä" * 100_000
    with open(path, "rb") as opened:
        found = Hdf5File(opened)
        arrays = dict(found.root.arrays())
        for name, value in values.items():
            read = found.read(arrays[name])
            assert read.shape == value.shape
            assert np.array_equal(read.astype("f8"), np.asarray(value).astype("f8"))
        assert len(arrays) == len(values) + 600
        assert float(found.read(arrays["group77/x"])) == 77
        assert found.root.attributes["text"] == "ä" * 100_000
        assert found.root.attributes["names"][899] == "n899"


def test_newer_hdf5_is_refused_by_name(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "new.h5", "w", libver="latest") as file:
        file["x"] = np.ones(3)
    with pytest.raises(ModelError, match="Keras does not write"):
        ModelFile(tmp_path / "new.h5")
