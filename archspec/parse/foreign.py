"""Files of other tools, known by what stands in them: models, configurations, source code."""

import re
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink, SourcePlace, Span
from archspec.diagnostics.source import Source

_OURS = re.compile(r"""(?m)^[\s{'"-]*archspec\b|["']archspec["']\s*:""")
_IMPORT = "`archspec import FILE -o net.yaml` makes a spec of it"
_ENTRY = "write each layer as an entry of `layers`: `- Conv2D: {filters: 32, kernel_size: 3}`"
_START = "`archspec new NAME` writes a spec to start from"
_CHECK_FOLDER = "`archspec check FOLDER` passes such files over"


class Foreign(NamedTuple):
    """What a file is, with its article; what can be done; and the word by which it is known."""

    name: str
    help: str
    word: str


class _Kind(NamedTuple):
    """Keys that a file of a tool has, all of the first and one of the second, if there are any."""

    name: str
    help: str
    all_of: tuple[str, ...]
    one_of: tuple[str, ...] = ()


_BY_KEYS = (
    _Kind("the structure of a Keras model (JSON)", _IMPORT, ("class_name", "config")),
    _Kind("a model of TensorFlow.js", _IMPORT, ("modelTopology",)),
    _Kind("a notebook of Jupyter", _ENTRY, ("nbformat", "cells")),
    _Kind("a network of Ultralytics (YOLO)", _ENTRY, ("backbone",), ("head", "nc")),
    _Kind("a data set of Ultralytics (YOLO)", _START, ("names", "train"), ("nc", "val")),
    _Kind("a manifest of Kubernetes", _CHECK_FOLDER, ("apiVersion", "kind")),
    _Kind("a workflow of GitHub", _CHECK_FOLDER, ("jobs",), ("on", "true")),
    _Kind("a file of npm (package.json)", _CHECK_FOLDER, ("dependencies",), ("name", "version")),
    _Kind("a file of npm (package.json)", _CHECK_FOLDER, ("scripts", "name"), ("version", "main")),
    _Kind("an environment of Conda", _CHECK_FOLDER, ("dependencies", "channels")),
    _Kind("a description of an API (OpenAPI)", _CHECK_FOLDER, ("paths",), ("openapi", "swagger")),
    _Kind("a JSON Schema", _CHECK_FOLDER, ("$schema",), ("properties", "$defs", "type")),
    _Kind(
        "a configuration of Transformers", _ENTRY, ("model_type",), ("architectures", "hidden_size")
    ),
    _Kind("a configuration of Hydra", _START, ("_target_",)),
    _Kind(
        "a configuration of pre-commit", _CHECK_FOLDER, ("repos",), ("default_language_version",)
    ),
    _Kind("a description of a model in MLflow", _CHECK_FOLDER, ("flavors",)),
    _Kind("annotations of pictures (COCO)", _CHECK_FOLDER, ("images", "annotations")),
)

_BY_TEXT = (
    ("a web page (HTML)", "", r"\s*<!doctype html|\s*<html\b", re.IGNORECASE),
    ("a text in XML", "", r"\s*<\?xml\b|\s*<svg\b", re.IGNORECASE),
    ("a pointer of Git LFS", "`git lfs pull` fetches the file", r"version https://git-lfs", 0),
    ("a network of Darknet (cfg)", _ENTRY, r"^\[(net|network|convolutional|maxpool|yolo)\]\s*$", re.M),
    ("a network of Caffe (prototxt)", _ENTRY, r"^layers?\s*\{(?=[^}]*\b(type|bottom|top)\s*:)", re.M),
    ("the text of a PyTorch model, as `print` gives it", _ENTRY, r"^\w+\(\n\s+\(\w+\): \w+\(", re.M),
    ("the summary of a Keras model", _ENTRY, r'^Model: "|^\W*Layer \(type\)', re.M),
    ("a script for the shell", "", r"#!.*\b(sh|bash|zsh)\b", 0),
    ("Python source", _ENTRY, r"^(?:from [\w.]+ )?import \w|^(?:def|class) \w+.*:\s*$|^#!.*python", re.M),
    ("source in C or C++", "", r"^#include [<\"]", re.M),
    ("a text in LaTeX", "", r"\\documentclass", 0),
    ("a Dockerfile", "", r"^FROM \S+(?: AS \S+)?\s*\n(?s:.*)^(?:RUN|COPY|CMD|WORKDIR) ", re.M),
    ("settings in TOML or INI", _CHECK_FOLDER, r"^\[[\w. \"-]+\]\s*\n(?:\s*(?:[#;].*)?\n)*[\w.-]+\s*=", re.M),
)  # fmt: skip


def may_be_foreign(text: str) -> bool:
    """Whether a text does not say that it is one of ours."""
    return "archspec" not in text or _OURS.search(text) is None


def tell_foreign(source: Source, value: Any, sink: Sink) -> bool:
    """Report a file of another tool, if it is one; ``value`` is what could be read of it."""
    found = _by_value(value) or _by_text(source.text, value)
    if found is None:
        return False
    help = [found.help] if found.help else []
    at = source.text.find(found.word)
    at = max(at, 0)
    line = source.text.count("\n", 0, at) + 1
    column = at - source.text.rfind("\n", 0, at)
    width = len(found.word.split("\n")[0])
    span = Span(line, column, line, column + max(width, 1))
    message = f"this is {found.name}, not a spec"
    sink.report("AS006", SourcePlace(source, span), message, help=help)
    return True


def _by_value(value: Any) -> Foreign | None:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        first = value[0]
        if "hosts" in first and ("tasks" in first or "roles" in first):
            return Foreign("a playbook of Ansible", _CHECK_FOLDER, "hosts")
        if first.keys() >= {"class_name", "config"}:
            return Foreign("the structure of Keras layers (JSON)", _IMPORT, "class_name")
    if not isinstance(value, dict) or "archspec" in value:
        return None
    for kind in _BY_KEYS:
        known = all(key in value for key in kind.all_of)
        if known and (not kind.one_of or any(key in value for key in kind.one_of)):
            first_key = next(key for key in value if key in kind.all_of or key in kind.one_of)
            return Foreign(kind.name, kind.help, first_key)
    services = value.get("services")
    if isinstance(services, dict) and any(
        isinstance(s, dict) and not {"image", "build"}.isdisjoint(s) for s in services.values()
    ):
        word = "version" if next(iter(value)) == "version" else "services"
        return Foreign("a file of Docker Compose", _CHECK_FOLDER, word)
    return None


def _by_text(text: str, value: Any) -> Foreign | None:
    if isinstance(value, dict):
        return None
    for name, help, pattern, flags in _BY_TEXT:
        anywhere = bool(flags & re.MULTILINE) or name == "a text in LaTeX"
        match = re.compile(pattern, flags)
        found = match.search(text, 0, 100_000) if anywhere else match.match(text)
        if found:
            return Foreign(name, help, found[0].strip())
    return _table(text)


def _table(text: str) -> Foreign | None:
    """A table: lines with the same number of commas, and no sign of YAML or JSON."""
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:20]
    if len(text) > 20_000:
        lines = lines[:-1]
    for sign in (",", ";", "\t"):
        counts = {line.count(sign) for line in lines}
        alike = len(lines) >= 2 and len(counts) == 1 and 0 not in counts
        if alike and not re.search(r"[\[\]{}]|: |:$", "\n".join(lines)):
            return Foreign("a table (CSV)", "", lines[0].strip())
    return None
