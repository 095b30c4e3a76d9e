"""What the tests of pages share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import programs


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once for all tests."""
    if why := programs.no_browser():
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=programs.browser_path(), args=["--no-sandbox"]
        )
        yield found
        found.close()
