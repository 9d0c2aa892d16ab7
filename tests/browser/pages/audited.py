"""A page or a state to look at, and what a person does to reach it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

# What the summary of the errors of a form says first.
ERROR = "Il y a quelque chose à corriger"
# What the site answers on purpose; a browser logs each as an error.
REFUSALS = (403, 404, 422, 429, 500, 503)

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Audited:
    """A page or a state. `reading` pages set no cookie; `viewer` is the address of a demonstration account."""

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
    """A page that anyone reads: no cookie, no click."""
    return Audited(name, path, shows=shows, status=status, reading=True)


def press(name: str) -> Act:
    """Presses the button with exactly this name."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()

    return act


def fill(**values: str) -> Act:
    """Fills fields, by name."""

    def act(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value)

    return act


def check(selector: str) -> Act:
    return lambda page: page.locator(selector).first.check()


def choose_none(name: str) -> Act:
    """Takes the empty choice of a list."""
    return lambda page: page.locator(f"main select[name={name}]").select_option("")  # type: ignore[func-returns-value]


def first(*acts: Act) -> Act:
    """One act after the other; the next one waits for the page of the one before."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)
            page.wait_for_load_state()

    return act


def forget_the_token(page: Page) -> None:
    """What a browser does when the form stayed open for longer than its cookie."""
    page.context.clear_cookies(name="csrftoken")
