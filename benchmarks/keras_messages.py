"""Twenty mistakes, told by archspec and by Keras: the table of docs/keras_messages.md.

    python benchmarks/keras_messages.py > docs/keras_messages.md

Each mistake is a spec that is wrong in one line, and the same network in Keras, with the same mistake,
as somebody would write it. Keras is asked in the way that shows the most: the model is built from
its layers, with their input; what it accepts is called once too.
"""

import os
import re
import sys
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


class Mistake(NamedTuple):
    """A line of a spec that is wrong, and the same in Keras."""

    what: str
    line: str
    python: str
    input: str = "[32, 32, 3]"
    rest: str = ""
    """Lines before the wrong one."""


MISTAKES = [
    Mistake("a misspelt layer", "Conv2d: {filters: 8, kernel_size: 3}", "layers.Conv2d(8, 3)"),
    Mistake(
        "a misspelt argument",
        "Conv2D: {filters: 8, kernal_size: 3}",
        "layers.Conv2D(8, kernal_size=3)",
    ),
    Mistake(
        "an argument of PyTorch",
        "Conv2D: {filters: 8, kernel_size: 3, stride: 2}",
        "layers.Conv2D(8, 3, stride=2)",
    ),
    Mistake("an argument is missing", "Conv2D: {filters: 8}", "layers.Conv2D(8)"),
    Mistake(
        "a misspelt activation",
        "Conv2D: {filters: 8, kernel_size: 3, activation: rleu}",
        "layers.Conv2D(8, 3, activation='rleu')",
    ),
    Mistake(
        "a misspelt initializer",
        "Dense: {units: 8, kernel_initializer: he_norml}",
        "layers.Dense(8, kernel_initializer='he_norml')",
    ),
    Mistake("a negative number", "Dense: -8", "layers.Dense(-8)", "[16]"),
    Mistake("a fraction", "Dense: 2.5", "layers.Dense(2.5)", "[16]"),
    Mistake("text for a number", "Dense: ten", "layers.Dense('ten')", "[16]"),
    Mistake("a percentage", "Dropout: 50", "layers.Dropout(50)", "[16]"),
    Mistake(
        "padding as a number",
        "Conv2D: {filters: 8, kernel_size: 3, padding: 1}",
        "layers.Conv2D(8, 3, padding=1)",
    ),
    Mistake(
        "two arguments that exclude each other",
        "Conv2D: {filters: 8, kernel_size: 3, strides: 2, dilation_rate: 2}",
        "layers.Conv2D(8, 3, strides=2, dilation_rate=2)",
    ),
    Mistake(
        "groups that do not divide the channels",
        "Conv2D: {filters: 8, kernel_size: 3, groups: 2}",
        "layers.Conv2D(8, 3, groups=2)",
    ),
    Mistake(
        "a window larger than the picture",
        "Conv2D: {filters: 8, kernel_size: 11}",
        "layers.Conv2D(8, 11)",
        "[8, 8, 3]",
    ),
    Mistake(
        "pictures without channels",
        "Conv2D: {filters: 8, kernel_size: 3}",
        "layers.Conv2D(8, 3)",
        "[28, 28]",
    ),
    Mistake(
        "one LSTM behind another",
        "LSTM: 8",
        "layers.LSTM(8)",
        "[20, 4]",
        "LSTM: 16 | layers.LSTM(16)",
    ),
    Mistake("a Reshape to another size", "Reshape: [7, 5]", "layers.Reshape((7, 5))", "[32]"),
    Mistake(
        "a sum of unequal channels",
        "Add: {from: [input, left]}",
        "layers.Add()",
        "[8, 8, 3]",
        "Conv2D: {name: left, filters: 4, kernel_size: 1} | layers.Conv2D(4, 1)",
    ),
    Mistake(
        "maps of unequal size put together",
        "Concatenate: {from: [input, left]}",
        "layers.Concatenate()",
        "[9, 9, 3]",
        "MaxPooling2D: {name: left, pool_size: 2} | layers.MaxPooling2D(2)",
    ),
    Mistake(
        "pooling too often",
        "MaxPooling2D: 2",
        "layers.MaxPooling2D(2)",
        "[4, 4, 3]",
        "MaxPooling2D: 4 | layers.MaxPooling2D(4)",
    ),
]


def spec_of(mistake: Mistake) -> str:
    """The spec."""
    before = f"  - {mistake.rest.split(' | ')[0]}\n" if mistake.rest else ""
    return f"archspec: 1\ninput: {mistake.input}\nlayers:\n{before}  - {mistake.line}\n"


def told_by_archspec(mistake: Mistake) -> str:
    """The first error, with the help."""
    import archspec

    try:
        archspec.loads(spec_of(mistake))
    except archspec.SpecError as error:
        found = error.diagnostics[0]
        span = found.span
        where = f"line {span.line}, column {span.column}: " if span else ""
        return where + found.message + "".join(f"<br>*{help}*" for help in found.help)
    return "(nothing)"


def told_by_keras(mistake: Mistake) -> str:
    """The message of the exception; or what happens without one."""
    import keras
    import numpy
    from keras import layers  # noqa: F401  # the snippets use it

    shape = tuple(int(n) for n in mistake.input.strip("[]").split(","))
    try:
        given = keras.Input(shape)
        value = given
        if mistake.rest:
            value = eval(mistake.rest.split(" | ")[1])(value)
        last = eval(mistake.python)
        merging = mistake.python in ("layers.Add()", "layers.Concatenate()")
        model = keras.Model(given, last([given, value] if merging else value))
        model(numpy.zeros((1, *shape), "float32"))
    except Exception as error:
        text = " ".join(re.sub("\x1b\\[[0-9;]*m", "", str(error)).split())
        return f"`{type(error).__name__}` {text[:300]}{'…' if len(text) > 300 else ''}"
    return "(nothing: it is built, and runs)"


def main() -> None:

    import keras

    print("# The same mistakes, told by Keras\n")
    print(
        "Twenty mistakes of kinds that the sets in tests/mistakes have, each in a spec and in Keras's own code,"
        " and what both say.\n`python benchmarks/keras_messages.py` makes this page"
        f" (Keras {keras.__version__}, Python"
        f" {sys.version_info.major}.{sys.version_info.minor}). Keras's text is cut after 300 signs;"
        " a traceback of some 20 lines\nstands above it, whose last lines are Keras's own files.\n"
    )
    print("| mistake | spec | archspec | Keras |\n|---|---|---|---|")
    for mistake in MISTAKES:
        cells = [
            mistake.what,
            f"`{mistake.line}` on `{mistake.input}`",
            told_by_archspec(mistake),
            told_by_keras(mistake),
        ]
        print("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")


if __name__ == "__main__":
    main()
