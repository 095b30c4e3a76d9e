"""Where a page's questions come in: those about files go to the folder, others to the answers."""

import threading
from collections.abc import Callable

from archspec.live.folder import Folder
from archspec.live.question import BadQuestion, Given, Reply


class Desk:
    """Answers all questions of a page about a folder.

    What answers questions about texts is imported with the first of them.

    Args:
        root: the folder; empty for the current one, so that messages have paths that begin there.
        first: the file that is shown first, by its path in the folder.
        saves: whether files are written.
    """

    def __init__(self, root: str = "", first: str | None = None, saves: bool = True) -> None:
        self.root = root
        self.folder = Folder(root, first, saves)
        self._lock = threading.Lock()
        self._ask: Callable[[Given], Reply] | None = None

    def ask(self, given: Given) -> Reply:
        """The answer to a question; ``error`` says what is wrong with one that no page asks."""
        try:
            if self.folder.knows(given.get("ask")):
                return self.folder.ask(given)
            others = given.get("texts")
            files = [given.get("file", ""), *(others if isinstance(others, dict) else ())]
            if not all(map(self.folder.covers, files)):
                raise BadQuestion("a path leads down from the folder that is shown")
            return self._about_texts(given)
        except BadQuestion as error:
            return {"error": str(error), "bad": True}

    def warm_up(self) -> None:
        """Import what answers about texts and draws, so that the first picture is soon there."""
        text = "archspec: 1\nname: n\ninput: [8, 8, 3]\nlayers:\n  - Conv2D: [4, 3]\n  - Dense: 2\n"
        for word in ("answer", "picture", "table"):
            self.ask({"ask": word, "file": "", "text": text})

    def _about_texts(self, given: Given) -> Reply:
        with self._lock:
            if self._ask is None:
                from archspec.live.asking import Asking
                from archspec.live.texts import Texts

                texts = Texts(self.folder.read, self.folder.quotable, self.folder.may_look)
                self._ask = Asking(texts, self.root).ask
        return self._ask(given)
