"""Layers of one's own: the page about them, and what can be wrong with them."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

import archspec
from archspec.layers import layer_types, plugins
from archspec.layers.plugins import PluginError, load_plugin
from tests.conftest import ROOT, Run
from tests.documents import examples, write_example

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

PAGE = ROOT / "docs" / "plugins.md"
GOOD = """\
from archspec.layers.base import Elementwise

class Scale(Elementwise):
    \"\"\"Multiplies by a number.\"\"\"
    factor: float = 2.0
    \"\"\"The number.\"\"\"
"""
NET = "archspec: 1\ninput: [4]\nlayers: [Scale: {factor: 3}]\n"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test begins in an empty folder and leaves no layer or module behind."""
    monkeypatch.chdir(tmp_path)
    layers, modules, path = dict(layer_types()), set(sys.modules), list(sys.path)
    yield
    layer_types().clear()
    layer_types().update(layers)
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_the_page(run: Run, tmp_path: Path) -> None:
    """Its files, its commands with their output, and its Python, in their order."""
    commands = 0
    for example in examples(PAGE):
        if example.text.startswith("# file:"):
            write_example(example.text, tmp_path)
        elif example.language == "console":
            for part in example.text.split("$ archspec ")[1:]:
                line, _, expected = part.partition("\n")
                outcome = run(*shlex.split(line))
                assert (outcome.status, outcome.err) == (0, "")
                assert outcome.out == expected
                commands += 1
        elif example.language == "python":
            space: dict[str, Any] = {"archspec": archspec}
            exec(example.text, space)
            assert space["same"].get_layer("layer_scale").initial == 0.1
    assert commands == 3


def test_a_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "scale.py").write_text(GOOD)
    assert run("check", "net.yaml").status == 1
    assert run("check", "net.yaml", "--plugin", "elsewhere/scale.py").status == 0


def test_arguments_are_checked_like_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "scale.py").write_text(GOOD)
    (tmp_path / "net.yaml").write_text(NET.replace("factor", "facktor"))
    outcome = run("check", "net.yaml", "--plugin", "scale")
    assert "AS202" in outcome.out
    assert "did you mean `factor`?" in outcome.out


def test_the_command_that_has_no_spec_has_no_plugin(run: Run) -> None:
    for command in ("summary", "layers", "schema", "import", "serve", "check"):
        assert "--plugin" in run(command, "--help").out, command
    assert "--plugin" not in run("explain", "--help").out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "there is no module `mine`"),
        ("x = 1\n", "mine defines no layer"),
        ("import nothing_of_that_name\n", "ModuleNotFoundError: No module named"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def f(:\n", "SyntaxError"),
        (GOOD.replace("Scale", "Dense"), "Dense is a layer of archspec already"),
        (GOOD.replace("Scale", "scale"), "begins with a capital"),
        (GOOD.replace("Elementwise", "Layer"), "Scale has no `output_shape`"),
        (GOOD.replace("factor: float", "factor: complex"), "no argument type for"),
    ],
)
def test_modules_that_are_no_plugins(text: str | None, told: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    outcome = run("check", "net.yaml", "--plugin", "mine")
    assert outcome.status == 2
    assert told in outcome.err
    if text is not None:
        with pytest.raises(PluginError):
            load_plugin(str(tmp_path / "mine.py"))


def test_an_operation_gives_way(run: Run, tmp_path: Path) -> None:
    """Files that are older than it have layers of its name; so has an installed package."""
    (tmp_path / "mine.py").write_text(GOOD.replace("Scale", "Mean"))
    (tmp_path / "net.yaml").write_text(NET.replace("Scale", "Mean"))
    assert run("check", "net.yaml").status == 1
    assert run("check", "net.yaml", "--plugin", "mine").status == 0


def test_no_file() -> None:
    with pytest.raises(PluginError, match="there is no Python file"):
        load_plugin("nowhere/mine.py")


def test_loaded_twice(tmp_path: Path) -> None:
    (tmp_path / "scale.py").write_text(GOOD)
    assert load_plugin("scale") == ["Scale"]
    assert load_plugin("scale") == ["Scale"]
    assert load_plugin(str(tmp_path / "scale.py")) == ["Scale"]


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """What an installer leaves of a package with an entry point."""
    (folder / "scaling.py").write_text(GOOD)
    info = folder / "scaling-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: scaling\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[archspec.layers]\nscaling = {value}\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(plugins, "_searched", [])


@pytest.mark.parametrize("value", ["scaling", "scaling:Scale"])
def test_installed(value: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    install(tmp_path, monkeypatch, value)
    assert run("check", "net.yaml").status == 0


def test_installed_under_the_name_of_an_operation(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.yaml").write_text(NET.replace("Scale", "Mean"))
    install(tmp_path, monkeypatch, "scaling")
    (tmp_path / "scaling.py").write_text(GOOD.replace("Scale", "Mean"))
    assert run("check", "net.yaml").status == 0


def test_installed_but_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "scaling:Nothing")
    with (
        pytest.warns(UserWarning, match=r"plugin scaling \(scaling:Nothing\)"),
        pytest.raises(archspec.SpecError, match="AS201"),
    ):
        archspec.loads(NET)


def test_packages_are_not_searched_without_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "_searched", [])
    archspec.loads("archspec: 1\ninput: [4]\nlayers: [Dense: 2]\n")
    assert plugins._searched == []


SILENT = """\
from archspec.layers.base import Layer
from archspec.shapes.shape import Shape, Window

class Plain(Layer):
    \"\"\"Says nothing of what it sees.\"\"\"
    family = "FAMILY"

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]
"""
SLIDES = """
    def windows(self) -> tuple[Window, ...]:
        return (Window(5, 2),)
"""
ELEMENTWISE = """
from archspec.layers.base import Elementwise

class Plain(Elementwise):
    \"\"\"Looks at each value alone.\"\"\"
    family = "FAMILY"
"""


@pytest.mark.parametrize("family", ["conv", "attention", "recurrent", "pool", "other"])
@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (SILENT, ["3", "?", "?"]),
        (SILENT + SLIDES, ["3", "7", "11"]),
        (ELEMENTWISE, ["3", "3", "5"]),
    ],
)
def test_the_family_is_a_colour_only(
    run: Run, tmp_path: Path, family: str, text: str, fields: list[str]
) -> None:
    """What a layer sees follows from what it says, and is not known if it says nothing."""
    (tmp_path / "plain.py").write_text(text.replace("FAMILY", family))
    conv = "Conv1D: {filters: 2, kernel_size: 3, padding: same}"
    (tmp_path / "net.yaml").write_text(
        f"archspec: 1\ninput: [20, 2]\nlayers: [{conv}, Plain, {conv}]\n"
    )
    outcome = run("summary", "net.yaml", "--plugin", "plain")
    assert outcome.status == 0
    rows = [line.split() for line in outcome.out.splitlines() if line.split()[1:2] != []]
    assert [row[-1] for row in rows if row[0] in ("conv1d", "plain", "conv1d_1")] == fields
