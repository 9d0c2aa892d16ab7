"""Modes of using a page: pointing, with or without scripts, and keyboard only; and common steps of residents."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from accounts.services.accounts import create_verified_user
from tests.outbox import code_for

EMAIL = "nadege@courriel.example"
PHONE_WIDTH, WIDE = 360, 1280
MAX_STOPS = 150
MIN_RING = 3

# Focused element and whether its focus is visible: in the window, not covered, with an outline of its own.
STOP = """() => {
  // The button of Wagtail's bar has the focus inside its own tree.
  const e = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getClientRects()[0] || { width: 0, height: 0, left: -1, top: -1 };
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const top = e.getRootNode().elementFromPoint(x, y);
  const shown = box.width > 1 && box.height > 1 && x >= 0 && x <= innerWidth && y >= 0 && y <= innerHeight;
  return {
    what: e.outerHTML.slice(0, 90),
    skips: e.classList.contains('skip-link'),
    ring: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    seen: shown && !!top && (e.contains(top) || top.contains(e)),
  };
}"""


class Pointing:
    """Presses, follows and fills in with a pointer."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _named(self, role: str, name: str) -> Locator:
        return self.page.get_by_role(role, name=name).first  # type: ignore[arg-type]

    def _field(self, name: str, value: str | None = None) -> Locator:
        chosen = f"[value='{value}']" if value else ""
        return self.page.locator(f"[name={name}]{chosen}")

    def press(self, name: str) -> None:
        """Presses the first button with this name."""
        self._named("button", name).click()

    def follow(self, name: str) -> None:
        """Follows the first link with this name."""
        self._named("link", name).click()

    def unfold(self, name: str) -> None:
        """Unfolds the content behind this label."""
        self.page.locator("main summary", has_text=name).first.click()

    def fill(self, **values: str) -> None:
        """Fills in fields by name."""
        for name, value in values.items():
            self._field(name).fill(value)

    def select(self, name: str, value: str) -> None:
        self._field(name).select_option(value)

    def tick(self, name: str, value: str | None = None) -> None:
        """Ticks a checkbox, or selects the radio button `value`."""
        self._field(name, value).check()


class Typing(Pointing):
    """Does the same by keyboard only, and fails if the focus is invisible or the content takes many stops."""

    def _stop(self) -> dict:
        self.page.keyboard.press("Tab")
        stop = self.page.evaluate(STOP)
        if stop:
            assert stop["seen"], f"the focus is hidden on {stop['what']}"
            assert stop["ring"] >= MIN_RING, f"the focus is hard to see on {stop['what']}"
        return stop or {"skips": False, "what": ""}

    def _skip(self) -> None:
        """At the top of a page, skips to the content with the first stop."""
        # Without its style sheet, a page already has a layout, with the browser's own outlines.
        self.page.wait_for_load_state()
        at_top = "!location.hash && (document.activeElement === document.body || !document.activeElement)"
        if not self.page.evaluate(at_top):
            return
        assert self._stop()["skips"], "the first stop of a page skips to the content"
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible()
        self._skip()
        for _stop in range(MAX_STOPS):
            if target.evaluate("e => e === document.activeElement"):
                return
            self._stop()
        raise AssertionError(f"not reached by Tab: {target}")

    def press(self, name: str) -> None:
        self._reach(self._named("button", name))
        self.page.keyboard.press("Space")

    def follow(self, name: str) -> None:
        self._reach(self._named("link", name))
        self.page.keyboard.press("Enter")

    def unfold(self, name: str) -> None:
        self._reach(self.page.locator("main summary", has_text=name).first)
        self.page.keyboard.press("Enter")

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self._reach(self._field(name))
            self.page.keyboard.press("Control+A")
            self.page.keyboard.press("Delete")
            self.page.keyboard.type(value)

    def select(self, name: str, value: str) -> None:
        """Selects an option with the arrow keys."""
        field = self._field(name)
        self._reach(field)
        for _option in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert field.input_value() == value

    def tick(self, name: str, value: str | None = None) -> None:
        """Tab reaches a group of radio buttons once; arrow keys select within it."""
        target, group = self._field(name, value), self._field(name)
        expect(target).to_be_visible()
        self._skip()
        for _stop in range(MAX_STOPS):
            if self.page.evaluate("name => document.activeElement.name === name", name):
                break
            self._stop()
        for _choice in range(group.count()):
            if target.evaluate("e => e === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()


@dataclass(frozen=True)
class Mode:
    """Mode of using the site."""

    person: type[Pointing]
    scripts: bool


MODES = {
    "javascript": Mode(Pointing, scripts=True),
    "keyboard": Mode(Typing, scripts=True),
    "no-javascript": Mode(Pointing, scripts=False),
}


def create_account(person: Pointing, button: str = "Continuer") -> None:
    """Enters a new address in the open page, presses `button`, enters the code and a name."""
    person.fill(email=EMAIL)
    person.press(button)
    expect(person.page.locator("[name=code]")).to_be_visible()
    person.fill(code=code_for(EMAIL))
    person.press("Continuer")
    expect(person.page.locator("[name=public_name]")).to_be_visible()
    assert fits(person.page)
    person.fill(public_name="Nadège P.")
    person.press("Continuer")


def sign_in(person: Pointing, client) -> User:
    """Gives the phone a session of a new user: two other journeys cover signing in."""
    user = create_verified_user(email=EMAIL, public_name="Nadège P.")
    client.force_login(user)
    session = client.cookies["sessionid"].value
    person.page.context.add_cookies(
        [{"name": "sessionid", "value": session, "domain": "localhost", "path": "/", "httpOnly": True}]
    )
    return user


def fits(page: Page) -> bool:
    """Returns whether the page fits the width of the phone."""
    box = page.locator("main").bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE_WIDTH
