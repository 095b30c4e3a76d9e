"""The folder that a page shows: what is listed, opened and saved, and that nothing else is touched."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archspec.live.desk import Desk
from archspec.live.listing import Listing
from tests.conftest import ROOT, examples
from tests.live.questions import RECIPE, TEXT, strange

SECRET = "tell_nobody"
OTHER = (
    f"archspec: 1\nname: other\ninput: [4]\nparams: {{{SECRET}: 3}}\nlayers:\n  - Dens: {SECRET}\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with specs, and one beside it with what is nobody's business."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "below" / "deep", root / ".git", outside / "data" / "train"):
        folder.mkdir(parents=True)
    (root / "net.yaml").write_text(TEXT)
    (root / "below" / "deep" / "net.yml").write_text(TEXT)
    (root / ".git" / "net.yaml").write_text(OTHER)
    (root / ".hidden.yaml").write_text(OTHER)
    (root / "net.py").write_text("print()")
    (outside / "other.yaml").write_text(OTHER)
    (outside / "sound.yaml").write_text(TEXT)
    (root / "file_out.yaml").symlink_to(outside / "other.yaml")
    (root / "folder_out").symlink_to(outside)
    (root / "to_hidden.yaml").symlink_to(root / ".git" / "net.yaml")
    (root / "link.yaml").symlink_to("net.yaml")
    (root / "dangling.yaml").symlink_to("nothing.yaml")
    (root / "dangling_out.yaml").symlink_to(outside / "nothing.yaml")
    os.mkfifo(root / "pipe.yaml")
    (root / "folder.yaml").mkdir()
    return root


@pytest.fixture
def desk(root: Path) -> Desk:
    return Desk(str(root))


@pytest.fixture(autouse=True)
def outside_stays(tmp_path: Path) -> Iterator[None]:
    """Nothing is written outside of the folder."""
    yield
    outside = tmp_path / "outside"
    if outside.exists():
        found = sorted(path.name for path in outside.rglob("*"))
        assert found == ["data", "other.yaml", "sound.yaml", "train"]
        assert (outside / "other.yaml").read_text() == OTHER
        assert (outside / "sound.yaml").read_text() == TEXT


def ask(desk: Desk, word: str, **more: Any) -> Any:
    return desk.ask({"ask": word, **more})


def test_hello(desk: Desk) -> None:
    told = ask(desk, "hello")
    assert (told["folder"], told["file"], told["can"]) == ("root", None, {"save": True})
    assert {"svg", "py", "csv"} <= set(told["formats"])
    titles = {each["name"]: each["title"] for each in told["shipped"]}
    assert titles["alexnet"].startswith("AlexNet")
    assert all(titles.values())
    assert ask(Desk(desk.root, "net.yaml", saves=False), "hello")["can"] == {"save": False}


def test_specs_are_listed_and_nothing_else(desk: Desk, root: Path) -> None:
    (root / "compose.yaml").write_text("services:\n  web: {image: x}\n")
    (root / "package.json").write_text('{"name": "x", "version": "1"}')
    (root / "spec.json").write_text('{"archspec": 1, "layers": []}')
    (root / "empty.yaml").write_text("\n")
    (root / "broken.yaml").write_text("archspec: 1\nlayers: [\n")
    (root / "recipe.yaml").write_text(RECIPE)
    for foreign in ("node_modules", "env"):
        (root / foreign).mkdir()
        (root / foreign / "net.yaml").write_text(TEXT)
    (root / "env" / "pyvenv.cfg").write_text("")
    ours = ["broken.yaml", "empty.yaml", "link.yaml", "net.yaml", "recipe.yaml", "spec.json"]
    assert ask(desk, "files")["files"] == [*ours, "below/deep/net.yml"]


def test_a_large_folder_is_listed_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archspec.live.listing._MOST_ENTRIES", 50)
    monkeypatch.setattr("archspec.live.listing._MOST_FILES", 20)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "z.yaml").write_text(TEXT)
    for number in range(30):
        (tmp_path / "a" / f"{number:02}.yaml").write_text(TEXT)
    found = Listing(str(tmp_path), bool).files()
    assert len(found) == 20
    assert found[0] == "z.yaml"
    for number in range(60):
        (tmp_path / f"{number}.txt").write_text("")
    assert Listing(str(tmp_path), bool).files() == []


def test_a_search_is_not_repeated_at_once(desk: Desk, root: Path) -> None:
    before = ask(desk, "files")
    (root / "more.yaml").write_text(TEXT)
    assert ask(desk, "files") == before
    assert not ask(desk, "state", mark=before["mark"])["files"]
    assert "stamp" in ask(desk, "save", file="saved.yaml", text=TEXT, stamp=None)
    assert ask(desk, "state", mark=before["mark"])["files"]
    after = ask(desk, "files")
    assert set(after["files"]) - set(before["files"]) == {"more.yaml", "saved.yaml"}
    assert not ask(desk, "state")["files"]


def test_a_file_is_opened_changed_and_saved(desk: Desk, root: Path) -> None:
    opened = ask(desk, "open", file="below/deep/net.yml")
    assert opened["text"] == TEXT
    changed = TEXT.replace("8, 8", "9, 9")
    saved = ask(desk, "save", file="below/deep/net.yml", text=changed, stamp=opened["stamp"])
    assert (root / "below" / "deep" / "net.yml").read_text() == changed
    assert ask(desk, "open", file="below/deep/net.yml")["stamp"] == saved["stamp"]
    # A second page has the stamp from before: it is told, and nothing is lost.
    again = ask(desk, "save", file="below/deep/net.yml", text="mine", stamp=opened["stamp"])
    assert again == {"conflict": {"text": changed, "stamp": saved["stamp"]}}
    assert (root / "below" / "deep" / "net.yml").read_text() == changed
    asked = {"file": "below/deep/net.yml", "text": "mine", "stamp": opened["stamp"]}
    assert "stamp" in ask(desk, "save", **asked, force=True)
    assert (root / "below" / "deep" / "net.yml").read_text() == "mine"


def test_a_new_file_takes_no_place(desk: Desk, root: Path) -> None:
    told = ask(desk, "save", file="net.yaml", text="mine", stamp=None)
    assert told["conflict"]["text"] == TEXT
    assert (root / "net.yaml").read_text() == TEXT


def test_a_file_that_comes_while_another_is_saved_is_kept(
    desk: Desk, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archspec.live import folder

    def encoded(text: str, there: bytes | None, file: str) -> bytes:
        (root / "new.yaml").write_text("theirs")
        return text.encode()

    monkeypatch.setattr(folder, "_encoded", encoded)
    told = ask(desk, "save", file="new.yaml", text="mine", stamp=None)
    assert "exists already" in told["error"]
    assert (root / "new.yaml").read_text() == "theirs"


def test_a_file_that_is_gone_is_not_made_again_unasked(desk: Desk, root: Path) -> None:
    stamp = ask(desk, "open", file="net.yaml")["stamp"]
    (root / "net.yaml").unlink()
    gone = {"conflict": {"text": None, "stamp": None}}
    assert ask(desk, "save", file="net.yaml", text="mine", stamp=stamp) == gone
    assert not (root / "net.yaml").exists()
    assert "stamp" in ask(desk, "save", file="net.yaml", text="mine", stamp=stamp, force=True)
    assert (root / "net.yaml").read_text() == "mine"


def test_force_is_true_and_nothing_like_it(desk: Desk, root: Path) -> None:
    for force in (1, "true", [1], None):
        told = ask(desk, "save", file="net.yaml", text="mine", stamp="0", force=force)
        assert "conflict" in told
    assert (root / "net.yaml").read_text() == TEXT


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_file_keeps_its_ends_of_lines(desk: Desk, root: Path, mark: bytes, end: bytes) -> None:
    path = root / "net.yaml"
    path.write_bytes(mark + TEXT.encode().replace(b"\n", end))
    opened = ask(desk, "open", file="net.yaml")
    assert opened["text"] == TEXT
    saved = ask(desk, "save", **{**opened, "text": TEXT + "# é\n"})
    assert path.read_bytes() == mark + TEXT.encode().replace(b"\n", end) + "# é".encode() + end
    assert ask(desk, "save", file="net.yaml", text=TEXT + "# é\n", stamp=saved["stamp"]) == saved


def test_an_unchanged_file_is_not_written(desk: Desk, root: Path) -> None:
    os.utime(root / "net.yaml", (1, 1))
    opened = ask(desk, "open", file="net.yaml")
    assert ask(desk, "save", **opened)["stamp"] == opened["stamp"]
    assert (root / "net.yaml").stat().st_mtime == 1


def test_rights_stay_and_a_link_stays_a_link(desk: Desk, root: Path) -> None:
    (root / "net.yaml").chmod(0o640)
    opened = ask(desk, "open", file="link.yaml")
    assert "stamp" in ask(desk, "save", **{**opened, "text": "archspec: 1\n"})
    assert (root / "link.yaml").is_symlink()
    assert (root / "net.yaml").read_text() == "archspec: 1\n"
    assert (root / "net.yaml").stat().st_mode & 0o777 == 0o640


def test_state(desk: Desk, root: Path) -> None:
    stamps = {n: ask(desk, "open", file=n)["stamp"] for n in ("net.yaml", "below/deep/net.yml")}
    assert ask(desk, "state", stamps=stamps) | {"files": 0} == {
        "changed": [],
        "gone": [],
        "files": 0,
    }
    (root / "net.yaml").write_text("archspec: 1\n")
    (root / "below" / "deep" / "net.yml").unlink()
    told = ask(desk, "state", stamps={**stamps, "../outside/other.yaml": "0"})
    assert told["changed"] == ["net.yaml"]
    assert told["gone"] == ["below/deep/net.yml", "../outside/other.yaml"]


def test_new(desk: Desk, root: Path) -> None:
    first = ask(desk, "new", **{"from": ""}, name="net")
    assert first["file"] == "net2.yaml"
    assert "name: net2\n" in first["text"]
    second = ask(desk, "new", **{"from": "resnet18"})
    assert (second["file"], "extends" in second["text"]) == ("resnet18.yaml", False)
    for new in (first, second):
        assert not ask(desk, "answer", **new)["diagnostics"]
    assert not (root / "net2.yaml").exists()
    for name, origin in (
        ("a/b", ""),
        ("../x", ""),
        ("x", "nothing"),
        ("x", "recipes/lenet5_mnist"),
    ):
        assert "error" in ask(desk, "new", **{"from": origin}, name=name)


BAD_PATHS = [
    *("../outside/other.yaml", "below/../../outside/other.yaml", "./net.yaml", "below//net.yaml"),
    *("/etc/passwd", "//net.yaml", "net.yaml/", "", "..", "net.yaml\0", "\0.yaml", "\ud800.yaml"),
    *("C:\\net.yaml", "..\\outside\\other.yaml", "\\\\host\\share\\x.yaml", "below\\deep.yaml"),
    *(".hidden.yaml", ".git/net.yaml", "below/.x/net.yaml", ".bashrc", "net.py", "net.yaml.exe"),
    *("file_out.yaml", "folder_out/other.yaml", "folder_out/sound.yaml", "folder_out/new.yaml"),
    *("to_hidden.yaml", "dangling_out.yaml", "a" * 5000 + ".yaml", "\x1b[31m.yaml", "a\nb.yaml"),
    *("%2e%2e/outside/other.yaml", "..%2foutside%2fother.yaml", "．．/outside/other.yaml"),
]


@pytest.mark.parametrize("file", BAD_PATHS)
def test_what_lies_elsewhere_is_not_opened_and_not_saved(desk: Desk, root: Path, file: str) -> None:
    before = sorted(path.name for path in root.iterdir())
    asked: list[dict[str, Any]] = [{"ask": "open"}]
    asked += [
        {"ask": "save", "text": "x", "stamp": s, "force": f} for s in (None, "0") for f in (0, True)
    ]
    for question in asked:
        told = desk.ask({**question, "file": file})
        assert set(told) - {"bad"} <= {"error", "conflict"}, told
        assert SECRET not in str(told)
        if "conflict" in told:  # a file that is in no folder there is
            assert told["conflict"] == {"text": None, "stamp": None}
    assert sorted(path.name for path in root.iterdir()) == before
    assert (root / "net.yaml").read_text() == TEXT
    assert (root / ".hidden.yaml").read_text() == OTHER


def test_what_is_no_file_is_neither_read_nor_written(desk: Desk, root: Path) -> None:
    with socket.socket(socket.AF_UNIX) as there:
        here = os.getcwd()
        os.chdir(root)
        there.bind("socket.yaml")
        os.chdir(here)
    start = time.monotonic()
    for file in ("pipe.yaml", "folder.yaml", "socket.yaml", "dangling.yaml"):
        assert "cannot be read" in ask(desk, "open", file=file)["error"]
        told = ask(desk, "save", file=file, text="x", stamp=None, force=True)
        assert "error" in told, (file, told)
    assert time.monotonic() - start < 1
    assert (root / "folder.yaml").is_dir()
    assert not (root / "nothing.yaml").exists()


def test_folders_are_not_made(desk: Desk, root: Path) -> None:
    told = ask(desk, "save", file="no/such/net.yaml", text=TEXT, stamp=None)
    assert "there is no folder `no/such`" in told["error"]
    assert not (root / "no").exists()


def test_a_folder_that_cannot_be_written_to(desk: Desk, root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (root / "below").chmod(0o500)
    try:
        told = ask(desk, "save", file="below/new.yaml", text=TEXT, stamp=None)
    finally:
        (root / "below").chmod(0o700)
    assert "cannot be written" in told["error"]


def test_what_is_no_text_is_not_opened(desk: Desk, root: Path) -> None:
    for data in (b"\x89PNG\r\n\x1a\n\0\0", "é".encode("latin-1"), TEXT.encode("utf-16")):
        (root / "net.yaml").write_bytes(data)
        assert "error" in ask(desk, "open", file="net.yaml")
        assert "conflict" in ask(desk, "save", file="net.yaml", text=TEXT, stamp=None)
        assert (root / "net.yaml").read_bytes() == data
    told = ask(desk, "save", file="new.yaml", text="name: \ud800", stamp=None)
    assert "broken off" in told["error"]


ELSEWHERE = [
    *("../outside/other.yaml", "{outside}/other.yaml", "folder_out/other.yaml", "file_out.yaml"),
    *("../outside/sound.yaml", "../outside", "{outside}/data", "folder_out/data/train"),
    *("below/../../outside/other.yaml", "../outside/other", "../outside/othr.yaml"),
]


@pytest.mark.parametrize("key", ["extends: {}", "use: {{b: {}}}", "spec: {}"])
def test_a_text_learns_nothing_of_files_elsewhere(root: Path, key: str) -> None:
    """What is said is the same when they are not there any more."""
    outside = root.parent / "outside"
    (root / "below" / "sound.yaml").write_text(TEXT)  # which may be meant by one that is not there
    texts = []
    for path in ELSEWHERE:
        name = path.format(outside=outside)
        more = RECIPE.partition("spec: net.yaml\n")[2] if key.startswith("spec") else ""
        texts.append(f"archspec: 1\n{key.format(name)}\n{more}")
    before = [ask(Desk(str(root)), "answer", file="new.yaml", text=text) for text in texts]
    shutil.rmtree(outside)
    after = [ask(Desk(str(root)), "answer", file="new.yaml", text=text) for text in texts]
    assert before == after
    assert all(each["errors"] for each in before)
    assert SECRET not in str(before)


@pytest.mark.parametrize("path", [".git/net.yaml", ".hidden.yaml", "to_hidden.yaml"])
def test_a_text_does_not_use_what_is_hidden(desk: Desk, path: str) -> None:
    told = ask(desk, "answer", file="new.yaml", text=f"archspec: 1\nextends: {path}\n")
    assert "no such file" in str(told["diagnostics"])
    assert SECRET not in str(told)


def test_a_text_uses_what_lies_in_the_folder_and_what_ships(desk: Desk, root: Path) -> None:
    text = "archspec: 1\nextends: {}\nparams: {{}}\n"
    for path in ("net.yaml", "below/deep/net.yml", str(ROOT / "specs" / "alexnet.yaml")):
        assert ask(desk, "answer", file="new.yaml", text=text.format(path))["network"], path
    unsaved = {"below/other.yaml": TEXT}
    told = ask(desk, "answer", file="new.yaml", text=text.format("below/other.yaml"), texts=unsaved)
    assert told["network"]


@pytest.mark.parametrize(
    "data",
    [
        *("image_folder: {{path: {}}}", "image_folder: {{path: {}, held_out: 0.2}}"),
        *("arrays: {{path: {}}}", "mnist: {{path: {}}}", "image_table: {{path: {}}}"),
    ],
)
def test_data_elsewhere_are_not_looked_at(root: Path, data: str) -> None:
    outside = root.parent / "outside"
    paths = ("../outside/data", "folder_out/data", "{}/other.yaml", "../outside", "/")
    texts = [
        RECIPE.replace("image_folder: {path: digits}", data.format(path.format(outside)))
        for path in paths
    ]
    texts += [RECIPE + f"weights: {path}/w.keras\n" for path in paths]
    (outside / "w.keras").write_bytes(b"")
    before = [ask(Desk(str(root)), "answer", file="recipe.yaml", text=text) for text in texts]
    shutil.rmtree(outside)
    after = [ask(Desk(str(root)), "answer", file="recipe.yaml", text=text) for text in texts]
    assert before == after


def test_links_in_data_that_lead_elsewhere_are_not_followed(desk: Desk, root: Path) -> None:
    for part in ("train", "test"):
        for name in ("a", "b"):
            (root / "digits" / part / name).mkdir(parents=True)
            (root / "digits" / part / name / "1.png").write_bytes(b"")
    found = ask(desk, "answer", file="recipe.yaml", text=RECIPE)
    assert found["line"].startswith("net 8×8×3 → 2")
    assert "not here" not in found["line"]
    (root / "digits" / "train" / "a" / "all").symlink_to("/")
    before = time.monotonic()
    found = ask(desk, "answer", file="recipe.yaml", text=RECIPE + "\n")
    assert time.monotonic() - before < 1
    assert "not here: " in found["line"], found


def test_a_text_stands_nowhere_else(desk: Desk, root: Path) -> None:
    for file in (
        "../outside/new.yaml",
        "/etc/new.yaml",
        "folder_out/new.yaml",
        "a\0.yaml",
        None,
        1,
    ):
        told = desk.ask({"ask": "answer", "file": file, "text": "extends: other.yaml"})
        assert set(told) == {"error", "bad"}
        told = desk.ask({"ask": "answer", "file": "a.yaml", "text": TEXT, "texts": {file: TEXT}})
        assert set(told) == {"error", "bad"}


def test_markup_in_a_text_is_text_in_the_picture(desk: Desk) -> None:
    mark = "<script>alert</script>\"'&"
    text = TEXT.replace("title: A net", f"title: |-\n  {mark}").replace("name: stem", "name: s")
    for options in ({}, {"view": "volumes"}):
        svg = ask(desk, "picture", file="net.yaml", text=text, options=options)["svg"]
        assert "<script" not in svg
        assert "&lt;script&gt;alert" in svg
    text = text.replace("name: net", f"name: {mark!r}")
    found = ask(desk, "picture", file="net.yaml", text=text, options={})
    assert "<script" not in found.get("svg", "")


def test_whatever_is_asked_is_answered(desk: Desk, root: Path) -> None:
    """And a file is written by nothing but `save`, whose fields are as they must be."""
    sound = 0
    for number in range(examples(600)):
        question = strange(Random(f"folder/{number}"))
        before = _files(root)
        told = desk.ask(question)
        assert isinstance(told, dict)
        sound += "error" not in told
        if question.get("ask") != "save" or "stamp" not in told:
            assert _files(root) == before, question
    assert sound > examples(600) / 4


def _files(root: Path) -> dict[str, int]:
    return {
        str(path): path.lstat().st_mtime_ns for path in root.rglob("*") if not path.is_symlink()
    }
