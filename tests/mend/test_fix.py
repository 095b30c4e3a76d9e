"""``check --fix`` and ``--diff``: what is written, what is said, and what is left alone."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.diagnostics.report import FORMATS
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source, with_newlines
from archspec.files.shipped import shipped_specs
from archspec.mend.trying import rechecks
from archspec.pipeline import shape_document
from tests.conftest import ROOT, Run, RunProcess, examples

WRONG = """\
archspec: 1   # the version
input: [28, 28, 1]
layers:
  - Conv2D: {filters: 6, kernal_size: 3}   # größe
  - Flaten
  - Dense: {units: 10, activaton: softmax}
"""
RIGHT = WRONG.replace("kernal", "kernel").replace("Flaten", "Flatten").replace("vaton", "vation")


def lines(end: str, text: str = WRONG) -> bytes:
    return text.replace("\n", end).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_bytes_stay(end: str, mark: bytes, last: bool, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    before, after = (mark + lines(end, text) for text in (WRONG, RIGHT))
    if not last:
        before, after = (text.removesuffix(end.encode()) for text in (before, after))
    path.write_bytes(before)
    path.chmod(0o640)
    outcome = run("check", "--fix", str(path))
    assert path.read_bytes() == after
    assert path.stat().st_mode & 0o777 == 0o640
    assert outcome.status == 0
    assert os.listdir(tmp_path) == ["net.yaml"]
    assert outcome.out.startswith(
        f"fixed 3: {path}\n"
        "  line 4: AS202 Conv2D has no argument `kernal_size`: did you mean `kernel_size`?\n"
        "  line 5: AS201 there is no layer `Flaten`: did you mean `Flatten`?\n"
    )
    assert run("check", "--fix", str(path)).out.startswith("ok ")
    assert run("check", "--fix", "-", input=before).out.encode() == after


def test_json(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text('{"archspec": 1, "input": [8],\n "layers": [{"Denes": {"unitts": 3}}]}')
    assert run("check", "--fix", str(path)).status == 0
    assert path.read_text() == (
        '{"archspec": 1, "input": [8],\n "layers": [{"Dense": {"units": 3}}]}'
    )


def test_difference(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes(lines("\n"))
    outcome = run("check", "--diff", str(path))
    assert outcome.status == 1
    assert outcome.out == (
        f"--- {path}\n+++ {path}\n@@ -1,6 +1,6 @@\n archspec: 1   # the version\n"
        " input: [28, 28, 1]\n layers:\n"
        "-  - Conv2D: {filters: 6, kernal_size: 3}   # größe\n-  - Flaten\n"
        "-  - Dense: {units: 10, activaton: softmax}\n"
        "+  - Conv2D: {filters: 6, kernel_size: 3}   # größe\n+  - Flatten\n"
        "+  - Dense: {units: 10, activation: softmax}\n"
    )
    assert "would fix 3" in outcome.err
    assert path.read_bytes() == lines("\n")
    path.write_bytes(lines("\n", RIGHT))
    assert run("check", "--diff", str(path))[:2] == (0, "")
    path.write_bytes(lines("\n", RIGHT).replace(b"units: 10", b"units: ten!"))
    assert run("check", "--diff", str(path))[:2] == (1, "")


def test_what_is_left_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes(lines("\n").replace(b"10, activaton", b"-10, activation"))
    outcome = run("check", "--fix", "--format", "json", str(path))
    (left,) = json.loads(outcome.out)
    assert (left["code"], left["line"], outcome.status) == ("AS204", 6, 1)
    assert outcome.err.startswith(f"fixed 2: {path}\n")


def test_a_mistake_behind_another_one(run: Run, tmp_path: Path) -> None:
    """What a fix brings to light must be mended too, or nothing is changed."""
    path = tmp_path / "net.yaml"
    for units, status in ((3, 0), ("zz!", 1)):
        text = WRONG.replace("Dense: {units: 10", f"Denes: {{unitts: {units}")
        path.write_text(text)
        assert run("check", "--fix", str(path)).status == status
        assert ("Flatten" in path.read_text()) is True
        assert ("Dense: {units: 3" in path.read_text()) is (status == 0)
        assert ("Denes: {unitts: zz!" in path.read_text()) is (status == 1)


def test_standard_input(run: Run) -> None:
    sound = run("check", "--fix", "-", input=RIGHT)
    assert (sound.status, sound.out) == (0, RIGHT)
    assert sound.err.startswith("ok -")
    both = run("check", "--fix", "--format", "concise", "-", input=WRONG + "  - ReLU: {zzz: 1}\n")
    assert both.status == 1
    assert both.out == RIGHT + "  - ReLU: {zzz: 1}\n"
    assert "<stdin>:7:" in both.err
    binary = run("check", "--fix", "-", input=b"a\0b")
    assert (binary.status, binary.out) == (2, "a\0b")
    assert run("check", "--diff", "-", input=WRONG).out.startswith("--- <stdin>\n+++ <stdin>\n")


def test_folders(run: Run, tmp_path: Path) -> None:
    """What `check` passes over in a folder is left alone; what is named is not."""
    for name in ("a.yaml", "b/c.yml", ".d.yaml", ".git/e.yaml", "other.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("- Flaten\n" if name == "other.yaml" else WRONG)
    run("check", "--fix", str(tmp_path))
    fixed = [p.name for p in tmp_path.rglob("*") if p.is_file() and p.read_text() == RIGHT]
    assert sorted(fixed) == ["a.yaml", "c.yml"]
    run("check", "--fix", str(tmp_path / ".d.yaml"))
    assert (tmp_path / ".d.yaml").read_text() == RIGHT


def test_files_that_others_use_stay(run: Run, tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(WRONG)
    (tmp_path / "net.yaml").write_text("archspec: 1\nextends: base.yaml\ntitlee: net\n")
    outcome = run("check", "--fix", str(tmp_path / "net.yaml"))
    assert outcome.status == 1
    assert (tmp_path / "base.yaml").read_text() == WRONG
    assert "did you mean `Flatten`?" in outcome.out
    assert run("check", "--fix", str(tmp_path)).status == 0
    assert (tmp_path / "base.yaml").read_text() == RIGHT
    assert (tmp_path / "net.yaml").read_text() == "archspec: 1\nextends: base.yaml\ntitle: net\n"


def test_links(run: Run, tmp_path: Path) -> None:
    inside, outside = tmp_path / "nets", tmp_path / "elsewhere"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "real.yaml").write_text(WRONG)
    (inside / "link.yaml").symlink_to("real.yaml")
    (inside / "out.yaml").symlink_to(outside / "real.yaml")
    assert run("check", "--fix", str(inside / "link.yaml")).status == 0
    assert (inside / "link.yaml").is_symlink()
    assert (inside / "real.yaml").read_text() == RIGHT
    assert run("check", "--fix", str(inside / "out.yaml")).status == 1
    assert (outside / "real.yaml").read_text() == WRONG
    run("check", "--fix", "--root", str(outside), str(inside / "out.yaml"))
    assert (outside / "real.yaml").read_text() == RIGHT


@pytest.mark.parametrize("format", FORMATS)
def test_read_only(format: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(WRONG)
    path.chmod(0o444)
    outcome = run("check", "--fix", "--format", format, str(path))
    assert outcome.status == 2
    assert "this file is read-only: it is not changed" in outcome.out
    assert "Flaten" in outcome.out
    assert path.read_text() == WRONG


def test_a_file_that_changes_meanwhile(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archspec.commands import _mended_file
    from archspec.mend import applying

    path = tmp_path / "net.yaml"
    path.write_text(WRONG)
    mend = applying.mend

    def slow(*arguments: Any, **options: Any) -> applying.Mended:
        path.write_bytes(b"mine \xff")
        return mend(*arguments, **options)

    monkeypatch.setattr(_mended_file, "mend", slow)
    outcome = run("check", "--fix", str(path))
    assert outcome.status == 2
    assert "has changed meanwhile" in outcome.out
    assert path.read_bytes() == b"mine \xff"
    assert os.listdir(tmp_path) == ["net.yaml"]


def test_as_a_process(run_process: RunProcess, tmp_path: Path) -> None:
    before, after = (b"\xef\xbb\xbf" + lines("\r\n", text)[:-2] for text in (WRONG, RIGHT))
    given = subprocess.run(
        [sys.executable, "-m", "archspec", "check", "--fix", "-"],
        input=before,
        capture_output=True,
        cwd=ROOT,
    )
    assert (given.returncode, given.stdout) == (0, after)
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_bytes(before)
    (tmp_path / "b.yaml").chmod(0o444)
    done = run_process("check", "--fix", "a.yaml", "b.yaml", cwd=tmp_path)
    assert done.status == 2
    assert (tmp_path / "a.yaml").read_bytes() == after
    assert (tmp_path / "b.yaml").read_bytes() == before
    assert "b.yaml" in done.out
    assert "read-only" in done.out


def test_damaged_specs() -> None:
    """Whatever is wrong: nothing breaks, nothing is worse, and a second time changes nothing."""
    rng = random.Random(9)
    check = rechecks(Sink(), shape_document)
    texts = [Path(p).read_text("utf-8") for p in shipped_specs().values()]
    texts = [t for t in texts if len(t) < 1500 and "extends" not in t and "use:" not in t]
    changed = 0
    for number in range(examples(30)):
        text = rng.choice(texts)
        for _ in range(rng.choice((1, 2, 3))):
            at = rng.randrange(len(text))
            new = rng.choice(["", *" :,{}[]-#'\"&*!|>%@`\t\na0=\r\u2028"])
            text = text[:at] + new + text[at + (rng.random() < 0.7) :]
        fixed = archspec.fix(text, unsafe=number % 2 == 0)
        if fixed != text:
            changed += 1
            counts = [
                sum(d.severity == "error" for d in check(Source("a.yaml", with_newlines(t))).found)
                for t in (text, fixed)
            ]
            assert counts[1] <= counts[0], text
            assert archspec.fix(fixed) == fixed or number % 2 == 0, text
    assert changed > 5


def test_recipes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(RIGHT)
    recipe = "archspec: 1\nspec: net.yaml\ndata: mnist\nloss: categorical_crossentropy\n{}: Adam\nepochs: 1\n"
    (tmp_path / "recipe.yaml").write_text(recipe.format("optimizr"))
    run("check", "--fix", str(tmp_path / "recipe.yaml"))
    assert (tmp_path / "recipe.yaml").read_text() == recipe.format("optimizer")


def test_unsafe_fixes_alone(run: Run) -> None:
    assert run("check", "--unsafe-fixes", "x.yaml").status == 2


def test_in_python() -> None:
    assert archspec.fix(WRONG) == RIGHT
    assert archspec.fix(WRONG.replace("\n", "\r\n")) == RIGHT.replace("\n", "\r\n")
    for text in ("", "a: [", "\ud800", "mine: 1\r", RIGHT):
        assert archspec.fix(text) == text
    with pytest.raises(TypeError):
        archspec.fix(b"")  # type: ignore[arg-type]
    with pytest.raises(archspec.SpecError) as caught:
        archspec.loads(WRONG)
    assert [len(d.tried) for d in caught.value.diagnostics] == [1, 1, 1]
    assert all(t.certain for d in caught.value.diagnostics for t in d.tried)


def test_reports(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(WRONG)
    found = json.loads(run("check", "--format", "json", str(path)).out)
    assert found[1]["fixes"] == [
        {
            "message": "did you mean `Flatten`?",
            "certain": True,
            "edits": [{"line": 5, "column": 5, "end_line": 5, "end_column": 11, "text": "Flatten"}],
        }
    ]
    assert Path(found[1]["page"]).read_text(encoding="utf-8").startswith("# AS201")
    log = json.loads(run("check", "--format", "sarif", str(path)).out)
    (fix,) = log["runs"][0]["results"][1]["fixes"]
    assert fix["description"]["text"] == "did you mean `Flatten`?"
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"].endswith("net.yaml")
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 5, "startColumn": 5, "endLine": 5, "endColumn": 11},
            "insertedContent": {"text": "Flatten"},
        }
    ]
    rules = {rule["id"]: rule for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert rules["AS201"]["help"]["markdown"].startswith("# AS201")
    assert rules["AS201"]["fullDescription"]["text"]
    assert all(rule["helpUri"].startswith("file:///") for rule in rules.values())
    assert "`archspec check --fix` mends them" in run("check", str(path)).out
    assert "(did you mean `Flatten`?)" in run("check", "--format", "concise", str(path)).out
