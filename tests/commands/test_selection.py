"""Which warnings and notes are told: options, the key `lint`, comments, the settings of a project."""

import json
import os
from pathlib import Path

import pytest

import archspec
from archspec.diagnostics.codes import CODES, is_error
from archspec.diagnostics.comments import comments
from archspec.diagnostics.find_code import CodeError, find_code
from archspec.diagnostics.selection import Selection
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.pipeline import forget, shape_document
from tests.conftest import ROOT, Outcome, Run
from tests.documents import examples
from tests.training_data import MNIST, write_recipe

SPEC = """\
archspec: 1
params: {width: 4, spare: 8}COMMENT
input: [4]
blocks:
  idle:
    layers: [Dense: 4]
layers:
  - Dense: width
"""
"""An unused block, AS902, and an unused parameter, AS903."""


def codes(outcome: Outcome) -> list[str]:
    return [found["code"] for found in json.loads(outcome.out)]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("net.yaml")
    return tmp_path


def write(path: str, comment: str = "", head: str = "") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    text = SPEC.replace("COMMENT", comment and f"  # archspec: {comment}")
    Path(path).write_text(text.replace("archspec: 1\n", f"archspec: 1\n{head}"), encoding="utf-8")


def settings(text: str, path: str = "pyproject.toml") -> None:
    Path(path).write_text(f"[project]\nname = 'x'\n\n[tool.archspec]\n{text}\n", encoding="utf-8")


def check(run: Run, *options: str) -> list[str]:
    return codes(run("check", "--format", "json", *(options or ("net.yaml",))))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], ["AS903", "AS902"]),
        (["--ignore", "AS902"], ["AS903"]),
        (["--ignore", "as902,AS903"], []),
        (["--ignore", "902", "--ignore", "AS903"], []),
        (["--ignore", "AS90"], []),
        (["--ignore", "AS9", "--select", "AS902"], ["AS902"]),
        (["--ignore", "ALL", "--select", "AS90"], ["AS903", "AS902"]),
        (["--ignore", "AS902", "--select", "AS902"], ["AS903"]),
        (["--select", "AS8"], ["AS903", "AS902"]),
        (["--ignore", "ALL"], []),
    ],
)
def test_options(options: list[str], told: list[str], project: Path, run: Run) -> None:
    assert check(run, "net.yaml", *options) == told


def test_notes_are_told_if_they_are_selected(project: Path, run: Run) -> None:
    write("net.yaml", "ignore[AS901]")
    assert check(run) == ["AS903", "AS902"]
    for code in ("AS890", "AS8", "all"):
        assert "AS890" in check(run, "net.yaml", "--select", code)
    assert "AS890" not in check(run, "net.yaml", "--select", "ALL", "--ignore", "AS890")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("AS999", "there is no code `AS999`."),
        ("AS9O2", "there is no code `AS9O2`. Did you mean `AS902`?"),
        ("A902", "there is no code `A902`. Did you mean `AS902`?"),
        ("AS401", "`AS401` is an error: only warnings and notes can be chosen."),
        ("AS4", "`AS4` stands for errors: only warnings and notes can be chosen."),
        ("unused", "there is no code `unused`."),
        ("looks like a formula", "Did you mean `AS906`?"),
        ("\u202e", "there is no code `\ufffd`."),
    ],
)
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_codes_that_there_are_not(
    option: str, written: str, said: str, project: Path, run: Run
) -> None:
    done = run("check", "net.yaml", option, written)
    assert done.status == 2
    assert f"Invalid value for '{option}': " in done.err
    assert said in done.err


def test_every_code_of_lint_can_be_chosen() -> None:
    for code in CODES:
        if is_error(code):
            with pytest.raises(CodeError):
                find_code(code)
        else:
            assert find_code(code.lower()) == find_code(code[2:]) == code
    for beginning in ("ALL", "AS9", "AS90", "AS"):
        assert find_code(beginning) == beginning


def test_errors_are_always_told() -> None:
    selection = Selection(ignore=["ALL", "AS", "AS4"])
    assert all(selection.wants_code(code) == is_error(code) for code in CODES)


def test_strict(project: Path, run: Run) -> None:
    assert run("check", "net.yaml").status == 0
    done = run("check", "net.yaml", "--strict")
    assert done.status == 1
    assert not done.out.startswith("ok")
    assert done.out.endswith(
        "0 of 1 spec sound, 2 warnings\nstrict: a warning counts as an error\n"
    )
    assert run("check", "net.yaml", "--strict", "--format", "json").status == 1
    assert run("check", "net.yaml", "--strict", "--ignore", "AS9").status == 0
    write("net.yaml", "ignore[AS903, AS901]")
    assert run("check", "net.yaml", "--strict", "--ignore", "AS902", "--select", "AS8").status == 0
    write("bad.yaml", head="title: [1]\n")
    assert run("check", ".", "--strict").status == 1
    assert run("check", ".", "missing.yaml", "--strict").status == 2


# In the file


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("lint: {ignore: [AS902]}\n", ["AS903"]),
        ("lint: {ignore: as902}\n", ["AS903"]),
        ("lint: {ignore: [AS9]}\n", []),
        ("lint:\n  ignore: [AS902, AS903]\n", []),
        ("lint: {}\n", ["AS903", "AS902"]),
        ("lint: null\n", ["AS903", "AS902"]),
    ],
)
def test_the_key_lint(head: str, told: list[str], project: Path, run: Run) -> None:
    write("net.yaml", head=head)
    assert check(run) == told
    data = parse(Source("net.yaml", Path("net.yaml").read_text()), Sink())
    assert data is not None
    Path("net.json").write_text(json.dumps(data.value))
    assert check(run, "net.json") == told


def test_the_key_lint_is_kept(project: Path, run: Run) -> None:
    write("net.yaml", head="lint: {ignore: [AS9]}\n")
    for style in ("flat", "blocks"):
        text = run("expand", "net.yaml", "--style", style).out
        assert run("check", "-", "--strict", input=text).status == 0
        assert "lint: {ignore: [AS9]}" in text or "ignore:" in text


@pytest.mark.parametrize(
    ("head", "code", "line"),
    [
        ("lint: AS902\n", "AS104", 2),
        ("lint: [AS902]\n", "AS104", 2),
        ("lint: {ignore: 902}\n", "AS104", 2),
        ("lint:\n  ignore:\n    - AS902\n    - AS999\n", "AS104", 5),
        ("lint:\n  ignore:\n    - AS902\n    - AS401\n", "AS104", 5),
        ("lint: {ignored: [AS902]}\n", "AS102", 2),
        ("lint: {select: [AS8]}\n", "AS102", 2),
        ("lnt: {ignore: [AS902]}\n", "AS102", 2),
    ],
)
def test_a_wrong_key_lint(head: str, code: str, line: int, project: Path, run: Run) -> None:
    write("net.yaml", head=head)
    errors = [d for d in archspec.check("net.yaml") if d.severity == "error"]
    assert [(d.code, d.span and d.span.line) for d in errors] == [(code, line)]


def test_each_file_speaks_for_itself(project: Path) -> None:
    """A file that others use is read once, and what it ignores holds each time."""
    forget()
    library = "archspec: 1\nHEADblocks:\n  b:\n    params: {n: 2*m, m: 4}\n    layers: [Dense: m]\n"
    user = "archspec: 1\nuse: {b: lib.yaml}\ninput: [4]\nlayers: [b]\n"
    Path("net.yaml").write_text(user)
    for head, told in (("", ["AS906"]), ("lint: {ignore: [AS906]}\n", [])):
        Path("lib.yaml").write_text(library.replace("HEAD", head))
        for _ in range(2):
            assert [d.code for d in archspec.check("net.yaml")] == told
    Path("lib.yaml").write_text(library.replace("HEAD", ""))
    Path("net.yaml").write_text(user.replace("use:", "lint: {ignore: [AS906]}\nuse:"))
    assert [d.code for d in archspec.check("net.yaml")] == ["AS906"], "it stands in the other file"


def test_lint_in_a_recipe(project: Path, run: Run) -> None:
    callbacks = [{"EarlyStopping": {"monitor": "val_loss"}}]
    write_recipe(Path("recipe.yaml"), callbacks=callbacks, data={"mnist": {"path": str(MNIST)}})
    known = check(run, "recipe.yaml", "--root", str(MNIST.parent))
    assert "AS905" in known
    write_recipe(
        Path("recipe.yaml"),
        callbacks=callbacks,
        data={"mnist": {"path": str(MNIST)}},
        lint={"ignore": ["AS905"]},
    )
    told = check(run, "recipe.yaml", "--root", str(MNIST.parent))
    assert told == [code for code in known if code != "AS905"]
    write_recipe(Path("recipe.yaml"), lint={"ignore": ["AS601"]})
    errors = run("check", "recipe.yaml", "--format", "concise")
    assert errors.status == 1
    assert "AS104" in errors.out
    assert "`AS601` is an error" in errors.out


def test_a_run_goes_on_with_other_lint(project: Path, run: Run) -> None:
    Path("net.yaml").unlink()  # which the recipe's takes the place of
    data = {"mnist": {"path": str(MNIST)}}
    path = write_recipe(Path("recipe.yaml"), data=data, epochs=1)
    assert run("train", str(path), "-q").status == 0
    write_recipe(path, data=data, epochs=2, lint={"ignore": ["AS9"]})
    codes_of_notes = [code for code in CODES if not is_error(code)]
    with open("net.yaml", "a") as file:
        file.write(f"lint: {{ignore: {json.dumps(codes_of_notes)}}}\n")
    assert run("train", str(path), "-q", "--resume").status == 0
    assert "lint:" in Path("runs/recipe/recipe.yaml").read_text()
    assert "lint:" in Path("runs/recipe/spec.yaml").read_text()


@pytest.mark.parametrize(
    "text",
    [
        "archspec: 1\nparams: {lint: 3}\ninput: [4]\nlayers: [Dense: 2*lint]\n",
        "archspec: 1\ninput: [4]\nblocks: {lint: {layers: [Dense: 6]}}\nlayers: [lint]\n",
        "archspec: 1\ninput: [4]\nlayers: [{Dense: {name: lint, units: 6}}, {Activation: {"
        "activation: relu, from: lint}}]\n",
        "archspec: 1\ninputs: {lint: [4]}\nlayers: [{Dense: {units: 6, from: lint}}]\n",
        "archspec: 1\nname: lint\ninput: [4]\nlayers: [{repeat: {name: lint, times: 1, as: ignore,"
        " layers: [{Dense: 6 + ignore}]}}]\noutputs: lint.round1.dense\n",
        "archspec: 1\ninput: [4]\nlayers: [{parallel: {branches: {lint: [{Dense: 3}], b: [{Dense:"
        " 3}]}}}]\n",
    ],
)
def test_lint_is_still_a_name(text: str) -> None:
    """Files from before the key: a parameter, a block, a layer, an input, a construct, a branch."""
    text = text.replace("\noutputs: lint.round1.dense", "") if "times: 1" in text else text
    network = archspec.loads(text)
    assert network.nodes[-1].output_shape == (6,)
    sink = Sink()
    document = parse(Source("net.yaml", text), sink)
    assert document is not None
    shape_document(document, sink)
    assert sink.diagnostics == []


# On the line


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("ignore[AS903]", ["AS902"]),
        ("ignore[AS9]", ["AS902"]),
        ("ignore[ALL]", ["AS902"]),
        ("ignore", ["AS902"]),
        ("ignore[as903, AS801]: it is for later", ["AS902"]),
        ("ignore[AS902]", ["AS903", "AS902"]),
        ("ignore[]", ["AS902"]),
        ("ignored", ["AS903", "AS902"]),
        ("ignore-this", ["AS902"]),
        ("1", ["AS903", "AS902"]),
    ],
)
def test_a_comment(comment: str, told: list[str], project: Path, run: Run) -> None:
    write("net.yaml", comment)
    assert check(run) == told


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("- Dense: 4  # archspec: ignore[AS901]", ("AS901",)),
        ("- Dense: 4 #archspec:ignore[AS901,AS902]", ("AS901", "AS902")),
        ("# archspec: ignore", ()),
        ("- Dense: 4# archspec: ignore", None),
        ('title: "a # archspec: ignore[AS901]"', None),
        ("title: 'it''s # archspec: ignore'", None),
        ('title: "a \\" # archspec: ignore"', None),
        ("title: don't  # archspec: ignore", ()),
        ("title: 'a' # other # archspec: ignore[AS9]", ("AS9",)),
        ("- {name: \"#\", a: 'b'}  # archspec: ignore", ()),
    ],
)
def test_what_a_comment_is(line: str, found: tuple[str, ...] | None) -> None:
    told = list(comments(Source("x.yaml", f"archspec: 1\n{line}\n")))
    assert [c.codes for c in told] == ([] if found is None else [found])
    assert all(c.line == 2 for c in told)
    assert not list(comments(Source("x.json", line)))


def test_there_are_no_comments_in_json(project: Path, run: Run) -> None:
    text = json.dumps(
        {
            "archspec": 1,
            "title": "x  # archspec: ignore",
            "params": {"spare": 8},
            "input": [4],
            "layers": [{"Dense": 4}],
        }
    )
    Path("net.json").write_text(text)
    assert check(run, "net.json") == ["AS903"]
    assert codes(run("check", "--format", "json", "-", input=text)) == ["AS903"]


def test_the_nearest_word_counts(project: Path, run: Run) -> None:
    """A comment comes before the command line, that before the file, and that before the project."""
    settings('select = ["AS8"]\nignore = ["AS903"]')
    assert check(run) == ["AS902"]
    assert check(run, "net.yaml", "--select", "AS903") == ["AS903", "AS902"]
    assert check(run, "net.yaml", "--select", "ALL") == ["AS903", "AS902"]
    write("net.yaml", "ignore[AS903]", "lint: {ignore: [AS902]}\n")
    settings("")
    assert check(run) == []
    assert check(run, "net.yaml", "--select", "AS9") == ["AS902"]
    settings('select = ["AS902", "AS903"]')
    assert check(run) == []


# The project


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('ignore = ["AS902"]', ["AS903"]),
        ('ignore = ["902", "as903"]', []),
        ('ignore = ["ALL"]\nselect = ["AS902"]', ["AS902"]),
        ('per-file-ignores = {"net.yaml" = ["AS902"]}', ["AS903"]),
        ('[tool.archspec.per-file-ignores]\n"*.yaml" = ["AS902"]\n"n*" = ["AS903"]', []),
        ('per-file-ignores = {"other.yaml" = ["AS902"]}', ["AS903", "AS902"]),
        ('select = ["AS902"]\nper-file-ignores = {"net.yaml" = ["AS902"]}', ["AS903"]),
        ("strict = false", ["AS903", "AS902"]),
    ],
)
def test_settings(text: str, told: list[str], project: Path, run: Run) -> None:
    settings(text)
    assert check(run) == told
    nested = project / "a" / "b"
    nested.mkdir(parents=True)
    write(str(nested / "net.yaml"))
    names = os.path.join("a", "b", "net.yaml")
    assert check(run, names) == told, "found above"
    assert check(run, str(nested / "net.yaml")) == check(run, names)


def test_the_nearest_settings_count(project: Path, run: Run) -> None:
    settings('ignore = ["AS902"]')
    Path("a/b").mkdir(parents=True)
    write("a/b/net.yaml")
    Path("a/pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert check(run, "a/b/net.yaml") == ["AS903"], "one without a table is passed over"
    settings('ignore = ["AS903"]', "a/pyproject.toml")
    assert check(run, "a/b/net.yaml") == ["AS902"]
    assert sorted(check(run, ".")) == ["AS902", "AS903"]
    for place in ("[tool]\narchspec = {ignore = ['ALL']}", "tool.archspec.ignore = ['ALL']"):
        Path("a/pyproject.toml").write_text(place)
        assert check(run, "a/b/net.yaml") == []
    Path("a/pyproject.toml").write_text("[tool.'archspec']\nignore = ['ALL']\r\n")
    assert check(run, "a/b/net.yaml") == []


def test_patterns_are_seen_from_the_project(project: Path, run: Run) -> None:
    settings('per-file-ignores = {"drafts/*" = ["AS9"], "*_old.yaml" = ["AS902"]}')
    for name in ("drafts/net.yaml", "drafts/deep/net.yaml", "final/net.yaml", "final/x_old.yaml"):
        write(name)
    assert check(run, "drafts") == []
    assert check(run, "final/net.yaml") == ["AS903", "AS902"]
    assert check(run, "final/x_old.yaml") == ["AS903"]
    os.chdir("drafts")
    assert check(run, "net.yaml") == []


def test_strict_in_a_project(project: Path, run: Run) -> None:
    settings("strict = true")
    assert run("check", "net.yaml").status == 1
    assert run("check", "net.yaml", "--no-strict").status == 0
    settings("strict = false")
    assert run("check", "net.yaml", "--strict").status == 1


def test_the_project_of_standard_input_is_the_current_folder(project: Path, run: Run) -> None:
    settings('ignore = ["AS902"]')
    text = Path("net.yaml").read_text()
    assert codes(run("check", "--format", "json", "-", input=text)) == ["AS903"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[tool.archspec]\nignroe = ["AS902"]', 2, "has no key `ignroe`"),
        ('[tool.archspec]\nignore = "AS902"', 2, '`ignore` is a list of codes such as ["AS902"]'),
        ("[tool.archspec]\n\nselect = [902]", 3, "`select` is a list of codes"),
        ('[tool.archspec]\nignore = [\n  "AS902",\n  "AS9O3",\n]', 4, "no code `AS9O3`"),
        ('[tool.archspec]\nignore = ["AS401"]', 2, "`AS401` is an error"),
        ('[tool.archspec]\nstrict = "yes"', 2, "`strict` is `true` or `false`"),
        ("[tool.archspec]\nper-file-ignores = 3", 2, "is a table of patterns and codes"),
        ('[tool.archspec.per-file-ignores]\n"x" = ["AS1"]', 2, "`AS1` stands for errors"),
        ("[tool]\narchspec = 3", 2, "`tool.archspec` is a table"),
        ("[tool.archspec]\nselect = [", 2, "not TOML"),
        ("[tool.archspec]\nselect == 3", 2, "not TOML"),
        ("[tool.archspec]\nx = " + "[" * 100_000, None, "nested too deeply"),
        ("[tool.archspec]\nx = 1\nx = 2", 3, "not TOML"),
        (f"[tool.archspec]\n{'a.' * 60}a = 1", 2, "too many parts"),
        (f"[tool.archspec]\nx = {'1' * 5000}", None, "not TOML"),
        (f"[tool.archspec]\n# {'x' * 300_000}", None, "more than 262,144 bytes"),
        ("[tool.archspec]\nx = 2020-13-41", 2, "not TOML"),
    ],
)
def test_wrong_settings(text: str, line: int | None, said: str, project: Path, run: Run) -> None:
    Path("pyproject.toml").write_text(text)
    for command in (["check", "net.yaml"], ["check", ".", "--strict"]):
        done = run(*command)
        assert done.status == 2
        (error,) = [e for e in done.out.split("\n\n") if "error[" in e]
        assert error.partition("error[")[2].startswith("AS007]: ")
        assert said in error
        where = f"pyproject.toml:{line}:" if line else "pyproject.toml"
        assert f"--> {where}" in error
    assert run("summary", "net.yaml").status == 2


def test_settings_that_cannot_be_read(project: Path, run: Run) -> None:
    Path("pyproject.toml").write_bytes(b"[tool.archspec]\nignore = ['\xff']\n")
    assert "this text is not UTF-8" in run("check", "net.yaml").out
    Path("pyproject.toml").unlink()
    for other in (b"[tool.other]\nx = [", b"\xff\xfe[tool", b"archspec\0" * 50_000):
        Path("pyproject.toml").write_bytes(other)
        assert check(run) == ["AS903", "AS902"], "it is not for us"
    Path("pyproject.toml").unlink()
    Path("pyproject.toml").mkdir()
    assert check(run) == ["AS903", "AS902"]
    Path("pyproject.toml").rmdir()
    os.mkfifo("pyproject.toml")
    assert check(run) == ["AS903", "AS902"]
    Path("pyproject.toml").unlink()
    Path("pyproject.toml").symlink_to("nowhere")
    assert check(run) == ["AS903", "AS902"]


def test_nothing_is_quoted_of_a_link_that_leads_elsewhere(project: Path, run: Run) -> None:
    Path("other").mkdir()
    Path("a").mkdir()
    write("a/net.yaml")
    for text in ("[tool.archspec]\nsecret1 = 'secret2'\n", "[tool.archspec]\nsecret1 'secret2'\n"):
        Path("other/pyproject.toml").write_text(text)
        Path("a/pyproject.toml").unlink(missing_ok=True)
        Path("a/pyproject.toml").symlink_to("../other/pyproject.toml")
        done = run("check", "a/net.yaml")
        assert done.status == 2
        assert "AS007" in done.out
        assert "secret" not in done.out


def test_other_commands_follow_the_project(project: Path, run: Run) -> None:
    command = ["compile", "net.yaml", "-o", "net.py", "--force"]
    before = run(*command)
    assert "warning[AS903]" in before.err
    settings('ignore = ["AS9"]')
    assert run(*command) == before._replace(err="")
    settings("wrong = 1")
    assert run(*command) == before, "who makes something is not hindered"


def test_settings_are_told_once(project: Path, run: Run) -> None:
    settings("wrong = 1")
    write("second.yaml")
    done = run("check", ".")
    assert done.out.count("AS007]") == 1
    assert "second.yaml: its errors stand above" in done.out


def test_a_wrong_pattern_of_keys_takes_no_time(project: Path, run: Run) -> None:
    import time

    for text in ('"a".' * 60_000, "a." * 120_000, "'" * 200_000, "a" * 250_000, "[a" * 80_000):
        Path("pyproject.toml").write_text(f"[tool.archspec]\n{text}")
        begun = time.process_time()
        assert run("check", "net.yaml").status == 2
        assert time.process_time() - begun < 5


def test_a_note_in_every_format(project: Path, run: Run) -> None:
    write("net.yaml", "ignore[AS999]")
    words = {
        "text": "note[AS890]: there is no code",
        "concise": "note[AS890] there is no code",
        "json": '"severity": "note"',
        "sarif": '"level": "note"',
        "github": "::notice file=net.yaml,",
    }
    for format, word in words.items():
        done = run("check", "net.yaml", "--ignore", "AS9", "--select", "AS890", "--format", format)
        assert done.status == 0
        assert word in done.out


def test_many_warnings_and_comments_take_no_time(project: Path, run: Run) -> None:
    import time

    block = "  b{}: {{params: {{n: 1, spare: 2*m, m: 3}}, layers: [Dense: n]}}  # archspec: ignore[AS902]\n"
    blocks = "".join(block.format(number) for number in range(300))
    flow = ", ".join(f"p{number}: 2*q" for number in range(300))
    codes_in_vain = ", ".join(f"X{number}" for number in range(20_000))
    for text in (
        f"archspec: 1\nblocks:\n{blocks}input: [4]\nlayers: [b0]\n",
        f"archspec: 1\nparams: {{q: 1, {flow}}} # archspec: ignore[AS902]\ninput: [4]\nlayers: [Dense: q]\n",
        f"archspec: 1\nparams: {{q: 1, {flow}}}\nlint: {{ignore: [{codes_in_vain}]}}\ninput: [4]\n"
        "layers: [Dense: q]\n",
    ):
        Path("large.yaml").write_text(text)
        begun = time.process_time()
        assert run("check", "large.yaml", "--select", "AS890", "--format", "json").status in (0, 1)
        assert time.process_time() - begun < 10


def test_the_page_is_true(project: Path, run: Run) -> None:
    told = {e.language: e.text for e in examples(ROOT / "docs" / "check.md")}
    Path("page.yaml").write_text(told["yaml"])
    assert run("check", "page.yaml", "--strict", "--select", "AS890").out.startswith("ok")
    Path("pyproject.toml").write_text(told["toml"])
    write("drafts/net.yaml")
    assert check(run, "drafts/net.yaml") == []
    assert check(run) == ["AS903"]
    write("net_old.yaml")
    assert run("check", "net_old.yaml").status == 0
    assert run("check", "net.yaml").status == 1


# Ignored in vain


def test_ignored_in_vain(project: Path, run: Run) -> None:
    def notes(*options: str) -> list[str]:
        found = json.loads(run("check", "net.yaml", "--format", "json", *options).out)
        return [f"{d['line']}:{d['column']}" for d in found if d["code"] == "AS890"]

    write("net.yaml", "ignore[AS903, AS901]")
    assert notes() == []
    assert notes("--select", "AS890") == ["2:57"]
    assert notes("--select", "AS890", "--ignore", "AS901") == [], "it was not looked for"
    write("net.yaml", "ignore[AS9]")
    assert notes("--select", "AS8") == []
    write("net.yaml", "ignore[AS801]")
    assert notes("--select", "AS890") == []
    assert notes("--select", "AS8") == ["2:50"]
    write("net.yaml", head="lint: {ignore: [AS902, AS901]}\n")
    assert notes("--select", "AS890") == ["2:24"]
    assert notes("--select", "ALL") == ["2:24"], "AS902 is told, and found"
    write("net.yaml", "ignore[AS901]", "title: [1]\n")
    assert notes("--select", "AS8") == [], "nothing was looked for"
    assert notes("--select", "AS8", "--set", "width=3") == []


def test_notes_in_a_summary(project: Path, run: Run) -> None:
    table = run("summary", "net.yaml", "--ignore", "AS9").out
    write("net.yaml", "ignore[AS999]")
    done = run("summary", "net.yaml", "--ignore", "AS9")
    assert done.status == 0
    assert done.out == f"{table}\nnet.yaml:2:50: note[AS890] there is no code `AS999`\n"
    assert "warning[AS902]" in run("summary", "net.yaml").out
    assert run("summary", "net.yaml", "--ignore", "ALL").out == table
    settings('ignore = ["AS8", "AS9"]')
    assert run("summary", "net.yaml").out == table
    assert "AS890" in run("summary", "net.yaml", "--select", "AS890").out
    assert "AS890" not in run("summary", "net.yaml", "--format", "json").out
