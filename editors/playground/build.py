"""The playground: the page, Python as WebAssembly, and archspec with what it needs, in one folder.

Any static server can serve that; no address of another host is asked for anything.
"""

import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from build import EDITORS, PAGE, ROOT, SOURCES, bundle, licences

HERE = EDITORS / "playground"
WHEELS = HERE / "wheels"
"""What pip has brought; ignored by git."""
PYODIDE = EDITORS / "node_modules" / "pyodide"
PLATFORMS = ("pyemscripten_2026_0_wasm32", "manylinux2014_x86_64")

WITHOUT = (
    *("commands", "importer", "live/page"),
    *("train/charts", "train/fit", "train/run", "train/use"),
)
"""Folders of archspec that are of no use there: the command line, and what trains."""

IDLE = frozenset(
    [
        "_pyrepl",
        "bdb",
        "cProfile",
        "ctypes",
        "curses",
        "dbm",
        "doctest",
        "ensurepip",
        "ftplib",
        "http",
        "idlelib",
        "imaplib",
        "lib2to3",
        "mailbox",
        "multiprocessing",
        "netrc",
        "optparse",
        "pdb",
        "pickletools",
        "plistlib",
        "poplib",
        "profile",
        "pstats",
        "pyclbr",
        "pydoc",
        "pydoc_data",
        "sched",
        "shelve",
        "smtplib",
        "socketserver",
        "sqlite3",
        "statistics",
        "tabnanny",
        "timeit",
        "trace",
        "tracemalloc",
        "turtle",
        "turtledemo",
        "unittest",
        "venv",
        "wave",
        "webbrowser",
        "wsgiref",
        "xml",
        "xmlrpc",
        "zipapp",
        "_pydatetime",
        "_pyio",
        "_pydecimal",
        "argparse",
        "cmd",
        "configparser",
        "ipaddress",
        "uuid",
    ]
)
"""What of Python's standard library archspec never imports."""

ENCODINGS = re.compile(
    r"encodings/(__init__|aliases|ascii|charmap|cp437|cp1252|idna|latin_1|utf_.*)\.py"
)
"""Those that can be needed where all texts are UTF-8 and names in archives are plain."""

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none';"
    " form-action 'none'"
)
"""What the page may load: nothing from elsewhere, and no script but its own."""

Files = dict[str, bytes]
"""Contents by path."""


def build(out: Path) -> int:
    """Write the playground into a folder."""
    (out / "pyodide").mkdir(parents=True, exist_ok=True)
    wheels = get_wheels()
    source = python_files(wheels)
    library = {
        name: data
        for name, data in _unpacked(PYODIDE / "python_stdlib.zip").items()
        if _is_used(name)
    }
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _pack(source, work / "archspec.zip")
        _pack(library, work / "python_stdlib.zip")
        compile_script = HERE / "compile.mjs"
        subprocess.run(["node", compile_script, work], cwd=EDITORS, check=True)
        packed = gzip.compress((work / "archspec.zip").read_bytes(), 9, mtime=0)
        (out / "archspec.bin").write_bytes(packed)
        shutil.copyfile(work / "python_stdlib.zip", out / "pyodide" / "python_stdlib.zip")
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"):
        shutil.copyfile(PYODIDE / name, out / "pyodide" / name)
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    (out / "pyodide" / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": {}}))
    packages = bundle(SOURCES / "src" / "playground.js", out / "playground.js")
    packages |= bundle(
        SOURCES / "src" / "worker.js", out / "worker.js", external=["./pyodide/pyodide.mjs"]
    )
    shutil.copyfile(PAGE / "page.css", out / "page.css")
    html = page((PAGE / "index.html").read_text("utf-8"))
    (out / "index.html").write_text(html, "utf-8", newline="\n")
    (out / "LICENSES.txt").write_text(all_licences(packages, wheels), "utf-8", newline="\n")
    size = sum(len(gzip.compress(p.read_bytes())) for p in out.rglob("*") if p.is_file())
    print(f"{out}: {size / 1e6:.1f} MB packed; try `python -m http.server -d {out}`")
    return 0


def get_wheels() -> dict[str, Files]:
    """What is in the wheels that wheels.txt names, each by the name of its file."""
    wanted = re.findall(r"^([\w-]+)==([\w.]+)", (HERE / "wheels.txt").read_text("utf-8"), re.M)
    names = [f"{name.replace('-', '_')}-{version}-*.whl" for name, version in wanted]
    if not all(list(WHEELS.glob(name)) for name in names):
        platforms = [f"--platform={name}" for name in PLATFORMS]
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes"]
        command += ["--only-binary=:all:", "--python-version=3.14", *platforms]
        subprocess.run([*command, "-r", HERE / "wheels.txt", "-d", WHEELS], check=True)
    paths = [path for name in names for path in WHEELS.glob(name)]
    return {path.name: _unpacked(path) for path in sorted(paths)}


def python_files(wheels: dict[str, Files]) -> Files:
    """The files of archspec, what ships with it, and what it needs."""
    found: Files = {}
    package = ROOT / "archspec"
    for path in package.rglob("*.*"):
        inner = path.relative_to(package).as_posix()
        idle = inner.startswith(tuple(f"{folder}/" for folder in WITHOUT))
        if path.suffix in (".py", ".html", ".css", ".js") and not idle:
            found[f"archspec/{inner}"] = path.read_bytes()
    for folder in ("specs", "recipes", "docs/errors"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                inner = path.relative_to(ROOT).as_posix()
                found[f"archspec/_shipped/{inner}"] = path.read_bytes()
    for files in wheels.values():
        for name, data in files.items():
            if name.endswith((".py", "emscripten.so")) and "core_schema" not in name:
                found[name] = data
    return found


def _is_used(name: str) -> bool:
    """Whether a file of the standard library may be needed."""
    top = name.partition("/")[0].removesuffix(".py")
    return ENCODINGS.fullmatch(name) is not None if top == "encodings" else top not in IDLE


def page(text: str) -> str:
    """The page's HTML with the playground's script, and what that may load."""
    assert '<script src="page.js"' in text
    text = text.replace('<script src="page.js"', '<script src="playground.js"')
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return text.replace("<head>", f"<head>\n{meta}", 1)


def all_licences(packages: set[str], wheels: dict[str, Files]) -> str:
    """What is to be said of everything that is in the folder."""
    parts = [licences(packages | {"pyodide"})]
    for wheel, files in wheels.items():
        said = [data.decode().strip() for name, data in files.items() if "/licenses/" in name]
        parts.append("\n\n".join([wheel, *said, ""]))
    parts.append(
        "In pyodide/: CPython and its standard library, Python Software Foundation License 2.\n"
        "In worker.js: Graphviz as WebAssembly, Eclipse Public License; Expat, MIT.\n"
    )
    return ("\n" + "-" * 72 + "\n\n").join(parts)


def _unpacked(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}


def _pack(files: Files, path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name])
    path.write_bytes(held.getvalue())
