"""The browser of the system, as the audit and the screenshots use it; none is ever downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from scripts.run import CannotStart

# Alone on this machine: it asks nobody for anything.
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


def find_chromium() -> str:
    """Returns where Chromium is. Raises CannotStart if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise CannotStart("A Chromium is needed: on Debian or Ubuntu, install the package chromium.")
    return found


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Opens the browser and closes it. Raises CannotStart if there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
