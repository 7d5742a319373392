"""A real browser for the tests of pages, where the machine has one."""

import shutil
import sys

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)


# Not for the whole session: while Playwright runs, no test can have an event loop of its own.
@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the PATH")
    # Chromium cannot build its sandbox inside most containers, and opens nothing here but files and servers of ours.
    arguments = ["--no-sandbox"] if sys.platform == "linux" else []
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()
