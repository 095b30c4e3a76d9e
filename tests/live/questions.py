"""Questions as a page asks them, and such as none does: with fields left out, or of any value."""

from random import Random
from typing import Any

TEXT = """archspec: 1
name: net
title: A net
params: {wide: 4}
input: [8, 8, 3]
blocks:
  cb:
    params: {f: int}
    layers:
      - Conv2D: {filters: f, kernel_size: 3}
layers:
  - Conv2D: {name: stem, filters: 8, kernel_size: 3}
  - cb: {f: wide}
  - Flatten
  - Dense: {units: 2, activation: softmax}
"""
WRONG = TEXT.replace("Flatten", "Flaten")
RECIPE = """archspec: 1
spec: net.yaml
data: {image_folder: {path: digits}}
loss: sparse_categorical_crossentropy
epochs: 1
"""

_ABOUT_TEXT: dict[str, dict[str, Any]] = {
    "answer": {},
    "hover": {"line": 12, "column": 7},
    "complete": {"line": 12, "column": 7},
    "definition": {"line": 13, "column": 6},
    "place": {"nodes": [1, 2]},
    "turn": {"name": "wide", "value": 8},
    "mend": {},
    "picture": {"options": {"view": "volumes", "detail": "blocks", "theme": "dark"}},
    "table": {"depth": 1},
    "worksheet": {},
    "source": {},
    "compare": {"before": TEXT.replace("8, kernel", "9, kernel"), "options": {}},
    "download": {"format": "csv"},
}
QUESTIONS: list[dict[str, Any]] = [
    *({"ask": word, "file": "net.yaml", **more} for word, more in _ABOUT_TEXT.items()),
    {"ask": "explain", "code": "AS401"},
    {"ask": "hello"},
    {"ask": "files"},
    {"ask": "open", "file": "net.yaml"},
    {"ask": "save", "file": "net.yaml", "stamp": "0", "force": False},
    {"ask": "state", "stamps": {"net.yaml": "0"}, "mark": ""},
    {"ask": "new", "from": "lenet5", "name": "one"},
]
"""One of each kind; those about texts lack their text."""

_VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 7, 2**31, 2**63, -(2**70), 10**4000, 0.5, -0.0, 1e308),
    *("", "net.yaml", "../net.yaml", "/etc/passwd", "a/b/c.yaml", "\0", "\ud800", "\u202e", "~"),
    *(
        "C:\\net.yaml",
        "net.yaml/",
        "//",
        ".",
        "..",
        ".hidden.yaml",
        "new.yaml",
        "new.py",
        "x" * 5000,
    ),
    *("<script>alert(1)</script>", "auto", "svg", "png", "all", "16cm", "a4", "nan", "é" * 300),
    *([], {}, [[]], [None], [1, "a"], [0] * 2000, {"": ""}, {"net.yaml": None}, {"net.yaml": []}),
    *({"net.yaml": "layers"}, {"/etc/passwd": "x"}, {"../x": "y"}, {"view": "volumes"}),
    *({"width": -1}, {"width": 10**30}, {"layer": "stem"}, {"block": "cb"}, {"expand": [{}]}),
    *({"columns": 10**9}, {"min_text": 1e-300}, {"direction": []}, {"shape": {"a": 1}}),
]
_TEXTS = [TEXT, WRONG, RECIPE, "", ":", "{", "a: &a [*a]", "[" * 200, "\0", "\ud800", "layers: 1"]


def strange(random: Random) -> dict[str, Any]:
    """A question in which some fields have any value, or are not there."""
    question = {"text": random.choice(_TEXTS), **random.choice(QUESTIONS)}
    for name in random.sample(sorted(question), k=min(len(question), random.choice((0, 1, 1, 2)))):
        if random.random() < 0.2:
            del question[name]
        elif isinstance(question[name], dict) and random.random() < 0.6:
            inner = dict(question[name])
            keys = [*inner, "theme", "expand", "width", "layer", "columns", "paper", "min_text"]
            inner[random.choice(keys)] = random.choice(_VALUES)
            question[name] = inner
        else:
            question[name] = random.choice(_VALUES)
    if random.random() < 0.2:
        question[random.choice(["texts", "options", "force", "zz"])] = random.choice(_VALUES)
    return question
