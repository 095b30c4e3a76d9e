"""The pictures of a training: what stands in them, for data of every kind."""

import io
import math
import random
import re
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from archspec.emit.extras import install
from archspec.train.charts import lacking
from archspec.train.charts.confusion import draw_confusion
from archspec.train.charts.curves import draw_curves, epoch_ticks
from archspec.train.charts.fonts import drawable, families, fitting, lines, seen, short_name, width
from archspec.train.charts.page import BLUE, INK, MUTED, ORANGE, VIOLET, house_style
from archspec.train.charts.pictures import picture_columns, picture_grid, shown
from archspec.train.charts.scores import draw_scores
from archspec.train.charts.weight_maps import draw_weight_maps
from tests.conftest import ROOT

SVG = "{http://www.w3.org/2000/svg}"
Rows = list[dict[str, float]]


def texts(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def picture(png: bytes) -> Any:
    """Pixels (height, width, 3) from 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def has(pixels: Any, color: str) -> bool:
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return bool((pixels == wanted).all(axis=-1).any())


def paths(svg: str, color: str) -> list[str]:
    """The lines of a colour, as they are drawn."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}path")
    style = f"fill: none; stroke: {color.lower()}; stroke-width: 1.8"
    return [p.get("d", "") for p in found if style in p.get("style", "")]


def history(epochs: int, ratio: float = 10.0) -> Rows:
    """A loss that falls to a part of what it was; the validation is best in the last epoch but one."""
    rows = []
    for epoch in range(epochs):
        loss = 2.0 * ratio ** -(epoch / max(epochs - 1, 1))
        late = 0.5 * (epoch == epochs - 1)
        rows.append(
            {
                "accuracy": 1 - loss / 4,
                "loss": loss,
                "val_accuracy": 0.9 - loss / 4 - late,
                "val_loss": loss + 0.1 + late,
                "learning_rate": 0.001,
            }
        )
    return rows


# curves


def test_curves_have_a_panel_for_each_figure() -> None:
    svg, png = draw_curves(history(5), "A title & <more>")
    found = texts(svg)
    assert found.index("loss") < found.index("accuracy")
    assert "learning rate" not in found
    assert {"A title & <more>", "training", "validation", "epoch"} <= {*found}
    assert [t for t in found if t in "345"] == ["3", "4", "5"]
    pixels = picture(png)
    assert has(pixels, BLUE)
    assert has(pixels, ORANGE)
    assert not has(pixels, VIOLET)
    assert tuple(pixels[0, 0]) == (255, 255, 255)
    assert pixels.shape[1] == 1065


def test_curves_have_a_point_for_each_epoch() -> None:
    svg, _ = draw_curves(history(7))
    long = [d for d in paths(svg, BLUE) if d.count("L") == 6]
    assert len(long) == 2  # loss and accuracy
    xs = [float(x) for x in re.findall(r"[ML] ([\d.]+)", long[0])]
    assert np.allclose(np.diff(xs), np.diff(xs)[0], atol=0.01)


def test_the_best_epoch_is_told() -> None:
    svg, _ = draw_curves(history(5))
    values = [row["val_loss"] for row in history(5)]
    assert f"best validation {values[3]:.4f} in epoch 4" in texts(svg)
    assert min(values) == values[3]
    best = max(row["val_accuracy"] for row in history(5))
    assert f"best validation {best:.4f} in epoch 4" in texts(svg)


def test_no_best_is_told_of_a_figure_of_unknown_direction() -> None:
    svg, _ = draw_curves([{"loss": 1.0, "oddness": n} for n in (1.0, 2.0, 3.0)])
    assert len([t for t in texts(svg) if t.startswith("best")]) == 1
    assert "best training 1.0000 in epoch 1" in texts(svg)


def test_one_epoch_is_dots() -> None:
    svg, png = draw_curves(history(1))
    assert texts(svg)[texts(svg).index("epoch") - 1] == "1"
    assert "3" not in texts(svg)
    assert any(re.fullmatch(r"validation 2\.\d{4}", t) for t in texts(svg))
    assert has(picture(png), BLUE)
    assert has(picture(png), ORANGE)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_leave_a_gap(bad: float) -> None:
    rows = history(8)
    rows[3]["loss"] = bad
    rows[5]["val_loss"] = bad
    svg, _ = draw_curves(rows)
    assert "nan" not in svg.lower().replace("dominant", "")
    assert "inf" not in svg.lower()
    assert any("not finite in 2 epochs" in t for t in texts(svg))
    (loss, _) = paths(svg, BLUE)
    assert loss.count("M") == 2


def test_a_loss_that_is_never_finite() -> None:
    svg, _ = draw_curves([{"loss": math.nan, "val_loss": math.nan}] * 3)
    assert "no finite value" in texts(svg)


def test_a_loss_over_decades_has_a_logarithmic_axis() -> None:
    flat, steep = (texts(draw_curves(history(40, ratio))[0]) for ratio in (10, 1000))
    assert {"0.001", "0.01", "0.1", "1"} & {*steep} >= {"0.01", "0.1", "1"}
    assert "0.01" not in flat


def test_one_low_loss_makes_no_logarithmic_axis() -> None:
    found = texts(draw_curves([{"loss": v} for v in (400.0, 1.0, *[200.0] * 6)])[0])
    assert {"0", "100", "200"} <= {*found}


def test_a_learning_rate_that_changes_is_shown() -> None:
    rows = [{**row, "learning_rate": 0.01 / n} for n, row in enumerate(history(4), 1)]
    svg, png = draw_curves(rows)
    assert "learning rate" in texts(svg)
    assert has(picture(png), VIOLET)


def test_fine_tuning_is_a_line() -> None:
    svg, _ = draw_curves(history(6), fine_tuned=4)
    assert "fine-tuning from epoch 4 on" in texts(svg)
    assert svg.count("stroke-dasharray") == 3  # two panels and the legend
    for missing in (None, 7):  # not yet begun
        assert "stroke-dasharray" not in draw_curves(history(6), fine_tuned=missing)[0]


def test_a_value_that_hardly_changes_has_ticks_that_differ() -> None:
    rows = [{"loss": 0.7 + n * 1e-9} for n in range(5)]
    ticks = [t for t in texts(draw_curves(rows)[0]) if re.fullmatch(r"0\.\d+", t)]
    assert len(ticks) > 1
    assert len({*ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("count", "ticks"),
    [
        (0, [1]),
        (1, [1]),
        (3, [1, 2, 3]),
        (14, [1, 3, 5, 7, 9, 11, 13]),
        (60, [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]),
        (100, [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]),
    ],
)
def test_epochs_along_the_axis(count: int, ticks: list[int]) -> None:
    assert epoch_ticks(count)[:13] == ticks


def test_pictures_are_the_same_each_time() -> None:
    assert draw_curves(history(5), "t") == draw_curves(history(5), "t")
    counts = np.eye(3, dtype=int)
    assert draw_confusion(counts, "abc") == draw_confusion(counts, "abc")
    svg = draw_curves(history(5), "t")[0]
    assert not re.search(r"<dc:date|20\d\d-\d\d|Matplotlib", svg)
    assert b"Matplotlib" not in draw_curves(history(5))[1]


def test_settings_of_matplotlib_are_left_alone() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    matplotlib.rcParams["axes.facecolor"] = "red"  # nor do a user's change the pictures
    try:
        svg, _ = draw_curves(history(2))
        assert matplotlib.rcParams["axes.facecolor"] == "red"
    finally:
        matplotlib.rcParams["axes.facecolor"] = before["axes.facecolor"]
    assert "#ff0000" not in svg
    assert dict(matplotlib.rcParams) == before


def test_pyplot_is_never_used() -> None:
    """It keeps figures, and chooses a backend for windows."""
    files = [*(ROOT / "archspec" / "train").rglob("*.py")]
    assert not [f for f in files if "pyplot" in f.read_text(encoding="utf-8")]


# confusion matrix


def test_a_confusion_matrix_has_counts_names_and_shares() -> None:
    counts = [[1100, 100], [0, 800]]
    svg, png = draw_confusion(counts, ["cat", "dog"], "Cats and dogs")
    found = texts(svg)
    assert found.count("cat") == found.count("dog") == 2
    assert {"1,100", "100", "800", "91.7 %", "100.0 %"} <= {*found}
    assert "0" not in found
    assert "Confusion matrix: 95.00 % of 2,000 test examples are right" in found
    assert picture(png).shape[1] >= 600


def test_cells_are_blue_where_right_and_orange_where_wrong() -> None:
    svg, _ = draw_confusion([[10, 0], [5, 5]], ["a", "b"])
    fills = re.findall(r"fill: #(\w{6}); stroke: #ffffff", svg)
    right, empty, wrong, half = (tuple(bytes.fromhex(f)) for f in fills)
    assert right == (0x25, 0x63, 0xEB)
    assert empty == (0xF8, 0xFA, 0xFC)
    assert wrong[0] > wrong[1] > wrong[2] + 80
    assert half[2] > half[1] > half[0]
    assert sum(half) > sum(right)


@pytest.mark.parametrize("number", [2, 10, 17, 30])
def test_names_stand_at_each_row_and_column(number: int) -> None:
    names = [f"class-{n}" for n in range(number)]
    svg, png = draw_confusion(np.eye(number, dtype=int) * 7, names)
    assert all(texts(svg).count(name) == 2 for name in names)
    assert texts(svg).count("7") == number
    assert max(picture(png).shape) < 2000


def test_two_hundred_classes_are_a_picture_and_a_list() -> None:
    counts = np.eye(200, dtype=int) * 30
    counts[7, 9] = 12
    names = [f"{n:03}.Bird" for n in range(200)]
    svg, png = draw_confusion(counts, names, "Birds")
    found = texts(svg)
    assert "12 of 42" in found
    assert {"007.Bird", "→ 009.Bird"} <= {*found}
    assert len([t for t in found if "Bird" in t]) == 3  # the title, and one mistake
    assert len(svg) < 60_000
    assert max(picture(png).shape) < 1600
    image = re.search(r'<image [^>]*width="(\d+)" height="(\d+)"', svg)
    assert image is not None
    assert image.groups() == ("200", "200")


def test_a_class_without_an_example() -> None:
    assert "–" in texts(draw_confusion([[3, 0], [0, 0]], ["a", "b"])[0])
    assert "Confusion matrix: – of 0 test examples are right" in texts(
        draw_confusion([[0, 0], [0, 0]], ["a", "b"])[0]
    )


def test_names_may_hold_anything() -> None:
    names = ["$x$ & <b>", "a\x00\x1bb", "_", "名字", "x" * 300]
    found = texts(draw_confusion(np.eye(5, dtype=int), names, "$1 and $2")[0])
    assert {"$x$ & <b>", "a b", "_", "名字", "$1 and $2"} <= {*found}
    (long,) = {t for t in found if "xxx" in t}
    assert "…" in long
    assert width(long, 8.5) <= 130


# scores


def test_scores_are_a_histogram_and_points() -> None:
    random_ = np.random.default_rng(0)
    training, test = random_.uniform(1, 5, 300), random_.uniform(1, 5, 50)
    svg, png = draw_scores(training, test, test + 0.5, "Food")
    found = texts(svg)
    error = f"{np.abs(training.mean() - test).mean():.3g}"
    assert f"Mean error 0.5; {error} if one always said the mean of the training" in found
    assert {"training", "test", "predicted", "true score"} <= {*found}
    (points,) = [g for g in groups(svg) if "PathCollection" in g.get("id", "")]
    assert len([*points.iter(f"{SVG}use")]) == 50
    assert has(picture(png), BLUE)


def groups(svg: str) -> list[ElementTree.Element]:
    return [*ElementTree.fromstring(svg).iter(f"{SVG}g")]


def test_many_points_are_one_picture() -> None:
    values = np.linspace(0, 1, 20_000)
    svg, _ = draw_scores(values, values, values)
    assert len(svg) < 200_000


@pytest.mark.parametrize("kind", ["none", "one", "same"])
def test_scores_that_are_not_finite_or_all_the_same(kind: str) -> None:
    test = np.full(4, 3.0)
    predicted = {"none": [math.nan] * 4, "one": [math.inf, 1, 2, 3], "same": [3] * 4}[kind]
    found = texts(draw_scores(test, test, predicted)[0])
    told = {"none": "No prediction", "one": "1 predictions are not finite", "same": "Mean error 0;"}
    assert any(told[kind] in t for t in found)


# grids


def test_pictures_stand_in_a_grid() -> None:
    colors = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255)]
    pictures = [np.full((8, 8, 3), color, "uint8") for color in colors]
    pixels = picture(picture_grid(pictures, [*"abcdef"], "Title", "below"))
    at = [np.argwhere((pixels == color).all(axis=-1)).mean(axis=0) for color in colors]
    assert at[0][0] == at[4][0] < at[5][0]
    assert at[0][1] == at[5][1] < at[1][1] < at[4][1]


@pytest.mark.parametrize("shape", [(28, 28, 1), (224, 120, 3), (10, 400, 3), (1, 1, 3)])
@pytest.mark.parametrize("number", [1, 3, 10])
def test_grids_for_all_sizes(shape: tuple[int, int, int], number: int) -> None:
    found = shown(np.zeros((number, *shape), "uint8"))
    pixels = picture(picture_grid(found, ["some name"] * number, "Title", "below"))
    assert 700 < pixels.shape[1] < 1300
    assert pixels.shape[0] < 1300


def test_variants_stand_below_each_other() -> None:
    black, white = np.zeros((3, 5, 5, 3), "uint8"), np.full((3, 5, 5, 3), 9, "uint8")
    png = picture_columns([("as it is", black), ("changed", white)], [*"abc"], "Title", "below")
    pixels = picture(png)
    rows = [np.argwhere((pixels == (v,) * 3).all(axis=-1))[:, 0] for v in (0, 9)]
    assert rows[0].max() < rows[1].min()


def test_what_can_be_shown_as_a_picture() -> None:
    assert shown(np.zeros((2, 3))) is None
    assert shown(np.zeros((2, 3, 3, 5))) is None
    assert shown(np.zeros((2, 3, 3, 1), "uint8")).shape == (2, 3, 3, 3)
    floats = shown(np.linspace(-1, 1, 9).reshape(1, 3, 3, 1))
    assert (floats.min(), floats.max(), str(floats.dtype)) == (0, 255, "uint8")
    assert shown(np.full((1, 2, 2, 3), 0.5)).max() == 0


def test_weight_maps_have_one_scale_around_zero() -> None:
    kernel = np.zeros((16, 2))
    kernel[:, 0], kernel[:8, 1] = 1.0, -1.0
    pixels = picture(draw_weight_maps(kernel, (4, 4, 1), ["a", "b"], "Title"))
    middle = pixels.shape[0] * 2 // 3
    assert tuple(pixels[middle, 100]) == (0x78, 0x35, 0x0F)  # class a, all of it
    assert has(pixels, "#1E3A8A")
    assert not has(pixels[:, :230], "#1E3A8A")


def test_weight_maps_are_means_over_channels() -> None:
    kernel = np.zeros((4, 4, 3, 1))
    kernel[..., 0, :], kernel[..., 1, :] = 1, -1
    kernel[0] = 1
    pixels = picture(draw_weight_maps(kernel.reshape(-1, 1), (4, 4, 3), ["score"], "Title"))
    assert tuple(pixels[400, 100]) == (255, 255, 255)
    assert tuple(pixels[220, 100]) == (0x78, 0x35, 0x0F)


# texts


def test_texts_are_cut_to_fit() -> None:
    assert fitting("short", 100, 10) == "short"
    cut = fitting("a very long name indeed", 60, 10)
    assert cut.endswith("…")
    assert width(cut, 10) <= 60
    assert short_name("prefix_that_all_share_17", 80, 10).endswith("17")
    assert seen("a\x00b\n") == "a b"


def test_titles_are_broken_between_words_or_in_chinese() -> None:
    assert lines("one two three", 60, 10) == ["one two", "three"]
    with house_style():
        found = lines("书法书法书法书法书法", 60, 10)
        assert len(found) == 2
        assert all(width(line, 10) <= 60 for line in found)
    assert lines("", 60, 10) == [""]


def test_fonts_that_are_missing_are_no_warning(capfd: pytest.CaptureFixture[str]) -> None:
    private = "\ue0ff\U0010fffd"  # no font has these
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg, _ = draw_confusion(np.eye(2, dtype=int), [private, "花卉"], "كلب 猫")
        png = picture_grid(shown(np.zeros((1, 4, 4, 1), "uint8")), [private], "t", "s")
    assert {private, "花卉", "كلب 猫"} <= {*texts(svg)}
    assert picture(png).size
    assert not drawable(private)
    assert drawable("Ünïcödé – →")
    assert families("abc")[-1] == "DejaVu Sans"
    assert capfd.readouterr() == ("", "")


def test_svgs_name_the_fonts_of_the_house() -> None:
    svg, _ = draw_curves(history(2), "标题")
    assert "Noto Sans CJK SC" in svg
    assert svg.count("font-family") == 1
    assert INK.lower() in svg
    assert MUTED.lower() in svg


# the run


class Kept:
    """What is written in place of a run's folder."""

    def __init__(self) -> None:
        self.files: dict[str, Any] = {}

    def write(self, name: str, content: Any) -> None:
        self.files[name] = content


def without_matplotlib(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(sys.modules, "matplotlib", None)


def test_without_matplotlib_it_is_said_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from archspec.train.run.checkpoint import Progress
    from archspec.train.run.curves import write_curves
    from archspec.train.use.pictures import draw_run

    assert lacking() == ""
    recipe: Any = SimpleNamespace(keys=SimpleNamespace(show=["samples", "confusion_matrix"]))
    run: Any = Kept()
    without_matplotlib(monkeypatch)
    reason = f"matplotlib is not installed: {install('keras')}"
    trained: Any = SimpleNamespace(recipe=recipe)
    assert draw_run(trained, run) == [f"curves, samples, confusion_matrix: {reason}"]
    assert write_curves(recipe, Progress(2, history(2), {}), run) == reason
    assert run.files == {}


def test_curves_are_written_from_rows_alone() -> None:
    from archspec.train.run.checkpoint import Progress
    from archspec.train.run.curves import write_curves

    keys = SimpleNamespace(title="Tuned", epochs=2)
    recipe: Any = SimpleNamespace(keys=keys, name="n", fine_tune=object(), watched="test")
    run: Any = Kept()
    assert write_curves(recipe, Progress(3, history(3), {}, phase=1, start=2), run) == ""
    assert {*run.files} == {"curves.svg", "curves.png"}
    assert {"Tuned", "fine-tuning from epoch 3 on"} <= {*texts(run.files["curves.svg"])}
    assert write_curves(recipe, Progress(0, [], {}), run) == "there is no epoch"


def test_samples_are_of_as_many_classes_as_can_be() -> None:
    from archspec.train.data.parts import Examples, Part
    from archspec.train.use.samples import sample_rows

    y = np.array([0] * 500 + [1] * 20 + [2])
    rows = sample_rows(Part(Examples(y), y), seed=0)
    assert len({*rows}) == 10
    assert [int(v) for v in y[rows]] == [0, 0, 0, 0, 0, 1, 1, 1, 1, 2]
    assert (
        rows
        == sample_rows(Part(Examples(y), y), seed=0)
        != sample_rows(Part(Examples(y), y), seed=1)
    )
    scores = np.arange(30.0)[::-1].reshape(30, 1)
    found = [float(scores[row, 0]) for row in sample_rows(Part(Examples(scores), scores), seed=0)]
    assert found == sorted(found)
    assert len(sample_rows(Part(Examples(y[:3]), y[:3]), seed=0)) == 3


def test_augmentation_is_shown_and_leaves_all_chance_alone() -> None:
    import keras

    from archspec.layers import layer_types
    from archspec.train.use.samples import augmented

    layers = (
        layer_types()["RandomFlip"](mode="horizontal"),
        layer_types()["RandomTranslation"](height_factor=0.3, width_factor=0.3),
    )
    recipe: Any = SimpleNamespace(augment=layers, keys=SimpleNamespace(seed=3))
    pictures = np.random.default_rng(0).integers(0, 256, (10, 8, 8, 3), "uint8")
    keras.utils.set_random_seed(1)
    before, numpy_before = random.getstate(), np.random.random_sample()
    keras.utils.set_random_seed(1)
    first, second = augmented(pictures, recipe), augmented(pictures, recipe)
    assert random.getstate() == before
    assert np.random.random_sample() == numpy_before
    assert len(first) == 3
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[0], pictures)
    assert first[0].shape == pictures.shape


@pytest.mark.parametrize("kind", ["classes", "scores"])
def test_a_run_is_drawn(kind: str, tmp_path: Path) -> None:
    """Through ``draw_run``, with a stand-in for what was trained."""
    from archspec.layers import layer_types
    from archspec.train.data.parts import Data, Examples, Part
    from archspec.train.run.checkpoint import Progress
    from archspec.train.use import pictures as draw

    random_ = np.random.default_rng(0)
    x = random_.integers(0, 256, (30, 6, 6, 1), "uint8")
    y = np.arange(30) % 3 if kind == "classes" else random_.uniform(1, 5, (30, 1)).astype("float32")
    part = Part(Examples(x), y)
    names = ("one, two", "\ue0ff", "three") if kind == "classes" else None
    outputs = np.eye(3)[np.arange(30) % 3] if kind == "classes" else y + 0.1
    kernel = random_.normal(size=(64, outputs.shape[1]))  # with a pad of one
    model = SimpleNamespace(get_weights=lambda: [kernel])
    show = ["samples", "weight_maps", "confusion_matrix", "histogram"]
    recipe = SimpleNamespace(
        keys=SimpleNamespace(show=show, title=None, seed=0, epochs=3),
        name="net",
        augment=(layer_types()["RandomFlip"](),),
        fine_tune=None,
        watched="test",
        is_picture=True,
        picture=(6, 6, 1),
        prepare=SimpleNamespace(pad=1),
        loss=SimpleNamespace(classes="one_hot" if kind == "classes" else "", logits=False),
    )
    trained: Any = SimpleNamespace(
        recipe=recipe,
        data=Data(part, part, part, names),
        progress=Progress(3, history(3), {}),
        models=SimpleNamespace(built=SimpleNamespace(model=model)),
    )
    run: Any = Kept()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "predictions", lambda trained: outputs)
        if kind == "scores":
            show.remove("confusion_matrix")
        missing = draw.draw_run(trained, run)
    always = {"curves.svg", "curves.png", "samples.png", "augmented.png", "weight_maps.png"}
    if kind == "classes":
        assert missing == ["histogram: the data have no scores"]
        table = run.files["confusion_matrix.csv"].splitlines()
        assert table[1] == '"one, two",10,0,0'
        assert "Confusion matrix: 100.00 % of 30 test examples are right" in texts(
            run.files["confusion_matrix.svg"]
        )
        more = {"confusion_matrix.csv", "confusion_matrix.svg", "confusion_matrix.png"}
    else:
        assert missing == []
        assert any("Mean error 0.1;" in t for t in texts(run.files["histogram.svg"]))
        more = {"histogram.svg", "histogram.png"}
    assert {*run.files} == always | more
