"""Changes of a sound text as a hand makes them: signs, words and lines dropped, doubled, moved."""

from functools import cache
from random import Random

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.pipeline import shape_document
from tests.conftest import ROOT
from tests.parse.test_holes import SPEC as CONSTRUCTS
from tests.parse.test_slips import JSON_SPEC
from tests.parse.test_slips import SPEC as LAYERS

_SIGNS = (
    *"{}[]():,;-#&*!|>'\"%@`?=\\/<~$\t\n .",
    *(": ", "- ", "\n  ", "\n- ", "  ", "//", "/*", "{{", "}}", "---\n", "```\n", " = ", "None"),
    *("\u201c", "\u2019", "\uff1a", "\uff0c", "\u00a0", "\u2028", "\u200b", "\ufeff", "é", "\x07"),
    *("<<: *x", "&x ", "*x", "!!int ", "True", "0,5", "007", "\r", "𝔘"),
)
_MOST = 2_000


@cache
def sound_texts() -> list[tuple[str, str]]:
    """Names and texts of small specs in YAML and JSON."""
    found = [("layers.yaml", LAYERS), ("constructs.yaml", CONSTRUCTS), ("layers.json", JSON_SPEC)]
    for path in sorted((ROOT / "specs").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if len(text) < _MOST and "use:" not in text and "extends:" not in text:
            found.append((path.name, text))
    return found


def mutate(random: Random, text: str) -> str:
    """The text with a few changes."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        way = random.randrange(8)
        at = random.randrange(len(text) + 1)
        if way == 0:
            text = text[:at] + text[at + random.choice((1, 1, 1, 2, 5)) :]
        elif way in (1, 2):
            text = text[:at] + random.choice(_SIGNS) + text[at:]
        elif way == 3:
            text = text[:at] + random.choice(_SIGNS) + text[at + 1 :]
        else:
            text = _with_other_lines(random, text, way)
        text = text or "\n"
    return text


def _with_other_lines(random: Random, text: str, way: int) -> str:
    lines = text.split("\n")
    row = random.randrange(len(lines))
    if way == 4:
        del lines[row]
    elif way == 5:
        lines.insert(random.randrange(len(lines)), lines[row])
    elif way == 6:
        content = lines[row].lstrip()
        indent = len(lines[row]) - len(content) + random.choice((-4, -2, -1, 1, 2, 4))
        lines[row] = " " * max(indent, 0) + content
    else:
        other = random.randrange(len(lines))
        lines[row], lines[other] = lines[other], lines[row]
    return "\n".join(lines)


def examine(name: str, text: str, all_stages: bool = True) -> list[str]:
    """What is wrong in what is said of a text, when it is parsed or by all stages."""
    sink = Sink()
    source = Source(name, text.replace("\r", "\n"))
    try:
        document = parse(source, sink)
        parsed = len(sink.diagnostics)
        if not parsed and (document is None or not document.sound):
            return ["nothing was told, but there is no sound document"]
        if document is not None and all_stages:
            shape_document(document, sink)
        diagnostics = sink.diagnostics
        for found in diagnostics:
            _ = found.help, found.notes
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    lines = source.text.split("\n")
    wrong = []
    told = set()
    for found in diagnostics:
        span = found.span
        if span is not None and found.source.name == name:
            inside = 1 <= span.line <= span.end_line <= len(lines) + 1
            inside = inside and 1 <= span.column <= len(lines[span.line - 1]) + 1
            if not inside:
                wrong.append(f"{found!r}: the span {span} is not in the text")
            if (found.code, span, found.message) in told:
                wrong.append(f"{found!r} is told twice")
            told.add((found.code, span, found.message))
    return wrong


def seeded(seed: int, number: int) -> tuple[str, str]:
    """The name and the text of one mutation."""
    random = Random(f"{seed}/{number}")
    name, text = random.choice(sound_texts())
    return name, mutate(random, text)
