"""Lint, format and types are part of the tests; so are things that must not be in the repository."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ["archspec", "tests", "benchmarks", "docs"]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_lint() -> None:
    done = run("ruff", "check", "--no-cache", *CODE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_format() -> None:
    done = run("ruff", "format", "--no-cache", "--check", *CODE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types() -> None:
    done = run("mypy", "--cache-dir", os.devnull)
    assert done.returncode == 0, done.stdout + done.stderr


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_no_addresses_of_registries() -> None:
    hosts = re.compile(rb"py[p]i\.org|py[t]honhosted|registry\.n[p]mjs|deb\.debi[a]n")
    found = [str(p) for p in tracked() if p.is_file() and hosts.search(p.read_bytes())]
    assert not found


def test_no_generated_noise() -> None:
    noise = re.compile(r"(^|/)(uv\.lock|pylock\.toml|__pycache__|.*\.(pyc|keras|h5|npz\.tmp))$")
    files = tracked()
    assert not [p for p in files if noise.search(str(p.relative_to(ROOT)))]
    large = {
        str(p): p.stat().st_size for p in files if p.is_file() and p.stat().st_size > 1_500_000
    }
    assert not large


def test_names_of_spacks_package_are_free() -> None:
    """But for ``__main__.py``: ``python -m archspec`` is what people try."""
    for name in ("cli.py", "cli", "cpu", "json", "vendor"):
        assert not (ROOT / "archspec" / name).exists(), name


def test_readme_and_ci_run_the_same_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert command in readme
