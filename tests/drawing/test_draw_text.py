"""Names and titles on pictures: no markup gets in, wide text has room. And: any network renders."""

import random
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.drawing.layout.columns import NoColumns
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render, render_svg
from archspec.drawing.style.text_width import shorten, text_width, wrap
from archspec.drawing.write.mermaid import mermaid
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.pipeline import shape_document
from tests.conftest import ROOT, Run, examples
from tests.svg_picture import read_svg

NASTY = [
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    "</TD></TR></TABLE>> ] ; evil [label=hi",
    '"]; evil [URL="javascript:alert(1)"',
    "&lt;b&gt; &amp; &#60;",
    "\\N \\G \\n \\\\",
    "]]> <!-- --> <![CDATA[",
    '"]\n    click n0 "javascript:alert(1)"\n    x["',
    "`a` | b | #quot; ; end",
    "a\u202eb\u0007c\u2028d\u200be",
    "深度学习网络结构图非常长的标题用来测试换行和宽度是否合适",
    "ディープ·한국어·Ünïcödé ½ ⌈x⌉ 🙂",
    "a" * 300,
]
BUNDLED = Options(dot="bundled", theme="auto")


def shaped_of(data: dict[str, Any]) -> ShapedGraph:
    sink = Sink()
    document = parse(Source("<test>", yaml.safe_dump(data, allow_unicode=True)), sink)
    assert document is not None, sink.diagnostics
    shaped = shape_document(document, sink)
    assert shaped is not None, sink.diagnostics
    return shaped


def network(title: str) -> dict[str, Any]:
    layers = [
        {"Conv2D": {"name": "卷积_一", "filters": 4, "kernel_size": 3, "activation": "relu"}},
        {"Flatten": {}},
        {"Dense": {"name": "分类", "units": 3}},
    ]
    return {"archspec": 1, "name": "net", "title": title, "input": [8, 8, 1], "layers": layers}


def box_keys(svg: bytes) -> list[str]:
    return [part.key for part in read_svg(svg) if part.kind == "box"]


@pytest.mark.parametrize("title", NASTY)
def test_titles_are_text(title: str) -> None:
    try:
        shaped = shaped_of(network(title))
    except AssertionError:
        shaped = shaped_of(network("plain"))
        shaped.graph = shaped.graph._replace(spec=shaped.graph.spec._replace(title=title))
    svg = render(picture(shaped, BUNDLED), "svg")
    root = ET.fromstring(svg)
    allowed = {"svg", "g", "title", "text", "rect", "path", "polygon", "polyline", "ellipse"}
    allowed |= {"desc", "style", "metadata", "archspec"}
    assert {e.tag.rpartition("}")[2] for e in root.iter()} <= allowed
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "javascript" not in value
    assert box_keys(svg) == ["n0", "n1", "n2", "n3", "out0"]
    dot = render(picture(shaped, BUNDLED), "dot").decode()
    assert len(re.findall(r"^\t(\w+) \[", dot, re.MULTILINE)) == 5 + 3  # cards; graph, node, edge
    drawing = picture(shaped, BUNDLED).drawing
    assert drawing is not None
    chart = mermaid(drawing).splitlines()
    assert len(chart) == 5 + 5 + 4 + 2 * len({c.family for c in drawing.cards})
    assert not any(line.strip().startswith("click") for line in chart)
    assert chart[1].startswith('title: "')


def test_labels_are_text() -> None:
    shaped = shaped_of(network("plain"))
    for name in NASTY:
        for node in shaped.graph.nodes[1:2]:
            node.name = name
            node.layer.__dict__["activation"] = name
        svg = render(picture(shaped, BUNDLED), "svg")
        root = ET.fromstring(svg)
        assert not [e for e in root.iter() if e.tag.rpartition("}")[2] in ("script", "img", "a")]
        assert box_keys(svg) == ["n0", "n1", "n2", "n3", "out0"]


def test_wide_text_has_room() -> None:
    shaped = shaped_of(network("深度学习网络结构图 (作者, 2024)"))
    parts = read_svg(render(picture(shaped, BUNDLED), "svg"))
    card = next(p for p in parts if p.key == "n1")
    assert card.area is not None
    said = next((said, area) for said, area in card.texts if "卷积" in said)
    assert card.area.holds(said[1])
    assert abs((said[1].left + said[1].right) - (card.area.left + card.area.right)) < 2


def test_png_of_wide_text_warns_in_a_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = str(ROOT / "tests" / "drawings" / "small.yaml")
    done = run("render", spec, "-o", str(tmp_path / "a.png"), "--dot", "bundled")
    assert done.status == 0
    # Whether a font here has the signs is not known.
    assert not done.err or done.err.startswith("warning: no font here")
    assert len(done.err.splitlines()) <= 1
    done = run("render", spec, "-o", str(tmp_path / "a.svg"), "--dot", "bundled")
    assert done.err == ""


def test_widths() -> None:
    assert text_width("Conv", 10) == pytest.approx(7.22 + 5.56 + 5.56 + 5)  # Adobe's metrics
    assert text_width("卷积", 10) == 20
    assert text_width("Conv", 10, bold=True) > text_width("Conv", 10)
    assert text_width(shorten("m" * 100, 10, 80), 10) <= 80
    assert wrap("one two three", 10, 30, 9) == ["one", "two", "three"]
    assert len(wrap("word " * 100, 10, 100, 2)) == 2


def random_network(rng: random.Random) -> dict[str, Any]:
    """A network with branches, skips, repeats and names of all kinds."""
    names: list[str] = []

    def layer(depth: int) -> dict[str, Any]:
        kind = rng.choice(
            ["conv", "conv", "bn", "relu", "drop", "pool", "skip", "branch", "repeat"]
        )
        if kind == "conv":
            return {"Conv2D": {"filters": 4, "kernel_size": rng.choice([1, 3]), "padding": "same"}}
        if kind == "pool":
            return {"MaxPooling2D": {"pool_size": 3, "strides": 1, "padding": "same"}}
        if kind in ("bn", "relu", "drop") or depth > 2:
            if kind == "bn":
                return {"BatchNormalization": {}}
            arguments = {"activation": "relu"} if kind == "relu" else {"rate": 0.5}
            return {"Activation" if kind == "relu" else "Dropout": arguments}
        inner = [layer(depth + 1) for _ in range(rng.randint(1, 4))]
        if kind == "repeat":
            return {"repeat": {"times": rng.randint(1, 5), "layers": inner}}
        if kind == "skip":
            fix = {"Conv2D": {"filters": 4, "kernel_size": 1}}
            return {
                "residual": {"layers": [*inner, fix], "shortcut": [fix] if depth else [fix, fix]}
            }
        other = [layer(depth + 1) for _ in range(rng.randint(1, 3))]
        last = {"Conv2D": {"filters": 2, "kernel_size": 1}}
        return {"parallel": {"branches": {"a": [*inner, last], "b": [*other, last]}}}

    layers: list[dict[str, Any]] = [{"Conv2D": {"filters": 4, "kernel_size": 3, "padding": "same"}}]
    for number in range(rng.randint(1, 14)):
        made = layer(0)
        if rng.random() < 0.3:
            name = f"n{number}"
            next(iter(made.values()))["name"] = name
            names.append(name)
        layers.append(made)
        layers.append({"Conv2D": {"filters": 4, "kernel_size": 1}})
        if names and rng.random() < 0.2:
            wired = f"w{number}"
            layers[-1]["Conv2D"]["name"] = wired
            again = {
                "Conv2D": {
                    "filters": 4,
                    "kernel_size": 1,
                    "from": rng.choice(names),
                    "name": f"v{number}",
                }
            }
            layers += [again, {"Add": {"from": [wired, f"v{number}"]}}]
    return {"archspec": 1, "name": "fuzz", "input": [8, 8, 4], "layers": layers}


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32))
def test_any_network_renders(seed: int) -> None:
    rng = random.Random(seed)
    shaped = shaped_of(random_network(rng))
    options = Options(
        detail=rng.choice(["auto", "auto", "layers", "fused", "blocks", "stages"]),
        direction=rng.choice(["TB", "TB", "LR"]),
        theme=rng.choice(["light", "dark", "auto"]),
        columns=rng.choice([None, None, 1, 2, 5]),
        dot="bundled",
    )
    found = picture(shaped, options)
    assert found.drawing is not None
    shown = [name for card in found.drawing.cards for name in card.layers]
    assert sorted(shown) == sorted(n.name for n in shaped.nodes)
    assert sum(c.params for c in found.drawing.cards) == shaped.params
    try:
        svg = render(found, "svg")
    except NoColumns as error:
        svg = render(picture(shaped, options._replace(columns=error.most)), "svg")
    parts = read_svg(svg)
    keys = {p.key for p in parts if p.kind == "box"}
    assert keys == {c.key for c in found.drawing.cards}
    for part in parts:
        for said, area in part.texts:
            if part.kind == "box" and part.area is not None:
                assert part.area.holds(area), said
    render(found, "mmd")


def test_notebooks_show_networks() -> None:
    import archspec

    net = archspec.load(ROOT / "specs" / "alexnet.yaml")
    assert net._repr_svg_().startswith("<svg ")
    assert render_svg(net).count("<text") > 30


def test_python_function() -> None:
    import archspec

    found = archspec.draw(ROOT / "specs" / "lenet5.yaml", theme="dark")
    assert "0B1220" in found.dot.source
    assert "<svg" in found.svg
