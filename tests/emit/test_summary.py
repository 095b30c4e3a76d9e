"""`archspec summary`: numbers that add up, receptive fields, a calm table."""

import csv
import json
import time
from pathlib import Path
from typing import Any
from unicodedata import category, east_asian_width

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archspec.diagnostics.sink import Sink
from archspec.drawing.content.cards import diagram
from archspec.emit.summary import ALL, FORMATS, Options, summary
from archspec.emit.summary._rows import HEADER, summary_rows
from archspec.emit.summary.csv import cell
from archspec.emit.summary.json import summary_data
from archspec.emit.table import cut, pad, table, width
from archspec.emit.worksheet import worksheet
from archspec.files.modules import formats_in
from archspec.infer.infer import ShapedGraph
from archspec.infer.receptive.fields import receptive_fields
from archspec.pipeline import shape_file
from archspec.shapes.shape import format_shape
from tests.conftest import ROOT, Run
from tests.expand.test_expand import HEAD, SPECS, shaped


def network(name: str) -> ShapedGraph:
    found = shape_file(str(ROOT / "specs" / f"{name}.yaml"), Sink())
    assert found is not None
    return found


def networks() -> list[ShapedGraph]:
    found = [shape_file(str(path), Sink()) for path in SPECS]
    return [n for n in found if n is not None]


# Receptive fields


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("alexnet", "195"),
        ("vgg16", "212"),
        ("resnet50", "483"),
        ("resnet101", "1027"),
        ("resnet152", "1507"),
        ("mobilenet", "315"),
    ],
)
def test_fields_as_published(name: str, field: str) -> None:
    """The table of Araujo, Norris and Sim (Distill, 2019)."""
    fields = [f.text() for f in receptive_fields(network(name))]
    assert fields[fields.index("global") - 1] == field
    assert set(fields[fields.index("global") :]) == {"global"}


_WINDOW = st.fixed_dictionaries(
    {
        "kernel_size": st.integers(1, 5),
        "strides": st.integers(1, 3),
        "dilation_rate": st.integers(1, 3),
        "padding": st.sampled_from(["valid", "same"]),
    }
).filter(lambda w: w["strides"] == 1 or w["dilation_rate"] == 1)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(_WINDOW, st.integers(2, 3)), min_size=1, max_size=5))
def test_fields_as_found_by_following_every_value(steps: list[dict[str, Any] | int]) -> None:
    """One axis: which inputs does a value meet? Windows that would leave the axis are left out."""
    lines, length = [], 2000
    for step in steps:
        if isinstance(step, int):
            lines.append(f"  - UpSampling1D: {{size: {step}}}")
        else:
            inner = ", ".join(f"{k}: {v}" for k, v in step.items())
            lines.append(f"  - Conv1D: {{filters: 1, {inner}}}")
    found = shaped(HEAD + f"input: [{length}, 1]\nlayers:\n" + "\n".join(lines) + "\n")
    assume(all((n.output_shape[0] or 0) > 60 for n in found.nodes))
    met = {n: {n} for n in range(length)}
    for step, node in zip(steps, found.nodes, strict=False):
        if isinstance(step, int):
            met = {n * step + k: seen for n, seen in met.items() for k in range(step)}
            continue
        kernel, stride, gap = step["kernel_size"], step["strides"], step["dilation_rate"]
        size, span = node.output_shape[0] or 0, gap * (kernel - 1) + 1
        over = (-(-size // stride) - 1) * stride + span - size
        before = max(over, 0) // 2 if step["padding"] == "same" else 0
        taps = {
            n: [n * stride - before + k * gap for k in range(kernel)]
            for n in range(-(-size // stride))
        }
        met = {
            n: set().union(*(met[k] for k in of_n))
            for n, of_n in taps.items()
            if all(k in met for k in of_n)
        }
    widest = max(max(seen) - min(seen) + 1 for seen in met.values())
    assert receptive_fields(found)[-1].text() == str(widest)


@pytest.mark.parametrize(
    ("layers", "fields"),
    [
        ("- Conv2D: {filters: 2, kernel_size: [3, 5], strides: [1, 2]}\n- MaxPooling2D", "4×7"),
        ("- Flatten", "global"),
        ("- GlobalAveragePooling2D: {keepdims: true}", "global"),
        ("- AdaptiveAveragePooling2D: {output_size: 4}", "4"),
        ("- AdaptiveAveragePooling2D: {output_size: 1}", "global"),
        ("- Conv2DTranspose: {filters: 2, kernel_size: 4, strides: 2}", "2"),
        ("- Conv2DTranspose: {filters: 2, kernel_size: 2, strides: 2}", "1"),
        ("- Dense: 3\n- BatchNormalization\n- Dropout: 0.1\n- ZeroPadding2D", "1"),
        ("- Reshape: {target_shape: [16, 16, 2, 2]}\n- Permute: {dims: [1, 2, 4, 3]}", "1"),
        (
            "- parallel: {branches: {a: [{Conv2D: {filters: 4, kernel_size: 5, padding: same}}],"
            " b: [], c: [{Conv2D: {filters: 4, kernel_size: [1, 7], padding: same}}]}}",
            "5×7",
        ),
        (
            "- residual: [{GlobalAveragePooling2D: {keepdims: true}}, {Dense: 4}]",
            "global",
        ),
    ],
)
def test_fields_of_single_layers(layers: str, fields: str) -> None:
    indented = "\n".join("  " + line for line in layers.split("\n"))
    found = shaped(HEAD + f"input: [16, 16, 4]\nlayers:\n{indented}\n")
    assert receptive_fields(found)[-1].text() == fields


def test_fields_of_vectors_and_sequences() -> None:
    found = shaped(HEAD + "input: [9]\nlayers: [Activation: relu, Dense: 3]\n")
    assert [f.text() for f in receptive_fields(found)] == ["", "", "global"]
    found = shaped(
        HEAD + "input: [9]\nlayers: [Embedding: {input_dim: 5, output_dim: 4},"
        " Conv1D: {filters: 2, kernel_size: 3}, LSTM: 3]\n"
    )
    assert [f.text() for f in receptive_fields(found)] == ["", "1", "3", "global"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("input: [null, null, 3]\nlayers: [C, {Softmax: {axis: 1}}]", ["3", "all×3"]),
        ("input: [null, null, 3]\nlayers: [C, {Resizing: {height: 8, width: 8}}]", ["3", "?"]),
        ("input: [32, null, 3]\nlayers: [C, {Resizing: {height: 8, width: 8}}]", ["3", "4×?"]),
        ("input: [null, 64, 3]\nlayers: [C, {Reshape: [-1, 192]}]", ["3", "3×64"]),
        ("input: [9, 64, 3]\nlayers: [C, {Reshape: [3, 64, -1]}]", ["3", "4×64"]),
        ("input: [null, 6, 3]\nlayers: [C, {Reshape: [-1, 4, 3]}]", ["3", "?"]),
        ("input: [30, 30, 3]\nlayers: [C, Cropping2D: 5, GlobalAveragePooling2D]", "3 3 22"),
        ("input: [7, 7, 3]\nlayers: [MaxPooling2D, Flatten]", "2 6"),
        (
            "inputs: {a: [20, 2], b: [20, 2]}\nlayers:\n"
            "  - Conv1D: {from: a, filters: 2, kernel_size: 5, padding: same}\n"
            "  - Add: {from: [conv1d, b]}\n  - LSTM: 3",
            ["5", "5, 1", "global"],
        ),
        (
            "input: [20, 2]\nlayers:\n  - LSTM: {name: l, units: 3, return_sequences: true,"
            " return_state: true}\n  - Cropping1D: [0, 4]\n  - Dense: {from: l.state_h, units: 2}",
            ["global", "16", "global"],
        ),
    ],
)
def test_fields_that_are_told_in_part(text: str, fields: list[str] | str) -> None:
    """Of axes that are seen whole their size; ``?`` for what is not known."""
    conv = "{Conv2D: {filters: 3, kernel_size: 3, padding: same}}"
    found = shaped(HEAD + text.replace("[C, ", f"[{conv}, ") + "\n")
    wanted = fields.split() if isinstance(fields, str) else fields
    assert [field.text() for field in receptive_fields(found)][-len(wanted) :] == wanted


def test_fields_of_reshaped_pictures_take_no_minutes() -> None:
    """65,536 places are told apart for a while, then it is said that it is not known."""
    conv = "{Conv1D: {filters: 4, kernel_size: 3, padding: same}}, ReLU, "
    found = shaped(
        HEAD + f"input: [256, 256, 3]\nlayers: [Reshape: [65536, 3], {conv * 60} ReLU]\n"
    )
    start = time.process_time()
    fields = [field.text() for field in receptive_fields(found)]
    assert time.process_time() - start < 10
    assert (fields[2], fields[-1]) == ("2×256", "2×?")


# Sums


def _count(cell: str) -> int:
    return 0 if cell == "–" else int(cell.replace(",", ""))


@pytest.mark.parametrize("path", SPECS, ids=lambda p: str(p.relative_to(ROOT / "specs")))
def test_rows_add_up_to_the_totals(path: Path) -> None:
    found = shape_file(str(path), Sink())
    if found is None:
        return
    rows = summary_rows(found)
    assert sum(_count(row[3]) for row in rows) == found.params
    if "?" not in [row[4] for row in rows]:
        assert sum(_count(row[4]) for row in rows) == found.macs
    data = summary_data(found)
    assert sum(n["params"] for n in data["nodes"]) == found.params
    assert sum(n["trainable_params"] for n in data["nodes"]) == found.trainable_params
    if data["macs"] is not None:
        assert sum(n["macs"] for n in data["nodes"]) == found.macs


def test_a_deeper_table_has_the_rows_of_the_flatter_one() -> None:
    for found in networks():
        for depth in (1, 2, 3):
            rows = summary_rows(found, depth)
            deeper = summary_rows(found, depth + 1)
            assert [row for row in deeper if not row[0].startswith("  " * depth)] == rows


def test_every_layer_has_a_row_unless_it_is_one_of_equal_ones() -> None:
    found = network("lenet5")
    assert [row[0] for row in summary_rows(found, ALL)] == [n.name for n in found.nodes]
    rows = summary_rows(network("resnet152"), ALL)
    assert 100 < len(rows) < 250 < len(network("resnet152").nodes)


# Folding


def test_blocks_and_equal_repeats_are_one_row() -> None:
    rows = {row[0].strip(): row for row in summary_rows(network("resnet152"), 2)}
    assert rows["stage2"][1] == "bottleneck ×8"
    first, rest = rows["stage1"], rows["unit2 … unit8"]
    assert rest[1] == "bottleneck ×7"
    one = 1 * 1 * 512 * 128 + 4 * 128 + 3 * 3 * 128 * 128 + 4 * 128 + 128 * 512 + 4 * 512
    assert _count(rest[3]) == 7 * one
    assert first[2] == "56×56×256"


def test_branches_that_happen_to_be_equal_are_two_rows() -> None:
    found = shaped(
        HEAD + "input: [8, 8, 4]\nblocks: {c: {layers: [{Conv2D: {filters: 4, kernel_size: 1}},"
        " ReLU]}}\nlayers:\n  - residual: {layers: [c], shortcut: [c]}\n  - c\n  - c\n"
    )
    assert [row[0] for row in summary_rows(found)] == [
        "input",
        "c",
        "shortcut",
        "add",
        "c_1 … c_2",
    ]


def test_repeats_without_a_name() -> None:
    found = shaped(
        HEAD + "input: [4]\nlayers:\n"
        "  - repeat: {times: 3, layers: [{Dense: 4}]}\n"
        "  - repeat: {times: 2, layers: [{Dense: 4}, ReLU]}\n"
        "  - repeat: {times: 2, as: i, layers: [{Dense: 5 + i}]}\n"
    )
    assert [(row[0], row[1]) for row in summary_rows(found)] == [
        ("input", "Input"),
        ("dense … dense_2", "Dense ×3"),
        ("repeat", "×2"),
        ("dense_5", "Dense"),
        ("dense_6", "Dense"),
    ]


def test_rounds_that_differ_in_one_size_are_not_folded() -> None:
    found = shaped(
        HEAD + "input: [9, 9, 4]\nlayers:\n  - repeat: {name: r, times: 3, layers:"
        " [{Conv2D: {filters: 4, kernel_size: 3}}, ReLU]}\n"
    )
    assert [row[0] for row in summary_rows(found)] == ["input", "r1", "r2", "r3"]


def test_shared_weights_count_once() -> None:
    rows = {row[0]: row for row in summary_rows(network("showcase/siamese"))}
    assert _count(rows["a"][3]) == 38_947_648
    assert rows["b"][3] == "–"
    assert rows["a"][4] == rows["b"][4], "but its operations are done twice"


def test_layers_that_lead_nowhere() -> None:
    found = shaped(
        HEAD + "input: [4]\nlayers:\n  - Dense: {name: lost, units: 9}\n"
        "  - Dense: {name: used, from: input, units: 2}\n"
    )
    text = summary(found)
    assert "lost   Dense, leads nowhere  9                      –     –" in text
    assert "1 layer leads to no output and is not counted" in text
    assert [n["params"] for n in summary_data(found)["nodes"]] == [0, 0, 10]


def test_operations_of_unknown_sizes_are_not_told() -> None:
    found = shaped(HEAD + "input: [null, 4]\nlayers: [Dense: 3, LSTM: 2, Dense: 5]\n")
    assert [row[4] for row in summary_rows(found)] == ["–", "?", "?", "10"]
    data = summary_data(found)
    assert data["macs"] is None
    assert [n["macs"] for n in data["nodes"]] == [0, None, None, 10]
    assert data["nodes"][1]["output_shape"] == [None, 3]


# Text and JSON


def test_the_table_of_alexnet(run: Run) -> None:
    done = run("summary", str(ROOT / "specs" / "alexnet.yaml"), "--ignore", "ALL")
    lines = done.out.split("\n")
    assert lines[0] == "alexnet: AlexNet, one tower (Krizhevsky et al., 2012)"
    assert lines[2].split("  ")[0] == HEADER[0]
    assert "conv1      Conv2D        55×55×96          34,944    105,415,200" in done.out
    assert lines[-6].split() == ["total", "62,378,344", "1,135,256,096"]
    assert lines[-4:] == [
        "FLOPs: 2,270,512,192 (two for each MAC)",
        "parameters: 249.5 MB",
        "outputs of one example: 3.8 MB, the largest 1.2 MB (conv1)",
        "",
    ]
    assert all(line == line.rstrip() for line in lines)


def test_trainable_parameters_stand_below(run: Run) -> None:
    done = run("summary", str(ROOT / "specs" / "showcase" / "transfer.yaml"))
    rows = [line.split() for line in done.out.split("\n\n")[1].split("\n")]
    assert rows[-2:] == [["trainable", "4,369"], ["not", "trainable", "218,544"]]


def _seen(text: str) -> int:
    return sum(
        0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )


@given(
    st.lists(
        st.tuples(st.text("ab 深い層é́é…×", max_size=9), st.integers(0, 10**9)),
        min_size=1,
        max_size=5,
    )
)
def test_columns_line_up_by_what_is_seen(rows: list[tuple[str, int]]) -> None:
    cells = [(name, f"{count:,}") for name, count in rows]
    lines = table(("name", "count"), [cells], right=[1]).split("\n")[2:-1]
    ends = {_seen(line) for line in lines}
    assert len(ends) == 1, "numbers end in the same column"
    for line, (name, count) in zip(lines, cells, strict=True):
        assert line.startswith(name.rstrip() if not count else name)
        assert line.endswith(count)


def test_wide_characters_take_two_columns() -> None:
    assert [width(t) for t in ("abc", "深い", "é", "e\u0301", "×")] == [3, 4, 1, 1, 1]
    assert pad("深", 4) == "深  "
    assert pad("深", 4, right=True) == "  深"
    assert cut("深い層", 5) == "深い…"
    assert cut("abcdef", 4) == "abc…"


def test_a_narrow_terminal_shortens_names_and_no_numbers() -> None:
    found = network("resnet50")
    wide, narrow = (
        summary(found).split("\n"),
        summary(found, options=Options(widest=80)).split("\n"),
    )
    assert max(map(width, wide[2:-4])) > 80 >= max(map(width, narrow[2:]))
    stages = [[line.split()[-4:] for line in t if line.startswith("stage")] for t in (narrow, wide)]
    assert len(stages[0]) == 4
    assert stages[0] == stages[1]


def test_json_has_just_these_keys(run: Run) -> None:
    done = run("summary", str(ROOT / "specs" / "showcase" / "seq2seq.yaml"), "--format", "json")
    data = json.loads(done.out)
    assert list(data) == [
        *("name", "params", "trainable_params", "non_trainable_params", "macs", "flops"),
        *("param_bytes", "largest_output", "output_bytes", "inputs", "outputs", "nodes"),
    ]
    assert data["inputs"] == {"source": [None, 71], "target": [None, 93]}
    assert data["outputs"] == {"dense": [None, 93]}
    keys = ["name", "layer", "inputs", "output_shape", "params", "trainable_params", "macs"]
    more = ["flops", "dtype", "param_bytes", "output_bytes", "frozen", "margins", "receptive_field"]
    assert {tuple(node) for node in data["nodes"]} == {(*keys, *more, "block")}
    decoder = next(n for n in data["nodes"] if n["name"] == "decoder")
    assert decoder["inputs"] == ["target", "encoder.state_h", "encoder.state_c"]
    assert decoder["block"] is None


def test_json_of_every_network() -> None:
    for found in networks():
        data = summary_data(found)
        names = [n["name"] for n in data["nodes"]]
        assert len(set(names)) == len(names)
        for number, node in enumerate(data["nodes"]):
            for source in node["inputs"]:
                assert source in names[:number] or source.rpartition(".")[0] in names[:number]
            assert node["block"] is None or node["name"].startswith(node["block"] + ".")
        assert data["non_trainable_params"] == data["params"] - data["trainable_params"]


MIXED = """
archspec: 1
input: [9, 9, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 3, strides: 2, padding: same, dtype: mixed_float16, trainable: false}
  - BatchNormalization: {dtype: bfloat16}
  - Conv2DTranspose: {filters: 2, kernel_size: 3, strides: 2, padding: same, dtype: float64}
  - GlobalMaxPooling2D
"""


def test_bytes_follow_the_types() -> None:
    data = summary_data(shaped(MIXED))
    nodes = data["nodes"]
    dtypes = ["float32", "float16", "bfloat16", "float64", "float32"]
    assert [n["dtype"] for n in nodes] == dtypes
    kernel, last = 3 * 3 * 3 * 4 + 4, 3 * 3 * 2 * 4 + 2
    assert [n["param_bytes"] for n in nodes] == [0, 4 * kernel, 2 * 4 * 4, 8 * last, 0]
    sizes = [4 * 9 * 9 * 3, 2 * 5 * 5 * 4, 2 * 5 * 5 * 4, 8 * 10 * 10 * 2, 4 * 2]
    assert [n["output_bytes"] for n in nodes] == sizes
    assert data["param_bytes"] == 4 * kernel + 2 * 4 * 4 + 8 * last
    assert data["largest_output"] == {"name": "conv2d_transpose", "bytes": 8 * 10 * 10 * 2}
    assert data["output_bytes"] == sum(sizes)
    assert data["flops"] == 2 * data["macs"]


def test_what_padding_does_is_told_along_each_axis() -> None:
    nodes = summary_data(shaped(MIXED))["nodes"]
    cut = [[0, -1], [0, -1]]
    assert [n["margins"] for n in nodes] == [None, [[1, 1], [1, 1]], None, cut, None]
    text = worksheet(shaped(MIXED))
    assert "- padding: zeros, 1 before, 1 after along each axis\n" in text
    assert "- padding: 1 cut off after along each axis\n" in text
    assert "- values: bfloat16\n" in text
    assert "`10·10·2 · 8 = 1,600` bytes" in text


def test_receptive_fields_are_numbers() -> None:
    fields = [n["receptive_field"] for n in summary_data(shaped(MIXED))["nodes"]]
    assert fields == [[[1, 1]], [[3, 3]], [[3, 3]], [[5, 5]], [["all", "all"]]]


def test_what_is_frozen_is_marked() -> None:
    data = summary_data(shaped(MIXED))
    assert [n["frozen"] for n in data["nodes"]] == [False, True, False, False, False]
    rows = summary_rows(shaped(MIXED))
    assert [row[1] for row in rows if "frozen" in row[1]] == ["Conv2D, frozen"]


# Other formats


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_a_file_and_an_option(format: str, run: Run) -> None:
    assert (ROOT / f"archspec/emit/summary/{format}.py").is_file()
    spec = str(ROOT / "specs" / "resnet50.yaml")
    done = run("summary", spec, "--format", format, "--ignore", "ALL")
    assert done.status == 0
    assert done.out == summary(network("resnet50"), format)
    assert done.out.endswith("\n")
    assert not done.out.endswith("\n\n")
    assert format in run("summary", "--help").out


def test_a_file_in_the_folder_is_a_format(tmp_path: Path) -> None:
    for name in ("text.py", "csv.py", "_rows.py", "notes.md"):
        (tmp_path / name).touch()
    assert formats_in([str(tmp_path)]) == ("text", "csv")


def test_csv_of_every_network() -> None:
    for found in networks():
        lines = list(csv.DictReader(summary(found, "csv").splitlines()))
        data = summary_data(found)
        assert [line["name"] for line in lines] == [n["name"] for n in data["nodes"]]
        assert [line["layer"] for line in lines] == [n["layer"] for n in data["nodes"]]
        assert sum(int(line["params"]) for line in lines) == found.params
        assert [line["macs"] for line in lines] == [
            "" if n["macs"] is None else str(n["macs"]) for n in data["nodes"]
        ]
        for line, shape in zip(lines, (n.output_shape for n in found.nodes), strict=True):
            assert line["output_shape"] == format_shape(shape)


def test_csv_has_the_receptive_fields_of_the_table() -> None:
    found = network("alexnet")
    lines = list(csv.DictReader(summary(found, "csv").splitlines()))
    assert [line["receptive_field"] for line in lines] == [r[5] for r in summary_rows(found, ALL)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", "\t=1", "\r=1"])
def test_no_cell_is_a_formula_to_a_spreadsheet(text: str) -> None:
    found = cell(text)
    assert found == "'" + found[1:] or found[0] in "␉␍"


def test_csv_of_a_layer_whose_class_acts() -> None:
    """No name of a spec begins so; those of plugins' classes might."""
    found = shaped("archspec: 1\ninput: [4]\nlayers: [Dense: 3]\n")
    node = found.nodes[1]
    type(node.layer).__name__, before = "=HYPERLINK(1,2)", type(node.layer).__name__
    try:
        text = summary(found, "csv")
    finally:
        type(node.layer).__name__ = before
    assert text.splitlines()[2] == 'dense,"\'=HYPERLINK(1,2)",3,15,12,global,15,24,60,12,float32,'


def test_markdown_has_the_rows_of_the_table() -> None:
    found = network("resnet50")
    for depth in (1, 2, ALL):
        lines = summary(found, "markdown", Options(depth)).split("\n")
        assert lines[0] == "# resnet50: " + str(found.title)
        rows = summary_rows(found, depth)
        end = len(rows) + 4
        cells = [line.strip("| ").split(" | ") for line in lines[4:end]]
        told = [row[0].replace("&emsp;", "  ") for row in cells]
        assert told == [row[0] for row in rows]
        assert [row[2:5] for row in cells] == [list(row[2:5]) for row in rows]
        assert lines[end].startswith(f"| **total** |  |  | **{found.params:,}** |")


@pytest.mark.parametrize("depth", ["0", "-1", "x", "", "1.5", "٣"])
def test_a_depth_that_is_none(run: Run, depth: str) -> None:
    done = run("summary", str(ROOT / "specs" / "lenet5.yaml"), "--depth", depth)
    assert done.status == 2
    assert "neither a number of levels" in done.err


def test_errors_go_to_standard_error(run: Run) -> None:
    done = run("summary", "-", input="archspec: 1\ninput: [4]\nlayers: [Dens: 3]\n")
    assert (done.status, done.out) == (1, "")
    assert "error[AS201]" in done.err
    assert run("summary", "nowhere.yaml").status == 2
    blocks = run("summary", str(ROOT / "specs" / "blocks" / "conv_bn.yaml"))
    assert blocks.status == 2
    assert "library of blocks" in blocks.err


# Sizes that are not known


@pytest.mark.parametrize(
    ("layers", "known"),
    [
        pytest.param("[Dense: 3]", False, id="depends"),
        pytest.param("[GlobalAveragePooling1D, Dense: 3]", True, id="does not depend"),
        pytest.param(
            "[Dense: {name: idle, units: 3}, GlobalAveragePooling1D: {from: input}, Dense: 3]",
            True,
            id="leads nowhere",
        ),
    ],
)
def test_all_commands_know_whether_macs_are_known(
    layers: str, known: bool, run: Run, tmp_path: Path
) -> None:
    """Where an input has an unknown size they may be known all the same."""
    path = tmp_path / "net.yaml"
    path.write_text(f"archspec: 1\ninput: [null, 4]\nlayers: {layers}\n")
    macs = summary_data(shaped(path.read_text()))["macs"]
    assert macs == (12 if known else None)
    line = run("check", str(path)).out
    assert ("12 MACs" in line, "depend" in line) == (known, not known)
    network = shaped(path.read_text())
    assert any("12 MACs" in part for part in diagram(network).subtitle) is known
    assert ("?" in summary(network, "html").rpartition("<tfoot>")[2]) is not known
    assert ("**?**" in worksheet(network)) is not known
    assert (
        "?" in summary(network).split("\n\n")[1].splitlines()[-1]
    ) is not known or "idle" in layers


def test_a_worksheet_of_a_scalar_multiplies_by_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    layer = '{EinsumDense: {equation: "ab,b->a", output_shape: [], lora_rank: 5}}'
    path.write_text(f"archspec: 1\ninput: [5]\nlayers: [{layer}]\n")
    assert "- MACs: `1 · 5 = 5`\n" in run("worksheet", str(path)).out
