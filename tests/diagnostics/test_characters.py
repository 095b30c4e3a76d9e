"""Words of the user's in what is printed and written: seen, not acted on, in every form.

As processes, with texts, folders and files that are as bad as they can be; and at random.
"""

import ast
import csv
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archspec.diagnostics.characters import visible
from archspec.diagnostics.report import FORMATS, report
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.emit.blocks import blocks_data, blocks_spec
from archspec.emit.flat import flat_data, flat_spec
from archspec.emit.python import emit
from archspec.emit.python.flat import flat_source
from archspec.emit.python.rehearsal import difference
from archspec.emit.summary import ALL, summary
from archspec.emit.summary import Options as SummaryOptions
from archspec.emit.worksheet import worksheet
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.pipeline import shape_document
from tests.conftest import ROOT, examples
from tests.nasty import EVERYTHING, nasty_folder, nasty_spec, nasty_text, unseen, unsound_spec

ASCII = {"PYTHONIOENCODING": "ascii"}
POSIX = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


def process(*arguments: str, **env: str) -> tuple[int, str, str]:
    """Status and outputs of ``python -m archspec``, which must be UTF-8 or what ``env`` asks for."""
    done = subprocess.run(
        [sys.executable, "-m", "archspec", *arguments],
        input=b"",
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    return nasty_folder(tmp_path_factory.mktemp("files"))


def refused(*arguments: str, **env: str) -> str:
    """What is printed of a spec with errors."""
    status, out, err = process(*arguments, **env)
    assert status == 1, err
    assert unseen(out + err) == set()
    return out or err


def shown(*arguments: str, **env: str) -> str:
    """What is printed of a sound spec."""
    status, out, err = process(*arguments, **env)
    assert (status, err) == (0, "")
    assert unseen(out) == set()
    return out


def test_reports_are_seen(files: tuple[str, str, str]) -> None:
    unsound = files[2]
    name = visible(unsound)
    text = refused("check", unsound)
    places = re.findall(r"^ *--> (.*):\d+:\d+$", text, re.MULTILINE)
    assert set(places) == {name}
    assert f"({name}" in text or "note: " in text
    lines = refused("check", "--format", "concise", unsound).splitlines()
    assert all(line.startswith(f"{name}:") for line in lines)
    lines = refused("check", "--format", "github", unsound).splitlines()
    assert len(lines) == len(places)
    assert all(re.match(r"::(error|warning) file=[^,:]*,line=", line) for line in lines)
    found = json.loads(refused("check", "--format", "json", unsound))
    assert {f["file"] for f in found} == {unsound}  # data stay, lone surrogates too
    log = json.loads(refused("check", "--format", "sarif", unsound))
    for result in log["runs"][0]["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+", uri)


def test_notes_name_other_files_in_one_line(tmp_path: Path) -> None:
    base = tmp_path / "a\n::error::b\x1b[2J.yaml"
    base.write_text("archspec: 1\nparams: {n: 3}\ninput: [8]\nlayers: [Flatten]\n")
    spec = {"archspec": 1, "extends": base.name, "params": {"n": "x"}}
    (tmp_path / "net.json").write_text(json.dumps(spec))
    text = refused("check", str(tmp_path / "net.json"))
    assert f"({visible(str(base))}:2:" in text


def test_repeated_mistakes_name_layers_in_one_line(tmp_path: Path) -> None:
    branches: dict[str, Any] = {f"a\n::error::b\x1b[2J{n}": [{"unit": {}}] for n in range(3)}
    blocks = {"unit": {"layers": [{"Conv2D": {"filters": 2, "kernel_size": 9}}]}}
    parallel = [{"parallel": {"branches": branches, "merge": "Add"}}]
    spec = {"archspec": 1, "input": [4, 4, 1], "blocks": blocks, "layers": parallel}
    (tmp_path / "net.json").write_text(json.dumps(spec))
    assert "the same at `a␊::error::b␛[2J1" in refused("check", str(tmp_path / "net.json"))


@pytest.mark.parametrize("number", [0, 1], ids=["JSON", "YAML"])
def test_sound_specs_are_seen(files: tuple[str, str, str], number: int) -> None:
    spec = files[number]
    assert shown("summary", spec).splitlines()[0].endswith(visible(EVERYTHING.strip()))
    name = os.path.splitext(os.path.basename(spec))[0]
    assert json.loads(shown("summary", spec, "--format", "json"))["name"] == name
    assert shown("worksheet", spec).startswith("# ")
    shown("worksheet", spec, "unit")


def test_expanding_keeps_what_is_written(files: tuple[str, str, str], tmp_path: Path) -> None:
    wanted = nasty_spec(EVERYTHING)
    for style in ("flat", "blocks"):
        text = shown("expand", files[0], "--style", style)
        found = yaml.safe_load(text)
        for key in ("title", "description", "expect"):
            assert (
                {**found[key], "note": EVERYTHING} == wanted[key]
                if key == "expect"
                else (found[key] == wanted[key])
            )
        (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
        again = shown("expand", str(tmp_path / "again.yaml"), "--style", style)
        assert again == text


def test_words_of_the_language_as_names_keep_their_values(tmp_path: Path) -> None:
    long = ["x" * 30] * 3
    inputs: dict[str, Any] = {
        "branches": {"shape": [8], "dtype": "float32"},
        "layers": {"shape": [8], "dtype": "float32"},
    }
    inputs |= {f"more_{n}": [8] for n in range(4)}
    spec = {
        "archspec": 1,
        "title": "in lines\n\n",
        "description": "of\nseveral\n",
        "inputs": inputs,
        "layers": [{"Concatenate": {"from": list(inputs)}}],
        "expect": {"params": 0, "source": " ".join(long), "note": "a\nb"},
    }
    (tmp_path / "net.json").write_text(json.dumps(spec))
    for style in ("flat", "blocks"):
        found = yaml.safe_load(shown("expand", str(tmp_path / "net.json"), "--style", style))
        for key in ("title", "description", "inputs"):
            assert found[key] == spec[key]


def test_encodings_that_lack_signs(files: tuple[str, str, str]) -> None:
    for env in (ASCII, POSIX):
        for command in ("summary", "worksheet", "expand"):
            shown(command, files[0], **env)
        for format in ("text", "json", "github"):
            refused("check", files[2], "--format", format, **env)


def _names(tree: ET.Element) -> set[str]:
    return {e.tag.rpartition("}")[2] for e in tree.iter()}


def test_pictures_are_seen(files: tuple[str, str, str], tmp_path: Path) -> None:
    out = {}
    for name, options in {
        "a.svg": ["--detail", "layers"],
        "b.svg": ["--view", "volumes"],
        "a.dot": ["--detail", "layers"],
        "a.mmd": [],
        "a.png": [],
        "b.png": ["--view", "volumes"],
        "a.pdf": [],
        "a.html": [],
        "a.tex": [],
    }.items():
        path = tmp_path / name
        if name[2:] not in ("dot", "mmd") and "volumes" not in options:
            options = ["--dot", "bundled", *options]
        status, _, err = process("render", files[0], "-o", str(path), *options)
        assert status == 0, err
        assert unseen(err) == set()
        out[name] = path.read_bytes().replace(b"\t", b"")  # Graphviz's package indents by it
    allowed = {"svg", "g", "title", "desc", "text", "rect", "path", "polygon"}
    allowed |= {"style", "metadata", "archspec", "line"}
    for name in ("a.svg", "b.svg"):
        tree = ET.fromstring(out[name])
        assert _names(tree) <= allowed
        assert not [k for e in tree.iter() for k in e.attrib if "href" in k or k.startswith("on")]
    for name in ("a.svg", "b.svg", "a.dot", "a.mmd"):
        assert unseen(out[name].decode()) == set(), name
    chart = out["a.mmd"].decode()
    assert "%%{" not in chart
    assert not re.search(r"^\s*click", chart, re.MULTILINE)
    for name in ("a.png", "b.png", "a.pdf"):
        assert not {b"\x1b[2J", b"\x1b]0;"} & {
            out[name][m.start() : m.start() + 4] for m in re.finditer(rb"\x1b", out[name])
        }


def test_sources_are_seen_and_mean_the_same(files: tuple[str, str, str], tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    status, _, err = process("compile", files[0], "-o", str(path))
    assert (status, err) == (0, "")
    text = path.read_bytes().decode()
    assert unseen(text) == set()
    assert "\ufeff" not in text.splitlines()[0][:1]
    tree = ast.parse(text)
    assert (ast.get_docstring(tree) or "").splitlines()[0].startswith(visible("\x1b[2J"))


def test_what_keras_is_given(tmp_path: Path) -> None:
    spec, path = tmp_path / "a\n\x1b[2J\udcff.json", tmp_path / "net.json"
    text = json.dumps(nasty_spec(EVERYTHING))
    spec.write_text(text)
    status, _, err = process("compile", str(spec), "-o", str(path), TF_CPP_MIN_LOG_LEVEL="3")
    assert (status, err) == (0, "")
    text = path.read_bytes().decode()
    assert unseen(text) == set()
    config = json.loads(text)["config"]
    names = [layer["config"]["name"] for layer in config["layers"]]
    assert len(set(names)) == 19
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.>\\-]*", n) for n in [config["name"], *names])


INJECTED: dict[str, dict[str, Any]] = {
    "a branch": {
        "parallel": {
            "branches": {'{open("ran", "w")}': [{"Dense": {"units": "x"}}], "b": []},
            "merge": "Concatenate",
        }
    },
    "a branch that ends a literal": {
        "parallel": {
            "branches": {'" + str(open("ran", "w")) + "': [{"Dense": {"units": "x"}}], "b": []},
            "merge": "Concatenate",
        }
    },
}


@pytest.mark.parametrize("kind", INJECTED)
def test_texts_are_never_code(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    block = {"params": {"x": "int"}, "layers": [INJECTED[kind]]}
    layers = [{"b": {"x": 2}}, {"b": {"x": 3, "name": "other"}}]
    spec = {"archspec": 1, "input": [8], "blocks": {"b": block}, "layers": layers}
    Path("net.json").write_text(json.dumps(spec))
    status, out, err = process("compile", "net.json", "-o", "net.py")
    assert (status, err) == (0, ""), out
    assert not Path("ran").exists()
    tree = ast.parse(Path("net.py").read_text())
    assert "open" not in {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


@pytest.mark.parametrize("kind", ["check", "schema", "usage", "block", "wrote"])
def test_commands_are_seen(kind: str, files: tuple[str, str, str], tmp_path: Path) -> None:
    nasty = "a\x1b[2J\n::error::\x9b\u202eb"
    arguments = {
        "check": ["check", files[0], files[1], files[2]],
        "schema": ["schema", files[0]],
        "usage": ["explain", nasty],
        "block": ["worksheet", files[0], nasty],
        "wrote": ["compile", files[0], "-o", str(tmp_path / f"{nasty}.py")],
    }[kind]
    _, out, err = process(*arguments)
    assert unseen(out + err) == set()
    assert not [line for line in (out + err).splitlines() if line.startswith("::error")]


def test_letters_that_python_takes_for_the_same() -> None:
    names = ["fi", "ﬁ", "x2", "µ", "μ", "x_"]
    layers = [{"Dense": {"name": name, "units": 3, "from": "input"}} for name in names]
    spec = {"archspec": 1, "input": [4], "layers": [*layers, {"Add": {"from": names}}]}
    shaped = sound(json.dumps(spec), "net.json")
    assert not difference(emit(shaped), shaped)
    assert not difference(flat_source(shaped), shaped)


# Training


def test_charts_and_tables_are_seen() -> None:
    import numpy as np

    from archspec.train.charts.confusion import draw_confusion
    from archspec.train.use.pictures import _quoted

    names = [EVERYTHING, "=1+1", "$\\frac{a", "a\r\n\x1b[2J", "-1", "+2.5", "@x", "b"]
    drawn = draw_confusion(np.eye(len(names), dtype=int), names, EVERYTHING)
    assert unseen(drawn.svg) == set()
    tags = {e.tag.rpartition("}")[2] for e in ET.fromstring(drawn.svg).iter()}
    assert not tags & {"script", "a", "foreignObject", "img"}
    assert "$\\frac{a" in drawn.svg
    table = [_quoted(name) for name in names[1:]]
    assert table == ["'=1+1", "$\\frac{a", "a␍␊␛[2J", "-1", "+2.5", "'@x", "b"]
    assert next(csv.reader(["a," + _quoted(EVERYTHING)]))[1] == visible(EVERYTHING)


def test_recipes_of_runs_keep_what_is_written(tmp_path: Path) -> None:
    from archspec.train.check.read import read_recipe
    from archspec.train.run.resolved import recipe_text

    values = yaml.safe_load((ROOT / "recipes" / "lenet5_mnist.yaml").read_text(encoding="utf-8"))
    values |= {"title": EVERYTHING, "spec": str(ROOT / "specs" / "article" / "lenet5_mnist.yaml")}
    sink = Sink()
    document = parse(Source(str(tmp_path / "a\n\x1b.json"), json.dumps(values)), sink)
    assert document is not None
    recipe = read_recipe(document, sink, needed=False)
    assert recipe is not None, report(sink.diagnostics)
    text = recipe_text(recipe)
    assert unseen(text) == set()
    again = parse(Source("recipe.yaml", text), sink)
    assert again is not None
    assert again.value["title"] == EVERYTHING


# At random


def read(text: str, name: str, sink: Sink) -> ShapedGraph | None:
    document = parse(Source(name, text), sink)
    return shape_document(document, sink) if document is not None else None


def sound(text: str, name: str) -> ShapedGraph:
    sink = Sink()
    shaped = read(text, name, sink)
    assert shaped is not None, report(sink.diagnostics)
    return shaped


def structure(markdown: str) -> list[str]:
    """What is in a text: its headings, lists, tables, and what stands in each line."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    kinds = []
    for token in parser.parse(markdown):
        inner = [t.type for t in token.children or () if t.type not in ("text", "text_special")]
        kinds.append(" ".join([token.type, token.tag, *inner]))
    return kinds


_WORDS = sound(json.dumps(nasty_spec("word")), "<net>.json")
PLAIN = structure(worksheet(_WORDS))
PLAIN_SUMMARY = structure(summary(_WORDS, "markdown", SummaryOptions(ALL)))


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32))
def test_sound_specs_at_random(seed: int) -> None:
    rng = Random(seed)
    text, other, name = nasty_text(rng), nasty_text(rng), nasty_text(rng) + "\udcff"
    other = rng.choice((other, "branch"))
    shaped = sound(json.dumps(nasty_spec(text, other)), f"/a/{name.replace('/', '')}.json")
    for options in (SummaryOptions(ALL), SummaryOptions(widest=40)):
        printed = summary(shaped, options=options)
        assert unseen(printed) == set()
        assert len(printed.splitlines()) == len(printed.rstrip("\n").split("\n"))
    data = summary(shaped, "json")
    assert unseen(data) == set()
    assert json.loads(data)["name"] == shaped.name
    sheet = worksheet(shaped)
    assert unseen(sheet) == set()
    assert structure(sheet) == PLAIN
    lines = list(csv.reader(summary(shaped, "csv").splitlines()))
    assert {len(line) for line in lines} == {12}
    assert len(lines) == len(shaped.nodes) + 1
    assert not [c for line in lines for c in line if c.startswith(("=", "+", "-", "@"))]
    told = summary(shaped, "markdown", SummaryOptions(ALL))
    assert unseen(told) == set()
    assert structure(told) == PLAIN_SUMMARY
    html = summary(shaped, "html")
    assert unseen(html) == set()
    assert {e.tag for e in ET.fromstring(html).iter()} == {
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
    }
    for written, plain in ((flat_spec, flat_data), (blocks_spec, blocks_data)):
        expanded = written(shaped)
        assert unseen(expanded) == set()
        document = parse(Source("a.yaml", expanded), Sink())
        assert document is not None
        assert document.value == plain(shaped)
        assert sound(expanded, "a.yaml").params == shaped.params
    source = emit(shaped)
    assert unseen(source) == set()
    assert not difference(source, shaped)
    if other == "branch":
        assert "\ndef unit(" in source


@settings(max_examples=examples(8))
@given(st.integers(0, 2**32))
def test_pictures_at_random(seed: int) -> None:
    rng = Random(seed)
    text, other = nasty_text(rng), nasty_text(rng)
    name = f"/a/{nasty_text(rng).replace('/', '')}.json"
    shaped = sound(json.dumps(nasty_spec(text, other)), name)
    graph = picture(shaped, Options(detail="layers", theme="auto", dot="bundled"))
    volumes = picture(shaped, Options(view="volumes", theme="auto"))
    for found, format in ((graph, "dot"), (graph, "mmd"), (graph, "svg"), (volumes, "svg")):
        data = render(found, format).decode()
        assert unseen(data.replace("\t", "")) == set(), format
        if format == "mmd":
            assert "%%{" not in data
            assert data.count("\n---\n") == 1
            assert data.startswith("---\ntitle: ")
        if format == "svg":
            tags = {e.tag.rpartition("}")[2] for e in ET.fromstring(data).iter()}
            assert not tags & {"script", "a", "image", "use", "foreignObject", "img"}
    assert render(volumes, "png").startswith(b"\x89PNG")


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32))
def test_unsound_specs_at_random(seed: int) -> None:
    rng = Random(seed)
    name = nasty_text(rng) + "\ud800" * rng.randint(0, 1)
    text = json.dumps(unsound_spec(nasty_text(rng)))
    sink = Sink()
    assert read(text, name + ".json", sink) is None
    found = sink.diagnostics
    for format in FORMATS:
        printed = report(found, format)
        assert unseen(printed) == set(), format
        if format in ("concise", "github"):
            assert len(printed.splitlines()) == len(found)
        if format == "github":
            assert all(re.match("::(error|warning) file=", k) for k in printed.splitlines())
        if format == "json":
            assert {f["file"] for f in json.loads(printed)} == {name + ".json"}
        if format == "sarif":
            json.loads(printed)
