"""Memory for what has been calculated: of a bounded size, or once for each class."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")


class BoundedCache(dict[K, V]):
    """A dict that has at most so many entries: before one more is set, all are dropped.

    It keeps no order of use, so to look up costs what it costs in a dict; a run that fills it
    calculates a few things twice. Entries are set one by one, by ``cache[key] = value``.

    >>> cache: BoundedCache[str, int] = BoundedCache(2)
    >>> cache["a"], cache["b"], cache["c"] = 1, 2, 3
    >>> cache
    {'c': 3}
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= self.most and key not in self:
            self.clear()
        super().__setitem__(key, value)


def once_per_class(function: Callable[[type[K]], T]) -> Callable[[type[K]], T]:
    """Calculates once for each class: functools.cache, whose types do not take classes."""
    known: dict[type[K], T] = {}

    @wraps(function)
    def remembered(cls: type[K]) -> T:
        if cls not in known:
            known[cls] = function(cls)
        return known[cls]

    return remembered
