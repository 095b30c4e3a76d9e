"""A value of another kind in every place of a spec: an error, never a traceback."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.pipeline import shape_document

SPECS: dict[str, dict[str, Any]] = {
    "network": {
        "archspec": 1,
        "name": "net",
        "title": "a network",
        "params": {"width": 8, "depths": [1, 2]},
        "let": {"twice": "2*width"},
        "defaults": {"Conv2D": {"use_bias": False}},
        "lint": {"ignore": ["AS902"]},
        "input": [16, 16, 3],
        "use": {"stem": {"from": "blocks.yaml", "params": {"width": 4}}},
        "blocks": {
            "unit": {
                "params": {"filters": "int", "act": "relu"},
                "inputs": ["left", "right"],
                "outputs": {"sum": "add", "other": "left"},
                "let": {"half": "filters//2"},
                "layers": [{"Add": {"from": ["left", "right"]}}, {"Activation": "$act"}],
            }
        },
        "layers": [
            {
                "Conv2D": {
                    "name": "a",
                    "filters": "width",
                    "kernel_size": [3, 3],
                    "expect": [14, 14, 8],
                }
            },
            {"repeat": {"for": {"n": [8, 8]}, "as": "i", "layers": [{"Dense": "n"}]}},
            {"repeat": {"for": ["n"], "rows": [[8], [8]], "layers": ["ReLU"]}},
            {"parallel": {"branches": {"one": ["ReLU"], "same": []}, "merge": "Add"}},
            {"residual": {"layers": ["ReLU"], "shortcut": ["ReLU"], "skip": "width == 8"}},
            {"dense_block": {"times": 2, "layers": [{"Dense": 4}]}},
            {"unit": {"name": "u", "from": ["a", "dense"], "filters": 8, "when": False}},
            {"TimeDistributed": {"layer": {"Dense": {"units": 4}}, "trainable": False}},
            {"Dense": {"units": 2, "kernel_regularizer": {"L2": {"l2": 0.1}}, "dtype": "float16"}},
            {"apply": {"layer": "dense", "name": "again", "from": "a"}},
        ],
        "outputs": ["again"],
        "expect": {"params": "10*width", "source": "a table"},
    },
    "several inputs": {
        "archspec": 1,
        "extends": "base.yaml",
        "inputs": {"x": [4, 8], "y": {"shape": [4], "dtype": "int32"}},
        "layers": [
            {
                "MultiHeadAttention": {
                    "num_heads": 2,
                    "key_dim": 4,
                    "from": {"query": "x", "value": "x"},
                }
            },
            "Flatten",
        ],
    },
    "used": {"archspec": 1, "use": "Absolute", "input": [4], "layers": ["x"]},
}
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    "",
    "a b",
    [],
    [[]],
    [{}],
    {},
    {"a": {"b": []}},
    [None, 1],
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """All places in a value, those of keys and entries with what is in them."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in inner:
        if isinstance(below, dict | list):
            yield from _places(below, (*path, key))
        else:
            yield (*path, key)


@pytest.mark.parametrize("name", SPECS)
def test_every_place(name: str, full: bool) -> None:
    for number, path in enumerate(_places(SPECS[name])):
        for odd in ODD if full else ODD[number % 4 :: 4]:
            spec = copy.deepcopy(SPECS[name])
            inner: Any = spec
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = odd
            text = json.dumps(spec)
            sink = Sink()
            try:
                document = parse(Source("net.json", text), sink)
                if document is not None:
                    shape_document(document, sink)
            except Exception as error:
                raise AssertionError(f"{odd!r} at {path}: {text}") from error
            assert isinstance(sink.diagnostics, list)
