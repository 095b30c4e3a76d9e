"""What all connections of a server share."""

import os
from collections.abc import Callable
from importlib.resources import files

from archspec.live.desk import Desk
from archspec.live.question import Given, Reply
from archspec.live.serving.connections import Connections
from archspec.live.serving.keys import Keys
from archspec.live.serving.turns import Turns

MOST_CONNECTIONS = 64
AT_ONCE = 4
"""Questions that are worked on."""
WAITING = 32
"""Questions that wait."""

PAGE = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
}
"""The files that anybody may have, by their addresses: nothing of the folder is in them."""

TellBug = Callable[[BaseException], None]


class House:
    """The desk, the keys, and who is in.

    Args:
        desk: answers the questions.
        tell_bug: told of an exception that is a bug of ours.
        page: the folder of the page's files; that of the package, if left out.
    """

    def __init__(self, desk: Desk, tell_bug: TellBug, page: str | None = None) -> None:
        self.desk = desk
        self.keys = Keys()
        self.connections = Connections(MOST_CONNECTIONS)
        self.turns = Turns(AT_ONCE, WAITING)
        self.hosts: tuple[str, ...] = ()
        """What this server is called, with its port."""
        self._page = page
        self.tell_bug = tell_bug

    def page(self, address: str) -> tuple[bytes, str] | None:
        """A file of the page, and of what kind it is; None if there is none."""
        if address not in PAGE:
            return None
        name, kind = PAGE[address]
        try:
            if self._page is not None:
                with open(os.path.join(self._page, name), "rb") as file:
                    return file.read(), kind
            return files("archspec.live").joinpath("page", name).read_bytes(), kind
        except OSError:
            return None

    def ask(self, question: Given) -> Reply:
        """The answer of the desk; ``bug`` if that failed, which the terminal tells more of."""
        try:
            return self.desk.ask(question)
        except Exception as error:
            self.tell_bug(error)
            return {"error": "archspec has a bug: the terminal tells more of it", "bug": True}
