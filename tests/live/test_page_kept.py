"""The page of `archspec serve`: no text is lost, nothing shown is of another text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.test_page import SMALL, Served
from tests.programs import Page, new_page


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "a.yaml").write_text(SMALL, "utf-8")
    (folder / "b.yaml").write_text(SMALL.replace("width: 8", "width: 24"), "utf-8")
    found = Served(folder)
    yield found
    found.process.terminate()
    found.process.wait(10)


@pytest.fixture
def page(served: Served, browser: Any) -> Iterator[Page]:
    for name, width in (("a.yaml", 8), ("b.yaml", 24)):
        served.write(name, SMALL.replace("width: 8", f"width: {width}"))
    with new_page(browser, served.address) as found:
        yield found


def _open(page: Page, name: str) -> None:
    page.evaluate(f"async () => (await window.archspec).files.open({name!r})")
    page.wait_for(f"document.title.startsWith({name!r})")
    page.settle()


def _type(page: Page, text: str) -> None:
    """At the end of the first line."""
    page.evaluate("async () => (await window.archspec).goTo({line: 1, column: 1}) && null")
    page.browser_page.keyboard.press("End")
    page.browser_page.keyboard.type(text)


def _text(page: Page) -> str:
    return str(page.evaluate("async () => (await window.archspec).editor.text()"))


class Held:
    """Questions that are kept back until they are let go; others are answered."""

    def __init__(self, page: Page, word: str) -> None:
        self.page = page
        self.word: str | None = word
        self.routes: list[Any] = []
        page.browser_page.route("**/ask", self._answer)

    def _answer(self, route: Any) -> None:
        if json.loads(route.request.post_data)["ask"] == self.word:
            self.routes.append(route)
        else:
            route.continue_()

    def until(self, count: int = 1) -> None:
        for _ in range(200):
            if len(self.routes) >= count:
                return
            self.page.browser_page.wait_for_timeout(10)
        raise AssertionError("it was not asked")

    def let_go(self) -> None:
        self.word = None
        for route in self.routes:
            route.continue_()


def test_a_conflict_is_about_the_file_that_was_saved(page: Page, served: Served) -> None:
    """Another file is shown by the time that the conflict is told."""
    _open(page, "b.yaml")
    _open(page, "a.yaml")
    _type(page, "  # mine")
    other = (served.folder / "b.yaml").read_bytes()
    served.write("a.yaml", SMALL + "# theirs\n")
    held = Held(page, "save")
    page.browser_page.keyboard.press("Control+s")
    held.until()
    _open(page, "b.yaml")
    _type(page, "  # of b")
    held.let_go()
    page.browser_page.wait_for_selector("dialog")
    page.browser_page.click("dialog button:has-text('Write over it')")
    page.wait_for("document.querySelector('.notice').textContent.includes('a.yaml is saved')")
    assert "# mine" in (served.folder / "a.yaml").read_text("utf-8")
    assert (served.folder / "b.yaml").read_bytes() == other


def test_writing_over_is_of_what_was_told_only(page: Page, served: Served) -> None:
    """What is written after the question is asked is asked about again."""
    _open(page, "a.yaml")
    _type(page, "  # mine")
    served.write("a.yaml", SMALL + "# theirs\n")
    page.browser_page.keyboard.press("Control+s")
    page.browser_page.wait_for_selector("dialog")
    later = served.write("a.yaml", SMALL + "# theirs, later\n")
    page.browser_page.click("dialog button:has-text('Write over it')")
    page.browser_page.wait_for_selector("dialog")
    assert "later" in later.read_text("utf-8")


def test_saving_twice_at_once_is_no_conflict(page: Page, served: Served) -> None:
    _open(page, "a.yaml")
    held = Held(page, "save")
    for word in ("  # one", " two"):
        _type(page, word)
        page.browser_page.keyboard.press("Control+s")
    held.until()
    held.let_go()
    page.wait_for("!document.querySelector('.title.unsaved')")
    assert page.browser_page.query_selector("dialog") is None
    assert "# one two" in (served.folder / "a.yaml").read_text("utf-8")


def test_what_has_other_ends_of_lines_is_taken_as_it_is(page: Page, served: Served) -> None:
    _open(page, "a.yaml")
    _type(page, "  # mine")
    theirs = b"\xef\xbb\xbf" + (SMALL + "# theirs\n").replace("\n", "\r\n").encode()
    (served.folder / "a.yaml").write_bytes(theirs)
    page.browser_page.keyboard.press("Control+s")
    page.browser_page.click("dialog button:has-text('Take what is in the file')")
    page.wait_for("!document.querySelector('.title.unsaved')")
    assert _text(page) == SMALL + "# theirs\n"
    page.browser_page.keyboard.press("Control+z")
    page.wait_for("document.querySelector('.title.unsaved')")
    assert "# mine" in _text(page)


def test_a_name_that_cannot_be_is_told_and_asked_again(page: Page, served: Served) -> None:
    _open(page, "a.yaml")
    _type(page, "  # mine")
    served.write("a.yaml", SMALL + "# theirs\n")
    seen = page.browser_page
    seen.keyboard.press("Control+s")
    seen.click("dialog button:has-text('Save under another name')")
    for name in ("b.yaml", "net.txt", "none/net.yaml", "../net.yaml", "./b.yaml"):
        seen.fill("dialog input", name)
        seen.keyboard.press("Enter")
        page.wait_for("document.querySelector('dialog .wrong').textContent")
    assert page.browser_page.title().startswith("a.yaml")
    seen.fill("dialog input", ".//mine")
    seen.keyboard.press("Enter")
    page.wait_for("document.title.startsWith('mine.yaml')")
    assert "# mine" in (served.folder / "mine.yaml").read_text("utf-8")
    (served.folder / "mine.yaml").unlink()


def test_a_file_that_comes_back_is_followed_again(page: Page, served: Served) -> None:
    _open(page, "a.yaml")
    (served.folder / "a.yaml").unlink()
    look = "async () => (await window.archspec).files.lookAround()"
    page.evaluate(look)
    page.wait_for("document.querySelector('.title.unsaved')")
    served.write("a.yaml", SMALL.replace("width: 8", "width: 16"))
    page.evaluate(look)
    page.wait_for("!document.querySelector('.title.unsaved')")
    assert "width: 16" in _text(page)


def test_a_file_opened_twice_keeps_what_is_typed(page: Page) -> None:
    held = Held(page, "open")
    twice = "async () => { const { files } = await window.archspec;"
    page.evaluate(f"{twice} files.open('b.yaml'); files.open('b.yaml'); }}")
    held.until(2)
    held.let_go()
    page.wait_for("document.title.startsWith('b.yaml')")
    page.evaluate(f"{twice} files.open('a.yaml'); files.open('b.yaml'); }}")
    page.settle()
    page.wait_for("document.title.startsWith('b.yaml')")  # the one that was wanted last


def test_nothing_of_one_file_is_said_of_another(page: Page) -> None:
    _open(page, "a.yaml")
    page.evaluate("async () => (await window.archspec).goTo({line: 6, column: 1}) && null")
    page.wait_for("!document.querySelector('.why').hidden")
    held = Held(page, "answer")
    page.evaluate("async () => { (await window.archspec).files.open('b.yaml'); }")
    held.until()
    seen = page.browser_page
    assert seen.text_content(".status") == "…"
    assert seen.query_selector(".look.late") is not None
    assert seen.query_selector(".why:not([hidden]), .knobs:not([hidden])") is None
    held.let_go()
    page.wait_for("document.querySelector('.stage').textContent.includes('24×24×24')")
    page.wait_for("!document.querySelector('.look.late')")
    assert seen.query_selector(".knobs:not([hidden])") is not None


def test_a_late_picture_of_a_sound_text_is_marked(page: Page) -> None:
    _open(page, "a.yaml")
    held = Held(page, "picture")
    _type(page, "  # sound")
    held.until()
    _type(page, "\nx: [")
    page.wait_for("document.querySelector('.look.stale')")
    held.let_go()
    page.settle()
    assert page.browser_page.query_selector(".look.stale") is not None


def test_a_fix_for_an_earlier_text_is_not_applied(page: Page, served: Served) -> None:
    served.write("a.yaml", SMALL.replace("kernel_size", "kernel_sise"))
    page.evaluate("async () => (await window.archspec).files.lookAround()")
    page.browser_page.wait_for_selector(".problems .card .fix")
    held = Held(page, "answer")
    _type(page, "\n# a line more\n")
    held.until()
    before = _text(page)
    page.browser_page.click(".problems .card .fix")
    assert _text(page) == before
    held.let_go()
    page.settle()
    page.browser_page.click(".problems .card .fix")
    page.settle()
    assert "kernel_size: 5" in _text(page)


def test_one_dialog_at_a_time(page: Page) -> None:
    for key in ("Control+o", "Control+o", "F1", "Control+s"):
        page.browser_page.keyboard.press(key)
    page.browser_page.wait_for_selector("dialog")
    assert page.evaluate("document.querySelectorAll('dialog').length") == 1
