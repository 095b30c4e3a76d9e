"""The extension for VS Code, packed: its code bundled, with the page of the preview beside it."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from build import EDITORS, PAGE, ROOT, SOURCES, bundle, licences

HERE = EDITORS / "vscode"
PACKED = HERE / "archspec.vsix"
"""What is built; ignored by git."""


def build(packed: Path = PACKED) -> int:
    """Write the extension; the status."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
        vsce = EDITORS / "node_modules" / "@vscode" / "vsce" / "vsce"
        options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"]
        command = ["node", str(vsce), "package", *options, "--out", str(packed)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        return 1
    print(f"{packed}: {packed.stat().st_size / 1000:.0f} kB")
    return 0


def fill(folder: Path) -> None:
    """Put all that is packed into a folder."""
    code = {"platform": "node", "format": "cjs", "external": ["vscode"]}
    packages = bundle(HERE / "src" / "extension.js", folder / "extension.js", **code)
    preview = folder / "preview"
    packages |= bundle(SOURCES / "src" / "preview.js", preview / "preview.js", format="iife")
    for path in (PAGE / "page.css", HERE / "preview.css"):
        shutil.copy(path, preview)
    for path in (HERE / "README.md", HERE / "snippets.json", ROOT / "LICENSE"):
        shutil.copy(path, folder)
    (folder / "LICENSES.txt").write_text(licences(packages), "utf-8", newline="\n")
    about = json.loads((HERE / "package.json").read_text("utf-8"))
    about["version"] = version()
    (folder / "package.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")


def version() -> str:
    """That of archspec."""
    found = re.search(r'(?m)^version = "(.*)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert found is not None
    return found[1]
