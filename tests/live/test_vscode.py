"""The extension for VS Code: packed, and used under node as a person would, with the real server.

What stands for VS Code is tests/live/vscode/stub.cjs.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.programs import NODE, no_tools

EDITORS = ROOT / "editors"

pytestmark = pytest.mark.skipif(bool(no_tools("@vscode/vsce")), reason=no_tools("@vscode/vsce"))

_BUILD = """
import sys
sys.path.insert(0, sys.argv[1])
import build
from pathlib import Path
sys.exit(build.load("vscode").build(Path(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, packed."""
    path = tmp_path_factory.mktemp("vscode") / "archspec.vsix"
    subprocess.run([sys.executable, "-c", _BUILD, str(EDITORS), str(path)], check=True, timeout=120)
    return path


@pytest.fixture(scope="module")
def installed(packed: Path) -> Path:
    """The folder of the extension, unpacked as VS Code does."""
    folder = packed.with_name("installed")
    with zipfile.ZipFile(packed) as file:
        file.extractall(folder)
    return folder / "extension"


def _used(installed: Path, folder: Path, command: list[str], path: str = "") -> dict[str, Any]:
    """What came of using the extension."""
    assert NODE is not None
    script = ROOT / "tests" / "live" / "vscode" / "run.cjs"
    done = subprocess.run(
        [NODE, str(script), str(installed / "extension.js"), str(folder), json.dumps(command)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (path, str(ROOT))))},
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _range(line: int, start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


def test_all_that_is_named_is_packed(installed: Path) -> None:
    about = json.loads((installed / "package.json").read_text("utf-8"))
    named = [about["main"], *(each["path"] for each in about["contributes"]["snippets"])]
    assert [name for name in named if not (installed / name).is_file()] == []
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{about["version"]}"' in project
    code = (installed / "extension.js").read_text("utf-8")
    declared = {each["command"] for each in about["contributes"]["commands"]}
    menus = [each["command"] for menu in about["contributes"]["menus"].values() for each in menu]
    assert set(menus) <= declared
    assert "vscode-languageclient" in (installed / "LICENSES.txt").read_text("utf-8")
    assert (installed.parent / "extension.vsixmanifest").read_text("utf-8").count("<Asset ") >= 3
    assert "sourceMappingURL" not in code


def test_snippets_are_networks(installed: Path) -> None:
    """With the values that they suggest, and no more than warnings."""
    from archspec.live.answer import answer

    snippets = json.loads((installed / "snippets.json").read_text("utf-8"))
    assert [each["prefix"] for each in snippets.values()] == [
        "archspec",
        "archspec-recipe",
        "repeat",
    ]
    network, recipe, repeat = (
        re.sub(r"\$\{\d+:([^}]*)\}", r"\1", "\n".join(each["body"])).replace("$0", "")
        for each in snippets.values()
    )
    inside = "".join(f"  {line}\n" for line in repeat.split("\n"))
    texts = {"net.yaml": network, "recipe.yaml": recipe}
    texts["loop.yaml"] = f"archspec: 1\ninput: [32, 32, 3]\nlayers:\n{inside}"
    for name, text in texts.items():
        found = answer(f"/{name}", text, lambda path: texts[path.strip("/")].encode())
        told = [d.message for d in found.diagnostics if d.severity == "error"]
        if name == "recipe.yaml":  # MNIST is not 32×32×3: all else is right
            assert found.recipe
            assert all("28" in message for message in told), told
        else:
            assert told == []
            assert found.shaped is not None


def test_a_person_uses_it(installed: Path, tmp_path: Path) -> None:
    told = _used(installed, tmp_path, [sys.executable, "-m", "archspec"])
    uri = (tmp_path / "net.yaml").as_uri()
    assert told["idle"], "a server was started for a text that is not ours"
    assert told["mistake"]["code"] == "AS201"
    assert told["mistake"]["range"] == _range(5, 4, 10)
    assert told["mended"] == [{"uri": uri, "range": _range(5, 4, 10), "text": "Flatten"}]
    assert "svg" not in told["none"]
    assert told["changed"]["version"] == 2
    assert told["svg"] == "<svg"
    assert told["line"] == told["again"] == "8→6  802 params  8.35 k MACs"
    assert told["cursor"]["line"] == 6
    assert told["shown"] == {"uri": uri, "range": _range(6, 4, 9)}
    assert told["edited"] == [{"uri": uri, "range": _range(1, 11, 12), "text": "b"}]  # behind 🎉
    assert told["written"] == {"net.svg": "<svg", "net.csv": "name"}
    assert told["explained"][1] == "archspec-page:AS201.md"
    assert told["explained"][2].startswith("# AS201")
    assert told["errors"] == []


def test_a_preview_runs_its_own_script_only(installed: Path, tmp_path: Path) -> None:
    source = (EDITORS / "vscode" / "src" / "preview.js").read_text("utf-8")
    policy = re.search(r"const policy = `([^`]*)`", source)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'nonce-${nonce}';")
    assert "http" not in policy[1]
    page = (installed / "preview" / "preview.js").read_text("utf-8")
    assert not re.search(r"\beval\(|new Function\(", page)


def _found(code: str) -> Any:
    """What functions of src/find.js give."""
    assert NODE is not None
    source = (EDITORS / "vscode" / "src" / "find.js").read_text("utf-8")
    done = subprocess.run(
        [NODE, "--input-type=module", "-"],
        input=f"{source}\nconsole.log(JSON.stringify({code}));\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_where_archspec_is_looked_for(tmp_path: Path) -> None:
    for part in ("bin/python", "Scripts/python.exe"):
        path = tmp_path / ".venv" / part
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    given = {"interpreter": "/py", "folders": [str(tmp_path), "/nowhere"], "windows": False}
    own = [str(tmp_path / ".venv" / "bin" / "python"), "-m", "archspec"]
    calls = [
        given,
        {**given, "interpreter": None, "windows": True},
        {**given, "setting": ["a", "b"]},
    ]
    code = ", ".join(f"candidates({json.dumps(each)})" for each in calls)
    plain, windows, setting = _found(f"[{code}]")
    assert plain == [["/py", "-m", "archspec"], own, ["archspec"]]
    assert windows[0][0].endswith("python.exe")
    assert setting == [["a", "b"]]


def test_what_is_lacking_most_is_said() -> None:
    tried = [
        {"command": ["/py", "-m", "archspec"], "reason": "/py: No module named archspec"},
        {"command": ["archspec"], "reason": "there is no such command"},
    ]
    lacks = {"command": ["/venv/python"], "reason": "Error: the language server needs pygls and"}
    broken = {"command": ["/old/python"], "reason": "SyntaxError: invalid syntax"}
    calls = [tried, [broken, *tried], [*tried, broken, lacks]]
    none, wrong, nearly = _found(
        "[" + ", ".join(f"complaint({json.dumps(each)})" for each in calls) + "]"
    )
    assert none.startswith("archspec is not found")
    assert wrong == "`/old/python` does not start: SyntaxError: invalid syntax"
    assert "/venv/python" in nearly
    assert "pip install" in nearly


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["/nowhere/archspec"], "`/nowhere/archspec` is not archspec: there is no such command"),
        ([sys.executable, "-m", "archspec"], "pip install 'pygls>=2' 'lsprotocol>=2025'"),
    ],
    ids=["no such command", "without pygls"],
)
def test_it_says_what_is_lacking(
    installed: Path, tmp_path: Path, command: list[str], told: str
) -> None:
    (tmp_path / "pygls.py").write_text("raise ImportError\n")
    (error,) = _used(installed, tmp_path, command, str(tmp_path))["errors"]
    assert told in error
