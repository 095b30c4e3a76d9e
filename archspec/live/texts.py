"""The texts that somebody is writing: those that are not saved, and the answer to each."""

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Sink
from archspec.live.answer import Answer, Read, answer

_MOST_ANSWERS = 8
"""Answers that are kept: a page asks for several things of the same text."""
_MOST_SOUND = 50
"""Files of which the last answer without errors is kept."""


class _Known(NamedTuple):
    """An answer, and the files that it rests on, as they were."""

    answer: Answer
    seen: dict[str, bytes | None]


class Texts:
    """Answers to texts, and for each path the last one without errors.

    Args:
        read: gives the bytes of a file; None if there is none, or it may not be read.
        roots: folders whose files may be quoted; all if left out.
        may_look: whether it may be found out what lies at a path; all may, if left out.
    """

    def __init__(
        self,
        read: Read,
        roots: Iterable[str] | None = None,
        may_look: Callable[[str], bool] | None = None,
    ) -> None:
        self.read = read
        self.may_look = may_look
        self.roots = None if roots is None else tuple(roots)
        self._answers: dict[Any, _Known] = {}
        self.sound: dict[str, Answer] = {}
        """For each path the last answer that was not broken."""
        self._lock = threading.RLock()
        """Held while an answer is looked for: a page asks for several things at once."""

    def answer_to(
        self,
        path: str,
        text: str,
        others: Mapping[str, str] | None = None,
        *,
        current: bool = True,
    ) -> Answer:
        """The answer to a text, as it was given before if nothing has changed.

        Args:
            path: of its file, or where that would be.
            text: all of it.
            others: other texts that are not saved, by path.
            current: whether it is what is being written: not for an earlier text.
        """
        unsaved = {os.path.abspath(name): held for name, held in (others or {}).items()}
        with self._lock:
            return self._known(path, text, unsaved, current)

    def _known(self, path: str, text: str, unsaved: dict[str, str], current: bool) -> Answer:
        key = (path, text, tuple(sorted(unsaved.items())))
        known = self._answers.pop(key, None)
        if known is None or any(self.read(name) != data for name, data in known.seen.items()):
            known = self._new(path, text, unsaved)
        self._answers[key] = known
        _forget(self._answers, _MOST_ANSWERS)
        if current and not known.answer.broken:
            self.sound.pop(path, None)
            self.sound[path] = known.answer
            _forget(self.sound, _MOST_SOUND)
        return known.answer

    def _new(self, path: str, text: str, unsaved: dict[str, str]) -> _Known:
        seen: dict[str, bytes | None] = {}

        def read(name: str) -> bytes | None:
            held = unsaved.get(os.path.abspath(name))
            if held is not None:
                return held.encode("utf-8", "replace")
            seen[name] = found = self.read(name)
            return found

        selection = ProjectSettings().of(path, Sink()).selection
        found = answer(
            path, text, read, selection=selection, roots=self.roots, may_look=self.may_look
        )
        return _Known(found, seen)


def _forget(found: dict[Any, Any], most: int) -> None:
    """Let the oldest go."""
    while len(found) > most:
        del found[next(iter(found))]
