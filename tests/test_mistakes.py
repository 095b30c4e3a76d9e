"""The mistakes of tests/mistakes, written before anybody looked: what is told of them does not get worse."""

import pytest

from tests.mistakes_run import Judged, read_legal, read_networks, score, told

BOUNDS = {
    "a": {"found": 0.99, "line": 0.99, "exact": 0.99, "mended": 0.97, "told": 0.98},
    "b": {"found": 0.99, "line": 0.99, "exact": 0.99, "mended": 0.96, "told": 0.92},
    "c": {"found": 0.99, "line": 0.99, "exact": 0.99, "mended": 0.97, "told": 0.95},
    "d": {"found": 0.98, "line": 0.99, "exact": 0.98, "mended": 0.95, "told": 0.90},
    "i": {"found": 1.0, "line": 1.0, "exact": 1.0, "mended": 0.97, "told": 1.0},
    "j": {"found": 0.99, "line": 1.0, "exact": 0.99, "mended": 0.97, "told": 1.0},
    "k": {"found": 0.99, "line": 1.0, "exact": 0.98, "mended": 0.97, "told": 1.0},
    "l": {"found": 1.0, "line": 1.0, "exact": 0.99, "mended": 0.97, "told": 1.0},
    "m": {"found": 0.99, "line": 1.0, "exact": 0.99, "mended": 0.97, "told": 1.0},
    "n": {"found": 1.0, "line": 1.0, "exact": 1.0, "mended": 0.98, "told": 1.0},
    "o": {"found": 1.0, "line": 1.0, "exact": 1.0, "mended": 0.98, "told": 1.0},
    "p": {"found": 1.0, "line": 1.0, "exact": 1.0, "mended": 0.98, "told": 1.0},
}
"""At least such shares of the texts, or of the suspicious networks."""

LEAST = dict.fromkeys("abcd", 400)
"""More texts than so many are in a set; in the others more than 70."""


@pytest.fixture(scope="module", params=BOUNDS)
def judged(request: pytest.FixtureRequest) -> tuple[str, list[Judged]]:
    return request.param, score(request.param)


def test_mistakes_are_found_and_mended(judged: tuple[str, list[Judged]]) -> None:
    name, texts = judged
    assert len(texts) + len(read_legal(name)) > LEAST.get(name, 70)
    shares = {
        "found": [j.found for j in texts],
        "line": [j.line for j in texts],
        "exact": [j.exact for j in texts],
        "mended": [j.mended for j in texts if j.entry.mended is not None],
    }
    for word, held in shares.items():
        assert sum(held) / len(held) >= BOUNDS[name][word], word


@pytest.mark.parametrize("name", BOUNDS)
def test_what_is_legal_has_no_error(name: str) -> None:
    assert [
        e.name for e in read_legal(name) if any(t["severity"] == "error" for t in told(e))
    ] == []


def test_no_fix_is_wrong(judged: tuple[str, list[Judged]]) -> None:
    assert [f"{j.entry.name}: {w}" for j in judged[1] for w in j.wrong] == []


@pytest.mark.parametrize("name", BOUNDS)
def test_suspicious_networks_are_told(name: str) -> None:
    suspicious = read_networks(name, "suspicious")
    silent = [e.name for e in suspicious if not told(e, "--select", "AS8,AS9")]
    assert 1 - len(silent) / len(suspicious) >= BOUNDS[name]["told"], silent


@pytest.mark.parametrize("name", BOUNDS)
def test_fine_networks_are_not_warned_of(name: str) -> None:
    assert [e.name for e in read_networks(name, "fine") if told(e)] == []
