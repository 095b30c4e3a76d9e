"""``archspec import`` and ``fold``, and model files where specs are wanted."""

import json
import re
from pathlib import Path

import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.importer import bring
from archspec.importer.flat_graph import FlatGraph, flat_graph
from archspec.importer.fold.fold import Folded
from archspec.importer.prove import differences
from archspec.importer.read import read_model
from archspec.infer.infer import ShapedGraph
from tests.conftest import ROOT, Run, RunProcess
from tests.keras_json import residual_rows, write_model


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh folder with the JSON of a model in it."""
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "net.json")
    return tmp_path


def graph(path: str) -> FlatGraph:
    found = read_model(path, Sink())
    assert found is not None
    return found


def test_a_spec_goes_to_standard_output(run_process: RunProcess, place: Path) -> None:
    done = run_process("import", "net.json", "--no-build", cwd=place)
    assert done.status == 0
    network = archspec.loads(done.out)
    assert differences(graph("net.json"), network) == []
    last = done.out.splitlines()[-1]
    assert last.startswith(f"expect: {{params: {network.params:_}, macs: {network.macs:_}, ")
    assert last.endswith("source: imported from net.json}")
    lines = done.out.count("\n")
    assert done.err == (
        f"ok small: {lines} lines for 16 layers, {network.params:,} parameters;"
        " the same graph; not built\n"
    )
    assert done.seconds < 3
    assert sorted(p.name for p in place.iterdir()) == ["net.json"]


def test_a_spec_is_written(run: Run, place: Path) -> None:
    done = run("import", "net.json", "-o", "net.yaml", "--no-build")
    assert (done.status, done.err) == (0, "")
    text = Path("net.yaml").read_text("utf-8")
    assert done.out.startswith(f"ok net.yaml: {text.count(chr(10))} lines for 16 layers, ")
    assert run("import", "net.json", "--no-build").out == text, "twice the same"
    assert run("check", "net.yaml").status == 0

    Path("net.yaml").write_text("mine")
    done = run("import", "net.json", "-o", "net.yaml", "--no-build")
    assert done.status == 2
    assert "AS502" in done.err
    assert Path("net.yaml").read_text() == "mine"
    assert run("import", "net.json", "-o", "net.yaml", "--no-build", "--force").status == 0
    assert Path("net.yaml").read_text("utf-8") == text


def test_folding_makes_it_shorter(run: Run) -> None:
    write_model(Path("deep.json"), residual_rows(20), "deep")
    folded = run("import", "deep.json", "--no-build").out
    flat = run("import", "deep.json", "--no-build", "--flat").out
    assert folded.count("\n") < 25 < 80 < flat.count("\n")
    for text in (folded, flat):
        assert differences(graph("deep.json"), archspec.loads(text)) == []


def test_names(run: Run) -> None:
    original = ["input", *(row[1] for row in residual_rows(3))]
    for arguments, expected in (
        (["--flat"], True),
        (["--flat", "--names", "original"], True),
        (["--flat", "--names", "path"], False),
    ):
        network = archspec.loads(run("import", "net.json", "--no-build", *arguments).out)
        assert ([node.name for node in network.nodes] == original) == expected


def test_a_name_that_keras_gave_says_less_than_the_file(run: Run) -> None:
    for given, expected in (("functional_1", "my_net"), ("model", "my_net"), ("mine", "mine")):
        write_model(Path("my net.json"), name=given)
        assert f"\nname: {expected}\n" in run("import", "my net.json", "--no-build").out


def test_without_initializers(run: Run) -> None:
    rows = residual_rows(1)
    drawn = {"class_name": "HeNormal", "config": {"seed": None}}
    penalty = {"class_name": "L2", "config": {"l2": 0.5}}
    more = {"kernel_initializer": drawn, "kernel_regularizer": penalty}
    rows[-1] = ("Dense", "answer", {"units": 4, **more}, ["pool"])
    write_model(Path("drawn.json"), rows)
    kept = run("import", "drawn.json", "--no-build")
    assert re.search("(?i)he_?normal", kept.out)
    left = run("import", "drawn.json", "--no-build", "--no-initializers")
    assert "ormal," not in left.out
    assert "egularizer" not in left.out
    told = "the same graph but for initializers, regularizers and constraints, which are left out"
    assert told in left.err
    found = differences(graph("drawn.json"), archspec.loads(left.out))
    assert len(found) == 1
    assert "kernel_initializer" in found[0]
    assert differences(graph("drawn.json"), archspec.loads(kept.out)) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["net.yaml"], "archspec fold net.yaml"),
        (["net.json", "-o", "net.json"], "no name of a spec"),
        (["net.json", "-o", ".yaml"], "ending without a name"),
        (["net.json", "-o", ""], "AS503"),
        (["net.json", "-o", "-"], "AS503"),
        (["net.json", "-o", "nowhere/net.yaml"], "AS503"),
        (["net.json", "--weights", "net.h5"], ".weights.h5"),
        (["net.json", "--weights", "net.weights.h5"], "AS507"),
        (["net.json", "--weights", "nowhere/net.weights.h5"], "AS503"),
        (["net.json", "--names", "original"], "--flat"),
        (["nothing.keras"], "nothing.keras"),
        (["ResNet50"], "Did you mean `keras:ResNet50`?"),
        (["keras:ResNet5O"], "did you mean `keras:ResNet50`?"),
    ],
)
def test_what_is_refused_at_once(arguments: list[str], said: str, run: Run, place: Path) -> None:
    done = run("import", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert [p.name for p in place.iterdir()] == ["net.json"]


def test_what_cannot_be_said_is_told_of_each_layer(run: Run) -> None:
    rows = residual_rows(1)
    rows[1] = ("Mysterious", *rows[1][1:])
    rows[-2] = ("Unheard", *rows[-2][1:])
    write_model(Path("odd.json"), rows)
    done = run("import", "odd.json", "-o", "odd.yaml")
    assert (done.status, done.out) == (1, "")
    assert "Mysterious" in done.err
    assert "Unheard" in done.err
    assert not Path("odd.yaml").exists()


def test_a_wrong_fold_costs_the_fold_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(found: FlatGraph) -> Folded:
        folded: Folded = fold(found)
        layers = folded.data["layers"][:-1]
        return folded._replace(data={**folded.data, "layers": layers})

    def broken(found: FlatGraph) -> Folded:
        raise KeyError("blocks")

    fold = vars(bring)["fold"]
    flat = run("import", "net.json", "--no-build", "--flat").out
    for replaced, why in ((wrong, "answer"), (broken, "KeyError: 'blocks'")):
        monkeypatch.setattr(bring, "fold", replaced)
        done = run("import", "net.json", "--no-build")
        assert done.status == 0
        assert done.out == flat
        assert done.err.startswith("warning: nothing is folded: ")
        assert why in done.err
        assert "please report it" in done.err
        with pytest.warns(UserWarning, match="nothing is folded"):
            assert archspec.import_model("net.json") == flat


def test_nothing_is_written_that_is_another_network(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def differ(first: FlatGraph, second: ShapedGraph) -> list[str]:
        return ["conv1: filters 8 → 9"]

    monkeypatch.setattr(bring, "differences", differ)
    done = run("import", "net.json", "-o", "net.yaml")
    assert (done.status, done.out) == (2, "")
    assert "error[AS705]: the network did not come out the same: conv1: filters 8 → 9" in done.err
    assert "please report it" in done.err
    assert not Path("net.yaml").exists()
    with pytest.raises(archspec.SpecError, match="AS705"):
        archspec.import_model("net.json")


def test_shapes_that_do_not_fit_are_the_fault_of_the_model(run: Run) -> None:
    rows = residual_rows(1)
    rows[1] = ("Conv2D", "conv1", {"filters": 9, "kernel_size": [3, 3]}, ["act0"])
    write_model(Path("wrong.json"), rows)
    for command in ("import", "check"):
        done = run(command, "wrong.json")
        assert done.status == 1
        told = done.out + done.err
        assert "error[AS402]: `add1`" in told
        assert "AS705" not in told
    with pytest.raises(archspec.SpecError, match="AS402"):
        archspec.import_model("wrong.json")


def test_from_python(run: Run) -> None:
    text = archspec.import_model("net.json", "net.yaml")
    assert Path("net.yaml").read_text("utf-8") == text
    assert text == archspec.import_model(Path("net.json"))
    assert text == run("import", "net.json", "--no-build").out
    with pytest.raises(archspec.SpecError, match="AS502"):
        archspec.import_model("net.json", "net.yaml")
    with pytest.raises(archspec.SpecError):
        archspec.import_model("nothing.keras")
    flat = archspec.import_model("net.json", flat=True)
    assert flat == run("import", "net.json", "--no-build", "--flat").out


# Fold

FLAT = """\
archspec: 1
name: flat
title: "A title: of two parts"
description: |
  Two lines
  of text.
lint: {ignore: [AS9]}
input: [16, 16, 3]
"""


def test_fold(run: Run) -> None:
    layers = "".join(
        f"  - Conv2D: {{name: c{n}, filters: 8, kernel_size: 3, padding: same}}\n"
        f"  - BatchNormalization: {{name: b{n}}}\n  - Activation: {{name: a{n}, activation: relu}}\n"
        for n in range(12)
    )
    expect = 'expect: {params: 7_032, source: "a paper: table 1"}\n'
    Path("flat.yaml").write_text(FLAT + "layers:\n" + layers + expect)
    done = run("fold", "flat.yaml")
    assert done.status == 0
    assert done.out.startswith(FLAT)
    assert done.out.endswith(expect)
    assert done.out.count("\n") < 25
    first, second = archspec.load("flat.yaml"), archspec.loads(done.out)
    assert differences(flat_graph(first), second) == []
    assert done.err.startswith(f"ok flat: {done.out.count(chr(10))} lines for 37 layers, ")

    assert run("fold", "flat.yaml", "-o", "folded.yaml").status == 0
    assert Path("folded.yaml").read_text("utf-8") == done.out
    assert run("fold", "folded.yaml").out == done.out, "folded again it is the same"
    assert run("fold", "flat.yaml", "-o", "folded.yaml").status == 2
    assert run("fold", "flat.yaml", "-o", "flat.yaml", "--force").status == 2
    Path("wrong.yaml").write_text("archspec: 1\ninput: [8]\nlayers:\n  - Dens: 4\n")
    assert run("fold", "wrong.yaml").status == 1


def test_without_an_expectation_none_is_made(run: Run) -> None:
    text = "archspec: 1\nname: net\ninput: [8]\nlayers:\n  - Dense: {units: 4}\n"
    Path("net.yaml").write_text(text)
    assert run("fold", "net.yaml").out == text


@pytest.mark.parametrize("name", ["resnet50", "inception_v3", "showcase/unet"])
def test_what_ships_is_folded_again(name: str, run: Run) -> None:
    path = ROOT / "specs" / f"{name}.yaml"
    done = run("fold", str(path))
    assert done.status == 0
    assert "warning" not in done.err
    assert differences(flat_graph(archspec.load(path)), archspec.loads(done.out)) == []


# Model files where specs are wanted


def test_a_model_is_looked_at_as_it_is(run: Run, place: Path) -> None:
    done = run("check", "net.json")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("ok net.json  16  2,108 params")
    assert "answer" in run("summary", "net.json").out
    assert "16·16" in run("worksheet", "net.json", "conv1").out
    assert run("render", "net.json", "-o", "net.dot").status == 0
    flat = run("expand", "net.json").out
    assert differences(graph("net.json"), archspec.loads(flat)) == []
    assert run("compile", "net.json", "-o", "net.py").status == 0
    assert [p.name for p in sorted(place.iterdir())] == ["net.dot", "net.json", "net.py"]


def test_warnings_name_layers_and_no_lines(run: Run) -> None:
    rows = residual_rows(2)
    rows[-1] = ("Dense", "answer", {"units": 4, "activation": "relu"}, ["pool"])
    write_model(Path("odd.json"), rows)
    found = json.loads(run("check", "odd.json", "--format", "json").out)
    told = found["diagnostics"] if isinstance(found, dict) else found
    assert [d["code"] for d in told] == ["AS911"]
    assert "`answer`" in told[0]["message"]
    done = run("check", "odd.json")
    assert done.status == 0
    assert " --> odd.json\n" in done.out
    assert not re.search(r"odd\.json:\d", done.out)
    assert run("check", "odd.json", "--strict").status == 1
    assert "AS911" not in run("check", "odd.json", "--ignore", "AS9").out


def test_the_same_note_of_many_layers_is_told_once(run: Run) -> None:
    out = run("check", "net.json", "--select", "AS801").out
    assert out.count("note[AS801]") == 1
    assert "the same at `bn2` and `bn3`" in out or "the same at `conv2`, `conv3`" in out


def test_a_model_has_no_parameters(run: Run) -> None:
    done = run("check", "net.json", "--set", "classes=5")
    assert done.status == 1
    assert "AS110" in done.out


def test_fixes_leave_models_alone(run: Run) -> None:
    before = Path("net.json").read_bytes()
    assert run("check", "net.json", "--fix").status == 0
    assert Path("net.json").read_bytes() == before


def test_folders_are_searched_for_specs(run: Run, place: Path) -> None:
    (place / "net.yaml").write_text("archspec: 1\ninput: [8]\nlayers:\n  - Dense: 4\n")
    done = run("check", ".")
    assert done.status == 0
    assert "1 file passed over" in done.out


def test_standard_input_is_no_model(run: Run) -> None:
    done = run("check", "-", input=Path("net.json").read_text())
    assert done.status == 1
    assert "archspec import" in done.out


def test_a_link_that_leads_elsewhere_tells_nothing(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = write_model(tmp_path_factory.mktemp("other") / "secret.json")
    Path("link.json").symlink_to(other)
    done = run("check", "link.json")
    assert done.status == 1
    assert "answer" not in done.out
