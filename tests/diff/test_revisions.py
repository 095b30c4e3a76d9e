"""Specs at revisions of Git: read, never checked out, and nothing of the repository is run."""

import os
import subprocess
from pathlib import Path

import pytest

from archspec.files.revisions import Revision, RevisionError, split_revision
from tests.conftest import Run

BASE = "archspec: 1\nparams: {n: 4}\ninput: [8]\nlayers:\n  - Dense: {units: n}\n"
NET = "archspec: 1\nname: net\nextends: ../base.yaml\nparams: {n: 5}\n"


def _git(*arguments: str) -> None:
    given = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    subprocess.run(given, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two commits: `base.yaml`, which `specs/net.yaml` extends, has ReLU since the second one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    _git("init", "-q")
    Path("specs").mkdir()
    Path("base.yaml").write_text(BASE)
    Path("specs/net.yaml").write_text(NET)
    _git("add", ".")
    _git("commit", "-qm", "one")
    Path("base.yaml").write_text(BASE + "  - ReLU\n")
    _git("commit", "-qam", "two")
    return tmp_path


def test_files_that_it_uses_are_of_the_same_revision(repository: Path, run: Run) -> None:
    Path("base.yaml").write_text(BASE + "  - ReLU\n  - Softmax\n")
    Path("specs/net.yaml").write_text(NET.replace("n: 5", "n: 6"))
    outcome = run("diff", "HEAD~1:specs/net.yaml", "HEAD:specs/net.yaml")
    assert outcome.status == 1
    assert outcome.out.splitlines()[:2] == [
        "net (HEAD~1) → net (HEAD): 45 params as before, 40 MACs",
        "  + re_lu  ReLU",
    ]
    outcome = run("diff", "specs/net.yaml")
    assert outcome.status == 1
    assert [line[:11] for line in outcome.out.splitlines()[1:3]] == ["  ~ dense  ", "  + softmax"]
    os.chdir("specs")
    for first in ("HEAD:./net.yaml", "HEAD:specs/net.yaml", ":./net.yaml"):
        again = run("diff", first, "net.yaml")
        assert (again.status, again.out.splitlines()[1:]) == (1, outcome.out.splitlines()[1:]), (
            first
        )
    assert run("diff", str(repository / "specs" / "net.yaml")).out == outcome.out


def test_values(repository: Path, run: Run) -> None:
    outcome = run("diff", "HEAD:base.yaml", "base.yaml", "--set", "n=7", "--set-b", "n=8")
    assert "base (n=7, HEAD) → base (n=8)" in outcome.out
    assert "units 7 → 8" in outcome.out


def test_a_file_whose_name_has_a_colon(repository: Path, run: Run) -> None:
    Path("HEAD:base.yaml").write_text(BASE)
    outcome = run("diff", "HEAD:base.yaml", "base.yaml")
    assert "- re_lu" not in outcome.out
    assert "+ re_lu" in outcome.out
    assert split_revision("HEAD:base.yaml") is None
    assert split_revision("C:\\base.yaml") is None
    assert split_revision("base.yaml") is None
    assert split_revision("a:b.yaml") == ("a", "b.yaml")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("HEAD:net.yaml", "does not exist in 'HEAD'"),
        ("nowhere:base.yaml", "invalid object name 'nowhere'"),
        ("--help:base.yaml", "No such option"),
        ("HEAD:../base.yaml", "Git says"),
        ("HEAD:specs", "Git says"),
        ("HEAD:specs/../../base.yaml", "outside of the repository"),
    ],
)
def test_refused(repository: Path, run: Run, given: str, said: str) -> None:
    outcome = run("diff", given, "base.yaml")
    assert outcome.status == 2
    assert said in outcome.err


def test_no_revision_begins_like_an_option(repository: Path) -> None:
    with pytest.raises(RevisionError, match="cannot be a revision"):
        Revision("--textconv").read("--textconv:base.yaml", 100)


def test_without_git(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository / "nowhere"))
    outcome = run("diff", "base.yaml")
    assert outcome.status == 2
    assert "there is no program `git`" in outcome.err


def test_no_program_of_the_repository_is_run(repository: Path, run: Run) -> None:
    _git("config", "diff.evil.textconv", "touch evil; cat")
    _git("config", "filter.evil.smudge", "touch evil; cat")
    _git("config", "core.fsmonitor", "touch evil")
    Path(".gitattributes").write_text("*.yaml diff=evil filter=evil\n")
    assert run("diff", "base.yaml").status == 0
    assert run("diff", "HEAD~1:base.yaml", "base.yaml").status == 1
    assert not Path("evil").exists()


def test_text_of_files_elsewhere_is_not_quoted(repository: Path, run: Run) -> None:
    Path("base.yaml").write_text("secret: word\n")
    _git("commit", "-qam", "three")
    outcome = run("diff", "HEAD:specs/net.yaml", "specs/net.yaml")
    assert outcome.status == 1
    assert "secret" not in outcome.err
    assert "HEAD:specs/net.yaml:3" in outcome.err
    told = run("diff", "HEAD:specs/net.yaml", "specs/net.yaml", "--root", ".")
    assert "secret" in told.err


def test_a_file_that_is_too_large(repository: Path, run: Run) -> None:
    Path("base.yaml").write_text(BASE + "#" * (17 * 2**20))
    _git("commit", "-qam", "large")
    outcome = run("diff", "HEAD:base.yaml", "specs/net.yaml")
    assert outcome.status == 2
    assert "AS004" in outcome.err
