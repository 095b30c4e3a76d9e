"""What is a user's is never lost: outputs that are refused, runs that give way, kills, full disks."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archspec.files.folders import MARK, check_folder, files_in, open_folder
from archspec.files.writing import WriteError
from tests.conftest import ROOT, Run
from tests.forked import Forked, ForkServer
from tests.training_data import MNIST, write_recipe


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder and what is in it."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.is_symlink()
    }


def quick(folder: Path, **changes: object) -> Path:
    """A recipe that trains in no time."""
    return write_recipe(folder / "recipe.yaml", **{"epochs": 1, **changes})


def wait_for(running: "subprocess.Popen[str] | Forked", word: str) -> None:
    assert running.stdout is not None
    for line in running.stdout:
        if word in line:
            return
    raise AssertionError(f"it never said {word!r}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a project in it: photos, notes, a recipe, its network and its data."""
    project = tmp_path / "home" / "project"
    (project / "photos").mkdir(parents=True)
    (project / "photos" / "cat.jpg").write_bytes(b"a cat")
    (project / "notes.txt").write_text("years of work")
    (project / "net.yaml").write_text("archspec: 1\ninput: [8]\nlayers: [{Dense: 4}]\n")
    (project / "kept").mkdir()
    (project / "kept" / "digits.npz").write_bytes(MNIST.read_bytes())
    (project / "nets").mkdir()
    write_recipe(project / "nets" / "recipe.yaml", data={"mnist": {"path": "../kept/digits.npz"}})
    (project / "recipes").mkdir()
    recipe = (project / "nets" / "recipe.yaml").read_text().replace("net.yaml", "../nets/net.yaml")
    (project / "recipes" / "recipe.yaml").write_text(recipe.replace("../kept", "../kept"))
    (project / "nets" / "recipe.yaml").unlink()
    (project / "tf").mkdir()
    (project / "tf" / "saved_model.pb").write_bytes(b"somebody's model")
    return tmp_path / "home"


PLACES = ["", " ", ".", "./", "..", "../..", "/", "~", "photos", "notes.txt", "photos/..", "link"]
PLACES += ["recipes", "nets", "kept", "kept/digits.npz", "tf", "./recipes/../nets"]


@pytest.mark.parametrize("option", [None, "--force", "--resume"])
def test_where_no_run_is_written(
    home: Path, option: str | None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = home / "project"
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(home))
    (project / "link").symlink_to(project / "photos")
    before = contents(home)
    for place in PLACES:
        output = str(home) if place == "~" else place
        more = [option] if option else []
        done = run("train", "recipes/recipe.yaml", "-o", output, *more)
        assert done.status == 2, (place, done)
        assert "error[AS50" in done.err
        assert done.out == ""
    assert contents(home) == before
    assert sorted(p.name for p in project.iterdir())[-1] == "tf"


def test_where_no_model_is_written(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    project = home / "project"
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(home))
    (project / "link").symlink_to(project / "photos")
    (project / "spec.json").write_text('{"archspec": 1, "input": [8], "layers": [{"Dense": 4}]}')
    before = contents(home)
    for place in [*PLACES, "net.yaml", "spec.json", "photos/cat.jpg"]:
        if place in ("notes.txt", "kept/digits.npz"):
            continue  # an ending that is not known, or a file that --force replaces
        for force in ([], ["--force"]):
            output = str(home) if place == "~" else place
            spec = "spec.json" if place == "spec.json" else "net.yaml"
            done = run("compile", spec, "-o", output, *force)
            assert done.status == 2, (place, done)
    assert contents(home) == before


def test_a_run_gives_way_when_the_new_one_is_done(tmp_path: Path, run: Run) -> None:
    recipe, output = quick(tmp_path), tmp_path / "run"
    assert run("train", str(recipe), "-o", str(output)).status == 0
    (output / "notes.txt").write_text("mine")
    (output / "photos").mkdir()
    (output / "photos" / "cat.jpg").write_bytes(b"a cat")
    changed = (output / "recipe.yaml").read_text() + "# mine\n"
    (output / "recipe.yaml").write_text(changed)
    (output / "curves.png").unlink()
    before = contents(output)

    broken = shutil.copy(MNIST, tmp_path / "broken.npz")
    Path(broken).write_bytes(MNIST.read_bytes()[:20_000])
    failed = run("train", str(recipe), "-o", str(output), "--force", "--data", str(broken))
    assert failed.status == 1, failed
    assert contents(output) == before, "the old run stays until there is a new one"
    assert not (tmp_path / ".run.new").exists()

    link = tmp_path / "link"
    link.symlink_to(output)
    done = run("train", str(recipe), "-o", str(link), "--force", "--set", "batch_size=50")
    assert done.status == 0, done
    after = contents(output)
    assert link.is_symlink()
    assert after["notes.txt"] == b"mine"
    assert after["photos/cat.jpg"] == b"a cat"
    assert after["recipe.yaml.kept1"] == changed.encode()
    assert b"batch_size: 50" in after["recipe.yaml"]
    assert after["model.keras"] != before["model.keras"]
    assert "curves.png" in after
    assert not (tmp_path / ".run.new").exists()
    assert run("evaluate", str(output)).status == 0

    # A run may go on from the recipe that lies in it, but no other may take its place from there.
    own = str(output / "recipe.yaml")
    assert run("train", own, "-o", str(output), "--resume", "--epochs", "2").status == 0
    assert run("train", own, "-o", str(output), "--force").status == 2


def test_killed_while_it_replaces(tmp_path: Path, run: Run, forks: ForkServer) -> None:
    """Killed in a run that should replace another: the old one is whole, the new one goes on."""
    recipe, output = quick(tmp_path, epochs=3), tmp_path / "run"
    assert run("train", str(recipe), "-o", str(output), "--epochs", "1").status == 0
    before = contents(output)
    running = forks.start("train", str(recipe), "-o", str(output), "--force", cwd=tmp_path)
    wait_for(running, "Epoch 3/3")
    beside = run("train", str(recipe), "-o", str(output), "--resume")
    assert beside.status == 2, "the other one still runs"
    assert "another archspec is writing" in beside.err
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert contents(output) == before
    done = run("train", str(recipe), "-o", str(output), "--resume")
    assert done.status == 0
    assert "going on after epoch 2" in done.out
    assert len((output / "history.csv").read_text().splitlines()) == 4
    assert not (tmp_path / ".run.new").exists()


def test_the_swap_can_be_broken_off_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever call to the system is the last one, nothing of the user's is lost, and it ends well."""

    class Killed(BaseException):
        pass

    calls = ("replace", "unlink", "rename", "rmdir", "write", "makedirs")
    for last in range(40):
        old, new = tmp_path / f"old{last}", tmp_path / f"new{last}"
        for path, names in ((old, ("a", "b", "sub/c")), (new, ("b", "sub/d", "e"))):
            made = open_folder(str(path), "run", str(path))
            (path / "sub").mkdir()
            for name in names:
                made.write(name, f"{path.name} {name}")
            made.close()
        (old / "mine").write_text("mine")
        (old / "b").write_text("changed")
        left = [last]

        def counted(call: Callable[..., object], left: list[int] = left) -> Callable[..., object]:
            def wrapped(*arguments: object, **more: object) -> object:
                if left[0] == 0:
                    raise Killed
                left[0] -= 1
                return call(*arguments, **more)

            return wrapped

        folders = open_folder(str(new), "run", ""), open_folder(str(old), "run", "")
        with monkeypatch.context() as patched:
            for name in calls:
                patched.setattr(os, name, counted(getattr(os, name)))
            try:
                folders[0].become(folders[1])
                ended = True
            except Killed:
                ended = False
        for folder in folders:
            folder.close()
        assert "mine" in {p.read_text() for p in old.iterdir() if p.is_file()}
        assert "changed" in {p.read_text() for p in old.iterdir() if p.is_file()}
        if not ended and new.exists() and (new / MARK).exists():
            again, final = open_folder(str(new), "run", ""), open_folder(str(old), "run", "")
            again.become(final)
            final.close()
        found = {n: (old / n).read_text() for n in files_in(str(old)) if n != MARK}
        wanted = {n: f"{new.name} {n}" for n in ("b", "sub/d", "e")}
        assert found == {**wanted, "mine": "mine", "b.kept1": "changed"}, last
        if ended and left[0]:
            break
    assert ended, "the last rounds came through"


def test_marks_are_not_trusted(tmp_path: Path) -> None:
    """A mark that was edited leads to nothing outside its folder."""
    folder, outside = tmp_path / "run", tmp_path / "photo.jpg"
    outside.write_text("mine")
    made = open_folder(str(folder), "run", "")
    made.write("a", "a")
    made.close()
    (folder / "link").symlink_to(tmp_path)
    with open(folder / MARK, "a") as mark:
        for name in ("../photo.jpg", str(outside), "link/photo.jpg", "", "x\0y", 3, None):
            mark.write(json.dumps({"file": name, "sha256": None}) + "\n")
        mark.write("[" * 100_000 + '\n{"file": "a", "sha256"')
    again = open_folder(str(folder), "run", "")
    again.clear()
    assert outside.read_text() == "mine"
    assert not (folder / "a").exists()
    (folder / MARK).write_text("nonsense")
    with pytest.raises(WriteError, match="something else"):
        open_folder(str(folder), "run", "")


def test_folders_of_models(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    project = home / "project"
    monkeypatch.chdir(project)
    assert run("compile", "net.yaml", "-o", "saved").status == 0
    assert run("compile", "net.yaml", "-o", "saved").status == 2
    (project / "saved" / "notes.txt").write_text("mine")
    (project / "saved" / "assets" / "mine.txt").write_text("mine too")
    before = contents(project)
    done = run("compile", "net.yaml", "-o", "saved", "--force")
    assert done.status == 0, done
    after = contents(project)
    assert sorted(after) == sorted(before)
    assert after["saved/notes.txt"] == b"mine"
    assert after["saved/assets/mine.txt"] == b"mine too"
    assert run("train", "recipes/recipe.yaml", "-o", "saved", "--force").status == 2
    assert sorted(contents(project)) == sorted(before), "a run does not replace a model"


def test_two_at_once(tmp_path: Path, forks: ForkServer) -> None:
    """Two trainings into one folder: one of them is refused, the other one ends."""
    recipe = quick(tmp_path)
    both = [forks.start("train", str(recipe), "-o", "run", cwd=tmp_path) for _ in range(2)]
    told = [running.stdout.read() for running in both]
    assert sorted(running.wait() for running in both) == [0, 2], told
    assert any("another archspec is writing" in t or "finished run" in t for t in told)
    assert len((tmp_path / "run" / "history.csv").read_text().splitlines()) == 2


def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C: status 130, how to go on, no leftovers; what had been trained is not lost."""
    recipe, scratch = quick(tmp_path, epochs=500), tmp_path / "scratch"
    scratch.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-m", "archspec", "train", str(recipe), "-o", "run"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)},
    )
    wait_for(running, "Epoch 3/500")
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "--resume -o run goes on" in err
    assert err.rstrip().endswith("interrupted")
    assert "Traceback" not in err
    assert not list(scratch.iterdir())
    assert [p.name for p in (tmp_path / "run").iterdir() if ".tmp" in p.name] == []
    rows = (tmp_path / "run" / "history.csv").read_text().splitlines()
    assert len(rows) >= 3


def test_diverged(tmp_path: Path, run: Run) -> None:
    """A loss that is no number is no success: no model, status 1, and the old run stays."""
    output = tmp_path / "run"
    assert run("train", str(quick(tmp_path)), "-o", str(output)).status == 0
    before = contents(output)
    recipe = quick(tmp_path, optimizer={"SGD": {"learning_rate": 1e30}}, epochs=3)
    for place, more in ((output, ["--force"]), (tmp_path / "new", [])):
        done = run("train", str(recipe), "-o", str(place), *more)
        assert done.status == 1, done
        assert "AS611" in done.err
    assert contents(output) == before
    assert not (tmp_path / "new" / "model.keras").exists()


def test_a_full_disk(tmp_path: Path, forks: ForkServer) -> None:
    """Commands that can write files of 5,000 bytes only."""
    quick(tmp_path, epochs=2)
    (tmp_path / "net2.yaml").write_text(
        "archspec: 1\ninput: [200]\nlayers: [{Dense: 200}, {Dense: 200}]\n"
    )
    lines = [
        "train recipe.yaml -o run",
        "compile net2.yaml -o net.keras",
        "compile net2.yaml -o net.weights.h5",
        "compile net2.yaml -o saved",
        "render net2.yaml -o net.png",
    ]
    for line in lines:
        status, told = forks.run(*line.split(), cwd=tmp_path, largest=5_000)
        assert status == 2, (line, told)
        assert "AS503" in told
        assert "bug" not in told
    left = {p.name for p in tmp_path.iterdir()}
    assert left == {"recipe.yaml", "net.yaml", "net2.yaml"}


def test_places_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home" / "me"))
    assert check_folder("runs/new") == str(tmp_path / "runs" / "new")
    for place in ("home", "home/me", ".", "..", "/", "", "\t", "a\0b"):
        with pytest.raises(WriteError):
            check_folder(place)
    (tmp_path / "empty").mkdir()
    assert check_folder("empty/")
    started = time.monotonic()
    first = open_folder(check_folder("empty"), "run", "empty")
    with pytest.raises(WriteError, match="another archspec"):
        open_folder(check_folder("empty"), "run", "empty")
    assert time.monotonic() - started < 5, "it does not wait"
    first.clear()
    assert (tmp_path / "empty").is_dir(), "it was there before"


def test_random_outputs(full: bool) -> None:
    """Some of the commands of tests/outputs_run.py, which ``--count 1000`` runs in full."""
    script, count = str(ROOT / "tests" / "outputs_run.py"), "1000" if full else "12"
    command = [sys.executable, script, "--count", count, "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout
