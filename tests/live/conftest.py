"""What the tests of pages share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import browsers


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once for all tests."""
    if why := browsers.missing():
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=browsers.program(), args=["--no-sandbox"]
        )
        yield found
        found.close()
