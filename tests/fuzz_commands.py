"""One sound spec through all commands: none breaks, and all say the same of it.

Everything but Keras runs in this process, without files but those of the spec. A break is a text
that begins with the command.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from xml.etree import ElementTree

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.drawing.content.cards import diagram
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.emit.blocks import blocks_spec
from archspec.emit.flat import flat_spec
from archspec.emit.python import write
from archspec.emit.python.flat import flat_source
from archspec.emit.python.rehearsal import difference
from archspec.emit.sound_line import spec_line as check_line
from archspec.emit.summary import ALL, summary
from archspec.emit.summary import Options as SummaryOptions
from archspec.emit.summary._rows import summary_rows
from archspec.emit.summary.json import summary_data
from archspec.emit.worksheet import worksheet, worksheet_of
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.layers.network import network_in
from archspec.parse import parse
from archspec.pipeline import open_document, read_spec, shape_document, shape_file
from tests.random_specs import RandomSpec

STYLES: dict[str, Callable[[ShapedGraph], str]] = {"flat": flat_spec, "blocks": blocks_spec}


class Totals(NamedTuple):
    """The numbers of a network."""

    params: int
    trainable: int
    macs: int | None
    """None if they depend on a size that is not known."""


class Found(NamedTuple):
    """What became of a spec."""

    refused: str
    """The error with which `check` refuses it; it is sound if this is empty."""
    breaks: list[str]
    plain: str = ""
    """Why its Python source has a line for each layer."""


def shape(spec: RandomSpec, folder: Path) -> tuple[ShapedGraph | None, str]:
    """The network of a spec, whose files are written into a folder; or what is wrong with it."""
    for name, text in spec.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    sink = Sink()
    found = shape_file(str(folder / spec.path), sink, spec.values)
    errors = [f"{d.code}: {d.message}" for d in sink.diagnostics if d.severity == "error"]
    return found, "; ".join(errors) if found is None else ""


def compare(spec: RandomSpec, folder: Path, random: Random) -> Found:
    """Put a spec through all commands."""
    shaped, refused = shape(spec, folder)
    if shaped is None:
        return Found(refused or "nothing is said", [])
    breaks = []
    plain = ""
    for command in COMMANDS:
        try:
            breaks += [f"{command.__name__}: {b}" for b in command(shaped, random)]
        except Exception as error:
            breaks.append(f"{command.__name__}: {_told(error)}")
    try:
        source = write(shaped)
        plain = source.plain
        breaks += [f"compile .py: {source.fault}"] if source.fault else []
        wrong = difference(flat_source(shaped), shaped) if not plain else ""
        breaks += [f"compile .py, flat: {wrong}"] if wrong else []
    except Exception as error:
        breaks.append(f"compile .py: {_told(error)}")
    return Found("", breaks, plain)


def _told(error: Exception) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    last = next((f for f in reversed(frames) if "archspec" in f.filename), frames[-1])
    where = f"{Path(last.filename).name}:{last.lineno}"
    return f"{type(error).__name__} at {where}: {str(error)[:300]}"


def totals(shaped: ShapedGraph) -> Totals:
    """What the other commands are held to: the numbers of `summary --format json`."""
    data = summary_data(shaped)
    return Totals(data["params"], data["trainable_params"], data["macs"])


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("–", "0"))


# Commands


def check(shaped: ShapedGraph, random: Random) -> Iterator[str]:
    """The line of `check`."""
    line = check_line(shaped)
    wanted = totals(shaped)
    found = re.search(r"([\d,]+) params  (\S+)( [kMGT])? (MACs|depend)", line)
    if not found or _number(found[1]) != wanted.params:
        yield f"{line} instead of {wanted}"
    elif (found[2] == "MACs") is not (wanted.macs is None) or (
        wanted.macs is not None and wanted.macs < 1000 and found[2] != str(wanted.macs)
    ):
        yield f"{line} instead of {wanted.macs} MACs"


def summary_json(shaped: ShapedGraph, random: Random) -> Iterator[str]:
    """`summary --format json`: its nodes add up to its totals, which are those of the graph."""
    data = json.loads(summary(shaped, "json"))
    for key in ("params", "trainable_params", "macs"):
        if data[key] is not None and data[key] != sum(n[key] or 0 for n in data["nodes"]):
            yield f"the nodes do not add up to {key}"
        if data[key] is not None and data[key] != getattr(shaped, key):
            yield f"{key} is not that of the graph"
    if [n["name"] for n in data["nodes"]] != [n.name for n in shaped.nodes]:
        yield "other names"
    if [n["output_shape"] for n in data["nodes"]] != [list(n.output_shape) for n in shaped.nodes]:
        yield "other shapes"


def summary_text(shaped: ShapedGraph, random: Random) -> Iterator[str]:
    """`summary`, at every depth: the rows add up to the total."""
    wanted = totals(shaped)
    for depth in (1, random.choice((2, 3)), ALL):
        text = summary(shaped, options=SummaryOptions(depth))
        found = re.search(r"^total +([\d,]+) +(\S+)$", text, re.MULTILINE)
        macs = "?" if wanted.macs is None else f"{wanted.macs:,}"
        if not found or (_number(found[1]), found[2]) != (wanted.params, macs):
            yield f"{found and found[0]} instead of {wanted}"
        trained = re.search(r"^trainable +([\d,]+)$", text, re.MULTILINE)
        if (_number(trained[1]) if trained else wanted.params) != wanted.trainable:
            yield f"{trained and trained[0]} instead of {wanted}"
    for format in ("html", "markdown"):
        summary(shaped, format)

    rows = summary_rows(shaped)
    if sum(_number(row[3]) for row in rows) != wanted.params:
        yield "its rows do not add up to the parameters"
    if wanted.macs is not None and sum(_number(row[4]) for row in rows) != wanted.macs:
        yield "its rows do not add up to the MACs"


def worksheets(shaped: ShapedGraph, random: Random) -> Iterator[str]:
    """`worksheet`, of the whole and of a part."""
    wanted = totals(shaped)
    text = worksheet(shaped)
    cell = r" \*\*([\d,?]+)\*\* \|"
    found = re.search(rf"^\| \*\*total\*\* \|{cell * 4}$", text, re.MULTILINE)
    macs = "?" if wanted.macs is None else f"{wanted.macs:,}"
    if not found or (_number(found[1]), found[3]) != (wanted.params, macs):
        yield f"{found and found[0]} instead of {wanted}"
    trained = re.search(r"^Training changes ([\d,]+) of", text, re.MULTILINE)
    if (_number(trained[1]) if trained else wanted.params) != wanted.trainable:
        yield f"{trained and trained[0]} instead of {wanted}"
    for line in text.splitlines():
        yield from _calculation(line)
    paths = [n.name for n in shaped.nodes]
    paths += [s.path for n in shaped.nodes for s in n.node.scope.chain() if s.path]
    path = random.choice(paths)
    if worksheet_of(shaped, path) is None:
        yield f"there is no {path}"


def _calculation(line: str) -> Iterator[str]:
    """Whether what stands between ` = ` has one value, where it is a calculation."""
    found = re.search(r"(?:parameters|MACs|together): `([\d,·+() =]+)`", line)
    if found and " = " in found[1]:
        sides = found[1].replace(",", "").replace("·", "*").split(" = ")
        values = {eval(side, {"__builtins__": {}}) for side in sides}
        if len(values) > 1:
            yield f"{line} is wrong"


def expand(shaped: ShapedGraph, random: Random) -> Iterator[str]:
    """`expand` in every style: the same network again, and expanded once more the same text."""
    for style, written in STYLES.items():
        text = written(shaped)
        sink = Sink()
        document = parse(Source("<text>", text), sink)
        again = shape_document(document, sink) if document else None
        if again is None:
            told = "; ".join(f"{d.code} {d.message}" for d in sink.diagnostics)
            yield f"--style {style} is refused: {told}"
            continue
        yield from (f"--style {style}: {what}" for what in differences(shaped, again, style))
        if written(again) != text:
            yield f"--style {style} of its own output changes"
        other = "blocks" if style == "flat" else "flat"
        if style == "flat" and [n.name for n in shape_of(STYLES[other](again)).nodes] != [
            n.name for n in again.nodes
        ]:
            yield "--style blocks of what is flat has other names"


def shape_of(text: str) -> ShapedGraph:
    """The network of a text that must be sound."""
    sink = Sink()
    document = parse(Source("<text>", text), sink)
    found = shape_document(document, sink) if document else None
    assert found is not None, [d.message for d in sink.diagnostics]
    return found


def differences(one: ShapedGraph, other: ShapedGraph, style: str) -> Iterator[str]:
    """What is not the same in an expanded network."""
    if totals(one) != totals(other):
        yield f"{totals(other)} instead of {totals(one)}"
    if (one.name, one.title) != (other.name, other.title) and _plain(one.name):
        yield f"called {other.name!r}, {other.title!r}"
    names = [n.name.replace(".", "_") if style == "flat" else n.name for n in one.nodes]
    parts: dict[str, tuple[Any, Any]] = {
        "layers": ([_shown(n.layer) for n in one.nodes], [_shown(n.layer) for n in other.nodes]),
        "wires": ([n.node.inputs for n in one.nodes], [n.node.inputs for n in other.nodes]),
        "shapes": ([n.facts.outputs for n in one.nodes], [n.facts.outputs for n in other.nodes]),
        "shared weights": (
            [n.node.shares for n in one.nodes],
            [n.node.shares for n in other.nodes],
        ),
        "outputs": (one.graph.outputs, other.graph.outputs),
    }
    if len(set(names)) == len(names):
        parts["names"] = names, [n.name for n in other.nodes]
    for what, (first, second) in parts.items():
        if first != second:
            yield f"other {what}"
    if [n.trainable_params for n in one.nodes] != [n.trainable_params for n in other.nodes]:
        yield "other trainable parameters"


def _plain(name: str) -> bool:
    return re.fullmatch(r"[^\W\d][\w-]*", name) is not None


def pictures(shaped: ShapedGraph, random: Random) -> Iterator[str]:
    """Every text that `render` makes without Graphviz's program."""
    from archspec.drawing.content import words

    wanted = totals(shaped)
    detail = random.choice(DETAILS)
    options = Options(detail=detail, direction=random.choice(("TB", "LR")))
    found = picture(shaped, options)
    for format in ("dot", "mmd"):
        text = render(found, format).decode()
        if (
            wanted.params
            and f"{words.count(wanted.params)} parameters" not in text
            and format == "dot"
        ):
            yield f"{format} lacks the parameters"
    drawing = diagram(shaped, detail)
    subtitle = "".join(drawing.subtitle)
    if ("MACs" in subtitle) is not bool(wanted.macs) or (
        wanted.macs and f"{words.count(wanted.macs)} MACs" not in subtitle
    ):
        yield f"{subtitle} where the MACs are {wanted.macs}"
    blocks = [s.word for n in shaped.nodes for s in n.node.scope.chain() if s.kind == "block"]
    if blocks and random.random() < 0.3:
        render(picture(shaped, Options(detail="blocks", expand=(random.choice(blocks),))), "dot")
    if random.random() < 0.3:
        ElementTree.fromstring(render(picture(shaped, Options(view="volumes")), "svg"))


COMMANDS = (check, summary_json, summary_text, worksheets, expand, pictures)


# A share


def schema(spec: RandomSpec, folder: Path) -> Iterator[str]:
    """`schema`: what editors are told of a sound spec."""
    from jsonschema import Draft202012Validator

    from archspec.reference.schema import json_schema

    sink = Sink()
    document = open_document(str(folder / spec.path), sink)
    assert document is not None
    known = read_spec(document, sink)[0]
    assert known is not None
    for error in Draft202012Validator(json_schema(known.blocks)).iter_errors(document.value):
        yield f"schema: {list(error.absolute_path)}: {error.message[:200]}"


UNREADABLE = frozenset(("RandomShear",))
"""Layers that Keras writes into a config and then refuses to read (one factor becomes a range below 0)."""


def read_differently(model: Any, wanted: Any) -> Iterator[str]:
    """What is not the same in a model of the config, but for what `compile` warns of."""
    from archspec.emit.keras.save import thawed
    from tests.keras_models import described, read_back

    if UNREADABLE.intersection(type(layer).__name__ for layer in model.layers):
        return
    again = described(read_back(model))
    if thawed(model):
        again = again._replace(trainable=wanted.trainable, layers=wanted.layers)
    yield from wanted.differences(again)


def guarded(name: str, found: Iterator[str]) -> list[str]:
    """What was found until the end, or until an exception."""
    breaks: list[str] = []
    try:
        breaks.extend(found)
    except Exception as error:
        breaks.append(f"{name}: {_told(error)}")
    return breaks


def keras(shaped: ShapedGraph) -> Iterator[str]:
    """The model that is built, the one that the Python source makes, and that of the config."""
    from archspec.emit.keras import build_model
    from tests.keras_models import described, made_by_source

    sink = Sink()
    built = build_model(shaped, sink)
    if built is None:
        yield f"compile: {[d.message for d in sink.diagnostics]}"
        return
    model = described(built.model)
    wanted = totals(shaped)
    if (model.params, model.trainable) != (wanted.params, wanted.trainable):
        yield f"compile: {model.params}, {model.trainable} parameters instead of {wanted}"
    shapes = [list(shaped.shape(ref)) for ref in shaped.graph.outputs]
    if model.outputs != shapes:
        yield f"compile: {model.outputs} come out instead of {shapes}"
    for what, text in (("py", write(shaped).text), ("py, flat", flat_source(shaped))):
        other = described(made_by_source(text))
        yield from (f"compile .{what}: {w}" for w in model.differences(other))
    yield from (f"compile .json: {w}" for w in read_differently(built.model, model))


def forget_keras() -> None:
    """Drop what Keras keeps of models."""
    import gc

    import keras as library

    library.utils.clear_session()
    gc.collect()


def _shown(layer: Layer) -> str:
    """A layer as text, with the layers of a network in it."""
    network = network_in(layer)
    if network is None:
        return repr(layer)
    around = re.sub(r"<network .*?>", "", repr(layer))
    inner = [(_shown(n.layer), n.inputs, n.shares, n.trainable) for n in network.nodes[1:]]
    if network.output[0] == 0 or {type(n.layer).__name__ for n in network.nodes[1:]} == {
        "Identity"
    }:
        inner = []  # an Identity stands for no layer
    return f"{around} of {inner}"
