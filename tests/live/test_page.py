"""The page of `archspec serve` in a real browser, as a person uses it."""

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.programs import Page, new_page

ALEXNET = (ROOT / "specs" / "alexnet.yaml").read_text("utf-8")
SMALL = """archspec: 1
name: small
params: {width: 8}
input: [28, 28, 1]
layers:
  - Conv2D: {name: one, filters: width, kernel_size: 5, activation: relu}
  - MaxPooling2D: {name: pool}
  - Flatten
  - Dense: {name: out, units: 10}
"""


class Served:
    """A folder, and the program that shows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archspec", "serve", str(folder), "--no-browser"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        found = re.search(r"http://\S+", self.process.stdout.readline())
        assert found is not None
        self.address = found[0]

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("nets")
    shutil.copytree(ROOT / "specs" / "families", folder / "families")
    shutil.copytree(ROOT / "specs" / "blocks", folder / "blocks")
    shutil.copy(ROOT / "specs" / "resnet50.yaml", folder)
    (folder / "a.yaml").write_text(SMALL, "utf-8")
    found = Served(folder)
    yield found
    found.process.terminate()
    found.process.wait(10)


@pytest.fixture
def page(served: Served, browser: Any) -> Iterator[Page]:
    with new_page(browser, served.address) as found:
        yield found


def _open(page: Page, served: Served, name: str, text: str) -> None:
    """Shows a file, which is made."""
    served.write(name, text)
    page.evaluate(f"async () => (await window.archspec).files.open({name!r})")
    page.wait_for(f"document.title.startsWith({name!r})")
    page.settle()


def _line(page: Page, number: int) -> None:
    page.evaluate(
        f"async () => (await window.archspec).goTo({{line: {number}, column: 1}}) && null"
    )


def _text(page: Page) -> str:
    return str(page.evaluate("async () => (await window.archspec).editor.text()"))


def _status(page: Page) -> str:
    return str(page.browser_page.text_content(".status"))


def test_a_mistake_is_underlined_and_a_click_mends_it(page: Page, served: Served) -> None:
    _open(page, served, "mistake.yaml", ALEXNET.replace("strides: 4", "stides: 4"))
    seen = page.browser_page
    assert "stides" in seen.text_content(".cm-lintRange-error")
    assert "1 error" in _status(page)
    seen.click(".problems .card .fix")
    page.wait_for("document.querySelector('.status').textContent.startsWith('ok')")
    page.settle()
    assert _text(page) == ALEXNET
    assert "227→55→27→13→6" in _status(page)
    assert "55×55×96" in seen.text_content(".stage")
    assert seen.query_selector(".cm-lintRange-error") is None


def test_typing_shows_what_comes_out(page: Page, served: Served) -> None:
    _open(page, served, "typed.yaml", SMALL)
    _line(page, 6)
    keyboard = page.browser_page.keyboard
    keyboard.press("End")
    keyboard.press("ArrowLeft")
    keyboard.type(", strides: 3")
    page.settle()
    hints = page.browser_page.eval_on_selector_all(".hint", "all => all.map(h => h.textContent)")
    assert "→ 8×8×8 · 208 params" in hints
    assert "8×8×8" in page.browser_page.text_content(".stage")
    assert "|(28 − 5)/3| + 1 = 8" in _plain(page.browser_page.text_content(".why"))


def _plain(text: Any) -> str:
    return str(text).replace("⌊", "|").replace("⌋", "|")


def test_what_is_broken_is_marked_and_the_last_picture_stays(page: Page, served: Served) -> None:
    _open(page, served, "broken.yaml", SMALL)
    _line(page, 8)
    seen = page.browser_page
    seen.keyboard.press("End")
    seen.keyboard.type("x: [")
    page.settle()
    assert seen.query_selector(".look.stale") is not None
    assert "Conv 5×5" in seen.text_content(".stage")
    assert "before: " in _status(page)
    assert seen.query_selector(".hint.stale") is not None


def test_what_is_not_as_expected_is_shown_as_it_is(page: Page, served: Served) -> None:
    _open(page, served, "expected.yaml", ALEXNET.replace("strides: 4", "strides: 2"))
    seen = page.browser_page
    assert seen.query_selector(".look.stale") is None
    assert "109×109×96" in seen.text_content(".stage")
    assert "1 error" in _status(page)


def test_picture_and_text_follow_each_other(page: Page, served: Served) -> None:
    _open(page, served, "follow.yaml", SMALL)
    seen = page.browser_page
    _line(page, 7)
    page.wait_for("document.querySelector('.box.lit')?.textContent.includes('pool')")
    seen.click(".box:has-text('Dense 10')")
    page.wait_for("document.querySelector('.cm-activeLine').textContent.includes('Dense')")
    page.wait_for("document.querySelector('.box.lit').textContent.includes('Dense')")


def test_a_box_of_a_family_leads_to_its_file(page: Page) -> None:
    page.evaluate("async () => (await window.archspec).files.open('resnet50.yaml')")
    page.wait_for("document.title.startsWith('resnet50.yaml')")
    page.settle()
    page.browser_page.click("#n7", position={"x": 40, "y": 10})
    page.wait_for(
        "document.title.startsWith('resnet.yaml') || document.title.startsWith('residual')"
    )


def test_blocks_open_and_close(page: Page) -> None:
    page.evaluate("async () => (await window.archspec).files.open('resnet50.yaml')")
    page.wait_for("document.querySelector('#n7 .more')")
    page.settle()
    seen = page.browser_page
    before = seen.eval_on_selector_all(".box", "all => all.length")
    seen.click("#n7 .more")
    page.wait_for("document.querySelector('.chip')")
    page.settle()
    assert seen.eval_on_selector_all(".box", "all => all.length") > before
    seen.click(".chip")
    page.wait_for(f"document.querySelectorAll('.box').length === {before}")


def test_a_knob_turns_the_text(page: Page, served: Served) -> None:
    _open(page, served, "knobs.yaml", SMALL)
    seen = page.browser_page
    seen.fill(".knob input[type=number]", "12")
    seen.keyboard.press("Tab")
    page.wait_for("document.querySelector('.stage').textContent.includes('24×24×12')")
    assert "params: {width: 12}" in _text(page)
    seen.focus(".knob input[type=range]")
    seen.keyboard.press("ArrowRight")
    page.wait_for("document.querySelector('.stage').textContent.includes('24×24×13')")
    assert "params: {width: 13}" in _text(page)
    assert served.folder.joinpath("knobs.yaml").read_text("utf-8") == SMALL  # not saved unasked


def test_a_spec_can_be_typed_as_it_stands(page: Page, served: Served) -> None:
    """Brackets that close themselves, words that are offered and indentation hinder nobody."""
    _open(page, served, "typed_whole.yaml", "archspec: 1\n")
    seen = page.browser_page
    _line(page, 2)
    for line in TYPED.splitlines():
        column = page.evaluate(_COLUMN)
        indent = len(line) - len(line.lstrip())
        assert column >= indent, _text(page)  # never less than what follows needs
        while page.evaluate(_COLUMN) > indent:
            seen.keyboard.press("Backspace")  # a level at a time
        seen.keyboard.type(line.strip(), delay=12)
        seen.wait_for_timeout(90)  # words are offered now
        seen.keyboard.press("Enter")
    assert _text(page).strip() == f"archspec: 1\n{TYPED}".strip()
    page.settle()
    assert _status(page).startswith("ok")


_COLUMN = """async () => {
  const { state } = (await window.archspec).editor.view, { head } = state.selection.main;
  return head - state.doc.lineAt(head).from;
}"""
TYPED = """input: [32, 32, 3]
blocks:
  mlp:
    params: {hidden: int}
    layers:
      - Dense: {units: hidden, activation: gelu}
layers:
  - Conv2D: {filters: 8, kernel_size: 4, strides: 4}
  - repeat:
      times: 2
      layers:
        - residual:
            layers:
              - LayerNormalization
              - mlp: {hidden: 8}
  - Flatten
  - Dense: 10
"""


def test_completion_offers_arguments(page: Page, served: Served) -> None:
    _open(page, served, "complete.yaml", SMALL)
    _line(page, 9)
    seen = page.browser_page
    seen.keyboard.press("End")
    seen.keyboard.press("ArrowLeft")
    seen.keyboard.type(", activ")
    seen.wait_for_selector(".cm-tooltip-autocomplete li")
    assert "activation" in seen.text_content(".cm-tooltip-autocomplete li[aria-selected]")
    seen.wait_for_timeout(100)  # a list that has just come is not taken by a key meant otherwise
    seen.keyboard.press("Enter")
    assert "units: 10, activation" in _text(page)


def test_the_other_views(page: Page, served: Served) -> None:
    _open(page, served, "views.yaml", SMALL)
    seen = page.browser_page
    for tab, words in {
        "table": "11,520",
        "worksheet": "28 − 5 + 1 = 24",
        "source": "keras.Input",
        "changes": "The network is the one that is saved",
    }.items():
        seen.click(f"#tab-{tab}")
        page.wait_for(f"document.querySelector('.look').textContent.includes({words!r})")
    _line(page, 9)
    seen.keyboard.press("End")
    for _ in range(3):
        seen.keyboard.press("ArrowLeft")
    seen.keyboard.type("1")
    page.wait_for("document.querySelector('.lines .changed')")
    assert "out" in seen.text_content(".lines")
    seen.click("#tab-picture")
    seen.select_option("select[title^='Cards']", "volumes")
    page.wait_for("document.querySelector('.stage').textContent.includes('feature maps')")


def test_saving_and_what_was_changed_elsewhere(page: Page, served: Served) -> None:
    _open(page, served, "saved.yaml", SMALL)
    path = served.folder / "saved.yaml"
    seen = page.browser_page
    _line(page, 1)
    seen.keyboard.press("End")
    seen.keyboard.type("  # mine")
    assert seen.query_selector(".title.unsaved") is not None
    seen.keyboard.press("Control+s")
    page.wait_for("!document.querySelector('.title.unsaved')")
    assert path.read_text("utf-8") == SMALL.replace("archspec: 1", "archspec: 1  # mine")
    path.write_text(SMALL + "# theirs\n", "utf-8")
    seen.keyboard.type("!")
    seen.keyboard.press("Control+s")
    seen.wait_for_selector("dialog")
    assert path.read_text("utf-8") == SMALL + "# theirs\n"  # nothing is lost unasked
    seen.click("dialog button:has-text('Do nothing')")
    assert "# mine!" in _text(page)
    seen.keyboard.press("Control+s")
    seen.click("dialog button:has-text('Save under another name')")
    seen.keyboard.press("Enter")
    page.wait_for("document.title.startsWith('saved_2.yaml')")
    page.wait_for("!document.querySelector('.title.unsaved')")
    assert "# mine!" in (served.folder / "saved_2.yaml").read_text("utf-8")
    assert path.read_text("utf-8") == SMALL + "# theirs\n"


def test_a_file_that_changes_elsewhere_is_read_again(page: Page, served: Served) -> None:
    _open(page, served, "changing.yaml", SMALL)
    served.write("changing.yaml", SMALL.replace("width: 8", "width: 16"))
    page.evaluate("async () => (await window.archspec).files.lookAround()")
    page.wait_for("document.querySelector('.stage').textContent.includes('24×24×16')")
    _line(page, 1)
    page.browser_page.keyboard.press("End")
    page.browser_page.keyboard.type("  # mine")
    served.write("changing.yaml", SMALL)
    page.evaluate("async () => (await window.archspec).files.lookAround()")
    page.wait_for(
        "document.querySelector('.notice:not([hidden])').textContent.includes('changed elsewhere')"
    )
    assert "# mine" in _text(page)
    (served.folder / "changing.yaml").unlink()
    page.evaluate("async () => (await window.archspec).files.lookAround()")
    page.wait_for("document.querySelector('.notice').textContent.includes('deleted elsewhere')")
    assert "# mine" in _text(page)


def test_a_new_network_is_not_written_over_a_file(page: Page, served: Served) -> None:
    seen = page.browser_page
    served.write("lenet5.yaml", SMALL)
    seen.keyboard.press("Control+o")
    seen.fill("dialog input", "lenet5")
    seen.click("dialog section:last-child button:has-text('lenet5')")
    page.wait_for("document.title.startsWith('lenet5')")
    page.settle()
    seen.keyboard.press("Control+s")
    page.wait_for("document.querySelector('dialog') || !document.querySelector('.title.unsaved')")
    assert (served.folder / "lenet5.yaml").read_text("utf-8") == SMALL


def test_downloads(page: Page, served: Served) -> None:
    _open(page, served, "taken.yaml", SMALL)
    seen = page.browser_page
    begins = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "py": b'"""', "csv": b"name,"}
    for format, begin in begins.items():
        seen.click("header button[title^='Download']")
        with seen.expect_download() as found:
            seen.click(f"dialog button:has(b:text-is('.{format}'))")
        assert found.value.suggested_filename == f"small.{format}"
        assert Path(found.value.path()).read_bytes().startswith(begin)


def test_a_format_that_cannot_be_is_refused_with_a_sentence(page: Page, served: Served) -> None:
    _open(page, served, "refused.yaml", SMALL)
    seen = page.browser_page
    seen.select_option("select[title^='Cards']", "volumes")
    page.settle()
    seen.click("header button[title^='Download']")
    seen.click("dialog button:has(b:text-is('.dot'))")
    page.wait_for("document.querySelector('.notice').textContent.includes('volumes cannot')")


def test_markup_in_a_spec_is_text(page: Page, served: Served) -> None:
    evil = "<img src=x onerror=document.title=1><script>document.title=1</script>"
    text = SMALL.replace("name: small\n", f"name: small\ntitle: '{evil}'\n")
    _open(page, served, "evil.yaml", text.replace("Flatten", f"Flaten: {{'{evil}': 1}}"))
    seen = page.browser_page
    _open(page, served, "evil2.yaml", text)
    for tab in ("table", "worksheet", "source", "changes", "picture"):
        seen.click(f"#tab-{tab}")
        page.settle()
        assert seen.query_selector(".look img, .look script") is None
    assert page.browser_page.title().startswith("evil2")


def test_no_key_no_answers(served: Served, browser: Any) -> None:
    with new_page(browser, served.address.partition("#")[0], ready=False) as page:
        page.wait_for(
            "document.querySelector('.notice:not([hidden])')?.textContent.includes('no key')"
        )
        page.told = [line for line in page.told if "403" not in line]


def test_a_code_that_was_used_is_told(served: Served, browser: Any) -> None:
    address = served.address.partition("#")[0] + "#once=used"
    with new_page(browser, address, ready=False) as page:
        page.wait_for(
            "document.querySelector('.notice:not([hidden])')?.textContent.includes('used already')"
        )
        page.told = [line for line in page.told if "403" not in line]


def test_an_ended_program_is_told_and_the_text_stays(tmp_path: Path, browser: Any) -> None:
    (tmp_path / "net.yaml").write_text(SMALL, "utf-8")
    served = Served(tmp_path)
    with new_page(browser, served.address) as page:
        served.process.terminate()
        served.process.wait(10)
        page.browser_page.click(".cm-line")
        page.browser_page.keyboard.type("#")
        page.wait_for("document.querySelector('.notice.error:not([hidden])')")
        assert "#" in _text(page)
        page.told = [line for line in page.told if "ERR_" not in line]


@pytest.mark.parametrize("width", [1440, 820, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_width_has_room(served: Served, browser: Any, width: int, scheme: str) -> None:
    with new_page(browser, served.address, width=width, scheme=scheme) as page:
        seen = page.browser_page
        assert seen.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if width < 600:
            seen.click(".swap")
        page.wait_for("document.querySelector('.stage .box')?.getBoundingClientRect().width > 10")
        outside = seen.evaluate(
            "[...document.querySelectorAll('header button, .bar button, .bar select')]"
            ".filter(e => e.offsetWidth && (e.getBoundingClientRect().right > innerWidth + 1"
            " || e.getBoundingClientRect().left < -1)).length"
        )
        assert outside == 0


def test_keys_alone_are_enough(page: Page, served: Served) -> None:
    _open(page, served, "keys.yaml", SMALL)
    seen = page.browser_page
    seen.keyboard.press("Alt+2")
    page.wait_for("document.querySelector('#tab-table').getAttribute('aria-selected') === 'true'")
    seen.keyboard.press("Alt+1")
    seen.focus(".stage")
    seen.keyboard.press("Tab")
    assert "box" in seen.evaluate("document.activeElement.getAttribute('class')")
    for _ in range(2):
        seen.keyboard.press("Tab")
    seen.keyboard.press("Enter")
    page.wait_for("document.querySelector('.cm-activeLine').textContent.includes('pool')")
    page.wait_for("document.activeElement.classList.contains('cm-content')")
    seen.keyboard.press("F1")
    seen.wait_for_selector("dialog")
    seen.keyboard.press("Escape")
    page.wait_for("!document.querySelector('dialog')")


def test_pictures_take_what_was_asked(page: Page, served: Served) -> None:
    _open(page, served, "asked.yaml", SMALL)
    reply = page.evaluate(
        "async () => (await window.archspec).ask('download', {format: 'svg', options: {view: 'volumes'}})"
    )
    assert b"feature maps" in base64.b64decode(reply["data"])
