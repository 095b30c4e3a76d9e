"""Sound texts with slips of a hand, through all stages; ``tests/text_mutations_run.py`` does many."""

import pytest

from tests.conftest import examples
from tests.text_mutations import examine, seeded, sound_texts


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
