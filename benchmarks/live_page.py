"""How soon `archspec serve` shows what is written, in a real browser.

Starts the server, opens ResNet-50 in Chromium, and types: 50 times another depth of the last stage with
a pause after each, then 100 keys of a comment at 20 a second. Prints medians and the slowest, from the key to squiggles and table of shapes, and
from the key to the picture; and how long after the command the first picture is there. Needs
playwright and chromium: see docs/serve.md.

    python benchmarks/live_page.py [--view graph]
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_STATS = "async () => (await window.archspec).stats"
_CLEAR = (
    "async () => { const p = await window.archspec; p.stats.answers = []; p.stats.looks = []; }"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--view", default="graph", choices=("graph", "volumes"))
    parser.add_argument("--edits", type=int, default=50)
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        start = time.perf_counter()
        command = [sys.executable, "-m", "archspec", "serve", "specs/resnet50.yaml", "--no-browser"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found is not None
            started = time.perf_counter() - start
            page.goto(found[0])
            page.wait_for_selector(".stage g.box")
            print(
                f"address after {started:.2f} s, first picture {time.perf_counter() - start:.2f} s"
            )
            _measure(page, given)
        finally:
            server.terminate()
            browser.close()


def _measure(page: Any, given: argparse.Namespace) -> None:
    if given.view == "volumes":
        page.select_option("select[title^='Cards']", "volumes")
    # The depth of the last stage: each time another network, which is not as the file expects.
    page.click(".cm-line:nth-child(5)")
    page.keyboard.press("End")
    for _ in "]}":
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(1000)
    page.evaluate(_CLEAR)
    for number in range(given.edits):
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.type(str(number % 8 + 1))
        page.wait_for_timeout(300)
    _tell("an edit, then a pause", page.evaluate(_STATS))
    page.keyboard.press("End")
    page.keyboard.type("  # ")
    page.wait_for_timeout(1000)
    page.evaluate(_CLEAR)
    for number in range(100):
        page.keyboard.type(str(number % 10))
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)
    _tell("20 keys a second", page.evaluate(_STATS))


def _tell(what: str, stats: dict[str, list[float]]) -> None:
    for name, told in (("answers", "squiggles and shapes"), ("looks", "picture")):
        values = stats[name]
        middle, most = statistics.median(values), max(values)
        print(f"{what}: {told} {middle:.0f} ms, at most {most:.0f} ms, {len(values)} times")


if __name__ == "__main__":
    main()
