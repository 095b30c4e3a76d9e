"""Sound texts with slips of a hand, through all stages; ``tests/text_mutations_run.py`` does many."""

from random import Random
from typing import Any

import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.parse.loose_yaml import _Reader
from tests.conftest import examples
from tests.text_mutations import examine, mutate, seeded, sound_texts


def test_mutated_texts() -> None:
    """No exception, spans in the text, nothing told twice; every fifth goes through all stages."""
    wrong = {}
    for number in range(examples(10_000)):
        name, text = seeded(0, number)
        if found := examine(name, text, number % 5 == 0):
            wrong[number] = found
    assert wrong == {}


def test_what_is_mutated_is_sound() -> None:
    assert [(name, found) for name, text in sound_texts() if (found := examine(name, text))] == []


@pytest.mark.parametrize(
    "seed_and_number", [(0, 3048), (21, 10078), (21, 10131), (21, 12507), (51, 12084), (51, 53742)]
)
def test_those_that_were_wrong(seed_and_number: tuple[int, int]) -> None:
    """An endless loop, exceptions, and a span that ended before it began."""
    assert examine(*seeded(*seed_and_number)) == []


ENTRIES = (
    "archspec: 1\ninput: [8, 8, 3]\nlayers:\n"
    + """  - Conv2D:
      filters: 4  # few
      kernel_size: [3, 3]
  - BatchNormalization
  - residual:
      layers:
        - Conv2D: {filters: 4, kernel_size: 3, padding: same}
        - Activation: relu
"""
    * 4
)


def test_plain_entries_taken_whole_are_as_those_read_by_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same values at the same places, and the same slips."""
    texts = [mutate(Random(seed), ENTRIES) for seed in range(examples(400))]
    taken: list[bool] = []
    take = _Reader._take_plain_entries

    def count(reader: _Reader) -> bool:
        taken.append(take(reader))
        return taken[-1]

    monkeypatch.setattr(_Reader, "_take_plain_entries", count)
    whole = [_read(text) for text in texts]
    assert sum(taken) > len(texts) / 10
    monkeypatch.setattr(_Reader, "_take_plain_entries", lambda reader: False)
    assert [_read(text) for text in texts] == whole


def _read(text: str) -> Any:
    sink = Sink()
    document = parse(Source("net.yaml", text), sink)
    told = [(d.code, d.span, d.message, d.help) for d in sink.diagnostics]
    if document is None:
        return None, told
    layers = document.value.get("layers") if isinstance(document.value, dict) else None
    paths = [("layers", n) for n in range(len(layers) if isinstance(layers, list) else 0)]
    return repr(document.value), [document.span(path) for path in paths], told
