"""Helpers for tests of progressive enhancement: content of a page, delayed responses."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route

MAIN = """() => {
  const main = document.querySelector('main').cloneNode(true);
  // What a person chose is a property; in a page made again by the server it is an attribute.
  document.querySelectorAll('main option').forEach((option, i) =>
    main.querySelectorAll('option')[i].toggleAttribute('selected', option.selected));
  main.querySelectorAll('.copy, .field__count').forEach(element => element.remove());
  for (const element of [main, ...main.querySelectorAll('*')]) {
    for (const { name } of [...element.attributes])
      if (/^data-(hx-|htmx|enhanced)|^(tabindex|aria-busy|aria-describedby)$/.test(name)) element.removeAttribute(name);
    if (['csrfmiddlewaretoken', 'key', 'shown_at'].includes(element.name)) element.removeAttribute('value');
  }
  return main.innerHTML;
}"""


def main_markup(page: Page) -> str:
    """Returns the markup of the content, without additions of scripts and values that change per response."""
    html = re.sub(r"\s+", " ", page.evaluate(MAIN)).replace("> <", "><")
    html = html.replace(' open=""', "")  # A page that is not reloaded keeps its filters open.
    return re.sub(r'(?<=datetime=")[^"]+|(?<=\bc)\d+|(?<=/commentaires/)\d+', "", html)


@contextmanager
def without_reload(page: Page) -> Iterator[None]:
    """Fails if the page is reloaded within the block."""
    page.evaluate("window.stayed = true")
    yield
    assert page.evaluate("window.stayed"), "the page was loaded anew"


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def is_document(route: Route) -> bool:
    """Returns whether the browser itself makes the request, not a script."""
    return route.request.resource_type == "document"


class HeldRequests:
    """Holds back requests of scripts; those of the browser itself pass."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        self.routes: list[Route] = []
        page.route(f"**{path}*", self._handle)

    def wait(self) -> None:
        """Waits for a request of a script, before which the page may already show that it is busy."""
        deadline = time.monotonic() + 300
        while not self.routes:
            assert time.monotonic() < deadline, "no script has asked"
            self.page.wait_for_timeout(20)

    def _handle(self, route: Route) -> None:
        if is_document(route):
            route.continue_()
        else:
            self.routes.append(route)
