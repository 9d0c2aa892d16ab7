"""User at a screen, wide or that of a phone, who navigates by what the pages show.

No page may be wider than the screen, and no control may be cut off at its side.
"""

import re
from contextlib import AbstractContextManager

from django.contrib.auth.models import Group
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tests.browser.pages.visiting import sign_in
from tests.browser.people import PHONE_WIDTH, Pointing
from tests.factories import UserFactory

# Wagtail's frame hides the overflow. Its header and side panels are not checked.
CUT_OFF = """() => {
  const root = document.documentElement;
  const scrolls = e => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const controls = [...document.querySelectorAll(
    ':is(main > .frame, .nice-padding, .tab-content) :is(a, button, input, select, textarea)')];
  const isOurs = e => !e.closest('.form-side, .w-field__comment-button, .visually-hidden') && e.getClientRects().length;
  const isCut = e => e.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(e);
  return [
    ...(root.scrollWidth > root.clientWidth ? ['the page'] : []),
    ...controls.filter(e => isOurs(e) && isCut(e)).map(e => e.outerHTML.slice(0, 150)),
  ];
}"""
# Seconds to wait for a menu, increasing: on a slow machine one press too many would close it again.
PATIENCES = (2, 10, 60, 300)


class Walker(Pointing):
    """Presses, follows and reads; waits for each page to settle, and checks that it fits."""

    def __init__(self, page: Page, site: str) -> None:
        super().__init__(page)
        self.site = site

    def become(self, person: User | None) -> None:
        """Signs out and signs `person` in; None is an anonymous visitor."""
        self.page.context.clear_cookies()
        if person:
            sign_in(self.page.context, person, self.site)

    def work_as(self, group: str) -> User:
        """Signs in a new user of `group` and opens the first page of the admin; returns the user."""
        person = UserFactory()
        person.groups.add(Group.objects.get(name=group))
        self.become(person)
        self.open("/admin/")
        return person

    def fits(self) -> None:
        assert self.page.evaluate(CUT_OFF) == [], self.page.url

    def open(self, path: str) -> None:
        self.page.goto(path)
        self._settle()

    def press(self, name: str) -> None:
        with self.leaving():
            super().press(name)
        self._settle()

    # Presses a button that does not navigate: it adds a row to a form.
    press_and_stay = Pointing.press

    def follow(self, name: str) -> None:
        with self.leaving():
            super().follow(name)
        self._settle()

    def choose(self, *path: str) -> None:
        """Follows the menu of the admin: the labels of its levels, the last one a page."""
        menu = self.page.locator("[data-wagtail-sidebar]")
        *levels, last = path
        if self.page.viewport_size["width"] == PHONE_WIDTH:
            menu.get_by_role("button").first.click()
        for level in levels:
            menu.get_by_role("button", name=level, exact=True).first.click()
        with self.leaving():
            menu.get_by_role("link", name=last, exact=True).first.click()
        self._settle()

    def leaving(self) -> AbstractContextManager:
        """Waits for another page; an autosave changes the URL of the open one."""
        return self.page.expect_event("load")

    def _settle(self) -> None:
        """Waits for the scripts, before which menus and form rows of the admin do not respond."""
        self.page.wait_for_load_state()
        self.page.evaluate("new Promise(done => requestIdleCallback(done))")
        self.fits()

    def date(self, name: str, value: str) -> None:
        """Fills in a date without focusing the field, whose calendar would cover the next target."""
        field = self._field(name)
        field.evaluate("(field, value) => { field.value = value }", value)
        for event in ("input", "change"):
            field.dispatch_event(event)

    def unfold(self, menu: str, item: Locator) -> None:
        """Opens `menu`, so that `item` can be pressed; a first press may come before its script is loaded."""
        for seconds in PATIENCES:
            self.page.get_by_role("button", name=menu).first.click()
            try:
                expect(item).to_be_visible(timeout=seconds * 1000)
            except AssertionError:
                continue
            return
        raise AssertionError(f"{menu} does not open")

    def window(self) -> Locator:
        """Returns the chooser dialog over the form."""
        window = self.page.locator(".modal.in")
        expect(window).to_be_visible()
        return window

    def chosen(self, words: str) -> None:
        """Checks that the dialog is closed and that the form shows the choice."""
        expect(self.page.locator(".modal.in")).to_have_count(0)
        self.read(words)

    def read(self, *words: str) -> None:
        """Checks that the page has each of `words`, ignoring kinds of spaces."""
        for text in words:
            pattern = r"\s+".join(map(re.escape, text.split()))
            expect(self.page.locator("main")).to_contain_text(re.compile(pattern), use_inner_text=True)

    def misses(self, words: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(words)

    def shows_message(self, words: str) -> None:
        """Checks that the admin shows the message `words` above the page."""
        expect(self.page.locator(".messages")).to_contain_text(words)

    def publish(self) -> None:
        """Publishes the page whose form is open in the admin."""
        publish = self.page.get_by_role("button", name="Publier", exact=True)
        self.unfold("Plus d'actions", publish)
        with self.leaving():
            publish.click()
        self.shows_message("publié")
        self._settle()
