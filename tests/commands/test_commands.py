"""The commands beside check, summary and expand: what they print, and what they refuse."""

import json
import math
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from archspec.diagnostics.codes import CODES
from archspec.diagnostics.sink import Sink
from archspec.emit.plain import plain
from archspec.emit.worksheet import worksheet
from archspec.files.shipped import find_shipped, shipped_recipes, shipped_specs
from archspec.files.writing import WriteError, write_safely
from archspec.layers import layer_types
from archspec.pipeline import open_document, shape_file
from archspec.records.record import fields
from archspec.reference.documentation import description_of, example_of, field_docs, summary_of
from archspec.spec.words import CONSTRUCTS
from archspec.train.check.read import read_recipe
from archspec.train.recipe.keys import Recipe
from tests.conftest import ROOT, Run
from tests.expand.test_expand import HEAD, SPECS, shaped

# worksheet

_FORMULA = re.compile(r"`([^`{}]*=[^`{}]*)`")


def _value(side: str) -> float:
    """The value of one side of an equation, read as a person reads it."""
    text = (
        re.sub(r"(?<=\d),(?=\d{3})", "", side).replace("·", "*").replace("−", "-").replace("×", "*")
    )
    text = text.replace("⌈", "ceil(").replace("⌉", ")").replace("⌊", "floor(").replace("⌋", ")")
    assert set(re.findall("[a-z]+", text)) <= {"ceil", "floor", "max"}, side
    return float(eval(text, {"ceil": math.ceil, "floor": math.floor, "max": max}))


@pytest.mark.parametrize("path", SPECS, ids=lambda p: str(p.relative_to(ROOT / "specs")))
def test_every_equation_of_a_worksheet_holds(path: Path) -> None:
    network = shape_file(str(path), Sink())
    if network is None:
        return
    text = worksheet(network)
    equations = [e for e in _FORMULA.findall(text) if re.fullmatch(r"[\d\W]*(max)?[\d\W]*", e)]
    for equation in equations:
        sides = equation.split(" = ")
        assert len({_value(side) for side in sides}) == 1, equation
    weighted = {type(n.layer).__name__ for n in network.nodes if len(n.facts.weights) > 1}
    assert len(equations) >= len(weighted)
    assert f"**{network.params:,}**" in text


def test_the_worksheet_of_a_convolution(run: Run) -> None:
    done = run("worksheet", str(ROOT / "specs" / "alexnet.yaml"), "conv1")
    assert done.out.split("\n") == [
        "**conv1**: Conv2D `{filters: 96, kernel_size: 11, strides: 4, activation: relu}`",
        "",
        "- 227×227×3 → 55×55×96",
        "- size: `(227 − 11)/4 + 1 = 55`",
        "- parameters: `11·11·3·96 + 96 = 34,944` (kernel, bias)",
        "- MACs: `55·55·96 · 11·11·3 = 105,415,200`",
        "",
    ]


def test_operations_are_written_as_products_where_they_are_some() -> None:
    network = shaped(
        HEAD + "input: [9, 9, 4]\nlayers:\n"
        "  - Conv2D: {filters: 6, kernel_size: 3, groups: 2}\n"
        "  - DepthwiseConv2D: {kernel_size: 3, depth_multiplier: 2}\n"
        "  - SeparableConv2D: {filters: 8, kernel_size: 3}\n"
        "  - Conv2DTranspose: {filters: 5, kernel_size: 3}\n"
        "  - Reshape: {target_shape: [-1, 5]}\n  - LSTM: 7\n  - Dense: 3\n"
    )
    text = worksheet(network)
    for line in (
        "7·7·6 · 3·3·2 = 5,292",
        "5·5·12 · 3·3 = 2,700",
        "3·3 · (3·3·12·1 + 1·1·12·8) = 1,836",
        "3·3 · 3·3·5·8 = 3,240",
        "25 · (5·28 + 7·28) = 8,400",
        "3 · 7 = 21",
    ):
        assert f"- MACs: `{line}`" in text


def test_equal_blocks_are_calculated_once(run: Run) -> None:
    done = run("worksheet", str(ROOT / "specs" / "resnet152.yaml"))
    assert done.out.count("unit2 … unit36 (bottleneck), 35 times") == 1
    assert "35 · (263,168 + 590,848 + 266,240) = 35 · 1,120,256 = 39,208,960" in done.out
    part = run("worksheet", str(ROOT / "specs" / "resnet152.yaml"), "stage3.unit1")
    assert part.out.startswith("# stage3.unit1\n")
    assert "528,384" in part.out
    assert "35 times" not in part.out


def test_a_layer_that_is_not_there(run: Run) -> None:
    done = run("worksheet", str(ROOT / "specs" / "alexnet.yaml"), "cnv1")
    assert done.status == 2
    assert "Did you mean `conv1`?" in done.err


# layers


def test_all_layers_and_words_are_listed_once(run: Run) -> None:
    words = re.findall(r"^  (\w+)  ", run("layers").out, re.MULTILINE)
    assert sorted(words) == sorted([*layer_types(), *CONSTRUCTS])


@pytest.mark.parametrize("name", [*layer_types(), *CONSTRUCTS])
def test_a_layer_is_described(name: str, run: Run) -> None:
    record = {**layer_types(), **CONSTRUCTS}[name]
    done = run("layers", name)
    plain_text = " ".join(done.out.split())
    assert description_of(record).split("\n")[0] in plain_text
    for field in fields(record):
        assert re.search(rf"^  {field}: ", done.out, re.MULTILINE), field
    for field, text in field_docs(record).items():
        assert text, f"{name}.{field} has no docstring"
        assert text in plain_text
    assert max(map(len, done.out.split("\n"))) <= 100
    assert len(summary_of(record)) <= 120


@pytest.mark.parametrize("name", sorted(layer_types()))
def test_examples_hold(name: str) -> None:
    """An example is a layer that needs no more, with inputs that it takes."""
    example = example_of(layer_types()[name])
    assert example is not None
    found = example.layer.output_shapes(*example.inputs)
    assert found == example.facts.outputs


def test_documentation_is_that_of_the_class_itself_before_its_bases() -> None:
    conv1d, conv2d = (field_docs(layer_types()[f"Conv{n}D"]) for n in (1, 2))
    assert "causal" in conv1d["padding"]
    assert "causal" not in conv2d["padding"]
    assert conv1d["filters"] == conv2d["filters"]


def test_a_layer_that_is_misspelt(run: Run) -> None:
    done = run("layers", "MaxPool2D")
    assert done.status == 2
    assert "Did you mean `MaxPooling2D`?" in done.err


# list


def test_the_networks_that_ship(run: Run) -> None:
    rows = json.loads(run("list", "--format", "json").out)
    found = {row["name"]: row for row in rows}
    assert found["alexnet"]["params"] == 62_378_344
    assert found["alexnet"]["title"].startswith("AlexNet")
    assert found["families/resnet"]["path"].endswith(os.path.join("families", "resnet.yaml"))
    assert found["showcase/seq2seq"]["macs"] is None
    assert "blocks/conv_bn" not in found, "a library of blocks is no network"
    assert len(found) == sum("blocks" not in p.parts for p in SPECS)
    text = run("list").out
    assert all(f"\n{name} " in text for name in found)


def test_names_of_shipped_networks() -> None:
    specs = shipped_specs()
    assert find_shipped("alexnet") == specs["alexnet"]
    assert find_shipped("unet") == specs["showcase/unet"]
    assert find_shipped("nothing") is None
    assert find_shipped("../pyproject") is None


def test_the_recipes_that_ship(run: Run) -> None:
    rows = json.loads(run("list", "--recipes", "--format", "json").out)
    found = {row["name"]: row for row in rows}
    assert found.keys() == shipped_recipes().keys()
    assert found["recipes/lenet5_mnist_augmented"]["network"] == "lenet5"
    assert found["recipes/linear_regression"]["data"] == "image_table"
    text = run("list", "--recipes").out
    assert all(f"\n{name} " in text for name in found)


# new


def test_a_new_spec_passes_check(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("new", "net")
    assert (done.status, done.err) == (0, "")
    text = (tmp_path / "net.yaml").read_text(encoding="utf-8")
    assert "name: net\n" in text
    assert text.count("#") >= 5
    done = run("check", "net.yaml")
    assert done.status == 0
    assert "warning" not in done.out


def test_new_does_not_write_over_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("mine", encoding="utf-8")
    done = run("new", str(path))
    assert done.status == 2
    assert "error[AS502]" in done.err
    assert "--force" in done.err
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("new", str(path), "--force").status == 0
    assert path.read_text(encoding="utf-8") != "mine"


def test_new_into_a_folder_that_does_not_exist(run: Run, tmp_path: Path) -> None:
    done = run("new", str(tmp_path / "no" / "net"))
    assert done.status == 2
    assert "error[AS503]" in done.err


@pytest.mark.parametrize("name", ["a b", "é!", "x.y", ""])
def test_new_refuses_names_that_no_network_can_have(name: str, run: Run, tmp_path: Path) -> None:
    done = run("new", str(tmp_path / name) + (".yaml" if name else os.sep))
    assert done.status == 2
    assert "cannot be the name of a network" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(n for n in shipped_specs() if not n.startswith("blocks/")))
def test_new_from_a_network_that_ships(name: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "copy.yaml"
    assert run("new", str(path), "--from", name).status == 0
    sink = Sink()
    found = shape_file(str(path), sink)
    origin = shape_file(shipped_specs()[name], Sink())
    assert found is not None, sink.diagnostics
    assert origin is not None
    assert found.name == "copy"
    assert (found.params, found.macs) == (origin.params, origin.macs)


def test_new_keeps_knobs_and_comments(run: Run, tmp_path: Path) -> None:
    """A network that needs no other file is copied as it stands."""
    path = tmp_path / "copy.yaml"
    assert run("new", str(path), "--from", "families/mobilenet").status == 0
    origin = Path(shipped_specs()["families/mobilenet"]).read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8") == origin.replace(
        "name: mobilenet\n", "name: copy\n", 1
    )
    assert run("check", str(path), "--set", "classes=7").status == 0


@pytest.mark.parametrize("name", shipped_recipes())
def test_new_from_a_recipe_that_ships(name: str, run: Run, tmp_path: Path) -> None:
    """The recipe and its network, beside each other, are those that ship."""
    origin = read(shipped_recipes()[name])
    for new in ("mine", name.rpartition("/")[2]):
        (tmp_path / new).mkdir()
        path = tmp_path / new / f"{new}.yaml"
        assert run("new", str(path), "--from", name).status == 0
        assert len(list((tmp_path / new).iterdir())) == 2
        done = run("check", str(tmp_path / new))
        assert done.status == 0, done.out
        assert "1 of 1 spec and 1 of 1 recipe sound" in done.out
        copy = read(path)
        assert copy.shaped.params == origin.shaped.params
        assert copy.keys.arguments() | {"spec": ""} == origin.keys.arguments() | {"spec": ""}


def read(path: Path | str) -> Recipe:
    """A recipe; its data need not be here."""
    sink = Sink()
    document = open_document(str(path), sink)
    assert document is not None
    recipe = read_recipe(document, sink, {}, needed=False)
    assert recipe is not None, sink.diagnostics
    return recipe


def test_new_writes_both_files_or_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lenet5.yaml").write_text("mine", encoding="utf-8")
    arguments = ("new", str(tmp_path / "x"), "--from", "recipes/lenet5_mnist_augmented")
    done = run(*arguments)
    assert done.status == 2
    assert "error[AS502]" in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["lenet5.yaml"]
    assert run(*arguments, "--force").status == 0
    assert (tmp_path / "lenet5.yaml").read_text(encoding="utf-8") != "mine"


def test_new_from_one_that_does_not_ship(run: Run, tmp_path: Path) -> None:
    for wrong, near in (("alexnt", "alexnet"), ("recipe/lenet5_mnist", "recipes/lenet5_mnist")):
        done = run("new", str(tmp_path / "x"), "--from", wrong)
        assert done.status == 2
        assert f"Did you mean `{near}`?" in done.err


def test_a_recipe_is_no_spec(run: Run) -> None:
    done = run("summary", shipped_recipes()["recipes/lenet5_mnist"])
    assert done.status == 1
    assert done.err.count("error[") == 1
    assert "this file is a recipe" in done.err
    assert "`../specs/article/lenet5_mnist.yaml`" in done.err


def test_what_ships_is_named_if_there_is_no_such_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("train", "lenet5_mnist")
    assert done.status == 2
    assert "`archspec new lenet5_mnist --from recipes/lenet5_mnist` copies it here" in done.err


# Files


def test_text_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_safely(str(tmp_path / "a"), "größe\n")
    write_safely(str(tmp_path / "b"), b"\x00\xff\r\n")
    assert (tmp_path / "a").read_bytes() == "größe\n".encode()
    assert (tmp_path / "b").read_bytes() == b"\x00\xff\r\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WriteError) as caught:
        write_safely(str(path), "new", force=True)
    assert caught.value.code == "AS503"
    assert "no space left" in caught.value.message
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"], "nothing is left beside it"


def test_a_file_that_another_process_wrote_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    link = os.link

    def late(source: str, target: str) -> None:
        path.write_text("theirs", encoding="utf-8")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(WriteError) as caught:
        write_safely(str(path), "mine")
    assert caught.value.code == "AS502"
    assert path.read_text(encoding="utf-8") == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")
def test_modes_links_and_devices(tmp_path: Path) -> None:
    path, link = tmp_path / "a", tmp_path / "b"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    write_safely(str(link), "new", force=True)
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    write_safely(os.devnull, "gone")
    with pytest.raises(WriteError) as caught:
        write_safely(str(tmp_path), "x", force=True)
    assert caught.value.code == "AS503"
    with pytest.raises(WriteError):
        write_safely("a\0b", "x")


# explain


def test_the_table_of_codes(run: Run) -> None:
    text = run("explain").out
    for code, title in CODES.items():
        assert f"\n  {code}  {title}\n" in text


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_explained(code: str, run: Run) -> None:
    done = run("explain", code.lower())
    assert done.status == 0
    assert code in done.out
    assert "```" not in done.out
    assert run("explain", code[2:]).out == done.out


def test_a_code_that_there_is_not(run: Run) -> None:
    done = run("explain", "AS999")
    assert done.status == 2
    assert "There is no code `AS999`. The nearest is AS9" in done.err
    assert run("explain", "../../README").status == 2


def test_markdown_as_plain_text() -> None:
    page = (
        "# AS401: window does not fit\n\nA *small* **map** and a `*kernel*`; see"
        " [the page](https://example.org/x) and [here](../language.md).\n\n"
        "```yaml fails\n- Conv2D: {filters: 2*n}\n```\n\n- 2 * 3 * 4\n"
    )
    assert plain(page) == (
        "AS401: window does not fit\n\nA small map and a `*kernel*`; see"
        " the page (https://example.org/x) and here.\n\n"
        "    - Conv2D: {filters: 2*n}\n\n- 2 * 3 * 4\n"
    )
    assert plain("# Title\n", color=True) == "\x1b[1mTitle\x1b[0m\n"


# The command line as a whole


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("archspec summ", "summary"),
        ("archspec layers conv2", "Conv2DTranspose"),
        ("archspec explain as40", "AS401"),
        ("archspec check --ignore AS901,as90", "AS901,AS903"),
        ("archspec new x --from alex", "alexnet_grouped"),
    ],
)
def test_the_shell_completes(words: str, found: str) -> None:
    env = {
        **os.environ,
        "_ARCHSPEC_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
        "PYTHONPATH": str(ROOT),
    }
    code = "import sys; sys.argv[0] = 'archspec'; from archspec.commands import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert f"plain,{found}" in done.stdout.split("\n")


def test_every_command_says_what_it_does(run: Run) -> None:
    text = run("--help").out
    commands = re.findall(r"^  ([a-z]+)  +\S", text.partition("Check:")[2], re.MULTILINE)
    for name in ("check", "summary", "worksheet", "expand", "list", "layers", "new", "explain"):
        assert name in commands
    for name in commands:
        done = run(name, "--help")
        assert done.status == 0
        assert max(map(len, done.out.split("\n"))) <= 80
