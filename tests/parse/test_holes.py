"""What could not be read, and was told, is a hole in a document: no stage says more of it."""

import copy
from random import Random
from typing import Any

from archspec.diagnostics.sink import REPORTED, Sink, SourcePlace
from archspec.parse import Document
from archspec.pipeline import shape_document
from tests.conftest import ROOT, examples
from tests.parse.test_random_documents import paths
from tests.reading import read

SPEC = """\
archspec: 1
name: net
params: {width: 8, depths: [1, 2]}
inputs: {image: [28, 28, 1], other: {shape: [28, 28, 8], dtype: float32}}
blocks:
  unit:
    params: {filters: int, kernel: 3}
    layers:
      - Conv2D: {filters: filters, kernel_size: kernel, padding: same}
      - BatchNormalization
layers:
  - Conv2D: {filters: width, kernel_size: 3, padding: same, from: image, name: first}
  - Add: {from: [first, other]}
  - unit: {filters: width, name: u}
  - residual: {layers: [{unit: {filters: 8}}, ReLU]}
  - repeat: {times: 2, name: stage, layers: [{unit: {filters: 8}}]}
  - repeat: {for: {depth: depths}, layers: [{unit: {filters: 8}}]}
  - parallel: {branches: {a: [{unit: {filters: 8}}], b: [ReLU]}, merge: Concatenate}
  - GlobalAveragePooling2D: {expect: [16]}
  - Dropout: 0.5
  - Dense: {units: 10, kernel_initializer: {HeNormal: {seed: 1}}, name: out}
outputs: [out]
expect: {source: by hand}
"""


def with_hole(value: Any, path: tuple[Any, ...]) -> Any:
    value = copy.deepcopy(value)
    around = value
    for step in path[:-1]:
        around = around[step]
    around[path[-1]] = REPORTED
    return value


def told(value: Any, document: Document) -> list[str]:
    """What is said beside the mistake that made the hole."""
    sink = Sink()
    sink.report("AS010", SourcePlace(document.source), "it cannot be read")
    marks = document._read_marks()
    shape_document(Document(document.source, value, lambda: marks, sound=False), sink)
    return [str(found) for found in sink.diagnostics if found.severity == "error"][1:]


def test_a_hole_is_silent() -> None:
    """A hole in the place of any value."""
    document = read(SPEC)
    wrong = {
        path: found
        for path in paths(document.value)[1:]
        if (found := told(with_hole(document.value, path), document))
    }
    assert wrong == {}


def test_a_hole_is_silent_in_what_ships() -> None:
    random = Random(1)
    files = sorted((ROOT / "specs").rglob("*.yaml"))
    wrong = {}
    for number in range(examples(150)):
        path = files[number % len(files)]
        document = read(path.read_text(encoding="utf-8"), str(path))
        hole = random.choice(paths(document.value)[1:])
        if found := told(with_hole(document.value, hole), document):
            wrong[path.name, hole] = found
    assert wrong == {}
