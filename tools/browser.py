"""System browser used by the audit, the screenshots and the tests; it is never downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from scripts.run import CannotStart

# Background network requests of the browser are disabled.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)


def find_chromium() -> str:
    """Returns the path of Chromium. Raises CannotStart if there is none."""
    if CHROMIUM is None:
        raise CannotStart("A Chromium is needed: on Debian or Ubuntu, install the package chromium.")
    return CHROMIUM


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Opens the browser; closes it at the end. Raises CannotStart if there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
