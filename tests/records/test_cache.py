"""Memory of a bounded size, and memory by class."""

import doctest

import archspec.records.cache
from archspec.records.cache import BoundedCache, once_per_class


def test_bound() -> None:
    cache: BoundedCache[int, str] = BoundedCache(3)
    for key in range(3):
        cache[key] = "first"
    cache[1] = "second"  # not one more
    assert cache == {0: "first", 1: "second", 2: "first"}
    cache[3] = "new"
    assert cache == {3: "new"}
    assert cache.get(0) is None


def test_many_entries_never_exceed_it() -> None:
    cache: BoundedCache[int, int] = BoundedCache(10)
    for key in range(1000):
        cache[key] = key
        assert len(cache) <= 10
        assert cache[key] == key


def test_once_per_class() -> None:
    asked: list[type] = []

    @once_per_class
    def name(cls: type[object]) -> str:
        """The name."""
        asked.append(cls)
        return cls.__name__

    assert [name(int), name(bool), name(int)] == ["int", "bool", "int"]
    assert asked == [int, bool]
    assert name.__doc__ == "The name."


def test_examples() -> None:
    assert doctest.testmod(archspec.records.cache) == (0, 3)
