"""The answer to a text: diagnostics, shapes by line, words at positions, whatever the text is."""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest

from archspec.live.answer import Answer, answer
from archspec.live.completion import complete
from archspec.live.hover import hover
from archspec.live.names import definition
from archspec.live.outline import Symbol, outline
from archspec.live.shapes import kept_shapes, shapes_by_line
from archspec.shapes.shape import format_shape
from tests.conftest import ROOT
from tests.text_mutations import seeded

_FOUND = (*ROOT.glob("specs/*.yaml"), *ROOT.glob("specs/showcase/*.yaml"))
SPECS = [
    *sorted(str(path.relative_to(ROOT)) for path in _FOUND)[::2],
    "specs/families/resnet.yaml",
    "specs/families/densenet.yaml",
]

TEXT = """archspec: 1
params: {wide: 4}
input: [8, 8, 3]
blocks:
  cb:
    params: {f: int, k: 3}
    layers:
      - Conv2D: {filters: f, kernel_size: k}
layers:
  - Conv2D: {name: stem, filters: 8, kernel_size: 3}
  - ReLU
  - cb: {f: wide}
"""


def read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def nothing(path: str) -> bytes | None:
    return None


def answer_to(name: str) -> Answer:
    path = ROOT / name
    return answer(str(path), path.read_text("utf-8"), read)


@pytest.mark.parametrize("name", SPECS)
def test_each_line_says_the_shape_of_the_graph(name: str) -> None:
    found = answer_to(name)
    shapes = shapes_by_line(found)
    shaped = found.shaped
    if shaped is None or found.document is None:
        assert shapes == {}
        return
    assert found.diagnostics == []
    lines = defaultdict(list)
    words: dict[int, set[object]] = defaultdict(set)
    for node in shaped.nodes:
        item = node.node.item
        if item is None or item.place.document.source.name != found.name:
            continue
        for scope in node.node.scope.chain():
            if scope.item is not None and scope.item.place.document is item.place.document:
                words[scope.item.place.key().span().line].add(scope.item.place.path)
        line = item.place.key().span().line
        words[line].add(item.place.path)
        if item.word == type(node.layer).__name__ and node.live and node.node.shares < 0:
            lines[line].append(node)
    alone = {n: nodes for n, nodes in lines.items() if len(words[n]) == 1}
    assert alone or shaped.graph.spec.base is not None or not words
    for line, nodes in alone.items():
        first, last = (format_shape(nodes[i].output_shape) for i in (0, -1))
        assert shapes[line].times == len(nodes)
        assert shapes[line].label.startswith(f"→ {first}")
        assert format_shape(shapes[line].shapes[-1]) == last
        assert shapes[line].params == sum(node.params for node in nodes)


@pytest.mark.parametrize("name", ["alexnet", "lenet5", "inception_v1", "families/resnet"])
def test_the_lines_of_the_network_add_up_to_its_totals(name: str) -> None:
    found = answer_to(f"specs/{name}.yaml")
    (layers,) = [each for each in outline(found) if each.name == "layers"]
    starts = [each.word.line for each in layers.children]
    shapes = shapes_by_line(found)
    assert found.facts is not None
    assert sum(shapes[n].params for n in starts if n in shapes) == found.facts.params


def test_a_construct_says_what_leaves_it() -> None:
    shapes = shapes_by_line(answer_to("specs/showcase/unet.yaml"))
    labels = [each.label for each in shapes.values()]
    assert "→ 32×32×512 · 4,684,224 params" in labels  # of the way down, not of its skips
    assert "→ 568×568×64 … 64×64×512 · 4,684,224 params · 4 times" in labels


def test_an_extending_spec_says_its_totals() -> None:
    found = answer_to("specs/resnet50.yaml")
    assert [s.label for s in shapes_by_line(found).values()] == ["→ 1000 · 25,610,152 params"]


def test_the_last_sound_shapes_stay_where_nothing_has_changed() -> None:
    last = answer("x.yaml", TEXT, nothing)
    broken = answer("x.yaml", TEXT.replace("  - ReLU\n", "  - Dropout: {rate: 7}\n  - \n"), nothing)
    assert shapes_by_line(broken) == {}
    assert sorted(kept_shapes(last, broken)) == [8, 10, 13]


def test_files_are_read_through_the_given_function() -> None:
    text = "archspec: 1\ninput: [8]\nuse: {head: b.yaml}\nlayers: [head]\n"
    other = b"archspec: 1\nblocks: {head: [Dense: {units: 3}]}\n"
    asked: list[str] = []

    def given(path: str) -> bytes | None:
        asked.append(path)
        return other if path == "/nowhere/b.yaml" else None

    found = answer("/nowhere/a.yaml", text, given)
    assert found.diagnostics == []
    assert set(asked) == {"/nowhere/b.yaml"}
    assert [s.label for s in shapes_by_line(found).values()] == ["→ 3 · 27 params"]
    missing = answer("/nowhere/a.yaml", text, nothing)
    assert [d.code for d in missing.diagnostics] == ["AS108"]


def test_fixes_are_tried_with_the_given_files() -> None:
    text = "archspec: 1\ninput: [8]\nuse: {head: b.yaml}\nlayers: [Flaten, head]\n"
    other = b"archspec: 1\nblocks: {head: [Dense: {units: 3}]}\n"
    found = answer("/nowhere/a.yaml", text, lambda path: other)
    (told,) = found.diagnostics
    assert [(fix.message, fix.certain) for fix in told.tried] == [("did you mean `Flatten`?", True)]


def test_a_recipe_is_checked_with_the_given_network() -> None:
    text = (
        "archspec: 1\nspec: net.yaml\ndata: mnist\nloss: categorical_crossentropy\n"
        "optimizer: Adam\nepochs: 2\nprepare: {rescale: 1/255}\n"
    )
    net = "archspec: 1\ninput: [28, 28, 1]\nlayers: [Flatten, Dense: {units: UNITS, activation: softmax}]\n"
    sound = answer("/nowhere/r.yaml", text, lambda path: net.replace("UNITS", "10").encode())
    assert sound.recipe
    assert sound.diagnostics == []
    assert sound.facts is not None
    assert sound.facts.params == 7850
    wrong = answer("/nowhere/r.yaml", text, lambda path: net.replace("UNITS", "9").encode())
    assert wrong.diagnostics
    assert "Adam" in hover(sound, 5, 13)
    assert {c.label for c in complete(sound, 5, 13).found} > {"Adam", "SGD"}


@pytest.mark.parametrize(
    "text", ["services: {web: {image: nginx}}\n", "- a\n- b\n", "", "just words", "version: 3\n"]
)
def test_other_files_are_left_alone(text: str) -> None:
    found = answer("docker.yaml", text, nothing)
    assert not found.is_ours
    assert found.diagnostics == []
    assert hover(found, 1, 1) == ""
    assert outline(found) == ()


COMPLETIONS = {
    "  - |": {"Conv2D", "repeat", "cb"},
    "  - Co|": {"Conv2D", "cb"},
    "  - Conv2D: {|": {"filters", "name", "from"},
    "  - Conv2D: {filters: 3, fo|}": {"kernel_size", "padding"},
    "  - Conv2D: {filters: |}": {"wide"},
    "  - Conv2D: {filters: 3, activation: re|}": {"relu", "$wide"},
    "  - Conv2D:\n      |": {"filters", "kernel_size"},
    "  - Conv2D:\n      padding: |\n  - ReLU": {"same", "valid"},
    "  - Conv2D: {use_bias: |}": {"true", "false"},
    "  - Conv2D: {kernel_initializer: |}": {"HeNormal"},
    "  - Add: {from: [stem, |]}": {"stem", "re_lu", "cb", "input"},
    "  - Add: {from: |": {"stem", "re_lu"},
    "  - Bidirectional: {|": {"LSTM", "merge_mode"},
    "  - Activation: |": {"relu", "gelu"},
    "  - cb: {|}": {"f", "k", "name"},
    "  - repeat: {times: 3, layers: [|]}": {"ReLU", "cb"},
    "  - residual:\n      layers:\n        - |": {"Conv2D", "cb"},
    "  - parallel: {branches: {a: [|]}}": {"Conv2D"},
    "outp|": {"outputs", "title"},
    "outputs: |": {"stem"},
}


@pytest.mark.parametrize(("typed", "labels"), COMPLETIONS.items(), ids=COMPLETIONS)
def test_words_are_offered(typed: str, labels: set[str]) -> None:
    before, _, after = (TEXT + typed).partition("|")
    found = answer("x.yaml", before + after + "\n", nothing)
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    offered = complete(found, line, column, answer("x.yaml", TEXT, nothing))
    assert labels <= {each.label for each in offered.found}
    assert offered.start <= column <= offered.end


def test_what_was_given_is_not_offered_again() -> None:
    text = TEXT + "  - Conv2D: {filters: 3, }\n"
    offered = complete(answer("x.yaml", text, nothing), 13, 26)
    assert "filters" not in {each.label for each in offered.found}
    assert "kernel_size: " in {each.text for each in offered.found if each.required}


def test_nothing_is_offered_in_a_comment() -> None:
    assert complete(answer("x.yaml", TEXT + "  # - Co\n", nothing), 13, 9).found == ()


def test_later_layers_are_no_wires() -> None:
    text = TEXT.replace("ReLU", "Add: {from: }") + "  - Dense: {name: late, units: 2}\n"
    found = complete(answer("x.yaml", text, nothing), 11, 16)
    assert [each.label for each in found.found if each.kind == "wire"] == ["stem", "input"]


@pytest.mark.parametrize(
    ("line", "column", "parts"),
    [
        (10, 6, ("2D convolution", "kernel_size", "6×6×8", "3·3·3·8 + 8 = 224")),
        (10, 27, ("**filters** of Conv2D", "Number of output channels", "6×6×8")),
        (11, 6, ("ReLU", "negative_slope")),
        (12, 6, ("**cb**: block of x.yaml", "`f`: int, must be given", "`k`: `3`", "292")),
        (12, 14, ("`wide`: parameter, `4`",)),
        (8, 27, ("`f`: parameter of the block cb, int", "Number of output channels")),
        (2, 10, ("`wide`: parameter, `4`",)),
        (9, 3, ("The network",)),
    ],
)
def test_a_word_is_explained(line: int, column: int, parts: tuple[str, ...]) -> None:
    told = hover(answer("x.yaml", TEXT, nothing), line, column)
    assert [part for part in parts if part not in told] == []


def test_columns_are_code_points() -> None:
    text = (
        'archspec: 1\ntitle: "网络 🎉"\ninput: [8, 8, 3]\n'
        'layers: [Conv2D: {name: "卷积𝔘", filters: 4, kernel_size: 3}, ReLU]  # 🎉\n'
    )
    found = answer("x.yaml", text, nothing)
    line = found.lines[3]
    assert "Number of output channels" in hover(found, 4, line.index("filters") + 1)
    assert "**ReLU**" in hover(found, 4, line.index("ReLU") + 4)
    (layers,) = [each for each in outline(found) if each.name == "layers"]
    assert [each.name for each in layers.children] == ["卷积𝔘 (Conv2D)", "ReLU"]
    assert layers.children[1].word[1] == line.index("ReLU") + 1
    broken = answer("x.yaml", text.replace("ReLU]", "Add: {from: }]"), nothing)
    wires = complete(broken, 4, broken.lines[3].index("from: ") + 7)
    assert "卷积𝔘" in [each.label for each in wires.found]


def test_the_outline_holds_all_that_has_a_name() -> None:
    found = outline(answer("x.yaml", TEXT, nothing))
    names = [(each.name, each.kind) for each in _all(found)]
    assert ("cb", "block") in names
    assert ("wide", "parameter") in names
    assert ("stem (Conv2D)", "layer") in names
    (blocks,) = [each for each in found if each.name == "blocks"]
    assert (blocks.whole.line, blocks.whole.end_line) == (4, 8)


def _all(symbols: tuple[Symbol, ...]) -> list[Symbol]:
    return [each for s in symbols for each in (s, *_all(s.children))]


@pytest.mark.parametrize("layers", ["3", "@x", "{{a"])
def test_a_list_of_inputs_without_a_list_of_layers(layers: str) -> None:
    text = f"archspec: 1\ninputs: [[8], [3]]\nlayers: {layers}\n"
    assert answer("x.yaml", text, nothing).diagnostics


@pytest.mark.parametrize("seed", range(4))
def test_no_text_is_too_broken(seed: int) -> None:
    for number in range(12):
        name, text = seeded(1_000 + seed, number)
        random = Random(f"{seed}/{number}")
        found = answer(name, text, nothing)
        assert all(each.message for each in found.diagnostics)
        shapes_by_line(found)
        for each in _all(outline(found)):
            assert each.whole[:2] <= each.word[:2] <= each.word[2:] <= each.whole[2:]
        for _ in range(3):
            line = random.randrange(len(found.lines)) + 1
            column = random.randrange(len(found.lines[line - 1]) + 1) + 1
            hover(found, line, column)
            complete(found, line, column)
            definition(found, line, column)
        assert complete(found, len(found.lines) + 5, 3).found is not None


_LIGHT = """
import sys
from archspec.live.answer import answer
from archspec.live.completion import complete
from archspec.live.hover import hover
from archspec.live.names import definition
from archspec.live.outline import outline
from archspec.live.shapes import shapes_by_line

text = open(sys.argv[1], encoding="utf-8").read()
found = answer(sys.argv[1], text, lambda path: None)
print(len(shapes_by_line(found)), len(outline(found)), len(hover(found, 9, 6)) > 0)
complete(found, 9, 6), definition(found, 9, 6)
print(sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[2].split())))
"""


def test_an_answer_loads_nothing_heavy() -> None:
    heavy = "tensorflow keras torch jax numpy networkx rich PIL graphviz matplotlib pydantic pygls"
    done = subprocess.run(
        [sys.executable, "-c", _LIGHT, str(ROOT / "specs/alexnet.yaml"), heavy],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.stdout.splitlines()[1:] == ["[]"], done.stderr
