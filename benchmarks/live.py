"""How long answers take while a text is written: medians over edits, beside another revision's.

    python benchmarks/live.py [--edits N] [--only WORD] [--against REVISION]

An edit changes the name in the text, so that no answer is known already. Counted is the time of the
processor: nothing here waits, and others may be at work on the machine. As the servers do, garbage
is looked for seldom. With ``--against`` the
other revision is checked out beside and measured in turn with this one, text by text.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
SHIPPED = ("resnet50", "families/resnet", "inception_v1", "densenet121")

_HEAD = """archspec: 1
name: large
params: {classes: 1000}
input: [224, 224, 3]
"""
_FIRST = """layers:
  - Conv2D: {name: stem, filters: 64, kernel_size: 7, strides: 2, padding: same}
  - MaxPooling2D: {name: pool, pool_size: 3, strides: 2, padding: same}
"""
_LAST = """  - GlobalAveragePooling2D
  - Dense: {name: logits, units: classes, activation: softmax}
expect: {shape: [1000]}
"""
_UNIT = """  - Conv2D:
      name: conv#a
      filters: 64
      kernel_size: [3, 3]
      padding: same
      use_bias: false
      from: @
  - BatchNormalization:
      name: bn#a
      momentum: 0.9
      epsilon: 1e-5
  - Activation: {name: act#a, activation: relu}
  - DepthwiseConv2D:
      name: conv#b
      kernel_size: 3
      padding: same
      use_bias: false
  - BatchNormalization: {name: bn#b}
  - Add: {name: sum#, from: [bn#b, @]}
  - Activation: {name: out#, activation: relu}
"""
_BLOCKS = """blocks:
  unit:
    params: {filters: int, strides: 1}
    layers:
      - residual:
          layers:
            - Conv2D: {filters: filters, kernel_size: 3, padding: same, strides: strides}
            - BatchNormalization
            - Activation: relu
            - Conv2D: {filters: filters, kernel_size: 3, padding: same}
            - BatchNormalization
          shortcut:
            - Conv2D: {filters: filters, kernel_size: 1, strides: strides}
      - Activation: relu
"""
_CALL = """  - unit:
      name: unit#
      filters: 64
      strides: 1
  - Dropout:
      name: drop#
      rate: 0.1
"""


def flat(lines: int) -> str:
    """Layers written out, each with a name, some with wires."""
    parts, at, number = [_HEAD, _FIRST], "pool", 0
    while sum(part.count("\n") for part in parts) < lines - 4:
        number += 1
        parts.append(_UNIT.replace("#", str(number)).replace("@", at))
        at = f"out{number}"
    return "".join([*parts, _LAST])


def calls(lines: int) -> str:
    """A block that is called again and again."""
    parts, number = [_HEAD, _BLOCKS, _FIRST], 0
    while sum(part.count("\n") for part in parts) < lines - 4:
        number += 1
        parts.append(_CALL.replace("#", str(number)))
    return "".join([*parts, _LAST])


class Mistake(NamedTuple):
    """What stands in the middle of a text, and what stands there with a mistake."""

    name: str
    right: str
    wrong: str


MISTAKES = (
    Mistake("misspelt word", "  - BatchNormalization", "  - BatchNormalisation"),
    Mistake("misspelt argument", "padding: same", "paddding: same"),
    Mistake("misspelt argument", "rate: 0.1", "rat: 0.1"),
    Mistake("window too large", "kernel_size: 3\n      padding: same", "kernel_size: 99"),
    Mistake("missing colon", "  - DepthwiseConv2D:", "  - DepthwiseConv2D"),
    Mistake("missing colon", "  - unit:\n", "  - unit\n"),
    Mistake("wrong indent", "\n      use_bias: false", "\n     use_bias: false"),
    Mistake("wrong indent", "\n      filters: 64", "\n     filters: 64"),
    Mistake("wrong from", "from: out", "from: oute"),
    Mistake("wrong expectation", "expect: {shape: [1000]}", "expect: {shape: [100]}"),
    Mistake("unknown block", "  - Activation: {", "  - sqeeze: {"),
    Mistake("unknown block", "  - unit:\n", "  - unti:\n"),
    Mistake("unclosed bracket", ", activation: relu}", ", activation: relu"),
    Mistake("half a word", "\n  - Activation: {name: act", "\n  - Con\n  - Activation: {name: act"),
)


_MANY = (("padding: same", "paddding: same"), ("rate: 0.1", "rat: 0.1"))
"""A mistake that is made again and again."""


def broken(text: str) -> Iterator[tuple[str, str]]:
    """The text with one mistake in its middle, of each kind that it can have."""
    middle = len(text) // 2
    seen = set()
    for name, right, wrong in MISTAKES:
        at = text.find(right, middle)
        if at < 0 or name in seen:
            continue
        seen.add(name)
        yield name, text[:at] + wrong + text[at + len(right) :]
    for count in (5, 50):
        changed = text
        for right, wrong in _MANY:
            changed = changed.replace(right, wrong, count)
        yield f"{count} mistakes of each of 2 kinds", changed
    inside = text.replace("kernel_size: 3, padding: same}", "kernel_size: 99}", 1)
    if inside != text:
        yield "window too large in a block", inside


def main() -> None:
    """Run all of it, or what another run asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--only", default="", help="texts whose name has this word")
    parser.add_argument("--against", default="", help="a revision of git")
    parser.add_argument("--measure", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        from archspec.pipeline import rare_collection

        with rare_collection():
            print(json.dumps(measured(options.measure, options.edits)))
        return
    with tempfile.TemporaryDirectory() as folder:
        trees = [ROOT]
        if options.against:
            packed = ["git", "archive", "--format=tar", options.against]
            data = subprocess.run(packed, cwd=ROOT, check=True, capture_output=True).stdout
            subprocess.run(["tar", "x", "-C", folder], input=data, check=True)
            trees.append(Path(folder))
        for name in ("flat", "calls", *SHIPPED):
            if options.only in name:
                show(name, [_in(tree, name, options.edits) for tree in trees])


def _in(tree: Path, name: str, edits: int) -> dict[str, float]:
    """What a tree takes, in milliseconds, in a process of its own."""
    found = subprocess.run(
        [sys.executable, __file__, "--measure", name, "--edits", str(edits)],
        env={**os.environ, "PYTHONPATH": str(tree)},
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(found.stdout))


def show(name: str, found: list[dict[str, float]]) -> None:
    """Print the medians, this tree first."""
    print(f"\n{name}: milliseconds, median{' (the other revision, ratio)' if found[1:] else ''}")
    for what, here in found[0].items():
        line = f"  {what:44}{here:9.1f}"
        if found[1:]:
            there = found[1].get(what)
            line += f"{there:9.1f}{there / here:7.2f}×" if there else ""
        print(line)


def measured(name: str, edits: int) -> dict[str, float]:
    """The median of each kind of answer to a text, in milliseconds."""
    path = ROOT / "specs" / f"{name}.yaml"
    texts: dict[str, Callable[[int], str]] = {"flat": flat, "calls": calls}
    text = texts[name](5_000) if name in texts else path.read_text("utf-8")
    from archspec.live.answer import answer
    from archspec.live.asking import Asking
    from archspec.live.completion import complete
    from archspec.live.hover import hover
    from archspec.live.outline import outline
    from archspec.live.shapes import shapes_by_line
    from archspec.live.texts import Texts

    def answered(changed: str) -> Any:
        return answer(str(path), changed, _read)

    sound = answered(text)
    assert sound.shaped is not None, sound.diagnostics
    found: dict[str, float] = {}

    def take(what: str, make: Callable[[int], Any], do: Callable[[Any], Any], n: int) -> None:
        made = [make(number) for number in range(n + 1)]
        spent = []
        for each in made:
            start = time.process_time()
            do(each)
            spent.append((time.process_time() - start) * 1000)
        found[what] = round(statistics.median(spent[1:]), 2)  # the first one loads modules

    take("answer", lambda n: edited(text, n), answered, edits)
    for what, wrong in broken(text) if name in texts else ():
        take(f"answer, {what}", lambda n, w=wrong: edited(w, n), answered, edits)  # type: ignore[misc]
    take("hints", lambda n: answered(edited(text, n)), shapes_by_line, edits)
    take("outline", lambda n: answered(edited(text, n)), outline, edits)
    line, column = _middle(text)
    take("hover", lambda n: answered(edited(text, n)), lambda a: hover(a, line, column), edits)
    take(
        "completion",
        lambda n: answered(edited(text, n)),
        lambda a: complete(a, line, column, sound),
        edits,
    )
    half = _half_written(text, line)
    for what, do in (("completion", complete), ("hover", hover)):
        take(
            f"{what}, half a line",
            lambda n: answered(edited(half, n)),
            lambda a, do=do: do(a, line + 1, 8),  # type: ignore[misc]
            edits,
        )
    asking = Asking(Texts(_read), str(ROOT))
    for word in ("answer", "table", "picture"):
        few = min(edits, 3) if word == "picture" and name in texts else edits
        take(
            f"page: {word}",
            lambda n, w=word: {"ask": w, "file": f"specs/{name}.yaml", "text": edited(text, n)},  # type: ignore[misc]
            asking.ask,
            few,
        )
    return found


def edited(text: str, number: int) -> str:
    """The text after one more edit, of a word that nothing depends on."""
    head, _, rest = text.partition("\nname: ")
    return f"{head}\nname: e{number}_{rest}" if rest else f"{text}# {number}\n"


def _middle(text: str) -> tuple[int, int]:
    """The line and the column of a word of an entry near the middle of a text."""
    lines = text.split("\n")
    for line in (*range(len(lines) // 2, len(lines)), *range(len(lines) // 2)):
        if lines[line].lstrip().startswith("- ") and ":" in lines[line]:
            return line + 1, lines[line].index("- ") + 4
    return len(lines) // 2, 3


def _half_written(text: str, line: int) -> str:
    """The text with an entry that somebody begins to write before a line."""
    lines = text.split("\n")
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    return "\n".join([*lines[:line], " " * indent + "- Conv2D: {fil", *lines[line:]])


def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


if __name__ == "__main__":
    main()
