"""The proof: the same network, and nothing else, is the same.

``python tests/importer_run.py mutations --count 10000`` asks it many times.
"""

import time
from typing import Any

import pytest

from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import FlatGraph, FlatNode, flat_graph
from archspec.importer.prove import MOST_TOLD, apart, differences
from archspec.layers import layer_types
from archspec.pipeline import no_collection
from archspec.spec.written import document
from tests.conftest import examples
from tests.importer.mutations import MUTATIONS, load
from tests.importer_run import run_mutations

HEAD = "archspec: 1\ninput: [8, 8, 3]\nlayers:\n"


def _told(first: str, second: str, head: str = HEAD) -> list[str]:
    """What differs between two specs."""
    one, other = load(head + first), load(head + second)
    assert one is not None
    assert other is not None
    return differences(flat_graph(one), other)


SAME = {
    "names": (
        "- Conv2D: {name: a, filters: 4, kernel_size: 3}",
        "- Conv2D: {filters: 4, kernel_size: 3}",
    ),
    "the order of a sum": (
        "- {ReLU: {name: a}}\n- {ELU: {name: b}}\n- Add: {from: [a, b]}",
        "- {ReLU: {name: a}}\n- {ELU: {name: b}}\n- Add: {from: [b, a]}",
    ),
    "the order of lines": (
        "- {ReLU: {name: a}}\n- {ELU: {name: b, from: input}}\n- Concatenate: {from: [a, b]}",
        "- {ELU: {name: b}}\n- {ReLU: {name: a, from: input}}\n- Concatenate: {from: [a, b]}",
    ),
    "who is called first": (
        "- {Dense: {name: a, units: 3}}\n- {ReLU: {name: r, from: input}}\n"
        "- {apply: {layer: a, name: b, from: r}}\n- Concatenate: {from: [a, b]}",
        "- ReLU\n- {Dense: {name: b, units: 3}}\n"
        "- {apply: {layer: b, name: a, from: input}}\n- Concatenate: {from: [a, b]}",
    ),
    "what is trained where there are no weights": ("- ReLU", "- ReLU: {trainable: false}"),
    "a layer without weights that is used twice": (
        "- {ReLU: {name: a}}\n- ELU\n- {apply: {layer: a, name: b}}",
        "- ReLU\n- ELU\n- ReLU",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_what_is_the_same(name: str) -> None:
    first, second = SAME[name]
    assert _told(first, second) == []
    assert _told(second, first) == []


def test_a_default_is_read_as_what_is_written() -> None:
    head = "archspec: 1\ninput: [8, 8, 3]\nlayers:\n"
    assert (
        _told(
            "- RandomSharpness: {factor: 0.5}",
            "- RandomSharpness: {factor: 0.5, value_range: [0, 255]}",
            head,
        )
        == []
    )
    assert (
        _told(
            "- RandomSharpness: {factor: 0.5}",
            "- RandomSharpness: {factor: 0.5, value_range: [0, 254]}",
            head,
        )
        != []
    )


OTHER: dict[str, tuple[str, str, str]] = {
    "an argument": ("- ReLU", "- ReLU: 6", "`re_lu` ReLU: max_value nothing → 6.0"),
    "an initializer": (
        "- Dense: {units: 3}",
        "- Dense: {units: 3, kernel_initializer: he_normal}",
        "`dense` Dense: kernel_initializer glorot_uniform → he_normal",
    ),
    "what is trained": (
        "- Dense: {name: a, units: 3}",
        "- Dense: {name: b, units: 3, trainable: false}",
        "`a` Dense: trainable true → false",
    ),
    "an argument of a layer in a layer": (
        "- Reshape: [8, 24]\n- Bidirectional: {layer: {LSTM: {units: 4}}}",
        "- Reshape: [8, 24]\n- Bidirectional: {layer: {LSTM: {units: 5}}}",
        "`bidirectional` Bidirectional: layer: units 4 → 5",
    ),
    "the order of a concatenation": (
        "- {ReLU: {name: a}}\n- {ELU: {name: b}}\n- Concatenate: {from: [a, b]}",
        "- {ReLU: {name: a}}\n- {ELU: {name: b}}\n- Concatenate: {from: [b, a]}",
        "`concatenate` Concatenate: reads `a`, `b` → `b`, `a`",
    ),
    "one layer for two": (
        "- {Dense: {name: a, units: 3}}\n- {Dense: {name: b, units: 3, from: input}}\n"
        "- Add: {from: [a, b]}",
        "- {Dense: {name: a, units: 3}}\n- Add: {from: [a, a]}",
        "`b` Dense: not in the spec",
    ),
    "the same weights for two": (
        "- {Dense: {name: a, units: 3}}\n- {Dense: {name: b, units: 3, from: input}}\n"
        "- Add: {from: [a, b]}",
        "- {Dense: {name: a, units: 3}}\n- {apply: {layer: a, name: b, from: input}}\n"
        "- Add: {from: [a, b]}",
        "`b` Dense: shares its weights with others",
    ),
    "outputs": (
        "- {ReLU: {name: a}}\n- {ELU: {name: b}}\noutputs: [a, b]",
        "- {ReLU: {name: a}}\n- {ELU: {name: b}}\noutputs: [b, a]",
        "outputs `a`, `b` → `b`, `a`",
    ),
    "what leads nowhere": (
        "- {ReLU: {name: a}}\n- {ELU: {from: input}}",
        "- ELU",
        "`a` ReLU: not in the spec",
    ),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_is_not(name: str) -> None:
    first, second, told = OTHER[name]
    assert told in _told(first, second)
    assert _told(second, first) != []


def test_inputs_have_their_order_names_and_kinds() -> None:
    body = "layers: [{Concatenate: {from: [a, b]}}]\n"
    one = f"inputs: {{a: [3], b: [3]}}\n{body}"
    head = "archspec: 1\n"
    assert _told(one, one, head) == []
    swapped = f"inputs: {{b: [3], a: [3]}}\n{body}"
    assert _told(one, swapped, head) != []
    renamed = "inputs: {a: [3], c: [3]}\nlayers: [{Concatenate: {from: [a, c]}}]\n"
    assert _told(one, renamed, head) == ["names of inputs `a`, `b` → `a`, `c`"]
    typed = f"inputs: {{a: [3], b: {{shape: [3], dtype: float16}}}}\n{body}"
    assert _told(one, typed, head) == ["`b` Input: dtype nothing → float16"]


def test_names_that_a_spec_cannot_have_are_the_same() -> None:
    shaped = load("archspec: 1\ninputs: {a_1: [3], b: [3]}\nlayers: [{Add: {from: [a_1, b]}}]\n")
    assert shaped is not None
    graph = flat_graph(shaped)
    graph.nodes[0] = graph.nodes[0]._replace(name="a:1")
    assert differences(graph, shaped) == []
    graph.nodes[0] = graph.nodes[0]._replace(name="x")
    assert differences(graph, shaped) == ["names of inputs `x`, `b` → `a_1`, `b`"]


def test_of_many_differences_the_first_are_told() -> None:
    told = _told("- Dense: 3\n" * 20, "- Dense: 4\n" * 20)
    assert told[0] == "`dense` Dense: units 3 → 4"
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == "and 10 more"


def test_one_change_is_one_line() -> None:
    lines = ["- {Dense: 8}\n- BatchNormalization\n- ReLU\n"] * 30
    more = [*lines[:15], "- {Dense: 8}\n- ReLU\n- ReLU\n", *lines[16:]]
    assert _told("".join(lines), "".join(more)) == [
        "`batch_normalization_15` BatchNormalization: BatchNormalization → ReLU"
    ]
    less = [*lines[:15], "- {Dense: 8}\n- ReLU\n", *lines[16:]]
    assert _told("".join(lines), "".join(less)) == [
        "`batch_normalization_15` BatchNormalization: not in the spec",
        "`re_lu_15` ReLU: reads `batch_normalization_15` → `dense_15`",
    ]


def _graph(layers: list[Any], reads: list[tuple[int, ...]], shared: bool = False) -> FlatGraph:
    nodes = [
        FlatNode(layer, tuple([(n, 0) for n in read]), f"n{index}", shares=1 if again else -1)
        for index, (layer, read) in enumerate(zip(layers, reads, strict=True))
        for again in [shared and 1 < index < len(layers) - 1]
    ]
    return FlatGraph("g", nodes, [0], [(len(nodes) - 1, 0)])


_START, _DENSE, _ADD = (
    layer_types()[name](**arguments)
    for name, arguments in (("Input", {"shape": (4,)}), ("Dense", {"units": 4}), ("Add", {}))
)
_BRANCHES = [_START, *[_DENSE] * 1000, _ADD], [(), *[(0,)] * 1000, tuple(range(1, 1001))]
LARGE = {
    "a chain": _graph([_START, *[_DENSE] * 1000], [(), *((n,) for n in range(1000))]),
    "equal branches": _graph(*_BRANCHES),
    "one layer in all branches": _graph(*_BRANCHES, shared=True),
    "doubled again and again": _graph(
        [_START, *[_ADD] * 1000], [(), *((n, n) for n in range(1000))]
    ),
    "all with all": _graph(
        [_START, *[_ADD] * 990],
        [
            (),
            *[(0,)] * 30,
            *(tuple(range(n - 29, n + 1)) for n in range(30, 990, 30) for _ in range(30)),
        ],
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_thousand_layers_are_quick(name: str) -> None:
    graph = LARGE[name]
    weighted = [node.layer is _DENSE for node in graph.nodes]
    other = graph._replace(nodes=[n._replace(name=f"other_{n.name}") for n in graph.nodes])
    changed = graph.nodes[500]._replace(layer=layer_types()["Identity"]())
    mutated = graph._replace(nodes=[*graph.nodes[:500], changed, *graph.nodes[501:]])
    took = []
    for _ in range(3):
        with no_collection():  # as `import` does it: other tests leave millions of objects
            begun = time.process_time()
            assert apart(graph, other, weighted) == []
            assert apart(mutated, other, weighted) != []
            took.append(time.process_time() - begun)
        if took[-1] < 0.6:
            break
    assert min(took) < 0.6  # each takes 0.03 to 0.2 s


def test_every_mutation_is_seen() -> None:
    counts, wrong = run_mutations(0, examples(250))
    assert wrong == []
    assert counts["the same after all"] < 0.25 * counts["mutations"]
    assert {way.__name__ for way in MUTATIONS} <= {*counts}


def test_a_flat_spec_is_the_same() -> None:
    shaped = load(HEAD + "- Conv2D: {filters: 4, kernel_size: 3}\n- Flatten\n- {Dense: {units: 3}}")
    assert shaped is not None
    again = load(document(flat_data(flat_graph(shaped))))
    assert again is not None
    assert differences(flat_graph(shaped), again) == []
