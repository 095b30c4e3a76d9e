"""The formats of reports: what programs get."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from archspec.diagnostics.characters import visible
from archspec.diagnostics.codes import CODES
from archspec.diagnostics.report import FORMATS, report
from archspec.diagnostics.sink import Diagnostic, Note, Place, Sink, SourcePlace, Span
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.pipeline import shape_document
from tests.conftest import Run

SPEC = """\
archspec: 1
title: "größe 漢字"
input: [20, 20, 3]
blocks:
  down:
    params: {filters: int}
    layers:
      - Conv2D: {filters: filters, kernel_size: 30}
layers:
  - down: {filters: 8}
  - down: {filters: 8, from: input}
  - Denes: {units: 3}  # 漢字
"""


def diagnostics(text: str, name: str = "nets/a net.yaml") -> list[Diagnostic]:
    sink = Sink()
    document = parse(Source(name, text), sink)
    if document is not None:
        shape_document(document, sink)
    return sink.diagnostics


@pytest.fixture
def window() -> list[Diagnostic]:
    return diagnostics(SPEC.replace("  - Denes: {units: 3}  # 漢字\n", ""))


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_to_say(format: str) -> None:
    text = report([], format)
    if format in ("text", "concise", "github"):
        assert text == ""
    else:
        assert text.endswith("\n")
        json.loads(text)


def test_text(window: list[Diagnostic]) -> None:
    text = report(window, "text")
    assert text.startswith(
        "error[AS401]: a window of 30 does not fit into a height of 20: 20 − 30 + 1 = −9\n"
        " --> nets/a net.yaml:8:49\n"
        "  |\n"
        "8 |       - Conv2D: {filters: filters, kernel_size: 30}\n"
        "  |                                                 ^^\n"
    )
    assert "  = note: the same at `down_1.conv2d`\n" in text


def test_text_in_colour(window: list[Diagnostic]) -> None:
    text = report(window, "text", color=True)
    assert "\x1b[1;31merror[AS401]\x1b[0m" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == report(window, "text")


def test_carets_stand_under_wide_characters() -> None:
    *_, found = diagnostics(SPEC.replace("  - Denes", "  - 漢字漢字"))
    line, carets = report([found], "text").split("\n")[3:5]
    assert line == "12 |   - 漢字漢字: {units: 3}  # 漢字"
    assert carets == "   |     ^^^^^^^^"


def test_long_lines_are_cut() -> None:
    names = ", ".join(["Identity"] * 40 + ["Denes"] + ["Identity"] * 40)
    text = report(diagnostics(f"archspec: 1\ninput: [8]\nlayers: [{names}]\n"), "text")
    line, carets = text.split("\n")[3:5]
    assert line.startswith("3 | …")
    assert line.endswith("…")
    assert len(line) < 120
    start = carets.index("^")
    assert line[start : start + 5] == "Denes"
    assert carets.count("^") == 5


def test_concise(window: list[Diagnostic]) -> None:
    text = report(diagnostics(SPEC), "concise")
    first, second, rest = text.split("\n")
    assert first.startswith("nets/a net.yaml:8:49: error[AS401] a window of 30 does not fit")
    assert second == (
        "nets/a net.yaml:12:5: error[AS201] there is no layer `Denes` (did you mean `Dense`?)"
    )
    assert rest == ""
    missing = [Diagnostic("AS001", SourcePlace(Source("x.yaml", "")), "cannot read this file")]
    assert report(missing, "concise") == "x.yaml: error[AS001] cannot read this file\n"


def test_json(window: list[Diagnostic]) -> None:
    (found,) = json.loads(report(window, "json"))
    assert list(found) == [
        *("code", "severity", "title", "message", "file"),
        *("line", "column", "end_line", "end_column", "notes", "help", "fixes", "page"),
    ]
    assert found["code"] == "AS401"
    assert found["severity"] == "error"
    assert found["title"] == CODES["AS401"]
    assert found["file"] == "nets/a net.yaml"
    assert [found[k] for k in ("line", "column", "end_line", "end_column")] == [8, 49, 8, 51]
    assert Path(found["page"]).read_text(encoding="utf-8").startswith("# AS401")
    assert found["help"]
    *_, called, same = found["notes"]
    assert called["line"] == 10
    assert called["file"] == "nets/a net.yaml"
    assert same == {"message": "the same at `down_1.conv2d`"}


def test_json_counts_characters() -> None:
    *_, found = json.loads(report(diagnostics(SPEC.replace("Denes", "größer😀")), "json"))
    assert (found["line"], found["column"], found["end_column"]) == (12, 5, 12)


def test_json_of_a_file_as_a_whole() -> None:
    missing = [Diagnostic("AS001", SourcePlace(Source("x.yaml", "")), "cannot read this file")]
    (found,) = json.loads(report(missing, "json"))
    assert found["line"] is None
    assert found["end_column"] is None


def test_github(window: list[Diagnostic]) -> None:
    text = report(window, "github")
    start = "::error file=nets/a net.yaml,line=8,col=49,endColumn=51,title=AS401::a window of 30"
    assert text.startswith(start)
    assert text.count("\n") == 1
    assert "%0Anote: sizes: input 20×20×3 → down.conv2d" in text
    assert "%0Ahelp: `padding: same` would fit" in text


def test_github_escapes() -> None:
    place = SourcePlace(Source("a,b:c%.yaml", "x\ny\n"), Span(1, 1, 2, 2))
    found = Diagnostic("AS903", place, "100 % ::error:: of\nit", help=["a, b: c"])
    assert report([found], "github") == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=1,col=1,endLine=2,title=AS903"
        "::100 %25 ::error:: of␊it%0Ahelp: a, b: c\n"
    )


def test_messages_are_one_visible_line() -> None:
    text = visible("a\x1b[31m\n\t\u202eb\x9b\ud800\u2028")
    assert text == "a␛[31m␊␉�b�?�"
    found = Diagnostic("AS102", SourcePlace(Source("a\n.yaml", "")), "x\x07" * 1000)
    assert "\x07" not in report([found], "text")
    assert len(found.message) <= 600
    assert report([found], "concise").count("\n") == 1


# SARIF


def check_sarif(log: Any) -> None:
    """The shape that the standard asks for (SARIF 2.1.0, sections 3.13 to 3.58)."""
    assert log["$schema"].endswith("sarif-2.1.0.json")
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "archspec"
    rules = driver["rules"]
    identifiers = [rule["id"] for rule in rules]
    assert identifiers == list(CODES)
    assert len(set(identifiers)) == len(identifiers)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    for result in run["results"]:
        assert set(result) <= {
            *("ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations"),
            "fixes",
        }
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        check_location(result["locations"][0])
        numbers = []
        for related in result.get("relatedLocations", []):
            assert related["message"]["text"]
            numbers.append(related["id"])
            check_location(related)
        assert len(set(numbers)) == len(numbers)


def check_location(location: Any) -> None:
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    # A relative reference: no scheme, only characters that a URI may have.
    assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+", uri)
    assert not uri.startswith("/")
    region = physical.get("region")
    if region is not None:
        assert list(region) == ["startLine", "startColumn", "endLine", "endColumn"]
        assert all(type(value) is int and value >= 1 for value in region.values())
        start = region["startLine"], region["startColumn"]
        assert start <= (region["endLine"], region["endColumn"])


def sarif(found: list[Diagnostic]) -> Any:
    log = json.loads(report(found, "sarif"))
    check_sarif(log)
    return log["runs"][0]["results"]


def test_sarif(window: list[Diagnostic]) -> None:
    (result,) = sarif(window)
    assert result["ruleId"] == "AS401"
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "nets/a%20net.yaml"
    assert location["region"] == {"startLine": 8, "startColumn": 49, "endLine": 8, "endColumn": 51}
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 10
    assert "the same at `down_1.conv2d`" in result["message"]["text"]


def test_sarif_of_no_errors() -> None:
    assert sarif([]) == []


def test_sarif_of_a_file_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places = [SourcePlace(Source(n, "")) for n in (str(tmp_path / "ä b.yaml"), "<stdin>", "\udcff")]
    results = sarif([Diagnostic("AS001", place, "cannot read this file") for place in places])
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results]
    assert [unquote(u, errors="replace") for u in uris] == ["ä b.yaml", "stdin", "�"]
    assert all("region" not in r["locations"][0]["physicalLocation"] for r in results)


def test_sarif_of_warnings() -> None:
    text = "archspec: 1\nparams: {a: 1}\ninput: [8, 8]\nlayers: [Flatten]\n"
    (result,) = sarif(diagnostics(text))
    assert (result["ruleId"], result["level"]) == ("AS903", "warning")


# All formats


@pytest.mark.parametrize("format", FORMATS)
def test_check_writes_every_format(format: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    outcome = run("check", "--format", format, str(tmp_path / "net.yaml"))
    assert outcome.status == 1
    assert "AS201" in outcome.out
    assert outcome.err == ""
    if format in ("json", "sarif"):
        json.loads(outcome.out)


def test_note_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "archspec: 1\nparams: {n: 3}\ninput: [8, 8]\nlayers: [Flatten]\n"
    )
    text = "archspec: 1\nextends: base.yaml\nparams: {n: x}\n"
    found = diagnostics(text, str(tmp_path / "net.yaml"))
    base = str(tmp_path / "base.yaml")
    assert f"note: it is declared here ({base}:2:10)" in report(found, "text")
    (first,) = json.loads(report(found, "json"))
    assert first["notes"][0]["file"] == base


def test_one_mistake_is_told_once() -> None:
    sink = Sink()
    document = parse(Source("net.yaml", SPEC), sink)
    assert document is not None
    place: Callable[..., Place] = document.root.at
    for node in ("a", "b", "c", "d", "e"):
        sink.report("AS401", place("layers"), "too small", node=node)
    sink.report("AS401", place("input"), "too small", notes=[Note("see", place("title"))])
    first, second = sink.diagnostics
    assert first.place == place("input")
    assert second.all_notes[-1].message == "the same at `b`, `c`, `d` and 1 more"
