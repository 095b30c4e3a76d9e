"""What a page asks while a text is written, and what is answered: JSON both ways.

The server of ``archspec serve``, the playground in a browser and the preview of an editor pass the
same questions on to :meth:`Asking.ask`, so that none knows more than another. Paths are relative to
the root that is shown, with ``/``; lines and columns count from 1, columns in code points.
"""

import os
from collections.abc import Callable, Mapping

from archspec.live import looks, told
from archspec.live.question import Asked, BadQuestion, Given, Reply
from archspec.live.texts import Texts

ANSWERS: dict[str, Callable[[Asked], Reply]] = {
    "answer": told.answer,
    "hover": told.hover,
    "calculation": told.calculation,
    "complete": told.complete,
    "definition": told.definition,
    "place": told.place,
    "turn": told.turn,
    "mend": told.mend,
    "picture": looks.picture,
    "table": looks.table,
    "worksheet": looks.worksheet,
    "source": looks.source,
    "compare": looks.compare,
    "download": looks.download,
}
"""What answers a question about a text, by its word."""


class Asking:
    """Answers questions about texts in a folder.

    Args:
        texts: the answers to texts, and what reads other files.
        root: the folder that is shown; its files are called by their paths in it.
    """

    def __init__(self, texts: Texts, root: str = "") -> None:
        self.texts = texts
        self.root = root

    def ask(self, given: Given) -> Reply:
        """The answer to a question.

        Args:
            given: ``ask`` is its word; ``file`` and ``text`` are what it is about; ``texts`` are other
                texts that are not saved, by path. What else each word takes stands with its answer.

        Raises:
            BadQuestion: no page asks that.
        """
        word = given.get("ask")
        if word == "explain":
            return told.explain(given)
        if not isinstance(word, str) or word not in ANSWERS:
            raise BadQuestion(f"no such question: {word!r:.80}")
        others = given.get("texts") or {}
        if not isinstance(others, Mapping) or not all(
            isinstance(name, str) and isinstance(text, str) for name, text in others.items()
        ):
            raise BadQuestion("`texts` must be texts by path")
        file, text = given.get("file"), given.get("text")
        if not isinstance(file, str) or not isinstance(text, str):
            raise BadQuestion("`file` and `text` must be text")
        path = self.path(file)
        unsaved = {self.path(name): held for name, held in others.items() if name != file}
        answer = self.texts.answer_to(path, text, unsaved)
        sound = self.texts.sound.get(path)
        return ANSWERS[word](Asked(given, answer, sound, self.texts, self.shown))

    def path(self, file: str) -> str:
        """The path of a file as the page calls it.

        Raises:
            BadQuestion: there can be no such file.
        """
        if "\0" in file or os.path.isabs(file):
            raise BadQuestion("a path is relative to the folder that is shown")
        return os.path.join(self.root, *file.split("/"))

    def shown(self, path: str) -> str:
        """What the page calls a path."""
        return os.path.relpath(path, self.root or ".").replace(os.sep, "/") if path else path
