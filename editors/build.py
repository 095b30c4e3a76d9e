"""Build what runs in browsers and editors: ``python editors/build.py page|playground|vscode``.

page        the page of ``archspec serve``, into archspec/live/page/ (committed; --check compares)
playground  the page with Python in it, into site/playground/
vscode      the extension for VS Code, into editors/vscode/

Needs node 20. Tools come from npm, as package-lock.json has them, with the first build.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

EDITORS = Path(__file__).resolve().parent
ROOT = EDITORS.parent
SOURCES = EDITORS / "page"
PAGE = ROOT / "archspec" / "live" / "page"
"""The page as it is served: HTML and style, which are written there, and the bundle of the scripts."""

BUNDLE = {
    "bundle": True,
    "minify": True,
    "format": "esm",
    "target": "es2022",
    "charset": "utf8",
    "legalComments": "none",  # all licences stand in LICENSES.txt
}
"""How scripts are bundled: options of esbuild."""


def main() -> int:
    """Build what the command line names; the status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words = parser.add_subparsers(dest="what", required=True, metavar="page|playground|vscode")
    page = words.add_parser("page", help="the page of `archspec serve`")
    page.add_argument("--check", action="store_true", help="only say whether it is up to date")
    site = words.add_parser("playground", help="the page with Python in it")
    site.add_argument("--out", type=Path, default=ROOT / "site" / "playground", metavar="FOLDER")
    words.add_parser("vscode", help="the extension for VS Code")
    given = parser.parse_args()
    get_tools()
    if given.what == "page":
        return check_page() if given.check else build_page(PAGE)
    build = load(given.what).build
    status: int = build(given.out) if given.what == "playground" else build()
    return status


def load(folder: str) -> ModuleType:
    """The build.py of a folder beside this file."""
    spec = spec_from_file_location(f"build_{folder}", EDITORS / folder / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def get_tools() -> None:
    """Install what builds, if it is not there."""
    if shutil.which("node") is None:
        sys.exit("build.py: there is no `node`; Debian: apt install nodejs npm")
    if not (EDITORS / "node_modules" / "esbuild").is_dir():
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=EDITORS, check=True
        )


def bundle(entry: Path, target: Path, **options: object) -> set[str]:
    """Bundle a script; the names of the packages that are in it."""
    given = {**BUNDLE, "entryPoints": [str(entry)], "outfile": str(target), **options}
    command = ["node", str(EDITORS / "bundle.mjs"), json.dumps(given)]
    done = subprocess.run(command, cwd=EDITORS, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.returncode)
    paths = [path.partition("node_modules/")[2].split("/") for path in json.loads(done.stdout)]
    return {"/".join(p[: 2 if p[0].startswith("@") else 1]) for p in paths if p[0]}


def licences(packages: set[str]) -> str:
    """What the licences of packages want to be said."""
    parts = []
    for name in sorted(packages):
        folder = EDITORS / "node_modules" / name
        about = json.loads((folder / "package.json").read_text("utf-8"))
        texts = sorted(p for p in folder.iterdir() if re.match("licen[sc]e", p.name.lower()))
        said = [p.read_text("utf-8").strip() for p in texts]
        parts.append("\n\n".join([f"{name} {about['version']}: {about['license']}", *said]))
    return ("\n\n" + "-" * 72 + "\n\n").join(parts) + "\n"


def source_hash() -> str:
    """SHA-256 over the page's sources, the versions of the tools, and how they are used."""
    found = hashlib.sha256(json.dumps(BUNDLE).encode())
    paths = [*sources(SOURCES / "src" / "serve.js"), EDITORS / "package-lock.json"]
    for path in paths:
        name = path.relative_to(EDITORS).as_posix()
        data = path.read_bytes().replace(b"\r\n", b"\n")
        found.update(f"\0{name}\0{len(data)}\0".encode() + data)
    return found.hexdigest()


def sources(entry: Path) -> list[Path]:
    """A script and those of ours that it imports, by name."""
    found: set[Path] = set()
    open_ = [entry]
    while open_:
        path = open_.pop()
        if path not in found:
            found.add(path)
            named = re.findall(
                r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)""", path.read_text("utf-8")
            )
            open_ += [(path.parent / name).resolve() for name in named]
    return sorted(found)


def build_page(target: Path) -> int:
    """Write the scripts of the page of ``archspec serve``, and what their licences want."""
    target.mkdir(parents=True, exist_ok=True)
    banner = {"js": f"/* built from {source_hash()} */"}
    packages = bundle(SOURCES / "src" / "serve.js", target / "page.js", banner=banner)
    (target / "LICENSES.txt").write_text(licences(packages), "utf-8", newline="\n")
    return 0


def check_page() -> int:
    """Say whether the page that is committed is what its sources give."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        build_page(fresh)
        names = sorted(p.name for p in fresh.iterdir())
        stale = [n for n in names if _bytes(PAGE / n) != _bytes(fresh / n)]
    if stale:
        print(f"not up to date: {', '.join(stale)}; run `python editors/build.py page`")
    return 1 if stale else 0


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


if __name__ == "__main__":
    sys.exit(main())
