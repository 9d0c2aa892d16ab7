"""Page or state of the audit list, and the actions that reach it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

# Beginning of the error summary of a form.
ERROR = "Il y a quelque chose à corriger"
# Intended error statuses, which browsers log as errors.
REFUSALS = (403, 404, 422, 429, 500, 503)

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Audited:
    """Page or state. `reading` pages set no cookie; `viewer` is the address of a demonstration account."""

    name: str
    path: str | Callable[[], str]
    act: Act | None = None
    shows: str = ""
    viewer: str = ""
    status: int = 200
    reading: bool = False

    def address(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()


def read(name: str, path: str | Callable[[], str], shows: str = "", *, status: int = 200) -> Audited:
    """Returns a public page: no cookie, no click."""
    return Audited(name, path, shows=shows, status=status, reading=True)


def press(name: str) -> Act:
    """Returns an act that presses the button with exactly this name."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()

    return act


def fill(**values: str) -> Act:
    """Returns an act that fills fields by name."""

    def act(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value)

    return act


def check(selector: str) -> Act:
    return lambda page: page.locator(selector).first.check()


def choose_none(name: str) -> Act:
    """Returns an act that selects the empty option of a list."""
    return lambda page: page.locator(f"main select[name={name}]").select_option("")  # type: ignore[func-returns-value]


def first(*acts: Act) -> Act:
    """Returns an act that runs `acts` in turn, waiting for the page of the previous one."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)
            page.wait_for_load_state()

    return act


def drop_csrf_token(page: Page) -> None:
    """Deletes the CSRF cookie, as if the form had been open for longer than it lasts."""
    page.context.clear_cookies(name="csrftoken")
