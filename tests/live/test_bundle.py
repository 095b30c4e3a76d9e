"""The page of ``archspec serve`` that is committed is what its sources give."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT
from tests.programs import no_tools

PAGE = ROOT / "archspec" / "live" / "page"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The script that builds."""
    spec = spec_from_file_location("build_of_editors", ROOT / "editors" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bundle_is_of_these_sources(build: ModuleType) -> None:
    """Without node: the hash of the sources stands in its first line."""
    first = (PAGE / "page.js").read_text("utf-8").partition("\n")[0]
    assert first == f"/* built from {build.source_hash()} */", "run `python editors/build.py page`"


def test_nothing_else_is_served() -> None:
    names = {"index.html", "page.css", "page.js", "LICENSES.txt"}
    assert {p.name for p in PAGE.iterdir()} == names


def test_a_change_of_any_source_is_seen(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(build.SOURCES, tmp_path / "page")
    shutil.copy(build.EDITORS / "package-lock.json", tmp_path)
    found = build.sources(build.SOURCES / "src" / "serve.js")
    assert {"serve.js", "page.js", "editor.js", "stage.js"} <= {path.name for path in found}
    assert not {"playground.js", "worker.js"} & {path.name for path in found}
    before = build.source_hash()
    monkeypatch.setattr(build, "EDITORS", tmp_path)
    monkeypatch.setattr(build, "SOURCES", tmp_path / "page")
    assert build.source_hash() == before
    for path in (
        *(tmp_path / "page" / "src" / p.name for p in found),
        tmp_path / "package-lock.json",
    ):
        text = path.read_bytes()
        path.write_bytes(text.replace(b"\n", b"\r\n"))
        assert build.source_hash() == before, "line ends of Windows are no change"
        path.write_bytes(text + b"\n")
        assert build.source_hash() != before
        path.write_bytes(text)


def test_versions_are_pinned_and_no_address_is_named() -> None:
    package = json.loads((ROOT / "editors" / "package.json").read_text("utf-8"))
    wanted = {**package.get("dependencies", {}), **package["devDependencies"]}
    assert [v for v in wanted.values() if not re.fullmatch(r"[\d.]+", v)] == []
    lock = json.loads((ROOT / "editors" / "package-lock.json").read_text("utf-8"))
    assert [name for name, each in lock["packages"].items() if "resolved" in each] == []
    assert [
        name for name, each in lock["packages"].items() if name and "integrity" not in each
    ] == []
    wheels = (ROOT / "editors" / "playground" / "wheels.txt").read_text("utf-8").splitlines()
    pinned = r"#.*|[\w-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}"
    assert [line for line in wheels if not re.fullmatch(pinned, line)] == []


def test_every_package_has_its_licence_said() -> None:
    said = (PAGE / "LICENSES.txt").read_text("utf-8")
    for name in ("@codemirror/view", "@lezer/lr", "markdown-it"):
        part = re.search(rf"^{name} [\d.]+: MIT\n\n(.*?)^---", said, re.M | re.S)
        assert part is not None
        assert "Permission is hereby granted" in part[1]


@pytest.mark.skipif(bool(no_tools("esbuild")), reason=no_tools("esbuild"))
def test_building_gives_the_same_bytes() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "editors" / "build.py", "page", "--check"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
