"""What imports what: the light commands stay light, and imports run downward only."""

import ast
import json
import os
import re
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
LIGHT: dict[str, list[str]] = {
    "help": ["--help"],
    "check": ["check", ALEXNET],
    "check a recipe": ["check", str(ROOT / "recipes" / "lenet5_mnist_augmented.yaml")],
    "summary": ["summary", ALEXNET],
    "summary as JSON": ["summary", ALEXNET, "--format", "json"],
    "worksheet": ["worksheet", ALEXNET],
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
import json, sys
sys.argv[0] = "archspec"
from archspec.commands import main
try:
    main()
except SystemExit as end:
    status = end.code
else:
    status = 0
with open(MODULES, "w") as file:
    json.dump([status or 0, sorted(sys.modules)], file)
"""


@pytest.mark.parametrize("arguments", LIGHT.values(), ids=LIGHT.keys())
def test_light_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
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
    status, loaded = json.loads(modules.read_text())
    assert status == 0, done.stderr
    assert done.stdout
    assert sorted({m.partition(".")[0] for m in loaded} & {*HEAVY, "pydantic"}) == []


# The parts of the package from the top down. A file imports from its own line or from below.
LEVELS = (
    "__main__",
    "commands",
    "api",
    "train importer",
    "pipeline",
    "validate items resolve expand frames infer measure value_types lint expectations shape_errors mends input_sizes"
    " parameters recursion scope work not_layers | emit draw weights receptive | schema documentation",
    "spec graph report",
    "parse layers plugins make constructs templates",
    "settings",
    "record arguments objects axes expressions field_values",
    "diagnostics",
    "reach tables trails folds source codes shapes dtypes extras spelling formula_syntax folders shipped json_schema"
    " values",
    "files archives",
    "characters reading roots locks interrupts",
)
FACES = {"archspec.drawing": "api"}
"""Packages that are called from Python: their own files stand lower than what they show."""
LEVEL = {name: n for n, line in enumerate(LEVELS) for name in line.split() if name != "|"}


def _modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


MODULES = _modules()


def _imports(path: Path) -> set[str]:
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
            while name.startswith("archspec") and name not in MODULES:
                name = name.rpartition(".")[0]
            if name in MODULES:
                found.add(name)
    return found


GRAPH = {name: _imports(path) - {name} for name, path in MODULES.items()}


def _part(module: str) -> str:
    """The part of the package that a module belongs to."""
    if module in FACES:
        return FACES[module]
    return module.removeprefix("archspec").removeprefix(".").partition(".")[0]


def test_every_part_has_its_level() -> None:
    parts = {_part(name) for name in MODULES} - {""}
    assert sorted(parts - set(LEVEL)) == [], "say in LEVELS where it belongs"


@pytest.mark.parametrize("name", sorted(GRAPH))
def test_imports_run_downward(name: str) -> None:
    if name == "archspec":
        assert GRAPH[name] == {"archspec.api"}
        return
    level = LEVEL[_part(name)]
    above = [other for other in GRAPH[name] if LEVEL.get(_part(other), -1) < level]
    assert above == []


def test_there_are_no_circles() -> None:
    """Not even with imports that come late."""
    assert _circles(GRAPH) == []


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
    names = {n.id for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Name)}
    assert "TYPE_CHECKING" not in names


def test_no_file_is_a_heap_of_odds_and_ends() -> None:
    heaps = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [n for n in MODULES if heaps & set(n.split("."))] == []


def test_the_design_page_names_every_part() -> None:
    table = (ROOT / "docs" / "design.md").read_text("utf-8").partition("Imports run down")[0]
    named = set(re.findall(r"`(\w+)/?`", table))
    assert sorted({_part(name) for name in MODULES} - {"", "__main__"} - named) == []
