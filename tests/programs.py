"""Programs that some tests need and not every machine has: a browser, node and what npm installs."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import ROOT

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def no_browser() -> str:
    """Why there is no browser; empty if there is one."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "no playwright: pip install playwright"
    if browser_path() is None:
        return "no Chromium: apt install chromium"
    return ""


def browser_path() -> str | None:
    """The path of the browser."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


LEAST_NODE = 20
NODE = shutil.which("node")


def no_tools(package: str) -> str:
    """Why nothing can be built with a package of npm; empty if it can."""
    if NODE is None:
        return "no node: apt install nodejs npm"
    done = subprocess.run([NODE, "--version"], capture_output=True, text=True)
    version = done.stdout.strip().removeprefix("v")
    if int(version.partition(".")[0] or 0) < LEAST_NODE:
        return f"node is {version}: {LEAST_NODE} or newer is needed"
    if not (ROOT / "editors" / "node_modules" / package).is_dir():
        return f"no {package}: cd editors && npm ci --ignore-scripts"
    return ""


class Page:
    """A page in a browser; ``told`` is what went wrong in it, and what it asked other hosts for."""

    def __init__(self, browser_page: Any, address: str) -> None:
        self.browser_page = browser_page
        self.told: list[str] = []
        host = address.partition("://")[2].partition("/")[0]
        browser_page.on("pageerror", lambda error: self.told.append(str(error)))
        browser_page.on("console", self._console)
        browser_page.on("request", lambda request: self._request(request.url, host))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.told.append(f"{message.type}: {message.text}")

    def _request(self, address: str, host: str) -> None:
        scheme, _, rest = address.partition("://")
        if scheme in ("http", "https", "ws", "wss") and rest.partition("/")[0] != host:
            self.told.append(f"asked a foreign host: {address}")

    def evaluate(self, script: str) -> Any:
        """What JavaScript gives."""
        return self.browser_page.evaluate(script)

    def wait_for(self, condition: str) -> None:
        """Until a condition in JavaScript holds; fails after ten seconds.

        The page's policy forbids what playwright's own waiting does.
        """
        for _ in range(400):
            if self.browser_page.evaluate(f"Boolean({condition})"):
                return
            self.browser_page.wait_for_timeout(25)
        raise AssertionError(f"never true: {condition}")

    def settle(self) -> None:
        """Until what is shown is of the text as it is now."""
        self.browser_page.wait_for_timeout(60)  # it waits for the cursor to rest
        self.evaluate("async () => (await window.archspec).settled()")


@contextmanager
def new_page(
    browser: Any,
    address: str,
    ready: bool = True,
    width: int = 1440,
    height: int = 900,
    scheme: str = "light",
) -> Iterator[Page]:
    """A page with nothing kept of earlier ones; in the end nothing may have gone wrong in it."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        page = Page(context.new_page(), address)
        page.browser_page.set_default_timeout(10_000)
        page.browser_page.goto(address)
        if ready:
            page.wait_for("document.querySelector('.status')?.textContent")
            page.settle()
        yield page
        assert page.told == []
    finally:
        context.close()
