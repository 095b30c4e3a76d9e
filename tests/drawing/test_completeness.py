"""Pictures against graphs: what is drawn is all of the network, and nothing lies over anything.

Part of it runs always; ``--full`` takes every network, detail and direction, and
``tests/pictures_run.py`` random networks.
"""

import re
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.drawing.style.text_width import broadest, text_width
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import find_files, shape_file
from tests.conftest import ROOT
from tests.drawing.complete import collisions, findings
from tests.html_picture import read_html
from tests.pictures_run import random_findings
from tests.svg_picture import read_svg
from tests.tex_picture import read_tex

SPECS = [
    path
    for path in find_files([str(ROOT / "specs")])
    if "/blocks/" not in path and "/families/" not in path
]
NAMES = [str(Path(p).relative_to(ROOT / "specs").with_suffix("")) for p in SPECS]
BUNDLED = Options(dot="bundled")
_MANY = 250
"""Boxes and wires that are not compared pair by pair."""


@cache
def shaped_of(path: str) -> ShapedGraph:
    sink = Sink()
    shaped = shape_file(path, sink)
    assert shaped is not None, sink.diagnostics
    return shaped


def wrong(path: str, options: Options, format: str = "svg") -> list[str]:
    """What is wrong with a picture; its SVG is looked at in a narrow font and in a wide one."""
    shaped = shaped_of(path)
    data = render(picture(shaped, options), format)
    if format == "tex":
        return findings(shaped, read_tex(data.decode()), options.view)
    if format == "html":
        return findings(shaped, read_html(data.decode()), options.view)
    parts = read_svg(data)
    found = findings(shaped, parts, options.view)
    if len(parts) < _MANY:
        found += collisions(parts, options.view)
        wide = collisions(read_svg(data, broadest), options.view)
        found += [f"DejaVu: {f}" for f in wide]
    return found


@pytest.mark.parametrize("path", SPECS, ids=NAMES)
def test_the_default_picture(path: str) -> None:
    assert wrong(path, BUNDLED) == []


@pytest.mark.parametrize("path", SPECS, ids=NAMES)
def test_the_volumes(path: str) -> None:
    assert wrong(path, Options(view="volumes")) == []


SOME = [
    (path, detail, direction)
    for k, (path, detail, direction) in enumerate(product(SPECS, DETAILS, ("TB", "LR")))
    if k % 23 == 0
]


@pytest.mark.parametrize(("path", "detail", "direction"), SOME)
def test_some_other_pictures(path: str, detail: str, direction: str) -> None:
    options = BUNDLED._replace(detail=detail, direction=direction)
    assert wrong(path, options) == []


@pytest.mark.slow
def test_every_picture(full: bool) -> None:
    if not full:
        pytest.skip("runs with --full")
    for path, detail, direction in product(SPECS, DETAILS, ("TB", "LR")):
        options = BUNDLED._replace(detail=detail, direction=direction)
        assert wrong(path, options) == [], options
    for path, detail in product(SPECS, DETAILS):
        assert wrong(path, Options(view="volumes", detail=detail)) == [], detail


@pytest.mark.parametrize("path", SPECS[::9], ids=NAMES[::9])
@pytest.mark.parametrize("view", ["graph", "volumes"])
def test_tikz(path: str, view: str) -> None:
    dot = "bundled" if view == "graph" else None
    assert wrong(path, Options(view=view, dot=dot), "tex") == []


@pytest.mark.parametrize("path", SPECS[4::17], ids=NAMES[4::17])
def test_html(path: str) -> None:
    assert wrong(path, BUNDLED._replace(theme="auto"), "html") == []


@pytest.mark.parametrize("path", SPECS[::3], ids=NAMES[::3])
def test_a_page_of_paper(path: str) -> None:
    shaped = shaped_of(path)
    said: list[str] = []
    data = render(picture(shaped, BUNDLED._replace(paper="a4")), "svg", said.append)
    parts = read_svg(data)
    assert findings(shaped, parts) + collisions(parts) == []
    sizes = [float(s) for s in re.findall(rb'font-size="([\d.]+)"', data)]
    assert min(sizes) >= 6.5
    head = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', data)
    assert head is not None
    pages = float(head[2]) / 841.89
    assert float(head[1]) == 595.28
    assert pages == pytest.approx(round(pages), abs=0.001)
    assert round(pages) <= 2
    assert said[:1] == ([f"this picture takes {round(pages)} pages"] if round(pages) > 1 else [])


@pytest.mark.parametrize("width", ["8cm", "16cm"])
def test_a_width(width: str) -> None:
    from archspec.drawing.fit import Unfit, length

    for name in ("alexnet", "resnet50", "showcase/unet", "inception_v1"):
        options = BUNDLED._replace(width=length(width))
        try:
            data = render(picture(shaped_of(str(ROOT / f"specs/{name}.yaml")), options), "svg")
        except Unfit as error:
            assert error.needed > length(width)  # noqa: PT017
            continue
        head = re.search(rb'viewBox="0 0 ([\d.]+) ', data)
        assert head is not None
        assert float(head[1]) == pytest.approx(length(width), abs=0.01)
        assert min(float(s) for s in re.findall(rb'font-size="([\d.]+)"', data)) >= 6.5
        assert collisions(read_svg(data)) == []


def test_random_networks() -> None:
    for view in ("graph", "volumes"):
        assert random_findings(7, 40, view) == []


@pytest.mark.parametrize(
    ("view", "name"),
    [("graph", "resnet50"), ("volumes", "showcase/unet"), ("graph", "inception_v1")],
)
def test_what_is_missing_is_found(view: str, name: str) -> None:
    """A box, a wire, a number, a layer that is taken away or changed."""
    path = str(ROOT / f"specs/{name}.yaml")
    shaped = shaped_of(path)
    dot = "bundled" if view == "graph" else None
    text = render(picture(shaped, Options(view=view, dot=dot)), "svg").decode()
    assert findings(shaped, read_svg(text.encode()), view) == []
    planted = [
        *[text.replace(box, "", 1) for box in re.findall(r'<g class="box".*?</g>', text, re.S)],
        *[text.replace(w, "", 1) for w in re.findall(r'<g class="wire".*?</g>', text, re.S)],
        *[
            text.replace(p, "9 params</text>", 1)
            for p in re.findall(r"[\d.]+(?: [KMG])? params</text>", text)
        ],
        *[text.replace(k, 'layers="9-99"', 1) for k in re.findall(r'layers="[\d -]+"', text)],
    ]
    assert len(planted) > 30
    for other in planted:
        assert findings(shaped, read_svg(other.encode()), view) != []


def test_what_lies_over_something_is_found() -> None:
    text = render(picture(shaped_of(str(ROOT / "specs/alexnet.yaml")), BUNDLED), "svg").decode()
    assert collisions(read_svg(text.encode())) == []
    wires = re.findall(r'<g class="wire".*?</g>', text, re.S)
    labelled = [w for w in wires if "<text" in w]
    assert len(labelled) > 8
    for wire in labelled:
        end = re.search(r'points="([\d.]+),', wire)  # the tip of its arrow
        assert end is not None
        moved = re.sub(r'<text x="[\d.]+"', f'<text x="{end[1]}"', wire)
        assert collisions(read_svg(text.replace(wire, moved).encode())) != []
    assert collisions(read_svg(text.encode(), lambda t, s, b: 2 * text_width(t, s, b))) != []
