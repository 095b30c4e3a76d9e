"""Texts that act on terminals, break lines or are markup somewhere, and specs full of them."""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import yaml

from archspec.diagnostics.characters import visible

PIECES = (
    *("\x1b[2J", "\x1b]0;title\x07", "\r", "\n", "\r\n", "\t", "\0", "\x08", "\x7f", "\x85"),
    *(
        "\x9b31m",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ufffe",
        "\U000e0041",
    ),
    *("<script>alert(1)</script>", "</title></svg>", "<!--", "-->", "]]>", "&lt;", "&#10;", "&"),
    *('"""', "'''", '"', "'", "\\", "\\N", "\\u001b", '\\"', "{", "}", "{{", "{x}", "${x", "%s"),
    *("`", "``", "|", "*", "**", "_", "~~", "[a](javascript:b)", "![i](http://x)", "#", "\n# h"),
    *("\n- ", "\n1. ", "\n---\n", "\n```\n", "$a$", '"];', "click n0", "%%{init: {}}%%", "#quot;"),
    *("::error::x", "\n::error file=a::b", "%0A", "%", ",", ":", ": ", " #", "=1+1", "@SUM(A1)"),
    *("größe", "深い", "🙂", "a\u0300", "²", "ﬁ", "\u3000", "\xa0", "null", "1", " ", "a", "Net"),
)
EVERYTHING = " x ".join(PIECES)
"""All of it in one text."""


def unseen(text: str) -> set[str]:
    """The characters of an output that must not be in it; line feeds are archspec's own."""
    return {c for c in text if c != "\n" and visible(c) != c}


def nasty_text(rng: Random) -> str:
    """A text of a few pieces."""
    return "".join(rng.choices(PIECES, k=rng.randint(1, 6)))


def nasty_spec(text: str, other: str = "") -> dict[str, Any]:
    """A sound spec with a text wherever one may stand, and another one in its branches."""
    other = other or text
    source = {"source": text, "note": other}
    unit = [
        {"Conv2D": {"filters": "filters", "kernel_size": 1, "trainable": "mark > 0"}},
        {"parallel": {"branches": {other: ["ReLU"], f"{other}.": ["ReLU"]}, "merge": "Add"}},
    ]
    block = {"title": text, "params": {"filters": "int", "mark": 1}, "layers": unit}
    layers: list[Any] = [
        {"unit": {"filters": 2, "expect": {"params": 4, **source}}},
        {"repeat": {"times": 2, "name": "stage", "layers": [{"unit": {"filters": 2}}]}},
        {"unit": {"filters": 2, "mark": 2}},
        "Flatten",
        {"Dense": {"units": "classes"}},
    ]
    return {
        "archspec": 1,
        "title": text,
        "description": other + "\n" + text,
        "params": {"classes": 3},
        "input": [4, 4, 1],
        "blocks": {"unit": block},
        "layers": layers,
        "expect": {"params": 121, **source},
    }


def unsound_spec(text: str) -> dict[str, Any]:
    """A spec with a text wherever there is something to complain of."""
    layers = [
        {text: {"units": 3}},
        {"Dense": {"units": text, "from": text, text: text, "activation": text}},
        {"Dense": {"units": 3, "name": text}},
        {"Dense": [text], "Conv2D": text},
        text,
        {"parallel": {"branches": {text: [{"Conv2D": [2, 9]}], "b": [{"Conv2D": [2, 9]}]}}},
    ]
    return {
        "archspec": 1,
        "title": text,
        text: text,
        "use": {text: text, "a": text},
        "params": {text: text, "b": text},
        "input": [4, 4, 1],
        "layers": layers,
        "blocks": {text: {"layers": ["Flatten"]}, "c": text},
        "outputs": text,
    }


def nasty_folder(folder: Path) -> tuple[str, str, str]:
    """Files with nasty names in a nasty folder: a spec in JSON and in YAML, and an unsound one."""
    below = os.path.join(os.fspath(folder), "-d\x1b[2J\n::error::z\x9b,:%\udcff")
    os.makedirs(below)
    paths = []
    for stem, spec in (
        ("x\n::error::y\r\x1b[31m\u202e\udcfe.json", nasty_spec(EVERYTHING)),
        ("- \u2028\x7f.yaml", nasty_spec(EVERYTHING)),
        ("z\n\x1b]0;a\x07.json", unsound_spec(EVERYTHING)),
    ):
        paths.append(os.path.join(below, stem))
        write = json.dumps if stem.endswith(".json") else yaml.safe_dump  # with escapes, both
        with open(paths[-1], "w", encoding="ascii") as file:
            file.write(write(spec))
    return paths[0], paths[1], paths[2]
