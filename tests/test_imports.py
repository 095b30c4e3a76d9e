"""What imports what: the light commands stay light, and imports run downward only."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "archspec"
HEAVY = (
    "tensorflow",
    "keras",
    "torch",
    "jax",
    "numpy",
    "networkx",
    "rich",
    "PIL",
    "graphviz",
    "matplotlib",
)

# Light commands, and what pydantic's core alone does: pydantic itself takes 75 ms.
ALEXNET = str(ROOT / "specs" / "alexnet.yaml")
MODEL = str(ROOT / "tests" / "cases" / "keras_model.json")
LIGHT: dict[str, list[str]] = {
    "help": ["--help"],
    "check": ["check", ALEXNET],
    "check a recipe": ["check", str(ROOT / "recipes" / "lenet5_mnist_augmented.yaml")],
    "check a model": ["check", MODEL],
    "import": ["import", MODEL, "--no-build"],
    "fold": ["fold", ALEXNET],
    "summary": ["summary", ALEXNET],
    "summary as JSON": ["summary", ALEXNET, "--format", "json"],
    "worksheet": ["worksheet", ALEXNET],
    "diff": ["diff", ALEXNET, ALEXNET],
    "expand": ["expand", ALEXNET],
    "expand, blocks": ["expand", ALEXNET, "--style", "blocks"],
    "layers": ["layers"],
    "one layer": ["layers", "Conv2D"],
    "list": ["list"],
    "new": ["new", "net"],
    "new from": ["new", "net2", "--from", "resnet50"],
    "explain": ["explain", "AS401"],
    "schema": ["schema"],
    "schema of a spec": ["schema", ALEXNET],
    "schema of recipes": ["schema", "--recipe"],
}

_RUN = """
import sys
sys.argv[0] = "archspec"
from archspec.commands import main
try:
    main()
except SystemExit as end:
    status = end.code
else:
    status = 0
loaded = sorted(sys.modules)
import json
with open(MODULES, "w") as file:
    json.dump([status or 0, loaded], file)
"""


# What only mistakes, warnings and unusual texts need, and how much a sound spec takes.
FOR_MISTAKES = (
    "archspec.live",
    "archspec.mend",
    "archspec.parse.careful_yaml",
    "archspec.parse.loose",
    *(f"archspec.diagnostics.{name}" for name in ("alike", "comments", "elsewhere", "find_code")),
    *(f"archspec.diagnostics.{name}" for name in ("ignores", "read_settings", "report.")),
    *(f"archspec.expand.{name}" for name in ("edits", "repeat_help", "wire_errors", "wire_help")),
    *(f"archspec.infer.lint.{name}" for name in ("dead_layers", "inputs", "sequences")),
    *(f"archspec.spec.{name}" for name in ("bad_values", "meant_", "misplaced", "unknown_words")),
    *("archspec.spec.written", "archspec.spec.wrong_names", "archspec.files.shipped"),
    *("json.", "tomllib", "yaml"),
)
# ResNet has tables, defaults, lists and asks, and hands parameters on to the files that it uses.
MOST_MODULES = {"alexnet": 112, "resnet152": 120}


@pytest.mark.parametrize("arguments", LIGHT.values(), ids=LIGHT.keys())
def test_light_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    loaded = _loaded(arguments, tmp_path)
    assert sorted({m.partition(".")[0] for m in loaded} & {*HEAVY, "pydantic"}) == []


@pytest.mark.parametrize("name", MOST_MODULES)
def test_a_sound_spec_loads_nothing_for_mistakes(name: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "archives"\n', "utf-8")
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    loaded = _loaded(["check", f"specs/{name}.yaml"], tmp_path)
    assert [m for m in loaded if m.startswith(FOR_MISTAKES)] == []
    assert len([m for m in loaded if m.startswith("archspec")]) <= MOST_MODULES[name]


def _loaded(arguments: list[str], tmp_path: Path) -> list[str]:
    """The modules that a command loads."""
    modules = tmp_path / "modules.json"
    code = _RUN.replace("MODULES", repr(str(modules)))
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        timeout=60,
    )
    loaded: list[str]
    status, loaded = json.loads(modules.read_text())
    assert status == 0, done.stderr
    assert done.stdout
    return loaded


# What the playground's Python has not: these, other processes, threads.
NOT_IN_BROWSERS = (*HEAVY, "PIL", "reportlab", "pydantic", "click", "fontTools", "h5py", "_ctypes")
_IN_BROWSER = """
import json, subprocess, sys, threading
for name in ABSENT:
    sys.modules[name] = None
from archspec.drawing.layout import engine
from archspec.live import playground
program, start = engine.engines(engine.BUNDLED)[0], subprocess.Popen
def lay_out(text):
    subprocess.Popen = start
    try:
        return engine.run(program, text, "-Tjson0").decode()
    finally:
        subprocess.Popen = refused
def refused(*_, **__):
    raise OSError("not in a browser")
subprocess.Popen = threading.Thread.start = refused
playground.start(lay_out, '{"kept": {}, "linked": null}', FOLDER)
ask = lambda word, **more: json.loads(playground.ask(json.dumps({"ask": word, **more})))
found = {"hello": ask("hello")}
for file in ("specs/resnet50.yaml", "recipes/lenet5_mnist.yaml"):
    text = ask("open", file=file)["text"]
    at = {"file": file, "text": text, "line": 3, "column": 3}
    for word in ("answer", "picture", "table", "worksheet", "source", "hover", "complete", "definition"):
        found[file + word] = ask(word, **at)
    found[file + "compare"] = ask("compare", before=text.replace("title:", "# "), **at)
    found[file + "broken"] = ask("answer", file=file, text=text.replace("s:", "s", 1))
    for format in found["hello"]["formats"]:
        if format != "dot":
            found[file + format] = ask("download", format=format, **at)
print(json.dumps({name: reply["error"] for name, reply in found.items() if "error" in reply}))
"""


def test_the_playground_needs_nothing_that_a_browser_has_not(tmp_path: Path) -> None:
    code = _IN_BROWSER.replace("ABSENT", repr(NOT_IN_BROWSERS))
    done = subprocess.run(
        [sys.executable, "-c", code.replace("FOLDER", repr(str(tmp_path)))],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}, done.stderr


Graph = dict[str, set[str]]


def _modules(package: Path) -> dict[str, Path]:
    found = {}
    for path in package.rglob("*.py"):
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def _imports(path: Path, modules: dict[str, Path]) -> set[str]:
    """The modules of the package that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            while name.startswith("archspec") and name not in modules:
                name = name.rpartition(".")[0]
            if name in modules:
                found.add(name)
    return found


MODULES = _modules(PACKAGE)


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The modules that each module imports."""
    return {name: _imports(path, MODULES) - {name} for name, path in MODULES.items()}


def _pictures() -> dict[str, list[list[str]]]:
    """The floors of each package that docs/design.md draws, from the top down, and their rooms."""
    page = (ROOT / "docs" / "design.md").read_text("utf-8")
    found = {}
    for package, block in re.findall(r"```rooms of ([\w.]+)\n(.*?)```", page, re.DOTALL):
        found[package] = [line.partition("  ← ")[0].split() for line in block.splitlines()]
    return found


PICTURES = _pictures()


def _room(module: str, package: str) -> str:
    """The folder or file right under a package to which a module belongs; empty for its face."""
    return module[len(package) + 1 :].partition(".")[0]


def _upward(graph: Graph, package: str, floors: list[list[str]]) -> list[str]:
    """Imports between the rooms of a package that do not run downward in its picture."""
    floor = {room: number for number, rooms in enumerate(floors) for room in rooms}
    wrong = set()
    for module, others in graph.items():
        if not module.startswith(package + "."):
            continue
        room = _room(module, package)
        for other in others:
            if other == package or other.startswith(package + "."):
                target = _room(other, package)
                if target != room and not (target and floor[target] > floor[room]):
                    wrong.add(f"{module} imports {other}")
    return sorted(wrong)


@pytest.mark.parametrize("package", PICTURES)
def test_the_picture_shows_every_room(package: str) -> None:
    rooms = {_room(name, package) for name in MODULES if name.startswith(package + ".")}
    drawn = [room for rooms in PICTURES[package] for room in rooms]
    assert sorted(drawn) == sorted(rooms)


@pytest.mark.parametrize("package", PICTURES)
def test_imports_run_downward(package: str, graph: Graph) -> None:
    assert _upward(graph, package, PICTURES[package]) == []


def test_the_face_of_the_package_imports_its_interface_only(graph: Graph) -> None:
    assert graph["archspec"] == {"archspec.api"}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("shapes/axes.py", "from archspec.layers.base import Layer\n"),
        ("spec/unknown_words.py", "def late():\n    from archspec.emit.json import summary_json\n"),
        ("formulas/templates.py", "import archspec.spec.types\n"),
        ("emit/flat.py", "from archspec import api\n"),
        ("layers/core.py", "import archspec\n"),
        ("train/data/npz.py", "from archspec.train.fit import fit\n"),
    ],
)
def test_an_upward_import_is_found(file: str, text: str, tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "changed.py"
    path.write_text((PACKAGE / file).read_text("utf-8") + text, "utf-8")
    module = "archspec." + file.removesuffix(".py").replace("/", ".")
    changed = {**graph, module: _imports(path, MODULES) - {module}}
    found = [line for p, floors in PICTURES.items() for line in _upward(changed, p, floors)]
    assert len(found) == 1
    assert found[0].startswith(f"{module} imports ")


def test_the_house_stays_small() -> None:
    floors = PICTURES["archspec"]
    assert sum(len(rooms) for rooms in floors) <= 24
    assert len(floors) <= 12
    assert len(list(PACKAGE.glob("*.py"))) <= 8


@pytest.mark.parametrize("folder", sorted({p.parent for p in MODULES.values()}), ids=str)
def test_each_folder_says_what_is_in_it(folder: Path) -> None:
    text = (folder / "__init__.py").read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))


def test_there_are_no_circles(graph: Graph) -> None:
    """Not even with imports that come late."""
    assert _circles(graph) == []


def _circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules each of which leads to the others."""
    reach = {name: _reachable(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in graph
        if name in reach[name]
    }
    return sorted(list(group) for group in groups)


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    open_ = list(graph[start])
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_ += graph[name]
    return found


def test_a_circle_would_be_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert _circles(graph) == [["b", "c"]]


@pytest.mark.parametrize("path", MODULES.values(), ids=MODULES.keys())
def test_no_imports_for_type_checkers_only(path: Path) -> None:
    text = path.read_text("utf-8")
    if "TYPE_CHECKING" in text:  # a name, or only spoken of
        names = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
        assert "TYPE_CHECKING" not in names


def test_no_file_is_a_heap_of_odds_and_ends() -> None:
    heaps = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [n for n in MODULES if heaps & set(n.split("."))] == []
