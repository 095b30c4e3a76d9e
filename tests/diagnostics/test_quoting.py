"""Text is quoted only from files of the folder that was given: others may hold secrets."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from archspec.diagnostics.report import FORMATS
from archspec.diagnostics.sink import Sink
from tests.conftest import RunProcess, examples, run_archspec

TOKEN = "zQ7xKv"
"""Stands in every word of a secret file; nothing else has it."""
NET = "archspec: 1\ninput: [8, 8, 3]\nlayers:\n  - Flatten\n"


def test_what_may_be_quoted(tmp_path: Path) -> None:
    inside, outside = tmp_path / "project", tmp_path / "project2"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "x.yaml").write_text("x")
    (inside / "link.yaml").symlink_to(outside / "x.yaml")
    (outside / "back.yaml").symlink_to(inside / "x.yaml")
    sink = Sink([str(inside)])
    assert sink.may_quote(inside / "x.yaml")
    assert sink.may_quote(inside)
    assert sink.may_quote(inside / "absent" / "too")
    assert sink.may_quote(str(outside / "back.yaml"))
    assert not sink.may_quote(inside / "link.yaml")
    assert not sink.may_quote(outside / "x.yaml")
    assert not sink.may_quote(f"{inside}{os.sep}..{os.sep}project2{os.sep}x.yaml")
    assert not sink.may_quote("a\0b")
    assert Sink([str(inside / "link.yaml")]).may_quote(outside / "x.yaml")
    assert Sink().may_quote("/anything")
    assert not Sink([]).may_quote(inside)


# What somebody else's file may hold. `T` becomes a word with the token.
SECRETS: tuple[str | bytes, ...] = (
    *("T=T\nPASSWORD=T\n", "T: T\nT: [T, {T: T}]\n", "{T: T", '{"T": "T", "T": ["T"]}', '{"T"'),
    *("- T\n- T: T\n", "T", '"T"', "# T\n", "a: b: T\n", "\tT\n", "T: *T\n", "&T [*T]", "? T\n: T"),
    *("a: !T T\n", "T: 1\nT: 2\n", "T: 0xT\n", "a: T\n---\nT: b\n", "%T T\n", "T: |\n  T\n", "@T"),
    *("archspec: T\n", "archspec: 1\nT: T\n", "archspec: 1\ntitle: [T]\ninput: [T]\nlayers: [T]\n"),
    *("archspec: 1\nspec: T.yaml\ndata: T\nloss: T\n", "archspec: 1\nblocks: {T: {layers: [T]}}\n"),
    "archspec: 1\nblocks: {t: {params: {T: int}, layers: [{Dense: T}]}}\n",
    "archspec: 1\nblocks: {b: {params: {T: int}, layers: [{Dense: T}]}}\n",
    "archspec: 1\nblocks: {b: {inputs: [T, U], layers: [{Dense: {units: 3, from: T}}]}}\n",
    "archspec: 1\nblocks: {b: {params: {T: 3}, layers: [{Dense: T/0}]}}\n",
    "archspec: 1\nblocks: {b: {layers: [{Dense: {units: -1, name: T}}]}}\n",
    "archspec: 1\nblocks: {b: {layers: [{Conv2D: {filters: 3, kernel_size: 99, name: T}}]}}\n",
    "archspec: 1\nblocks: {b: {layers: [{Dense: {units: 3, from: T}}]}}\n",
    "archspec: 1\nparams: {T: int}\ninput: [T]\nlayers: [Flatten]\n",
    "archspec: 1\nparams: {T: 3}\ninput: [8]\nlayers: [{Dense: T - 3}]\n",
    "archspec: 1\nparams: {T: 3}\ninput: [8]\nlayers: [{Dense: T}]\n",
    "archspec: 1\ninput: [8]\nname: T\ntitle: T\nlayers: [{Dense: {units: 3, name: T}}, Dens]\n",
    "archspec: 1\ninput: [8]\nlayers: [{Dense: {units: 3, name: T}}]\noutputs: U\n",
    "archspec: 1\ninput: [8]\nlayers: [{Dense: {units: 3, name: T}}]\nexpect: {params: 7}\n",
    "archspec: 1\nextends: T.yaml\nparams: {T: T}\n",
    "archspec: 1\nextends: archspec.env\nparams: {T: T}\n",
    "archspec: 1\nuse: {T: T.yaml}\ninput: [8]\nlayers: [T]\n",
    *("T: é".encode("latin-1"), "T: T".encode("utf-16"), b"T\0T", b"T" + bytes(range(256))),
)

# How a file of one's own comes to read another; `P` is its path.
REFERRING = (
    "archspec: 1\nextends: P\nparams: {x: 3}\n",
    "archspec: 1\nextends: P\nexpect: {params: x}\n",
    "archspec: 1\nuse: {b: P}\ninput: [8]\nlayers: [b]\n",
    "archspec: 1\nuse: {b: P, c: P}\ninput: [8]\nlayers: [{b: {x: 3}}, {c: 3}, {Dense: {units: 3, from: b.x}}]\n",
    "archspec: 1\nuse: {b: inner.yaml}\ninput: [8]\nlayers: [b]\n",
    "archspec: 1\nspec: P\ndata: {arrays: {path: x.npz}}\nloss: mse\nepochs: 1\nparams: {x: 3}\n",
    "archspec: 1\nspec: inner.yaml\ndata: {arrays: {path: x.npz}}\nloss: mse\nepochs: 1\n",
    "archspec: 1\nspec: P\ndata: {arrays: {path: P}}\nloss: mse\nepochs: 1\nweights: P\n"
    "fine_tune: {from: x, epochs: 1, optimizer: SGD}\n",
)
INNER = "archspec: 1\nextends: P\n"


def _filled(text: str | bytes, number: int = 0) -> bytes:
    word = f"{TOKEN}{number}"
    if isinstance(text, str):
        text = text.encode()
    return text.replace(b"T", word.encode()).replace(b"U", f"U{word}"[:-1].encode())


def _project(folder: Path, secret: bytes, spec: str, way: str) -> Path:
    """A project whose spec refers to a secret file beside the project."""
    project, outside = folder / "project", folder / "outside"
    for made in (project, outside):
        made.mkdir(parents=True, exist_ok=True)
    (outside / "archspec.env").write_bytes(secret)
    (outside / f"{TOKEN}.yaml").write_bytes(secret)
    path = "../outside/archspec.env"
    if way == "absolute":
        path = str(outside / "archspec.env")
    elif way in ("link", "json", "folder"):
        ending = "json" if way == "json" else "yaml"
        link = project / f"linked.{ending}"
        link.unlink(missing_ok=True)
        link.symlink_to(outside / "archspec.env")
        path = link.name
    elif way == "linked folder":
        if not (project / "sub").is_symlink():
            (project / "sub").symlink_to(outside)
        path = "sub/archspec.env"
    elif way == "misspelt":
        path = f"../outside/{TOKEN[:-1]}.yaml"  # "did you mean" would say its name
        spec = spec.replace(TOKEN[:-1], "")
    (project / "inner.yaml").write_text(INNER.replace("P", path))
    made = project / "net.yaml"
    made.write_text(spec.replace("P", path))
    return made


WAYS = ("plain", "absolute", "link", "json", "linked folder", "folder")


def test_no_word_of_another_file_in_a_process(run_process: RunProcess, tmp_path: Path) -> None:
    for number, (secret, spec) in enumerate(
        [
            (SECRETS[0], REFERRING[2]),
            (SECRETS[1], REFERRING[0]),
            (SECRETS[2], REFERRING[4]),
            (SECRETS[20], REFERRING[5]),
        ]
    ):
        path = _project(tmp_path / str(number), _filled(secret), spec, "plain")
        commands = [("check", path.name), ("summary", path.name), ("check", ".")]
        for arguments in commands[:: 2 if "spec:" in spec else 1]:
            found = run_process(*arguments, cwd=path.parent)
            assert TOKEN not in found.out + found.err
            assert found.status in (1, 2), arguments
            assert "is no spec that can be used" in found.out + found.err
            assert "../outside/archspec.env" in found.out + found.err


def _run_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> str:
        outcome = run_archspec(*arguments)
        if outcome.status == 0 and arguments[0] != "check":
            return ""  # a sound file is used: its layers and blocks are part of what is shown
        return outcome.out + outcome.err

    return run


def test_no_word_of_another_file_by_fuzz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(9)
    quoted = 0
    commands = [["check", f, "--format", form] for form in FORMATS for f in ("net.yaml", ".")]
    commands += [["check", "-"], ["summary", "net.yaml"], ["schema", "net.yaml"]]
    for number in range(examples(400)):
        secret, way = _filled(draw.choice(SECRETS), number), draw.choice(WAYS)
        if draw.random() < 0.3:
            at = draw.randrange(len(secret) + 1)
            secret = (
                secret[:at] + draw.choice((b"\n", b": ", b"{", b"\xff", b"'", b"T")) + secret[at:]
            )
        path = _project(tmp_path, secret, draw.choice(REFERRING), way)
        arguments = draw.choice(commands)
        if arguments[1] == "net.yaml" and draw.random() < 0.3:
            arguments = [*arguments, "--set", "x=3"]
        run = _run_in(path.parent, monkeypatch)
        said = run(*arguments)
        assert TOKEN not in said, (secret, path.read_text(), way, arguments, said)
        quoted += TOKEN in run("check", "net.yaml", "--root", "..")
    assert quoted > 100  # with the root the same is told


BLOCKS = "archspec: 1\nblocks:\n  conv:\n    params: {filters: int}\n    layers: [{Conv2D: {filters: filters, kernel_size: 3}}]\n"
USER = "archspec: 1\nuse: {conv: ../blocks/conv.yaml}\ninput: [8, 8, 3]\nlayers:\n  - conv: {filtres: 3}\n"


def test_sound_files_elsewhere_are_used(
    run_process: RunProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (
        ("blocks/conv.yaml", BLOCKS),
        ("nets/sound.yaml", USER.replace("filtres", "filters")),
        ("nets/wrong.yaml", USER),
        (
            "nets/recipe.yaml",
            "archspec: 1\nspec: ../other/net.yaml\ndata: mnist\nloss: categorical_crossentropy\nepochs: 1\n",
        ),
        (
            "other/net.yaml",
            NET.replace("[8, 8, 3]", "[28, 28, 1]")
            + "  - Dense: {units: 10, activation: softmax}\n",
        ),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = run_process("check", "sound.yaml", "recipe.yaml", cwd=tmp_path / "nets")
    assert found.status == 0
    run = _run_in(tmp_path / "nets", monkeypatch)
    hidden = run("check", "wrong.yaml")
    assert "block `conv` has no parameter `filtres`" in hidden
    assert "with `--root DIR` its parameters are told" in hidden
    assert "filters" not in hidden
    for arguments in (
        ["wrong.yaml", "--root", "../blocks"],
        ["wrong.yaml", "--root", "nowhere/../../blocks", "--root", ".."],
        ["wrong.yaml", "../blocks/conv.yaml"],
        ["../nets/wrong.yaml", "../blocks"],
        [str(tmp_path)],
    ):
        if "nowhere" in " ".join(arguments):
            (tmp_path / "nets" / "nowhere").mkdir(exist_ok=True)
        assert "did you mean `filters`?" in run("check", *arguments), arguments
    assert "does not exist" in run("check", "wrong.yaml", "--root", "absent")


def test_python_takes_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import archspec

    path = _project(tmp_path, _filled(SECRETS[0]), REFERRING[2], "plain")
    assert TOKEN not in str([(d.message, d.notes, d.help) for d in archspec.check(path)])
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(path)
    assert TOKEN not in str(caught.value)
    monkeypatch.chdir(path.parent)
    with pytest.raises(archspec.SpecError) as caught:
        archspec.loads(path.read_text())
    assert TOKEN not in str(caught.value)
    assert TOKEN in str([d.message for d in archspec.check(tmp_path / "outside" / "archspec.env")])
