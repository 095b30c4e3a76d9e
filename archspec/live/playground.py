"""The playground: archspec where Python runs in a browser, with a folder in memory.

The shipped specs and recipes lie there as in the repository, and what was saved in this browser
before. A link brings a text along: it is shown as not saved, and never takes the place of a file.
"""

import json
import os
import re
import shutil
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from archspec.drawing.layout import engine
from archspec.files.shipped import find_shipped
from archspec.live.desk import Desk
from archspec.live.question import BadQuestion, Given, Reply

FIRST = "specs/alexnet.yaml"
"""What is shown to somebody who comes without a link."""

LINKED = "linked.yaml"
"""What a text is called whose link gives it no name that a file here can have."""

_FILE = re.compile(r"(?:\w[\w.\-]*/){0,8}\w[\w.\-]*\.(?:yaml|yml|json)")
_LONGEST = 200

LayOut = Callable[[str], str]
"""Graphviz as a function: DOT text → JSON with places; an exception says why there are none."""


class Playground:
    """A desk in the current folder, which is this page's alone.

    Args:
        kept: texts that were saved before, by their paths in it.
        linked: the text of a link, as ``file`` and ``text``; None without one.
    """

    def __init__(self, kept: Mapping[str, str], linked: Mapping[str, Any] | None = None) -> None:
        self.kept: set[str] = set()
        self.linked = linked
        for name, path in {"specs": "alexnet", "recipes": "recipes/lenet5_mnist"}.items():
            if (shipped := find_shipped(path)) is not None:
                shutil.copytree(os.path.dirname(shipped), name, dirs_exist_ok=True)
        for name in sorted(kept):
            self.write(name, kept[name])
        self.desk = Desk("", FIRST)

    def write(self, name: str, text: str) -> None:
        """Take over what this browser keeps; a name that no file here can have is left alone."""
        if not _is_file(name):
            return
        os.makedirs(os.path.dirname(os.path.abspath(name)), exist_ok=True)
        with open(name, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
        self.kept.add(name)

    def ask(self, given: Given) -> Reply:
        """The answer to a question, as the server of ``archspec serve`` gives it."""
        reply = self.desk.ask(given)
        if given.get("ask") == "hello" and self.linked is not None:
            reply.update(self._shown(self.linked))
        return reply

    def _shown(self, linked: Mapping[str, Any]) -> Reply:
        """The text of the link as one that is not saved, of a file that is here or could be.

        A file that somebody saved has no ``stamp`` then: saving over it is asked about.
        """
        name, text = linked.get("file"), str(linked.get("text", ""))
        if not isinstance(name, str) or not _is_file(name):
            name = LINKED
        found = self.desk.ask({"ask": "open", "file": name})
        saved, stamp = found.get("text"), found.get("stamp")
        if name in self.kept and saved != text:
            stamp = None
        return {"file": name, "text": text, "saved": saved, "stamp": stamp}


def _is_file(name: str) -> bool:
    return len(name) <= _LONGEST and _FILE.fullmatch(name) is not None


_open: list[Playground] = []


def start(lay_out: LayOut, given: str, root: str = "/work") -> None:
    """Open the playground; ``given`` is JSON with ``kept`` and ``linked``."""
    engine.hand_in(lambda text, arguments: _laid_out(lay_out, text))
    os.makedirs(root, exist_ok=True)
    os.chdir(root)
    told = json.loads(given)
    _open[:] = [Playground(told["kept"], told["linked"])]


def ask(question: str) -> str:
    """The reply to a question, both as JSON; whatever happens, there is one."""
    reply: Reply
    try:
        reply = _open[0].ask(json.loads(question))
    except BadQuestion as error:
        reply = {"error": str(error), "bad": True}
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        reply = {"error": f"{type(error).__name__}: {error}"[:500], "bug": True}
    return json.dumps(reply)


def write(name: str, text: str) -> None:
    """Take over what another page of this browser has saved."""
    _open[0].write(name, text)


def _laid_out(lay_out: LayOut, text: str) -> bytes:
    try:
        return lay_out(text).encode()
    except Exception as error:
        raise engine.EngineError("AS505", f"Graphviz failed: {error}"[:500]) from None
