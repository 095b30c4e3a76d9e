"""What `archspec check` says of mistakes that people make: found, where, how many errors, mended?

The files in tests/mistakes/ were written before anybody looked at what `check` says of them: broken
texts with the lines of their mistakes, suspicious networks, and fine ones that look suspicious.

    python tests/mistakes_run.py [--set a] [--kind WORD] [--list found|line|count|mend|wrong]
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from archspec.commands.check import command

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.entries import read_entries

FOLDER = Path(__file__).parent / "mistakes"


class Mistakes(NamedTuple):
    """A text of somebody, and what is wrong with it."""

    set: str
    name: str
    kind: str
    text: str
    file: str
    files: dict[str, str]
    lines: list[list[int]]
    """For each mistake the lines at which it may be told."""
    mended: str | None


class Judged(NamedTuple):
    """What became of a text."""

    entry: Mistakes
    errors: list[dict[str, Any]]
    found: bool
    """Every mistake is told."""
    line: bool
    """The first error stands at a line of a mistake."""
    exact: bool
    """There are as many errors as mistakes."""
    proposed: bool
    """The first error says what to write instead."""
    mended: bool
    """Each mistake is gone after the first fix of one of its errors, and nothing new has come."""
    wrong: list[str]
    """Fixes that were told and do not help, or bring what is no other mistake of the text."""


def read_set(name: str) -> list[Mistakes]:
    """The broken texts of a set."""
    found = []
    for path in sorted(FOLDER.glob(f"{name}_*.yaml")):
        if path.stem.endswith(("_suspicious", "_fine")):
            continue
        for entry in read_entries(path):
            if "legal" in entry:
                continue  # it is no mistake, or none any more
            file = entry.get("file") or (
                "recipe.yaml"
                if entry.get("recipe")
                else "spec.json"
                if entry.get("json")
                else "spec.yaml"
            )
            lines = [each if isinstance(each, list) else [each] for each in entry["lines"]]
            found.append(
                Mistakes(
                    name,
                    entry["name"],
                    entry["kind"],
                    entry["text"],
                    file,
                    entry.get("files") or {},
                    lines,
                    entry.get("mended"),
                )
            )
    return found


def read_legal(name: str) -> list[Mistakes]:
    """The texts of a set that turned out to be right, or have become so since."""
    found = []
    for path in sorted(FOLDER.glob(f"{name}_*.yaml")):
        for entry in read_entries(path):
            if "legal" in entry:
                file = entry.get("file") or "spec.yaml"
                files = entry.get("files") or {}
                args = entry["name"], entry["kind"], entry["text"], file, files
                found.append(Mistakes(name, *args, [], None))
    return found


def read_networks(name: str, which: str) -> list[Mistakes]:
    """The ``suspicious`` or the ``fine`` texts of a set."""
    found = []
    for path in sorted(FOLDER.glob(f"{name}_{which}.yaml")):
        for entry in read_entries(path):
            lines = [e if isinstance(e, list) else [e] for e in entry.get("lines", [])]
            file = entry.get("file") or ("recipe.yaml" if entry.get("recipe") else "spec.yaml")
            files = entry.get("files") or {}
            kind = entry.get("kind", which)
            found.append(
                Mistakes(name, entry["name"], kind, entry["text"], file, files, lines, None)
            )
    return found


@contextlib.contextmanager
def folder_of(entry: Mistakes) -> Iterator[None]:
    """A folder with the files of an entry, as the current one."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for name, text in {**entry.files, entry.file: entry.text}.items():
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_text(text, encoding="utf-8")
            yield
        finally:
            os.chdir(before)


def check(file: str, *options: str) -> list[dict[str, Any]]:
    """What `check` says, as data."""
    done = CliRunner().invoke(command, [file, "--format", "json", *options])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def of_highest(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The errors; the warnings of a text that has none, for what is legal is warned of."""
    errors = [e for e in told if e["severity"] == "error"]
    return errors or [e for e in told if e["severity"] == "warning"]


def judge(entry: Mistakes) -> Judged:
    """What `check` makes of a broken text."""
    with folder_of(entry):
        errors = of_highest(check(entry.file))
        places = [
            [e for e in errors if e["file"] == entry.file and (e["line"] or 1) in lines]
            for lines in entry.lines
        ]
        allowed = [line for lines in entry.lines for line in lines]
        line = bool(errors) and (errors[0]["line"] or 1) in allowed
        wrong = []
        mended = []
        for mine in places:
            outcomes = []
            for error in mine[:1]:
                for fix in error.get("fixes", [])[:1]:
                    new = _left(entry, errors, error, fix)
                    outcomes.append(not new)
                    if any(e["line"] not in allowed for e in new):
                        wrong.append(f"{error['code']} {error['message']} | {fix['message']}")
            mended.append(bool(outcomes) and outcomes[0])
        return Judged(
            entry,
            errors,
            all(places),
            line,
            len(errors) == len(entry.lines),
            bool(errors) and bool(errors[0].get("fixes")),
            all(mended),
            wrong,
        )


def _left(
    entry: Mistakes, errors: list[dict[str, Any]], error: dict[str, Any], fix: dict[str, Any]
) -> list[dict[str, Any]]:
    """The error if it is still there after a fix, and those that have come."""
    text = apply(entry.text, fix["edits"])
    Path(entry.file).write_text(text, encoding="utf-8")
    severity = error["severity"]
    after = [e for e in check(entry.file) if e["severity"] in ("error", severity)]
    Path(entry.file).write_text(entry.text, encoding="utf-8")
    rest = [(e["code"], e["message"]) for e in errors]
    told = error["code"], error["message"]
    rest.remove(told)
    new = []
    for each in after:
        key = (each["code"], each["message"])
        if key in rest:
            rest.remove(key)
        else:
            new.append({**each, "line": None if key == told else each["line"]})
    return new


def apply(text: str, edits: Sequence[dict[str, Any]]) -> str:
    """A text with edits, whose lines and columns are those of the text as it was."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(line: int, column: int) -> int:
        return min(starts[line - 1] + column - 1, len(text))

    spans = [
        (offset(e["line"], e["column"]), offset(e["end_line"], e["end_column"]), e["text"])
        for e in edits
    ]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def told(entry: Mistakes, *options: str) -> list[dict[str, Any]]:
    """The warnings, and the notes if asked for, of a network."""
    with folder_of(entry):
        return check(entry.file, *options)


def score(name: str, kind: str = "") -> list[Judged]:
    """All broken texts of a set."""
    return [judge(e) for e in read_set(name) if kind in e.kind]


def _show(judged: Judged) -> None:
    entry = judged.entry
    print(f"\n== {entry.name} ({entry.kind}), expected at {entry.lines}")
    print("\n".join(f"{n:3} {line}" for n, line in enumerate(entry.text.split("\n"), 1)))
    for error in judged.errors:
        print(f"  {error['line']}:{error['column']} {error['code']} {error['message']}")
        for help in error["help"]:
            print(f"      help: {help}")
    for wrong in judged.wrong:
        print(f"  wrong: {wrong}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--set", default="a")
    parser.add_argument("--kind", default="")
    parser.add_argument(
        "--list", choices=["found", "line", "count", "mend", "wrong", "told", "fine"]
    )
    options = parser.parse_args()
    judged = score(options.set, options.kind)
    rows = {
        "found": [j for j in judged if not j.found],
        "line": [j for j in judged if not j.line],
        "count": [j for j in judged if not j.exact],
        "mend": [j for j in judged if not j.mended and j.entry.mended is not None],
        "wrong": [j for j in judged if j.wrong],
    }
    mistakes = sum(len(j.entry.lines) for j in judged)
    print(f"set {options.set}: {len(judged)} texts, {mistakes} mistakes")
    for word, bad in rows.items():
        among = [j for j in judged if word != "mend" or j.entry.mended is not None]
        share = 1 - len(bad) / max(len(among), 1)
        print(f"  {word:6} {share:7.1%}  ({len(bad)} not)")
    suspicious = read_networks(options.set, "suspicious")
    every = [(e, told(e, *_notes())) for e in suspicious]
    silent = [(e, t) for e, t in every if not t]
    print(
        f"  told   {1 - len(silent) / max(len(every), 1):7.1%}  ({len(silent)} of {len(every)} not)"
    )
    alarms = [(e, t) for e in read_networks(options.set, "fine") if (t := told(e))]
    print(f"  false alarms on fine networks: {len(alarms)}")
    for each in rows.get(options.list or "", []):
        _show(each)
    for entry, found in {"told": silent, "fine": alarms}.get(options.list or "", []):
        print(f"\n== {entry.name} ({entry.kind}), at {entry.lines}\n{entry.text}")
        for warning in found:
            print(f"  {warning['line']}: {warning['code']} {warning['message']}")


def _notes() -> list[str]:
    has = any("--select" in p.opts for p in command.params)
    return ["--select", "AS8,AS9"] if has else []


if __name__ == "__main__":
    main()
